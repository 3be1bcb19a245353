"""Body surface from height and weight, by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.regimen.surface import body_surface, rounded


def test_mosteller_is_the_root_of_height_times_weight_over_3600() -> None:
    # 180 x 80 / 3600 = 4, and its root is 2
    assert body_surface("mosteller", Decimal(180), Decimal(80)) == Decimal("2.00")


def test_a_surface_is_rounded_half_up_to_a_hundredth() -> None:
    # 100 x 35.6409 / 3600 = 0.990025, and its root is 0.995 exactly
    assert body_surface("mosteller", Decimal(100), Decimal("35.6409")) == Decimal("1.00")
    assert rounded(Decimal("0.9949999")) == Decimal("0.99")


@pytest.mark.parametrize(
    ("formula", "surface"),
    [
        # 170 x 70 / 3600 = 3.30556; root 1.81812
        ("mosteller", "1.82"),
        # 0.007184 x 170^0.725 (41.407) x 70^0.425 (6.0837) = 1.80971
        ("dubois", "1.81"),
        # 0.024265 x 170^0.3964 (7.6586) x 70^0.5378 (9.8241) = 1.82568
        ("haycock", "1.83"),
        # 0.0235 x 170^0.42246 (8.7554) x 70^0.51456 (8.9005) = 1.83129
        ("gehan-george", "1.83"),
        # 0.0003207 x 170^0.3 (4.6680) x 70000^0.637412 (1225.5) = 1.8347,
        # where 0.637412 = 0.7285 - 0.0188 x log10 70000
        ("boyd", "1.83"),
    ],
)
def test_each_formula_gives_the_surface_of_an_adult_of_170_cm_and_70_kg(
    formula: str, surface: str
) -> None:
    assert body_surface(formula, Decimal(170), Decimal(70)) == Decimal(surface)


@pytest.mark.parametrize(
    ("formula", "surface"),
    [
        # 110 x 20 / 3600 = 0.61111; root 0.78174
        ("mosteller", "0.78"),
        # 0.007184 x 110^0.725 (30.200) x 20^0.425 (3.5722) = 0.77502
        ("dubois", "0.78"),
        # 0.024265 x 110^0.3964 (6.4448) x 20^0.5378 (5.0083) = 0.78322
        ("haycock", "0.78"),
        # 0.0235 x 110^0.42246 (7.2846) x 20^0.51456 (4.6715) = 0.79971
        ("gehan-george", "0.80"),
        # 0.0003207 x 110^0.3 (4.0965) x 20000^0.647641 (610.27) = 0.80175
        ("boyd", "0.80"),
    ],
)
def test_each_formula_gives_the_surface_of_a_child_of_110_cm_and_20_kg(
    formula: str, surface: str
) -> None:
    assert body_surface(formula, Decimal(110), Decimal(20)) == Decimal(surface)


def test_an_unknown_formula_is_an_error() -> None:
    with pytest.raises(KeyError):
        body_surface("ruler", Decimal(170), Decimal(70))
