"""The shipped scenarios load, teach, and name nobody."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import get_args

import pytest

from planner.api import Known
from planner.documents.base import Indication
from planner.documents.load import load_scenario, parse_scenario, shipped
from planner.documents.scenario import Scenario

FILES = sorted(
    (file for file in shipped("scenarios").iterdir() if file.name.endswith(".yaml")),
    key=lambda file: file.name,
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_shipped_scenario_holds_against_its_policy(file: Traversable) -> None:
    loaded = load_scenario(str(file))
    policy, _ = Known().matched(loaded)
    assert loaded.scenario.title
    assert policy.policy.id == loaded.scenario.policy


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_shipped_scenario_points_editors_at_the_schema(file: Traversable) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"


def test_every_indication_has_a_scenario() -> None:
    shown = {load_scenario(str(file)).scenario.indication for file in FILES}
    assert shown == set(get_args(Indication))


def test_a_scenario_knows_what_it_was_given() -> None:
    file = shipped("scenarios").joinpath("adult-rr-weekly-weekdays.yaml")
    loaded = parse_scenario(file.read_bytes(), "weekly")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert loaded.given("pharmacy.max_days_ahead")
    assert not loaded.given("pharmacy.spare_vials")
    line = loaded.line("pharmacy.bags[2]")
    assert line is not None
    assert "72h" in lines[line - 1]
    assert loaded.line("request.cycle_starts") is None


def test_a_reading_with_a_dot_in_its_name_is_found_by_its_path() -> None:
    loaded = parse_scenario(
        "format: planner-scenario/1\npolicy: eocco-0382\npatient: {weight_kg: 70}\n"
        "indication: adult-rr\nrequest: {first_infusion: 2026-01-05}\n"
        "readings:\n  units.billed: administered\n"
    )
    assert loaded.line("readings.units.billed") == 7


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_scenario_comes_back_from_its_json(file: Traversable) -> None:
    scenario = load_scenario(str(file)).scenario
    text = scenario.model_dump_json(exclude_unset=True)
    assert parse_scenario(text).scenario == scenario
    assert Scenario.model_validate_json(text) == scenario
