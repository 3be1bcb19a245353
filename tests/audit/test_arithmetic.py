"""The audit reads the dose's arithmetic in the head of a plan, and works it out again."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from planner.documents.plan import Plan
from tests.audit.plans import Cycle, day, lay_out, refused, scenario


def adult(*lines: str) -> Plan:
    """Cycle 1: 9 mcg a day for 7 days, then 28."""
    plan = lay_out(scenario(), [Cycle(1, day(0))])
    return plan.model_copy(update={"dose_arithmetic": lines})


def child(*lines: str, asked: int | None = None) -> Plan:
    """15 x 0.80 m2 = 12 mcg a day."""
    request = {} if asked is None else {"daily_dose_mcg": asked}
    document = scenario(
        indication="pediatric-mrd", patient={"weight_kg": 20, "bsa_m2": 0.8}, request=request
    )
    dose = partial(lambda mcg, *_: Decimal(mcg), asked or 12)
    plan = lay_out(document, [Cycle(1, day(0))], dose=dose, vials=lambda *_: 1, surface=0.8)
    return plan.model_copy(update={"dose_arithmetic": lines})


STEP = "Cycle 1, days 1 to 7: 9 mcg a day at 70 kg"
FULL = "Cycle 1, days 8 to 28: 28 mcg a day at 70 kg"


def said(plan: Plan) -> list[str]:
    return refused(plan).get("figures.dose_arithmetic", [])


def test_what_is_so_may_be_said_and_need_not_be() -> None:
    assert said(adult(STEP, FULL)) == said(adult()) == []
    area = "Body surface: 0.8 m2, as given"
    assert said(child(area, "Cycle 1: 15 x 0.8 m2 = 12 mcg a day")) == []
    asked = "Cycles 1 to 4: 10 mcg a day, as requested; 15 x 0.8 m2 = 12 mcg a day"
    assert said(child(asked, asked=10)) == []


@pytest.mark.parametrize(
    "line",
    [
        STEP.replace("9", "28"),
        FULL.replace("8 to", "7 to"),
        "Cycle 1: 28 mcg a day at 70 kg",
        "Cycle 1: as the doctor says",
        "Body surface: 1.8 m2, as given",
        "Take two",
        "",
    ],
)
def test_what_is_not_so_of_an_adult_is_refused(line: str) -> None:
    assert len(said(adult(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Cycle 1: 15 x 0.8 m2 = 12.5 mcg a day",
        "Cycle 1: 15 x 0.9 m2 = 13.5 mcg a day",
        "Cycle 1: 15 x 0.8 m2 = 12 mcg a day, at most 9",
        "Cycle 1: 12 mcg a day, as requested; 15 x 0.8 m2 = 13 mcg a day",
        "Body surface: square root of (115 cm x 20 kg / 3600) = 0.81 m2 (mosteller)",
    ],
)
def test_what_is_not_so_of_a_child_is_refused(line: str) -> None:
    assert len(said(child(line))) == 1
