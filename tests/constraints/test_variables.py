"""Which days are open for starts, bags and dispenses."""

from __future__ import annotations

from typing import Any

import pytest

from planner.constraints.model import build, build_starts
from planner.constraints.rules import AHEAD, WIDE
from planner.regimen.course import Course
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_policy

WORKING = ["mon", "tue", "wed", "thu", "fri"]


def starts(course: Course, cycle: int = 1) -> list[int]:
    return [origin - on(0) for origin in build(course).cycles[cycle].origins]


def hangs(course: Course) -> list[int]:
    return sorted({h.day - on(0) for h in build(course).cycles[1].hangs})


def sends(course: Course) -> list[int]:
    return [d - on(0) for d in build(course).cycles[1].dispenses]


def test_a_cycle_may_start_on_each_day_of_its_delay() -> None:
    assert starts(laid()) == [0, 1, 2]
    assert starts(laid(cycles=2), 2) == [6, 7, 8]


def test_a_start_is_open_only_where_it_its_steps_and_its_disconnect_fall_on_allowed_days() -> None:
    # a start on S changes bags on S and on S + 2, where the step ends, and disconnects on S + 4
    for closed, left in ((0, [1, 2]), (2, [1]), (4, [1]), (3, [0, 2]), (6, [0, 1])):
        assert starts(laid(pharmacy={"closed": [day(closed)]})) == left


def test_in_hospital_a_start_falls_on_any_day() -> None:
    closed = {"closed": [day(0)], "hospital_days": {1: 1}}
    assert starts(laid(pharmacy=closed)) == [0, 1, 2]


def test_a_disconnect_in_hospital_falls_on_any_day() -> None:
    closed = {"closed": [day(4)], "hospital_days": {1: 4}}
    assert starts(laid(pharmacy=closed)) == [0, 1, 2]


def test_bags_are_changed_on_the_days_of_the_pharmacy_alone() -> None:
    # days 5 and 6 are a weekend: a start on 1 or 2 would be disconnected there, and the step of
    # one on 3 or 4 would end there
    course = laid(pharmacy={"bag_change_days": WORKING}, request={"max_delay_days": 7})
    assert starts(course) == [0, 7]
    assert {5, 6, 12, 13}.isdisjoint(hangs(course))


def test_dispenses_are_open_from_the_first_vial_that_keeps_to_the_last_that_arrives() -> None:
    # bags hang on days 0 .. 5, vials keep 2 days: -2 .. 5; with a day of transit -2 .. 4
    assert sends(laid()) == list(range(-2, 6))
    assert sends(laid(pharmacy={"transit_days": 1})) == list(range(-2, 5))


def test_dispenses_keep_to_the_days_of_the_pharmacy() -> None:
    assert sends(laid(pharmacy={"dispense_days": WORKING})) == [0, 1, 2, 3, 4]


def test_nothing_new_is_open_before_as_of() -> None:
    course = laid(as_of=day(1))
    assert starts(course) == [1, 2]
    assert min(hangs(course)) == 1
    assert min(sends(course)) == 1


def test_a_cycle_in_progress_is_open_if_its_disconnect_is() -> None:
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(2)]
    begun: dict[str, Any] = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    # two of four days are infused: it is disconnected on day 4
    for closed, left in ((4, []), (5, [0])):
        pharmacy = {"closed": [day(closed)]}
        assert starts(laid(history=begun, as_of=day(2), pharmacy=pharmacy)) == left


@pytest.mark.parametrize(
    ("member", "pharmacy"),
    [
        ("pharmacy.closed", {"closed": [day(0)]}),
        ("pharmacy.holidays", {"holidays": [day(0)], "bag_change_on_holidays": False}),
        ("pharmacy.bag_change_days", {"bag_change_days": ["tue", "wed", "thu", "fri", "sat"]}),
    ],
)
def test_a_setting_that_is_left_out_bars_no_day(member: str, pharmacy: dict[str, Any]) -> None:
    course = laid(pharmacy=pharmacy)
    assert on(0) not in build(course).cycles[1].origins
    assert on(0) in build(course, without(member)).cycles[1].origins


def test_without_a_bound_a_start_may_move_over_the_planning_horizon() -> None:
    course = laid()
    late = build_starts(course, without("request.max_delay_days")).cycles[1].origins
    assert max(late) == on(2) + WIDE
    early = build_starts(course, without("request.first_infusion")).cycles[1].origins
    assert min(early) == on(0) - WIDE


def test_without_a_bound_a_vial_may_wait_for_six_weeks() -> None:
    free = build(laid(), without("pharmacy.max_days_ahead")).cycles[1].dispenses
    assert min(free) == on(0) - AHEAD


def test_without_the_length_the_next_cycle_may_start_when_infusion_ends() -> None:
    course = laid(cycles=2)
    free = build_starts(course, without("V.rr.length")).cycles[2].origins
    assert min(free) == on(4)


def test_without_its_request_a_dose_or_bag_is_the_clauses_and_the_drug_files() -> None:
    course = laid(pharmacy={"bags": ["24h"]}, request={"daily_dose_mcg": 5})
    asked = build(course).cycles[1].variants[0].segments[-1]
    assert asked.mcg_per_day == 5
    assert [o.name for o in asked.options] == ["24h"]
    free = build(course, without("request.daily_dose_mcg", "pharmacy.bags"))
    segment = free.cycles[1].variants[0].segments[-1]
    assert segment.mcg_per_day == 6
    assert [o.name for o in segment.options] == ["24h", "48h", "72h"]


def test_without_the_number_of_cycles_only_the_first_is_asked_for() -> None:
    course = laid(small_policy(cycles=3), cycles=3)
    assert list(build(course).cycles) == [1, 2, 3]
    assert list(build(course, without("request.cycles")).cycles) == [1]


def test_a_part_of_the_course_holds_just_its_cycles_and_starts() -> None:
    course = laid(cycles=2)
    part = build(course, cycles=course.cycles[1:], origins={2: (on(7),)})
    assert list(part.cycles) == [2]
    assert list(part.cycles[2].origins) == [on(7)]


def test_the_starts_alone_hold_no_bag_and_no_dispense() -> None:
    kinds = {key[0] for key in build_starts(laid(cycles=2)).system.keys}
    assert "s" in kinds
    assert kinds.isdisjoint({"x", "h", "y", "q"})


def test_the_same_course_gives_the_same_rows_in_the_same_order() -> None:
    course = laid(cycles=2)
    first, second = build(course).system, build(course).system
    assert first.keys == second.keys
    assert first.rows == second.rows
    assert first.objectives == second.objectives
