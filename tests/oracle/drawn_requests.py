"""Requests and given authorizations, copied from a calendar and then, half of the time, bent."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from planner.documents.policy import DiagnosesClause, Policy
from planner.documents.scenario import Authorization, Request, Scenario
from tests.oracle.case import Case
from tests.oracle.coverage import new_claims
from tests.oracle.drawn_fresh import often
from tests.oracle.grants import allotments, grants
from tests.oracle.past import old_claims
from tests.oracle.values import Calendar, day_after


def with_requests(rng: Random, case: Case, calendar: Calendar) -> Scenario:
    """The scenario with some of: pinned starts, dispenses or claims of one cycle, `finish_by`, a
    first infusion after the history, given authorizations.
    """
    scenario = case.scenario
    bend = rng.random() < 0.5
    asked: dict[str, Any] = {}
    kinds = ["starts", "dispenses", "claims", "finish", "first", "authorizations"]
    for kind in rng.sample(kinds, rng.randint(1, 2)):
        if kind == "starts" and calendar.starts:
            cycle, start = rng.choice(calendar.starts)
            asked["cycle_starts"] = {cycle: _bent(rng, start, bend)}
        elif kind == "dispenses" and calendar.starts:
            asked["dispenses"] = _dispenses(rng, calendar, bend)
        elif kind == "claims" and calendar.starts:
            asked["claims"] = _claims(rng, case, calendar, bend)
        elif kind == "finish" and calendar.starts:
            end = case.disconnect(*calendar.starts[-1]) or calendar.starts[-1][1]
            asked["finish_by"] = _bent(rng, end, bend)
        elif kind == "first" and calendar.starts and case.past:
            asked["first_infusion"] = _first(rng, case, calendar, bend)
        elif kind == "authorizations":
            given = _authorizations(rng, case, calendar, bend)
            scenario = scenario.model_copy(update={"authorizations": given})
    request = Request.model_validate(scenario.request.model_dump() | asked)
    return scenario.model_copy(update={"request": request})


def with_dated_code(rng: Random, case: Case, calendar: Calendar) -> Policy:
    """The policy with its one diagnosis code valid from the first date of service of a calendar on,
    or up to the last one, or a day less."""
    days = [one.day for one in (*old_claims(case), *new_claims(case, calendar))]
    less = rng.choice([0, 0, 1])
    dates = (
        {"effective_from": day_after(min(days), less)}
        if rng.random() < 0.5
        else {"effective_until": day_after(max(days), -less)}
    )
    clauses = {
        name: clause.model_copy(update={"codes": (clause.codes[0].model_copy(update=dates),)})
        if isinstance(clause, DiagnosesClause)
        else clause
        for name, clause in case.policy.clauses.items()
    }
    return case.policy.model_copy(update={"clauses": clauses})


def _bent(rng: Random, day: dt.date, bend: bool) -> dt.date:
    return day_after(day, rng.choice([-1, 1, 2]) if bend else 0)


def _first(rng: Random, case: Case, calendar: Calendar, bend: bool) -> Any:
    """A date or a window after the last start of the history."""
    after = day_after(max(past.start for past in case.past.values()))
    start = max(after, _bent(rng, calendar.starts[0][1], bend))
    latest = day_after(start, rng.randint(0, 2))
    return rng.choice([start, {"earliest": start, "latest": latest}])


def _dispenses(rng: Random, calendar: Calendar, bend: bool) -> list[dict[str, Any]]:
    cycle = rng.choice(calendar.starts)[0]
    found: list[dict[str, Any]] = [
        {"date": one.day, "vials": one.vials, "cycle": cycle}
        for one in calendar.dispenses
        if one.cycle == cycle
    ]
    if bend and found:
        row = rng.choice(found)
        if rng.random() < 0.5:
            row["vials"] = max(1, row["vials"] + rng.choice([-1, 1]))
        else:
            days = {other["date"] for other in found if other is not row}
            moved = day_after(row["date"], rng.choice([-1, 1]))
            row["date"] = row["date"] if moved in days else moved
    return found


def _claims(rng: Random, case: Case, calendar: Calendar, bend: bool) -> list[dict[str, Any]]:
    cycle = rng.choice(calendar.starts)[0]
    found: list[dict[str, Any]] = [
        {"date": one.day, "units": one.units, "cycle": cycle}
        for one in new_claims(case, calendar)
        if one.cycle == cycle
    ]
    if bend and found:
        row = rng.choice(found)
        row["units"] = max(1, row["units"] + rng.choice([-1, 1, 10]))
    return found


def _authorizations(
    rng: Random, case: Case, calendar: Calendar, bend: bool
) -> tuple[Authorization, ...]:
    """The first one or all of the authorizations that the calendar needs, with their dates, and
    now and then their cycles and units.
    """
    claims = new_claims(case, calendar)
    windows = grants(case, calendar, claims)
    found = []
    for window in windows if rng.random() < 0.5 else windows[:1]:
        [kind] = [one.clause.kind for one in allotments(case) if one.id == window.id]
        row: dict[str, Any] = {"kind": kind, "start": _bent(rng, window.start, bend)}
        if rng.random() < 0.5 and window.end is not None:
            row["end"] = day_after(window.end, rng.choice([-1, 2]) if bend else 0)
        row["cycles"] = rng.choice([None, len(window.cycles), window.cycles])
        if often(rng, False, True):
            billed = [*old_claims(case), *claims]
            units = sum(one.units for one in billed if one.cycle in window.cycles)
            row["units"] = max(1, units - (rng.choice([0, 1]) if bend else 0))
        found.append(Authorization.model_validate(row))
    return tuple(found)
