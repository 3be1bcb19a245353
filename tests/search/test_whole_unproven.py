"""A search that ran out of time says what its calendar really is."""

from __future__ import annotations

import pytest

from planner.api import Known
from planner.constraints.schedule import objective_values
from planner.documents.find import shipped
from planner.documents.load import load_scenario
from planner.regimen.build import course_of
from planner.search.find import find
from planner.search.whole import solve_whole
from tests.sampled import sampled


@pytest.mark.parametrize("limit", sampled([0.02, 0.05, 0.1]))
def test_values_are_those_of_the_calendar_also_where_a_stage_left_a_gap(limit: float) -> None:
    loaded = load_scenario(str(shipped("scenarios").joinpath("adult-consolidation-70kg.yaml")))
    policy, drug = Known().matched(loaded)
    course = course_of(loaded.scenario, policy.policy, drug.drug)
    hint = find(course, limit=5).schedule
    whole = solve_whole(course, limit=limit, hint=hint)
    assert whole.schedule is not None
    values = objective_values(course, whole.schedule)
    assert {stage.name: stage.value for stage in whole.reached} == values
    assert all(stage.bound <= stage.value for stage in whole.reached)
    assert all(stage.proven == (stage.bound == stage.value) for stage in whole.reached)
