"""Vials sent and hung, whichever dispense feeds which bag: how strict, and never too strict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.constraints.model import build, build_supply
from planner.constraints.schedule import Schedule, cycle_keys, read
from planner.constraints.system import Active, everything
from planner.proof.members import members_of
from planner.regimen.course import Course
from planner.search.engine import solve
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_policy
from tests.search.drawn_tight import examples

ROOMY = small_policy(quantity=(40, 6), units=(400, 6), initial=(40, "days"))


def allows(course: Course, sent: Mapping[int, int], active: Active = everything) -> bool:
    """Whether the rows allow so many vials on each day, counted from day 0, and no others."""
    board = build_supply(course, active)
    for key, variable in zip(board.system.keys, range(len(board.system.keys)), strict=True):
        if key[0] == "q":
            vials = sent.get(int(key[2]) - on(0), 0)
            board.system.add((), key, [(variable, 1)], low=vials, high=vials)
    return solve(board.system).found


def daily(**pharmacy: Any) -> Course:
    """Four days from day 0 with a bag of one vial each."""
    return laid(ROOMY, pharmacy={"bags": ["24h"], "max_days_ahead": 2, **pharmacy})


def test_vials_are_there_before_they_are_hung_and_not_too_old() -> None:
    assert allows(daily(), {-2: 1, 0: 2, 3: 1})
    assert not allows(daily(), {1: 4})  # none for day 0
    assert not allows(daily(), {0: 4})  # day 3 is 3 days after day 0
    assert allows(daily(), {0: 4}, without("pharmacy.max_days_ahead"))
    assert not allows(daily(), {0: 3, 1: 2})  # a fifth that no bag takes
    # under way for a day: those of day 0 are for days 1 and 2
    assert allows(daily(transit_days=1), {-1: 2, 0: 1, 1: 1})
    assert not allows(daily(transit_days=1), {0: 4})


def test_spare_vials_go_with_the_first_that_are_sent() -> None:
    spare = daily(spare_vials=2)
    assert allows(spare, {0: 5, 1: 1})  # three for days 0 to 2, two spare; one for day 3
    assert allows(spare, {0: 3, 1: 3})
    assert not allows(spare, {0: 2, 1: 4})  # one for day 0 and one of the two
    assert not allows(spare, {0: 3, 1: 1})
    assert allows(spare, {0: 3, 1: 1}, without("pharmacy.spare_vials"))


def test_requested_dispenses_may_carry_more_and_stand_as_asked_for() -> None:
    asked = {"dispenses": [{"date": day(0), "vials": 6, "cycle": 1}]}
    course = laid(ROOMY, pharmacy={"bags": ["24h"], "max_days_ahead": 3}, request=asked)
    assert allows(course, {0: 6})
    assert not allows(course, {0: 4})
    assert not allows(course, {0: 6, 1: 1})
    assert allows(course, {0: 6, 1: 1}, without("request.dispenses"))


def test_vials_left_over_are_at_hand() -> None:
    history = {
        "cycles": [
            {
                "cycle": 1,
                "start": day(0),
                "bags": [
                    {"hang": day(n), "days": 1, "vials": 1, "dispense": day(0)} for n in (0, 1)
                ],
            }
        ],
        "dispenses": [{"date": day(0), "vials": 3, "cycle": 1}],
    }
    course = laid(ROOMY, pharmacy={"bags": ["24h"]}, history=history, as_of=day(2))
    assert allows(course, {2: 1})  # for day 3; that of day 2 is the third of day 0
    assert not allows(course, {})


def holds(course: Course, active: Active, schedule: Schedule) -> bool:
    """Whether the rows allow the starts, bags and dispenses of a calendar."""
    board = build_supply(course, active)
    chosen = {key: value for one in schedule.cycles for key, value in cycle_keys(one).items()}
    for variable, key in enumerate(board.system.keys):
        if key[0] in ("s", "x", "q"):
            value = chosen.get(key, 0)
            board.system.add((), key, [(variable, 1)], low=value, high=value)
    known = set(board.system.keys)
    assert all(key in known for key, value in chosen.items() if value and key[0] in ("s", "x", "q"))
    return solve(board.system).found


@examples(10)
def test_what_the_whole_allows_is_allowed(course: Course) -> None:
    for left_out in ("", *(m.id for m in members_of(course))):
        active = without(left_out)
        board = build(course, active)
        answer = solve(board.system)
        if answer.values is not None:
            assert holds(course, active, read(board, answer.values)), left_out
