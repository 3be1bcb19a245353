"""What a plan says of its coverage: criteria, renewals, and authorizations day by day."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.cover import Slot, slots
from planner.audit.days import after
from planner.coverage import verdict
from planner.documents.coverage import AuthorizationDays, CoverageStatus
from planner.documents.criteria import Verdict
from planner.documents.plan import PlannedAuthorization

_STATUS: dict[Verdict | None, CoverageStatus] = {
    "met": "met",
    "not-met": "not-met",
    "unknown": "undecided",
    None: "not-asked",
}


def criteria(case: Case) -> Iterator[str]:
    """The status of the criteria, where the plan states one, follows from the scenario's facts."""
    stated = case.plan.coverage
    if stated is None:
        return
    due = _STATUS[verdict(case.scenario, case.policy)]
    if stated.status != due:
        yield f"the criteria are {due}, the plan says {stated.status}"


def renewals(case: Case) -> Iterator[str]:
    """Each renewal still to be asked for is listed once, with its dates and cycles, and what its
    evidence is due by."""
    stated = case.plan.coverage
    if stated is None:
        return
    due = [w for w in case.plan.authorizations if w.kind == "continued" and w.request_by]
    if [one.authorization for one in stated.renewals] != [window.id for window in due]:
        yield f"the renewals to ask for are {', '.join(w.id for w in due) or 'none'}"
        return
    for one, window in zip(stated.renewals, due, strict=True):
        if (one.request_by, one.opens, one.ends, one.cycles) != (
            window.request_by,
            window.start,
            window.end,
            window.cycles,
        ):
            yield f"the renewal {one.authorization} is not as the authorization {window.id}"
        if any(item.by != window.request_by for item in one.checklist):
            yield f"the evidence for {window.id} is due by {window.request_by}"


def authorization_days(case: Case) -> Iterator[str]:
    """On every day of every authorization: the cycles not begun, the units billed so far, and
    what is left of units granted."""
    stated = case.plan.coverage
    if stated is None:
        return
    listed = {one.authorization: one for one in stated.authorizations}
    if list(listed) != [window.id for window in case.plan.authorizations]:
        yield "the authorizations day by day are not those of the plan"
        return
    known = {slot.id: slot for slot in slots(case)}
    for window in case.plan.authorizations:
        if window.id in known:
            yield from _day_by_day(case, window, listed[window.id], known[window.id])


def _day_by_day(
    case: Case, window: PlannedAuthorization, stated: AuthorizationDays, slot: Slot
) -> Iterator[str]:
    cycles, units = _granted(slot), slot.given.units if slot.given else None
    if (stated.cycles, stated.units) != (cycles, units):
        yield f"{window.id} grants {cycles} cycles and {units} units"
    days = {
        after(run.first, n): run
        for run in stated.days
        for n in range((run.last - run.first).days + 1)
    }
    lines = [line for line in counted_lines(case, case.plan.claims) if line.cycle in window.cycles]
    for n in range((window.end - window.start).days + 1):
        day = after(window.start, n)
        begun = sum(c.cycle in window.cycles and c.start <= day for c in case.cycles)
        billed = sum(line.units for line in lines if line.date <= day)
        due = (
            None if cycles is None else cycles - begun,
            billed,
            None if units is None else units - billed,
        )
        run = days.pop(day, None)
        found = run and (run.cycles_left, run.units_billed, run.units_left)
        if found != due:
            yield f"on {day} {window.id} has {due} cycles left, units billed, units left"
            return
    if days:
        yield f"{window.id} is stated for days outside {window.start} .. {window.end}"


def _granted(slot: Slot) -> int | None:
    """The cycles an authorization grants: as given, else by the policy."""
    if slot.given is not None and slot.given.cycles is not None:
        return slot.given.cycles if isinstance(slot.given.cycles, int) else len(slot.given.cycles)
    return slot.clause.cycles if slot.clause is not None else None
