"""Weights that can be in kilograms but are likelier in pounds."""

from __future__ import annotations

from typing import Any

import pytest

from planner.documents.load import parse_scenario
from planner.documents.plausible import doubtful_weights


def doubts(**patient: Any) -> list[str]:
    """The doubts about the weights of a scenario; JSON, so that it reads as it is written."""
    body = "".join(f"  {name}: {value}\n" for name, value in patient.items())
    text = (
        "format: planner-scenario/1\npolicy: eocco-0382\nindication: adult-rr\n"
        f"patient:\n{body}request: {{first_infusion: 2026-01-05}}\n"
    )
    return list(doubtful_weights(parse_scenario(text).scenario))


def test_a_child_s_pounds_that_pass_for_kilograms_are_doubted() -> None:
    # 51 kg at 1.22 m are 34.3 kg/m2; 51 x 0.45359237 = 23.1 kg are 15.5
    assert doubts(age=7, weight_kg=51, height_cm=122) == [
        "51 kg is rare for this body; 51 pounds are 23.1 kg: check the unit."
    ]
    assert doubts(age=7, weight_kg=51)  # above 45 kg without a height
    assert not doubts(age=7, weight_kg=23.1, height_cm=122)


@pytest.mark.parametrize(
    ("patient", "doubted"),
    [
        ({"age": 41, "weight_kg": 154, "height_cm": 175}, True),  # 50.3 kg/m2, in pounds 22.8
        ({"age": 41, "weight_kg": 120, "height_cm": 175}, False),  # 39.2 kg/m2
        ({"age": 41, "weight_kg": 220, "height_cm": 160}, False),  # 85.9 kg/m2, in pounds 39.0
        ({"age": 41, "weight_kg": 70}, False),
        ({"age": 41, "weight_kg": 140}, True),
        ({"weight_kg": 70}, False),
        ({"age": 0.5, "weight_kg": 6, "bsa_m2": 0.33}, False),
    ],
)
def test_only_what_is_rarer_than_pounds_is_doubted(patient: dict[str, Any], doubted: bool) -> None:
    assert bool(doubts(**patient)) is doubted


def test_each_dated_weight_is_looked_at() -> None:
    rows = "[{date: 2026-01-05, kg: 23}, {date: 2026-03-01, kg: 51}]"
    assert len(doubts(age=7, weight_kg=rows, height_cm=122)) == 1
