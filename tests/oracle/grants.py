"""Authorizations: which cycles each covers, when it opens and ends, and what must lie inside.

Each `*_faults` function yields one sentence for each fault, led by the clause that is broken.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Literal

from planner.documents import policy as p
from planner.documents.scenario import Authorization
from tests.oracle.case import Case
from tests.oracle.past import old_claims, old_dispenses
from tests.oracle.values import Calendar, Claim, Grant, day_after


@dataclass(frozen=True)
class Allotment:
    """An authorization and its cycles, before its days are known. Where ``by_dates``, the cycles
    are those that fit, at ``most`` so many, of those it ``may`` have."""

    id: str
    name: str
    clause: p.AuthorizationClause
    given: Authorization | None
    cycles: tuple[int, ...]
    by_dates: bool = False
    may: tuple[int, ...] = ()
    most: int | None = None

    def end(self, start: dt.date) -> dt.date | None:
        """Its last day where it opens on ``start``; None where the payer sets it."""
        if self.given is not None and self.given.end is not None:
            return self.given.end
        return None if self.clause.length is None else end_of(start, self.clause.length)


def crossing(case: Case) -> bool:
    """Whether a cycle may cross from one authorization into the next."""
    named = "authorization.per" in case.policy.readings
    return named and case.reading("authorization.per") == "day"


@lru_cache(maxsize=64)
def allotments(case: Case) -> tuple[Allotment, ...]:
    """The authorizations in order, the initial one first, then the renewals given, then those to
    be asked for. Cycles that the scenario names go where it says; the others in order, as many to
    each as it says or as the policy prints. One still to be asked for has at least one cycle. From
    the first on that has an end and no number of cycles, dates decide; where a cycle may cross from
    one into the next they do for all.
    """
    rows: list[tuple[str, p.AuthorizationClause, Authorization | None]] = []
    kinds: tuple[Literal["initial", "continued"], ...] = ("initial", "continued")
    for kind in kinds:
        given = [one for one in case.scenario.authorizations if one.kind == kind]
        for name, clause in case.clauses(p.AuthorizationClause):
            if clause.kind == kind:
                parts = case.infusion_days if crossing(case) else 1
                most = case.cycles * parts if clause.at_most == "any" else clause.at_most
                fresh = max(0, most - len(given))
                rows += [(name, clause, one) for one in given]
                rows += [(name, clause, None)] * fresh
    void = [one for one in case.scenario.authorizations if all(one is not row[2] for row in rows)]
    found: list[Allotment] = []
    renewals, at, dated = 0, 1, False
    for place, (name, clause, one) in enumerate(rows):
        asked = clause.cycles if one is None or one.cycles is None else one.cycles
        ahead = {
            cycle
            for later in [*(row[2] for row in rows[place + 1 :]), *void]
            if later is not None and isinstance(later.cycles, tuple)
            for cycle in later.cycles
        }
        ends = clause.length is not None or (one is not None and one.end is not None)
        dated = dated or crossing(case) or (asked is None and ends)
        label = "initial" if clause.kind == "initial" else f"continued-{renewals + 1}"
        if dated and (crossing(case) or not isinstance(asked, tuple)):
            renewals += clause.kind == "continued"
            at = max([at, *(cycle + 1 for cycle in asked)]) if isinstance(asked, tuple) else at
            named = isinstance(asked, tuple)
            rest = set(range(at, min([case.cycles + 1, *(c for c in ahead if c >= at)])))
            may = set(asked) if isinstance(asked, tuple) else rest
            found.append(
                Allotment(
                    label,
                    name,
                    clause,
                    one,
                    (),
                    True,
                    tuple(sorted(may & set(range(1, case.cycles + 1)))),
                    asked if isinstance(asked, int) and not named else None,
                )
            )
            continue
        if isinstance(asked, tuple):
            cycles = tuple(cycle for cycle in asked if cycle <= case.cycles)
        else:
            cycles = ()
            while at <= case.cycles and at not in ahead and len(cycles) != asked:
                cycles, at = (*cycles, at), at + 1
        at = max([at, *(cycle + 1 for cycle in cycles)])
        if one is not None or cycles:
            renewals += clause.kind == "continued"
            found.append(Allotment(label, name, clause, one, cycles))
    return tuple(found)


def settled(
    case: Case, calendar: Calendar, claims: Sequence[Claim]
) -> tuple[Allotment, ...] | None:
    """The allotments with the cycles that their dates hold: of all ways to share them out, the
    first that holds every covered day; None where there is none."""
    rows = allotments(case)
    dated = [one for one in rows if one.by_dates]
    if not dated:
        return rows
    days = covered_days(case, calendar, claims)
    if crossing(case):
        return _crossed(case, rows, days)
    due = sorted({cycle for one in dated for cycle in one.may})
    for shared in product(range(len(dated)), repeat=len(due)):
        if list(shared) != sorted(shared):
            continue
        own = {
            one.id: tuple(c for c, place in zip(due, shared, strict=True) if place == at)
            for at, one in enumerate(dated)
        }
        tried = tuple(replace(one, cycles=own.get(one.id, one.cycles)) for one in rows)
        if all(_has_room(one) for one in tried) and not _outside(tried, days):
            return tried
    return None


def _has_room(one: Allotment) -> bool:
    allowed = not one.by_dates or set(one.cycles) <= set(one.may)
    return allowed and (one.most is None or len(one.cycles) <= one.most)


def _outside(rows: Sequence[Allotment], days: dict[int, list[dt.date]]) -> bool:
    return any(
        not window.start <= day <= (window.end or day)
        for window in _windows(rows, days)
        for cycle in window.cycles
        for day in days.get(cycle, [])
    )


def _crossed(
    case: Case, rows: Sequence[Allotment], days: dict[int, list[dt.date]]
) -> tuple[Allotment, ...] | None:
    """Day by day: each covered day in the first authorization that holds it, or in the next, which
    opens then; a cycle counts for the one that it begins in."""
    held: dict[str, tuple[dt.date, dt.date | None, list[int]]] = {}
    begun: Counter[str] = Counter()
    first = {cycle: min(some) for cycle, some in _infused(case, days).items()}
    for day, cycle in sorted({(day, cycle) for cycle, some in days.items() for day in some}):
        for one in rows:
            opens = day if one.given is None or one.given.start is None else one.given.start
            if one.id not in held:
                if opens > day:
                    return None
                held[one.id] = opens, one.end(opens), []
            start, end, cycles = held[one.id]
            if not start <= day <= (end or day):
                continue
            if first.get(cycle) == day:
                begun[one.id] += 1
                if cycle not in one.may or (one.most is not None and begun[one.id] > one.most):
                    return None
            if cycle not in cycles:
                cycles.append(cycle)
            break
        else:
            return None
    return tuple(
        replace(one, cycles=tuple(sorted(held[one.id][2]))) if one.id in held else one
        for one in rows
    )


def _infused(case: Case, days: dict[int, list[dt.date]]) -> dict[int, list[dt.date]]:
    """By cycle its days, in the order that ``covered_days`` lists them: infusion days first."""
    return {cycle: some[: case.infusion_days] for cycle, some in days.items() if some}


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
    day; where cycles may cross, on the first covered day that none before holds. Authorizations
    with neither given days nor anything to cover are left out.
    """
    days = covered_days(case, calendar, claims)
    rows = settled(case, calendar, claims) or allotments(case)
    if not crossing(case):
        return _windows(rows, days)
    found: list[Grant] = []
    for one in rows:
        start = None if one.given is None else one.given.start
        bare = sorted(
            day
            for cycle in one.cycles
            for day in days.get(cycle, [])
            if not any(w.start <= day <= (w.end or day) for w in found)
        )
        if start is None and bare:
            start = bare[0]
        if start is not None:
            found.append(Grant(one.id, start, one.end(start), one.cycles))
    return found


def _windows(rows: Sequence[Allotment], days: dict[int, list[dt.date]]) -> list[Grant]:
    found: list[Grant] = []
    before: dt.date | None = None
    for one in rows:
        held = sorted(day for cycle in one.cycles for day in days.get(cycle, []))
        start = None if one.given is None else one.given.start
        if start is None and held:
            start = held[0]
            if one.clause.kind == "continued" and before is not None:
                start = day_after(before)
                while one.clause.length and end_of(start, one.clause.length) < held[-1]:
                    start = day_after(start)
        if start is not None:
            found.append(Grant(one.id, start, one.end(start), one.cycles))
            before = found[-1].end
        elif one.given is not None and one.given.end is not None:
            before = max(before or one.given.end, one.given.end)
        elif one is rows[0] and one.by_dates and one.clause.kind == "initial":
            # it opens with the first service all the same
            before = one.end(min(day for some in days.values() for day in some))
    return found


def end_of(start: dt.date, length: p.Span) -> dt.date:
    """The last day of a length of time that opens on ``start``."""
    if length.unit == "days":
        return day_after(start, length.count - 1)
    if length.unit == "weeks":
        return day_after(start, 7 * length.count - 1)
    month = start.month - 1 + length.count
    year, month = start.year + month // 12, month % 12 + 1
    days = months.monthrange(year, month)[1]
    if start.day > days:
        return dt.date(year, month, days)
    return day_after(dt.date(year, month, start.day), -1)


@lru_cache(maxsize=64)
def count_faults(case: Case) -> tuple[str, ...]:
    """I.* and IV.*: how many authorizations, and how many cycles they cover together."""
    return tuple(_count_faults(case))


def _count_faults(case: Case) -> Iterator[str]:
    rows = allotments(case)
    times = Counter(cycle for one in rows for cycle in one.cycles)
    dated = {cycle for one in rows if one.by_dates for cycle in one.may}
    for cycle in range(1, case.cycles + 1):
        if times[cycle] != 1 and cycle not in dated:
            yield f"authorizations: cycle {cycle} has {times[cycle]}"
    yield from _beyond(case, [one for one in rows if not one.by_dates])


def _beyond(case: Case, rows: Sequence[Allotment]) -> Iterator[str]:
    for name, clause in case.clauses(p.AuthorizationClause):
        of_kind = [one for one in rows if one.clause.kind == clause.kind]
        in_all = sum(len(one.cycles) for one in of_kind)
        if clause.at_most != "any" and len(of_kind) > clause.at_most:
            yield f"{name}: {len(of_kind)} authorizations, at most {clause.at_most}"
        if clause.cycles_in_all is not None and in_all > clause.cycles_in_all:
            yield f"{name}: {in_all} cycles, at most {clause.cycles_in_all} in all"
    continued = sum(len(one.cycles) for one in rows if one.clause.kind == "continued")
    for name, renewal in case.clauses(p.RenewalClause):
        if not renewal.renewable and continued:
            yield f"{name}: coverage is not renewed"
        if renewal.continued_cycles is not None and continued > renewal.continued_cycles:
            yield f"{name}: {continued} continued cycles, at most {renewal.continued_cycles}"


def _counting(
    case: Case,
    rows: Sequence[Allotment],
    days: dict[int, list[dt.date]],
    windows: Sequence[Grant],
) -> list[Allotment]:
    """The authorizations in use, each with the cycles that count for it: where a cycle may cross,
    those that begin in it."""
    used = [one for one in rows if one.given or one.cycles]
    if not crossing(case):
        return used
    first = {cycle: min(some) for cycle, some in _infused(case, days).items()}
    spans = {window.id: window for window in windows}
    return [
        replace(
            one,
            cycles=tuple(
                c
                for c in one.cycles
                for window in [spans[one.id]]
                if window.start <= first[c] <= (window.end or first[c])
            ),
        )
        for one in used
    ]


def grant_faults(case: Case, calendar: Calendar, claims: Sequence[Claim]) -> Iterator[str]:
    """I.*: every covered day of a cycle lies in the window of its authorization; the units that
    an authorization grants in all are not passed.
    """
    days = covered_days(case, calendar, claims)
    names = {one.id: one.name for one in allotments(case)}
    rows = settled(case, calendar, claims)
    if rows is None:
        yield f"{next(iter(names.values()))}: no authorizations hold every covered day"
        return
    if any(one.by_dates for one in rows):
        yield from _beyond(case, _counting(case, rows, days, grants(case, calendar, claims)))
    for window in () if crossing(case) else grants(case, calendar, claims):
        for cycle in window.cycles:
            for day in sorted(days.get(cycle, [])):
                if not window.start <= day <= (window.end or day):
                    yield (
                        f"{names[window.id]}: cycle {cycle} on {day}, "
                        f"{window.id} covers {window.start} to {window.end}"
                    )
    for one in rows:
        if one.given is not None and one.given.units is not None:
            billed = [*old_claims(case), *claims]
            total = sum(claim.units for claim in billed if claim.cycle in one.cycles)
            if total > one.given.units:
                yield f"authorizations: {total} units under {one.id}, {one.given.units} granted"
