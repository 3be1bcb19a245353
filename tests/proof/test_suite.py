"""The suite of infeasible scenarios: each one step over a limit, with its pair at the limit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from planner import explain, load_scenario, plan
from planner.constraints.model import build
from planner.constraints.system import Only
from planner.documents.conflict import Conflict
from planner.documents.load import load_drug, load_policy
from planner.documents.outcome import Infeasible
from planner.documents.plan import Plan
from planner.proof.checker import check
from planner.proof.explain import Explanation
from planner.proof.explain import explain as explain_course
from planner.proof.judge import Ruling
from planner.proof.second import second_opinion
from planner.regimen.build import course_of
from planner.regimen.course import Course
from planner.search.schedule import cycle_keys, values_on

FOLDER = Path(__file__).parents[2] / "scenarios" / "infeasible"
LIMIT = "-at-the-limit"
NAMES = sorted(p.name.removesuffix(".expected.json") for p in FOLDER.glob("*.expected.json"))
SMALL = 2  # cycles of a course whose whole system the second engine is asked about
MINUTE = 60_000


def expected_of(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        (FOLDER / f"{name}.expected.json").read_text(encoding="utf-8")
    )
    return found


@lru_cache
def course_in(name: str) -> Course:
    scenario = load_scenario(FOLDER / f"{name}.yaml").scenario
    policy, drug = load_policy(scenario.policy), load_drug(scenario.drug)
    return course_of(scenario, policy.policy, drug.drug)


@lru_cache
def explained(name: str) -> Explanation:
    found = explain_course(course_in(name))
    assert found is not None
    return found


@lru_cache
def conflict_in(name: str) -> Conflict:
    found = explain(load_scenario(FOLDER / f"{name}.yaml"))
    assert found is not None
    return found


def test_every_scenario_has_its_pair_and_its_expected_conflict() -> None:
    stems = {p.stem for p in FOLDER.glob("*.yaml")}
    assert stems == {*NAMES, *(name + LIMIT for name in NAMES)}


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_at_the_limit_is_planned(name: str) -> None:
    made = plan(load_scenario(FOLDER / f"{name}{LIMIT}.yaml"))
    assert isinstance(made, Plan)
    assert made.audit.violations == ()


@pytest.mark.parametrize("name", NAMES)
def test_one_step_over_the_limit_is_refused_with_the_expected_conflict(name: str) -> None:
    assert isinstance(plan(load_scenario(FOLDER / f"{name}.yaml")), Infeasible)
    conflict = conflict_in(name)
    assert {
        "members": sorted(m.id for m in conflict.conflict),
        "certificate": conflict.certificate.kind,
        "because": conflict.because,
    } == expected_of(name)
    assert conflict.proven
    assert conflict.minimal
    assert check(json.loads(conflict.model_dump_json())) == []


@pytest.mark.parametrize("name", NAMES)
def test_without_any_one_member_a_calendar_keeps_all_rows_of_the_others(name: str) -> None:
    """By plain evaluation of every row, on a system built from the other members alone."""
    course, found = course_in(name), explained(name)
    members = [m.id for m in found.members]
    assert [left_out for left_out, _ in found.evidence] == members
    for left_out, schedule in found.evidence:
        others = Only(frozenset(members) - {left_out})
        numbers = set(schedule.origins())
        board = build(
            course,
            others,
            cycles=[c for c in course.cycles if c.number in numbers],
            origins={number: (origin,) for number, origin in schedule.origins().items()},
            only={key for chosen in schedule.cycles for key in cycle_keys(chosen)},
        )
        values = values_on(board, schedule)
        assert values is not None, left_out
        assert board.system.broken(values) is None, left_out


@pytest.mark.parametrize("name", NAMES)
def test_the_second_engine_finds_no_calendar_under_the_members(name: str) -> None:
    """On the whole of a short course; on the part where the conflict shows in a long one."""
    pytest.importorskip("z3")
    course = course_in(name)
    members = Only(frozenset(m.id for m in explained(name).members))
    if len(course.cycles) <= SMALL:
        assert second_opinion(build(course, members).system, MINUTE) is Ruling.NO
    else:
        rulings = (second_opinion(s, MINUTE) for s in explained(name).systems)
        assert Ruling.NO in rulings


@pytest.mark.parametrize("name", ["vials-in-42-days", "bag-changes-on-weekdays"])
def test_the_conflict_is_the_same_under_any_hash_seed(name: str) -> None:
    code = (
        "import sys; from planner import explain, load_scenario; "
        "print(explain(load_scenario(sys.argv[1]), evidence=True).model_dump_json())"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", code, str(FOLDER / f"{name}.yaml")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
