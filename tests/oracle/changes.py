"""What a calendar changes of the one in force, row by row (``changes``), and pins."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from tests.oracle.case import Case
from tests.oracle.past import old_bags, old_dispenses
from tests.oracle.rules import open_cycles
from tests.oracle.values import Calendar

Place = tuple[int, dt.date]


def changes(case: Case, calendar: Calendar) -> int:
    """The weights of what is lost, of what comes, of vials that differ, and of more rows."""
    force, weights = case.scenario.in_force, case.scenario.pharmacy.change_weights
    if force is None:
        return 0
    hang_billed = case.reading("date_of_service") == "hang"
    visit = weights.visit + weights.claim * hang_billed
    dispense = weights.dispense + weights.claim * (not hang_billed)
    starts = dict(calendar.starts)
    ends = {
        number: case.disconnect(number, starts.get(number) or case.past[number].start)
        for number in (*open_cycles(case), *starts)
    }
    kinds: list[tuple[int, dict[Place, bool], set[Place]]] = [
        (
            weights.start,
            {(one.cycle, one.start): False for one in force.cycles if one.start},
            set(starts.items()),
        ),
        (
            weights.visit,
            {(one.cycle, one.disconnect): False for one in force.cycles},
            {(number, day) for number, day in ends.items() if day is not None},
        ),
        (
            visit,
            {(one.cycle, one.date): one.shipped for one in force.visits},
            {(bag.cycle, bag.hang) for bag in calendar.bags},
        ),
        (
            dispense,
            {(one.cycle, one.date): False for one in force.dispenses},
            {(one.cycle, one.day) for one in calendar.dispenses},
        ),
    ]
    total = 0
    for weight, old, new in kinds:
        for (number, day), shipped in old.items():
            if (number, day) not in new:
                told = force.told_until is not None and day < force.told_until
                total += weight * (weights.shipped if shipped else weights.told if told else 1)
        for number, day in new:
            if (number, day) not in old:
                total += weight * _factor(case, [d for n, d in old if n == number], day)
    for weight, old, new in kinds[2:]:
        for number in {number for number, _ in new}:
            here, had = (len([1 for n, _ in rows if n == number]) for rows in (new, old))
            total += weight * weights.more * max(0, here - had)
    vials = Counter({(one.cycle, one.date): one.vials for one in force.dispenses})
    sent = Counter({(one.cycle, one.day): one.vials for one in calendar.dispenses})
    apart = sum(abs(sent[place] - vials[place]) for place in sent if place in vials)
    for number in {number for number, _ in [*vials, *sent]}:
        sums = [sum(v for (n, _), v in one.items() if n == number) for one in (vials, sent)]
        apart += abs(sums[1] - sums[0])
    there = sum(row.vials for row in old_dispenses(case)) - sum(
        one.vials for one in case.scenario.history.wasted
    )
    there -= sum(bag.vials for bag in old_bags(case))
    left = there + sum(sent.values()) - sum(bag.vials for bag in calendar.bags)
    return total + weights.vials * apart + weights.unused * max(0, left - force.unused)


def _factor(case: Case, days: list[dt.date], day: dt.date) -> int:
    weights = case.scenario.pharmacy.change_weights
    if days:
        near = min(abs((day - one).days) for one in days)
        for band in weights.bands:
            if near <= band.days:
                return band.factor
    return weights.beyond


def pin_faults(case: Case, calendar: Calendar) -> Iterator[str]:
    """The pins that a calendar does not keep."""
    starts = dict(calendar.starts)
    for place, pin in enumerate(case.scenario.request.pins):
        bags = [bag for bag in calendar.bags if (bag.cycle, bag.hang) == (pin.cycle, pin.visit)]
        sent = [d for d in calendar.dispenses if (d.cycle, d.day) == (pin.cycle, pin.dispense)]
        kept = (
            pin.start in (None, starts.get(pin.cycle))
            and (pin.visit is None or any(pin.days in (None, bag.days) for bag in bags))
            and not any((b.cycle, b.hang) == (pin.cycle, pin.free) for b in calendar.bags)
            and (pin.dispense is None or any(pin.vials in (None, one.vials) for one in sent))
        )
        if not kept:
            yield f"request.pins.{place}"
