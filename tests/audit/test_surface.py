from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.audit.surface import FORMULAS, rounded, surface

# the same formulas in floating point: far from a tie they round alike
FLOATS: dict[str, Callable[[float, float], float]] = {
    "mosteller": lambda h, w: math.sqrt(h * w / 3600),
    "dubois": lambda h, w: 0.007184 * h**0.725 * w**0.425,
    "haycock": lambda h, w: 0.024265 * h**0.3964 * w**0.5378,
    "gehan-george": lambda h, w: 0.0235 * h**0.42246 * w**0.51456,
    "boyd": lambda h, w: (
        0.0003207 * h**0.3 * (1000 * w) ** (0.7285 - 0.0188 * math.log10(1000 * w))
    ),
}


@pytest.mark.parametrize(
    ("formula", "m2"),
    [
        ("mosteller", "1.82"),  # root of 170 x 70 / 3600 = 1.8181
        ("dubois", "1.81"),  # 1.8097
        ("haycock", "1.83"),  # 1.8256
        ("gehan-george", "1.83"),  # 1.8314
        ("boyd", "1.83"),  # 1.8306
    ],
)
def test_a_grown_patient_of_170_cm_and_70_kg_has_the_surface_that_each_formula_is_known_for(
    formula: str, m2: str
) -> None:
    assert surface(formula, Decimal(170), Decimal(70)) == Decimal(m2)


def test_a_surface_halfway_between_two_hundredths_is_rounded_up() -> None:
    # 90.90225 x 40 / 3600 = 1.010025 = 1.005 squared
    assert surface("mosteller", Decimal("90.90225"), Decimal(40)) == Decimal("1.01")
    assert rounded(Decimal("1.015")) == Decimal("1.02")


def test_a_surface_just_below_halfway_is_rounded_down() -> None:
    assert surface("mosteller", Decimal("90.90224999999999"), Decimal(40)) == Decimal("1.00")


@given(
    st.sampled_from(sorted(FORMULAS)),
    st.decimals(30, 210, places=1),
    st.decimals(3, 150, places=1),
)
def test_every_formula_agrees_with_its_value_in_floating_point(
    formula: str, height_cm: Decimal, weight_kg: Decimal
) -> None:
    exact = surface(formula, height_cm, weight_kg)
    assert exact == round(exact, 2)
    assert abs(float(exact) - FLOATS[formula](float(height_cm), float(weight_kg))) <= 0.005 + 1e-9
