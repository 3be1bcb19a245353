"""The least change against brute force, which weighs every calendar of a small course."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from hypothesis import strategies as st

from planner.audit import audit
from planner.calendar.lay_out import plan_of
from planner.documents.in_force_calendar import ChangeWeights, InForce, Pin
from planner.documents.plan import Plan
from planner.documents.scenario import Scenario
from planner.regimen.build import course_of
from planner.replan.force import in_force
from planner.search.engine import Verdict
from planner.search.find import find
from tests.oracle.brute import Case, best, keeps
from tests.oracle.changes import changes
from tests.oracle.small import Triple, small_cases
from tests.sampled import examples
from tests.search.decisions import calendar_of
from tests.test_agreement import LIMIT, STAMPS

FORCES = st.integers(0, 2**32)


def planned(case: Case) -> Plan | None:
    """The best plan of a case; None where it has no calendar."""
    course = course_of(case.scenario, case.policy, case.drug)
    found = find(course, limit=LIMIT, latest=False)
    return None if found.schedule is None else plan_of(course, found, STAMPS)


def following(scenario: Scenario, force: InForce, **request: Any) -> Scenario:
    """The scenario with a calendar in force, to be changed the least."""
    rest = tuple(name for name in scenario.objectives if name != "changes")
    asked = scenario.request.model_copy(update=request)
    updates = {"in_force": force, "objectives": ("changes", *rest), "request": asked}
    return scenario.model_copy(update=updates)


def disturbed(rng: random.Random, scenario: Scenario, plan: Plan) -> Scenario:
    """A day of the plan is closed, and some of its rows are told of or were on other days."""
    force = in_force(plan, "0" * 64, scenario.as_of, None)
    days = [one.date for one in force.visits] + [one.date for one in force.dispenses]
    days += [one.disconnect for one in force.cycles]
    weights = ChangeWeights(
        start=rng.randint(0, 9),
        visit=rng.randint(0, 9),
        dispense=rng.randint(0, 9),
        vials=rng.randint(0, 3),
        told=rng.randint(1, 3),
        shipped=rng.randint(1, 5),
        more=rng.randint(0, 4),
        unused=rng.randint(0, 3),
    )
    force = force.model_copy(
        update={
            "told_until": rng.choice([None, *days]),
            "visits": tuple(v for v in force.visits if rng.random() < 0.8),
            "dispenses": tuple(
                d.model_copy(update={"vials": max(1, d.vials + rng.randint(-1, 1))})
                for d in force.dispenses
            ),
        }
    )
    pharmacy = scenario.pharmacy.model_copy(
        update={
            "closed": (*scenario.pharmacy.closed, *([rng.choice(days)] if days else [])),
            "change_weights": weights,
        }
    )
    return following(scenario.model_copy(update={"pharmacy": pharmacy}), force)


@examples(70, st.tuples(small_cases(max_candidates=300), FORCES))
def test_the_least_change_is_that_of_brute_force(drawn: tuple[Triple, int]) -> None:
    triple, seed = drawn
    case = Case(*triple)
    plan = planned(case)
    if plan is None:
        return
    scenario = disturbed(random.Random(seed), case.scenario, plan)
    least = best(scenario, case.policy, case.drug)
    course = course_of(scenario, case.policy, case.drug)
    found = find(course, limit=LIMIT, latest=False)
    if least is None:
        assert found.verdict is Verdict.INFEASIBLE
        return
    assert found.verdict is Verdict.OPTIMAL
    assert tuple((r.name, r.value) for r in found.reached) == tuple(
        zip(least.names, least.values, strict=True)
    )
    assert all(r.proven and r.bound == r.value for r in found.reached)
    made = plan_of(course, found, STAMPS)
    assert not _faults(made, case)


def _faults(plan: Plan, case: Case) -> list[str]:
    """What the audit says of a plan but for its figures of coverage, dates and files."""
    found = audit(plan, policy=case.policy, drug=case.drug).violations
    skipped = ("documents", "figures.coverage")
    return [one.says for one in found if not one.clause.startswith(skipped)]


@examples(40, small_cases(max_candidates=300))
def test_where_nothing_has_happened_nothing_changes(triple: Triple) -> None:
    case = Case(*triple)
    plan = planned(case)
    if plan is None:
        return
    scenario = following(case.scenario, in_force(plan, "0" * 64, case.scenario.as_of, None))
    course = course_of(scenario, case.policy, case.drug)
    found = find(course, limit=LIMIT, latest=False)
    assert found.reached[0].value == 0
    assert plan_of(course, found, STAMPS).model_dump(
        exclude={"scenario", "objectives"}
    ) == plan.model_dump(exclude={"scenario", "objectives"})


@examples(40, st.tuples(small_cases(max_candidates=300), FORCES))
def test_a_pin_holds_or_there_is_no_calendar(drawn: tuple[Triple, int]) -> None:
    triple, seed = drawn
    case, rng = Case(*triple), random.Random(seed)
    plan = planned(case)
    new = [] if plan is None else [bag for bag in plan.bags if not bag.past]
    if plan is None or not new:
        return
    bag = rng.choice(new)
    sent = rng.choice([d for d in plan.dispenses if not d.past] or [None])
    day = date.fromordinal(bag.hang.toordinal() + rng.randint(-1, 1))
    pins = [Pin(cycle=bag.cycle, visit=day, days=rng.choice([None, bag.days]))]
    if rng.random() < 0.5:
        pins = [Pin(cycle=bag.cycle, free=bag.hang)]
    if sent is not None and rng.random() < 0.5:
        pins.append(Pin(cycle=sent.cycle, dispense=sent.date, vials=sent.vials))
    request = case.scenario.request.model_copy(update={"pins": tuple(pins)})
    pinned = case.scenario.model_copy(update={"request": request})
    least = best(pinned, case.policy, case.drug)
    course = course_of(pinned, case.policy, case.drug)
    found = find(course, limit=LIMIT, latest=False)
    if least is None:
        assert found.verdict is Verdict.INFEASIBLE
        return
    assert found.schedule is not None
    assert tuple(r.value for r in found.reached) == least.values
    assert keeps(Case(pinned, case.policy, case.drug), calendar_of(course, found.schedule))


def test_a_row_that_moves_weighs_what_is_lost_and_what_comes() -> None:
    """Told visit of 4 + 1 for its date of service, three times as told; one day off, once: 20."""
    from tests.oracle.small import day, small_drug, small_policy, small_scenario

    scenario = small_scenario(cycles=1, request={"first_infusion": day(0), "max_delay_days": 3})
    case = Case(scenario, small_policy(), small_drug())
    plan = planned(case)
    assert plan is not None
    force = in_force(plan, "0" * 64, None, day(30))
    visits = tuple(v.model_copy(update={"date": v.date}) for v in force.visits)
    last = visits[-1]
    moved = last.model_copy(update={"date": date.fromordinal(last.date.toordinal() + 1)})
    other = force.model_copy(update={"visits": (*visits[:-1], moved)})
    course = course_of(following(scenario, other), case.policy, case.drug)
    found = find(course, limit=LIMIT, latest=False)
    assert found.schedule is not None
    calendar = calendar_of(course, found.schedule)
    told = Case(following(scenario, other), case.policy, case.drug)
    assert changes(told, calendar) == found.reached[0].value == 20
