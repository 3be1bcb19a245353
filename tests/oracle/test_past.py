"""How the oracle completes a history, on cases worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.oracle import rules
from tests.oracle.brute import calendars
from tests.oracle.case import Case
from tests.oracle.past import old_bags, old_claims, old_dispenses, stock
from tests.oracle.small import day, small_drug, small_policy, small_scenario
from tests.oracle.values import Claim, Dispense


def case(history: dict[str, Any], **rest: Any) -> Case:
    scenario: dict[str, Any] = {"cycles": 2, "as_of": day(3), "pharmacy": {"transit_days": 1}}
    scenario |= rest
    return Case(small_scenario(history=history, **scenario), small_policy(), small_drug())


FORTNIGHT = {"transit_days": 1, "max_days_ahead": 14}
BEGUN = [{"cycle": 1, "start": day(0)}]


def test_a_silent_history_has_daily_bags_of_one_fill_billed_when_hung() -> None:
    silent = case({"cycles": BEGUN}, pharmacy=FORTNIGHT)
    assert [(bag.hang, bag.days, bag.mcg, bag.vials) for bag in old_bags(silent)] == [
        (day(0), 1, Decimal(3), 1),
        (day(1), 1, Decimal(3), 1),
        (day(2), 1, Decimal(6), 1),  # as_of is day 3: nothing is hung on it yet
    ]
    left = silent.infusion_days - 3
    assert old_dispenses(silent) == (Dispense(day(-1), 1, 3 + left),)
    assert old_claims(silent) == tuple(Claim(day(n), 1, 10) for n in range(3))
    assert stock(silent) == {(day(-1), 1): left}


def test_a_fill_is_for_the_days_that_its_vials_may_wait() -> None:
    # sent a day before for two days each; the fill of days 4 and 5 is not sent by day 3
    silent = case({"cycles": BEGUN}, pharmacy={"transit_days": 1, "max_days_ahead": 2})
    assert old_dispenses(silent) == (Dispense(day(-1), 1, 2), Dispense(day(1), 1, 2))
    assert stock(silent) == {(day(1), 1): 1}


def test_assumed_claims_follow_the_readings() -> None:
    readings = {"date_of_service": "dispense", "units.billed": "administered"}
    silent = case({"cycles": BEGUN}, readings=readings, pharmacy=FORTNIGHT)
    assert old_claims(silent) == (Claim(day(-1), 1, 12),)  # 3 + 3 + 6


def test_dispensed_less_opened_less_wasted_is_stock() -> None:
    sent = [{"date": day(-1), "vials": 5, "cycle": 1}]
    wasted = [{"date": day(2), "vials": 1, "cycle": 1}]
    # 5 dispensed, 3 opened in 24 h bags, 1 broken: 1 left
    kept = case({"cycles": BEGUN, "dispenses": sent, "wasted": wasted})
    assert stock(kept) == {(day(-1), 1): 1}
    assert old_dispenses(kept) == (Dispense(day(-1), 1, 5),)


def test_a_bag_is_charged_to_the_dispense_it_names_and_else_to_the_oldest_with_vials() -> None:
    sent = [{"date": day(-1), "vials": 2, "cycle": 1}, {"date": day(0), "vials": 3, "cycle": 1}]
    bags = [
        {"hang": day(0), "days": 2, "vials": 1, "dispense": day(0)},
        {"hang": day(2), "days": 2, "vials": 2},
    ]
    kept = case({"cycles": [BEGUN[0] | {"bags": bags}], "dispenses": sent})
    assert [bag.dispense for bag in old_bags(kept)] == [day(0), day(-1)]
    assert stock(kept) == {(day(0), 1): 2}


def test_a_broken_vial_of_a_cycle_without_dispenses_was_of_its_fill() -> None:
    wasted = [{"date": day(1), "vials": 1, "cycle": 1}]
    silent = case({"cycles": BEGUN, "wasted": wasted}, pharmacy=FORTNIGHT, as_of=day(2))
    assert old_dispenses(silent) == (Dispense(day(-1), 1, 4),)
    assert stock(silent) == {(day(-1), 1): 1}  # 4 - 2 hung - 1 broken


def test_a_broken_vial_that_no_fill_has_left_was_dispensed_too() -> None:
    wasted = [{"date": day(1), "vials": 1, "cycle": 1}]
    bare = {"transit_days": 0, "max_days_ahead": 0}
    sent = old_dispenses(case({"cycles": BEGUN, "wasted": wasted}, pharmacy=bare))
    assert sent == (Dispense(day(0), 1, 1), Dispense(day(1), 1, 2), Dispense(day(2), 1, 1))


def test_given_claims_are_complete_for_their_cycle() -> None:
    claims = [{"date": day(0), "units": 7, "cycle": 1}]
    assert old_claims(case({"cycles": BEGUN, "claims": claims})) == (Claim(day(0), 1, 7),)


def test_past_vials_are_taken_day_by_day_and_what_broke_was_there() -> None:
    # 2 vials sent on day -1, 3 on day 2; one broke on day 0, and a bag of 2 was hung on day 2
    sent = [{"date": day(-1), "vials": 2, "cycle": 1}, {"date": day(2), "vials": 3, "cycle": 1}]
    bags = [{"hang": day(0), "days": 2, "vials": 1}, {"hang": day(2), "days": 2, "vials": 2}]
    wasted = [{"date": day(0), "vials": 1, "cycle": 1}]
    kept = case({"cycles": [BEGUN[0] | {"bags": bags}], "dispenses": sent, "wasted": wasted})
    assert [bag.dispense for bag in old_bags(kept)] == [day(-1), day(2)]
    assert stock(kept) == {(day(2), 1): 1}


def test_a_past_bag_has_vials_of_two_dispenses_where_neither_has_them_all() -> None:
    sent = [{"date": day(-1), "vials": 2, "cycle": 1}, {"date": day(2), "vials": 2, "cycle": 1}]
    bags = [{"hang": day(0), "days": 2, "vials": 1}, {"hang": day(2), "days": 2, "vials": 3}]
    kept = case({"cycles": [BEGUN[0] | {"bags": bags}], "dispenses": sent})
    assert [bag.dispense for bag in old_bags(kept)] == [day(-1), day(-1)]
    assert stock(kept) == {}


def ended(**pharmacy: Any) -> Case:
    """A cycle that ended after a day of its four; three of its vials are left."""
    history: dict[str, Any] = {
        "cycles": BEGUN,
        "dispenses": [{"date": day(0), "vials": 4, "cycle": 1}],
        "interruptions": [{"cycle": 1, "start": day(1), "days": 3}],
    }
    return case(history, as_of=day(4), pharmacy={"max_days_ahead": 0, **pharmacy})


def test_the_vials_of_an_ended_cycle_are_stock_for_the_next() -> None:
    """Daily bags of days 6 to 9: up to three of them have a vial of day 0 instead of the day's own,
    in 1 + 4 + 6 + 4 ways."""
    left = ended(bags=["24h"])
    assert stock(left) == {(day(0), 1): 3}
    policy = small_policy(quantity=(99, 6), units=(990, 6), initial=(90, "days"))
    request = left.scenario.request.model_copy(update={"cycle_starts": {2: day(6)}})
    scenario = left.scenario.model_copy(update={"request": request})
    found = list(calendars(scenario, policy, left.drug))
    assert len(found) == 1 + 4 + 6 + 4
    assert {len(one.dispenses) for one in found} == {4, 3, 2, 1}


def test_ready_made_bags_are_not_of_another_cycle() -> None:
    left = ended(bags=["24h"], ready_made=True)
    assert rules.stock_for(left, 1, day(0)) == [(day(0), 1)]
    assert rules.stock_for(left, 2, day(0)) == []
    assert rules.stock_for(ended(), 2, day(0)) == [(day(0), 1)]
