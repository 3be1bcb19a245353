"""How each dose comes about, in words."""

from __future__ import annotations

from typing import Any

from planner.documents.policy import DoseClause
from planner.regimen.arithmetic import dose_arithmetic
from tests.regimen.samples import course, on


def said(cycles: int = 1, **parts: Any) -> list[str]:
    made = course(**parts)
    clause = next(c for _, c in made.clause_of("dose") if isinstance(c, DoseClause))
    starts = [(number, on(42 * (number - 1))) for number in range(1, cycles + 1)]
    return list(dose_arithmetic(made.scenario, clause, starts))


def child(**more: Any) -> dict[str, Any]:
    return {"indication": "pediatric-mrd", "patient": {"age": 7, "weight_kg": 24, **more}}


def test_a_dose_by_surface_is_the_rate_times_the_surface() -> None:
    # sqrt(124 x 24 / 3600) = 0.909 m2; 15 x 0.91 = 13.65
    assert said(2, **child(height_cm=124)) == [
        "Body surface: square root of (124 cm x 24 kg / 3600) = 0.91 m2 (mosteller)",
        "Cycles 1 to 2: 15 x 0.91 m2 = 13.65 mcg a day",
    ]


def test_a_surface_that_is_given_is_so_called_and_another_formula_named() -> None:
    assert said(**child(bsa_m2=0.9))[0] == "Body surface: 0.9 m2, as given"
    by_another = said(**child(height_cm=124, bsa_formula="haycock"))[0]
    assert by_another == "Body surface: 0.91 m2 from 124 cm and 24 kg (haycock)"


def test_a_dose_is_cut_to_hundredths_and_to_its_cap() -> None:
    # 15 x 0.9173 = 13.7595; 15 x 1.9 = 28.5, above 28
    assert said(**child(bsa_m2=0.9173))[1] == (
        "Cycle 1: 15 x 0.9173 m2 = 13.7595 mcg a day, cut to 13.75"
    )
    heavy = child(bsa_m2=1.9)
    heavy["patient"] |= {"weight_kg": 44}
    assert said(**heavy)[1] == "Cycle 1: 15 x 1.9 m2 = 28.5 mcg a day, at most 28"


def test_a_step_dose_has_a_line_of_its_own() -> None:
    assert said(3) == [
        "Cycle 1, days 1 to 7: 9 mcg a day at 70 kg",
        "Cycle 1, days 8 to 28: 28 mcg a day at 70 kg",
        "Cycles 2 to 3: 28 mcg a day at 70 kg",
    ]


def test_a_dose_that_is_asked_for_stands_before_the_clause_s() -> None:
    assert said(**child(bsa_m2=0.9), request={"daily_dose_mcg": 10})[1] == (
        "Cycle 1: 10 mcg a day, as requested; 15 x 0.9 m2 = 13.5 mcg a day"
    )


def test_each_weight_has_its_own_dose() -> None:
    dated = [{"date": "2026-01-01", "kg": 24}, {"date": "2026-02-10", "kg": 30}]
    patient = {"indication": "pediatric-mrd", "patient": {"weight_kg": dated, "height_cm": 124}}
    # sqrt(124 x 30 / 3600) = 1.0165 m2
    assert said(3, **patient) == [
        "Body surface: square root of (124 cm x 24 kg / 3600) = 0.91 m2 (mosteller)",
        "Body surface: square root of (124 cm x 30 kg / 3600) = 1.02 m2 (mosteller)",
        "Cycle 1: 15 x 0.91 m2 = 13.65 mcg a day",
        "Cycles 2 to 3: 15 x 1.02 m2 = 15.3 mcg a day",
    ]
