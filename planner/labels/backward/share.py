"""Whole bags from dispenses of given sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from planner.constraints.schedule import ChosenBag


def shared_out(
    bags: Sequence[ChosenBag], sent: Mapping[int, int], serves: Callable[[ChosenBag, int], bool]
) -> list[ChosenBag] | None:
    """The bags, each fed by one dispense, so that no dispense gives more than it sends; None where
    that cannot be.

    Args:
        bags: bags of one cycle, whatever feeds them.
        sent: the vials of each dispense, by day.
        serves: whether a dispense of a day may feed a bag.
    """
    days = tuple(sorted(sent))
    dead: set[tuple[int, tuple[int, ...]]] = set()

    def shared(at: int, left: tuple[int, ...]) -> list[ChosenBag] | None:
        if at == len(bags):
            return []
        if (at, left) in dead:
            return None
        bag = bags[at]
        for i, day in enumerate(days):
            if left[i] >= bag.option.vials and serves(bag, day):
                rest = shared(at + 1, (*left[:i], left[i] - bag.option.vials, *left[i + 1 :]))
                if rest is not None:
                    return [replace(bag, source=day), *rest]
        dead.add((at, left))
        return None

    return shared(0, tuple(sent[day] for day in days))
