"""The problem of a search: which days, bags, vials and limits it finds, and what it can follow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.constraints.system import Active, everything
from planner.labels.backward.search import BackwardSearch
from planner.labels.limits import Limit
from planner.labels.packed import BITS, LARGEST, NEVER
from planner.labels.place import Place
from planner.labels.problem import Problem
from planner.labels.supply import Source
from planner.regimen.course import Course
from planner.search.instance import Instance
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_drug, small_policy
from tests.search.agreeing import least_delay

ROOMY = small_policy(quantity=(40, 6), units=(400, 6), initial=(40, "days"))


def plain(place: Place) -> tuple[tuple[int, int, bool], ...]:
    """What a cycle's bags may draw on: the day, the vials, and whether a claim asks for them."""
    return tuple((source.day, source.vials, source.billed) for source in place.sources)


def problem(course: Course, active: Active = everything) -> Problem:
    return Instance(course, active).problem()


def bags(
    course: Course, origin: int = 0, index: int = 0, active: Active = everything
) -> dict[int, list[int]]:
    """The lengths of the bags that may be hung, by offset from day 0, in their order."""
    found = problem(course, active).bags(index, on(origin))
    return {d - on(0): [bag.option.days for bag in some] for d, some in sorted(found.items())}


def test_vials_that_are_there_wait_as_long_as_they_like_and_requested_ones_do_not() -> None:
    asked = {"dispenses": [{"date": day(0), "vials": 4, "cycle": 1}]}
    course = laid(ROOMY, pharmacy={"max_days_ahead": 3}, request=asked)
    assert problem(course).places[0].sources == (Source(on(0), 4, until=on(3)),)
    course = laid(ROOMY, **in_progress(4))
    assert [source.until for source in problem(course).places[0].sources] == [NEVER]


# What labels can follow --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("readings", "left_out", "expected"),
    [
        ({}, "", True),
        ({"window": "cycle"}, "", False),
        ({"date_of_service": "dispense"}, "", False),
        ({"authorization.covers": "all"}, "", True),
        ({"quantity.days_supply": "on"}, "", False),
        ({"quantity.days_supply": "on"}, "II.A", True),
        ({"refill_threshold": Decimal("0.5")}, "", False),
        ({"refill_threshold": Decimal("0.5")}, "readings.refill_threshold", True),
        ({"units.billed": "administered"}, "", True),
    ],
)
def test_windows_that_do_not_roll_are_for_another_search(
    readings: dict[str, Any], left_out: str, expected: bool
) -> None:
    assert problem(laid(ROOMY, readings=readings), without(left_out)).fits() is expected


def test_a_limit_must_leave_each_field_its_top_bit() -> None:
    assert LARGEST == 2**13 - 1
    assert problem(laid(small_policy(units=(LARGEST, 6)))).fits()
    assert not problem(laid(small_policy(units=(LARGEST + 1, 6)))).fits()
    assert not problem(laid(small_policy(quantity=(LARGEST + 1, 6)))).fits()
    assert problem(laid(small_policy(quantity=(LARGEST + 1, 6))), without("II.A")).fits()


def test_no_rule_on_lengths_or_days_is_needed_to_follow_the_rest() -> None:
    course = laid(ROOMY, cycles=2)
    # without its days a cycle may stop early; two cycles never run at once all the same
    for left_out in (("V.rr.days",), ("V.rr.length",), ("V.rr.days", "V.rr.length")):
        assert problem(course, without(*left_out)).fits()


# Bags --------------------------------------------------------------------------------------------


def test_the_longest_bag_stands_first_and_none_crosses_a_change_of_dose() -> None:
    # two days of the step dose (no 72 h bag), then two of the full dose
    assert bags(laid(ROOMY)) == {0: [2, 1], 1: [1], 2: [2, 1], 3: [1]}
    assert bags(laid(ROOMY, cycles=2), 6, 1) == {6: [3, 2, 1], 7: [3, 2, 1], 8: [2, 1], 9: [1]}


def test_no_bag_is_hung_on_a_closed_day_outside_the_hospital() -> None:
    closed: dict[str, Any] = {"closed": [day(1), day(3)]}
    assert bags(laid(ROOMY, pharmacy=closed)) == {0: [2, 1], 2: [2, 1]}
    # two days in hospital
    stay = closed | {"hospital_days": {1: 2}}
    assert bags(laid(ROOMY, pharmacy=stay)) == {0: [2, 1], 1: [1], 2: [2, 1]}


def test_a_child_that_grows_has_the_bags_of_its_weight_at_the_start() -> None:
    # 44 kg on day 0: 1.33 m2 x 5 = 6.65, not above 6 mcg a day; 1.1 x 6 x 3 = 19.8 mcg, 2 vials.
    # The 72 h bag is for 45 kg and more, which the child has from day 6 on
    dated = [{"date": day(0), "kg": 44}, {"date": day(6), "kg": 45}]
    course = laid(
        small_policy(step_days=0, quantity=(40, 6), units=(400, 6), initial=(40, "days")),
        small_drug(min_weight={"72h": 45}),
        cycles=2,
        patient={"weight_kg": dated, "bsa_m2": Decimal("1.33")},
    )
    assert bags(course) == {0: [2, 1], 1: [2, 1], 2: [2, 1], 3: [1]}
    own = problem(course)
    assert [bag.option.days for bag in own.bags(1, on(6))[on(6)]] == [3, 2, 1]
    assert {bag.variant for bag in own.bags(0, on(0))[on(0)]} == {0}
    assert {bag.variant for bag in own.bags(1, on(6))[on(6)]} == {1}


def test_a_cycle_in_progress_has_only_the_bags_still_to_be_hung() -> None:
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(2)]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    assert bags(laid(ROOMY, history=history, as_of=day(2))) == {2: [2, 1], 3: [1]}


def test_claims_asked_for_say_where_each_bag_ends() -> None:
    # step days: a 24 h or a 48 h bag is one vial, 10 units
    asked = [{"date": day(n), "units": 10, "cycle": 1} for n in (0, 2, 3)]
    course = laid(ROOMY, request={"claims": asked})
    # none on day 1; from day 0 either bag is billed so; on day 2 the 48 h bag is 20 units, and
    # would run over the claim of day 3
    assert bags(course) == {0: [2, 1], 2: [1], 3: [1]}


def test_no_bag_runs_over_the_day_of_another_claim() -> None:
    # 48 h of the step dose would be the 10 units of day 0, but day 1 is billed too
    asked = [{"date": day(n), "units": 10, "cycle": 1} for n in range(4)]
    course = laid(ROOMY, request={"claims": asked})
    assert bags(course) == {0: [1], 1: [1], 2: [1], 3: [1]}


def test_a_claim_left_out_leaves_its_day_open() -> None:
    asked = [{"date": day(n), "units": 10, "cycle": 1} for n in (0, 2, 3)]
    course = laid(ROOMY, request={"claims": asked})
    # day 3 may be billed or not; 48 h from day 2 are 20 units, and 10 are asked for
    assert bags(course, active=without("request.claims.2")) == {0: [2, 1], 2: [1], 3: [1]}


def test_a_claim_outside_a_cycle_leaves_it_no_bags() -> None:
    asked = [{"date": day(n), "units": 10, "cycle": 1} for n in (0, 2, 3, 9)]
    assert bags(laid(ROOMY, request={"claims": asked})) == {}


def test_a_claim_left_out_may_lie_outside_its_cycle() -> None:
    # four bags of 10 units on days 0 .. 3, and a claim on day 9 that nothing is hung on
    asked = [{"date": day(n), "units": 10, "cycle": 1} for n in (0, 1, 2, 3, 9)]
    course = laid(ROOMY, request={"claims": asked})
    free = without("request.claims.4")
    assert bags(course, active=free) == {0: [1], 1: [1], 2: [1], 3: [1]}
    assert least_delay(course, free) == 0
    assert least_delay(course) is None


def test_a_claim_without_the_list_asks_for_no_fewer_units() -> None:
    # 48 h from day 2 are 20 units, at least 11 are asked for; days that no claim names are open,
    # but no bag runs over a day that has one
    asked = [{"date": day(n), "units": u, "cycle": 1} for n, u in ((0, 10), (2, 11))]
    course = laid(ROOMY, request={"claims": asked})
    free = without("request.claims")
    assert bags(course, active=free) == {0: [2, 1], 1: [1], 2: [2], 3: [1]}
    assert bags(course) == {}  # just 11 units are those of no bag
    assert bags(course, active=without("request.claims", "request.claims.1")) == bags(laid(ROOMY))


def test_a_claim_that_no_bag_comes_to_leaves_its_cycle_no_bags_even_where_it_may_stop_early() -> (
    None
):
    # 48 h from day 2 are 20 units, the most of any bag there
    course = laid(ROOMY, request={"claims": [{"date": day(2), "units": 21, "cycle": 1}]})
    free = without("request.claims", "V.rr.days")
    assert bags(course, active=free) == {}
    assert least_delay(course, free) is None


def test_a_cycle_that_may_stop_early_does_not_before_its_claims() -> None:
    course = laid(ROOMY, request={"claims": [{"date": day(2), "units": 10, "cycle": 1}]})
    own = problem(course, without("V.rr.days"))
    assert [own.unbilled(0, on(d), ()) for d in (1, 2, 3)] == [True, True, False]


# Vials that are there anyway ---------------------------------------------------------------------


def test_requested_dispenses_are_sources_less_the_spare_vials_of_the_first() -> None:
    asked = [{"date": day(n), "vials": v, "cycle": 1} for n, v in ((-1, 3), (1, 2))]
    course = laid(ROOMY, pharmacy={"spare_vials": 1}, request={"dispenses": asked})
    [place] = problem(course).places
    assert plain(place) == ((on(-1), 2, False), (on(1), 2, False))
    assert place.listed == {on(-1): 3, on(1): 2}
    assert place.asked
    assert place.spare == 0


def test_a_cycle_may_have_more_dispenses_where_only_these_is_left_out() -> None:
    asked = [{"date": day(0), "vials": 3, "cycle": 1}]
    course = laid(ROOMY, request={"dispenses": asked})
    assert not problem(course, without("request.dispenses")).places[0].asked


def test_spare_vials_stay_with_the_listed_where_an_earlier_dispense_may_carry_them() -> None:
    # bags of 48 h are hung on the day of their dispense: 1 vial on day 0, 2 on day 2. The spare one
    # goes with the first dispense, which is that of day 0 where others than the listed are open
    course = laid(
        small_policy(quantity=(2, 1), units=(400, 6)),
        pharmacy={"bags": ["48h"], "max_days_ahead": 0, "spare_vials": 1},
        request={"dispenses": [{"date": day(2), "vials": 2, "cycle": 1}]},
    )
    free = without("request.dispenses")
    assert plain(problem(course, free).places[0]) == ((on(2), 2, False),)
    assert least_delay(course, free) == 0
    # the listed alone: 1 vial for the patient, and nothing for day 0
    assert plain(problem(course).places[0]) == ((on(2), 1, False),)
    assert least_delay(course) is None


def billed(*rows: tuple[int, int], cycles: int = 1, **parts: Any) -> Course:
    """A course of claims dated by dispense: (day, units) of cycle 1; a vial is 10 units."""
    asked = [{"date": day(n), "units": units, "cycle": 1} for n, units in rows]
    request = {"claims": asked, **parts.pop("request", {})}
    readings = {"date_of_service": "dispense"}
    return laid(ROOMY, cycles=cycles, readings=readings, request=request, **parts)


def test_claims_by_dispense_are_vials_to_be_used_up_and_all_that_a_cycle_has() -> None:
    course = billed((-1, 20), (1, 10), pharmacy={"spare_vials": 1})
    [place] = problem(course).places
    assert plain(place) == ((on(-1), 2, True), (on(1), 1, True))
    # the spare vial goes with the first and is billed to nobody
    assert (place.listed, place.asked, place.spare) == ({on(-1): 3, on(1): 1}, True, 0)
    assert place.claims is None


@pytest.mark.parametrize("left_out", ["request.claims", "request.claims.1"])
def test_claims_by_dispense_that_are_not_all_leave_room_for_other_dispenses(left_out: str) -> None:
    # at least 11 units are two vials of 10
    course = billed((-1, 11), (1, 10), pharmacy={"spare_vials": 1})
    place = problem(course, without(left_out, "request.claims")).places[0]
    assert plain(place)[0] == (on(-1), 2, True)
    assert (place.listed[on(-1)], place.asked, place.spare) == (2, False, 1)


def test_a_claim_by_dispense_is_part_of_the_dispense_requested_on_its_day() -> None:
    sent = {"dispenses": [{"date": day(n), "vials": v, "cycle": 1} for n, v in ((-1, 3), (1, 2))]}
    course = billed((-1, 20), request=sent)
    part = (on(-1), 2, True)
    [whole] = problem(course).places
    # nothing else is billed, so that no bag takes the third vial or those of day 1
    assert (plain(whole), whole.listed, whole.asked) == ((part,), {on(-1): 3, on(1): 2}, True)
    [some] = problem(course, without("request.claims")).places
    assert plain(some) == (part, (on(-1), 1, False), (on(1), 2, False))


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (((0, 25),), {}),  # no number of vials of 10 units
        (((-1, 40),), {"pharmacy": {"dispense_days": ["mon"]}}),  # day -1 is a Sunday
        # more than is sent, or less the spare vial: 40 > 10 x 3
        (((0, 40),), {"request": {"dispenses": [{"date": day(0), "vials": 3, "cycle": 1}]}}),
    ],
)
def test_a_cycle_whose_claims_by_dispense_cannot_be_has_no_day_to_start_on(
    rows: tuple[tuple[int, int], ...], parts: dict[str, Any]
) -> None:
    course = billed(*rows, **parts)
    assert problem(course).places[0].origins == ()
    assert least_delay(course) is None


def test_claims_by_dispense_of_what_was_administered_are_left_to_the_rows() -> None:
    asked = [{"date": day(0), "units": 13, "cycle": 1}]
    readings = {"date_of_service": "dispense", "units.billed": "administered"}
    [place] = problem(laid(ROOMY, readings=readings, request={"claims": asked})).places
    assert (place.sources, place.listed, place.asked) == ((), {}, False)


def test_vials_to_be_used_up_are_stranded_where_no_bags_are_left_that_reach_them() -> None:
    # of day 0, for 2 days at most: 72 h from day 0 (step dose: 48 h at most), 48 h from day 2
    own = problem(billed((0, 30), request={"cycles": 1}))
    most = [d for d in range(5) if not own.stranded(0, on(0), on(d), (1,))]
    assert most == [0, 1, 2]  # day 3 is more than two days behind day 0
    assert not own.stranded(0, on(0), on(0), (4,))  # 24 h, 24 h, then 48 h of the full dose
    assert own.stranded(0, on(0), on(0), (5,))
    assert not own.stranded(0, on(0), on(2), (2,))
    assert own.stranded(0, on(0), on(2), (3,))


def test_a_cycle_without_requests_has_its_spare_vials_and_no_source() -> None:
    place = problem(laid(ROOMY, pharmacy={"spare_vials": 2})).places[0]
    assert (place.sources, place.listed, place.asked, place.spare) == ((), {}, False, 2)


def in_progress(vials: int, **rest: Any) -> dict[str, Any]:
    rows = [{"hang": day(n), "days": 1, "vials": 1, "dispense": day(0)} for n in range(2)]
    history = {
        "cycles": [{"cycle": 1, "start": day(0), "bags": rows}],
        "dispenses": [{"date": day(0), "vials": vials, "cycle": 1}],
        **rest,
    }
    return {"history": history, "as_of": day(2)}


def test_vials_left_over_are_sources_without_those_that_broke() -> None:
    place = problem(laid(ROOMY, pharmacy={"spare_vials": 1}, **in_progress(4))).places[0]
    assert (place.sources, place.spare) == ((Source(on(0), 2),), 0)  # 4 - 2
    broken = {"wasted": [{"date": day(1), "vials": 1, "cycle": 1}]}
    course = laid(ROOMY, **in_progress(4, **broken))
    assert problem(course).places[0].sources == (Source(on(0), 1),)
    # as if none had broken
    assert problem(course, without("history.wasted.0")).places[0].sources == (Source(on(0), 2),)


# Limits ------------------------------------------------------------------------------------------


def test_a_limit_adds_up_what_stands_on_some_days() -> None:
    limit = Limit(4, 6, 5, None, (2, 5, 5, 9), (0, 1, 3, 6, 10))
    assert limit.fixed(2, 9) == 10
    assert limit.fixed(3, 8) == 5  # 2 + 3
    assert limit.fixed(5, 5) == 5
    assert limit.fixed(6, 8) == 0
    assert limit.fixed(9, 2) <= 0


def test_vials_of_history_and_requests_stand_in_the_windows_of_section_ii_a() -> None:
    asked = [{"date": day(7), "vials": 3, "cycle": 2}]
    course = laid(ROOMY, cycles=2, request={"dispenses": asked}, **in_progress(4))
    [limit] = problem(course).vial_limits
    assert (limit.limit, limit.per_days) == (40, 6)
    assert limit.fixed(on(0), on(5)) == 4
    assert limit.fixed(on(7), on(7)) == 3
    # a dispense may lie max_days_ahead (2) before its bag, and 5 days before that share a window
    assert limit.reach == 7
    [free] = problem(course, without("request.dispenses.0")).vial_limits
    assert free.fixed(on(0), on(9)) == 4
    assert problem(course, without("II.A")).vial_limits == []


def test_units_of_history_stand_in_the_windows_of_their_cycles() -> None:
    policy = small_policy(early=1, cycles=2, quantity=(40, 6), units=(50, 6), late_units=(60, 7))
    course = laid(policy, cycles=2, **in_progress(4))
    early, late = problem(course).unit_limits
    assert (early.limit, early.per_days, early.reach, early.cycles) == (50, 6, 5, range(1, 2))
    assert (late.limit, late.per_days, late.reach, late.cycles) == (60, 7, 6, range(2, 3))
    assert early.fixed(on(0), on(1)) == 20  # a vial a day, 10 units each
    assert late.fixed(on(0), on(1)) == 0
    own = problem(course)
    assert [own.last_counted(limit) for limit in own.unit_limits] == [1, 2]


def test_cycles_decided_already_stand_in_the_windows() -> None:
    course = laid(ROOMY, cycles=2)
    alone = Instance(course).problem(starts={1: on(0), 2: on(5)})
    way = BackwardSearch(alone, course.objectives).best(quantity=False)
    assert way is not None
    assert way.cycles is not None
    first = way.cycles[0]
    own = Instance(course).problem({1: first})
    assert [place.cycle.number for place in own.places] == [2]
    [vials] = own.vial_limits
    # 48 h of the step dose, 1 vial; 48 h of the full dose, 2 vials
    assert vials.fixed(on(-2), on(3)) == 3
    [units] = [limit for limit in own.unit_limits if limit.cycles == range(1, 3)]
    assert units.fixed(on(0), on(3)) == 30


def test_units_granted_are_less_what_history_has_used() -> None:
    given = [{"kind": "initial", "start": day(0), "units": 90}]
    course = laid(ROOMY, cycles=2, authorizations=given, **in_progress(4))
    own = problem(course)
    assert [place.units for place in own.places] == [90, 90]
    assert own.granted(own.places[0]) == 20
    free = problem(course, without("authorizations.0"))
    assert [place.units for place in free.places] == [None, None]
    assert free.granted(free.places[0]) == 0


def test_units_granted_stand_whatever_becomes_of_the_clause_of_the_authorization() -> None:
    # four bags of 10 units: 40 > 30
    given = [{"kind": "initial", "units": 30, "cycles": 1}]
    course = laid(ROOMY, authorizations=given, pharmacy={"bags": ["24h"]})
    for active in (everything, without("I.rr.initial")):
        assert problem(course, active).places[0].units == 30
        assert least_delay(course, active) is None
    assert least_delay(course, without("authorizations.0")) == 0


def crowded(course: Course, units: int = 0, sent: int = 0, active: Active = everything) -> bool:
    """Whether a first cycle from day 0 has no room beside so many units and vials of earlier ones
    in the window that it falls into."""
    own = problem(course, active)
    last = on(0) + own.places[0].cycle.infusion_days - 1
    packed = []
    for limits, amount, end in (
        (own.unit_limits, units, last),
        (own.vial_limits, sent, last - own.rules.transit),
    ):
        fields = [end - limit.per_days + 1 - (on(0) - limit.reach) for limit in limits]
        packed.append([amount << BITS * field for field in fields])
    return own.crowded(0, on(0), on(0), *packed)


def test_a_cycle_is_crowded_where_one_window_holds_all_its_vials_and_is_too_small() -> None:
    # 24 h bags: a vial for each of four days, sent on days -2 to 3, which are 6 dates
    def spare(vials: int, **pharmacy: Any) -> Course:
        policy = small_policy(quantity=(4, 6), units=(400, 6), initial=(40, "days"))
        return laid(policy, pharmacy={"bags": ["24h"], "spare_vials": vials, **pharmacy})

    assert not crowded(spare(0))
    assert crowded(spare(1))  # 4 + 1 > 4
    assert crowded(spare(0), sent=1)
    assert not crowded(spare(1, bags=["24h", "48h"]))  # 48 h of the step dose are one vial: 2 + 2
    assert crowded(spare(2, bags=["24h", "48h"]))  # 1 + 2 + 2 > 4
    assert not crowded(spare(1, max_days_ahead=3))  # days -3 to 3 are 7
    assert crowded(spare(1, max_days_ahead=3, transit_days=1))  # days -3 to 2 are 6
    assert not crowded(spare(1), active=without("V.rr.days"))  # it may stop early
    assert not crowded(spare(1), active=without("II.A"))


def test_vials_at_hand_are_none_that_a_window_has_to_hold() -> None:
    # a vial is asked for on day 0, and at most three more are to be sent
    policy = small_policy(quantity=(3, 6), units=(400, 6), initial=(40, "days"))
    daily: dict[str, Any] = {"bags": ["24h"], "max_days_ahead": 2}
    asked = {"dispenses": [{"date": day(0), "vials": 1, "cycle": 1}]}
    free = without("request.dispenses")
    # day 0 has one, which counts where it stands: 1 + 3 > 3
    assert crowded(laid(policy, pharmacy=daily, request=asked), active=free)
    assert not crowded(laid(policy, pharmacy=daily, request=asked))  # no others: the rows see
    roomy = small_policy(quantity=(4, 6), units=(400, 6), initial=(40, "days"))
    assert not crowded(laid(roomy, pharmacy=daily, request=asked), active=free)


def test_a_cycle_is_crowded_by_units_as_by_vials() -> None:
    # four bags of 10 units on days 0 to 3; a window of 6 dates begins on day -2
    policy = small_policy(quantity=(40, 6), units=(40, 6), initial=(40, "days"))
    course = laid(policy, pharmacy={"bags": ["24h"]})
    assert not crowded(course)
    assert crowded(course, units=10)
    # 48 h of the step dose are 10 units
    assert not crowded(laid(policy, pharmacy={"bags": ["24h", "48h"]}), units=10)
    assert crowded(laid(policy, pharmacy={"bags": ["24h", "48h"]}), units=20)
    short = small_policy(quantity=(40, 6), units=(20, 3), initial=(40, "days"))
    assert not crowded(laid(short, pharmacy={"bags": ["24h"]}))  # no window of 3 holds them all


def test_administered_units_are_those_infused_rounded_up() -> None:
    course = laid(ROOMY, readings={"units.billed": "administered"})
    own = problem(course)
    two_days, one_day = own.bags(0, on(0))[on(0)]
    # 3 mcg a day of the step dose; opened it would be 10 either way
    assert (own.counted(two_days.option), own.counted(one_day.option)) == (6, 3)
    opened = problem(laid(ROOMY))
    assert opened.counted(two_days.option) == opened.counted(one_day.option) == 10


# Days --------------------------------------------------------------------------------------------


def test_dispenses_are_possible_from_the_first_start_less_the_days_ahead() -> None:
    course = laid(ROOMY, pharmacy={"dispense_days": ["mon", "thu", "sun"], "max_days_ahead": 4})
    # cycle 1 on day 0 (a Monday): from day -4 (Thursday) to day 4
    assert [d - on(0) for d in problem(course).sendable] == [-4, -1, 0, 3]


def test_no_dispense_lies_before_as_of() -> None:
    course = laid(ROOMY, **in_progress(4))
    assert min(problem(course).sendable) == on(2)


def test_a_cycle_has_the_days_that_no_rule_on_it_alone_bars() -> None:
    course = laid(ROOMY, cycles=2, pharmacy={"closed": [day(7), day(12)]})
    # cycle 2 on 6, 7 or 8; not on day 7, and from day 8 its disconnect would fall on day 12
    assert [d - on(0) for d in problem(course).places[1].origins] == [6]
    assert date.fromordinal(problem(course).places[0].origins[0]) == day(0)


def test_a_course_with_no_day_to_start_on_has_no_day_to_dispense_on() -> None:
    course = laid(ROOMY, pharmacy={"closed": [day(0)]})
    assert problem(course).places[0].origins == ()
    assert problem(course).sendable == []


@pytest.mark.parametrize(
    ("listed", "pharmacy"),
    [
        ((-1, 4), {"dispense_days": ["mon"]}),  # day 0 is a Monday
        ((0, 2), {"spare_vials": 3}),  # 2 < 3
    ],
)
def test_a_cycle_whose_listed_dispense_cannot_be_has_no_day_to_start_on(
    listed: tuple[int, int], pharmacy: dict[str, Any]
) -> None:
    offset, vials = listed
    asked = [{"date": day(offset), "vials": vials, "cycle": 1}]
    ahead: dict[str, Any] = {"max_days_ahead": 4, **pharmacy}
    course = laid(ROOMY, pharmacy=ahead, request={"dispenses": asked})
    assert problem(course).places[0].origins == ()
    assert least_delay(course) is None
