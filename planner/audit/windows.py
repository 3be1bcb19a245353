"""Counts over dates: what falls into any N consecutive dates, or into a cycle's own N dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.days import after
from planner.documents.limits import LimitClause, PerDays


@dataclass(frozen=True)
class Event:
    """``count`` vials, units, mcg, cycles or dispenses of one cycle on one date."""

    day: date
    cycle: int
    count: int | Decimal


@dataclass(frozen=True)
class Window:
    """The dates ``first`` .. ``last``, both included, and what fell into them, by date."""

    first: date
    last: date
    counts: tuple[tuple[date, int | Decimal], ...]

    @property
    def total(self) -> int:
        """The sum of the window's counts, of mcg rounded up to whole ones."""
        return ceil(sum(count for _, count in self.counts))


def events(case: Case, clause: LimitClause) -> list[Event]:
    """What a limit counts, of the cycles it names, until the clause ends; also from before it came
    into force.

    vials: every one dispensed, past and planned, spare and broken ones too, by dispense date.
    units: those that count of each claim, by date of service. mcg: what the bags give, by hang.
    cycles: by start. dispenses: by date.
    """
    plan = case.plan
    if clause.of == "vials":
        counted = [Event(one.date, one.cycle, one.vials) for one in plan.dispenses]
    elif clause.of == "units":
        lines = counted_lines(case, plan.claims)
        counted = [Event(line.date, line.cycle, line.units) for line in lines]
    elif clause.of == "mcg":
        counted = [Event(bag.hang, bag.cycle, bag.mcg) for bag in plan.bags]
    elif clause.of == "cycles":
        counted = [Event(cycle.start, cycle.cycle, 1) for cycle in case.cycles]
    else:
        counted = [Event(one.date, one.cycle, 1) for one in plan.dispenses]
    last = clause.effective_until
    return [
        event
        for event in counted
        if _named(clause, event.cycle) and (last is None or event.day <= last)
    ]


def _named(clause: LimitClause, cycle: int) -> bool:
    return clause.cycles is None or clause.cycles.first <= cycle <= clause.cycles.last


def windows(case: Case, clause: LimitClause, events: Iterable[Event]) -> list[Window]:
    """The windows in which a limit is counted.

    Per days, as the reading ``window`` says. rolling: every run of so many dates that opens on a
    date with a count; no other run holds more. cycle: a cycle's own counts in the dates from its
    first dispense on. Per anything else, the sums by what each event falls into.
    """
    listed = list(events)
    if not isinstance(clause.per, PerDays):
        return _sums(case, clause.per, listed)
    if case.reading("window") == "cycle":
        return [
            window(
                [event for event in listed if event.cycle == number],
                _first_dispense(case, number),
                clause.per.days,
            )
            for number in sorted({event.cycle for event in listed})
        ]
    opened = sorted({event.day for event in listed})
    return [window(listed, day, clause.per.days) for day in opened]


def _sums(case: Case, per: str, events: Sequence[Event]) -> list[Window]:
    """Per calendar year the whole year; of a cycle, of an authorization's cycles, and of all, from
    the first event to the last."""
    named: list[tuple[object, Event]] = []
    for event in events:
        if per == "calendar-year":
            named.append((event.day.year, event))
        elif per == "cycle":
            named.append((event.cycle, event))
        elif per == "authorization":
            own = [one.id for one in case.plan.authorizations if event.cycle in one.cycles]
            named += [(name, event) for name in own[:1]]
        else:
            named.append((None, event))
    found = []
    for name in dict.fromkeys(name for name, _ in named):
        own_events = [event for other, event in named if other == name]
        days = [event.day for event in own_events]
        first, last = min(days), max(days)
        if per == "calendar-year":
            first, last = date(first.year, 1, 1), date(first.year, 12, 31)
        found.append(window(own_events, first, (last - first).days + 1))
    return sorted(found, key=lambda one: one.first)


def window(events: Iterable[Event], first: date, per_days: int) -> Window:
    """What falls into the ``per_days`` dates from ``first`` on."""
    last = after(first, per_days - 1)
    counts: dict[date, int | Decimal] = {}
    for event in events:
        if first <= event.day <= last:
            counts[event.day] = counts.get(event.day, 0) + event.count
    return Window(first, last, tuple(sorted(counts.items())))


def fullest(found: Iterable[Window]) -> Window | None:
    """The first window with the greatest total."""
    best: Window | None = None
    for one in found:
        if best is None or one.total > best.total:
            best = one
    return best


def _first_dispense(case: Case, number: int) -> date:
    dispensed = case.dispenses(number)
    if dispensed:
        return dispensed[0].date
    billed = [line.date for line in case.plan.claims if line.cycle == number]
    return min(billed, default=next(one.start for one in case.cycles if one.cycle == number))
