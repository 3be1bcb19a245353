"""Every rule of days, bags, dispenses and requests refuses the calendar that breaks it alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.brute import Bag, Calendar, Dispense, violations
from tests.oracle.hand import FULL, STEP, daily, sent_for
from tests.oracle.small import day, small_drug, small_policy, small_scenario

BAGS = daily(1, 0, step_days=2)
PLAIN = Calendar(((1, day(0)),), BAGS, sent_for(BAGS))


def with_bags(*bags: Bag, start: int = 0) -> Calendar:
    return Calendar(((1, day(start)),), bags, sent_for(bags))


def clauses(calendar: Calendar, drug: dict[str, Any] | None = None, **scenario: Any) -> list[str]:
    """What is broken, without the sentences."""
    found = violations(
        calendar, small_scenario(**scenario), small_policy(), small_drug(**(drug or {}))
    )
    return sorted({sentence.split(":")[0] for sentence in found})


def test_four_daily_bags_keep_every_rule() -> None:
    assert clauses(PLAIN) == []


def test_a_bag_of_another_dose_or_vial_count_is_refused() -> None:
    assert clauses(with_bags(BAGS[0]._replace(dose=FULL), *BAGS[1:])) == ["V.rr.dose"]
    assert clauses(with_bags(*BAGS[:3], BAGS[3]._replace(vials=2))) == [
        "II.A",
        "II.B.cycles-1-5",
        "drug.vials",
    ]


def test_bags_that_leave_a_day_open_or_share_one_are_refused() -> None:
    assert clauses(with_bags(*BAGS[:3])) == ["V.rr.days"]
    twice = BAGS[3]._replace(dispense=day(2))
    assert "V.rr.days" in clauses(with_bags(*BAGS, twice))


def test_a_bag_does_not_run_over_a_change_of_dose_or_out_of_its_cycle() -> None:
    over = Bag(1, day(1), 2, STEP, 1, day(1))
    assert clauses(with_bags(BAGS[0], over, BAGS[3])) == ["V.rr.dose"]
    out = Bag(1, day(3), 2, FULL, 1, day(3))
    assert clauses(with_bags(*BAGS[:3], out)) == ["V.rr.days", "bags"]


def test_a_bag_that_the_drug_file_or_the_pharmacy_does_not_offer_is_refused() -> None:
    two = Bag(1, day(2), 2, FULL, 2, day(2))
    calendar = with_bags(*BAGS[:2], two)
    assert clauses(calendar) == []
    assert clauses(calendar, pharmacy={"bags": ["24h"]}) == ["pharmacy.bags"]
    assert clauses(calendar, drug={"defaults": ["24h", "72h"]}) == ["pharmacy.bags"]
    assert clauses(calendar, drug={"min_weight": {"48h": 71}}) == ["drug.bags.48h"]
    step = with_bags(Bag(1, day(0), 2, STEP, 1, day(0)), *BAGS[2:])
    assert clauses(step) == []
    assert clauses(step, drug={"for_step_dose": ["24h"]}) == ["drug.bags.48h"]


@pytest.mark.parametrize("closed", [0, 1, 4])
def test_starts_changes_and_disconnects_fall_on_allowed_days(closed: int) -> None:
    """Day 0 is the start, day 1 a bag change, day 4 the disconnect."""
    calendar = with_bags(*(bag._replace(dispense=day(-1)) for bag in BAGS))
    ahead = {"max_days_ahead": 4}
    assert clauses(calendar, pharmacy=ahead) == []
    shut = ahead | {"closed": [day(closed)]}
    assert clauses(calendar, pharmacy=shut) == ["pharmacy.bag_change_days"]


def test_in_hospital_bags_are_changed_on_any_day_and_none_runs_home() -> None:
    ahead = (BAGS[0]._replace(dispense=day(-1)), BAGS[1]._replace(dispense=day(-1)), *BAGS[2:])
    closed = [day(0), day(1)]
    hospital = {"closed": closed, "hospital_days": {1: 2}}
    assert clauses(with_bags(*ahead), pharmacy=hospital) == []
    home = {"closed": closed, "hospital_days": {1: 1}}
    assert clauses(with_bags(*ahead), pharmacy=home) == ["pharmacy.bag_change_days"]
    across = with_bags(*BAGS[:2], Bag(1, day(2), 2, FULL, 2, day(2)))
    three = {"hospital_days": {1: 3}}
    assert clauses(across, pharmacy=three) == ["pharmacy.hospital_days.1"]


def test_the_site_of_the_last_infusion_day_is_that_of_the_disconnect() -> None:
    closed = {"closed": [day(4)]}
    assert clauses(PLAIN, pharmacy=closed | {"hospital_days": {1: 4}}) == []
    assert clauses(PLAIN, pharmacy=closed | {"hospital_days": {1: 3}}) == [
        "pharmacy.bag_change_days"
    ]


def test_vials_are_there_before_the_bag_is_hung_and_not_too_long_before() -> None:
    early = with_bags(*BAGS[:3], BAGS[3]._replace(dispense=day(1)))
    assert clauses(early) == []
    assert clauses(early, pharmacy={"max_days_ahead": 1}) == ["pharmacy.max_days_ahead"]
    assert clauses(PLAIN, pharmacy={"transit_days": 1}) == ["pharmacy.transit_days"]


# 48 h twice: a vial on day 0; on day 2 one of day 0 and one of day 1
SPLIT = (
    Bag(1, day(0), 2, STEP, 1, day(0)),
    Bag(1, day(2), 2, FULL, 2, day(0), ((day(1), 1),)),
)


def test_every_vial_of_a_bag_is_there_and_not_too_old() -> None:
    assert clauses(with_bags(*SPLIT)) == []
    assert clauses(with_bags(*SPLIT), pharmacy={"max_days_ahead": 1}) == ["pharmacy.max_days_ahead"]
    late = SPLIT[1]._replace(rest=((day(3), 1),))
    assert clauses(with_bags(SPLIT[0], late)) == ["pharmacy.transit_days"]


def test_the_vials_of_a_bag_add_up_and_are_sent() -> None:
    sent = with_bags(*SPLIT).dispenses
    assert sent == (Dispense(day(0), 1, 2), Dispense(day(1), 1, 1))
    for more in (2, 3):
        bag = SPLIT[1]._replace(rest=((day(1), more),))
        assert "bags" in clauses(Calendar(((1, day(0)),), (SPLIT[0], bag), sent))
    twice = SPLIT[1]._replace(rest=((day(0), 1),))
    assert "bags" in clauses(with_bags(SPLIT[0], twice))
    short = (sent[0], sent[1]._replace(vials=2))
    assert "dispenses" in clauses(Calendar(((1, day(0)),), SPLIT, short))


@pytest.mark.parametrize(
    "readings",
    [{"date_of_service": "dispense"}, {"quantity.days_supply": "on"}, {"refill_threshold": "0.1"}],
)
def test_a_bag_is_of_one_dispense_where_dispenses_are_counted_by_bags(
    readings: dict[str, str],
) -> None:
    assert "dispenses" in clauses(with_bags(*SPLIT), readings=readings)
    whole = SPLIT[1]._replace(dispense=day(2), rest=())
    assert "dispenses" not in clauses(with_bags(SPLIT[0], whole), readings=readings)


def test_a_ready_made_bag_ends_within_its_storage_and_needs_a_row() -> None:
    # the last bag is hung on day 3 and ends on day 4, three days after its dispense on day 1
    early = with_bags(*BAGS[:3], BAGS[3]._replace(dispense=day(1)))
    made = {"ready_made": True}
    assert clauses(early, drug={"storage_days": {"24h": 3}}, pharmacy=made) == []
    assert clauses(early, drug={"storage_days": {"24h": 2}}, pharmacy=made) == ["drug.storage.24h"]
    assert clauses(early, drug={"storage_days": {"48h": 9}}, pharmacy=made) == ["drug.storage.24h"]


def test_the_pharmacy_dispenses_on_its_days_only() -> None:
    assert clauses(PLAIN, pharmacy={"dispense_days": ["mon", "tue", "wed"]}) == [
        "pharmacy.dispense_days"
    ]
    assert clauses(PLAIN, pharmacy={"holidays": [day(1)]}) == ["pharmacy.dispense_days"]


def test_nothing_new_lies_before_as_of() -> None:
    assert clauses(PLAIN, as_of=day(0)) == []
    assert clauses(PLAIN, as_of=day(1)) == ["as_of"]
    before = with_bags(BAGS[0]._replace(dispense=day(-1)), *BAGS[1:])
    assert clauses(before, as_of=day(0)) == ["as_of"]


def test_dispenses_hold_the_vials_of_their_bags() -> None:
    more = (PLAIN.dispenses[0]._replace(vials=2), *PLAIN.dispenses[1:])
    assert "dispenses" in clauses(Calendar(PLAIN.starts, BAGS, more))
    assert "dispenses" in clauses(Calendar(PLAIN.starts, BAGS, PLAIN.dispenses[1:]))
    unused = (*PLAIN.dispenses, Dispense(day(9), 1, 1))
    assert "dispenses" in clauses(Calendar(PLAIN.starts, BAGS, unused))


def test_spare_vials_go_out_with_the_first_dispense_and_count_against_the_limit() -> None:
    # 72 h and 24 h bags of a cycle without step dose: 2 + 1 vials and a spare one, 4 in 6 days
    bags = (Bag(1, day(0), 3, FULL, 2, day(0)), Bag(1, day(3), 1, FULL, 1, day(3)))
    spare = small_scenario(pharmacy={"spare_vials": 1})
    policy, drug = small_policy(step_days=0), small_drug()
    first = (Dispense(day(0), 1, 3), Dispense(day(3), 1, 1))
    second = (Dispense(day(0), 1, 2), Dispense(day(3), 1, 2))
    for sent, kept in ((first, True), (second, False), (sent_for(bags), False)):
        calendar = Calendar(((1, day(0)),), bags, sent)
        assert (violations(calendar, spare, policy, drug) == []) is kept
    tight = small_policy(step_days=0, quantity=(3, 6))
    found = violations(Calendar(((1, day(0)),), bags, first), spare, tight, drug)
    assert found
    assert all("II.A: 4" in one for one in found)


def test_a_pinned_start_holds_exactly() -> None:
    assert clauses(PLAIN, request={"cycle_starts": {1: day(0)}}) == []
    pinned = {"cycle_starts": {1: day(1)}}
    assert clauses(PLAIN, request=pinned) == ["request.cycle_starts.1"]
    assert clauses(PLAIN, request={"cycle_starts": {2: day(6)}}) == ["request.cycle_starts.2"]


def test_the_first_cycle_starts_on_the_date_or_in_the_window_asked_for() -> None:
    assert clauses(PLAIN, first=day(1)) == ["request.first_infusion"]
    window = {"earliest": day(-1), "latest": day(0)}
    assert clauses(PLAIN, request={"first_infusion": window}) == []
    late = {"earliest": day(-4), "latest": day(0)}
    # four days behind the earliest day -4, at most two
    assert clauses(PLAIN, request={"first_infusion": late}) == ["request.max_delay_days"]


def test_the_last_disconnect_lies_no_later_than_asked() -> None:
    assert clauses(PLAIN, request={"finish_by": day(4)}) == []
    assert clauses(PLAIN, request={"finish_by": day(3)}) == ["request.finish_by"]


def test_a_requested_dose_lies_at_or_below_the_cap() -> None:
    assert "V.rr.dose" in clauses(PLAIN, request={"daily_dose_mcg": 7})
    assert clauses(PLAIN, request={"daily_dose_mcg": 6}) == []


def test_requested_dispenses_are_complete_and_may_carry_further_vials() -> None:
    asked = [{"date": day(n), "vials": 1, "cycle": 1} for n in range(4)]
    assert clauses(PLAIN, request={"dispenses": asked}) == []
    assert clauses(PLAIN, request={"dispenses": asked[:3]}) == ["request.dispenses"]
    one = [{"date": day(0), "vials": 4, "cycle": 1}]
    bags = (Bag(1, day(0), 2, STEP, 1, day(0)), Bag(1, day(2), 2, FULL, 2, day(0)))
    calendar = Calendar(((1, day(0)),), bags, (Dispense(day(0), 1, 4),))
    assert clauses(calendar, request={"dispenses": one}) == []  # 3 vials needed, 4 sent
    assert clauses(calendar) == ["dispenses"]


def test_requested_claims_state_the_units_of_each_date() -> None:
    asked = [{"date": day(n), "units": 10, "cycle": 1} for n in range(4)]
    assert clauses(PLAIN, request={"claims": asked}) == []
    assert clauses(PLAIN, request={"claims": asked[:3]}) == ["request.claims"]
    given = [{"date": day(n), "units": units, "cycle": 1} for n, units in enumerate((3, 3, 6, 6))]
    administered = {"units.billed": "administered"}
    assert clauses(PLAIN, request={"claims": given}, readings=administered) == []


def test_a_cycle_keeps_its_length_and_more_cycles_than_allowed_are_refused() -> None:
    bags = (*BAGS, *daily(2, 5))
    calendar = Calendar(((1, day(0)), (2, day(5))), bags, sent_for(bags))
    assert "V.rr.length" in clauses(calendar, cycles=2)
    starts = tuple((n + 1, day(6 * n)) for n in range(4))
    bags = (*BAGS, *(bag for n in (1, 2, 3) for bag in daily(n + 1, 6 * n)))
    found = clauses(Calendar(starts, bags, sent_for(bags)), cycles=4)
    assert "V.rr.cycles" in found
    assert "IV.rr.total-cycles" in found


def test_another_number_of_cycles_than_asked_for_is_refused() -> None:
    assert clauses(PLAIN, cycles=2) == ["request.cycles"]
