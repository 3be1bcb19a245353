"""What a calendar breaks of just some members of a conflict, by the audit and by plain counting.

Nothing of the solver's rows is used. Evidence for a conflict keeps the members that are left and
nothing else: settings that do not stand are loosened in the scenario, entries of history that do
not stand count in no window, and rules that are no member are not asked. What is always asked is
the nature of the problem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.cover import Slot, due_end, due_start, last_day, service_days, slots
from planner.audit.days import after
from planner.audit.table import RULES, clause_rules
from planner.calendar.lay_out import Stamps, plan_of
from planner.constraints.schedule import Schedule, objective_values
from planner.documents.base import WEEKDAYS
from planner.documents.plan import Plan
from planner.documents.policy import (
    AuthorizationClause,
    Clause,
    InfusionDaysClause,
    RenewalClause,
)
from planner.documents.scenario import Authorization, Scenario
from planner.regimen.build import course_of
from planner.regimen.course import Course
from planner.search.engine import Verdict
from planner.search.found import Found, Reached

STAMPS = Stamps("0" * 64, "0" * 64, "0" * 64)
ALWAYS = (
    "nature.cycles",
    "nature.bag_chain",
    "nature.one_dose",
    "nature.mcg",
    "nature.vials_per_bag",
    "nature.dispensed",
    "pharmacy.bags",
    "pharmacy.hospital_days",
    "as_of",
    "history.cycles",
    "history.bags",
    "history.dispenses",
    "history.claims",
    "history.wasted",
)
FREE: dict[str, Any] = {
    "pharmacy.bag_change_days": WEEKDAYS,
    "pharmacy.dispense_days": WEEKDAYS,
    "pharmacy.holidays": "none",
    "pharmacy.closed": (),
    "pharmacy.transit_days": 0,
    "pharmacy.max_days_ahead": 10_000,
    "pharmacy.ready_made": False,
    "request.daily_dose_mcg": None,
    "request.finish_by": None,
    "request.max_delay_days": 10_000,
    "patient.diagnosis": None,
}
ASKED = (
    "pharmacy.bag_change_days",
    "pharmacy.dispense_days",
    "pharmacy.holidays",
    "pharmacy.closed",
    "pharmacy.transit_days",
    "pharmacy.max_days_ahead",
    "pharmacy.ready_made",
    "pharmacy.spare_vials",
    "request.first_infusion",
    "request.cycles",
    "request.daily_dose_mcg",
    "request.finish_by",
    "request.max_delay_days",
)


def broken(course: Course, schedule: Schedule, standing: Collection[str]) -> list[str]:
    """What a calendar breaks of the members that stand, and of the problem's nature.

    Args:
        course: the course of the whole scenario.
        schedule: the decisions of a calendar; it may lack cycles that nothing standing asks for.
        standing: ids of members.
    """
    plan = _written(course, schedule, standing)
    case = Case(plan, course.policy, course.drug)
    rules = [*ALWAYS, *(name for name in ASKED if name in standing)]
    if not _days_stand(case, standing):
        rules = [name for name in rules if name not in ("nature.bag_chain", "nature.cycles")]
    found = [f"{name}: {says}" for name in rules for says in RULES[name](case)]
    if not _days_stand(case, standing):
        found += _gaps(case)
    found += _pins(case, standing)
    found += _dispenses(case, standing)
    found += _claims(case, standing)
    counted = Case(_counted(plan, course, standing), course.policy, course.drug)
    for name, rule in clause_rules(counted).items():
        if name in standing and not _of_coverage(course.policy.clauses[name]):
            found += [f"{name}: {says}" for says in rule(counted)]
    return found + list(_coverage(counted, standing))


def _of_coverage(clause: Clause) -> bool:
    """Whether a clause says which authorizations there are: these are asked together, as section I
    counts what section IV never renews."""
    never = isinstance(clause, RenewalClause) and not clause.renewable
    return never or isinstance(clause, AuthorizationClause)


def _written(course: Course, schedule: Schedule, standing: Collection[str]) -> Plan:
    scenario = loosened(course, standing)
    if "request.cycles" not in standing:
        last = max([*(c.number for c in schedule.cycles), *(c.number for c in course.past)])
        request = scenario.request.model_copy(update={"cycles": last})
        scenario = scenario.model_copy(update={"request": request})
    course = course_of(scenario, course.policy, course.drug)
    reached = tuple(
        Reached(name, value, value, True)
        for name, value in objective_values(course, schedule).items()
    )
    return plan_of(course, Found(Verdict.FEASIBLE, schedule, reached), STAMPS)


def loosened(course: Course, standing: Collection[str]) -> Scenario:
    """The course's scenario with every setting that does not stand as loose as can be."""
    scenario = course.scenario
    changed: dict[str, dict[str, Any]] = {"pharmacy": {}, "request": {}, "patient": {}}
    for name, loose in FREE.items():
        if name not in standing:
            part, field = name.split(".")
            changed[part][field] = loose
    if "pharmacy.bags" not in standing:
        changed["pharmacy"]["bags"] = tuple(course.drug.bags)
    readings = dict(scenario.readings)
    if "readings.refill_threshold" not in standing:
        readings.pop("refill_threshold", None)
    wasted = tuple(
        one for i, one in enumerate(scenario.history.wasted) if _stands("wasted", i, standing)
    )
    authorizations = tuple(
        one if f"authorizations.{i}" in standing else Authorization(kind=one.kind)
        for i, one in enumerate(scenario.authorizations)
    )
    return scenario.model_copy(
        update={
            **{
                part: getattr(scenario, part).model_copy(update=fields)
                for part, fields in changed.items()
            },
            "readings": readings,
            "authorizations": authorizations,
            "history": scenario.history.model_copy(update={"wasted": wasted}),
        }
    )


def _days_stand(case: Case, standing: Collection[str]) -> bool:
    return any(name in standing for name, _ in case.clauses_of(InfusionDaysClause))


def _gaps(case: Case) -> Iterator[str]:
    """Where a cycle may stop early: its bags still follow each other, and cycles do."""
    ended: date | None = None
    for cycle in case.cycles:
        day = cycle.start
        if ended is not None and day < ended:
            yield f"nature: cycle {cycle.cycle} starts on {day}, before the one before has ended"
        for bag in case.bags(cycle.cycle):
            if bag.hang != day and not bag.past and not case.scenario.history.interruptions:
                yield f"nature: the bag of {bag.hang} does not follow the one before"
            day = after(bag.hang, bag.days)
        ended = day


def _pins(case: Case, standing: Collection[str]) -> Iterator[str]:
    for number, day in case.scenario.request.cycle_starts.items():
        name, cycle = f"request.cycle_starts.{number}", case.cycle(number)
        if name in standing and (cycle is None or cycle.start != day):
            yield f"{name}: cycle {number} does not start on {day}"


def _dispenses(case: Case, standing: Collection[str]) -> Iterator[str]:
    entries = [(d.cycle, d.date, d.vials) for d in case.scenario.request.dispenses]
    made = Counter[tuple[int, date]]()
    for one in case.new_dispenses:
        made[one.cycle, one.date] += one.vials
    yield from _asked("request.dispenses", entries, made, standing)


def _claims(case: Case, standing: Collection[str]) -> Iterator[str]:
    entries = [(c.cycle, c.date, c.units) for c in case.scenario.request.claims]
    made = Counter[tuple[int, date]]()
    for line in counted_lines(case, case.new_claims):
        made[line.cycle, line.date] += line.units
    yield from _asked("request.claims", entries, made, standing)


def _asked(
    name: str,
    entries: list[tuple[int, date, int]],
    made: Counter[tuple[int, date]],
    standing: Collection[str],
) -> Iterator[str]:
    """Each entry is there; where the list stands as a whole, nothing beside what it names is."""
    asked = Counter[tuple[int, date]]()
    for i, (cycle, day, amount) in enumerate(entries):
        if f"{name}.{i}" in standing:
            asked[cycle, day] += amount
    for key, amount in asked.items():
        whole = name in standing
        if made[key] < amount or (whole and made[key] != amount):
            yield f"{name}: {made[key]} on {key[1]} for cycle {key[0]}, asked for are {amount}"
    if name in standing:
        named = {(cycle, day) for cycle, day, _ in entries}
        for key, amount in made.items():
            if key[0] in {cycle for cycle, _ in asked} and key not in named:
                yield f"{name}: {amount} on {key[1]} for cycle {key[0]} are not asked for"


def _counted(plan: Plan, course: Course, standing: Collection[str]) -> Plan:
    """The plan with just those entries of its history that stand."""
    past = course.scenario.history
    dispensed = Counter(
        (d.date, d.cycle) for i, d in enumerate(past.dispenses) if _stands("dispenses", i, standing)
    )
    billed = Counter(
        (c.date, c.cycle) for i, c in enumerate(past.claims) if _stands("claims", i, standing)
    )
    begun = {c.cycle for i, c in enumerate(past.cycles) if _stands("cycles", i, standing)}
    running = {c.number for c in course.cycles}  # its days still to come are no history
    listed = {d.cycle for d in past.dispenses}, {c.cycle for c in past.claims}
    return plan.model_copy(
        update={
            "cycles": tuple(
                c for c in plan.cycles if not c.past or c.cycle in begun or c.cycle in running
            ),
            "dispenses": tuple(
                d
                for d in plan.dispenses
                if not d.past
                or (d.date, d.cycle) in dispensed
                or (d.cycle not in listed[0] and d.cycle in begun)
            ),
            "claims": tuple(
                c
                for c in plan.claims
                if not c.past
                or (c.date, c.cycle) in billed
                or (c.cycle not in listed[1] and c.cycle in begun)
            ),
        }
    )


def _stands(kind: str, index: int, standing: Collection[str]) -> bool:
    return f"history.{kind}.{index}" in standing


def _coverage(case: Case, standing: Collection[str]) -> Iterator[str]:
    """Every covered day lies inside its authorization, as far as the rules behind its first and
    its last day stand; units granted are not passed."""
    clauses = {c.kind: name for name, c in case.clauses_of(AuthorizationClause)}
    indexes = {id(one): i for i, one in enumerate(case.scenario.authorizations)}
    before: date | None = None
    for slot in slots(case):
        given = slot.given
        setting = f"authorizations.{indexes[id(given)]}" if given is not None else ""
        clause = clauses.get(slot.kind, "")
        has_start, has_end = given and given.start is not None, given and given.end is not None
        if (has_start or has_end) and setting not in standing:
            continue
        opens = (setting if has_start else clause) in standing
        ends = (setting if has_end else clause) in standing
        start = _start(case, slot, before)
        end = due_end(slot, start) if start is not None and ends else None
        before = end or before
        for number in slot.cycles:
            for day, what in service_days(case, number):
                early = opens and start is not None and day < start
                if early or (end is not None and day > end):
                    yield f"{setting or clause}: {what} {day} of cycle {number} uncovered"
    if any(name.startswith("authorizations.") for name in standing):
        yield from (f"authorizations: {says}" for says in RULES["authorizations.units"](case))
    if "readings.refill_threshold" in standing:
        yield from (f"refill_threshold: {says}" for says in RULES["refill_threshold"](case))
    yield from _beyond(case, clauses.values(), standing)


def _start(case: Case, slot: Slot, before: date | None) -> date | None:
    """The day an authorization opens. Where nothing that stands says when the one before a renewal
    ends, it opens as early as lets it hold its last covered day: that leaves most room behind it.
    """
    start, given = due_start(case, slot, before), slot.given
    dated = given is not None and (given.start is not None or given.end is not None)
    length = None if slot.clause is None else slot.clause.length
    if start is None or before is not None or dated or length is None:
        return start
    if slot.kind == "continued":
        last = max(day for number in slot.cycles for day, _ in service_days(case, number))
        while last_day(after(start, -1), length) >= last:
            start = after(start, -1)
    return start


def _beyond(case: Case, clauses: Iterable[str], standing: Collection[str]) -> Iterator[str]:
    """Cycles without an authorization. Where coverage is never renewed that is what bars those
    beyond the first one, as far as something that stands says how many it covers."""
    never = [name for name, clause in case.clauses_of(RenewalClause) if not clause.renewable]
    found = slots(case)
    covered = {number for slot in found for number in slot.cycles}
    if not never:
        for name in clauses:
            if name in standing and any(cycle.cycle not in covered for cycle in case.planned):
                yield f"{name}: a cycle goes beyond every authorization"
        return
    first = [slot for slot in found if slot.kind == "initial"]
    counted = any(
        name in standing
        for name, clause in case.clauses_of(AuthorizationClause)
        if clause.kind == "initial"
    ) or any(slot.given is not None and slot.given.cycles is not None for slot in first)
    renewed = {n for slot in found if slot.kind == "continued" for n in _named(slot)}
    for cycle in case.planned:
        beyond = counted and all(cycle.cycle not in slot.cycles for slot in first)
        if any(name in standing for name in never) and (beyond or cycle.cycle in renewed):
            yield f"{never[0]}: cycle {cycle.cycle} would be a renewal"


def _named(slot: Slot) -> tuple[int, ...]:
    cycles = slot.given.cycles if slot.given is not None else None
    return cycles if isinstance(cycles, tuple) else ()
