"""Files in which just some members of a conflict stand, and everything else is loosened.

The program leaves members out by switches among its rows. Here they are left out where people
would do it: a request is taken back, a setting is opened, a clause of the policy is lengthened or
struck. A calendar under such files keeps all members that stand, so these are no conflict. What is
looser here is looser by a few weeks, not without end: a search has to get through it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from planner.documents.base import WEEKDAYS
from planner.documents.limits import LimitClause
from planner.documents.policy import (
    AuthorizationClause,
    Clause,
    CyclesClause,
    DiagnosesClause,
    InfusionDaysClause,
    LengthClause,
    Policy,
    RenewalClause,
    Span,
)
from planner.documents.scenario import Authorization, DateWindow, Request, Scenario
from planner.regimen.build import course_of
from planner.regimen.course import Course

FORTNIGHT = timedelta(days=14)
LONGEST = Span(count=3000, unit="days")
MOST = 30
LATER = 110  # days: with pins or renewals to wait for, where lengths are free
OPEN: dict[str, Any] = {
    "bag_change_days": WEEKDAYS,
    "dispense_days": WEEKDAYS,
    "holidays": "none",
    "closed": (),
    "transit_days": 0,
    "max_days_ahead": 33,
    "spare_vials": 0,
    "ready_made": False,
}


def freed(course: Course, standing: Collection[str]) -> Course:
    """The course with everything loosened that does not stand.

    Args:
        course: the course as it is.
        standing: ids of the members that stand.
    """
    infused = next(c.days for c in course.clauses.values() if isinstance(c, InfusionDaysClause))
    policy = _policy(course.policy, infused, standing)
    return course_of(_scenario(course, standing), policy, course.drug)


def _policy(policy: Policy, infusion_days: int, standing: Collection[str]) -> Policy:
    clauses: dict[str, Clause] = {}
    renewed = any(
        isinstance(clause, AuthorizationClause) and clause.kind == "continued" and name in standing
        for name, clause in policy.clauses.items()
    )
    struck = LimitClause | RenewalClause | DiagnosesClause
    for name, clause in policy.clauses.items():
        if name in standing:
            clauses[name] = clause
        elif isinstance(clause, AuthorizationClause):
            # a renewal waits for the end of the one before, which is not put off then
            wide = {"length": LONGEST, "cycles": MOST, "cycles_in_all": None}
            clauses[name] = clause if renewed else clause.model_copy(update=wide)
        elif isinstance(clause, LengthClause):
            rows = tuple(row.model_copy(update={"days": infusion_days}) for row in clause.rows)
            clauses[name] = clause.model_copy(update={"rows": rows})
        elif isinstance(clause, CyclesClause):
            clauses[name] = clause.model_copy(update={"at_most": MOST})
        elif not isinstance(clause, struck):
            clauses[name] = clause
    return policy.model_copy(update={"clauses": clauses})


def _scenario(course: Course, standing: Collection[str]) -> Scenario:
    scenario = course.scenario
    pharmacy = {k: v for k, v in OPEN.items() if f"pharmacy.{k}" not in standing}
    if "pharmacy.bags" not in standing:
        pharmacy["bags"] = tuple(course.drug.bags)
    readings = dict(scenario.readings)
    if "readings.refill_threshold" not in standing:
        readings.pop("refill_threshold", None)
    patient = scenario.patient
    if "patient.diagnosis" not in standing:
        patient = patient.model_copy(update={"diagnosis": None})
    lost = tuple(
        one for i, one in enumerate(scenario.history.wasted) if f"history.wasted.{i}" in standing
    )
    return scenario.model_copy(
        update={
            "patient": patient,
            "pharmacy": scenario.pharmacy.model_copy(update=pharmacy),
            "readings": readings,
            "history": scenario.history.model_copy(update={"wasted": lost}),
            "request": _request(scenario, _first_planned(course), standing),
            "authorizations": tuple(
                one if f"authorizations.{i}" in standing else Authorization(kind=one.kind)
                for i, one in enumerate(scenario.authorizations)
            ),
        }
    )


def _first_planned(course: Course) -> int:
    """One cycle at least is still to be planned, where the course plans any."""
    return min((c.number for c in course.cycles), default=max(1, len(course.past)))


def _request(scenario: Scenario, first_planned: int, standing: Collection[str]) -> Request:
    request = scenario.request
    kept: dict[str, Any] = {
        "cycle_starts": {
            number: day
            for number, day in request.cycle_starts.items()
            if f"request.cycle_starts.{number}" in standing
        },
        "dispenses": tuple(
            d for i, d in enumerate(request.dispenses) if f"request.dispenses.{i}" in standing
        ),
        "claims": tuple(
            c for i, c in enumerate(request.claims) if f"request.claims.{i}" in standing
        ),
    }
    for name in ("daily_dose_mcg", "finish_by"):
        if f"request.{name}" not in standing:
            kept[name] = None
    if "request.cycles" not in standing:
        named = [one.cycle for one in (*kept["dispenses"], *kept["claims"])]
        kept["cycles"] = max([first_planned, *kept["cycle_starts"], *named])
    late = "request.max_delay_days" in standing
    if not late:
        waits = bool(kept["cycle_starts"]) or bool(scenario.authorizations)
        kept["max_delay_days"] = request.max_delay_days + (LATER if waits else 0)
    if "request.first_infusion" not in standing:
        asked = request.first_infusion
        first, last = (asked, asked) if isinstance(asked, date) else (asked.earliest, asked.latest)
        earliest = first if late else first - FORTNIGHT
        kept["first_infusion"] = DateWindow(earliest=earliest, latest=last + FORTNIGHT)
    return request.model_copy(update=kept)
