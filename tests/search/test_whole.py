"""The whole course as one model, one objective after the other."""

from __future__ import annotations

from planner.constraints.schedule import objective_values
from planner.search.engine import Verdict
from planner.search.found import Reached
from planner.search.whole import solve_whole
from tests.constraints.boards import laid
from tests.oracle.builders import day, small_policy
from tests.oracle.hand import courses
from tests.search.decisions import schedule_of

LIMIT = 20.0
ROOMY = small_policy(quantity=(40, 6), units=(400, 6), initial=(30, "days"))


def test_each_objective_is_least_under_those_before_it() -> None:
    course = laid(ROOMY, objectives=["bag_changes", "vials", "delay", "dispenses", "stock_days"])
    whole = solve_whole(course, limit=LIMIT)
    assert whole.verdict is Verdict.OPTIMAL
    # two bags of 48 h: 1 + 2 vials, of which 2 wait the two days till the second is hung
    assert whole.reached == (
        Reached("bag_changes", 2, 2, True),
        Reached("vials", 3, 3, True),
        Reached("delay", 0, 0, True),
        Reached("dispenses", 1, 1, True),
        Reached("stock_days", 4, 4, True),
    )


def test_the_order_decides_what_is_given_up() -> None:
    course = laid(ROOMY, objectives=["stock_days", "bag_changes", "dispenses"])
    whole = solve_whole(course, limit=LIMIT)
    assert [(r.name, r.value) for r in whole.reached][:3] == [
        ("stock_days", 0),
        ("bag_changes", 2),
        ("dispenses", 2),
    ]


def test_the_schedule_has_the_values_that_were_reached() -> None:
    course = laid(ROOMY, cycles=2, objectives=["dispenses"])
    whole = solve_whole(course, limit=LIMIT)
    assert whole.schedule is not None
    assert objective_values(course, whole.schedule) == {r.name: r.value for r in whole.reached}


def test_what_cannot_be_has_neither_schedule_nor_values() -> None:
    whole = solve_whole(laid(ROOMY, cycles=4), limit=LIMIT)
    assert (whole.verdict, whole.schedule, whole.reached) == (Verdict.INFEASIBLE, None, ())


def test_without_time_a_known_schedule_stands_and_nothing_is_proven() -> None:
    course = laid(
        ROOMY, cycles=2, request={"first_infusion": {"earliest": day(0), "latest": day(2)}}
    )
    known = schedule_of(course, courses(1, 8))
    whole = solve_whole(course, limit=1e-9, hint=known)
    assert whole.verdict is Verdict.FEASIBLE
    assert whole.schedule == known
    # it starts 1 and 2 days late: 3; nothing below 0 is all that is known
    assert whole.reached[0] == Reached("delay", 3, 0, False)
    # a value that is 0 already cannot be beaten
    assert whole.reached[4] == Reached("stock_days", 0, 0, True)
