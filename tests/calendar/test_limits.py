"""How near each limit comes."""

from __future__ import annotations

from typing import Any

from planner.calendar.lay_out import Stamps, plan_of
from planner.constraints.schedule import objective_values
from planner.documents.plan import Limit
from planner.search.engine import Verdict
from planner.search.found import Found, Reached
from tests.constraints.boards import laid
from tests.oracle.builders import day, small_policy
from tests.oracle.hand import courses
from tests.oracle.values import Calendar
from tests.search.decisions import schedule_of

STAMPS = Stamps("0" * 64, "0" * 64, "0" * 64)
ROOMY: dict[str, Any] = {"quantity": (40, 6), "units": (400, 6)}


def limits(calendar: Calendar, **parts: Any) -> dict[str, Limit]:
    """The limits of a plan by hand, by clause."""
    policy = small_policy(**ROOMY, **parts.pop("policy", {}))
    course = laid(policy, cycles=len(calendar.starts), **parts)
    schedule = schedule_of(course, calendar)
    reached = tuple(
        Reached(name, value, value, True)
        for name, value in objective_values(course, schedule).items()
    )
    plan = plan_of(course, Found(Verdict.FEASIBLE, schedule, reached), STAMPS)
    return {limit.clause: limit for limit in plan.limits}


def test_the_first_of_the_fullest_windows_is_named() -> None:
    # daily bags on 0 .. 3 and 6 .. 9: four vials in 0 .. 5, three in 3 .. 8, four in 6 .. 11
    limit = limits(courses(0, 6))["II.A"]
    assert (limit.peak, limit.window_from, limit.window_to) == (4, day(0), day(5))


def test_a_window_may_hold_bags_of_two_cycles() -> None:
    # daily bags on 0 .. 3 and 4 .. 7: four and two vials in 0 .. 5
    limit = limits(courses(0, 4), policy={"length": 4})["II.A"]
    assert (limit.peak, limit.window_from) == (6, day(0))


def test_units_are_counted_by_the_cycles_each_line_names() -> None:
    found = limits(courses(0, 6), policy={"early": 1, "cycles": 2})
    assert (found["II.B.cycles-1-5"].peak, found["II.B.cycles-1-5"].window_from) == (40, day(0))
    assert (found["II.B.cycles-6-9"].peak, found["II.B.cycles-6-9"].window_from) == (40, day(6))


def test_a_line_that_names_no_planned_cycle_is_left_out() -> None:
    assert "II.B.cycles-6-9" not in limits(courses(0))


def test_read_by_cycle_a_window_opens_with_the_cycles_first_dispense() -> None:
    by_cycle = {"readings": {"window": "cycle"}}
    limit = limits(courses(0, 4), policy={"length": 4}, **by_cycle)["II.A"]
    assert (limit.peak, limit.window_from, limit.window_to) == (4, day(0), day(5))


def test_what_history_holds_is_counted() -> None:
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(4)]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    second = courses(0, 6)
    calendar = Calendar(
        second.starts[1:],
        tuple(b for b in second.bags if b.cycle == 2),
        tuple(d for d in second.dispenses if d.cycle == 2),
    )
    course = laid(small_policy(**ROOMY), cycles=2, history=history, as_of=day(4))
    schedule = schedule_of(course, calendar)
    reached = tuple(Reached(n, v, v, True) for n, v in objective_values(course, schedule).items())
    plan = plan_of(course, Found(Verdict.FEASIBLE, schedule, reached), STAMPS)
    found = {limit.clause: limit for limit in plan.limits}
    assert (found["II.A"].peak, found["II.A"].window_from) == (4, day(0))
    assert (found["II.B.cycles-1-5"].peak, found["II.B.cycles-1-5"].window_from) == (40, day(0))
