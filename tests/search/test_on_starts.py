"""The best calendar on given starts, with a bound, whatever becomes of the searches in it."""

from __future__ import annotations

from typing import Any

import pytest

from planner.labels.backward import search as backward
from planner.regimen.course import Course
from planner.search.instance import Instance
from planner.search.on_starts import NOTHING, OnStarts, best_on
from tests.constraints.boards import laid, on
from tests.oracle.builders import small_policy
from tests.search.agreeing import assert_on_starts_agrees, ground_of, some_starts
from tests.search.drawn_tight import examples

ALL: dict[str, Any] = {"initial": (60, "days"), "initial_cycles": 3, "renewals": 0}
SENT = ["delay", "dispenses", "stock_days", "bag_changes", "vials"]
STARTS = {1: on(0), 2: on(5)}


def close(limit: int = 4, **parts: Any) -> Course:
    """Two cycles of four daily bags on days 0 and 5, with windows of 6 dates."""
    policy = small_policy(length=5, quantity=(limit, 6), units=(400, 6), **ALL)
    pharmacy = {"bags": ["24h"], "max_days_ahead": 5, **parts}
    return laid(policy, cycles=2, pharmacy=pharmacy, objectives=SENT)


def on_these(course: Course) -> OnStarts:
    """The best on days 0 and 5; its schedule keeps every row."""
    instance = Instance(course)
    found = best_on(instance, course.objectives, STARTS)
    if found.schedule is not None:
        assert instance.keeps(found.schedule)
        assert found.schedule.origins() == STARTS
    return found


def test_a_calendar_that_windows_leave_alone_is_settled_by_the_bound() -> None:
    # 0 + 1 + 2 + 3 days waited in each cycle
    found = on_these(close(8))
    assert found.least == found.costs == (2, 12, 8, 8)
    assert found.settled


def test_a_calendar_that_makes_room_in_a_window_is_settled_too() -> None:
    # cycle 1 goes out on day -1: four vials wait a day longer
    found = on_these(close())
    assert found.least == found.costs == (2, 16, 8, 8)
    assert found.schedule is not None
    assert found.schedule.cycles[0].sent == ((on(-1), 4),)


def test_starts_without_a_calendar_have_no_least_costs() -> None:
    assert on_these(close(max_days_ahead=0)) == NOTHING  # II.A
    assert NOTHING.least is None
    course = close(closed=["2026-01-08"])
    assert best_on(Instance(course), course.objectives, STARTS) == NOTHING


def test_what_has_to_be_better_than_the_best_is_not_found() -> None:
    course = close()
    better = best_on(Instance(course), course.objectives, STARTS, below=(2, 16, 8, 8))
    assert (better.least, better.schedule) == ((2, 16, 8, 8), None)
    found = best_on(Instance(course), course.objectives, STARTS, below=(2, 17, 8, 8))
    assert found.costs == (2, 16, 8, 8)


def test_where_nothing_settles_it_there_is_a_bound_and_some_calendar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backward, "FEW_LABELS", 0)
    monkeypatch.setattr(backward, "MOST_LABELS", 0)
    course = close()
    instance = Instance(course)
    found = best_on(instance, course.objectives, STARTS)
    assert found.least == (2, 12, 8, 8)  # each cycle apart
    assert found.schedule is not None
    assert instance.keeps(found.schedule)
    assert found.costs is not None
    assert found.costs >= (2, 16, 8, 8)
    assert not found.settled


@examples(35)
def test_the_best_on_drawn_starts_is_the_optimum_of_the_model(course: Course) -> None:
    if ground_of(course) is not None:
        for starts in some_starts(course, 2):
            assert_on_starts_agrees(course, starts)


@examples(25)
def test_so_it_is_where_labels_are_given_up(course: Course) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backward, "FEW_LABELS", 0)
        patch.setattr(backward, "MOST_LABELS", 0)
        if ground_of(course) is not None:
            for starts in some_starts(course, 1):
                assert_on_starts_agrees(course, starts)
