"""The search, its rows and the audit against brute force, which enumerates every calendar.

By default each test judges a fixed set of small cases; ``pytest --hypothesis-profile=long`` draws
many new ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.audit import audit
from planner.calendar.lay_out import Stamps, plan_of
from planner.constraints.schedule import Schedule, objective_values
from planner.documents.drug import Drug
from planner.documents.plan import Plan
from planner.documents.policy import Policy
from planner.regimen.build import course_of
from planner.regimen.course import Course
from planner.search.engine import Verdict
from planner.search.find import find
from planner.search.found import Found, Reached
from tests.oracle.brute import (
    Calendar,
    Case,
    candidates,
    dispensed,
    faults,
    keeps,
    latest_start,
    objective_names,
    objectives,
)
from tests.oracle.small import Triple, small_cases, small_drug, small_policy, small_scenario
from tests.oracle.values import day_after
from tests.sampled import examples
from tests.search.decisions import broken, calendar_of, schedule_of

LIMIT = 20.0  # deterministic seconds, far above what a small case needs
JUDGED = 60  # candidates of one case that rows and audit judge
AUDITED = 6
STAMPS = Stamps("0" * 64, "0" * 64, "0" * 64)


def spread(calendars: list[Calendar], most: int) -> list[Calendar]:
    """At most ``most`` of them, evenly from first to last."""
    if len(calendars) <= most:
        return calendars
    return [calendars[i * len(calendars) // most] for i in range(most)]


def written(course: Course, schedule: Schedule) -> Plan:
    """The plan of a schedule that need not keep any rule."""
    values = objective_values(course, schedule)
    reached = tuple(Reached(name, value, value, True) for name, value in values.items())
    return plan_of(course, Found(Verdict.FEASIBLE, schedule, reached), STAMPS)


# (a) ---------------------------------------------------------------------------------------------


def assert_same_best(case: Case) -> None:
    names = objective_names(case.scenario)
    values = [
        tuple(objectives(case, calendar)[name] for name in names)
        for calendar in candidates(case)
        if keeps(case, calendar)
    ]
    found = find(course_of(case.scenario, case.policy, case.drug), limit=LIMIT)
    if not values:
        assert found.verdict is Verdict.INFEASIBLE
        return
    assert found.verdict is Verdict.OPTIMAL
    assert tuple((r.name, r.value) for r in found.reached) == tuple(
        zip(names, min(values), strict=True)
    )
    assert all(r.proven and r.bound == r.value for r in found.reached)


@examples(130, small_cases(max_candidates=400))
def test_the_search_finds_the_best_calendar_or_that_there_is_none(triple: Triple) -> None:
    assert_same_best(Case(*triple))


# (b) ---------------------------------------------------------------------------------------------


def bent(case: Case, calendar: Calendar) -> Iterator[Calendar]:
    """The calendar with one bag's dispense, one cycle or one dispense's vials moved by one."""
    for step in (-1, 1):
        for i, bag in enumerate(calendar.bags):
            moved = bag._replace(dispense=day_after(bag.dispense, step))
            yield _redispensed(case, calendar, (*calendar.bags[:i], moved, *calendar.bags[i + 1 :]))
        for number, _ in calendar.starts:
            yield _shifted(calendar, number, step)
        for i, one in enumerate(calendar.dispenses):
            other = one._replace(vials=one.vials + step)
            sent = (*calendar.dispenses[:i], other, *calendar.dispenses[i + 1 :])
            yield Calendar(calendar.starts, calendar.bags, sent)


def _redispensed(case: Case, calendar: Calendar, bags: tuple[Any, ...]) -> Calendar:
    cycles = dict.fromkeys(bag.cycle for bag in bags)
    sent = [
        one
        for cycle in cycles
        for one in dispensed(case, cycle, [bag for bag in bags if bag.cycle == cycle])
    ]
    return Calendar(calendar.starts, bags, tuple(sorted(sent)))


def _shifted(calendar: Calendar, number: int, step: int) -> Calendar:
    return Calendar(
        tuple((n, day_after(day, step * (n == number))) for n, day in calendar.starts),
        tuple(
            bag._replace(hang=day_after(bag.hang, step), dispense=day_after(bag.dispense, step))
            if bag.cycle == number
            else bag
            for bag in calendar.bags
        ),
        tuple(
            sorted(
                one._replace(day=day_after(one.day, step)) if one.cycle == number else one
                for one in calendar.dispenses
            )
        ),
    )


def assert_rows_agree(case: Case) -> None:
    course = course_of(case.scenario, case.policy, case.drug)
    judged = spread(list(candidates(case)), JUDGED)
    for calendar in list(judged):
        if keeps(case, calendar):
            judged += bent(case, calendar)
            break
    for calendar in judged:
        fault = next(faults(case, calendar), None)
        try:
            row = broken(course, schedule_of(course, calendar))
        except LookupError as error:
            row = str(error)
        assert (row is None) is (fault is None), (row, fault, calendar)


@examples(130, small_cases(max_candidates=400))
def test_a_calendar_keeps_all_rows_just_where_brute_force_keeps_it(triple: Triple) -> None:
    assert_rows_agree(Case(*triple))


# (c) ---------------------------------------------------------------------------------------------


def assert_audit_agrees(case: Case) -> None:
    course = course_of(case.scenario, case.policy, case.drug)
    for calendar in spread(list(candidates(case)), AUDITED):
        plan = written(course, schedule_of(course, calendar))
        violations = audit(plan, policy=case.policy, drug=case.drug).violations
        fault = next(faults(case, calendar), None)
        assert (violations == ()) is (fault is None), (violations, fault, calendar)


@examples(90, small_cases(max_candidates=400))
def test_the_audit_refuses_just_what_brute_force_refuses(triple: Triple) -> None:
    assert_audit_agrees(Case(*triple))


@examples(110, small_cases(max_candidates=2000))
def test_the_audit_accepts_every_plan(triple: Triple) -> None:
    scenario, policy, drug = triple
    course = course_of(scenario, policy, drug)
    found = find(course, limit=LIMIT)
    if found.schedule is not None:
        plan = plan_of(course, found, STAMPS)
        assert audit(plan, policy=policy, drug=drug).violations == ()


# (d) ---------------------------------------------------------------------------------------------


@examples(80, small_cases(max_candidates=400))
def test_the_latest_start_is_the_last_that_leaves_a_calendar(triple: Triple) -> None:
    scenario, policy, drug = triple
    course = course_of(scenario, policy, drug)
    found = find(course, limit=LIMIT)
    if found.schedule is None:
        return
    calendar = calendar_of(course, found.schedule)
    for number, day in found.latest:
        latest = latest_start(scenario, policy, drug, number, calendar)
        assert date.fromordinal(day) == latest, f"cycle {number}"


# Cases that no draw reaches ----------------------------------------------------------------------


def written_cases() -> list[tuple[str, Policy, Drug, dict[str, Any]]]:
    """Hand-made cases by name: the policy, the drug, and parts of a scenario."""
    roomy = small_policy(cycles=2, quantity=(8, 6), units=(80, 6))
    begun = {"cycles": [{"cycle": 1, "start": at(0), "bags": bags_of(0)}]}
    half = {"cycles": [{"cycle": 1, "start": at(0), "bags": bags_of(0)[:2]}]}
    sent = half | {"dispenses": [{"date": at(0), "vials": 4, "cycle": 1}]}
    billed = sent | {"claims": [{"date": at(0), "units": 40, "cycle": 1}]}
    by_dispense: dict[str, Any] = {
        "as_of": at(2),
        "readings": {"date_of_service": "dispense"},
        "pharmacy": {"max_days_ahead": 4},
    }
    return [
        (
            "vials sent for a cycle that has not begun",
            small_policy(cycles=2),
            small_drug(),
            {
                "cycles": 2,
                "history": begun | {"dispenses": [{"date": at(5), "vials": 3, "cycle": 2}]},
                "as_of": at(6),
            },
        ),
        (
            "vials sent for a first cycle that has not begun, and covered",
            small_policy(initial=(6, "days")),
            small_drug(),
            {
                "history": {"dispenses": [{"date": at(-1), "vials": 4, "cycle": 1}]},
                "as_of": at(0),
                "readings": {"authorization.covers": "all"},
            },
        ),
        (
            "a vial that broke where no dispense is listed",
            small_policy(cycles=2, quantity=(4, 6), length=6),
            small_drug(),
            {
                "cycles": 2,
                "history": begun | {"wasted": [{"date": at(3), "vials": 1, "cycle": 1}]},
                "as_of": at(5),
            },
        ),
        (
            "more vials in the past than the limit allows",
            small_policy(cycles=2, quantity=(3, 6)),
            small_drug(),
            {"cycles": 2, "history": begun, "as_of": at(5)},
        ),
        (
            "spare vials with a requested first dispense",
            roomy,
            small_drug(),
            {
                "pharmacy": {"spare_vials": 1},
                "request": {"dispenses": [{"date": at(0), "vials": 4, "cycle": 1}]},
            },
        ),
        (
            "a spare vial that would rather travel alone",
            small_policy(days=5, length=5, quantity=(4, 5), units=(50, 5), step_days=1),
            small_drug(bags=("24h", "72h")),
            {
                "pharmacy": {"spare_vials": 1},
                "readings": {"refill_threshold": 1},
                "objectives": ["vials", "delay", "bag_changes", "stock_days", "dispenses"],
            },
        ),
        (
            "claims by dispense, and a requested dispense that feeds no bag",
            small_policy(initial=(6, "days"), quantity=(8, 6)),
            small_drug(),
            {
                "readings": {"date_of_service": "dispense"},
                "request": {
                    "dispenses": [
                        {"date": at(-2), "vials": 1, "cycle": 1},
                        {"date": at(0), "vials": 4, "cycle": 1},
                    ]
                },
            },
        ),
        (
            "claims by dispense that are rounded up once",
            small_policy(units=(19, 6)),
            small_drug(),
            {
                # 2 x 0.92 = 1.84 and 5 x 0.92 = 4.60 mcg a day; two days of each are 12.88:
                # 13 units, although bag by bag it would be 2 + 2 + 5 + 5 = 14
                "patient": {"weight_kg": 30, "bsa_m2": Decimal("0.92")},
                "pharmacy": {"bags": ["24h"], "max_days_ahead": 3},
                "readings": {"date_of_service": "dispense", "units.billed": "administered"},
                "request": {"claims": [{"date": at(0), "units": 13, "cycle": 1}]},
            },
        ),
        (
            "a cycle in progress whose disconnect falls on a closed day",
            roomy,
            small_drug(),
            {"history": half, "as_of": at(2), "pharmacy": {"closed": [at(4)]}},
        ),
        (
            "a cycle in progress whose disconnect falls on an open day",
            roomy,
            small_drug(),
            {"history": half, "as_of": at(2), "pharmacy": {"closed": [at(5)]}},
        ),
        (
            "a finished cycle whose disconnect falls on a closed day",
            roomy,
            small_drug(),
            {"cycles": 2, "history": begun, "as_of": at(4), "pharmacy": {"closed": [at(4)]}},
        ),
        (
            "vials of a past dispense, billed by dispense as assumed",
            small_policy(units=(40, 6)),
            small_drug(),
            {"history": sent, **by_dispense},
        ),
        (
            "vials of a past dispense, billed by dispense as listed",
            small_policy(units=(40, 6)),
            small_drug(),
            {"history": billed, **by_dispense},
        ),
        (
            "a finished cycle pinned to another day",
            roomy,
            small_drug(),
            {
                "cycles": 2,
                "history": begun,
                "as_of": at(4),
                "request": {"cycle_starts": {1: at(1)}},
            },
        ),
        (
            "a finished cycle disconnected after finish_by",
            roomy,
            small_drug(),
            {"history": begun, "as_of": at(4), "request": {"finish_by": at(3)}},
        ),
        *(
            (
                f"{name} asked of a finished cycle",
                roomy,
                small_drug(),
                {
                    "cycles": 2,
                    "history": begun,
                    "as_of": at(4),
                    "request": {name: [{"date": at(0), "cycle": 1, unit: 10}]},
                },
            )
            for name, unit in (("dispenses", "vials"), ("claims", "units"))
        ),
    ]


def at(offset: int) -> date:
    return day_after(date(2026, 1, 5), offset)


def bags_of(first: int) -> list[dict[str, Any]]:
    """Four daily bags of one vial."""
    return [{"hang": at(first + n), "days": 1, "vials": 1} for n in range(4)]


@pytest.mark.parametrize(
    ("policy", "drug", "parts"),
    [pytest.param(*rest, id=name) for name, *rest in written_cases()],
)
def test_all_agree_on_a_case_by_hand(policy: Policy, drug: Drug, parts: dict[str, Any]) -> None:
    case = Case(small_scenario(**parts), policy, drug)
    assert_same_best(case)
    assert_rows_agree(case)
    assert_audit_agrees(case)
