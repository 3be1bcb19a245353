"""How near each limit of section II comes: its fullest window in the finished calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from planner.calendar.claims import counted_lines
from planner.documents.limits import LimitClause, LimitUnit
from planner.documents.plan import ClaimLine, Limit, PlannedDispense
from planner.regimen.course import Course

Dated = tuple[date, int, int]


def limits_of(
    course: Course, dispenses: Sequence[PlannedDispense], claims: Sequence[ClaimLine]
) -> tuple[Limit, ...]:
    """One entry a clause of section II that something counts under, in the policy's order."""
    counted: dict[LimitUnit, list[Dated]] = {
        "vials": [(d.date, d.cycle, d.vials) for d in dispenses],
        "units": [(line.date, line.cycle, line.units) for line in counted_lines(course, claims)],
    }
    first = _first_days(dispenses, claims)
    limits = []
    for key, clause in course.clauses.items():
        if isinstance(clause, LimitClause):
            dated = [entry for entry in counted[clause.of] if clause.names(entry[1])]
            limits += _limit(course, key, clause, dated, first)
    return tuple(limits)


def _first_days(
    dispenses: Sequence[PlannedDispense], claims: Sequence[ClaimLine]
) -> dict[int, date]:
    """Each cycle's first dispense; its first claim where it has none."""
    first: dict[int, date] = {}
    for d in dispenses:
        first[d.cycle] = min(d.date, first.get(d.cycle, d.date))
    dispensed = set(first)
    for line in claims:
        if line.cycle not in dispensed:
            first[line.cycle] = min(line.date, first.get(line.cycle, line.date))
    return first


def _limit(
    course: Course,
    key: str,
    clause: LimitClause,
    dated: Sequence[Dated],
    first: dict[int, date],
) -> list[Limit]:
    if not dated:
        return []
    windows: list[tuple[date, int]] = []
    if course.readings.rolling:
        for start in sorted({day for day, _, _ in dated}):
            inside = (n for day, _, n in dated if _inside(day, start, clause.days))
            windows.append((start, sum(inside)))
    else:
        for cycle in sorted({c for _, c, _ in dated}):
            start = first[cycle]
            own = (n for day, c, n in dated if c == cycle and _inside(day, start, clause.days))
            windows.append((start, sum(own)))
    start, peak = min(windows, key=lambda window: (-window[1], window[0]))
    return [
        Limit(
            clause=key,
            per_days=clause.days,
            limit=clause.limit,
            unit=clause.of,
            peak=peak,
            window_from=start,
            window_to=start + timedelta(days=clause.days - 1),
        )
    ]


def _inside(day: date, start: date, per_days: int) -> bool:
    return start <= day < start + timedelta(days=per_days)
