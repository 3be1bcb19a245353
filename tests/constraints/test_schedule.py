"""A schedule: decisions, and their values on a board."""

from __future__ import annotations

from typing import Any

from planner.constraints.authorized import covered_days, windows
from planner.constraints.model import build
from planner.constraints.schedule import ChosenCycle, Schedule, cycle_keys, read, values_on
from planner.search.engine import solve
from tests.constraints.boards import laid, of_bags, on, without
from tests.oracle.builders import day, small_policy
from tests.oracle.hand import FULL, courses, daily
from tests.oracle.values import Bag
from tests.search.decisions import calendar_of, schedule_of

ROOMY = small_policy(quantity=(40, 6), units=(400, 6))


def test_what_a_solver_found_reads_back_as_the_values_it_came_from() -> None:
    course = laid(ROOMY, cycles=2)
    board = build(course)
    answer = solve(board.system)
    assert answer.values is not None
    schedule = read(board, answer.values)
    assert values_on(board, schedule) == list(answer.values)


def test_so_it_does_where_bags_are_sent_whole_and_some_are_fed_from_stock() -> None:
    # the 4 vials of day 0 are stock: no variable says how many are drawn, as each bag names its one
    history = {
        "cycles": [{"cycle": 1, "start": day(0), "bags": []}],
        "dispenses": [{"date": day(0), "vials": 4, "cycle": 1}],
    }
    course = laid(ROOMY, history=history, as_of=day(0), readings={"refill_threshold": 0.5})
    board = build(course)
    assert board.whole
    answer = solve(board.system)
    assert answer.values is not None
    schedule = read(board, answer.values)
    assert any(source == on(0) for bag in schedule.cycles[0].bags for source, _ in bag.sources)
    assert values_on(board, schedule) == list(answer.values)


def test_a_calendar_by_hand_is_the_schedule_of_its_decisions() -> None:
    calendar = courses(0, 6)
    course = laid(ROOMY, cycles=2)
    schedule = schedule_of(course, calendar)
    assert schedule.origins() == {1: on(0), 2: on(6)}
    assert calendar_of(course, schedule) == calendar


def test_a_schedule_with_a_decision_that_is_not_open_has_no_values() -> None:
    schedule = schedule_of(laid(ROOMY), courses(0))
    closed = laid(ROOMY, pharmacy={"closed": [day(1)]})
    assert values_on(build(laid(ROOMY)), schedule) is not None
    assert values_on(build(closed), schedule) is None


def chosen(*bags: Bag) -> ChosenCycle:
    return schedule_of(laid(ROOMY, pharmacy={"transit_days": 0}), of_bags(*bags)).cycles[0]


TWO_SENT = (
    *daily(1, 0, step_days=2)[:2],
    Bag(1, day(2), 2, FULL, 2, day(1)),
)


def test_a_cycle_moved_keeps_its_decisions_days_later() -> None:
    cycle = chosen(*TWO_SENT)
    moved = cycle.moved(2, 7)
    assert (moved.number, moved.origin) == (2, on(7))
    assert [(b.day, b.source) for b in moved.bags] == [
        (on(7), on(7)),
        (on(8), on(8)),
        (on(9), on(8)),
    ]
    assert moved.sent == ((on(7), 1), (on(8), 3))
    assert moved.cost(0) == cycle.cost(0)


def test_the_cost_of_a_cycle_counts_waiting_from_arrival() -> None:
    # the last bag's two vials wait a day; with a day of transit nothing waits, and the others
    # would hang before they arrive
    assert chosen(*TWO_SENT).cost(0) == {
        "vials": 4,
        "dispenses": 2,
        "bag_changes": 3,
        "stock_days": 2,
    }


def test_the_keys_of_a_cycle_name_each_decision_with_its_value() -> None:
    keys = cycle_keys(chosen(*TWO_SENT))
    assert keys["s", 1, on(0)] == 1
    assert keys["x", 1, 0, 1, on(2), 2] == 1
    assert keys["h", 1, 0, 1, on(2), 2, on(1)] == 1
    assert (keys["y", 1, on(1)], keys["q", 1, on(1)], keys["extra", 1, on(1)]) == (1, 3, 0)
    assert keys["first", 1, on(0)] == 1
    assert ("first", 1, on(1)) not in keys


# Authorizations ----------------------------------------------------------------------------------


def opened(*starts: int, policy: Any = None, **parts: Any) -> list[tuple[str, int, int]]:
    course = laid(policy or small_policy(), cycles=len(starts), **parts)
    schedule = schedule_of(course, courses(*starts))
    return [(w.slot.id, w.start - on(0), (w.end or 0) - on(0)) for w in windows(course, schedule)]


def test_the_initial_window_opens_with_its_first_covered_day() -> None:
    assert opened(2, 8) == [("initial", 2, 13)]


def test_a_renewal_opens_the_day_after_or_as_late_as_its_last_day_asks() -> None:
    # the initial one ends on day 11, the renewal of 12 days holds a cycle from day 12 to 23
    assert opened(0, 6, 12) == [("initial", 0, 11), ("continued-1", 12, 23)]
    assert opened(0, 6, 20) == [("initial", 0, 11), ("continued-1", 12, 23)]
    assert opened(0, 6, 21) == [("initial", 0, 11), ("continued-1", 13, 24)]


def test_given_dates_stand_as_given() -> None:
    rows = [{"kind": "initial", "start": day(-3)}, {"kind": "continued", "end": day(40)}]
    assert opened(0, 6, 12, authorizations=rows) == [
        ("initial", -3, 8),
        ("continued-1", 9, 40),
    ]


def test_a_given_authorization_without_a_cycle_is_shown_as_given() -> None:
    rows = [{"kind": "initial", "cycles": 3}, {"kind": "continued", "start": day(30)}]
    assert opened(0, 6, authorizations=rows)[1:] == [("continued-1", 30, 41)]


def test_covered_days_are_infusion_days_and_by_the_readings_dispenses_and_claims() -> None:
    ahead = tuple(b._replace(dispense=day(-2)) for b in daily(1, 0, step_days=2))
    far = {"max_days_ahead": 9}

    def covered(**readings: str) -> tuple[int, int]:
        course = laid(
            ROOMY, pharmacy=far, readings={k.replace("_", "."): v for k, v in readings.items()}
        )
        days = covered_days(course, schedule_of(course, of_bags(*ahead)), course.slots[0].cycles)
        return min(days) - on(0), max(days) - on(0)

    assert covered() == (0, 3)
    assert covered(authorization_covers="all") == (-2, 3)
    by_dispense = laid(ROOMY, pharmacy=far, readings={"date_of_service": "dispense"})
    days = covered_days(
        by_dispense, schedule_of(by_dispense, of_bags(*ahead)), by_dispense.slots[0].cycles
    )
    assert min(days) == on(-2)


def test_an_authorization_that_no_rule_speaks_of_sets_no_opening() -> None:
    course = laid(ROOMY, cycles=3)
    schedule = Schedule(schedule_of(course, courses(0, 6, 12)).cycles)
    board = build(course, without("I.rr.continued"))
    assert not any(key[0] == "o" for key in board.system.keys)
    assert values_on(board, schedule) is not None
