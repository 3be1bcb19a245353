"""A conflict is accepted only where its rows and its words are those of the scenario within it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from planner.documents.printed import document_json
from planner.proof.recheck import refusals
from tests.proof.explained import NAMES, conflict_in
from tests.proof.test_checker import Place, at, put, resealed
from tests.sampled import sampled

CHANGED = ("broken-vial", "days-adult-rr", "fifth-cycle-late", "units-cycles-6-9")

# what carries no claim that could be recomputed (docs/proofs.md): the file that the scenario was
# read from, who found the answer, and what was tried on the way
NO_CLAIM = {
    ("scenario", "sha256"),
    ("minimal",),
    ("remedies",),
    ("evidence",),
    ("solver", "name"),
    ("solver", "version"),
    ("solver", "seed"),
    ("stopped",),
}


def document(name: str) -> dict[str, Any]:
    """The conflict as it stands in its file."""
    found: dict[str, Any] = json.loads(document_json(conflict_in(name)))
    return found


@pytest.mark.parametrize("name", sampled(NAMES))
def test_each_conflict_of_the_suite_is_found_again(name: str) -> None:
    assert refusals(document(name)) == []


def scalars(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every field with a value of its own, but those within the scenario."""
    if place == ("scenario", "document"):
        return
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from scalars(value[step], (*place, step))
    else:
        yield place


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool) or value is None:
        return not value
    return value + 1 if isinstance(value, int) else f"{value}?"


def claims(given: dict[str, Any]) -> list[Place]:
    """The fields that say something, the rows and variables of a certificate sampled."""
    found = []
    for place in scalars(given):
        named = tuple(step for step in place if isinstance(step, str))
        free = any(named[: len(some)] == some for some in NO_CLAIM)
        line = named in {("conflict", "line"), ("conflict", "assumed")}  # of a file not there
        many = place[:2] in {("certificate", "rows"), ("certificate", "variables")}
        if not (free or line or (many and isinstance(place[2], int) and place[2] % 17)):
            found.append(place)
    return found


@pytest.mark.parametrize(
    "name", [CHANGED[0], *(pytest.param(n, marks=pytest.mark.long) for n in CHANGED[1:])]
)
def test_a_conflict_with_any_field_changed_is_refused(name: str) -> None:
    given = document(name)
    places = claims(given)
    assert len(places) > 50
    for place in places:
        changed = put(given, place, other(at(given, place)))
        if place[0] == "certificate" and place[1] != "sha256":
            changed = resealed(changed)
        assert refusals(changed), place


def test_a_conflict_of_a_clause_that_bars_nothing_is_refused() -> None:
    """'x, at most 1, is at least 5' contradicts itself, and is no row of II.A."""
    given = document("broken-vial")
    given["certificate"] |= {
        "kind": "farkas",
        "variables": [{"name": "x", "low": 0, "high": 1}],
        "rows": [{"members": ["II.A"], "about": "", "terms": [[0, 1]], "low": 5, "high": None}],
        "proof": {"weights": {"0": "1"}, "split": None, "at": None, "below": None, "above": None},
    }
    faults = refusals(resealed(given))
    assert faults[0] == "there is no decision 'x'"
    assert "row 0 (II.A) is no row of the problem" in faults


def test_a_conflict_without_a_scenario_is_refused() -> None:
    """There is nothing to build its rows from."""
    given = document("broken-vial")
    del given["scenario"]
    assert refusals(given) == ["scenario: field required"]


def test_a_conflict_found_under_another_policy_file_is_refused() -> None:
    given = put(document("broken-vial"), ("policy", "sha256"), "0" * 64)
    [fault] = refusals(given)
    assert "is not the one that it was found under" in fault
