"""The shipped story: eight events over a full course, replanned after each.

The diffs were read through; ``story/*.expected`` holds them. To write them anew after a change that
is meant: ``UPDATE_STORY=1 pytest tests/replan/test_story.py``.
"""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from planner import api
from planner.audit import audit
from planner.documents.events import load_events
from planner.documents.plan import Plan
from planner.documents.printed import to_json
from planner.documents.read_scenario import load_scenario, parse_scenario
from planner.replan.placed import LoadedPlan
from planner.replan.run import replan
from planner.report.replan import render_replan
from tests.replan.courses import KNOWN, loaded

STORY = Path(__file__).parents[2] / "scenarios" / "story"
EVENTS = sorted(file for file in STORY.iterdir() if file.stem[0].isdigit())
EXPECTED = Path(__file__).parent / "story"


@cache
def step(number: int) -> LoadedPlan:
    """The plan after so many events."""
    if number == 0:
        made = api.plan(load_scenario(STORY / "course.yaml"), known=KNOWN)
    else:
        before, events = step(number - 1), load_events(EVENTS[number - 1])
        made = replan(before, events, known=KNOWN).plan
    assert isinstance(made, Plan)
    return loaded(made)


def test_the_story_has_eight_events() -> None:
    assert len(EVENTS) == 8


@pytest.mark.parametrize("number", range(1, 9))
def test_each_plan_is_audited_follows_the_one_before_and_names_a_cause_of_every_change(
    number: int,
) -> None:
    made = step(number).plan
    assert not audit(made).violations
    assert made.follows == step(number - 1).sha256
    assert made.objectives[0].proven
    assert made.replan is not None
    assert all(change.because for change in made.replan.diff)


@pytest.mark.parametrize("number", range(1, 9))
def test_each_diff_is_as_it_was_read_through(number: int) -> None:
    said = io.StringIO()
    console = Console(file=said, width=100, markup=False, highlight=False, color_system=None)
    render_replan(step(number).plan, console)
    file = EXPECTED / f"{EVENTS[number - 1].stem}.expected"
    if os.environ.get("UPDATE_STORY"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(said.getvalue(), encoding="utf-8")
    assert said.getvalue() == file.read_text(encoding="utf-8")


def test_the_end_beside_a_plan_that_looks_only_ahead() -> None:
    """The last plan keeps its calendar; the best from the same past that need keep none of it has
    less delay (0 days, not 4), for which it takes two vials more (50, not 48)."""
    made = step(8).plan
    document = made.scenario.document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    del document["in_force"], document["objectives"]
    best = api.plan(parse_scenario(to_json(document)), known=KNOWN)
    assert isinstance(best, Plan)
    ends = [(plan.totals.delay_days, plan.totals.vials) for plan in (best, made)]
    assert ends == [(0, 50), (4, 48)]
