"""JSON Schema (draft 2020-12) of the documents, for editors and for other programs.

Each document is imported when its schema is asked for: building the types takes the most time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from planner.documents.base import Document

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BOUNDS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
}


def scenario_schema() -> dict[str, Any]:
    """The schema of a scenario file. It has no ``$id`` and refers only to itself."""
    from planner.documents.scenario import DatedWeight, Patient, Scenario

    schema = _schema(Scenario, "validation")
    for kind in (Patient, DatedWeight):
        _with_other_units(schema["$defs"][kind.__name__], kind)
    return schema


def plan_schema() -> dict[str, Any]:
    """The schema of a plan as printed."""
    from planner.documents.plan import Plan

    return _schema(Plan, "serialization")


def conflict_schema() -> dict[str, Any]:
    """The schema of a conflict as printed."""
    from planner.documents.conflict import Conflict

    return _schema(Conflict, "serialization")


def options_schema() -> dict[str, Any]:
    """The schema of options as printed."""
    from planner.documents.options import Options

    return _schema(Options, "serialization")


def parties_schema() -> dict[str, Any]:
    """The schema of a file of parties, for electronic claims."""
    from planner.documents.parties import Parties

    return _schema(Parties, "validation")


def events_schema() -> dict[str, Any]:
    """The schema of a file of events, for a replan."""
    from planner.documents.events import Events

    return _schema(Events, "validation")


def _schema(model: type[Document], mode: Literal["validation", "serialization"]) -> dict[str, Any]:
    schema = _bounded(model.model_json_schema(by_alias=True, mode=mode))
    return {"$schema": DIALECT, **schema}


def _with_other_units(schema: dict[str, Any], kind: type[Document]) -> None:
    """A key in another unit stands in the place of its own."""
    for key, unit in kind.in_other_units.items():
        schema["properties"][key] = {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": unit.most,
            "description": f"{unit.name.capitalize()}, in the place of {unit.key}.",
        }
        if unit.key in schema["required"]:
            schema["required"].remove(unit.key)
            schema["oneOf"] = [{"required": [unit.key]}, {"required": [key]}]


def _bounded(value: Any) -> Any:
    """Bounds of exact numbers by their names in JSON Schema."""
    if isinstance(value, Mapping):
        number = value.get("type") == "number"
        return {_BOUNDS.get(key, key) if number else key: _bounded(value[key]) for key in value}
    return [_bounded(item) for item in value] if isinstance(value, list) else value
