"""The figures that a plan states, counted again from its bags, dispenses and claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from planner.audit.case import SILENT, Case
from planner.audit.cover import KINDS, Slot, holds, slots
from planner.audit.days import after, earliest_next, run
from planner.audit.dose import course_doses, surface_at, weight_at
from planner.audit.sums import OBJECTIVES, earliest_days, totals
from planner.audit.windows import Event, events, fullest, window, windows
from planner.documents.base import DEFAULT_OBJECTIVES
from planner.documents.limits import LimitClause, PerDays
from planner.documents.plan import Limit, PlannedAuthorization
from planner.documents.policy import AuthorizationClause


def patient(case: Case) -> Iterator[str]:
    """The weight is the patient's at the start of a cycle, and the body surface follows."""
    weights = [weight_at(case, cycle.start) for cycle in case.cycles]
    if case.plan.weight_kg not in weights:
        yield f"the plan is for {case.plan.weight_kg} kg, which no cycle starts with"
    area = surface_at(case, case.plan.weight_kg)
    needed = any(
        day.step.mcg_per_m2_per_day is not None
        for cycle in case.cycles
        for day in course_doses(case, cycle.cycle)
    )
    if case.plan.bsa_m2 is None and not needed:
        return
    if case.plan.bsa_m2 != area:
        yield f"the plan is for {case.plan.bsa_m2} m2, the body surface is {area}"


def cycles(case: Case) -> Iterator[str]:
    """Phase, last infusion day, disconnect and next start follow from a cycle's start; the
    latest start lies within the delay asked for."""
    earliest = earliest_days(case)
    for cycle in case.cycles:
        infused, following = run(case, cycle.cycle), earliest_next(case, cycle.cycle)
        if infused is None or following is None:
            continue
        last = infused.days[-1] if infused.days else after(infused.disconnect, -1)
        for name, stated, due in (
            ("last infusion day", cycle.last_infusion_day, last),
            ("disconnect", cycle.disconnect, infused.disconnect),
            ("next start", cycle.earliest_next, following),
        ):
            if stated != due:
                yield f"cycle {cycle.cycle} has its {name} on {due}, not on {stated}"
        if cycle.latest_start is not None:
            most = case.scenario.request.max_delay_days
            if cycle.past:
                yield f"cycle {cycle.cycle} is past and states a latest start"
            elif not cycle.start <= cycle.latest_start <= after(earliest[cycle.cycle], most):
                yield (
                    f"cycle {cycle.cycle} cannot start as late as {cycle.latest_start}: from "
                    f"{cycle.start} to {after(earliest[cycle.cycle], most)}"
                )
    yield from _phases(case)


def _phases(case: Case) -> Iterator[str]:
    """Section V calls a cycle by its number, whatever authorization covers it: the phases that
    section I prints follow each other, and the last one goes on. Nothing is said where the policy
    does not print those of the first cycles."""
    printed = {one.kind: one.phases for _, one in case.clauses_of(AuthorizationClause)}
    if not printed.get("initial"):
        return
    names = [
        phase.phase
        for kind in KINDS
        for phase in printed.get(kind, ())
        for _ in range(phase.cycles)
    ]
    for cycle in case.cycles:
        due = names[min(max(cycle.cycle, 1), len(names)) - 1]
        if cycle.phase != due:
            yield f"cycle {cycle.cycle} is {due}, not {cycle.phase}"


def coverage(case: Case) -> Iterator[str]:
    """Every cycle, dispense and claim names the authorization that its cycle is allotted to; where
    a cycle is under several, the one that holds its day, or else the first."""
    found: list[tuple[str, int, date | None, str | None]] = [
        (f"cycle {one.cycle}", one.cycle, None, one.authorization) for one in case.plan.cycles
    ]
    found += [
        (f"the dispense of {one.date}", one.cycle, one.date, one.authorization)
        for one in case.plan.dispenses
    ]
    found += [
        (f"the claim of {line.date}", line.cycle, line.date, line.authorization)
        for line in case.plan.claims
    ]
    allotted = slots(case)
    for what, number, day, stated in found:
        due = _due_holder(case, allotted, number, day)
        if stated != due:
            yield _holder(what, stated, due)


def _due_holder(case: Case, allotted: Sequence[Slot], number: int, day: date | None) -> str | None:
    own = [slot.id for slot in allotted if number in slot.cycles]
    for name in own if day is not None else ():
        listed = case.authorization(name)
        if listed is not None and day is not None and holds(listed, day):
            return name
    return own[0] if own else None


def _holder(what: str, stated: str | None, due: str | None) -> str:
    return f"{what} names the authorization {stated}, it falls under {due}"


def authorizations(case: Case) -> Iterator[str]:
    """Each authorization stands once, with the payer's number where it is given, and the day to
    ask for it where it is not."""
    names = [one.id for one in case.plan.authorizations]
    for name in sorted(set(names)):
        if names.count(name) > 1:
            yield f"the authorization {name} stands {names.count(name)} times"
    known = {slot.id: slot for slot in slots(case)}
    for one in case.plan.authorizations:
        slot = known.get(one.id)
        if slot is not None:
            yield from _stated(case, slot, one)
        else:
            yield f"the authorization {one.id} is neither given nor allowed by the policy"


def _stated(case: Case, slot: Slot, one: PlannedAuthorization) -> Iterator[str]:
    given = slot.given is not None
    if one.kind != slot.kind:
        yield f"{one.id} is of the kind {slot.kind}, not {one.kind}"
    if one.given != given:
        yield f"{one.id} is {'given' if given else 'not given'} in the scenario"
    number = slot.given.number if slot.given is not None else None
    if one.number != number:
        yield f"{one.id} has the payer's number {number}, not {one.number}"
    lead = case.scenario.pharmacy.renewal_lead_days
    due = None if given else after(one.start, -lead)
    if one.request_by != due:
        yield f"{one.id} has to be asked for by {due}, not {one.request_by}"


def limits(case: Case) -> Iterator[str]:
    """Each limit is its clause's, its peak the fullest window's, and the window one that holds
    so much. A limit that nothing counts against may be left out."""
    applying = {name: (one, events(case, one)) for name, one in case.clauses_of(LimitClause)}
    stated = [limit.clause for limit in case.plan.limits]
    for name, (clause, counted) in applying.items():
        if stated.count(name) > 1:
            yield f"the limit {name} stands {stated.count(name)} times"
        if name not in stated and windows(case, clause, counted):
            yield f"the limit {name} is not stated"
    for limit in case.plan.limits:
        if limit.clause not in applying:
            yield f"the limit {limit.clause} is not one of the policy for this indication"
            continue
        clause, counted = applying[limit.clause]
        days = clause.per.days if isinstance(clause.per, PerDays) else None
        due = (clause.limit, clause.of, days, clause.per if days is None else "days")
        if (limit.limit, limit.unit, limit.per_days, limit.per) != due:
            each = f"in {days} days" if days is not None else f"per {clause.per}"
            yield f"{limit.clause} is {clause.limit:,} {clause.of} {each}, stated otherwise"
            continue
        yield from _peak(case, clause, limit, counted)


def _peak(case: Case, clause: LimitClause, limit: Limit, counts: Sequence[Event]) -> Iterator[str]:
    counted = windows(case, clause, counts)
    best = fullest(counted)
    peak = 0 if best is None else best.total
    if limit.peak != peak:
        yield f"the peak of {limit.clause} is {peak:,}, not {limit.peak:,}"
    first, last = limit.window_from, limit.window_to
    held = [one.total for one in counted if (one.first, one.last) == (first, last)]
    if isinstance(clause.per, PerDays):
        if last != after(first, clause.per.days - 1):
            dates = f"{first} .. {last}"
            yield f"the window of {limit.clause}, {dates}, has not {clause.per.days} dates"
        if case.reading("window") != "cycle":
            held = [window(counts, first, clause.per.days).total]
    if peak and peak not in held:
        yield f"the window {first} .. {last} of {limit.clause} does not hold {peak:,}"


def objectives(case: Case) -> Iterator[str]:
    """The objectives are the scenario's in its order, then the others by default; each value is
    counted again, no bound is above its value, and what is proven has reached its bound."""
    names = [one.name for one in case.plan.objectives]
    asked = list(dict.fromkeys([*case.scenario.objectives, *DEFAULT_OBJECTIVES]))
    if names != asked:
        yield f"the objectives are {names}, due are {asked}"
    for one in case.plan.objectives:
        value = OBJECTIVES[one.name](case)
        if one.value != value:
            yield f"the objective {one.name} is {value}, not {one.value}"
        if one.bound > one.value:
            yield f"the bound of {one.name} is {one.bound}, above its value {one.value}"
        if one.proven and one.bound != one.value:
            yield f"{one.name} is {one.value}, its bound {one.bound}: that is not proven"


def sums(case: Case) -> Iterator[str]:
    """Every total is counted again over the part still to come."""
    for name, value in totals(case).items():
        stated: int | Decimal = getattr(case.plan.totals, name)
        if stated != value:
            yield f"the total {name} is {value}, not {stated}"


def readings(case: Case) -> Iterator[str]:
    """The readings that the plan lists are those in force, and every one that bears on a plan
    is listed."""
    for name, value in case.plan.readings.items():
        if name not in case.policy.readings:
            yield f"the policy has no reading {name}"
        elif value != case.reading(name):
            yield f"the reading {name} is {case.reading(name)}, not {value}"
    for name in SILENT:
        if name in case.policy.readings and name not in case.plan.readings:
            yield f"the reading {name} is not listed"
