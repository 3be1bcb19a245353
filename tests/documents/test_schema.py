"""The published JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from planner.documents.load import shipped
from planner.documents.schema import conflict_schema, plan_schema, scenario_schema


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_the_shipped_schema_is_the_current_one() -> None:
    text = shipped("scenarios").joinpath("scenario.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == scenario_schema()


def test_a_schema_refers_only_to_itself() -> None:
    for schema in (scenario_schema(), plan_schema(), conflict_schema()):
        assert "$id" not in json.dumps(schema)
        for reference in references(schema):
            name = re.fullmatch(r"#/\$defs/(\w+)", reference)
            assert name
            assert name[1] in schema["$defs"]


def test_numbers_carry_their_bounds_by_their_schema_names() -> None:
    patient = scenario_schema()["$defs"]["Patient"]["properties"]
    assert patient["weight_kg"]["oneOf"][0] == {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 300,
    }
    assert patient["age"]["anyOf"][0] == {"type": "number", "minimum": 0, "maximum": 130}


def test_a_key_in_another_unit_stands_in_the_place_of_its_own() -> None:
    patient = scenario_schema()["$defs"]["Patient"]
    assert patient["oneOf"] == [{"required": ["weight_kg"]}, {"required": ["weight_lb"]}]
    assert patient["required"] == []
    assert patient["properties"]["weight_lb"]["maximum"] == 661
    assert patient["properties"]["height_in"]["type"] == "number"


def test_unknown_keys_are_marked_in_editors() -> None:
    schema = scenario_schema()
    assert schema["additionalProperties"] is False
    assert all(
        definition["additionalProperties"] is False
        for definition in schema["$defs"].values()
        if definition["type"] == "object"
    )
