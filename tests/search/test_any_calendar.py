"""Whether there is any calendar, by labels: three answers, none of them a guess."""

from __future__ import annotations

from typing import Any

import pytest

from planner.constraints.system import Active, everything
from planner.labels.forward import search as forward
from planner.labels.forward.search import ForwardSearch
from planner.labels.front import TooManyLabelsError
from planner.regimen.course import Course
from planner.search.any_calendar import AnyCalendar, any_calendar
from planner.search.engine import Verdict
from planner.search.instance import Instance
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_policy

ROOMY: dict[str, Any] = {"quantity": (40, 6), "units": (400, 6), "initial": (40, "days")}
BY_DISPENSE = {"date_of_service": "dispense"}


def asked(course: Course, active: Active = everything, *, few: bool = False) -> AnyCalendar:
    return any_calendar(Instance(course, active), few=few)


def test_a_calendar_found_keeps_every_row() -> None:
    course = laid(small_policy(**ROOMY), cycles=2)
    found = asked(course)
    assert found.verdict is Verdict.FEASIBLE
    assert found.schedule is not None
    assert Instance(course).keeps(found.schedule)


def test_it_is_said_where_there_is_none() -> None:
    # four vials, three in any 6 dates
    course = laid(small_policy(**ROOMY | {"quantity": (3, 6)}), pharmacy={"bags": ["24h"]})
    assert asked(course) == AnyCalendar(Verdict.INFEASIBLE)
    assert asked(course, without("II.A")).verdict is Verdict.FEASIBLE


def test_what_labels_do_not_follow_is_left_open_with_starts_to_look_on() -> None:
    # by dispense, what is billed on a day counts as its vials do: 30 units in any 6 dates, which no
    # label sees
    policy = small_policy(**ROOMY | {"units": (30, 6)})
    course = laid(policy, readings=BY_DISPENSE, pharmacy={"bags": ["24h"]})
    assert asked(course) == AnyCalendar(Verdict.UNDECIDED, None, {1: on(0)})


def test_too_many_labels_leave_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "FEW_LABELS", 0)
    course = laid(small_policy(**ROOMY))
    assert asked(course).verdict is Verdict.FEASIBLE  # by pairs of cycles, where starts are open
    found = any_calendar(Instance(course), at={1: on(0)}, few=True)
    assert found == AnyCalendar(Verdict.UNDECIDED)


def test_the_latest_starts_are_tried_before_labels_look_over_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def give_up(self: ForwardSearch, latest: int | None = None) -> None:
        raise TooManyLabelsError

    monkeypatch.setattr(ForwardSearch, "bound", give_up)
    # cycle 2 has its last infusion day on day 11 of 12 where it starts on day 8
    found = asked(laid(small_policy(quantity=(40, 6), units=(400, 6)), cycles=2))
    assert found.verdict is Verdict.FEASIBLE
    assert found.schedule is not None
    assert found.schedule.origins() == {1: on(0), 2: on(8)}
    # two vials in any 6 dates, and the four days of a cycle take three: nothing is proven by that
    tight = laid(small_policy(quantity=(2, 6), units=(400, 6)), cycles=2)
    assert asked(tight) == AnyCalendar(Verdict.UNDECIDED)
    # but starts that contradict each other are: day 5 is no 6 days behind day 0
    pinned = laid(small_policy(**ROOMY), cycles=2, request={"cycle_starts": {2: day(5)}})
    assert asked(pinned) == AnyCalendar(Verdict.INFEASIBLE)


def test_the_latest_starts_are_ones_that_bags_reach_over() -> None:
    # from day 2 a bag would have to be hung on day 4, where the dose changes
    window = {"first_infusion": {"earliest": day(0), "latest": day(2)}}
    course = laid(small_policy(**ROOMY), pharmacy={"closed": [day(4)]}, request=window)
    assert Instance(course).some_starts()[1] == {1: on(1)}
