"""The best bags and dispenses on fixed starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from planner.constraints.schedule import ChosenCycle, Schedule
from planner.labels.backward import search as backward
from planner.labels.backward.bounds import CompletionBound
from planner.labels.backward.fixed import Fixed, NoWayError
from planner.labels.backward.residual import ResidualCapacity
from planner.labels.backward.search import BackwardSearch
from planner.regimen.course import Course
from planner.search.instance import Instance
from tests.constraints.boards import laid, on
from tests.oracle.builders import day, small_policy
from tests.regimen import samples
from tests.search.agreeing import assert_best_is_the_optimum, ground_of, some_starts
from tests.search.crowded import crowded
from tests.search.drawn_tight import examples

ALL: dict[str, Any] = {"initial": (60, "days"), "initial_cycles": 3, "renewals": 0}
ROOMY: dict[str, Any] = {"quantity": (40, 6), "units": (400, 6), **ALL}
SENT = ["delay", "dispenses", "stock_days", "bag_changes", "vials"]


def apart(own: BackwardSearch) -> tuple[int, ...]:
    """What the cycles cost at least, each by itself."""
    bound = CompletionBound(ResidualCapacity(Fixed(own.problem)), own.prices)
    every = [bound.whole(index) for index in range(len(own.problem.places))]
    return own.prices.unpacked(sum(cost for cost in every if cost is not None))


def search(course: Course, *starts: int, first: int = on(0)) -> BackwardSearch:
    """The search over cycles on these days, counted from a day."""
    instance = Instance(course)
    days = {c.number: first + s for c, s in zip(course.cycles, starts, strict=True)}
    return BackwardSearch(instance.problem(starts=days), course.objectives)


def exact(course: Course, *starts: int) -> tuple[int, ...] | None:
    """What the best calendar costs, which keeps every row and costs what it says."""
    way = search(course, *starts).best(quantity=True, split=True)
    if way is None:
        return None
    assert way.cycles is not None
    assert Instance(course).keeps(Schedule(way.cycles))
    transit = course.scenario.pharmacy.transit_days
    costs = [cycle.cost(transit) for cycle in way.cycles]
    names = [name for name in course.objectives if name != "delay"]
    assert way.costs == tuple(sum(cost[name] for cost in costs) for name in names)
    return way.costs


def loose(course: Course, *starts: int) -> tuple[int, ...] | None:
    way = search(course, *starts).best(quantity=False)
    return None if way is None else way.costs


def cycles(course: Course, *starts: int, first: int = on(0)) -> Sequence[ChosenCycle]:
    """The cycles of the best calendar."""
    way = search(course, *starts, first=first).best(quantity=True, split=True)
    assert way is not None
    assert way.cycles is not None
    return way.cycles


# Under the shipped policy ------------------------------------------------------------------------


def test_two_cycles_of_the_shipped_policy_cost_what_their_best_chains_cost() -> None:
    course = samples.course(request={"cycles": 2})
    own = search(course, 0, 42, first=samples.on(0))
    # vials 22 + 24, a dispense each, changes 7 + 4. Cycle 1 hangs a vial on days 0, 1, 3 and 5 (the
    # 24 h bag first) and six on days 7, 14 and 21: 9 + 6 x 42 = 261 days waited; cycle 2 six on
    # days 0, 7, 14 and 21: 252
    costs = (46, 2, 11, 513)
    assert apart(own) == costs
    for quantity in (False, True):
        way = own.best(quantity=quantity)
        assert way is not None
        assert way.cycles is not None
        assert way.least == way.costs == costs
        sent = [cycle.sent for cycle in way.cycles]
        assert sent == [((samples.on(0), 22),), ((samples.on(42), 24),)]


def test_a_later_dispense_shortens_the_wait_where_dispenses_are_last() -> None:
    order = ["delay", "stock_days", "vials", "dispenses", "bag_changes"]
    course = samples.course(pharmacy={"bags": ["24h"]}, objectives=order, request={"cycles": 1})
    way = search(course, 0, first=samples.on(0)).best(quantity=True)
    assert way is not None
    assert way.costs == (0, 28, 28, 28)  # each vial on its day


# Windows of section II.A -------------------------------------------------------------------------


def close(limit: int = 4, **parts: Any) -> Course:
    """Two cycles of four daily bags on days 0 and 5, with windows of 6 dates."""
    policy = small_policy(length=5, quantity=(limit, 6), units=(400, 6), **ALL)
    pharmacy = {"bags": ["24h"], "max_days_ahead": 5, **parts}
    return laid(policy, cycles=2, pharmacy=pharmacy, objectives=SENT)


def test_a_dispense_goes_out_early_where_a_window_would_be_too_full() -> None:
    # on days 0 and 5 each: 0 + 1 + 2 + 3 = 6 days waited in each cycle; but days 0 .. 5 then hold
    # 8 vials, and 4 are allowed. All of cycle 1 on day -1: each vial waits a day longer, 6 + 4
    assert loose(close(), 0, 5) == (2, 12, 8, 8)
    assert apart(search(close(), 0, 5)) == (2, 12, 8, 8)
    assert exact(close(), 0, 5) == (2, 16, 8, 8)
    assert exact(close(8), 0, 5) == (2, 12, 8, 8)


def test_a_bag_may_come_from_two_dispenses() -> None:
    # 5 days, closed on days 3 and 4: bags of 24 h, 24 h and 72 h on days 0, 1 and 2, with 1, 1 and
    # 2 vials, sent on Sundays and Tuesdays: days -1 and 1. 3 vials a day, of which cycle 2 takes 2
    # on day 1: the one left is for the third bag, and the other three come from day -1
    policy = small_policy(days=5, step_days=0, quantity=(3, 1), units=(400, 6), **ALL)
    asked = [{"date": day(n), "vials": v, "cycle": 2} for n, v in ((1, 2), (6, 3), (8, 3))]
    course = laid(
        policy,
        cycles=2,
        pharmacy={
            "bags": ["24h", "72h"],
            "dispense_days": ["sun", "tue"],
            "max_days_ahead": 4,
            "closed": [day(3), day(4)],
        },
        request={"dispenses": asked},
    )
    found = cycles(course, 0, 6)
    assert Instance(course).keeps(Schedule(tuple(found)))
    hung = [[(day - on(0), vials) for day, vials in bag.sources] for bag in found[0].bags]
    assert hung == [[(-1, 1)], [(-1, 1)], [(-1, 1), (1, 1)]]


def test_a_window_that_no_early_dispense_makes_room_in_leaves_nothing() -> None:
    # with vials that keep 0 days nothing can go out before its bag
    assert loose(close(max_days_ahead=0), 0, 5) is not None
    assert exact(close(max_days_ahead=0), 0, 5) is None


def test_spare_vials_go_with_the_first_dispense_and_cost_nothing_but_room() -> None:
    # five vials on day -1 and five on day 5, six dates later
    assert exact(close(5, spare_vials=1), 0, 5) == (2, 16, 8, 8)
    # 4 + 1 on days 0 .. 3 where nothing can go out before
    assert exact(close(4, spare_vials=1, max_days_ahead=0), 0, 5) is None
    found = cycles(close(5, spare_vials=1), 0, 5)
    assert [cycle.sent for cycle in found] == [((on(-1), 5),), ((on(5), 5),)]
    # where room is left all goes as late as can be
    assert exact(close(10, spare_vials=1), 0, 5) == (2, 12, 8, 8)


def test_spare_vials_may_go_with_an_earlier_dispense_that_is_made_for_a_later_bag() -> None:
    # one vial on day 0 for the bag of that day; the two of the next day's bag and the spare one on
    # day -1: 2 x 2 days waited. All on day -1 were 4 > 3, and all but the first with the spare one
    # on day 0 were 2 + 3. Cycle 2 hangs a vial of day 6 at once, and two the day after: 2 x 1
    course = crowded(["sun", "mon"], SENT)
    assert exact(course, 0, 6) == (4, 6, 4, 6)
    found = cycles(course, 0, 6)
    assert found[0].sent == ((on(-1), 3), (on(0), 1))


def test_a_cycle_with_spare_vials_spreads_over_more_than_a_window_of_the_policy() -> None:
    # 28 daily vials and 2 spare ones are 30, and 28 may lie in 42 dates. Vials go out up to 21 days
    # ahead: the bag of day 0 and the spare ones on day -21, days 1 .. 21 on day 0, and 22 .. 27 on
    # day 21, 42 dates after the first: 3 + 21 = 24 in the window from day -21, 21 + 6 from day 0.
    # Days waited beyond one of transit: 20 + (0 + 1 + .. + 20) + (0 + 1 + .. + 5) = 20 + 210 + 15
    pharmacy = {"bags": ["24h"], "spare_vials": 2, "max_days_ahead": 21, "transit_days": 1}
    course = samples.course(pharmacy=pharmacy, request={"cycles": 1})
    first = samples.on(0)
    (only,) = cycles(course, 0, first=first)
    assert [(day - first, vials) for day, vials in only.sent] == [(-21, 3), (0, 21), (21, 6)]
    way = search(course, 0, first=first).best(quantity=True, split=True)
    assert way is not None
    assert way.least == way.costs == (28, 3, 28, 245)


def test_windows_of_units_stand_in_both_searches() -> None:
    # 10 units a day: days 0 .. 3 and 5 are 50 in a window of 6 dates
    policy = small_policy(length=5, quantity=(40, 6), units=(49, 6), **ALL)
    course = laid(policy, cycles=2, pharmacy={"bags": ["24h"]}, objectives=SENT)
    with pytest.raises(NoWayError):
        search(course, 0, 5)
    assert loose(course, 0, 6) is not None
    assert exact(course, 0, 6) is not None


def test_units_choose_the_order_of_bags() -> None:
    # cycle 1: 48 h on days 0 and 2, 10 and 20 units. Cycle 2 from day 6: 72 h are 20 units, 24 h
    # are 10. 30 in any 5 dates: days 2 .. 6 leave 10 for day 6, so the long bag comes on day 7
    order = ["delay", "vials", "bag_changes", "stock_days", "dispenses"]
    policy = small_policy(quantity=(40, 6), units=(30, 5), **ALL)
    course = laid(policy, cycles=2, pharmacy={"max_days_ahead": 3}, objectives=order)
    assert exact(course, 0, 6) == (6, 4, 0, 4)
    found = cycles(course, 0, 6)
    assert [bag.option.days for bag in found[1].bags] == [1, 3]
    # without the bag of 72 h a cycle takes 4 vials, 40 units in 4 days
    course = laid(policy, cycles=2, pharmacy={"bags": ["24h", "48h"]}, objectives=order)
    with pytest.raises(NoWayError):
        search(course, 0, 6)


def test_units_granted_choose_the_bags() -> None:
    # 3 vials a cycle at the least, 30 units; four changes of 24 h take 40
    def granted(units: int) -> Course:
        rows = [{"kind": "initial", "start": day(0), "units": units}]
        order = ["delay", "stock_days", "dispenses", "vials", "bag_changes"]
        return laid(small_policy(**ROOMY), authorizations=rows, objectives=order)

    # no vial waits: one dispense a bag; 48 h of the step dose with 1 vial, then 48 h with 2
    assert exact(granted(30), 0) == (0, 2, 3, 2)
    assert exact(granted(29), 0) is None


def test_units_granted_are_shared_by_the_cycles_of_an_authorization() -> None:
    def granted(units: int) -> Course:
        rows = [{"kind": "initial", "start": day(0), "units": units}]
        daily = {"bags": ["24h"], "max_days_ahead": 3}
        return laid(small_policy(**ROOMY), cycles=2, pharmacy=daily, authorizations=rows)

    # 4 vials of 10 units each; a dispense each, and 0 + 1 + 2 + 3 days waited
    assert exact(granted(80), 0, 6) == (8, 2, 8, 12)
    assert exact(granted(79), 0, 6) is None
    assert loose(granted(79), 0, 6) is None


# Vials that are there anyway ---------------------------------------------------------------------


def in_progress(sent: int) -> Course:
    rows = [{"hang": day(n), "days": 1, "vials": 1, "dispense": day(0)} for n in range(2)]
    history = {
        "cycles": [{"cycle": 1, "start": day(0), "bags": rows}],
        "dispenses": [{"date": day(0), "vials": sent, "cycle": 1}],
    }
    pharmacy = {"bags": ["24h"], "max_days_ahead": 3}
    policy = small_policy(**ROOMY)
    return laid(policy, history=history, as_of=day(2), pharmacy=pharmacy, objectives=SENT)


def test_what_is_left_of_a_past_dispense_needs_no_other() -> None:
    # vials of day 0 hang on days 2 and 3: 2 + 3 days waited
    assert exact(in_progress(4), 0) == (0, 5, 2, 2)
    # one is left: hung on day 2 it has waited two days, so both come from a dispense on day 2
    assert exact(in_progress(3), 0) == (1, 1, 2, 2)
    # none: both on day 2, the second waits a day
    assert exact(in_progress(2), 0) == (1, 1, 2, 2)


def test_requested_dispenses_feed_all_bags_of_their_cycle() -> None:
    asked = [{"date": day(n), "vials": v, "cycle": 1} for n, v in ((0, 3), (3, 1))]
    course = laid(small_policy(**ROOMY), pharmacy={"bags": ["24h"]}, request={"dispenses": asked})
    found = cycles(course, 0)
    assert [(b.day - on(0), b.source - on(0)) for b in found[0].bags] == [
        (0, 0),
        (1, 0),
        (2, 0),
        (3, 3),
    ]
    assert found[0].sent == ((on(0), 3), (on(3), 1))


def test_requested_dispenses_are_counted_as_dispenses() -> None:
    # one dispense of 3 vials on day 0: 48 h of the step dose at once, a vial, and the other 48 h
    # two days later: 2 x 2 days waited, 2 bag changes
    asked = [{"date": day(0), "vials": 3, "cycle": 1}]
    pharmacy = {"bags": ["24h", "48h"], "max_days_ahead": 9}
    request = {"dispenses": asked}
    course = laid(small_policy(**ROOMY), pharmacy=pharmacy, request=request, objectives=SENT)
    assert exact(course, 0) == (1, 4, 2, 3)
    assert apart(search(course, 0)) == (1, 4, 2, 3)


# Nothing, and too much ---------------------------------------------------------------------------


def test_a_cycle_that_no_bag_bridges_has_no_way() -> None:
    closed = {"closed": [day(3)], "bags": ["24h"]}
    with pytest.raises(NoWayError):
        search(laid(small_policy(**ROOMY), pharmacy=closed), 0)


def test_a_search_that_grows_too_large_leaves_a_bound() -> None:
    for most in range(1, 40):
        way = search(close(), 0, 5).best(quantity=True, split=True, most=most)
        assert way is not None
        assert (2, 12, 8, 8) <= way.least <= (2, 16, 8, 8)
        assert way.cycles is None or way.costs == (2, 16, 8, 8)


def test_only_what_costs_less_than_asked_is_found() -> None:
    own = search(close(), 0, 5)
    assert own.best(quantity=True, below=(2, 16, 8, 8)) is None
    way = own.best(quantity=True, below=(2, 16, 8, 9))
    assert way is not None
    assert way.costs == (2, 16, 8, 8)


def test_the_bound_by_pairs_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backward, "FEW_LABELS", 0)
    assert loose(close(), 0, 5) == (2, 12, 8, 8)
    assert exact(close(), 0, 5) == (2, 16, 8, 8)
    assert exact(close(max_days_ahead=0), 0, 5) is None


def test_the_bound_by_pairs_ends_before_a_cycle_with_other_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # cycles 1 and 2 make their dispenses, cycle 3 has one that is listed: a pair of the first two
    # ends where the third would find it
    monkeypatch.setattr(backward, "FEW_LABELS", 0)
    course = laid(
        small_policy(quantity=(8, 6), units=(400, 6)),
        cycles=3,
        pharmacy={"bags": ["24h"], "max_days_ahead": 3},
        request={"dispenses": [{"date": day(12), "vials": 4, "cycle": 3}]},
        objectives=SENT,
    )
    # a dispense each, its vials hung on the spot and 1, 2 and 3 days later
    assert exact(course, 0, 6, 12) == (3, 18, 12, 12)


# Drawn courses against the model -----------------------------------------------------------------


@examples(45)
def test_the_best_way_costs_what_the_model_of_the_course_costs(course: Course) -> None:
    if ground_of(course) is not None:
        for starts in some_starts(course, 2):
            assert_best_is_the_optimum(course, starts)


@examples(45)
def test_so_it_does_with_bounds_by_pairs_of_cycles(course: Course) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backward, "FEW_LABELS", 0)
        if ground_of(course) is not None:
            for starts in some_starts(course, 2):
                assert_best_is_the_optimum(course, starts)
