"""How near each limit of section II comes: its fullest window in the finished calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Literal

from planner.documents.plan import Limit, PlannedBag, PlannedDispense
from planner.documents.policy import HcpcsClause, QuantityClause, UnitsClause
from planner.regimen.course import Course

Dated = tuple[date, int, int]


def limits_of(
    course: Course, dispenses: Sequence[PlannedDispense], bags: Sequence[PlannedBag]
) -> tuple[Limit, ...]:
    """One entry a clause of section II that something counts under, in the policy's order."""
    first = _first_dispenses(dispenses, bags)
    limits = []
    for key, clause in course.clauses.items():
        if isinstance(clause, QuantityClause):
            dated = [(d.date, d.cycle, d.vials) for d in dispenses]
            limits += _limit(course, key, clause, "vials", dated, first)
        elif isinstance(clause, UnitsClause):
            named = range(clause.cycles.first, clause.cycles.last + 1)
            dated = [entry for entry in _units(course, bags) if entry[1] in named]
            limits += _limit(course, key, clause, "units", dated, first)
    return tuple(limits)


def _units(course: Course, bags: Sequence[PlannedBag]) -> list[Dated]:
    """The units that count, by date of service and cycle."""
    readings = course.readings
    per_unit = next(
        (c.mcg_per_unit for c in course.clauses.values() if isinstance(c, HcpcsClause)), 1
    )
    dated = [(date.fromordinal(u.day), u.cycle, u.units) for u in course.past_units]
    for bag in bags:
        if not bag.past:
            opened = course.drug.vial.mcg * bag.vials // per_unit
            counted = opened if readings.opened_billed else ceil(bag.mcg / per_unit)
            service = bag.hang if readings.service_by_hang else bag.dispense
            assert service is not None
            dated.append((service, bag.cycle, counted))
    return dated


def _first_dispenses(
    dispenses: Sequence[PlannedDispense], bags: Sequence[PlannedBag]
) -> dict[int, date]:
    first: dict[int, date] = {}
    for sent, cycle in [
        *((d.date, d.cycle) for d in dispenses),
        *((b.hang, b.cycle) for b in bags),
    ]:
        first[cycle] = min(sent, first.get(cycle, sent))
    return first


def _limit(
    course: Course,
    key: str,
    clause: QuantityClause | UnitsClause,
    unit: Literal["vials", "units"],
    dated: Sequence[Dated],
    first: dict[int, date],
) -> list[Limit]:
    if not dated:
        return []
    windows: list[tuple[date, int]] = []
    if course.readings.rolling:
        for start in sorted({day for day, _, _ in dated}):
            inside = (n for day, _, n in dated if _inside(day, start, clause.per_days))
            windows.append((start, sum(inside)))
    else:
        for cycle in sorted({c for _, c, _ in dated}):
            start = first[cycle]
            own = (n for day, c, n in dated if c == cycle and _inside(day, start, clause.per_days))
            windows.append((start, sum(own)))
    start, peak = min(windows, key=lambda window: (-window[1], window[0]))
    return [
        Limit(
            clause=key,
            per_days=clause.per_days,
            limit=clause.limit,
            unit=unit,
            peak=peak,
            window_from=start,
            window_to=start + timedelta(days=clause.per_days - 1),
        )
    ]


def _inside(day: date, start: date, per_days: int) -> bool:
    return start <= day < start + timedelta(days=per_days)
