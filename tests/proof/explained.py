"""The suite of infeasible scenarios, each explained once for all tests that look at it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from planner import explain, load_scenario
from planner.constraints.system import Row, System
from planner.constraints.words import in_words
from planner.deadline import Deadline
from planner.documents.conflict import Conflict
from planner.proof import conflict as conflict_module
from planner.proof.explain import Explanation
from planner.proof.explain import explain as explain_course
from planner.regimen.build import course_of
from planner.regimen.course import Course
from tests.proof.models import DRUG, known

FOLDER = Path(__file__).parents[2] / "scenarios" / "infeasible"
NAMES = sorted(p.name.removesuffix(".expected.json") for p in FOLDER.glob("*.expected.json"))


def expected_of(name: str) -> dict[str, Any]:
    """The conflict that a scenario has to be refused with."""
    found: dict[str, Any] = json.loads(
        (FOLDER / f"{name}.expected.json").read_text(encoding="utf-8")
    )
    return found


@lru_cache
def course_in(name: str) -> Course:
    """The course of a scenario."""
    scenario = load_scenario(FOLDER / f"{name}.yaml").scenario
    return course_of(scenario, known().policy(scenario.policy).policy, DRUG)


@lru_cache
def answered(name: str) -> tuple[Conflict, Explanation]:
    """The conflict as it is shown, and the explanation that was found on the way."""
    kept: list[Explanation | None] = []

    def keeping(course: Course, deadline: Deadline) -> Explanation | None:
        kept.append(explain_course(course, deadline))
        return kept[-1]

    with patch.object(conflict_module, "explain", keeping):
        conflict = explain(load_scenario(FOLDER / f"{name}.yaml"), evidence=True, known=known())
    assert conflict is not None
    [found] = kept
    assert found is not None
    return conflict, found


def explained(name: str) -> Explanation:
    """The explanation of a scenario."""
    return answered(name)[1]


def conflict_in(name: str) -> Conflict:
    """The conflict of a scenario, with its evidence."""
    return answered(name)[0]


def cited(name: str) -> System:
    """Of the part of the problem that a certificate is of, the rows that it cites and no others:
    if these cannot be kept, the part cannot.

    Raises:
        LookupError: it cites a row that no part has.
    """
    certificate = conflict_in(name).certificate
    named = [variable.name for variable in certificate.variables]
    wanted = {
        (row.members, row.about, row.low, row.high, frozenset((named[v], c) for v, c in row.terms))
        for row in certificate.rows
    }
    for part in explained(name).systems():
        names = [" ".join(in_words(key)) for key in part.keys]
        by_text = {
            (
                row.members,
                " ".join(in_words(row.instance)),
                row.low,
                row.high,
                frozenset((names[v], c) for v, c in row.terms),
            ): row
            for row in part.rows
        }
        if wanted and wanted <= by_text.keys():
            return _of_rows(part, [row for text, row in by_text.items() if text in wanted])
    raise LookupError(name)


def _of_rows(part: System, rows: Iterable[Row]) -> System:
    smaller = System()
    for key, low, high in zip(part.keys, part.low, part.high, strict=True):
        smaller.variable(key, low, high)
    for row in rows:
        smaller.add(row.members, row.instance, row.terms, low=row.low, high=row.high)
    return smaller
