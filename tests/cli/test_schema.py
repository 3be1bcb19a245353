"""``planner schema``: what editors check files against."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner.cli.main import main
from planner.documents.conflict import Conflict
from planner.documents.plan import Plan
from planner.documents.scenario import Scenario


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["schema", *arguments]) == 0
    schema: dict[str, Any] = json.loads(capsys.readouterr().out)
    return schema


def test_the_scenario_schema_has_every_key_and_refuses_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    schema = printed(capsys)

    assert list(schema["properties"]) == list(Scenario.model_fields)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"format", "policy", "patient", "indication", "request"}


def test_the_conflict_schema_has_the_window_by_the_names_that_are_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    schema = printed(capsys, "conflict")

    assert list(schema["properties"]) == list(Conflict.model_fields)
    assert list(schema["$defs"]["Window"]["properties"]) == [
        *("clause", "from", "to", "sum", "limit", "unit", "entries"),
    ]
    assert {"date", "amount", "says"} <= set(schema["$defs"]["WindowEntry"]["properties"])


def test_the_plan_schema_has_the_names_that_are_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    schema = printed(capsys, "plan")

    assert list(schema["properties"]) == list(Plan.model_fields)
    assert {"from", "to"} < set(schema["$defs"]["Limit"]["properties"])


def test_a_schema_names_its_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
