"""Every number that is read has a bound, and a number beyond it is refused with that bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import AfterValidator

from planner.documents.base import Document
from planner.documents.drug import Drug
from planner.documents.growth import Bounds, Growth
from planner.documents.kinds import is_document, members, step
from planner.documents.load import InputErrors, load_drug, parse_scenario, shipped
from planner.documents.policy import Policy
from planner.documents.positions import read_yaml
from planner.documents.scenario import Scenario
from planner.documents.schema import scenario_schema

LIMITS = {"maximum", "exclusiveMaximum", "le", "lt"}
HUGE = 10**18
WHOLE = """
format: planner-scenario/1
policy: eocco-0382
patient: {age: 41, weight_kg: 70, height_cm: 175, bsa_m2: 1.85, facts: {mrd: {percent: 0.3}}}
indication: adult-rr
authorizations: [{kind: initial, cycles: 5, units: 4900}, {kind: continued, cycles: [6]}]
pharmacy: {transit_days: 1, max_days_ahead: 9, spare_vials: 0, renewal_lead_days: 14,
  storage: {7d: {days: 14, source: own}},
  preparation: [{bag: 7d, mcg_per_day: 28, vials: 6, source: own},
    {bag: 7d, mcg_per_m2_per_day: 15, vials: 6, source: own}],
  hospital_days: {1: 9}, change_weights: {start: 9, visit: 4, dispense: 2, vials: 1, claim: 1,
  unused: 3, told: 3, shipped: 5, told_days: 14, bands: [{days: 1, factor: 1}], more: 4, beyond: 4}}
readings: {refill_threshold: 0.8}
request: {first_infusion: 2026-01-05, cycles: 5, daily_dose_mcg: 28, max_delay_days: 28,
  dispenses: [{date: 2026-01-02, vials: 28, cycle: 2}],
  claims: [{date: 2026-01-05, units: 35, cycle: 2}],
  pins: [{cycle: 2, visit: 2026-02-16, days: 2, dispense: 2026-02-13, vials: 9}]}
in_force:
  unused: 2
  cycles: [{cycle: 2, start: 2026-02-16, disconnect: 2026-03-16}]
  visits: [{date: 2026-02-16, cycle: 2, days: 2}]
  dispenses: [{date: 2026-02-13, cycle: 2, vials: 9}]
as_of: 2026-01-20
history:
  cycles: [{cycle: 1, start: 2026-01-05, bags: [{hang: 2026-01-05, days: 2, vials: 2}]}]
  dispenses: [{date: 2026-01-02, vials: 28, cycle: 1}]
  claims: [{date: 2026-01-05, units: 35, cycle: 1}]
  wasted: [{date: 2026-01-05, vials: 1, cycle: 1}]
  interruptions: [{cycle: 1, start: 2026-01-07, days: 3}]
"""
Keys = tuple[str | int, ...]


def unbounded(schema: Any, path: str = "") -> Iterator[str]:
    """The numbers of a JSON Schema that may be as great as they like."""
    if isinstance(schema, dict):
        if schema.get("type") in ("integer", "number") and not LIMITS & schema.keys():
            yield path
        for key, inner in schema.items():
            yield from unbounded(inner, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, inner in enumerate(schema):
            yield from unbounded(inner, f"{path}/{index}")


def numbers(value: Any, path: Keys = ()) -> Iterator[Keys]:
    """The places of a value's numbers."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from numbers(inner, (*path, index))
    elif not isinstance(value, str | bool | None):
        yield path


def with_huge(value: Any, path: Keys) -> Any:
    if not path:
        return HUGE
    if isinstance(value, dict):
        return {key: with_huge(v, path[1:]) if key == path[0] else v for key, v in value.items()}
    return [with_huge(v, path[1:]) if i == path[0] else v for i, v in enumerate(value)]


def written(value: Any) -> str:
    """A value as JSON, with each number as it was written."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {written(inner)}' for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return '"' + value.replace('"', '\\"') + '"' if isinstance(value, str) else str(value)


SCENARIO = read_yaml(WHOLE.encode(), "-").value
DRUG = read_yaml(
    shipped("models").joinpath("drugs", "blinatumomab.yaml").read_bytes(), "drug"
).value


def bare(annotation: Any, marks: tuple[Any, ...] = ()) -> bool:
    """Whether a number of any size is of a type, as far as its own marks say."""
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return bare(inner[0], (*marks, *inner[1:]))
    if get_origin(annotation) in (Union, UnionType):
        return any(bare(one, marks) for one in inner)
    if get_origin(annotation) in (tuple, dict, Mapping):
        return bare(inner[0] if get_origin(annotation) is tuple else inner[-1])
    marks = tuple(one for mark in marks for one in (mark, *getattr(mark, "metadata", ())))
    return annotation in (int, Decimal) and not any(
        hasattr(mark, "le") or hasattr(mark, "lt") or isinstance(mark, AfterValidator)
        for mark in marks
    )


def documents_of(kind: type[Document]) -> Iterator[type[Document]]:
    yield kind
    for field in kind.model_fields.values():
        kinds = members(field.annotation)
        for one in kinds:
            kinds += step(one, 0) if get_args(one) else []
            if is_document(one):
                yield from documents_of(one)


@pytest.mark.parametrize("model", [Scenario, Drug, Policy, Growth, Bounds])
def test_every_number_of_a_file_has_a_bound(model: type[Document]) -> None:
    kinds = list(documents_of(model))
    assert len(kinds) >= 3
    assert [
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name, field in kind.model_fields.items()
        if bare(field.annotation, tuple(field.metadata))
    ] == []


def test_the_published_schema_names_every_bound() -> None:
    assert list(unbounded(scenario_schema())) == []


def test_the_scenario_tried_has_every_number_that_a_scenario_can_have() -> None:
    tried = {next(p for p in reversed(path) if isinstance(p, str) and not p.isdigit())
             for path in numbers(SCENARIO)}  # fmt: skip
    schema = scenario_schema()
    kinds = [schema, *schema["$defs"].values()]
    known = {name for kind in kinds for name, inner in kind.get("properties", {}).items()
             if re.search(r"'type': '(integer|number)'", str(inner))}  # fmt: skip
    assert known - tried == {
        "readings",
        "kg",
        "lb",
        "weight_lb",
        "height_in",
    }  # below, and in test_lenient


@pytest.mark.parametrize("patient", ["weight_kg: [{date: 2026-01-05, kg: X}]", "weight_lb: X",
    "weight_kg: [{date: 2026-01-05, lb: X}]", "weight_kg: 70, height_in: X"])  # fmt: skip
def test_a_huge_weight_in_any_form_is_refused_with_its_bound(patient: str) -> None:
    with pytest.raises(InputErrors) as refused:
        parse_scenario(f"patient: {{{patient.replace('X', str(HUGE))}}}")
    says = [p for p in refused.value.problems if str(HUGE) in p.found]
    assert len(says) == 1
    assert re.search(r"up to \d+", says[0].allowed)


@pytest.mark.parametrize("path", list(numbers(SCENARIO)), ids=str)
def test_a_huge_number_in_a_scenario_is_refused_with_its_bound(path: Keys) -> None:
    with pytest.raises(InputErrors) as refused:
        parse_scenario(written(with_huge(SCENARIO, path)), models_dirs=())
    says = [p for p in refused.value.problems if str(HUGE) in p.found]
    if path[0] == "readings":  # its bound is the policy's: a share up to 1
        assert says[0].allowed.endswith("at most 1000000")
        return
    assert len(says) == 1
    assert re.search(r"(at most|up to|and up to) \d+", says[0].allowed)


@pytest.mark.parametrize("path", list(numbers(DRUG)), ids=str)
def test_a_huge_number_in_a_drug_file_is_refused_with_its_bound(path: Keys, tmp_path: Path) -> None:
    file = tmp_path / "drug.yaml"
    file.write_text(written(with_huge(DRUG, path)), encoding="utf-8")
    with pytest.raises(InputErrors) as refused:
        load_drug(file)
    says = [p for p in refused.value.problems if str(HUGE) in p.found]
    assert len(says) == 1
    assert re.search(r"at most \d+", says[0].allowed)
