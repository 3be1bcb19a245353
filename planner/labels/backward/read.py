"""The calendar that a label of the search from the last day back stands for; see ``best.py``."""

from __future__ import annotations

from dataclasses import replace

from planner.constraints.schedule import ChosenBag, ChosenCycle
from planner.labels.backward.bounds import CompletionBound
from planner.labels.backward.label import Label
from planner.labels.backward.share import shared_out
from planner.labels.problem import sent_for


def read(
    least: CompletionBound, first: int, end: int, label: Label
) -> tuple[ChosenCycle, ...] | None:
    """The cycles of a way to the first day; None where bags that come from two dispenses
    cannot be had whole from what the dispenses of their cycle send."""
    rules = least.fixed.problem.rules

    def serves(bag: ChosenBag, day: int) -> bool:
        return rules.oldest(bag.day, bag.option) <= day <= bag.day - rules.transit

    there: dict[int, list[ChosenBag]] = {}
    new: dict[int, list[ChosenBag]] = {}
    sent: dict[int, dict[int, int]] = {}
    split: set[int] = set()
    at, made = label, label.shut
    while at.behind is not None:
        if at.bag is not None and at.fed is not None:
            there.setdefault(at.index, []).append(replace(at.bag, source=at.fed))
        elif at.bag is not None:
            assert made is not None
            own = sent.setdefault(at.index, {})
            own[made] = own.get(made, 0) + at.part
            if at.behind.bag is at.bag:
                split.add(at.index)
            else:
                new.setdefault(at.index, []).append(replace(at.bag, source=made))
        made = made if at.shut is None else at.shut
        at = at.behind
    cycles = []
    for index in range(first, end):
        bags = new.get(index, [])
        if index in split:
            shared = shared_out(bags, sent[index], serves)
            if shared is None:
                return None
            bags = shared
        bags = sorted((*bags, *there.get(index, ())), key=lambda bag: bag.day)
        place, start = least.fixed.problem.places[index], least.fixed.starts[index]
        shipped = tuple(sorted(sent_for(place, bags).items()))
        cycles.append(ChosenCycle(place.cycle.number, start, tuple(bags), shipped))
    return tuple(cycles)
