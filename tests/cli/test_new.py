"""``planner new``: a scenario to start from."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from planner.cli.main import main
from planner.cli.new import EXAMPLES, scenario_text
from planner.documents.base import Indication
from planner.documents.load import parse_scenario
from planner.documents.scenario import Pharmacy, Scenario

# A line that is a part of the scenario left out: '#' and then a key, or two spaces.
LEFT_OUT = re.compile(r"#(?=[a-z_]+:|  )")


def everything_put_in(indication: str) -> str:
    lines = scenario_text(indication).splitlines(keepends=True)
    return "".join(line[1:] if LEFT_OUT.match(line) else line for line in lines)


def test_there_is_an_example_for_every_indication() -> None:
    assert tuple(EXAMPLES) == get_args(Indication)


@pytest.mark.parametrize("indication", EXAMPLES)
def test_an_example_is_a_valid_scenario(indication: str) -> None:
    scenario = parse_scenario(scenario_text(indication)).scenario

    assert scenario.indication == indication
    assert scenario.pharmacy == Pharmacy()


@pytest.mark.parametrize("indication", EXAMPLES)
def test_every_line_left_out_can_be_put_in(indication: str) -> None:
    scenario = parse_scenario(everything_put_in(indication)).scenario

    given = scenario.model_fields_set
    assert given == set(Scenario.model_fields) - {"history", "as_of", "in_force"}


def test_the_values_shown_for_the_pharmacy_are_the_defaults() -> None:
    shown = parse_scenario(everything_put_in("adult-rr")).scenario.pharmacy

    for name in shown.model_fields_set - {"bags", "closed"}:
        assert getattr(shown, name) == Pharmacy.model_fields[name].default, name


def test_the_printed_text_is_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--indication", "pediatric-mrd"]) == 0
    assert capsys.readouterr().out == scenario_text("pediatric-mrd")
