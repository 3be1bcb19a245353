"""What is left of each authorization, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from planner.documents.coverage import AuthorizationDays, Left
from planner.documents.plan import ClaimLine, Plan, PlannedAuthorization
from planner.documents.policy import AuthorizationClause, Policy
from planner.documents.scenario import Authorization

ONE_DAY = timedelta(days=1)


def authorization_days(plan: Plan, policy: Policy) -> Iterator[AuthorizationDays]:
    """Each authorization of a plan from its first to its last day; where the payer sets that, to
    the last infusion day of the plan.

    Cycles are granted by number in the scenario, else by the policy; units only where the scenario
    has them. A cycle is used up on the day it starts, units on their date of service, as
    ``units.billed`` counts them.
    """
    for window in plan.authorizations:
        given = _given(plan, window)
        cycles, units = _cycles(plan, policy, window, given), given.units if given else None
        yield AuthorizationDays(
            authorization=window.id,
            cycles=cycles,
            units=units,
            days=tuple(_days(plan, window, cycles, units)),
        )


def _given(plan: Plan, window: PlannedAuthorization) -> Authorization | None:
    """The scenario's authorization that a window stands for: the n-th of its kind. One before it
    that covers nothing may not be in the plan; the id has the number."""
    if not window.given:
        return None
    _, _, number = window.id.partition("-")
    listed = [one for one in plan.scenario.document.authorizations if one.kind == window.kind]
    return listed[int(number or 1) - 1]


def _cycles(
    plan: Plan, policy: Policy, window: PlannedAuthorization, given: Authorization | None
) -> int | None:
    if given is not None and given.cycles is not None:
        return given.cycles if isinstance(given.cycles, int) else len(given.cycles)
    return next(
        (
            clause.cycles
            for clause in policy.clauses.values()
            if isinstance(clause, AuthorizationClause)
            and clause.kind == window.kind
            and plan.indication in clause.indications
        ),
        None,
    )


def _days(
    plan: Plan, window: PlannedAuthorization, cycles: int | None, units: int | None
) -> Iterator[Left]:
    begun = [cycle.start for cycle in plan.cycles if cycle.cycle in window.cycles]
    starts = [start for start in begun if start >= window.start]
    infused = (cycle.last_infusion_day for cycle in plan.cycles)
    end = window.end if window.end is not None else max([window.start, *infused])
    billed = [
        line for line in plan.claims if line.authorization == window.id and counts(plan, line)
    ]
    changes = {day for day in (*starts, *(line.date for line in billed)) if day > window.start}
    firsts = [window.start, *sorted(day for day in changes if day <= end)]
    lasts = [*(day - ONE_DAY for day in firsts[1:]), end]
    for first, last in zip(firsts, lasts, strict=True):
        used = sum(line.units for line in billed if line.date <= first)
        yield Left(
            first=first,
            last=last,
            cycles_left=None if cycles is None else cycles - _by(starts, first),
            units_billed=used,
            units_left=None if units is None else units - used,
        )


def _by(days: list[date], day: date) -> int:
    return sum(1 for one in days if one <= day)


def counts(plan: Plan, line: ClaimLine) -> bool:
    """Whether a line's units count, by the reading ``units.billed``."""
    return not (line.modifier == "JW" and plan.readings.get("units.billed") == "administered")
