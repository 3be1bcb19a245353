"""Counts over dates: what falls into any N consecutive dates, or into a cycle's own N dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.days import after
from planner.documents.limits import LimitClause


@dataclass(frozen=True)
class Event:
    """``count`` vials or units of one cycle on one date."""

    day: date
    cycle: int
    count: int


@dataclass(frozen=True)
class Window:
    """The dates ``first`` .. ``last``, both included, and what fell into them, by date."""

    first: date
    last: date
    counts: tuple[tuple[date, int], ...]

    @property
    def total(self) -> int:
        """The sum of the window's counts."""
        return sum(count for _, count in self.counts)


def events(case: Case, clause: LimitClause) -> list[Event]:
    """What a limit counts, of the cycles it names, until the clause ends.

    vials: every one dispensed, past and planned, spare and broken ones too, by dispense date.
    units: those that count of each claim, by date of service. Also from before the clause came
    into force.
    """
    if clause.of == "vials":
        counted = [Event(one.date, one.cycle, one.vials) for one in case.plan.dispenses]
    else:
        lines = counted_lines(case, case.plan.claims)
        counted = [Event(line.date, line.cycle, line.units) for line in lines]
    last = clause.effective_until
    return [
        event
        for event in counted
        if _named(clause, event.cycle) and (last is None or event.day <= last)
    ]


def _named(clause: LimitClause, cycle: int) -> bool:
    return clause.cycles is None or clause.cycles.first <= cycle <= clause.cycles.last


def windows(case: Case, events: Iterable[Event], per_days: int) -> list[Window]:
    """The windows in which a limit is counted, as the reading ``window`` says.

    rolling: every run of ``per_days`` dates that opens on a date with a count; no other run
    holds more. cycle: a cycle's own counts in the dates from its first dispense on.
    """
    listed = list(events)
    if case.reading("window") == "cycle":
        return [
            window(
                [event for event in listed if event.cycle == number],
                _first_dispense(case, number),
                per_days,
            )
            for number in sorted({event.cycle for event in listed})
        ]
    return [window(listed, day, per_days) for day in sorted({event.day for event in listed})]


def window(events: Iterable[Event], first: date, per_days: int) -> Window:
    """What falls into the ``per_days`` dates from ``first`` on."""
    last = after(first, per_days - 1)
    counts: Counter[date] = Counter()
    for event in events:
        if first <= event.day <= last:
            counts[event.day] += event.count
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
    return min(line.date for line in case.plan.claims if line.cycle == number)
