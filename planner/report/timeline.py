"""The course as text: one row a cycle, one mark a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from planner.documents.plan import Plan, PlannedCycle
from planner.report.text import day

HUNG = "o"
RUNNING = "-"
DISPENSE = "D"
DISPENSE_AND_HUNG = "*"
DISCONNECT = "x"
FREE = "."
IDLE = "~"
NOTHING = " "

MEANING = {
    HUNG: "bag hung",
    RUNNING: "bag running",
    DISPENSE: "dispense",
    DISPENSE_AND_HUNG: "dispense and bag hung",
    DISCONNECT: "disconnect",
    FREE: "treatment-free",
    IDLE: "no infusion inside a cycle",
}
MOST_DAYS_BEFORE = 14


@dataclass(frozen=True)
class Row:
    """One cycle: its number, its start, and one mark a day from ``lead`` days before the start.

    ``cut`` counts treatment-free days that the row is too narrow to show.
    """

    cycle: int
    start: date
    marks: str
    cut: int
    past: bool


@dataclass(frozen=True)
class Timeline:
    """Rows of one scale: the mark at ``lead`` is the day of the cycle's start."""

    lead: int
    rows: tuple[Row, ...]

    def used(self) -> tuple[str, ...]:
        """Returns the marks that stand in any row, in the legend's order."""
        written = "".join(row.marks for row in self.rows)
        return tuple(mark for mark in MEANING if mark in written)


def timeline(plan: Plan, width: int) -> Timeline:
    """Returns the course with at most ``width`` marks a row.

    A row shows what belongs to its cycle: its dispenses (also those before its start, up to
    fourteen days), its bags, its disconnect, and the treatment-free days up to the next start, or
    up to the earliest next one after the last cycle. Treatment-free days at the end of a row give
    way first where a row is too long; nothing else is left out.
    """
    lead = max((_days_before(plan, cycle) for cycle in plan.cycles), default=0)
    ends = [later.start for later in plan.cycles[1:]]
    ends += [cycle.earliest_next for cycle in plan.cycles[-1:]]
    return Timeline(
        lead,
        tuple(
            _row(plan, cycle, lead, end, width)
            for cycle, end in zip(plan.cycles, ends, strict=True)
        ),
    )


def axis(lead: int, length: int) -> str:
    """Returns day numbers over the first mark of each week: day 1 is the cycle's start."""
    line = " " * lead
    for first in range(1, length - lead + 1, 7):
        line = line.ljust(lead + first - 1) + str(first)
    return line


def legend(marks: tuple[str, ...], width: int) -> str:
    """Returns what each mark stands for, in lines of at most ``width``, no entry over two lines."""
    text: list[str] = []
    for mark in marks:
        entry = f"{mark} {MEANING[mark]}"
        if text and len(text[-1]) + 3 + len(entry) <= width:
            text[-1] += f"   {entry}"
        else:
            text.append(entry)
    return "\n".join(text)


def label(row: Row) -> str:
    """Returns the words in front of a row: the cycle's number and its first day."""
    return f"{row.cycle:>2} {day(row.start)}"


def _days_before(plan: Plan, cycle: PlannedCycle) -> int:
    ahead = [(cycle.start - d.date).days for d in plan.dispenses if d.cycle == cycle.cycle]
    return max([0, *(days for days in ahead if days <= MOST_DAYS_BEFORE)])


def _row(plan: Plan, cycle: PlannedCycle, lead: int, end: date, width: int) -> Row:
    first = cycle.start - timedelta(days=lead)
    kept = (max(cycle.disconnect, _last_dispense(plan, cycle)) - first).days + 1
    whole = max(kept, (end - first).days)
    shown = max(kept, min(whole, width))
    hung, running, dispensed = _days_of(plan, cycle)
    marks = "".join(
        _mark(first + timedelta(days=offset), cycle, hung, running, dispensed)
        for offset in range(shown)
    )
    return Row(cycle.cycle, cycle.start, marks, whole - shown, cycle.past)


def _last_dispense(plan: Plan, cycle: PlannedCycle) -> date:
    return max([cycle.start, *(d.date for d in plan.dispenses if d.cycle == cycle.cycle)])


def _days_of(
    plan: Plan, cycle: PlannedCycle
) -> tuple[frozenset[date], frozenset[date], frozenset[date]]:
    bags = [bag for bag in plan.bags if bag.cycle == cycle.cycle]
    return (
        frozenset(bag.hang for bag in bags),
        frozenset(bag.hang + timedelta(days=n) for bag in bags for n in range(bag.days)),
        frozenset(d.date for d in plan.dispenses if d.cycle == cycle.cycle),
    )


def _mark(
    date_: date,
    cycle: PlannedCycle,
    hung: frozenset[date],
    running: frozenset[date],
    dispensed: frozenset[date],
) -> str:
    if date_ in dispensed:
        return DISPENSE_AND_HUNG if date_ in hung else DISPENSE
    if date_ in hung:
        return HUNG
    if date_ in running:
        return RUNNING
    if date_ < cycle.start:
        return NOTHING
    if date_ == cycle.disconnect:
        return DISCONNECT
    return FREE if date_ > cycle.disconnect else IDLE
