"""The enumeration itself: nothing missed, nothing twice, and the best of what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest

from tests.oracle.brute import (
    Bag,
    Calendar,
    Case,
    best,
    calendars,
    candidates,
    count_candidates,
    dispensed,
    keeps,
    latest_start,
    objective_names,
    objectives,
    violations,
)
from tests.oracle.hand import courses
from tests.oracle.small import Triple, day, small_case, small_drug, small_policy, small_scenario
from tests.oracle.values import day_after
from tests.sampled import sampled

LAX: dict[str, Any] = {"quantity": (99, 6), "units": (990, 6), "initial": (90, "days")}


def count(policy: dict[str, Any], bags: list[str], **scenario: Any) -> int:
    pharmacy = {"bags": bags, "max_days_ahead": 1} | scenario.pop("pharmacy", {})
    asked = small_scenario(pharmacy=pharmacy, **scenario)
    found = list(calendars(asked, small_policy(**(LAX | policy)), small_drug()))
    assert len(set(found)) == len(found)
    return len(found)


THREE_DAYS: dict[str, Any] = {"days": 3, "length": 4, "step_days": 0}


def test_every_bag_has_its_dispense_on_the_day_or_the_day_before() -> None:
    """Three 24 h bags with two choices each."""
    assert count(THREE_DAYS, ["24h"]) == 2**3


def test_every_chain_of_bags_is_found() -> None:
    """1+1+1 has 8 choices of dispenses. Two vials of a longer bag come both of the one day, both of
    the other, or one of each: 1+2 and 2+1 have 2 x 3 each, 3 has 3."""
    assert count(THREE_DAYS, ["24h", "48h"]) == 8 + 6 + 6
    assert count(THREE_DAYS, ["24h", "48h", "72h"]) == 8 + 6 + 6 + 3


def test_a_bag_is_of_one_dispense_where_it_is_ready_made_or_dispenses_are_counted_by_bags() -> None:
    """1+2 and 2+1 with 4 choices each."""
    readings = {"date_of_service": "dispense"}
    assert count(THREE_DAYS, ["24h", "48h"], readings=readings) == 8 + 4 + 4
    lax = {"ready_made": True}
    asked = small_scenario(pharmacy={"bags": ["24h", "48h"], "max_days_ahead": 1, **lax})
    drug = small_drug(storage_days={"24h": 9, "48h": 9})
    policy = small_policy(**(LAX | THREE_DAYS))
    assert len(list(calendars(asked, policy, drug))) == 8 + 4 + 4


def test_a_change_of_dose_cuts_the_chains() -> None:
    """Two days of the step dose, then one: 1+1+1 with 8 choices and 2+1 with 4."""
    assert count(THREE_DAYS | {"step_days": 2}, ["24h", "48h", "72h"]) == 8 + 4


def test_every_start_in_the_window_is_found() -> None:
    """Earliest, a day later and two days later, each with 8."""
    window = {"first_infusion": {"earliest": day(0), "latest": day(5)}}
    assert count(THREE_DAYS, ["24h"], request=window) == 3 * 8
    assert count(THREE_DAYS, ["24h"], request=window | {"max_delay_days": 1}) == 2 * 8


def test_the_starts_of_two_cycles_keep_the_length_between_them() -> None:
    """Cycle 1 on day 0, cycle 2 on day 4, 5 or 6, one choice of dispenses each."""
    same_day = {"max_days_ahead": 0}
    assert count(THREE_DAYS, ["24h"], cycles=2, pharmacy=same_day) == 3


def test_of_eight_calendars_a_limit_leaves_those_that_keep_it() -> None:
    """At most 2 vials in 2 days over dispenses on (-1 or 0), (0 or 1), (1 or 2): day 0 and 1 may
    have two each, so 3 in two neighbouring days is too many. Written out, the patterns
    -1,0,1 (fits), -1,0,2 (fits), -1,1,1 (fits), -1,1,2 (fits), 0,0,1 (3 in 0..1), 0,0,2 (fits),
    0,1,1 (3 in 0..1), 0,1,2 (fits): 6."""
    assert count(THREE_DAYS | {"quantity": (2, 2)}, ["24h"]) == 6


def any_calendars(case: Case, days: range) -> Iterator[Calendar]:
    """Calendars of one or two cycles put together without regard to any rule but that bags follow
    each other: starts and dispenses on any of the days, any dose, vials and length of bag."""

    def chains(cycle: int, hang: dt.date, left: int) -> Iterator[tuple[Bag, ...]]:
        if left == 0:
            yield ()
        one = [(1, sent, ()) for sent in days]
        two = [(2, sent, ()) for sent in days]
        split = [(2, sent, ((day(later), 1),)) for sent, later in product(days, days)]
        for length, dose, (vials, sent, rest) in product(
            range(1, left + 1), (Decimal(3), Decimal(6)), [*one, *two, *split]
        ):
            bag = Bag(cycle, hang, length, dose, vials, day(sent), rest)
            for others in chains(cycle, day_after(hang, length), left - length):
                yield (bag, *others)

    for start in days:
        for bags in chains(1, day(start), case.infusion_days):
            yield Calendar(((1, day(start)),), bags, dispensed(case, 1, bags))


@pytest.mark.parametrize(
    ("policy", "scenario"),
    [
        ({"step_days": 1, "quantity": (2, 2)}, {}),
        ({"step_days": 0, "units": (20, 2)}, {"pharmacy": {"spare_vials": 1}}),
        ({"step_days": 2}, {"pharmacy": {"closed": [day(0)], "hospital_days": {1: 1}}}),
        ({"step_days": 0}, {"pharmacy": {"transit_days": 1}, "as_of": day(-1)}),
        ({"step_days": 0}, {"request": {"dispenses": [{"date": day(0), "vials": 3, "cycle": 1}]}}),
    ],
)
def test_nothing_that_keeps_the_rules_is_missed(
    policy: dict[str, Any], scenario: dict[str, Any]
) -> None:
    """Two infusion days, everything on days -2 to 2, judged one by one."""
    request = {
        "first_infusion": {"earliest": day(0), "latest": day(1)},
        "max_delay_days": 1,
    } | scenario.get("request", {})
    rules = small_policy(**(LAX | {"days": 2, "length": 3} | policy))
    asked = small_scenario(**(scenario | {"request": request}))
    drug = small_drug()
    case = Case(asked, rules, drug)
    kept = {one for one in any_calendars(case, range(-2, 3)) if keeps(case, one)}
    assert kept
    assert kept == set(calendars(asked, rules, drug))


def neighbour(rng: Random, calendar: Calendar, case: Case) -> Calendar:
    """The calendar with one bag sent on another day, or one cycle moved with all that is its."""
    bags = list(calendar.bags)
    starts = dict(calendar.starts)
    shift = rng.choice([-2, -1, 1, 2])
    if rng.random() < 0.7 or not starts:
        at = rng.randrange(len(bags))
        bags[at] = bags[at]._replace(dispense=day_after(bags[at].dispense, shift))
    else:
        cycle = rng.choice(sorted(starts))
        starts[cycle] = day_after(starts[cycle], shift)
        for at, bag in enumerate(bags):
            if bag.cycle == cycle:
                moved = (day_after(bag.hang, shift), day_after(bag.dispense, shift))
                rest = tuple((day_after(day, shift), vials) for day, vials in bag.rest)
                bags[at] = bag._replace(hang=moved[0], dispense=moved[1], rest=rest)
    sent = [
        one
        for cycle in sorted({bag.cycle for bag in bags})
        for one in dispensed(case, cycle, [bag for bag in bags if bag.cycle == cycle])
    ]
    return Calendar(tuple(sorted(starts.items())), tuple(bags), tuple(sorted(sent)))


@pytest.mark.parametrize("seed", sampled(range(0, 40)))
def test_a_neighbour_of_a_calendar_is_enumerated_exactly_if_it_keeps_the_rules(seed: int) -> None:
    triple = small_case(seed, 500)
    case, known, rng = Case(*triple), set(calendars(*triple)), Random(seed)
    for calendar in sorted(known, key=repr)[:20]:
        if calendar.bags:
            other = neighbour(rng, calendar, case)
            assert (violations(other, *triple) == []) is (other in known)


@pytest.mark.parametrize("seed", sampled(range(100, 140)))
def test_the_best_is_the_least_of_all(seed: int) -> None:
    triple = small_case(seed, 500)
    case, names = Case(*triple), objective_names(triple[0])
    vectors = [[objectives(case, one)[name] for name in names] for one in calendars(*triple)]
    found = best(*triple)
    assert (None if found is None else list(found.values)) == min(vectors, default=None)
    assert len(list(candidates(case))) == count_candidates(case)


# Worked figures ----------------------------------------------------------------------------------


def small_best(policy: dict[str, Any], **scenario: Any) -> tuple[int, ...] | None:
    found = best(small_scenario(**scenario), small_policy(**policy), small_drug())
    return None if found is None else found.values


def test_daily_bags_on_time_need_a_vial_a_day_in_one_dispense_a_cycle() -> None:
    """Two cycles of 4 days: delay 0, 8 vials, 2 dispenses (on days 0 and 6, where 4 vials in 6 days
    just fit), 8 bags, and vials that wait 0 + 1 + 2 + 3 days in each: 12."""
    pharmacy = {"bags": ["24h"], "max_days_ahead": 3}
    request = {"max_delay_days": 0}
    assert small_best({}, cycles=2, pharmacy=pharmacy, request=request) == (0, 8, 2, 8, 12)


def test_three_cycles_of_daily_bags_start_a_length_apart() -> None:
    """Days 0, 6 and 12; 12 vials, each sent and hung on its day."""
    pharmacy = {"bags": ["24h"], "max_days_ahead": 0}
    found = best(small_scenario(cycles=3, pharmacy=pharmacy), small_policy(), small_drug())
    assert found is not None
    assert found.calendar == courses(0, 6, 12)
    assert found.values == (0, 12, 12, 12, 0)


def test_longer_bags_save_vials_as_far_as_the_windows_let_them() -> None:
    """Cycle 1: a 48 h bag at the step dose (1 vial) and one at the full dose (2). Cycle 2: 72 h and
    24 h (3 vials), the long bag first: units of days 2 (20) and 6 (20) fill the 40 of six days, so
    the order 24 h, 72 h would bill 20 + 10 + 20 = 50 from day 2 to day 7. The bag of day 9 is three
    days from day 6, so cycle 2 takes two dispenses. Waiting: 2 vials of cycle 1 for 2 days."""
    request = {"max_delay_days": 0}
    assert small_best({}, cycles=2, request=request) == (0, 6, 3, 4, 4)


def test_the_order_of_objectives_decides() -> None:
    """Days 1 and 3 are closed. On time the only bag change is on day 2: 48 h twice, 4 vials. Two
    days late, 72 h and 24 h change on day 5: 3 vials."""
    scenario: dict[str, Any] = {
        "pharmacy": {"closed": [day(1), day(3)], "max_days_ahead": 0},
        "request": {"first_infusion": {"earliest": day(0), "latest": day(2)}},
    }
    policy = {"step_days": 0}
    assert small_best(policy, **scenario) == (0, 4, 2, 2, 0)
    assert small_best(policy, **scenario, objectives=["vials"]) == (3, 2, 2, 2, 0)


def test_a_cycle_too_many_has_no_calendar() -> None:
    pharmacy = {"bags": ["24h"], "max_days_ahead": 0}
    assert small_best({}, cycles=3, pharmacy=pharmacy) is not None
    assert small_best({}, cycles=4, pharmacy=pharmacy) is None
    assert small_best({"renewals": 0}, cycles=3, pharmacy=pharmacy) is None


def test_a_broken_vial_is_replaced_inside_the_window_only_with_a_longer_bag() -> None:
    """Four vials were sent for four daily bags, one is opened, one breaks. Two left and three days
    to go: a fifth vial is over 4 in 6 days; one 72 h bag takes just the two."""
    history = {
        "cycles": [{"cycle": 1, "start": day(0)}],
        "dispenses": [{"date": day(0), "vials": 4, "cycle": 1}],
        "wasted": [{"date": day(0), "vials": 1, "cycle": 1}],
    }
    policy = {"step_days": 1}
    daily: dict[str, Any] = {"history": history, "as_of": day(1), "pharmacy": {"bags": ["24h"]}}
    assert small_best(policy, **daily) is None
    longer = daily | {"pharmacy": {"bags": ["24h", "72h"]}}
    # no start to plan, 2 vials, no new dispense, 1 bag; 2 vials wait from day 0 to day 1
    assert small_best(policy, **longer) == (0, 2, 0, 1, 2)


@pytest.mark.parametrize(("start", "feasible"), [(8, True), (9, False)])
def test_a_late_cycle_uses_up_the_slack_of_its_authorization(start: int, feasible: bool) -> None:
    """12 days hold two cycles of 6 and 4 days with 2 days of delay in all."""
    pharmacy = {"bags": ["24h"], "max_days_ahead": 0}
    request = {"cycle_starts": {2: day(start)}, "max_delay_days": 5}
    found = small_best({}, cycles=2, pharmacy=pharmacy, request=request)
    assert (found is not None) is feasible


def test_latest_start_is_the_last_day_that_leaves_the_rest_a_calendar() -> None:
    """Cycle 1 may begin on days 0 to 3. Its cycle 2 on day 6 fits in the 12 days from day 0 up to
    day 8, and cycle 1 itself may wait until day 2 at most, as cycle 3 has to be over by day 18."""
    pharmacy = {"bags": ["24h"], "max_days_ahead": 0}
    request = {
        "first_infusion": {"earliest": day(0), "latest": day(3)},
        "max_delay_days": 5,
        "finish_by": day(18),
    }
    triple: Triple = (
        small_scenario(cycles=3, pharmacy=pharmacy, request=request),
        small_policy(),
        small_drug(),
    )
    found = best(*triple)
    assert found is not None
    assert found.calendar == courses(0, 6, 12)
    # cycle 3 on day 14 is disconnected on day 18; cycle 2 on day 8 leaves it day 14
    assert latest_start(*triple, 3, found.calendar) == day(14)
    assert latest_start(*triple, 2, found.calendar) == day(8)
    assert latest_start(*triple, 1, found.calendar) == day(2)


def test_latest_start_keeps_the_cycles_before_it_as_they_are() -> None:
    """Cycle 1 stays on day 0 with its dispenses; from there cycle 2 may wait until day 8."""
    pharmacy = {"bags": ["24h"], "max_days_ahead": 0}
    window = {"first_infusion": {"earliest": day(0), "latest": day(2)}, "max_delay_days": 9}
    triple = (
        small_scenario(cycles=2, pharmacy=pharmacy, request=window),
        small_policy(),
        small_drug(),
    )
    for first in (0, 1):
        calendar = courses(first, first + 6)
        assert violations(calendar, *triple) == []
        assert latest_start(*triple, 2, calendar) == day(first + 8)
