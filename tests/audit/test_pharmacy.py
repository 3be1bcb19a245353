from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.audit.plans import Cycle, adult_dose, changed, day, lay_out, refused, scenario

DAILY = (1,) * 28
WEEKS = (2, 2, 2, 1, 7, 7, 7)


def found(
    laid: Sequence[int] = DAILY,
    fills: Sequence[tuple[int, int]] | None = None,
    spare: int = 0,
    **pharmacy: Any,
) -> set[str]:
    """What is refused of one cycle from Monday 5 January 2026 under the pharmacy's settings."""
    plan = lay_out(scenario(pharmacy=pharmacy), [Cycle(1, day(0), laid, fills, spare)])
    return set(refused(plan))


def test_a_bag_that_the_pharmacy_does_not_offer_is_refused() -> None:
    assert found(WEEKS) == set()
    assert found(WEEKS, bags=["24h", "48h"]) == {"pharmacy.bags"}
    assert found((4, 3, *DAILY[7:])) == {"pharmacy.bags"}  # switched on by name only
    assert found((4, 3, *DAILY[7:]), bags=["24h", "72h", "96h"]) == set()


def test_a_bag_of_seven_days_may_not_hold_the_step_dose() -> None:
    # by the volume rule 63 mcg take 63 x 110 / 100.8 / 35 = 1.96, two vials
    plan = lay_out(
        scenario(), [Cycle(1, day(0), (7, 7, 7, 7))], vials=lambda days, mcg: 2 if mcg == 9 else 6
    )
    assert set(refused(plan)) == {"pharmacy.bags"}


def test_a_bag_of_seven_days_is_for_22_kg_and_more() -> None:
    # 15 x 0.8 = 12 mcg a day; 84 x 110 / 100.8 / 35 = 2.62, but four by the uncertain row
    for weight, clauses in ((22, set()), (21.9, {"pharmacy.bags"})):
        document = scenario(
            indication="pediatric-mrd", patient={"weight_kg": weight, "bsa_m2": 0.8}
        )
        plan = lay_out(
            document,
            [Cycle(1, day(0), (7, 7, 7, 7))],
            dose=lambda cycle, index: 12,
            vials=lambda days, mcg: 4,
            surface=0.8,
        )
        assert set(refused(plan)) == clauses


def test_vials_other_than_the_preparation_rows_are_refused() -> None:
    plan = lay_out(
        scenario(), [Cycle(1, day(0), WEEKS)], vials=lambda days, mcg: 7 if days == 7 else 1
    )
    assert refused(plan) == {
        "nature.vials_per_bag": [
            f"the bag of {day(offset)} (7d, 28 mcg a day) takes 6 vials, not 7"
            for offset in (7, 14, 21)
        ]
    }


def test_bags_are_changed_on_the_pharmacy_s_weekdays_alone() -> None:
    weekdays = ["mon", "tue", "wed", "thu", "fri"]
    # hung on Monday 5, Wednesday 7, Friday 9, Sunday 11
    assert found(WEEKS, bag_change_days=weekdays) == {"pharmacy.bag_change_days"}
    # Monday, Wednesday, Friday for 3 days, then Mondays
    bags = (2, 2, 3, 7, 7, 7)
    assert found(bags, bag_change_days=weekdays, bags=["48h", "72h", "7d"]) == set()
    assert found(bags, bag_change_days=["wed", "fri"], bags=["48h", "72h", "7d"]) == {
        "pharmacy.bag_change_days"
    }


def test_the_disconnect_is_a_bag_change() -> None:
    # day 28 is Monday 2 February
    assert found(closed=[day(28).isoformat()]) == {"pharmacy.closed"}
    assert found(closed=[day(29).isoformat()]) == set()


def test_dispenses_leave_on_the_pharmacy_s_weekdays_alone() -> None:
    assert found(dispense_days=["mon"]) == set()
    assert found(dispense_days=["tue"]) == {"pharmacy.dispense_days"}


def test_no_dispense_leaves_on_a_holiday() -> None:
    # Monday 19 January 2026 is Martin Luther King Day
    fills = [(0, 14), (14, 14)]
    assert found(fills=fills, holidays="us-federal") == {"pharmacy.holidays"}
    assert found(fills=fills, holidays="none") == set()
    assert found(fills=fills, holidays=["2026-01-20"]) == set()
    assert found(fills=fills, holidays=["2026-01-19"]) == {"pharmacy.holidays"}


def test_a_holiday_observed_on_a_friday_is_one() -> None:
    # 4 July 2026 is a Saturday, observed on Friday 3 July
    for first, clauses in (("2026-07-03", {"pharmacy.holidays"}), ("2026-07-06", set())):
        start = day(0).fromisoformat(first)
        document = scenario(pharmacy={"holidays": "us-federal"}, request={"first_infusion": first})
        assert set(refused(lay_out(document, [Cycle(1, start)]))) == clauses


@pytest.mark.parametrize(
    ("settings", "clauses"),
    [
        ({}, set()),  # changed on all seven weekdays: somebody is on call
        ({"bag_change_on_holidays": False}, {"pharmacy.holidays"}),
        ({"bag_change_days": ["mon", "wed", "fri"]}, {"pharmacy.holidays"}),
        ({"bag_change_days": ["mon", "wed", "fri"], "bag_change_on_holidays": True}, set()),
    ],
)
def test_bags_are_changed_on_holidays_where_they_are_on_all_weekdays_or_it_is_said(
    settings: dict[str, Any], clauses: set[str]
) -> None:
    # hung on Monday 5, Wednesday 7, Friday 9, Mondays 12, 19 (a holiday) and 26
    bags = (2, 2, 3, 7, 7, 7)
    laid = found(bags, holidays="us-federal", bags=["48h", "72h", "7d"], **settings)
    assert laid == clauses


def test_nothing_is_dispensed_or_hung_at_home_on_a_closed_day() -> None:
    assert found(closed=[day(0).isoformat()]) == {"pharmacy.closed"}
    assert found(closed=[day(9).isoformat()]) == {"pharmacy.closed"}
    assert found(WEEKS, closed=[day(8).isoformat()]) == set()


def test_a_vial_is_not_hung_before_it_arrives() -> None:
    assert found(transit_days=1) == set()  # laid out to leave a day before
    assert found(fills=[(0, 28)], transit_days=1) == {"pharmacy.transit_days"}
    # the second fill leaves on the day its first bag is hung
    assert found(fills=[(-1, 7), (7, 21)], transit_days=1) == {"pharmacy.transit_days"}
    assert found(fills=[(-1, 7), (6, 21)], transit_days=1) == set()


def test_a_delivery_is_as_many_days_after_as_the_pharmacy_says() -> None:
    plan = lay_out(scenario(pharmacy={"transit_days": 1}), [Cycle(1, day(0))])
    late = changed(plan, "dispenses.0.delivered", day(1).isoformat())
    assert set(refused(late)) == {"pharmacy.transit_days"}


def test_a_vial_waits_no_longer_than_the_pharmacy_says() -> None:
    # the last bag is hung 27 days after the only fill
    assert found(max_days_ahead=27) == set()
    assert found(max_days_ahead=26) == {"pharmacy.max_days_ahead"}


@pytest.mark.parametrize(("count", "clauses"), [(8, set()), (9, {"pharmacy.ready_made"})])
def test_ready_made_bags_end_within_their_eight_days(count: int, clauses: set[str]) -> None:
    # the 8th bag is hung on day 7 and ends on day 8; the 9th would end on day 9
    fills = [(0, count), (count, 8), (count + 8, 8), (count + 16, 28 - count - 16)]
    assert found(fills=fills, ready_made=True) == clauses


def test_a_bag_without_storage_days_is_not_sent_ready_made() -> None:
    assert found(WEEKS, fills=[(0, 4), (7, 1), (14, 1), (21, 1)], ready_made=True) == {
        "pharmacy.ready_made"
    }


def test_spare_vials_go_with_a_cycle_s_first_dispense_and_no_other() -> None:
    assert found(WEEKS, [(0, 4), (7, 3)], spare=2, spare_vials=2) == set()
    assert found(WEEKS, [(0, 4), (7, 3)], spare=1, spare_vials=2) == {"pharmacy.spare_vials"}
    assert found(WEEKS, [(0, 4), (7, 3)], spare=1) == {"pharmacy.spare_vials"}


def test_a_requested_dispense_may_carry_more_than_its_bags_and_spare_vials_need() -> None:
    document = scenario(
        request={"dispenses": [{"date": day(0).isoformat(), "vials": 27, "cycle": 1}]},
        pharmacy={"spare_vials": 2},
    )
    # 22 in bags and 5 spare, of which 2 are the pharmacy's
    assert refused(lay_out(document, [Cycle(1, day(0), WEEKS, spare=5)])) == {}
    document["request"]["dispenses"][0]["vials"] = 23
    less = lay_out(document, [Cycle(1, day(0), WEEKS, spare=1)])
    assert set(refused(less)) == {"pharmacy.spare_vials"}


def test_in_hospital_bags_are_changed_on_any_day() -> None:
    settings: dict[str, Any] = {
        "bag_change_days": ["mon", "tue", "wed", "thu", "fri"],
        "bags": ["24h", "7d"],
    }
    bags = (*DAILY[:7], 7, 7, 7)
    assert found(bags, **settings) == {"pharmacy.bag_change_days"}
    assert found(bags, hospital_days={"1": 7}, **settings) == set()
    # the change on day 6, a Sunday, is at home again
    assert found(bags, hospital_days={"1": 6}, **settings) == {"pharmacy.bag_change_days"}


def test_the_first_change_at_home_falls_on_a_day_of_the_pharmacy() -> None:
    settings: dict[str, Any] = {"bag_change_days": ["mon", "tue"], "bags": ["24h", "7d"]}
    bags = (*DAILY[:7], 7, 7, 7)
    assert found(bags, hospital_days={"1": 7}, **settings) == set()
    settings["bag_change_days"] = ["tue", "wed"]
    assert found(bags, hospital_days={"1": 7}, **settings) == {"pharmacy.bag_change_days"}


def test_no_bag_runs_from_hospital_to_home() -> None:
    assert found(WEEKS, hospital_days={"1": 7}) == set()
    assert found(WEEKS, hospital_days={"1": 8}) == {"pharmacy.hospital_days"}


def test_a_bag_says_where_it_hangs() -> None:
    plan = lay_out(scenario(), [Cycle(1, day(0))], dose=adult_dose)
    assert set(refused(changed(plan, "bags.3.site", "hospital"))) == {"pharmacy.hospital_days"}
