"""The shipped policy and drug files: every clause, every number, every reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from planner.documents.base import Document
from planner.documents.contractors import Contractors
from planner.documents.drug import Drug
from planner.documents.load import load_drug, load_policy, shipped
from planner.documents.policy import (
    AuthorizationClause,
    CyclesClause,
    DiagnosesClause,
    DoseClause,
    InfusionDaysClause,
    LengthClause,
    Policy,
    QuantityClause,
    RenewalClause,
    UnitsClause,
    reading_value,
)
from planner.documents.positions import read_yaml

POLICY = load_policy("eocco-0382").policy
DRUG = load_drug("blinatumomab").drug
REGIMENS = {
    "rr": ("adult-rr", "pediatric-rr"),
    "consolidation": ("adult-consolidation",),
    "mrd": ("pediatric-mrd",),
    "interfant": ("infant-interfant",),
}
FILES: dict[str, type[Document]] = {
    "policies/eocco-0382.yaml": Policy,
    "drugs/blinatumomab.yaml": Drug,
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


def test_the_policy_has_every_clause_and_no_other() -> None:
    """No cycle length is printed for the Interfant regimen."""
    sections = ["dose", "days", "length", "cycles"]
    expected = {f"V.{regimen}.{part}" for regimen in REGIMENS for part in sections}
    expected -= {"V.interfant.length"}
    expected |= {"I.rr.initial", "I.rr.continued", "I.consolidation", "I.mrd", "I.interfant"}
    expected |= {"II.A", "II.B.cycles-1-5", "II.B.cycles-6-9", "VI.hcpcs", "VI.ndc"}
    expected |= {"IV.rr.continued-cycles", "IV.rr.total-cycles"}
    expected |= {"IV.consolidation", "IV.mrd", "IV.interfant", "App1", "App2"}
    assert set(POLICY.clauses) == expected


def test_every_clause_is_dated_and_speaks_of_its_own_indications() -> None:
    for name, clause in POLICY.clauses.items():
        assert clause.effective_from == date(2023, 3, 31)
        regimen = name.split(".")[1] if "." in name else ""
        if regimen in REGIMENS:
            assert clause.indications == REGIMENS[regimen]
        else:
            assert len(clause.indications) == 5


@pytest.mark.parametrize(
    ("name", "length", "cycles", "in_all", "phases"),
    [
        ("I.rr.initial", (30, "weeks"), 5, None, [("induction", 2), ("consolidation", 3)]),
        ("I.rr.continued", (24, "weeks"), 2, 4, [("continued", 4)]),
        ("I.consolidation", (24, "weeks"), 4, None, [("induction", 1), ("consolidation", 3)]),
        ("I.mrd", (24, "weeks"), 4, None, [("induction", 1), ("consolidation", 3)]),
        ("I.interfant", (28, "days"), 1, None, [("induction", 1)]),
    ],
)
def test_authorizations_last_and_cover_as_section_i_says(
    name: str,
    length: tuple[int, str],
    cycles: int,
    in_all: int | None,
    phases: list[tuple[str, int]],
) -> None:
    clause = POLICY.clauses[name]
    assert isinstance(clause, AuthorizationClause)
    assert (clause.length.count, clause.length.unit) == length
    assert (clause.cycles, clause.cycles_in_all) == (cycles, in_all)
    assert [(phase.phase, phase.cycles) for phase in clause.phases] == phases
    assert clause.at_most == (2 if name == "I.rr.continued" else 1)
    assert clause.kind == ("continued" if name == "I.rr.continued" else "initial")


def test_limits_are_those_of_section_ii() -> None:
    """980 units are 28 vials of 35 mcg."""
    vials = POLICY.clauses["II.A"]
    assert isinstance(vials, QuantityClause)
    assert (vials.limit, vials.per_days) == (28, 42)
    for name, days, cycles in (("1-5", 42, (1, 5)), ("6-9", 84, (6, 9))):
        units = POLICY.clauses[f"II.B.cycles-{name}"]
        assert isinstance(units, UnitsClause)
        assert (units.limit, units.per_days) == (980, days)
        assert (units.cycles.first, units.cycles.last) == cycles
    assert vials.limit * DRUG.vial.mcg == 980


def test_renewals_are_those_of_section_iv() -> None:
    found = {
        name: (clause.renewable, clause.continued_cycles, clause.total_cycles)
        for name, clause in POLICY.clauses.items()
        if isinstance(clause, RenewalClause)
    }
    assert found == {
        "IV.rr.continued-cycles": (True, 4, None),
        "IV.rr.total-cycles": (True, None, 9),
        "IV.consolidation": (False, None, None),
        "IV.mrd": (False, None, None),
        "IV.interfant": (False, None, None),
    }


@pytest.mark.parametrize(
    ("regimen", "cycles", "lengths"),
    [
        ("rr", 9, [(1, 5, 42), (6, 9, 84)]),
        ("consolidation", 4, [(1, 4, 42)]),
        ("mrd", 4, [(1, 4, 42)]),
        ("interfant", 1, []),
    ],
)
def test_cycles_are_those_of_section_v(
    regimen: str, cycles: int, lengths: list[tuple[int, int, int]]
) -> None:
    most, days = POLICY.clauses[f"V.{regimen}.cycles"], POLICY.clauses[f"V.{regimen}.days"]
    assert isinstance(most, CyclesClause)
    assert isinstance(days, InfusionDaysClause)
    assert (most.at_most, days.days) == (cycles, 28)
    length = POLICY.clauses.get(f"V.{regimen}.length")
    rows = length.rows if isinstance(length, LengthClause) else ()
    assert [(row.cycles.first, row.cycles.last, row.days) for row in rows] == lengths


def steps(regimen: str, bracket: int) -> list[list[tuple[int, object, object, object, bool]]]:
    clause = POLICY.clauses[f"V.{regimen}.dose"]
    assert isinstance(clause, DoseClause)
    return [
        [(s.days, s.mcg_per_day, s.mcg_per_m2_per_day, s.not_above, s.step_dose) for s in row.steps]
        for row in clause.brackets[bracket].rows
    ]


def test_relapsed_disease_opens_with_the_step_dose() -> None:
    """9 then 28 mcg, or 5 then 15 mcg/m2 up to 9 and 28; from cycle 2 the full dose throughout."""
    full: tuple[int, object, object, object, bool]
    full, by_surface = (28, 28, None, None, False), (28, None, 15, 28, False)
    first: list[tuple[int, object, object, object, bool]]
    first = [(7, 9, None, None, True), (21, 28, None, None, False)]
    assert steps("rr", 0) == [first, [full], [full]]
    first = [(7, None, 5, 9, True), (21, None, 15, 28, False)]
    assert steps("rr", 1) == [first, [by_surface], [by_surface]]


@pytest.mark.parametrize("regimen", ["consolidation", "mrd"])
def test_other_regimens_give_the_full_dose_from_the_first_day(regimen: str) -> None:
    assert steps(regimen, 0) == [[(28, 28, None, None, False)]]
    assert steps(regimen, 1) == [[(28, None, 15, 28, False)]]


def test_infants_are_dosed_by_surface_at_any_weight() -> None:
    clause = POLICY.clauses["V.interfant.dose"]
    assert isinstance(clause, DoseClause)
    assert [(b.from_kg, b.below_kg) for b in clause.brackets] == [(None, None)]
    assert steps("interfant", 0) == [[(28, None, 15, 28, False)]]


@pytest.mark.parametrize("regimen", ["rr", "consolidation", "mrd"])
def test_forty_five_kilograms_belong_to_the_fixed_dose(regimen: str) -> None:
    clause = POLICY.clauses[f"V.{regimen}.dose"]
    assert isinstance(clause, DoseClause)
    assert [(b.from_kg, b.below_kg) for b in clause.brackets] == [(45, None), (None, 45)]


def test_thirteen_diagnoses_are_covered() -> None:
    clause = POLICY.clauses["App1"]
    assert isinstance(clause, DiagnosesClause)
    codes = [code.code for code in clause.codes]
    assert codes == [f"C83.5{n}" for n in range(10)] + ["C91.00", "C91.01", "C91.02"]


def test_readings_have_the_defaults_agreed() -> None:
    assert {name: reading.default for name, reading in POLICY.readings.items()} == {
        "window": "rolling",
        "units.range": "by-cycle",
        "date_of_service": "hang",
        "units.billed": "opened",
        "authorization.covers": "service",
        "authorization.start": "first-service",
        "quantity.days_supply": "off",
        "refill_threshold": "off",
        "interruption.length": "extends",
        "III.adult.consolidation.connector": "or",
        "III.adult.consolidation.mrd-single-agent": "or",
    }


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
