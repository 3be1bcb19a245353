"""Bags and vials against the figures of label-facts, rows that the drug file was written from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from planner.audit.case import Case
from planner.audit.dose import DayDose
from planner.audit.preparation import bag_name, offered, vials_for, why_not
from planner.documents.base import BagName
from planner.documents.policy import Step
from tests.audit.plans import DRUG, POLICY, Cycle, day, lay_out, scenario


def case(**patient: object) -> Case:
    """A case of one cycle; only its patient and pharmacy matter here."""
    plan = lay_out(scenario(patient={"weight_kg": 30, **patient}), [Cycle(1, day(0))])
    return Case(plan, POLICY, DRUG)


def dose(mcg: str, per_m2: str | None = None) -> DayDose:
    """A daily dose, fixed or by body surface."""
    amount = Decimal(mcg)
    if per_m2 is None:
        return DayDose(amount, amount, amount, Step(days=28, mcg_per_day=amount))
    step = Step(days=28, mcg_per_m2_per_day=Decimal(per_m2), not_above=Decimal(28))
    return DayDose(amount, Decimal(28), amount, step)


@pytest.mark.parametrize(
    ("bag", "mcg", "vials"),
    [
        ("24h", "9", 1),
        ("24h", "28", 1),
        ("48h", "9", 1),
        ("48h", "28", 2),
        ("72h", "9", 1),
        ("72h", "28", 3),
        ("96h", "9", 2),
        ("96h", "28", 4),
        ("7d", "28", 6),
    ],
)
def test_from_45_kg_the_printed_rows_give_the_vials(bag: BagName, mcg: str, vials: int) -> None:
    assert vials_for(case(), bag, dose(mcg), Decimal(45)) == vials


@pytest.mark.parametrize(
    ("bag", "surface", "vials"),
    [
        # mL = mcg x 275.5 / 240 / 12.5, vials = mL / 2.8 rounded up
        ("24h", "0.30", 1),  # 4.5 mcg: 0.4 mL
        ("24h", "1.86", 1),  # 27.9 mcg: 2.56 mL
        ("48h", "0.99", 1),  # 29.7 mcg: 2.73 mL
        ("48h", "1.10", 2),  # 33 mcg: 3.03 mL
        ("7d", "0.92", 4),  # 96.6 mcg x 110 / 100.8 / 12.5 = 8.43 mL: 3.01
        ("7d", "1.83", 6),  # 192.15 mcg: 16.77 mL: 5.99
        ("7d", "1.86", 7),  # 195.3 mcg: 17.05 mL: 6.09, one more than from 45 kg
    ],
)
def test_below_45_kg_the_volume_rule_gives_the_vials(
    bag: BagName, surface: str, vials: int
) -> None:
    area = Decimal(surface)
    mcg = min(15 * area, Decimal(28))
    found = vials_for(case(bsa_m2=float(area)), bag, dose(str(mcg), "15"), Decimal(30))
    assert found == vials


@pytest.mark.parametrize(("surface", "vials"), [("0.99", 1), ("1.00", 2), ("1.09", 2)])
def test_the_uncertain_band_of_48_h_bags_takes_the_safer_two_vials(
    surface: str, vials: int
) -> None:
    # at 1.00 m2 the rule gives 30 x 275.5 / 240 / 12.5 = 2.755 mL, one vial by a hair
    mcg = 15 * Decimal(surface)
    found = vials_for(case(bsa_m2=float(surface)), "48h", dose(str(mcg), "15"), Decimal(30))
    assert found == vials


def test_the_uncertain_band_speaks_of_the_clause_s_dose_and_not_of_a_lower_one_asked_for() -> None:
    asked = DayDose(Decimal(15), Decimal(28), Decimal(10), dose("15", "15").step)
    assert vials_for(case(bsa_m2=1.0), "48h", asked, Decimal(30)) == 1


def test_the_bags_offered_by_default_are_those_of_the_drug_file() -> None:
    assert offered(case()) == ("24h", "48h", "7d")
    assert bag_name(case(), 4) == "96h"
    assert bag_name(case(), 5) is None


@pytest.mark.parametrize(
    ("bag", "weight", "step", "allowed"),
    [
        ("7d", "22", False, True),
        ("7d", "21.9", False, False),
        ("7d", "70", True, False),
        ("48h", "3", True, True),
        ("72h", "70", False, False),
    ],
)
def test_a_bag_is_refused_by_weight_step_dose_or_offer(
    bag: BagName, weight: str, step: bool, allowed: bool
) -> None:
    low = dose("9")
    due = replace(low, step=low.step.model_copy(update={"step_dose": True})) if step else dose("28")
    fault = why_not(case(), bag, Decimal(weight), due)
    assert (fault is None) == allowed
