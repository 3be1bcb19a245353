"""Is there a calendar, with how little delay, on how late a start: every vial sent early."""

from __future__ import annotations

from typing import Any

import pytest

from planner.constraints.schedule import Schedule
from planner.constraints.system import Active, everything
from planner.labels.forward import search as forward
from planner.labels.forward.search import ForwardSearch
from planner.labels.front import TooManyLabelsError
from planner.regimen.course import Course
from planner.search.instance import Instance
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_policy
from tests.regimen import samples
from tests.search.agreeing import (
    assert_calendar_is_one,
    assert_early_agrees,
    assert_early_agrees_without_each_member,
    assert_early_is_no_stricter,
    assert_starts_hold_all_of_least_delay,
    least_delay,
)
from tests.search.drawn_tight import examples

# one authorization of 60 days for all cycles
ALL: dict[str, Any] = {"initial": (60, "days"), "initial_cycles": 3, "renewals": 0}
ROOMY: dict[str, Any] = {"quantity": (40, 6), "units": (400, 6), **ALL}
DAILY: dict[str, Any] = {"bags": ["24h"], "max_days_ahead": 0}


def search(course: Course, active: Active = everything) -> ForwardSearch:
    return ForwardSearch(Instance(course, active).problem())


def least(course: Course, first: int = on(0)) -> tuple[int, dict[int, int]] | None:
    """The bound on delay, and starts that have it, counted from a day."""
    bound = search(course).bound()
    return None if bound is None else (bound[0], {n: d - first for n, d in bound[1].items()})


def latest(course: Course, number: int, first: int = on(0)) -> int | None:
    bound = search(course).bound(latest=number)
    return None if bound is None else bound[1][number] - first


def calendar(course: Course, starts: dict[int, int] | None = None) -> Schedule:
    """The calendar, which keeps every row."""
    found, _ = search(course).calendar(starts)
    assert found is not None
    assert Instance(course).keeps(found)
    return found


# Under the shipped policy ------------------------------------------------------------------------


def lived(transit: int) -> Course:
    """Cycle 1 on day 0 from 28 vials dispensed on day 0; cycle 2 still to come."""
    rows = [
        {"hang": samples.at(n), "days": 1, "vials": 1, "dispense": samples.at(0)} for n in range(28)
    ]
    return samples.course(
        indication="adult-consolidation",
        history={
            "cycles": [{"cycle": 1, "start": samples.at(0), "bags": rows}],
            "dispenses": [{"date": samples.at(0), "vials": 28, "cycle": 1}],
        },
        as_of=samples.at(28),
        pharmacy={"bags": ["24h"], "transit_days": transit},
        request={"cycles": 2},
    )


def test_28_vials_on_day_0_allow_the_next_one_on_day_42_and_not_on_day_41() -> None:
    # sent on day 42 it hangs on day 42
    assert least(lived(0), samples.on(0)) == (0, {2: 42})
    # with a day of transit it would have to be sent on day 41: 28 + 1 > 28 in days 0 .. 41
    assert least(lived(1), samples.on(0)) == (1, {2: 43})
    assert least(lived(2), samples.on(0)) == (2, {2: 44})


def five(last: int) -> Course:
    pinned = {"cycles": 5, "cycle_starts": {5: samples.at(last)}}
    return samples.course(pharmacy={"bags": ["24h"]}, request=pinned)


def test_thirty_weeks_hold_five_cycles_with_14_days_of_delay_and_not_with_15() -> None:
    # 30 weeks are days 0 .. 209; on day 168 + 14 the fifth infuses 182 .. 209
    found = least(five(182), samples.on(0))
    assert found is not None
    assert (found[0], found[1][5]) == (14, 182)
    assert least(five(183), samples.on(0)) is None


def test_the_fifth_cycle_starts_at_the_latest_14_days_late() -> None:
    course = samples.course(pharmacy={"bags": ["24h"]}, request={"cycles": 5})
    before = {c.number: c for c in calendar(course).cycles[:4]}
    bound = ForwardSearch(Instance(course).problem(before)).bound(latest=5)
    assert bound is not None
    assert bound[1] == {5: samples.on(182)}


def test_nine_cycles_start_one_length_after_another() -> None:
    course = samples.course()
    lengths = {1: 0, 2: 42, 3: 84, 4: 126, 5: 168, 6: 210, 7: 294, 8: 378, 9: 462}
    assert least(course, samples.on(0)) == (0, lengths)
    # 210 is the day after the initial 30 weeks, days 0 .. 209, where nothing is late
    assert calendar(course).origins() == {n: samples.on(d) for n, d in lengths.items()}


# Windows -----------------------------------------------------------------------------------------


def test_a_full_window_asks_the_next_cycle_to_wait() -> None:
    # a vial a day, dispensed on its day: 4 in any 7 dates, so the second 4 begin 7 days later
    policy = small_policy(quantity=(4, 7), units=(400, 6), **ALL)
    course = laid(policy, cycles=3, pharmacy=DAILY, request={"max_delay_days": 3})
    # 7 - 6 and 14 - 12
    assert least(course) == (3, {1: 0, 2: 7, 3: 14})


def test_vials_sent_ahead_make_room_for_the_next_cycle() -> None:
    # 4 vials on days -1 .. 2 and 4 on days 6 .. 9: each is hung a day later, or on its day
    policy = small_policy(quantity=(4, 7), units=(400, 6), **ALL)
    early_vials = DAILY | {"max_days_ahead": 1}
    course = laid(policy, cycles=2, pharmacy=early_vials, request={"max_delay_days": 3})
    assert least(course) == (0, {1: 0, 2: 6})
    calendar(course)


def test_a_window_of_units_asks_the_next_cycle_to_wait() -> None:
    # 10 units a day, 40 in any 8 dates
    policy = small_policy(quantity=(40, 6), units=(40, 8), **ALL)
    course = laid(policy, cycles=2, pharmacy=DAILY)
    assert least(course) == (2, {1: 0, 2: 8})


def test_units_of_other_cycles_stand_in_no_window() -> None:
    policy = small_policy(quantity=(40, 6), units=(40, 8), late_units=(40, 8), early=1, **ALL)
    assert least(laid(policy, cycles=2, pharmacy=DAILY)) == (0, {1: 0, 2: 6})


def test_administered_units_leave_the_room_that_opened_ones_would_take() -> None:
    policy = small_policy(quantity=(40, 6), units=(39, 6), **ALL)
    assert least(laid(policy, pharmacy=DAILY)) is None  # 4 x 10 > 39
    # 3 + 3 + 6 + 6 = 18
    infused = {"readings": {"units.billed": "administered"}}
    assert least(laid(policy, pharmacy=DAILY, **infused)) == (0, {1: 0})


def test_spare_vials_take_their_room() -> None:
    def spare(vials: int, limit: int) -> Course:
        policy = small_policy(quantity=(limit, 6), units=(400, 6))
        return laid(policy, pharmacy={"bags": ["24h"], "spare_vials": vials})

    # four vials and the spare ones lie within days -2 .. 3: six dates, one window
    assert least(spare(0, 4)) == (0, {1: 0})
    assert least(spare(1, 4)) is None
    assert least(spare(1, 5)) == (0, {1: 0})
    assert sum(v for c in calendar(spare(1, 5)).cycles for _, v in c.sent) == 5
    assert least(spare(2, 5)) is None


def test_bags_whole_may_have_no_calendar_where_single_vials_pass_the_bound() -> None:
    # one bag of 72 h, 2 vials, in a cycle of 3 days; limit 1 in 3 dates: vial by vial they go
    # out on days -3 and 0; where a dispense is what is billed, both come from one
    policy = small_policy(days=3, length=6, step_days=0, quantity=(1, 3), units=(400, 6))
    pharmacy = {"bags": ["72h"], "max_days_ahead": 3}
    course = laid(policy, pharmacy=pharmacy, readings={"date_of_service": "dispense"})
    assert least(course) == (0, {1: 0})
    assert search(course).calendar() == (None, 0)
    schedule, delay = search(laid(policy, pharmacy=pharmacy)).calendar()
    assert schedule is not None
    assert delay == 0
    assert schedule.cycles[0].bags[0].sources == ((on(-3), 1), (on(0), 1))


# Days --------------------------------------------------------------------------------------------


def test_a_start_waits_for_a_day_of_bag_changes_unless_in_hospital() -> None:
    # day 0 is a Monday
    window: dict[str, Any] = {"first_infusion": {"earliest": day(0), "latest": day(2)}}
    closed = {"closed": [day(0)]}
    policy = small_policy(**ROOMY)
    assert least(laid(policy, request=window, pharmacy=closed)) == (1, {1: 1})
    stay = closed | {"hospital_days": {1: 1}}
    assert least(laid(policy, request=window, pharmacy=stay)) == (0, {1: 0})


def test_a_course_whose_cycle_no_bag_bridges_has_no_calendar() -> None:
    # with bags of 24 h somebody has to come on day 3 of each start 0, 1 and 2
    window: dict[str, Any] = {"first_infusion": {"earliest": day(0), "latest": day(2)}}
    closed = {"closed": [day(3)], "bags": ["24h"]}
    assert least(laid(small_policy(**ROOMY), request=window, pharmacy=closed)) is None


def test_dispenses_only_on_some_days_of_the_week_are_waited_for() -> None:
    # vials keep no day and are sent on Mondays to Thursdays: days 0 .. 3, and then 7 .. 10
    weekdays = DAILY | {"dispense_days": ["mon", "tue", "wed", "thu"]}
    course = laid(small_policy(**ROOMY), cycles=2, pharmacy=weekdays)
    assert least(course) == (1, {1: 0, 2: 7})


# Authorizations ----------------------------------------------------------------------------------


def test_a_renewal_opens_the_day_after_the_initial_authorization_ends() -> None:
    # 14 days are 0 .. 13; cycle 3, under the renewal, could start on day 12 by its length
    policy = small_policy(quantity=(40, 6), units=(400, 6), initial=(14, "days"))
    assert least(laid(policy, cycles=3, pharmacy=DAILY)) == (2, {1: 0, 2: 6, 3: 14})
    later = laid(policy, cycles=3, pharmacy=DAILY, request={"max_delay_days": 1})
    assert least(later) is None


def test_a_late_first_start_moves_the_end_of_its_authorization() -> None:
    # 10 days hold cycles on day 0 and 6: a day of delay between them is a day too many
    policy = small_policy(quantity=(4, 7), units=(400, 6), initial=(10, "days"))
    assert least(laid(policy, cycles=2, pharmacy=DAILY)) is None
    # 11 days hold day 0 .. 10
    policy = small_policy(quantity=(4, 7), units=(400, 6), initial=(11, "days"))
    assert least(laid(policy, cycles=2, pharmacy=DAILY)) == (1, {1: 0, 2: 7})


def test_a_later_first_start_is_not_lost_where_its_authorization_ends_later() -> None:
    # 4 vials in 8 dates, each sent on its day, and day 8 is closed: cycle 2 starts on day 9, 10, ..
    # and infuses up to day 12. 12 days from day 0 end with day 11, from day 1 with day 12
    policy = small_policy(quantity=(4, 8), units=(400, 6), initial=(12, "days"))
    window: dict[str, Any] = {
        "first_infusion": {"earliest": day(0), "latest": day(1)},
        "max_delay_days": 4,
    }
    course = laid(policy, cycles=2, pharmacy=DAILY | {"closed": [day(8)]}, request=window)
    assert least(course) == (4, {1: 1, 2: 9})  # 1 - 0 and 9 - 6


def test_a_month_holds_the_days_to_the_same_day_of_the_next() -> None:
    # 5 January to 4 February are days 0 .. 30; a cycle on day 27 infuses 27 .. 30
    policy = small_policy(quantity=(40, 6), units=(400, 6), initial=(1, "months"))
    course = laid(policy, cycles=2, request={"max_delay_days": 40})
    assert latest(course, 2) == 27
    # and the renewal opens on 5 February, day 31
    third = laid(policy, cycles=3, request={"max_delay_days": 40})
    assert least(third) == (19, {1: 0, 2: 6, 3: 31})  # 31 - 12


def test_units_granted_are_shared_by_the_cycles_of_an_authorization() -> None:
    def granted(units: int) -> Course:
        rows = [{"kind": "initial", "start": day(0), "units": units}]
        return laid(small_policy(**ROOMY), cycles=2, pharmacy=DAILY, authorizations=rows)

    # 4 vials of 10 units each
    assert least(granted(80)) == (0, {1: 0, 2: 6})
    assert least(granted(79)) is None


def test_units_granted_are_no_matter_of_the_next_authorization() -> None:
    policy = small_policy(quantity=(40, 6), units=(400, 6), initial=(12, "days"))

    def granted(**renewal: Any) -> Course:
        rows = [{"kind": "initial", "start": day(0), "units": 80, "cycles": 2}]
        rows += [{"kind": "continued", "start": day(12), **renewal}] if renewal else []
        return laid(policy, cycles=3, pharmacy=DAILY, authorizations=rows)

    for course in (granted(), granted(units=40)):
        assert least(course) == (0, {1: 0, 2: 6, 3: 12})
    assert least(granted(units=39)) is None


# History and requests ----------------------------------------------------------------------------


def in_progress(limit: int, broken: int = 0) -> Course:
    """Two bags hung of four vials that were sent on day 0."""
    rows = [{"hang": day(n), "days": 1, "vials": 1, "dispense": day(0)} for n in range(2)]
    history: dict[str, Any] = {
        "cycles": [{"cycle": 1, "start": day(0), "bags": rows}],
        "dispenses": [{"date": day(0), "vials": 4, "cycle": 1}],
    }
    if broken:
        history["wasted"] = [{"date": day(1), "vials": broken, "cycle": 1}]
    policy = small_policy(quantity=(limit, 6), units=(400, 6), **ALL)
    return laid(
        policy, cycles=2, history=history, as_of=day(2), pharmacy=DAILY | {"max_days_ahead": 3}
    )


def test_a_cycle_in_progress_goes_on_with_what_is_there() -> None:
    found = calendar(in_progress(4))
    assert found.origins() == {1: on(0), 2: on(6)}
    assert [(bag.day - on(0), bag.source - on(0)) for bag in found.cycles[0].bags] == [
        (2, 0),
        (3, 0),
    ]
    assert found.cycles[0].sent == ()


def test_a_broken_vial_cannot_be_replaced_inside_the_window() -> None:
    # 4 in days 0 .. 5, and one more by day 3
    assert least(in_progress(4, broken=1)) is None
    found = calendar(in_progress(5, broken=1))
    assert sum(v for _, v in found.cycles[0].sent) == 1


def test_requested_dispenses_are_all_that_a_cycle_has() -> None:
    def asked(*rows: tuple[int, int]) -> Course:
        listed = [{"date": day(d), "vials": v, "cycle": 1} for d, v in rows]
        return laid(
            small_policy(**ROOMY), pharmacy={"bags": ["24h"]}, request={"dispenses": listed}
        )

    # vials keep 2 days: those of day 0 serve days 0 .. 2
    assert least(asked((0, 3), (3, 1))) == (0, {1: 0})
    assert least(asked((0, 4))) is None
    assert least(asked((0, 2), (3, 1))) is None
    assert [c.sent for c in calendar(asked((0, 3), (3, 1))).cycles] == [((on(0), 3), (on(3), 1))]
    # more than is needed may be asked for
    assert least(asked((0, 5), (3, 1))) == (0, {1: 0})


def test_requested_dispenses_leave_the_next_cycle_what_their_window_leaves() -> None:
    listed = [{"date": day(1), "vials": 4, "cycle": 1}]
    policy = small_policy(quantity=(4, 6), units=(400, 6), **ALL)
    window: dict[str, Any] = {
        "first_infusion": {"earliest": day(1), "latest": day(1)},
        "dispenses": listed,
    }
    pharmacy = {"bags": ["24h"], "max_days_ahead": 3, "transit_days": 0}
    # 4 vials on day 1: the next not before day 7, which is when cycle 2 is due (1 + 6)
    assert least(laid(policy, cycles=2, request=window, pharmacy=pharmacy)) == (0, {1: 1, 2: 7})
    sooner = small_policy(quantity=(4, 7), units=(400, 6), **ALL)
    assert least(laid(sooner, cycles=2, request=window, pharmacy=pharmacy)) == (1, {1: 1, 2: 8})


def test_vials_leave_room_for_a_requested_dispense_that_comes_later() -> None:
    def asked(per_days: int) -> Course:
        policy = small_policy(quantity=(4, per_days), units=(400, 6), **ALL)
        pharmacy = {"bags": ["24h"], "max_days_ahead": 3}
        request = {"dispenses": [{"date": day(6), "vials": 4, "cycle": 2}]}
        return laid(policy, cycles=2, pharmacy=pharmacy, request=request)

    # the last vial of cycle 1, for day 3, goes out on day 0 at the earliest: in windows of 6 dates
    # that leaves day 6 alone, in windows of 7 it does not
    assert least(asked(6)) == (0, {1: 0, 2: 6})
    assert least(asked(7)) is None


def test_a_requested_vial_may_be_kept_for_a_later_bag() -> None:
    # days 0 .. 6 hold the vial of day 0 and the four of day 6, all that is allowed: three more
    # vials go out before day 0, for days 0 to 2, and the one of day 0 is kept for day 3
    policy = small_policy(quantity=(5, 7), units=(400, 6), **ALL)
    listed = [{"date": day(d), "vials": v, "cycle": c} for d, v, c in ((0, 1, 1), (6, 4, 2))]
    course = laid(
        policy,
        cycles=2,
        pharmacy={"bags": ["24h"], "max_days_ahead": 3},
        request={"dispenses": listed},
    )
    assert search(course, without("request.dispenses")).bound() == (0, {1: on(0), 2: on(6)})
    assert least(course) is None  # one vial for four bags


def test_requested_claims_choose_the_bags() -> None:
    # step days: 48 h are one vial, 10 units; then 48 h are two vials, 20 units
    listed = [{"date": day(0), "units": 10, "cycle": 1}, {"date": day(2), "units": 20, "cycle": 1}]
    course = laid(small_policy(**ROOMY), request={"claims": listed})
    [cycle] = calendar(course).cycles
    assert [(bag.day - on(0), bag.option.days) for bag in cycle.bags] == [(0, 2), (2, 2)]
    listed[1]["units"] = 30
    assert least(laid(small_policy(**ROOMY), request={"claims": listed})) is None


BY_DISPENSE = {"date_of_service": "dispense"}


def test_claims_by_dispense_choose_the_bags_and_where_they_come_from() -> None:
    # all four vials are billed on day 0 and keep two days: bags of 24 h on days 0 and 1, then 48 h
    # from day 2, two vials; longer ones on the step days would leave a vial over
    def billed(*rows: tuple[int, int]) -> Course:
        listed = [{"date": day(d), "units": u, "cycle": 1} for d, u in rows]
        return laid(small_policy(**ROOMY), readings=BY_DISPENSE, request={"claims": listed})

    [cycle] = calendar(billed((0, 40))).cycles
    assert [(bag.day - on(0), bag.option.days) for bag in cycle.bags] == [(0, 1), (1, 1), (2, 2)]
    assert cycle.sent == ((on(0), 4),)
    assert least(billed((0, 50))) is None
    # 30 units at least on day 1: the bags hung on days 1 to 3 take three vials, the first another
    [cycle] = calendar(billed((0, 10), (1, 30))).cycles
    assert cycle.sent == ((on(0), 1), (on(1), 3))


def test_other_vials_of_a_dispense_do_not_keep_those_that_are_billed_from_use() -> None:
    # sent on days -4, -2 and 0: 1, 2 and 2 vials, of which 1, 1 and 2 are billed; for days 0 .. 3
    # four are needed, so that the second one of day -2 stays unused
    sent = [{"date": day(d), "vials": v, "cycle": 1} for d, v in ((-4, 1), (-2, 2), (0, 2))]
    listed = [{"date": day(d), "units": u, "cycle": 1} for d, u in ((-4, 10), (-2, 10), (0, 20))]
    course = laid(
        small_policy(**ROOMY),
        readings=BY_DISPENSE,
        pharmacy={"bags": ["24h"], "max_days_ahead": 6},
        request={"dispenses": sent, "claims": listed},
    )
    assert least(course) == (0, {1: 0})
    free = without("request.claims")
    assert search(course, free).bound() == (0, {1: on(0)})
    assert least_delay(course, free) == 0


def test_a_claim_by_dispense_bounds_the_start_where_nothing_else_does() -> None:
    # four vials of day 6, kept two days at most, in a cycle that infuses four days: it starts on
    # day 6 (day 5: bags on days 6 and 7 or 8 alone, three vials)
    listed = [{"date": day(6), "units": 40, "cycle": 1}]
    course = laid(
        small_policy(**ROOMY),
        readings=BY_DISPENSE,
        pharmacy={"bags": ["24h", "48h"]},
        request={"claims": listed, "max_delay_days": 9},
    )
    free = without("request.first_infusion", "request.claims")
    assert search(course, free).bound() == (6, {1: on(6)})
    assert least_delay(course, free) == 6


def test_a_course_without_cycles_has_a_calendar_of_none() -> None:
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(4)]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    course = laid(small_policy(**ROOMY), history=history, as_of=day(5))
    assert search(course).bound() == (0, {})
    assert search(course).calendar() == (Schedule(()), 0)


def test_a_history_that_fills_a_window_too_far_leaves_nothing() -> None:
    # four vials on days 0 .. 3, and three in any 4 dates
    rows = [{"hang": day(n), "days": 1, "vials": 1, "dispense": day(n)} for n in range(4)]
    course = laid(
        small_policy(quantity=(3, 4), units=(400, 6), initial=(40, "days")),
        cycles=2,
        history={"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]},
        as_of=day(6),
    )
    assert search(course).bound() is None
    assert search(course).calendar()[0] is None
    assert least_delay(course) is None
    assert search(course, without("II.A")).bound() == (0, {2: on(6)})


def test_a_bag_is_fed_from_the_listed_dispense_or_a_new_one_and_a_day_has_but_one() -> None:
    # dispenses on day 0 (a Monday) and day 1 alone, with a vial listed on each; two more bags
    # have to be sent on these days, where others than the listed are open
    asked = [{"date": day(n), "vials": 1, "cycle": 1} for n in (0, 1)]
    weekly = {"bags": ["24h"], "max_days_ahead": 3, "dispense_days": ["mon", "tue"]}
    course = laid(small_policy(**ROOMY), pharmacy=weekly, request={"dispenses": asked})
    free = without("request.dispenses")
    found, delay = search(course, free).calendar()
    assert found is not None
    assert delay == least_delay(course, free) == 0
    assert Instance(course, free).keeps(found)


@pytest.mark.parametrize(
    ("listed", "pharmacy"),
    [
        ([(-1, 4)], {"dispense_days": ["mon"]}),  # day -1 is a Sunday
        ([(-1, 2), (0, 4)], {"spare_vials": 3}),  # the first has 2 < 3
    ],
)
def test_a_listed_dispense_that_cannot_be_leaves_no_calendar(
    listed: list[tuple[int, int]], pharmacy: dict[str, Any]
) -> None:
    asked = [{"date": day(n), "vials": vials, "cycle": 1} for n, vials in listed]
    daily = {"bags": ["24h"], "max_days_ahead": 4, **pharmacy}
    course = laid(small_policy(**ROOMY), pharmacy=daily, request={"dispenses": asked})
    assert search(course).calendar()[0] is None
    assert least_delay(course) is None


# Starts ------------------------------------------------------------------------------------------


def test_a_calendar_stands_on_the_starts_it_is_given() -> None:
    course = laid(small_policy(**ROOMY), cycles=2)
    assert calendar(course, {2: on(8)}).origins() == {1: on(0), 2: on(8)}
    assert search(course).calendar({1: on(0), 2: on(8)})[1] == 2
    assert search(course).calendar({2: on(9)}) == (None, 0)


def test_the_latest_start_leaves_room_for_what_follows() -> None:
    # cycle 3 on day 13 at the latest, so cycle 2 on day 7
    pinned = {"cycle_starts": {3: day(13)}}
    policy = small_policy(
        quantity=(40, 6), units=(400, 6), initial=(60, "days"), initial_cycles=3, renewals=0
    )
    course = laid(policy, cycles=3, request=pinned)
    assert [latest(course, n) for n in (2, 3)] == [7, 13]


def test_the_latest_start_behind_a_cycle_as_planned_reckons_with_its_vials() -> None:
    # cycle 1 sends a vial on each of days 0 .. 3: whatever cycle 2 does, it may do on day 8
    policy = small_policy(quantity=(4, 7), units=(400, 6), initial=(12, "days"))
    course = laid(policy, cycles=2, pharmacy=DAILY)
    first = calendar(course).cycles[0]
    problem = Instance(course).problem({1: first})
    bound = ForwardSearch(problem).bound(latest=2)
    assert bound is not None
    assert bound[1] == {2: on(8)}
    found, delay = ForwardSearch(problem).calendar()
    assert found is not None
    # with a limit of 4 in 7 days not before day 7
    assert (found.origins(), delay) == ({1: on(0), 2: on(7)}, 1)


def test_starts_of_least_delay_are_one_where_each_cycle_waits_for_the_one_before() -> None:
    policy = small_policy(quantity=(4, 7), units=(400, 6), **ALL)
    own = search(laid(policy, cycles=3, pharmacy=DAILY, request={"max_delay_days": 3}))
    bound = own.bound()
    assert bound is not None
    assert own.starts_like(*bound, 12) == ({1: on(0), 2: on(7), 3: on(14)},)


# Days 1 and 3 are closed. From day 0 only two bags of 48 h will do, 4 vials on days 0 and 2; from
# day 2 bags of 72 h and 24 h, 3 vials. Of 6 vials in 13 dates, 4 + 3 ask the last of cycle 2, three
# days behind its first, to wait for day 13; 3 + 3 ask nothing.
EITHER: dict[str, Any] = {"step_days": 0, "quantity": (6, 13), "units": (400, 6)}


def either(course: Course) -> list[dict[int, int]]:
    """All choices of starts with the least delay, counted from day 0, in order."""
    own = search(course)
    bound = own.bound()
    assert bound is not None
    found = own.starts_like(*bound, 12)
    assert found is not None
    assert own.starts_like(*bound, len(found) - 1) is None
    return sorted(({n: d - on(0) for n, d in one.items()} for one in found), key=str)


def test_two_choices_of_starts_may_have_the_same_least_delay() -> None:
    window = {"first_infusion": {"earliest": day(0), "latest": day(2)}, "max_delay_days": 6}
    pharmacy = {"max_days_ahead": 0, "closed": [day(1), day(3)]}
    policy = small_policy(**EITHER, **ALL)
    course = laid(policy, cycles=2, request=window, pharmacy=pharmacy)
    assert either(course) == [{1: 0, 2: 10}, {1: 2, 2: 8}]  # 0 + 4 = 2 + 2
    assert_starts_hold_all_of_least_delay(course)


def test_choices_of_starts_multiply_where_they_are_apart() -> None:
    # again from day 24 on, which is when the authorization of cycles 3 and 4 opens
    window = {"first_infusion": {"earliest": day(0), "latest": day(2)}, "max_delay_days": 18}
    pharmacy = {"max_days_ahead": 0, "closed": [day(n) for n in (1, 3, 25, 27)]}
    policy = small_policy(**EITHER, cycles=4, continued_cycles=2)
    given = [
        {"kind": "initial", "start": day(0), "end": day(20)},
        {"kind": "continued", "start": day(24), "end": day(60)},
    ]
    course = laid(policy, cycles=4, request=window, pharmacy=pharmacy, authorizations=given)
    assert either(course) == [
        {1: a, 2: b, 3: c, 4: d} for a, b in ((0, 10), (2, 8)) for c, d in ((24, 34), (26, 32))
    ]


def test_a_search_that_grows_too_large_says_so() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forward, "FEW_LABELS", 0)
        own = search(laid(small_policy(**ROOMY)))
        with pytest.raises(TooManyLabelsError):
            own.calendar({1: on(0)})  # all starts are given: no bound by pairs would help
        with pytest.raises(TooManyLabelsError):
            own.bound(latest=1)
        assert own.bound() == (0, {1: on(0)})


# Drawn courses against the model -----------------------------------------------------------------


@examples(60)
def test_the_bound_holds_and_none_is_none(course: Course) -> None:
    assert_early_agrees(course)


@examples(60)
def test_the_bound_by_pairs_of_cycles_holds_too(course: Course) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forward, "FEW_LABELS", 0)
        assert_early_agrees(course)


@examples(60)
def test_a_calendar_keeps_every_row_and_passes_the_audit(course: Course) -> None:
    assert_calendar_is_one(course)


@examples(40)
def test_no_choice_of_starts_with_the_least_delay_is_left_out(course: Course) -> None:
    assert_starts_hold_all_of_least_delay(course)


@examples(60, BY_DISPENSE)
def test_what_is_refused_by_dispense_is_refused_by_the_model(course: Course) -> None:
    assert_early_is_no_stricter(course)


@examples(40, BY_DISPENSE)
def test_what_is_refused_by_dispense_without_a_list_is_refused_by_the_model(course: Course) -> None:
    for left_out in ("request.dispenses", "V.rr.days"):
        assert_early_is_no_stricter(course, without("request.claims", left_out))


@examples(12)
def test_the_bound_holds_with_any_rule_left_out(course: Course) -> None:
    assert_early_agrees_without_each_member(course)
