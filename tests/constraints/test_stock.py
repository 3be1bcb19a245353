"""Bags with vials from several dispenses and from stock, of an ended cycle too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.constraints.model import build
from planner.constraints.rules import Rules
from planner.constraints.system import everything
from planner.documents.scenario import Wasted
from planner.regimen.course import Course, Stock
from planner.search.engine import Verdict
from planner.search.find import find
from planner.search.found import Found
from planner.search.whole import Whole, solve_whole
from tests.constraints.boards import NOT_OPEN, breaks, laid, of_bags
from tests.constraints.stocked import ROOM, allows, course_with, ended
from tests.oracle.builders import day, small_drug, small_policy
from tests.oracle.hand import FULL, sent_for
from tests.oracle.values import Bag, Calendar, Dispense
from tests.search.agreeing import assert_audited

LIMIT = 20.0  # deterministic seconds

# One bag, several dispenses ----------------------------------------------------------------------

TWO = small_policy(**ROOM)
SPLIT = (
    Bag(1, day(0), 1, FULL, 1, day(0)),
    Bag(1, day(1), 1, FULL, 1, day(1)),
    Bag(1, day(2), 2, FULL, 2, day(1), ((day(2), 1),)),
)


def test_a_bag_may_have_its_vials_from_two_dispenses() -> None:
    # 1 sent on day 0, 2 on day 1, 1 on day 2: the bag of days 2 and 3 takes the last of each
    assert breaks(laid(TWO), of_bags(*SPLIT)) == []


def test_none_of_a_bags_vials_comes_after_it_is_hung() -> None:
    late = SPLIT[2]._replace(rest=((day(3), 1),))
    assert breaks(laid(TWO), of_bags(*SPLIT[:2], late)) == [NOT_OPEN]


def test_none_of_a_bags_vials_waits_too_long() -> None:
    old = SPLIT[2]._replace(dispense=day(0), rest=((day(2), 1),))
    one_day = {"max_days_ahead": 1}
    assert breaks(laid(TWO), of_bags(*SPLIT[:2], old)) == []  # two days, as long as they may
    assert breaks(laid(TWO, pharmacy=one_day), of_bags(*SPLIT)) == []
    assert breaks(laid(TWO, pharmacy=one_day), of_bags(*SPLIT[:2], old)) == [NOT_OPEN]


def test_a_dispense_gives_no_more_vials_than_it_sent() -> None:
    # 1 on day 0, 2 on day 1, 1 on day 2: there is a way to hang them, but not with two of day 0
    sent = sent_for(SPLIT)
    two_of_day_0 = (SPLIT[0], SPLIT[1]._replace(dispense=day(0)), SPLIT[2])
    assert breaks(laid(TWO), Calendar(((1, day(0)),), SPLIT, sent)) == []
    assert breaks(laid(TWO), Calendar(((1, day(0)),), two_of_day_0, sent)) == [NOT_OPEN]


@pytest.mark.parametrize(
    "whole",
    [
        {"pharmacy": {"ready_made": True}},
        {"readings": {"date_of_service": "dispense"}},
    ],
)
def test_a_bag_sent_whole_has_but_one_dispense(whole: dict[str, Any]) -> None:
    kept = {"24h": 5, "48h": 5, "72h": 5}
    course = laid(TWO, small_drug(storage_days=kept), **whole)
    one = SPLIT[2]._replace(rest=())
    assert breaks(course, of_bags(*SPLIT[:2], one)) == []
    assert breaks(course, of_bags(*SPLIT)) == [NOT_OPEN]
    # two bags of two vials: one by one on days -1 to 2 they make no whole bag, two and two do
    singly, twice = {-1: 1, 0: 1, 1: 1, 2: 1}, {0: 2, 2: 2}
    assert allows(laid(TWO, pharmacy={"bags": ["48h"]}), singly)
    pharmacy = {"bags": ["48h"]} | whole.get("pharmacy", {})
    bags = laid(TWO, small_drug(storage_days=kept), **whole | {"pharmacy": pharmacy})
    assert allows(bags, twice)
    assert not allows(bags, singly)


def test_a_bag_may_have_its_vials_from_stock_and_a_dispense() -> None:
    # 3 vials are there: those of days 0 and 1, and one of the two of day 2
    course = course_with({-2: 3})
    bags = (
        SPLIT[0]._replace(dispense=day(-2)),
        SPLIT[1]._replace(dispense=day(-2)),
        SPLIT[2]._replace(dispense=day(-2)),
    )
    new = (Dispense(day(2), 1, 1),)
    assert breaks(course, Calendar(((1, day(0)),), bags, new)) == []
    # with 2 there, the third is none
    short = course_with({-2: 2})
    assert breaks(short, Calendar(((1, day(0)),), bags, new)) == [NOT_OPEN]


# Hall's condition --------------------------------------------------------------------------------


def test_stock_is_kept_for_the_days_that_new_vials_do_not_reach() -> None:
    # ten days of one vial; 5 are there, 5 new ones are sent on day 0 and there on day 1. Kept 5
    # days they serve days 1 .. 5, and those there days 0 and 6 .. 9; kept 4 days, days 1 .. 4 only
    def kept(days: int) -> Course:
        return course_with({-1: 5}, days=10, bags=["24h"], transit_days=1, max_days_ahead=days)

    assert allows(kept(5), {0: 5})
    assert not allows(kept(4), {0: 5})
    assert allows(kept(4), {0: 4, 5: 1})
    # those that are sent on day 5 are there on day 6: six days, and 5 vials
    assert allows(kept(5), {4: 5})
    assert not allows(kept(5), {5: 5})


def test_vials_of_two_dispenses_share_the_days_that_both_reach() -> None:
    # kept a day, those of days 0 and 1 are for days 0 .. 2: three vials, of which neither sends
    # more than two; and the two bags of days 3 and 4 have both a dispense near
    short = course_with({}, days=5, bags=["24h"], max_days_ahead=1)
    assert allows(short, {0: 2, 1: 1, 3: 2})
    assert not allows(short, {0: 2, 1: 2, 3: 1})


def test_new_vials_do_not_stand_in_for_stock_before_they_are_there() -> None:
    # days 0 and 1 before those of day 1 are there on day 2: one vial is too few
    slow: dict[str, Any] = {"bags": ["24h"], "transit_days": 1, "max_days_ahead": 3}
    assert not allows(course_with({-1: 1}, **slow), {1: 3})
    assert not allows(course_with({-1: 1}, **slow), {1: 2})
    assert allows(course_with({-1: 1}, **slow), {0: 3})
    assert allows(course_with({-1: 2}, **slow), {1: 2})


def test_stock_does_not_serve_before_it_is_there() -> None:
    # what was sent on day -1 travels two days, and is there on day 1: day 0 has none
    slow: dict[str, Any] = {"bags": ["24h"], "transit_days": 2, "max_days_ahead": 4}
    assert not allows(course_with({-1: 4}, **slow), {})
    assert allows(course_with({-2: 1, -1: 3}, **slow), {})
    assert not allows(course_with({-2: 1, -1: 2}, **slow), {})
    assert allows(course_with({-2: 1, -1: 2}, **slow), {0: 1})


def test_later_stock_does_not_stand_in_for_earlier() -> None:
    # a bag of two vials on day 0: those of day -2 are there, those of day -1 come on day 1
    slow: dict[str, Any] = {"bags": ["72h"], "transit_days": 2, "max_days_ahead": 4}
    assert not allows(course_with({-2: 1, -1: 3}, days=3, **slow), {})
    assert allows(course_with({-2: 2, -1: 2}, days=3, **slow), {})


# Stock of a cycle that has ended -----------------------------------------------------------------


def test_what_an_ended_cycle_left_serves_the_next_ones_and_no_vial_twice() -> None:
    # cycles 2 and 3 take 4 each, and 2 are left: at least 6 new ones, whichever cycle takes the 2
    assert allows(ended(2), {6: 2, 12: 4})
    assert allows(ended(2), {6: 4, 12: 2})
    assert allows(ended(2), {6: 3, 12: 3})
    assert not allows(ended(2), {6: 2, 12: 3})
    assert not allows(ended(2), {6: 2, 12: 2})
    assert not allows(ended(0), {6: 3, 12: 4})
    assert allows(ended(2), {6: 4, 12: 4})  # they may stay unused
    assert allows(ended(8), {})
    assert not allows(ended(7), {})


def test_vials_of_stock_named_by_two_cycles_are_taken_from_the_same_ones() -> None:
    def plan(*old: tuple[int, int]) -> Calendar:
        bags = tuple(
            Bag(cycle, day(n), 1, FULL, 1, day(0 if (cycle, n) in old else n))
            for cycle, start in ((2, 6), (3, 12))
            for n in range(start, start + 4)
        )
        new = sent_for(tuple(bag for bag in bags if bag.dispense != day(0)))
        return Calendar(((2, day(6)), (3, day(12))), bags, new)

    assert breaks(ended(2), plan((2, 6), (3, 12))) == []
    assert breaks(ended(2), plan((2, 6), (2, 7))) == []
    assert breaks(ended(2), plan((2, 6), (2, 7), (3, 12))) != []
    assert breaks(ended(3), plan((2, 6), (2, 7), (3, 12))) == []


def values(found: Found | Whole) -> list[tuple[str, int]]:
    return [(one.name, one.value) for one in found.reached]


@pytest.mark.parametrize("whole", [{}, {"readings": {"date_of_service": "dispense"}}])
def test_a_cycle_that_stock_serves_needs_no_dispense(whole: dict[str, Any]) -> None:
    # 4 are left for the 4 days of cycle 2. 8 went out on day 0, and II.A allows 8 in 12 days: up to
    # day 11, behind the last infusion day, no further one may go out
    course = ended(4, 2, limits={"quantity": (8, 12)}, **whole)
    found, by_rows = find(course, limit=LIMIT), solve_whole(course, limit=LIMIT)
    assert found.verdict is by_rows.verdict is Verdict.OPTIMAL
    assert values(found) == values(by_rows)
    assert dict(values(found))["dispenses"] == 0
    assert by_rows.schedule is not None
    assert_audited(course, by_rows.schedule)
    # a vial less, and there is no calendar
    short = ended(3, 2, limits={"quantity": (7, 12)}, **whole)
    assert find(short, limit=LIMIT).verdict is Verdict.INFEASIBLE
    assert solve_whole(short, limit=LIMIT).verdict is Verdict.INFEASIBLE


def test_spare_vials_go_with_the_first_dispense_of_a_cycle_that_stock_serves_in_part() -> None:
    # 3 are left of 4 that cycle 2 takes: with one spare, two go out for the last; with 4 left, none
    spare: dict[str, Any] = {"pharmacy": {"spare_vials": 1}}
    assert allows(ended(3, 2, **spare), {9: 2})
    assert not allows(ended(3, 2, **spare), {9: 1})
    assert not allows(ended(2, 2, **spare), {8: 1, 9: 2})  # the first carries it
    assert allows(ended(2, 2, **spare), {8: 2, 9: 1})
    assert allows(ended(4, 2, **spare), {})
    assert not allows(ended(4, 2, **spare), {9: 1})  # it does not travel alone


def test_without_a_dispense_windows_by_cycle_open_with_the_first_claim() -> None:
    # a claim of 10 units on each of days 6 .. 9: 40 in the window of cycle 2 from day 6 on
    for units, kept in ((40, True), (39, False)):
        limits = {"early": 1, "late_units": (units, 6)}  # cycle 1, which billed 40, has its own
        course = ended(4, 2, limits=limits, readings={"window": "cycle"})
        assert allows(course, {}) is kept


def test_ready_made_bags_of_an_ended_cycle_serve_no_other() -> None:
    drug = small_drug(storage_days={"24h": 4})
    ready = ended(2, drug=drug, pharmacy={"ready_made": True})
    assert not allows(ready, {6: 2, 12: 4})
    assert allows(ready, {6: 4, 12: 4})


@pytest.mark.parametrize(("left", "least"), [(4, 0), (3, 1), (0, 1)])
def test_a_cycle_for_which_stock_is_too_little_has_a_first_dispense(left: int, least: int) -> None:
    """4 bags of a vial each: where 3 are there a 4th is sent, in fractions too, so that the spare
    vial that goes with it counts as a whole one."""
    board = build(ended(left, cycles=2, pharmacy={"spare_vials": 1}))
    [marks] = [row for row in board.system.rows if row.instance == ("first", 2)]
    assert (marks.low, marks.high) == (least, 1)


def test_a_loss_of_one_cycle_that_took_a_vial_of_another_is_not_given_back() -> None:
    """One vial of cycle 1 is left; it broke in cycle 2, whose loss is listed for that cycle."""
    course = laid(TWO)
    lost = Wasted(date=day(3), vials=1, cycle=2)
    history = course.scenario.history.model_copy(update={"wasted": (lost,)})
    scenario = course.scenario.model_copy(update={"history": history})
    stock = (Stock(day(0).toordinal(), 1, 0, 1),)
    rules = Rules(replace(course, scenario=scenario, stock=stock), everything)
    assert sum(one.vials for one in rules.stock_of(course.cycles[0])) == 0
