"""Starts from which bags reach over a cycle: worked cases, and all starts by walking bag by bag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.constraints.rules import Rules, remaining
from planner.constraints.system import Active, everything
from planner.labels.reach import Reach
from planner.proof.members import members_of
from planner.regimen.course import Course, CourseCycle
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_drug, small_policy
from tests.search.drawn_tight import examples

# a cycle of four days, the first two at the step dose, which has no 72 h bag
POLICY = small_policy(quantity=(40, 6), units=(400, 6), initial=(40, "days"))


def open_from(course: Course, first: int, last: int, active: Active = everything) -> list[int]:
    """The starts of the first cycle, among the days from first to last, by offset from day 0."""
    days = range(on(first), on(last) + 1)
    rules = Rules(course, active)
    return [d - on(0) for d in Reach(rules).open(rules.course.cycles[0], days)]


def test_bags_reach_over_a_gap_that_one_of_them_is_as_long_as() -> None:
    # none is hung on days 2 and 3. From day -1 the last bag of 48 h begins on day 1; from day 0 it
    # would have to on day 2, where the dose changes, and from day 1 one of 24 h on day 3
    gap = {"closed": [day(2), day(3)]}
    assert open_from(laid(POLICY, pharmacy=gap), -4, 5) == [-4, -3, -2, -1, 4, 5]
    # from day -2 the dose would change on day 0
    assert open_from(laid(POLICY, pharmacy={"closed": [day(0)]}), -4, 1) == [-4, -3, -1, 1]


def test_a_cycle_that_may_stop_early_needs_one_bag() -> None:
    gap = {"closed": [day(2), day(3)], "bags": ["24h"]}
    assert open_from(laid(POLICY, pharmacy=gap), -1, 4) == [4]
    assert open_from(laid(POLICY, pharmacy=gap), -1, 4, without("V.rr.days")) == [-1, 0, 1, 4]


def test_a_bag_needs_a_dispense_that_is_neither_too_old_nor_still_under_way() -> None:
    # dispenses on day 0, a Monday, and day 7; vials are there a day later, and hung two days after
    # their dispense at most: on days 1, 2, 8, 9
    weekly = {"dispense_days": ["mon"], "transit_days": 1, "max_days_ahead": 2}
    course = laid(POLICY, pharmacy={**weekly, "bags": ["24h", "48h"]})
    assert open_from(course, 0, 8) == []  # 48 h from day 1, and none from day 3 on
    # with up to three days, on days 1 to 3 as well
    assert open_from(laid(POLICY, pharmacy={**weekly, "max_days_ahead": 3}), 0, 8) == [1, 8]


def test_a_bag_ready_to_hang_ends_within_its_storage() -> None:
    # 48 h bags alone, dispensed on Monday, day 0: the second of a cycle from day 0 is hung on day 2
    # and ends on day 4
    def kept(days: int) -> Course:
        pharmacy: dict[str, Any] = {
            "bags": ["48h"],
            "dispense_days": ["mon"],
            "ready_made": True,
            "transit_days": 0,
            "max_days_ahead": 6,
        }
        return laid(POLICY, small_drug(storage_days={"48h": days}), pharmacy=pharmacy)

    assert open_from(kept(4), -1, 1) == [0]
    assert open_from(kept(3), -1, 1) == []
    assert open_from(kept(3), -1, 1, without("pharmacy.ready_made")) == [-1, 0, 1]


def test_listed_dispenses_are_all_that_bags_come_from() -> None:
    asked = {"dispenses": [{"date": day(0), "vials": 9, "cycle": 1}]}
    course = laid(POLICY, request=asked, pharmacy={"bags": ["24h"], "max_days_ahead": 4})
    assert open_from(course, -1, 3) == [0, 1]  # hung on days 0 to 4
    assert open_from(course, -1, 3, without("request.dispenses")) == [-1, 0, 1, 2, 3]


def test_a_cycle_in_progress_has_its_rest_to_cover() -> None:
    rows = [{"hang": day(0), "days": 2, "vials": 1, "dispense": day(0)}]
    history = {
        "cycles": [{"cycle": 1, "start": day(0), "bags": rows}],
        "dispenses": [{"date": day(0), "vials": 3, "cycle": 1}],
    }
    closed: dict[str, Any] = {"closed": [day(3)]}

    def under_way(*bags: str) -> Course:
        pharmacy = {"bags": [*bags], **closed}
        return laid(POLICY, history=history, as_of=day(2), pharmacy=pharmacy)

    assert open_from(under_way("24h", "48h"), 0, 0) == [0]  # 48 h from day 2
    assert open_from(under_way("24h"), 0, 0) == []


def walked(rules: Rules, cycle: CourseCycle, origin: int) -> bool:
    """Whether some chain of bags covers a cycle, one bag after another."""
    start = cycle.pinned if cycle.pinned is not None else origin
    infused = cycle.progress.infused if cycle.progress else 0
    variant = next(v for v in rules.variants(cycle) if v.first_start <= start <= v.last_start)
    segments = [segment for _, segment in remaining(variant, infused)]

    def after(done: int) -> Iterator[int]:
        segment = next(s for s in segments if done < s.first + s.days)
        today = origin + done
        if rules.bars_hang(today, hospital=segment.site == "hospital"):
            return
        for option in segment.options:
            last = today - rules.transit
            fed = any(source(day) for day in range(rules.oldest(today, option), last + 1))
            fed = fed or (not rules.ready and any(day <= last for day in stock))
            if fed and done + option.days <= segment.first + segment.days:
                yield done + option.days

    asked = rules.requested(cycle.number)
    stock = [one.day for one in rules.stock_of(cycle)]

    def source(day: int) -> bool:
        if asked and rules.active("request.dispenses"):
            return day in asked or day in stock
        return day in asked or day in stock or not rules.bars_dispense(day)

    waiting, seen = [infused], {infused}
    while waiting:
        done = waiting.pop()
        if done == cycle.infusion_days or (done > infused and not rules.exact_days()):
            return True
        fresh = set(after(done)) - seen
        seen |= fresh
        waiting += sorted(fresh)
    return False


@examples(60)
def test_all_starts_at_once_are_those_found_one_by_one(course: Course) -> None:
    for left_out in ("", *(m.id for m in members_of(course))):
        rules = Rules(course, without(left_out))
        for cycle in rules.course.cycles:
            days = rules.origin_days(cycle)
            assert Reach(rules).open(cycle, days) == [d for d in days if walked(rules, cycle, d)]
