"""From a schedule to the plan: everything that follows from the decisions, written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from planner.calendar.claims import claim_lines, counted_lines, units_discarded
from planner.calendar.limits import limits_of
from planner.calendar.served import served
from planner.constraints.authorized import AuthorizationWindow, authorization_of, windows
from planner.constraints.schedule import ChosenBag, Schedule, objective_values
from planner.documents.plan import (
    AuditResult,
    BagLeftOut,
    DrugStamp,
    Plan,
    PlannedAuthorization,
    PlannedBag,
    PlannedCycle,
    PlannedDispense,
    PolicyStamp,
    RowUsed,
    ScenarioStamp,
    SolverStamp,
    Totals,
    VialSource,
)
from planner.documents.plan import Objective as PlanObjective
from planner.documents.plausible import doubtful_weights
from planner.documents.policy import AuthorizationClause, DoseClause
from planner.regimen.arithmetic import dose_arithmetic
from planner.regimen.course import Course, CourseCycle
from planner.regimen.doses import weight_spans
from planner.regimen.left_out import left_out
from planner.search.engine import SEED, solver_version
from planner.search.found import Found


class _Fed(TypedDict):
    dispense: date | None
    from_: tuple[VialSource, ...]


@dataclass(frozen=True)
class Stamps:
    """The SHA-256 of the three files a plan rests on."""

    scenario: str
    policy: str
    drug: str


def day(ordinal: int) -> date:
    """The date of an ordinal."""
    return date.fromordinal(ordinal)


def plan_of(course: Course, found: Found, stamps: Stamps) -> Plan:
    """The finished plan, not yet audited (``audit`` counts no clause).

    Raises:
        ValueError: nothing was found.
    """
    if found.schedule is None:
        raise ValueError("no schedule to write out")
    schedule = found.schedule
    authorizations = windows(course, schedule)
    bags = _bags(course, schedule)
    dispenses = _dispenses(course, schedule, bags, authorizations)
    claims = claim_lines(course, bags, dispenses, authorizations)
    values = objective_values(course, schedule)
    new_bags = [b for b in bags if not b.past]
    new_dispenses = [d for d in dispenses if not d.past]
    weight, surface = _body(course, schedule)
    cycles = _cycles(course, schedule, authorizations, dict(found.latest))
    plan = Plan(
        scenario=ScenarioStamp(
            title=course.scenario.title, sha256=stamps.scenario, document=course.scenario
        ),
        policy=PolicyStamp(
            id=course.policy.id, revision=course.policy.revision, sha256=stamps.policy
        ),
        drug=DrugStamp(id=course.drug.id, sha256=stamps.drug),
        indication=course.indication,
        weight_kg=weight,
        bsa_m2=surface,
        cycles=cycles,
        bags=bags,
        dispenses=dispenses,
        claims=claims,
        authorizations=_authorizations(course, authorizations),
        limits=(),
        objectives=tuple(
            PlanObjective(name=name, value=r.value, bound=r.bound, proven=r.proven)
            for name, r in zip(course.objectives, found.reached, strict=True)
        ),
        totals=Totals(
            vials=values["vials"],
            units_billed=sum(c.units for c in counted_lines(course, claims) if not c.past),
            mcg_administered=sum((b.mcg for b in new_bags), Decimal(0)),
            units_discarded=units_discarded(course, bags, dispenses),
            dispenses=values["dispenses"],
            bag_changes=values["bag_changes"],
            delay_days=values["delay"],
            vials_dispensed=sum(d.vials for d in new_dispenses),
            stock_days=values["stock_days"],
        ),
        readings=course.readings.chosen,
        assumed=course.assumed,
        dose_arithmetic=_arithmetic(course, cycles),
        rows_used=_rows(schedule),
        left_out=_left_out(course, schedule),
        notes=_notes(course, schedule),
        audit=AuditResult(clauses=0),
        solver=SolverStamp(name="ortools CP-SAT", version=solver_version(), seed=SEED),
    )
    return plan.model_copy(update={"limits": limits_of(course, plan)})


def _body(course: Course, schedule: Schedule) -> tuple[Decimal, Decimal | None]:
    """Weight and surface of the first planned cycle, or of the last one where all are past."""
    if not schedule.cycles:
        start = course.past[-1].start
        span = next(s for s in weight_spans(course.scenario.patient) if s.first <= start <= s.last)
        return span.kg, span.bsa_m2
    cycle = course.cycles[0]
    chosen = schedule.cycles[0]
    variant = cycle.variants[_variant(cycle, chosen.origin)]
    return variant.weight_kg, variant.bsa_m2


def _variant(cycle: CourseCycle, origin: int) -> int:
    start = cycle.pinned if cycle.pinned is not None else origin
    return next(i for i, v in enumerate(cycle.variants) if v.first_start <= start <= v.last_start)


def _cycles(
    course: Course,
    schedule: Schedule,
    authorizations: tuple[AuthorizationWindow, ...],
    latest: Mapping[int, int],
) -> tuple[PlannedCycle, ...]:
    planned = {c.number: c for c in course.cycles}
    cycles = [
        PlannedCycle(
            cycle=past.number,
            phase=past.phase,
            start=day(past.start),
            last_infusion_day=day(past.infusion_end - 1),
            disconnect=day(past.infusion_end),
            earliest_next=day(past.earliest_next),
            authorization=authorization_of(authorizations, past.number),
            latest_start=None,
            past=True,
        )
        for past in course.past
        if past.number not in planned
    ]
    for chosen in schedule.cycles:
        cycle = planned[chosen.number]
        start = cycle.pinned if cycle.pinned is not None else chosen.origin
        end = chosen.origin + cycle.infusion_days
        limit = latest.get(chosen.number)
        cycles.append(
            PlannedCycle(
                cycle=chosen.number,
                phase=cycle.phase,
                start=day(start),
                last_infusion_day=day(end - 1),
                disconnect=day(end),
                earliest_next=day(start + cycle.until_next),
                authorization=authorization_of(authorizations, chosen.number),
                latest_start=day(limit) if limit is not None else None,
                past=cycle.progress is not None,
            )
        )
    return tuple(cycles)


def _bags(course: Course, schedule: Schedule) -> tuple[PlannedBag, ...]:
    bags = [
        PlannedBag(
            cycle=bag.cycle,
            hang=day(bag.hang),
            days=bag.days,
            mcg_per_day=bag.mcg_per_day,
            mcg=bag.mcg_per_day * bag.days,
            vials=bag.vials,
            **_fed(bag.sources),
            site=bag.site,
            past=True,
        )
        for bag in course.past_bags
    ]
    cycles = {c.number: c for c in course.cycles}
    for chosen in schedule.cycles:
        bags += [_bag(cycles[chosen.number], bag) for bag in chosen.bags]
    return tuple(bags)


def _bag(cycle: CourseCycle, bag: ChosenBag) -> PlannedBag:
    segment = cycle.variants[bag.variant].segments[bag.segment]
    return PlannedBag(
        cycle=cycle.number,
        hang=day(bag.day),
        days=bag.option.days,
        mcg_per_day=segment.mcg_per_day,
        mcg=bag.option.mcg,
        vials=bag.option.vials,
        **_fed(bag.sources),
        site=segment.site,
    )


def _fed(sources: Sequence[tuple[int, int]]) -> _Fed:
    """The dispenses that vials of a bag come from, by day, and the first of them."""
    taken = tuple(VialSource(dispense=day(sent), vials=vials) for sent, vials in sorted(sources))
    return {"dispense": taken[0].dispense if taken else None, "from_": taken}


def _dispenses(
    course: Course,
    schedule: Schedule,
    bags: tuple[PlannedBag, ...],
    authorizations: tuple[AuthorizationWindow, ...],
) -> tuple[PlannedDispense, ...]:
    transit = timedelta(days=course.scenario.pharmacy.transit_days)
    past: dict[tuple[int, int], int] = {}
    for d in course.past_dispenses:
        past[d.day, d.cycle] = past.get((d.day, d.cycle), 0) + d.vials
    new = {
        (ordinal, chosen.number): vials
        for chosen in schedule.cycles
        for ordinal, vials in chosen.sent
    }
    taken = served(past | new, bags)

    def dispense(key: tuple[int, int], vials: int, *, past: bool) -> PlannedDispense:
        sent, number = day(key[0]), key[1]
        return PlannedDispense(
            date=sent,
            delivered=sent + transit,
            cycle=number,
            vials=vials,
            spare=vials - sum(share.vials for share in taken[key]),
            days_supply=sum(share.bag.days for share in taken[key] if share.first),
            authorization=authorization_of(authorizations, number, key[0]),
            past=past,
        )

    return (
        *(dispense(key, vials, past=True) for key, vials in past.items()),
        *(dispense(key, vials, past=False) for key, vials in new.items()),
    )


def _authorizations(
    course: Course, authorizations: tuple[AuthorizationWindow, ...]
) -> tuple[PlannedAuthorization, ...]:
    lead = timedelta(days=course.scenario.pharmacy.renewal_lead_days)
    known = {c.number for c in course.past} | {c.number for c in course.cycles}
    return tuple(
        PlannedAuthorization(
            id=a.slot.id,
            kind=a.slot.kind,
            number=a.slot.number,
            start=day(a.start),
            end=None if a.end is None else day(a.end),
            cycles=tuple(n for n in a.slot.cycles if n in known),
            request_by=None if a.slot.setting is not None else day(a.start) - lead,
            given=a.slot.setting is not None,
        )
        for a in authorizations
    )


def _arithmetic(course: Course, cycles: Sequence[PlannedCycle]) -> tuple[str, ...]:
    """Of each cycle by the weight known at its start."""
    clause = next(c for _, c in course.clause_of("dose") if isinstance(c, DoseClause))
    starts = [(cycle.cycle, cycle.start.toordinal()) for cycle in cycles]
    return dose_arithmetic(course.scenario, clause, starts)


def _left_out(course: Course, schedule: Schedule) -> tuple[BagLeftOut, ...]:
    """Of each planned cycle by the weight known at its start."""
    planned = {cycle.number: cycle for cycle in course.cycles}
    chosen = [(planned[one.number], one.origin) for one in schedule.cycles]
    return left_out((cycle, cycle.variants[_variant(cycle, day)]) for cycle, day in chosen)


def _rows(schedule: Schedule) -> tuple[RowUsed, ...]:
    used = {
        row: None for chosen in schedule.cycles for bag in chosen.bags for row in bag.option.rows
    }
    return tuple(sorted(used, key=lambda row: row.row))


def _notes(course: Course, schedule: Schedule) -> tuple[str, ...]:
    notes = {
        bag.option.uncertain: None
        for chosen in schedule.cycles
        for bag in chosen.bags
        if bag.option.uncertain is not None
    }
    notes |= dict.fromkeys(doubtful_weights(course.scenario))
    for key, clause in course.clause_of("authorization"):
        if isinstance(clause, AuthorizationClause) and clause.length is None:
            notes[
                f"{key} prints no length of the {clause.kind} authorization: the payer sets it."
            ] = None
    for stay in course.drug.hospital:
        if course.indication in stay.indications and any(
            c.number == stay.cycle and c.progress is None for c in course.cycles
        ):
            given = course.scenario.pharmacy.hospital_days.get(stay.cycle, 0)
            if given < stay.days:
                notes[
                    f"Label: the first {stay.days} days of cycle {stay.cycle} in hospital; the "
                    f"scenario plans {given}."
                ] = None
    return tuple(notes)
