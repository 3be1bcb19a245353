"""Which days allow a dispense or a bag change, and which setting bars the others."""

from __future__ import annotations

from datetime import date
from functools import cache

from planner.documents.base import WEEKDAYS
from planner.documents.scenario import Pharmacy


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """The US federal holidays of a year, with the days they are observed on."""
    from holidays import country_holidays

    return frozenset(country_holidays("US", years=year))


def is_holiday(pharmacy: Pharmacy, day: date) -> bool:
    """Whether the scenario counts the day as a holiday."""
    if pharmacy.holidays == "none":
        return False
    if pharmacy.holidays == "us-federal":
        return day in federal_holidays(day.year)
    return day in pharmacy.holidays


def changes_on_holidays(pharmacy: Pharmacy) -> bool:
    """Whether bags are changed on holidays: as said, else where all weekdays are allowed."""
    if pharmacy.bag_change_on_holidays is not None:
        return pharmacy.bag_change_on_holidays
    return set(pharmacy.bag_change_days) == set(WEEKDAYS)


class DayRules:
    """The pharmacy's calendar. Days are ordinals; answers name the settings that bar a day.

    An answer is a tuple of setting paths in a fixed order, empty where the day is allowed.
    """

    def __init__(self, pharmacy: Pharmacy) -> None:
        self._pharmacy = pharmacy
        self._change_on_holidays = changes_on_holidays(pharmacy)
        self._hang: dict[int, tuple[str, ...]] = {}
        self._dispense: dict[int, tuple[str, ...]] = {}

    def bars_hang(self, ordinal: int) -> tuple[str, ...]:
        """Settings that bar a start, bag change or disconnect at home on the day."""
        if ordinal not in self._hang:
            self._hang[ordinal] = self._bars(ordinal, hang=True)
        return self._hang[ordinal]

    def bars_dispense(self, ordinal: int) -> tuple[str, ...]:
        """Settings that bar a dispense on the day."""
        if ordinal not in self._dispense:
            self._dispense[ordinal] = self._bars(ordinal, hang=False)
        return self._dispense[ordinal]

    def _bars(self, ordinal: int, *, hang: bool) -> tuple[str, ...]:
        day = date.fromordinal(ordinal)
        weekdays = self._pharmacy.bag_change_days if hang else self._pharmacy.dispense_days
        bars = []
        if WEEKDAYS[day.weekday()] not in weekdays:
            bars.append("pharmacy.bag_change_days" if hang else "pharmacy.dispense_days")
        if not (hang and self._change_on_holidays) and is_holiday(self._pharmacy, day):
            bars.append("pharmacy.holidays")
        if day in self._pharmacy.closed:
            bars.append("pharmacy.closed")
        return tuple(bars)
