"""Weight, height and surface: refused where they cannot be, asked about where they are unlikely."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.documents.growth import growth, least_at, most_at
from planner.documents.load import InputErrors, Problem, parse_scenario
from planner.documents.plausible import doubtful_weights


def text(indication: str = "pediatric-mrd", **patient: Any) -> str:
    body = "".join(f"  {name}: {value}\n" for name, value in patient.items())
    return (
        f"format: planner-scenario/1\npolicy: eocco-0382\nindication: {indication}\n"
        f"patient:\n{body}request: {{first_infusion: 2027-02-01}}\n"
    )


def refused(**patient: Any) -> tuple[Problem, ...]:
    try:
        parse_scenario(text(**patient))
    except InputErrors as errors:
        return errors.problems
    return ()


def asked(**patient: Any) -> bool:
    """Whether the measures are refused until they are confirmed, and read then."""
    problems = refused(**patient)
    return bool(problems) and not refused(**patient, weight_confirmed="true")


def impossible(**patient: Any) -> bool:
    return bool(refused(**patient, weight_confirmed="true"))


def test_a_child_s_pounds_are_asked_about() -> None:
    """7 years and 5 months: the 97th percentile is 35.5 kg, and 1.3 of it 46.2."""
    (problem,) = refused(birth_date="2019-08-15", weight_kg=53)
    assert problem.found == "53 kg at 7 years"
    assert problem.allowed == (
        "from 12.9 to 46.2 kg (CDC growth charts for the United States, 2000), "
        "or patient.weight_confirmed: true"
    )
    assert problem.maybe == (
        "it is in pounds: weight_lb: 53 is 24.0 kg; else give height_cm, or confirm it with "
        "patient.weight_confirmed: true."
    )


@pytest.mark.parametrize(
    "more",
    [{"weight_confirmed": "true"}, {"height_cm": 150}],  # a child as tall as those of twelve
)
def test_a_heavy_child_s_weight_is_taken_once_there_is_more_to_go_by(more: dict[str, Any]) -> None:
    assert not refused(birth_date="2019-08-15", weight_kg=53, **more)


def test_the_unit_settles_it_too() -> None:
    assert not refused(birth_date="2019-08-15", weight_lb=53, height_cm=124)


@given(st.integers(0, 239), st.floats(0, 1))
def test_no_child_between_the_percentiles_is_asked_about(months: int, share: float) -> None:
    """Of either sex, at any age, whatever the height within them."""
    age, part = months + Decimal("0.5"), Decimal(str(round(share, 3)))
    kg, cm = (
        round(least_at(rows, age) + part * (most_at(rows, age) - least_at(rows, age)), 1)
        for rows in (growth().kg, growth().cm)
    )
    years = f"{months / 12 + 0.001:.4f}"
    assert not refused(age=years, weight_kg=kg)
    assert not refused(age=years, weight_kg=kg, height_cm=cm)
    assert not refused(age=years, height_cm=cm, weight_kg=round(least_at(growth().kg, age), 1))
    assert not refused(age=years, height_cm=cm, weight_kg=round(most_at(growth().kg, age), 1))


@pytest.mark.parametrize("months", range(0, 240, 6))
def test_a_usual_child_s_pounds_are_asked_about_at_most_ages(months: int) -> None:
    """The middle of the percentiles times 2.2; only a tall child of twelve to fourteen may weigh
    that in kilograms."""
    age = months + Decimal("0.5")
    kg, cm = (
        round((least_at(rows, age) + most_at(rows, age)) / 2, 1)
        for rows in (growth().kg, growth().cm)
    )
    pounds = round(kg / Decimal("0.45359237"), 1)
    assert asked(age=f"{months / 12 + 0.001:.4f}", weight_kg=pounds, height_cm=cm)


@pytest.mark.parametrize(
    ("patient", "right"),
    [
        ({"age": 7, "weight_kg": 2.3}, impossible),  # 0.35 of 17.6 is 6.2
        ({"age": 7, "weight_kg": 230}, impossible),  # 3 times 33.3 is 99.9
        ({"age": 7, "weight_kg": 11}, asked),  # 0.7 of 17.6 is 12.3
        ({"age": 0.5, "weight_kg": 15.4}, asked),
        ({"age": 7, "weight_kg": 23, "height_cm": 48}, impossible),  # inches
        ({"age": 7, "weight_kg": 23, "height_cm": 85}, asked),  # 0.8 of 111 is 89
        ({"age": 7, "weight_kg": 23, "height_cm": 155}, asked),  # 1.15 of 132 is 152
        ({"age": 7, "weight_kg": 53, "bsa_m2": 0.91}, asked),
        ({"age": 7, "weight_kg": 24, "bsa_m2": 9.1}, impossible),
        ({"indication": "infant-interfant", "weight_kg": 20}, asked),  # no age: below one year
        ({"indication": "pediatric-rr", "weight_kg": 140}, asked),  # no age: below twenty
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_a_child_is_held_against_the_table(patient: dict[str, Any], right: Any) -> None:
    assert right(**patient)


@pytest.mark.parametrize(
    ("patient", "right"),
    [
        ({"age": 41, "weight_kg": 12}, impossible),
        ({"age": 41, "weight_kg": 70, "height_cm": 69}, impossible),  # 147 kg/m2: inches
        ({"age": 41, "weight_kg": 154, "height_cm": 170}, asked),  # 53.3 kg/m2, in pounds 24.2
        ({"age": 41, "weight_kg": 30, "height_cm": 170}, asked),  # 10.4 kg/m2
        ({"age": 41, "weight_kg": 220}, asked),
        ({"weight_kg": 220}, asked),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_an_adult_s_weight_is_held_against_the_height(patient: dict[str, Any], right: Any) -> None:
    assert right(indication="adult-rr", **patient)


@pytest.mark.parametrize(
    "patient",
    [
        {"age": 41, "weight_kg": 70},
        {"age": 41, "weight_kg": 140},
        {"age": 41, "weight_kg": 120, "height_cm": 160},
        {"age": 75, "weight_kg": 38, "height_cm": 150},
        {"age": 19, "weight_kg": 110},
        {"weight_kg": 42, "bsa_m2": 1.36},
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_an_adult_of_any_usual_build_is_not_asked_about(patient: dict[str, Any]) -> None:
    assert not refused(indication="adult-rr", **patient)


def doubts(**patient: Any) -> list[str]:
    return list(doubtful_weights(parse_scenario(text("adult-rr", **patient)).scenario))


@pytest.mark.parametrize(
    ("patient", "doubted"),
    [
        ({"age": 41, "weight_kg": 130, "height_cm": 175}, True),  # 42.4 kg/m2, in pounds 19.3
        ({"age": 41, "weight_kg": 120, "height_cm": 175}, False),  # 39.2 kg/m2
        ({"age": 41, "weight_kg": 140, "weight_confirmed": "true"}, False),
        ({"age": 41, "weight_kg": 70}, False),
        ({"age": 41, "weight_kg": 140}, True),
        ({"weight_kg": 70}, False),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_an_adult_s_weight_that_is_rarer_than_pounds_is_noted(
    patient: dict[str, Any], doubted: bool
) -> None:
    assert bool(doubts(**patient)) is doubted


def test_each_dated_weight_is_looked_at() -> None:
    rows = "[{date: 2027-02-01, kg: 23}, {date: 2027-03-01, kg: 51}]"
    (problem,) = refused(age=7, weight_kg=rows, height_cm=122)
    assert problem.path == "patient.weight_kg[1].kg"


def test_a_weight_rests_on_an_age_that_was_refused_already() -> None:
    assert [problem.path for problem in refused(age=700, weight_kg=53)] == ["patient.age"]
