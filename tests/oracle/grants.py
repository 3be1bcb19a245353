"""Authorizations: which cycles each covers, when it opens and ends, and what must lie inside.

Each `*_faults` function yields one sentence for each fault, led by the clause that is broken.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from planner.documents import policy as p
from planner.documents.scenario import Authorization
from tests.oracle.case import Case
from tests.oracle.past import old_claims, old_dispenses
from tests.oracle.values import Calendar, Claim, Grant, day_after


@dataclass(frozen=True)
class Allotment:
    """An authorization and its cycles, before its days are known."""

    id: str
    name: str
    clause: p.AuthorizationClause
    given: Authorization | None
    cycles: tuple[int, ...]


@lru_cache(maxsize=64)
def allotments(case: Case) -> tuple[Allotment, ...]:
    """The authorizations in order, the initial one first, then the renewals given, then those to
    be asked for. Cycles that the scenario names go where it says; the others in order, as many to
    each as it says or as the policy prints. One still to be asked for has at least one cycle.
    """
    rows: list[tuple[str, p.AuthorizationClause, Authorization | None]] = []
    kinds: tuple[Literal["initial", "continued"], ...] = ("initial", "continued")
    for kind in kinds:
        given = [one for one in case.scenario.authorizations if one.kind == kind]
        for name, clause in case.clauses(p.AuthorizationClause):
            if clause.kind == kind:
                fresh = max(0, clause.at_most - len(given))
                rows += [(name, clause, one) for one in given]
                rows += [(name, clause, None)] * fresh
    void = [one for one in case.scenario.authorizations if all(one is not row[2] for row in rows)]
    found: list[Allotment] = []
    renewals, at = 0, 1
    for place, (name, clause, one) in enumerate(rows):
        asked = clause.cycles if one is None or one.cycles is None else one.cycles
        if isinstance(asked, tuple):
            cycles = tuple(cycle for cycle in asked if cycle <= case.cycles)
        else:
            ahead = {
                cycle
                for later in [*(row[2] for row in rows[place + 1 :]), *void]
                if later is not None and isinstance(later.cycles, tuple)
                for cycle in later.cycles
            }
            cycles = ()
            while at <= case.cycles and at not in ahead and len(cycles) != asked:
                cycles, at = (*cycles, at), at + 1
        at = max([at, *(cycle + 1 for cycle in cycles)])
        if one is not None or cycles:
            renewals += clause.kind == "continued"
            label = "initial" if clause.kind == "initial" else f"continued-{renewals}"
            found.append(Allotment(label, name, clause, one, cycles))
    return tuple(found)


def covered_days(
    case: Case, calendar: Calendar, claims: Sequence[Claim]
) -> dict[int, list[dt.date]]:
    """By cycle, the days that its authorization must hold: infusion days and claims' dates
    (`service`), dispenses too (`all`).
    """
    starts = {cycle: past.start for cycle, past in case.past.items()} | dict(calendar.starts)
    days = {cycle: list(case.infusion_dates(cycle, start)) for cycle, start in starts.items()}
    for claim in [*old_claims(case), *claims]:
        days.setdefault(claim.cycle, []).append(claim.day)
    if case.reading("authorization.covers") == "all":
        for one in [*old_dispenses(case), *calendar.dispenses]:
            days.setdefault(one.cycle, []).append(one.day)
    return days


def grants(case: Case, calendar: Calendar, claims: Sequence[Claim]) -> list[Grant]:
    """The windows. Given days win; the initial one opens on its first covered day; a renewal opens
    the day after the one before ends, or as many days later as it takes to hold its last covered
    day. Authorizations with neither given days nor anything to cover are left out.
    """
    days = covered_days(case, calendar, claims)
    found: list[Grant] = []
    for one in allotments(case):
        held = sorted(day for cycle in one.cycles for day in days.get(cycle, []))
        start = None if one.given is None else one.given.start
        if start is None and held:
            start = held[0]
            if one.clause.kind == "continued" and found:
                start = day_after(found[-1].end)
                while end_of(start, one.clause.length) < held[-1]:
                    start = day_after(start)
        if start is not None:
            end = None if one.given is None else one.given.end
            found.append(Grant(one.id, start, end or end_of(start, one.clause.length), one.cycles))
    return found


def end_of(start: dt.date, length: p.Span) -> dt.date:
    """The last day of a length of time that opens on ``start``."""
    if length.unit == "days":
        return day_after(start, length.count - 1)
    if length.unit == "weeks":
        return day_after(start, 7 * length.count - 1)
    month = start.month - 1 + length.count
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, months.monthrange(year, month)[1])
    return day_after(dt.date(year, month, day), -1)


@lru_cache(maxsize=64)
def count_faults(case: Case) -> tuple[str, ...]:
    """I.* and IV.*: how many authorizations, and how many cycles they cover together."""
    return tuple(_count_faults(case))


def _count_faults(case: Case) -> Iterator[str]:
    rows = allotments(case)
    times = Counter(cycle for one in rows for cycle in one.cycles)
    for cycle in range(1, case.cycles + 1):
        if times[cycle] != 1:
            yield f"authorizations: cycle {cycle} has {times[cycle]}"
    for name, clause in case.clauses(p.AuthorizationClause):
        of_kind = [one for one in rows if one.clause.kind == clause.kind]
        in_all = sum(len(one.cycles) for one in of_kind)
        if len(of_kind) > clause.at_most:
            yield f"{name}: {len(of_kind)} authorizations, at most {clause.at_most}"
        if clause.cycles_in_all is not None and in_all > clause.cycles_in_all:
            yield f"{name}: {in_all} cycles, at most {clause.cycles_in_all} in all"
    continued = sum(len(one.cycles) for one in rows if one.clause.kind == "continued")
    for name, renewal in case.clauses(p.RenewalClause):
        if not renewal.renewable and continued:
            yield f"{name}: coverage is not renewed"
        if renewal.continued_cycles is not None and continued > renewal.continued_cycles:
            yield f"{name}: {continued} continued cycles, at most {renewal.continued_cycles}"


def grant_faults(case: Case, calendar: Calendar, claims: Sequence[Claim]) -> Iterator[str]:
    """I.*: every covered day of a cycle lies in the window of its authorization; the units that
    an authorization grants in all are not passed.
    """
    days = covered_days(case, calendar, claims)
    names = {one.id: one.name for one in allotments(case)}
    for window in grants(case, calendar, claims):
        for cycle in window.cycles:
            for day in sorted(days.get(cycle, [])):
                if not window.start <= day <= window.end:
                    yield (
                        f"{names[window.id]}: cycle {cycle} on {day}, "
                        f"{window.id} covers {window.start} to {window.end}"
                    )
    for one in allotments(case):
        if one.given is not None and one.given.units is not None:
            billed = [*old_claims(case), *claims]
            total = sum(claim.units for claim in billed if claim.cycle in one.cycles)
            if total > one.given.units:
                yield f"authorizations: {total} units under {one.id}, {one.given.units} granted"
