"""What is counted in each objective."""

from __future__ import annotations

from planner.constraints.objectives import objectives
from planner.constraints.schedule import objective_values, values_on
from planner.regimen.course import Course
from tests.constraints.boards import board_for, laid, of_bags
from tests.oracle.builders import day, small_policy
from tests.oracle.hand import FULL, courses, daily
from tests.oracle.values import Bag, Calendar
from tests.search.decisions import schedule_of

ROOMY = small_policy(quantity=(40, 6), units=(400, 6))


def counted(course: Course, calendar: Calendar) -> dict[str, int]:
    """The sums over the board's variables, which the schedule's own figures have to equal."""
    schedule = schedule_of(course, calendar)
    board = board_for(course, calendar)
    values = values_on(board, schedule)
    assert values is not None
    sums = {
        name: linear.constant + sum(c * values[v] for v, c in linear.terms)
        for name, linear in objectives(board).items()
    }
    assert sums == objective_values(course, schedule)
    return sums


def test_delay_adds_up_the_days_behind_each_earliest_day() -> None:
    course = laid(
        ROOMY, cycles=2, request={"first_infusion": {"earliest": day(0), "latest": day(2)}}
    )
    # cycle 1 is due on day 0, cycle 2 on day 6: 1 + 2
    assert counted(course, courses(1, 8))["delay"] == 3


def test_vials_bag_changes_and_dispenses_are_counted_once() -> None:
    bags = (*daily(1, 0, step_days=2)[:2], Bag(1, day(2), 2, FULL, 2, day(1)))
    found = counted(laid(ROOMY), of_bags(*bags))
    # 1 + 1 + 2 vials; three bags; dispenses on day 0 and on day 1
    assert (found["vials"], found["bag_changes"], found["dispenses"]) == (4, 3, 2)


def test_each_vial_waits_from_its_arrival_to_its_hang() -> None:
    travel = {"transit_days": 1, "max_days_ahead": 4}
    bags = tuple(b._replace(dispense=day(-1)) for b in daily(1, 0, step_days=2)[:2])
    bags = (*bags, Bag(1, day(2), 2, FULL, 2, day(0)))
    # there on day 0 and day 1: 0 + 1 for the first two, 2 x (2 - 1) for the last
    assert counted(laid(ROOMY, pharmacy=travel), of_bags(*bags))["stock_days"] == 3


def test_spare_vials_neither_open_nor_wait() -> None:
    course = laid(ROOMY, pharmacy={"spare_vials": 2})
    calendar = of_bags(*daily(1, 0, step_days=2))
    first, *rest = calendar.dispenses
    sent = (first._replace(vials=first.vials + 2), *rest)
    found = counted(course, Calendar(calendar.starts, calendar.bags, sent))
    assert (found["vials"], found["stock_days"]) == (4, 0)


def test_a_cycle_in_progress_adds_no_delay() -> None:
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(2)]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    course = laid(ROOMY, history=history, as_of=day(2))
    rest = daily(1, 0)[2:]
    found = counted(course, Calendar((), rest, of_bags(*rest).dispenses))
    assert (found["delay"], found["bag_changes"]) == (0, 2)
