"""Every mapping of a scenario has an example, and every example can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_origin

import pytest

from planner.documents.examples import EXAMPLES
from planner.documents.kinds import is_document, members, step
from planner.documents.load import InputErrors, Problem, parse_scenario
from planner.documents.scenario import Scenario


def mappings(kinds: list[Any], path: str = "") -> Iterator[str]:
    """The paths under which a mapping, or a list of mappings, may stand."""
    for kind in kinds:
        if get_origin(kind) is tuple:
            yield from mappings(step(kind, 0), path)
        elif is_document(kind):
            yield path
            for name in kind.model_fields:
                yield from mappings(step(kind, name), f"{path}.{name}".strip("."))
        elif get_origin(kind) in (dict, Mapping):
            yield path


def refused(text: str) -> tuple[Problem, ...]:
    try:
        parse_scenario(text)
    except InputErrors as errors:
        return errors.problems
    return ()


def test_every_mapping_has_an_example() -> None:
    assert set(mappings(members(Scenario))) <= EXAMPLES.keys()


@pytest.mark.parametrize("path", EXAMPLES)
def test_an_example_is_read_as_it_stands(path: str) -> None:
    """Whatever else such a file lacks, nothing is wrong where the example stands."""
    keys = path.split(".") if path else []
    text = EXAMPLES[path].split(", and as_of")[0]
    for key in reversed(keys):
        text = f"[{{{key}: {text}}}]" if key == "bags" else f"{{{key}: {text}}}"
    beside = ("nothing", "cycle 1")  # what the rest of the file would hold
    wrong = [p for p in refused(text) if p.path.startswith(path) and p.found not in beside]
    assert wrong == []


def test_a_refused_mapping_is_answered_with_the_right_form() -> None:
    (problem,) = refused(EXAMPLES[""][:-1] + ", pharmacy: {hospital_days: 9}}")
    assert str(problem).endswith("\n  For example hospital_days: {1: 9, 2: 2}")
