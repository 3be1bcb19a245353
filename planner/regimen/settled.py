"""Which vials of the past went into which bag, which broke, and which are stock.

Vials are interchangeable: a bag or a loss that names no dispense takes any that were there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from planner.regimen.course import PastBag, PastDispense, Stock
from planner.regimen.sent import Loss, Sent

Key = tuple[int, int]


@dataclass(frozen=True)
class Settled:
    """Bags with the dispenses of their vials (none where too few were there), dispenses with the
    days their bags ran, stock, and what broke that was not there: (loss, vials)."""

    bags: list[PastBag]
    dispenses: list[PastDispense]
    stock: list[Stock]
    short: list[tuple[Loss, int]]


def settled(cycles: Sequence[Sent]) -> Settled:
    """Charges the past of a course to its dispenses, by day (docs/decisions.md, History).

    Bags that name a dispense have theirs. Then, day by day, each other bag has all its vials from
    one dispense, the oldest of its cycle if it can, else of any, else the oldest vials there are;
    and what broke is of the oldest. Within these steps the own cycle's go first.
    """
    left: dict[Key, int] = {}
    for sent in cycles:
        for row in sent.rows:
            left[row.day, row.cycle] = left.get((row.day, row.cycle), 0) + row.vials
    wasted = dict.fromkeys(left, 0)
    for sent in cycles:
        for row in {(row.day, row.cycle): row for row in sent.rows}.values():
            wasted[row.day, row.cycle] = sent.broken.get(row.day, 0)
            left[row.day, row.cycle] -= wasted[row.day, row.cycle]
    bags = [bag for sent in cycles for bag in sent.bags]
    taken = {
        place: _take(left, _of_day(left, bag, bag.dispense), bag.vials)
        for place, bag in enumerate(bags)
        if bag.dispense is not None
    }
    short = []
    unnamed = (
        (bag.hang, 0, bag.cycle, place) for place, bag in enumerate(bags) if bag.dispense is None
    )
    losses = [loss for sent in cycles for loss in sent.losses]
    broke = ((loss.day, 1, loss.cycle, place) for place, loss in enumerate(losses))
    for day, is_loss, cycle, place in sorted([*unnamed, *broke]):
        there = sorted(
            (key for key in left if key[0] <= day and left[key] > 0),
            key=lambda key: (key[1] != cycle, key),
        )
        if is_loss:
            parts = _take(left, there, losses[place].vials)
            for key, vials in parts:
                wasted[key] += vials
            missing = losses[place].vials - sum(vials for _, vials in parts)
            if missing:
                short.append((losses[place], missing))
        elif sum(left[key] for key in there) >= bags[place].vials:
            there.sort(key=lambda key: left[key] < bags[place].vials)
            taken[place] = _take(left, there, bags[place].vials)
    supply = dict.fromkeys(left, 0)
    for place, parts in taken.items():
        for key, _ in sorted(parts, key=lambda part: (part[0][0], part[0][1] != bags[place].cycle))[
            :1
        ]:
            supply[key] += bags[place].days
    return Settled(
        [_fed(bag, taken.get(place, [])) for place, bag in enumerate(bags)],
        [
            PastDispense(
                row.day, row.cycle, row.vials, supply.pop((row.day, row.cycle), 0), row.member
            )
            for sent in cycles
            for row in sent.rows
        ],
        [Stock(*key, vials, wasted[key]) for key, vials in left.items()],
        short,
    )


def _of_day(left: Iterable[Key], bag: PastBag, day: int) -> list[Key]:
    own_first = sorted((key[1] != bag.cycle, key) for key in left if key[0] == day)
    return [key for _, key in own_first]


def _take(left: dict[Key, int], keys: Iterable[Key], vials: int) -> list[tuple[Key, int]]:
    """Takes vials of the dispenses in their order, as far as there are any."""
    parts = []
    for key in keys:
        taken = min(vials, left[key])
        if taken > 0:
            left[key] -= taken
            vials -= taken
            parts.append((key, taken))
    return parts


def _fed(bag: PastBag, parts: Sequence[tuple[Key, int]]) -> PastBag:
    days: dict[int, int] = {}
    for (day, _), vials in sorted(parts):
        days[day] = days.get(day, 0) + vials
    sources = tuple(days.items())
    return replace(bag, dispense=sources[0][0] if sources else None, sources=sources)
