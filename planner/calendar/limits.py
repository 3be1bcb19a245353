"""How near each limit of a policy comes: its fullest window in the finished calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from planner.documents.limits import Counted, LimitClause, PerDays, counted
from planner.documents.plan import Limit, Plan
from planner.regimen.course import Course

Window = tuple[date, date, int | Decimal]  # from, to and sum


def limits_of(course: Course, plan: Plan) -> tuple[Limit, ...]:
    """One entry a limit that something counts under, in the policy's order."""
    limits = []
    for key, clause in course.clauses.items():
        if not isinstance(clause, LimitClause):
            continue
        entries = counted(plan, clause)
        windows = list(windows_of(plan, clause, entries, rolling=course.readings.rolling))
        if windows:
            first, last, peak = min(windows, key=lambda window: (-window[2], window[0]))
            per = clause.per
            limits.append(
                Limit(
                    clause=key,
                    per_days=per.days if isinstance(per, PerDays) else None,
                    per="days" if isinstance(per, PerDays) else per,
                    limit=clause.limit,
                    unit=clause.of,
                    peak=ceil(peak),
                    window_from=first,
                    window_to=last,
                )
            )
    return tuple(limits)


def windows_of(
    plan: Plan, clause: LimitClause, entries: Sequence[Counted], *, rolling: bool
) -> Iterator[Window]:
    """The windows that a limit is counted in, as far as something falls into them."""
    if not isinstance(clause.per, PerDays):
        for span, inside in periods(clause, entries):
            yield *span, sum(e.amount for e in inside)
        return
    length = timedelta(days=clause.per.days - 1)
    if rolling:
        for start in sorted({e.date for e in entries}):
            within = [e.amount for e in entries if start <= e.date <= start + length]
            yield start, start + length, sum(within)
        return
    first = _first_days(plan)
    for cycle in sorted({e.cycle for e in entries}):
        start = first[cycle]
        own = [e.amount for e in entries if e.cycle == cycle and start <= e.date <= start + length]
        yield start, start + length, sum(own)


def periods(
    clause: LimitClause, entries: Sequence[Counted]
) -> Iterator[tuple[tuple[date, date], list[Counted]]]:
    """The periods of a limit that is not per days: first and last date, and what it counts."""
    found: dict[str | int, list[Counted]] = {}
    for entry in sorted(entries, key=lambda e: (e.date, e.cycle)):
        period = clause.period(entry.date, entry.cycle, entry.authorization)
        if period is not None:
            found.setdefault(period, []).append(entry)
    for inside in found.values():
        first, last = inside[0].date, inside[-1].date
        if clause.per == "calendar-year":
            first, last = first.replace(month=1, day=1), last.replace(month=12, day=31)
        yield (first, last), inside


def _first_days(plan: Plan) -> dict[int, date]:
    """Each cycle's first dispense; its first claim where it has none; else its start."""
    first = {c.cycle: c.start for c in plan.cycles}
    for items in (plan.claims, plan.dispenses):
        own: dict[int, date] = {}
        for item in items:
            own[item.cycle] = min(item.date, own.get(item.cycle, item.date))
        first |= own
    return first
