"""How long a whole plan takes: read, laid out, searched, proven and audited."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from planner import load_scenario, plan
from planner.documents.find import shipped
from planner.documents.plan import Plan


@pytest.mark.parametrize(
    "name",
    ["infant-interfant-6kg", "pediatric-mrd-20kg", "adult-rr-70kg", "adult-rr-weekly-weekdays"],
)
def test_planning(benchmark: BenchmarkFixture, name: str) -> None:
    scenario = load_scenario(str(shipped("scenarios").joinpath(f"{name}.yaml")))

    outcome = benchmark.pedantic(plan, args=(scenario,), rounds=3)

    assert isinstance(outcome, Plan)
    assert all(objective.proven for objective in outcome.objectives)
