"""The front of delay, bag changes, vials and dispenses."""

from __future__ import annotations

from collections.abc import Iterator

from planner.deadline import Deadline
from planner.regimen.build import course_of
from planner.search.find import find
from planner.search.front import MEASURES, Values, front
from tests.oracle.brute import Case, candidates, count_candidates, keeps, objectives
from tests.oracle.small import small_drug, small_policy, small_scenario
from tests.search.decisions import broken
from tests.search.drawn_fronts import at_odds

SEEDS = 130
MOST_CANDIDATES = 8_000


def by_brute_force(case: Case) -> list[Values]:
    """What every calendar comes to that no other matches."""
    every = {
        tuple(objectives(case, calendar)[name] for name in MEASURES)
        for calendar in candidates(case)
        if keeps(case, calendar)
    }
    return sorted(
        one
        for one in every
        if not any(
            other != one and all(a <= b for a, b in zip(other, one, strict=True)) for other in every
        )
    )


def small_enough() -> Iterator[Case]:
    for seed in range(SEEDS):
        case = Case(*at_odds(seed))
        if count_candidates(case) <= MOST_CANDIDATES:
            yield case


def test_the_front_is_that_of_brute_force_on_more_than_twenty_drawn_courses_at_odds() -> None:
    at_odds_with_itself = 0
    for case in small_enough():
        expected = by_brute_force(case)
        course = course_of(case.scenario, case.policy, case.drug)
        found = front(course, Deadline())
        assert [point.values for point in found.points] == expected
        assert all(point.proven for point in found.points)
        assert found.open == ()
        assert all(broken(course, point.schedule) is None for point in found.points)
        at_odds_with_itself += len(expected) > 1
    assert at_odds_with_itself >= 20


def test_where_the_time_is_up_the_plan_stands_and_the_rest_is_open() -> None:
    case = next(case for case in small_enough() if len(by_brute_force(case)) > 1)
    course = course_of(case.scenario, case.policy, case.drug)
    plan = find(course, limit=20.0)
    over = Deadline(1e-9)

    found = front(course, over, plan=plan)

    assert [point.schedule for point in found.points] == [plan.schedule]
    assert found.open != ()
    assert over.stopped


def test_a_plan_that_other_objectives_lead_need_not_be_on_the_front() -> None:
    # led by the days that vials wait: one dispense for every bag, none waits
    scenario = small_scenario(objectives=["stock_days"])
    course = course_of(scenario, small_policy(), small_drug())
    plan = find(course, limit=20.0)
    assert plan.schedule is not None

    found = front(course, Deadline(), plan=plan)

    assert plan.schedule not in [point.schedule for point in found.points]
    assert [point.values for point in found.points] == by_brute_force(
        Case(scenario, small_policy(), small_drug())
    )
