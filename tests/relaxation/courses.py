"""Systems of real courses, under the shipped policy or one like it."""

from __future__ import annotations

from pathlib import Path

from planner.api import Known, load_scenario
from planner.constraints.model import build
from planner.constraints.system import System
from planner.documents.limits import PerDays
from planner.documents.load import parse_scenario
from planner.documents.policy import Policy
from planner.regimen.build import course_of

KNOWN = Known()
POLICY = KNOWN.policy("eocco-0382").policy
TWO_CYCLES = """
format: planner-scenario/1
policy: eocco-0382
drug: blinatumomab
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
indication: adult-rr
request: {first_infusion: 2026-01-05, cycles: 2}
"""


def shipped(name: str) -> tuple[System, tuple[str, ...]]:
    """The system of a shipped scenario, and its objectives in their order."""
    scenario = load_scenario(Path("scenarios") / f"{name}.yaml")
    policy, drug = KNOWN.matched(scenario)
    course = course_of(scenario.scenario, policy.policy, drug.drug)
    return build(course).system, tuple(course.objectives)


def two_cycles(rest: str = "", policy: Policy = POLICY) -> System:
    """Two cycles of an adult of 70 kg: 7 days of 9 mcg and 21 of 28, then 28 of 28."""
    course = course_of(
        parse_scenario(TWO_CYCLES + rest).scenario, policy, KNOWN.drug("blinatumomab").drug
    )
    return build(course).system


def in_a_lifetime(vials: int) -> Policy:
    """The shipped policy with so many vials for 36,500 days in the place of 28 for 42."""
    clause = POLICY.clauses["II.A"].model_copy(update={"limit": vials, "per": PerDays(days=36_500)})
    return POLICY.model_copy(update={"clauses": {**POLICY.clauses, "II.A": clause}})
