"""Days of dispense and of bag changes."""

from __future__ import annotations

from datetime import date

import pytest

from planner.documents.scenario import Pharmacy
from planner.regimen.days import DayRules, changes_on_holidays, is_holiday

WORKING = ["mon", "tue", "wed", "thu", "fri"]
JULY_4 = date(2026, 7, 4)  # a Saturday, observed on Friday the 3rd
JULY_3 = date(2026, 7, 3)
CHRISTMAS = date(2026, 12, 25)  # a Friday
SUNDAY = date(2026, 7, 5)
MONDAY = date(2026, 7, 6)


def rules(**settings: object) -> DayRules:
    return DayRules(Pharmacy.model_validate(settings))


def test_a_federal_holiday_is_kept_on_its_day_and_on_the_day_it_is_observed() -> None:
    pharmacy = Pharmacy(holidays="us-federal")
    assert is_holiday(pharmacy, JULY_4)
    assert is_holiday(pharmacy, JULY_3)
    assert not is_holiday(pharmacy, MONDAY)


def test_listed_holidays_are_these_dates_and_no_others() -> None:
    pharmacy = Pharmacy(holidays=(MONDAY,))
    assert is_holiday(pharmacy, MONDAY)
    assert not is_holiday(pharmacy, CHRISTMAS)


def test_without_holidays_no_day_is_one() -> None:
    assert not is_holiday(Pharmacy(holidays="none"), CHRISTMAS)


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({}, True),  # bags are changed on all seven weekdays: somebody is on call
        ({"bag_change_days": WORKING}, False),
        ({"bag_change_on_holidays": False}, False),
        ({"bag_change_days": WORKING, "bag_change_on_holidays": True}, True),
    ],
)
def test_bags_are_changed_on_holidays_as_said_or_where_all_weekdays_are_allowed(
    settings: dict[str, object], changes: bool
) -> None:
    assert changes_on_holidays(Pharmacy.model_validate(settings)) is changes


def test_by_default_dispenses_keep_weekends_and_federal_holidays_and_bag_changes_neither() -> None:
    found = rules()
    assert found.bars_dispense(MONDAY.toordinal()) == ()
    assert found.bars_dispense(SUNDAY.toordinal()) == ("pharmacy.dispense_days",)
    assert found.bars_dispense(JULY_3.toordinal()) == ("pharmacy.holidays",)
    assert found.bars_dispense(JULY_4.toordinal()) == (
        "pharmacy.dispense_days",
        "pharmacy.holidays",
    )
    for day in (MONDAY, SUNDAY, JULY_3, JULY_4):
        assert found.bars_hang(day.toordinal()) == ()


def test_bag_changes_on_working_days_keep_holidays() -> None:
    found = rules(bag_change_days=WORKING)
    assert found.bars_hang(MONDAY.toordinal()) == ()
    assert found.bars_hang(SUNDAY.toordinal()) == ("pharmacy.bag_change_days",)
    assert found.bars_hang(JULY_3.toordinal()) == ("pharmacy.holidays",)


def test_on_a_closed_day_there_is_neither_a_dispense_nor_a_bag_change() -> None:
    found = rules(closed=[MONDAY], holidays="none")
    assert found.bars_dispense(MONDAY.toordinal()) == ("pharmacy.closed",)
    assert found.bars_hang(MONDAY.toordinal()) == ("pharmacy.closed",)


def test_every_setting_that_bars_a_day_is_named_in_one_order() -> None:
    found = rules(
        closed=[SUNDAY], holidays=[SUNDAY], bag_change_on_holidays=False, bag_change_days=WORKING
    )
    assert found.bars_hang(SUNDAY.toordinal()) == (
        "pharmacy.bag_change_days",
        "pharmacy.holidays",
        "pharmacy.closed",
    )
    assert found.bars_dispense(SUNDAY.toordinal()) == (
        "pharmacy.dispense_days",
        "pharmacy.holidays",
        "pharmacy.closed",
    )


def test_the_year_of_a_day_decides_its_federal_holidays() -> None:
    pharmacy = Pharmacy(holidays="us-federal")
    # New Year's Day 2028 is a Saturday, observed on the last day of 2027
    assert is_holiday(pharmacy, date(2027, 12, 31))
    assert is_holiday(pharmacy, date(2028, 1, 1))
    assert not is_holiday(pharmacy, date(2026, 12, 31))
