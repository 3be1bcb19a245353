"""What a plan says of its coverage: criteria, renewals, and authorizations day by day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.cover import Slot, slots
from planner.audit.criteria import status, turning, waits_for
from planner.audit.days import after
from planner.documents.contractors import Enclave
from planner.documents.coverage import AuthorizationDays, Contractor, CoverageStatus
from planner.documents.criteria import Verdict
from planner.documents.plan import PlannedAuthorization
from planner.documents.policy import ContractorsClause

_STATUS: dict[Verdict | None, CoverageStatus] = {
    "met": "met",
    "not-met": "not-met",
    "unknown": "undecided",
    None: "not-asked",
}


def criteria(case: Case) -> Iterator[str]:
    """The criteria, where the plan speaks of them, stand as the scenario's facts have them: the
    status, each question that it turns on, and open facts only where there is something open.

    That no smaller set of facts would do is not asked again, nor what other readings would say.
    """
    stated = case.plan.coverage
    if stated is None:
        return
    due = _STATUS[status(case)]
    if stated.status != due:
        yield f"the criteria are {due}, the plan says {stated.status}"
        return
    turns = turning(case)
    for name, listed, verdict in (
        ("not met", stated.unmet, "not-met"),
        ("open", stated.open, "unknown"),
    ):
        found = [(one.id, one.section, one.says, one.verdict) for one in listed]
        if found != [(q.id, q.section, q.asks, said) for q, said in turns if said == verdict]:
            asked = ", ".join(q.id for q, said in turns if said == verdict)
            yield f"the questions {name} on which the criteria turn are {asked or 'none'}"
    if bool(stated.missing) != (due == "undecided"):
        yield f"the criteria are {due}, and {len(stated.missing)} facts are said to decide them"
    facts = waits_for(case)
    for path in stated.missing:
        if path not in facts:
            yield f"{path} settles no question that is open"


def contractor(case: Case) -> Iterator[str]:
    """Appendix 2: the contractor of the patient's state, and of the county where that decides."""
    if case.plan.coverage is None:
        return
    stated, due = case.plan.coverage.contractor, _served(case)
    if stated != due:
        yield (f"the patient's place is served by {_named(due)}, the plan says {_named(stated)}")


def _named(served: Contractor | None) -> str:
    if served is None:
        return "no contractor of a table"
    county = ", unless the county says otherwise" if served.open_county else ""
    return f"{served.contractor} ({served.jurisdiction}, {served.clause}){county}"


def _served(case: Case) -> Contractor | None:
    table, place = case.contractors, case.scenario.patient
    named = case.clauses_of(ContractorsClause)
    if table is None or not named or place.state is None:
        return None
    state = table.aliases.get(place.state, place.state)
    apart = [one for one in table.exceptions if one.state == state]
    homes = [one.jurisdiction for one in apart if place.county and _inside(one, place.county)]
    for row in table.rows:
        if row.jurisdiction in homes or (not homes and state in row.states):
            return Contractor(
                clause=named[0][0],
                state=place.state,
                county=place.county,
                jurisdiction=row.jurisdiction,
                contractor=row.contractor,
                open_county=bool(apart) and place.county is None,
                table=f"{table.title}; {table.revision}",
            )
    return None


def _inside(apart: Enclave, place: str) -> bool:
    """A county and a city may bear one name: where the place says which it is, that counts."""
    bare = re.sub(r"\b(county|city|of)\b|,", " ", place.casefold()).split()
    counties = [] if re.search(r"\bcity\b", place.casefold()) else apart.counties
    cities = apart.cities if not re.search(r"\bcounty\b", place.casefold()) else []
    return " ".join(bare) in [name.casefold() for name in (*counties, *cities)]


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
    cycles, units = slot.most, slot.given.units if slot.given else None
    if (stated.cycles, stated.units) != (cycles, units):
        yield f"{window.id} grants {cycles} cycles and {units} units"
    days = {
        after(run.first, n): run
        for run in stated.days
        for n in range((run.last - run.first).days + 1)
    }
    counted = counted_lines(case, case.plan.claims)
    lines = [line for line in counted if line.authorization == window.id]
    last = window.end
    if last is None:  # the payer sets it
        last = max([window.start, *(cycle.last_infusion_day for cycle in case.cycles)])
    own = [c for c in case.cycles if c.cycle in window.cycles and c.start >= window.start]
    for n in range((last - window.start).days + 1):
        day = after(window.start, n)
        begun = sum(c.start <= day for c in own)
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
        yield f"{window.id} is stated for days outside {window.start} .. {last}"
