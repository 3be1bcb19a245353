"""What a scenario says of the facts that criteria ask for; a fact it does not give is unknown.

A fact is known by its path in the scenario, and can be supposed to have another value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from planner.documents.base import Document
from planner.documents.plausible import first_days, whole_months
from planner.documents.scenario import Scenario

START: Final = "request.first_infusion"
AGE: Final = "patient.age"
BIRTH: Final = "patient.birth_date"
CYCLES: Final = "request.cycles"
NEVER: Final = "never"
MONTHS: Final = 12


@dataclass(frozen=True)
class Born:
    """An age by its date of birth."""

    day: date


@dataclass(frozen=True)
class Months:
    """An age of ``least`` to ``most`` completed months on the first infusion day."""

    least: int
    most: int


Value = bool | str | int | Decimal | date | tuple[str, ...] | Born | Months


@dataclass(frozen=True)
class Facts:
    """The known facts by path, and the first infusion day, which may still lie in a window."""

    values: Mapping[str, Value]
    first_start: date
    last_start: date

    def __getitem__(self, path: str) -> Value | None:
        return self.values.get(path)

    def supposing(self, path: str, value: Value) -> Facts:
        """The same facts, one of them replaced; the first infusion day by a single day."""
        if path == START and isinstance(value, date):
            return replace(self, first_start=value, last_start=value)
        return replace(self, values={**self.values, path: value})

    def without(self, path: str) -> Facts:
        """The same facts, one of them unknown."""
        return replace(self, values={key: self.values[key] for key in self.values if key != path})

    def nobody(self) -> Facts:
        """The first infusion day alone, every fact of the patient unknown."""
        return Facts({}, self.last_start, self.last_start)

    def months(self) -> Months | None:
        """The completed months of age on the first infusion day, exact by calendar where the date
        of birth is known: a month is completed on the day of birth's number, or on the first of
        the next month where the month has no such day.
        """
        age = self[AGE]
        if isinstance(age, Born):
            return Months(
                whole_months(age.day, self.first_start), whole_months(age.day, self.last_start)
            )
        return age if isinstance(age, Months) else None

    def settles(self, path: str) -> str:
        """The path to fill in for a fact: a rough age is settled by the date of birth."""
        return BIRTH if path == AGE and isinstance(self[AGE], Months) else path


def facts_of(scenario: Scenario) -> Facts:
    """The facts of a scenario.

    The first infusion day is that of the course's first cycle, also where it lies in the history.
    ``request.cycles`` is the last cycle the course is to have: the one asked for, and at least the
    one after those of the history.
    """
    first, last = first_days(scenario)
    began = [cycle.start for cycle in scenario.history.cycles]
    past = max((cycle.cycle for cycle in scenario.history.cycles), default=0)
    values: dict[str, Value] = {CYCLES: max(scenario.request.cycles or 0, past + 1)}
    if scenario.patient.diagnosis is not None:
        values["patient.diagnosis"] = scenario.patient.diagnosis
    age = _age(scenario)
    if age is not None:
        values[AGE] = age
    values.update(_given("patient.facts", scenario.patient.facts))
    return Facts(values, min([first, *began]), min([last, *began]))


def _age(scenario: Scenario) -> Born | Months | None:
    """A number of years counts as completed to its last digit: 15 is 15.0 to below 16, and 0.08
    is 0.08 to below 0.09, which may be short of a month or past it.
    """
    birth, years = scenario.patient.birth_date, scenario.patient.age
    if birth is not None:
        return Born(birth)
    if years is None:
        return None
    exponent = years.as_tuple().exponent
    digit = Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))
    least = (years * MONTHS).to_integral_value(ROUND_FLOOR)
    most = ((years + digit) * MONTHS).to_integral_value(ROUND_CEILING) - 1
    return Months(int(least), int(most))


def _given(path: str, facts: Document) -> dict[str, Value]:
    """The facts below a path that were given; a list left out beside a given one is unknown."""
    given: dict[str, Value] = {}
    for name in type(facts).model_fields:
        value, at = getattr(facts, name), f"{path}.{name}"
        if isinstance(value, Document):
            given.update(_given(at, value))
        elif isinstance(value, tuple):
            if name in facts.model_fields_set:
                given[at] = tuple(word.strip().lower() for word in value)
        elif value is not None:
            given[at] = value
    return given
