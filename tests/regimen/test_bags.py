"""Vials for one bag: every fixed row and every volume row of the drug file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from planner.documents.base import BagName
from planner.documents.drug import Drug
from planner.documents.scenario import Pharmacy
from planner.regimen.bags import Dosed, default_bags, options
from planner.regimen.course import BagOption, Segment
from tests.oracle.builders import small_drug
from tests.regimen.samples import DRUG, course

EVERY: tuple[BagName, ...] = ("24h", "48h", "72h", "96h", "7d")


def for_adult(dose: int, *, step_dose: bool = False, drug: Drug = DRUG) -> dict[str, BagOption]:
    dosed = Dosed(Decimal(dose), Decimal(45), step_dose)
    found, _ = options(drug, Pharmacy(), EVERY, dosed, 1)
    return {option.name: option for option in found}


def segment(cycle: int, position: int, **parts: Any) -> Segment:
    chosen = next(c for c in course(**parts).cycles if c.number == cycle)
    return chosen.variants[0].segments[position]


def for_child(surface: str, bags: tuple[str, ...] = EVERY, kg: int = 30) -> dict[str, BagOption]:
    """The bags at 15 mcg/m2 a day."""
    full = segment(
        2, 0, patient={"weight_kg": kg, "bsa_m2": Decimal(surface)}, pharmacy={"bags": bags}
    )
    return {option.name: option for option in full.options}


@pytest.mark.parametrize(
    ("dose", "bag", "vials"),
    [
        (9, "24h", 1),  # 9 mcg of a vial of 35
        (28, "24h", 1),
        (9, "48h", 1),  # 18
        (28, "48h", 2),  # 56 > 35
        (9, "72h", 1),  # 27
        (28, "72h", 3),  # 84 > 70
        (9, "96h", 2),  # 36 > 35
        (28, "96h", 4),  # 112 > 105
        (28, "7d", 6),  # 196 > 175
    ],
)
def test_from_45_kg_the_fixed_row_says_how_many_vials(dose: int, bag: str, vials: int) -> None:
    option = for_adult(dose)[bag]
    assert option.vials == vials
    assert option.rows[0].row == f"{bag} at {dose} mcg/day"


@pytest.mark.parametrize(
    ("dose", "bag", "administered", "discarded"),
    [
        (28, "24h", 28, 7),  # 35 - 28
        (9, "24h", 9, 26),  # 35 - 9
        (28, "48h", 56, 14),  # 70 - 56
        (28, "7d", 196, 14),  # 210 - 196
    ],
)
def test_a_bag_bills_what_it_holds_and_what_is_left_of_its_vials(
    dose: int, bag: str, administered: int, discarded: int
) -> None:
    option = for_adult(dose)[bag]
    assert option.mcg == administered
    assert option.administered == administered
    assert option.opened - option.administered == discarded


def test_the_step_dose_has_no_bag_of_seven_days() -> None:
    assert list(for_adult(9, step_dose=True)) == ["24h", "48h", "72h", "96h"]


# A bag of 24 h to 96 h is prepared with 275.5 mL for 240 mL infused: 1.147917 times its mcg; one of
# 7 days with 110 mL for 100.8 mL: 1.091270 times. 12.5 mcg/mL, and 2.8 mL to a vial.
@pytest.mark.parametrize(
    ("surface", "bag", "vials"),
    [
        ("0.50", "24h", 1),  # 7.5 mcg: 8.609 mcg, 0.689 mL
        ("1.86", "24h", 1),  # 27.9: 32.027, 2.562 mL
        ("0.99", "48h", 1),  # 29.7: 34.093, 2.727 mL
        ("1.10", "48h", 2),  # 33: 37.881, 3.031 mL
        ("1.86", "48h", 2),  # 55.8: 64.054, 5.124 mL
        ("0.60", "72h", 1),  # 27: 30.994, 2.479 mL
        ("0.80", "72h", 2),  # 36: 41.325, 3.306 mL
        ("0.80", "96h", 2),  # 48: 55.1, 4.408 mL
        ("1.20", "96h", 3),  # 72: 82.65, 6.612 mL
        ("0.92", "7d", 4),  # 96.6: 105.417, 8.433 mL, 3.01 vials
        ("1.22", "7d", 4),  # 128.1: 139.792, 11.183 mL, 3.99
        ("1.23", "7d", 5),  # 129.15: 140.938, 11.275 mL, 4.03
        ("1.52", "7d", 5),  # 159.6: 174.167, 13.933 mL, 4.98
        ("1.53", "7d", 6),  # 160.65: 175.313, 14.025 mL, 5.01
    ],
)
def test_below_45_kg_the_volume_rule_says_how_many_vials(
    surface: str, bag: str, vials: int
) -> None:
    option = for_child(surface)[bag]
    assert option.vials == vials
    assert option.rows[0].row == f"{bag} by volume"
    assert option.uncertain is None


@pytest.mark.parametrize(
    ("surface", "bag", "by_rule", "planned"),
    [
        ("1.00", "48h", 1, 2),  # 30 mcg: 34.438, 2.755 mL
        ("1.01", "48h", 1, 2),  # 30.3: 34.782, 2.783 mL
        ("1.02", "48h", 2, 2),  # 30.6: 35.126, 2.810 mL
        ("1.09", "48h", 2, 2),  # 32.7: 37.537, 3.003 mL
        ("0.50", "7d", 2, 4),  # 52.5: 57.292, 4.583 mL, 1.64 vials
        ("0.91", "7d", 3, 4),  # 95.55: 104.271, 8.342 mL, 2.98
    ],
)
def test_where_the_rule_is_uncertain_the_safer_figure_is_planned_and_said(
    surface: str, bag: str, by_rule: int, planned: int
) -> None:
    unmarked = course_without_marks(surface)[bag]
    option = for_child(surface)[bag]
    assert (unmarked.vials, option.vials) == (by_rule, planned)
    assert option.uncertain is not None
    assert "the safer" in option.uncertain


def course_without_marks(surface: str) -> dict[str, BagOption]:
    dosed = Dosed(Decimal(15) * Decimal(surface), Decimal(30))
    found, _ = options(DRUG, Pharmacy(), EVERY, dosed, 1)
    return {option.name: option for option in found}


def test_a_requested_dose_of_an_uncertain_surface_is_not_marked() -> None:
    full = segment(
        2,
        0,
        patient={"weight_kg": 30, "bsa_m2": Decimal("1.05")},
        request={"daily_dose_mcg": 10},
    )
    two_days = next(o for o in full.options if o.name == "48h")
    assert two_days.uncertain is None
    assert two_days.vials == 1  # 20 mcg: 22.958, 1.837 mL


def test_administered_units_are_rounded_up() -> None:
    # 15 x 0.83 = 12.45 mcg a day: 13 units of a day, 25 of two (24.90), 88 of seven (87.15)
    bags = for_child("0.83")
    assert [bags[name].administered for name in ("24h", "48h", "7d")] == [13, 25, 88]
    assert bags["48h"].mcg == Decimal("24.90")


def test_units_of_several_mcg_count_the_vials_they_fill() -> None:
    dosed = Dosed(Decimal(6), Decimal(70))
    (option,), _ = options(small_drug(bags=("48h",)), Pharmacy(), ["48h"], dosed, 5)
    # 12 mcg are 3 units of 5 mcg, begun ones counted; 2 vials of 10 mcg are 4
    assert (option.administered, option.opened) == (3, 4)


@pytest.mark.parametrize(("kg", "offered"), [(22, True), (21, False)])
def test_the_bag_of_seven_days_is_for_22_kg_and_more(kg: int, offered: bool) -> None:
    assert ("7d" in for_child("0.95", kg=kg)) is offered


def test_by_default_24_h_48_h_and_7_days_are_offered() -> None:
    assert default_bags(DRUG) == ("24h", "48h", "7d")
    assert [o.name for o in segment(2, 0).options] == ["24h", "48h", "7d"]


def test_ready_made_bags_are_those_with_storage_days_and_keep_for_these() -> None:
    ready = segment(2, 0, pharmacy={"ready_made": True, "bags": EVERY})
    assert [(o.name, o.kept_days) for o in ready.options] == [("24h", 8), ("48h", 8)]
    travelling = segment(2, 0, pharmacy={"bags": EVERY})
    assert [o.kept_days for o in travelling.options] == [None] * 5


def test_a_bag_without_any_row_cannot_be_prepared() -> None:
    bare = DRUG.model_copy(update={"fixed": (), "volumes": DRUG.volumes[:1]})
    assert list(for_adult(28, drug=bare)) == ["24h"]


def test_the_vials_of_a_fixed_row_are_for_its_weight_and_dose_alone() -> None:
    # at 27 mcg a day no fixed row fits: 54 mcg of 48 h are 61.9875, 4.959 mL, 2 vials
    assert for_adult(27)["48h"].rows[0].row == "48h by volume"
    assert for_adult(27)["48h"].vials == 2


OWN = {"bag": "7d", "source": "procedure 12"}


def test_a_row_of_the_pharmacy_s_own_wins_and_is_shown_as_its_own() -> None:
    row = {**OWN, "mcg_per_day": 28, "vials": 7}
    seven = segment(2, 0, pharmacy={"bags": ("7d",), "preparation": [row]}).options[0]
    assert seven.vials == 7
    [used] = seven.rows
    assert (used.own, used.grade, used.source) == (True, None, "procedure 12")


def test_the_step_dose_is_in_a_7_day_bag_only_where_a_row_says_so() -> None:
    # 9 x 7 = 63 mcg in two vials of 35
    step = segment(1, 0, pharmacy={"bags": ("7d",)})
    assert step.options == ()
    assert "the step dose" in step.left_out[0].reason
    row = {**OWN, "mcg_per_day": 9, "vials": 2}
    [seven] = segment(1, 0, pharmacy={"bags": ("7d",), "preparation": [row]}).options
    assert (seven.vials, seven.mcg) == (2, Decimal(63))


def test_a_row_by_body_surface_is_for_the_clause_s_dose_alone() -> None:
    pharmacy = {"bags": ("7d",), "preparation": [{**OWN, "mcg_per_m2_per_day": 15, "vials": 3}]}
    child = {"weight_kg": 30, "bsa_m2": Decimal("0.90")}
    # 15 x 0.9 x 7 = 94.5 mcg, of the 105 that three vials hold; four by the uncertain band
    assert segment(2, 0, patient=child, pharmacy=pharmacy).options[0].vials == 3
    asked = {"daily_dose_mcg": 13}
    other = segment(2, 0, patient=child, pharmacy=pharmacy, request=asked).options[0]
    assert not other.rows[0].own


def test_a_row_whose_vials_do_not_hold_the_dose_is_left_out() -> None:
    pharmacy = {"bags": ("7d",), "preparation": [{**OWN, "mcg_per_m2_per_day": 15, "vials": 3}]}
    child = {"weight_kg": 30, "bsa_m2": Decimal("1.10")}  # 15 x 1.1 x 7 = 115.5 > 105
    full = segment(2, 0, patient=child, pharmacy=pharmacy)
    assert full.options == ()
    assert "105 mcg" in full.left_out[0].reason


def test_storage_of_the_pharmacy_s_own_lets_a_bag_be_sent_ready() -> None:
    pharmacy = {"ready_made": True, "bags": ("48h", "7d")}
    full = segment(2, 0, pharmacy=pharmacy)
    assert [(one.bag, "pharmacy.storage" in one.reason) for one in full.left_out] == [("7d", True)]
    stored = {"7d": {"days": 14, "source": "procedure 12"}}
    full = segment(2, 0, pharmacy={**pharmacy, "storage": stored})
    assert [(o.name, o.kept_days, o.rows[1].own) for o in full.options] == [
        ("48h", 8, False),
        ("7d", 14, True),
    ]
