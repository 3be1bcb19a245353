"""Cycles planned apart and joined."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from planner.constraints.schedule import objective_values
from planner.regimen.course import Course
from planner.search.engine import Verdict
from planner.search.join import Joiner
from planner.search.whole import solve_whole
from tests.constraints.boards import laid, on
from tests.oracle.builders import day, small_policy
from tests.search.decisions import broken
from tests.search.drawn import courses

LIMIT = 20.0
ROOMY = small_policy(quantity=(40, 6), units=(400, 6), initial=(30, "days"))


def joiner(course: Course) -> Joiner:
    return Joiner(course, limit=LIMIT)


@settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(courses())
def test_what_is_joined_is_the_optimum_and_what_is_refused_has_no_calendar(course: Course) -> None:
    joined = joiner(course).join()
    whole = solve_whole(course, limit=LIMIT)
    if joined.infeasible:
        assert whole.verdict is Verdict.INFEASIBLE
    if joined.schedule is not None:
        assert broken(course, joined.schedule) is None
        if course.objectives[0] == "delay":
            assert objective_values(course, joined.schedule) == {
                r.name: r.value for r in whole.reached
            }


def test_a_cycle_starts_on_the_day_it_is_given() -> None:
    joined = joiner(laid(ROOMY, cycles=2)).join({2: on(8)})
    assert joined.schedule is not None
    assert joined.schedule.origins() == {1: on(0), 2: on(8)}


def test_no_calendar_has_a_start_on_a_day_that_is_barred() -> None:
    course = laid(ROOMY, cycles=2, pharmacy={"closed": [day(7)]})
    assert joiner(course).join({2: on(7)}).infeasible


def test_fixed_cycles_stay_as_they_stand() -> None:
    course = laid(ROOMY, cycles=2)
    late = joiner(course).join({2: on(7)}).schedule
    assert late is not None
    joined = joiner(course).join(fixed={2: late.cycles[1]})
    assert joined.schedule is not None
    assert joined.schedule.cycles[1] == late.cycles[1]
