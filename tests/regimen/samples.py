"""Scenarios under the shipped policy and drug file, told by the parts that a test speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.documents.base import WEEKDAYS
from planner.documents.load import load_drug, load_policy
from planner.documents.scenario import Scenario
from planner.regimen.build import course_of
from planner.regimen.course import Course

POLICY = load_policy("eocco-0382").policy
DRUG = load_drug("blinatumomab").drug
FIRST = date(2026, 1, 5)  # a Monday


def on(offset: int) -> int:
    """The ordinal of the day ``offset`` days after ``FIRST``."""
    return FIRST.toordinal() + offset


def at(offset: int) -> date:
    """The date ``offset`` days after ``FIRST``."""
    return date.fromordinal(on(offset))


def scenario(
    *,
    patient: Mapping[str, Any] | None = None,
    pharmacy: Mapping[str, Any] | None = None,
    request: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Scenario:
    """An adult of 70 kg with relapsed or refractory disease from Monday 5 January 2026.

    Dispenses on any day, no holidays, no transit; the arguments add to or replace that.
    """
    return Scenario.model_validate(
        {
            "format": "planner-scenario/1",
            "policy": "eocco-0382",
            "indication": "adult-rr",
            "patient": {"weight_kg": 70, "diagnosis": "C91.02", **(patient or {})},
            "pharmacy": {
                "dispense_days": list(WEEKDAYS),
                "holidays": "none",
                "transit_days": 0,
                **(pharmacy or {}),
            },
            "request": {"first_infusion": FIRST, **(request or {})},
            **rest,
        }
    )


def course(**parts: Any) -> Course:
    """The course of such a scenario under the shipped files."""
    return course_of(scenario(**parts), POLICY, DRUG)
