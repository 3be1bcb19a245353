"""The courses that grow are what their rows say."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from benchmarks.engines import product
from benchmarks.instances import Grown, growing

GROWN = {(grown.what, grown.size.partition(" ")[0]): grown for grown in growing()}


def _of(what: str) -> list[Grown]:
    return [grown for (respect, _), grown in GROWN.items() if respect == what]


@pytest.mark.parametrize("days", ["0", "7"])
def test_the_least_slack_is_enough_to_plan(days: str) -> None:
    assert product(GROWN["days of slack", days].course).status == "planned"


def test_years_of_history_hold_more_cycles_fills_and_claims_each() -> None:
    courses = [grown.course for grown in _of("years of history")]

    assert len(courses) == 4
    assert not courses[0].past
    for what in ("past", "past_bags", "past_dispenses", "past_units"):
        numbers = [len(getattr(course, what)) for course in courses]
        assert numbers == sorted(set(numbers)), what
    # all of it is listed, none assumed; a claim for each bag
    assert not [a for course in courses for a in course.assumed if a.path.startswith("history")]
    assert all(len(course.past_units) == len(course.past_bags) for course in courses)


@pytest.mark.parametrize("years", [0, 1, 2, 3])
def test_years_of_history_are_years_and_one_cycle_is_left_to_plan(years: int) -> None:
    course = GROWN["years of history", str(years)].course

    assert [cycle.number for cycle in course.cycles] == [len(course.past) + 1]
    assert product(course).status == "planned"
    if years:
        assert course.as_of is not None
        began = date.fromordinal(course.past[0].start)
        assert (course.as_of - began.toordinal()) / 365 == pytest.approx(years, abs=0.1)


def test_past_cycles_follow_each_other_as_the_policy_lets_them() -> None:
    # V.rr.length: cycles 1 to 5 last 42 days, cycles 6 to 9 last 84 days
    past = GROWN["past cycles", "8"].course.past
    between = [after.start - before.start for before, after in pairwise(past)]
    assert between == [42] * 5 + [84] * 2
