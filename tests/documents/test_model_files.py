"""The shipped model files: every number as written, and every row of the drug.

What EOCCO-0382 prints is in ``tests/policies``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from planner.documents.base import Document
from planner.documents.contractors import Contractors
from planner.documents.drug import Drug
from planner.documents.growth import Bounds, Growth
from planner.documents.load import load_drug, load_policy, shipped
from planner.documents.policy import Policy, reading_value
from planner.documents.positions import read_yaml

POLICY = load_policy("eocco-0382").policy
DRUG = load_drug("blinatumomab").drug
FILES: dict[str, type[Document]] = {
    "policies/dme-mac-l33794.yaml": Policy,
    "policies/eocco-0382.yaml": Policy,
    "policies/healthpartners-045816.yaml": Policy,
    "policies/qualchoice-bi477.yaml": Policy,
    "drugs/blinatumomab.yaml": Drug,
    "growth/bounds.yaml": Bounds,
    "growth/cdc-2000.yaml": Growth,
    "medicare/contractors.yaml": Contractors,
}


def numbers(value: Any, path: str = "") -> Iterator[tuple[str, Decimal]]:
    """Every number of a value with its path."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield path, Decimal(value)
    elif isinstance(value, dict):
        for key in value:
            yield from numbers(value[key], f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from numbers(inner, f"{path}/{index}")


@pytest.mark.parametrize(("name", "model"), FILES.items(), ids=FILES)
def test_every_number_of_a_model_file_comes_back_exactly(name: str, model: type[Document]) -> None:
    raw = shipped("models").joinpath(name).read_bytes()
    written = read_yaml(raw, name).value
    value = model.model_validate(written)
    text = value.model_dump_json(by_alias=True, exclude_unset=True)
    returned = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert dict(numbers(returned)) == dict(numbers(written))
    assert model.model_validate_json(text) == value


def test_a_scenario_s_reading_wins_over_the_policy_s() -> None:
    assert reading_value(POLICY, {}, "window") == "rolling"
    assert reading_value(POLICY, {"window": "cycle"}, "window") == "cycle"
    with pytest.raises(KeyError):
        reading_value(POLICY, {}, "no such reading")


def vials(bag: str, mcg_per_day: Decimal) -> int:
    """ceil(mcg x prepared / infused / strength / usable mL of a vial)."""
    row = next(row for row in DRUG.volumes if row.bag == bag)
    ml = Fraction(mcg_per_day) * DRUG.bags[row.bag].days * Fraction(row.prepared_ml)
    ml /= Fraction(row.infused_ml) * Fraction(DRUG.vial.mcg_per_ml)
    return ceil(ml / Fraction(DRUG.vial.usable_ml))


def test_a_fixed_row_never_opens_more_vials_than_the_volume_rule() -> None:
    """The 7-day bag at 28 mcg: 17.11 mL are 6.1 vials by the rule, 6 in the printed range."""
    for row in DRUG.fixed:
        least = ceil(Fraction(row.mcg_per_day) * DRUG.bags[row.bag].days / DRUG.vial.mcg)
        assert least <= row.vials <= vials(row.bag, row.mcg_per_day)
        if row.bag != "7d":
            assert row.vials == vials(row.bag, row.mcg_per_day)


def test_the_uncertain_rows_are_where_the_rule_differs_from_the_tables() -> None:
    """48 h: 15.24 mcg a day (1.016 m2) fill one vial to the brim. 7 days: three up to 0.916 m2."""
    by_bag = {row.bag: row for row in DRUG.uncertain}
    assert by_bag["48h"].vials == vials("48h", Decimal("1.09") * 15) == 2
    assert vials("48h", Decimal("0.99") * 15) == vials("48h", Decimal("1.01") * 15) == 1
    assert vials("7d", by_bag["7d"].bsa_to * 15) == 3
    assert vials("7d", (by_bag["7d"].bsa_to + Decimal("0.01")) * 15) == 4


def test_bags_of_the_newer_generation_are_no_default() -> None:
    assert {name: bag.default for name, bag in DRUG.bags.items()} == {
        "24h": True,
        "48h": True,
        "72h": False,
        "96h": False,
        "7d": True,
    }
    assert DRUG.bags["7d"].min_weight_kg == 22
    assert DRUG.bags["72h"].min_weight_kg == DRUG.bags["96h"].min_weight_kg == Decimal("5.4")
    assert [name for name, bag in DRUG.bags.items() if not bag.for_step_dose] == ["7d"]


def test_nothing_recalled_is_shipped_as_the_label_s_value() -> None:
    def grades(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from ([value["grade"]] if "grade" in value else [])
            for inner in value.values():
                yield from grades(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from grades(inner)

    found = list(grades(DRUG.model_dump(mode="json")))
    assert len(found) > 30
    assert set(found) == {"A", "B"}
    assert {row.bag for row in DRUG.storage} == {"24h", "48h"}
    assert all(row.grade == "B" for row in (*DRUG.volumes, *DRUG.uncertain))
