"""Brute force, the search and the second engine never differ on small random scenarios."""

from __future__ import annotations

import pytest

from planner.constraints.model import build
from planner.deadline import Deadline
from planner.proof.judge import Ruling
from planner.proof.second import second_opinion
from planner.regimen.build import course_of
from planner.search.engine import Verdict
from planner.search.find import find
from tests.oracle.brute import best
from tests.oracle.small import small_case
from tests.sampled import sampled

pytest.importorskip("z3")
SEEDS = range(1000, 1040)


@pytest.mark.parametrize("seed", sampled(SEEDS))
def test_brute_force_the_search_and_the_second_engine_say_the_same(seed: int) -> None:
    scenario, policy, drug = small_case(seed, 500)
    exists = best(scenario, policy, drug) is not None
    course = course_of(scenario, policy, drug)

    assert (find(course, limit=30).verdict is Verdict.OPTIMAL) == exists
    assert second_opinion(build(course).system, Deadline(20.0), None) is (
        Ruling.YES if exists else Ruling.NO
    )
