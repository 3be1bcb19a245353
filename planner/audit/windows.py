"""Counts over dates: what falls into any N consecutive dates, or into a cycle's own N dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.days import after
from planner.documents.policy import ClauseBase, QuantityClause, UnitsClause


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


def vial_events(case: Case, clause: QuantityClause) -> list[Event]:
    """Every vial dispensed, past and planned, spare and broken ones too, by dispense date."""
    return [
        Event(dispense.date, dispense.cycle, dispense.vials)
        for dispense in case.plan.dispenses
        if _counts(clause, dispense.date)
    ]


def unit_events(case: Case, clause: UnitsClause) -> list[Event]:
    """The units that count, of claims of the clause's cycles, by date of service."""
    return [
        Event(line.date, line.cycle, line.units)
        for line in counted_lines(case, case.plan.claims)
        if clause.cycles.first <= line.cycle <= clause.cycles.last and _counts(clause, line.date)
    ]


def _counts(clause: ClauseBase, day: date) -> bool:
    """A limit counts all its windows hold, also from before it came into force, until it ends."""
    return clause.effective_until is None or day <= clause.effective_until


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
