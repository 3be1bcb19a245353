"""Whole bags from dispenses of given sizes."""

from __future__ import annotations

from planner.constraints.schedule import ChosenBag
from planner.labels.backward.share import shared_out
from tests.constraints.boards import laid, on
from tests.oracle.builders import small_policy


def bags(*lengths: int) -> list[ChosenBag]:
    """Bags in a row from day 0 on: 24 h with a vial, 72 h with two."""
    course = laid(small_policy(days=5, step_days=0), pharmacy={"bags": ["24h", "72h"]})
    (segment,) = course.cycles[0].variants[0].segments
    found, day = [], on(0)
    for length in lengths:
        option = next(o for o in segment.options if o.days == length)
        found.append(ChosenBag(day, 0, 0, option, day))
        day += length
    return found


def before(bag: ChosenBag, day: int) -> bool:
    return day <= bag.day


def test_a_later_bag_takes_the_older_dispense_where_only_that_adds_up() -> None:
    # vials 1, 1 and 2; 3 were sent on day -1 and 1 on day 1
    shared = shared_out(bags(1, 1, 3), {on(-1): 3, on(1): 1}, before)
    assert shared is not None
    assert [bag.source - on(0) for bag in shared] == [-1, 1, -1]


def test_bags_that_do_not_add_up_to_the_dispenses_cannot_be_shared_out() -> None:
    # 2 vials and 1: no bag holds just one vial for the dispense of day 1
    assert shared_out(bags(3), {on(-1): 1, on(0): 1}, before) is None


def test_a_dispense_feeds_only_what_it_may() -> None:
    assert shared_out(bags(1, 1), {on(0): 1, on(1): 1}, before) is not None
    # none of the two may wait till day 1
    assert shared_out(bags(1, 1), {on(1): 2}, before) is None


def test_no_bag_needs_no_dispense() -> None:
    assert shared_out([], {}, before) == []
