"""``planner options``: what a little more of one objective buys in the others."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from planner import api
from planner.api import Known
from planner.cli.main import main
from planner.deadline import Deadline
from planner.documents.plan import Plan
from planner.fleet.options import Offered, options, small_steps
from tests.written import written

KNOWN = Known()
WEEKLY: dict[str, Any] = {
    "format": "planner-scenario/1",
    "title": "Mondays",
    "policy": "eocco-0382",
    "patient": {"ref": "M-1", "age": 41, "weight_kg": 70, "diagnosis": "C91.02"},
    "indication": "adult-consolidation",
    "pharmacy": {
        "bags": ["24h", "48h", "7d"],
        "dispense_days": ["wed"],
        "bag_change_days": ["mon", "tue", "wed", "thu", "fri"],
        "max_days_ahead": 9,
        "holidays": "none",
    },
    "request": {"first_infusion": {"earliest": "2026-01-06", "latest": "2026-01-12"}, "cycles": 1},
}


@pytest.fixture(scope="module")
def offered() -> Offered:
    found = options(written(WEEKLY), KNOWN, Deadline())
    assert isinstance(found, Offered)
    return found


def test_options_are_told_beside_the_plan_and_are_all_there_is(offered: Offered) -> None:
    document = offered.options
    assert document.complete
    assert document.gaps == ()
    assert [one.option for one in document.options] == list(range(1, len(document.options) + 1))
    planned = [one for one in document.options if one.as_planned]
    assert [one.says for one in planned] == ["as planned"]
    assert planned[0].bag_changes == document.plan.bag_changes
    assert len(document.options) > 1


def test_an_option_taken_is_the_calendar_that_was_told(offered: Offered) -> None:
    for option in offered.options.options:
        plan = offered.take(option.option, Deadline())
        assert plan.audit.violations == ()
        assert plan.totals.delay_days == option.delay_days
        assert plan.totals.bag_changes == option.bag_changes
        assert plan.totals.vials == option.vials
        assert plan.totals.dispenses == option.dispenses
        assert {c.cycle: c.start for c in plan.cycles} == option.starts
        best = [one.proven for one in plan.objectives]
        assert best == sorted(best, reverse=True)  # proven as far as no worse than the plan
        assert all(best) == option.as_planned


def test_there_is_no_option_0_and_none_after_the_last(offered: Offered) -> None:
    for number in (0, len(offered.points) + 1):
        with pytest.raises(ValueError, match="none of the options"):
            offered.take(number, Deadline())


def test_other_readings_are_told_beside_the_plan_and_those_of_criteria_are_not(
    offered: Offered,
) -> None:
    told = {(one.reading, one.other) for one in offered.options.readings}
    assert ("window", "cycle") in told
    assert not [name for name, _ in told if name.startswith("III")]


def test_the_command_prints_options_writes_them_and_takes_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(WEEKLY))

    assert main(["options", str(file), "-o", str(tmp_path / "out")]) == 0
    screen = capsys.readouterr().out
    assert "as planned" in screen
    assert max(len(line) for line in screen.splitlines()) <= 80
    assert main(["options", str(file), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "planner-options/1"
    assert document == json.loads((tmp_path / "out" / "options.json").read_text())
    page = (tmp_path / "out" / "options.html").read_text()
    assert page.count("<rect") == 3 * len(document["options"])  # a mark in each of three lanes
    last = document["options"][-1]
    assert main(["options", str(file), "--take", str(last["option"]), "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["format"] == "planner-plan/1"
    assert plan["totals"]["bag_changes"] == last["bag_changes"]
    assert main(["options", str(file), "--take", "99"]) == 2
    assert "none of the options" in capsys.readouterr().err


def test_what_has_no_calendar_has_no_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.json"
    late = {**WEEKLY, "request": {**WEEKLY["request"], "finish_by": "2026-01-20"}}
    file.write_text(json.dumps(late))
    assert main(["options", str(file)]) == 3
    assert "Because" in capsys.readouterr().out


# Three days without infusion in cycle 3 push cycle 4 so close that each 42 days are full: 28 vials
# for cycle 4 in bags of 1 and 2 days. Four days later the vials of cycle 3 are out of the window,
# and bags of 7 days fit.
CROWDED: dict[str, Any] = {
    "format": "planner-scenario/1",
    "policy": "eocco-0382",
    "patient": {"age": 41, "weight_kg": 76, "height_cm": 170, "diagnosis": "C91.02"},
    "indication": "adult-rr",
    "as_of": "2026-11-30",
    "authorizations": [{"kind": "initial", "start": "2026-08-17", "end": "2027-03-14"}],
    "pharmacy": {"max_days_ahead": 40},
    "history": {
        "cycles": [
            {"cycle": 1, "start": "2026-08-17"},
            {"cycle": 2, "start": "2026-09-28"},
            {"cycle": 3, "start": "2026-11-09"},
        ],
        "dispenses": [
            {"date": "2026-08-13", "vials": 28, "cycle": 1},
            {"date": "2026-09-24", "vials": 28, "cycle": 2},
            {"date": "2026-11-05", "vials": 28, "cycle": 3},
        ],
        "interruptions": [{"cycle": 3, "start": "2026-11-16", "days": 3}],
    },
    "request": {"first_infusion": "2026-08-17", "cycles": 5},
}


def test_a_plan_says_that_four_days_more_save_32_visits_and_8_vials() -> None:
    # ahead as planned: 5 + 20 + 20 bag changes and 56 vials; four days later 5 + 4 + 4 and 48
    scenario = written(CROWDED)
    plan = api.plan(scenario, known=KNOWN)
    assert isinstance(plan, Plan)
    assert (plan.totals.bag_changes, plan.totals.vials_dispensed) == (45, 56)

    told = small_steps(scenario, KNOWN, plan, Deadline())

    assert told[0] == "4 days later: 32 visits and 8 vials fewer"
    assert [words.split(":")[0] for words in told[1:]] == ["window cycle instead of rolling"]


@pytest.mark.long
def test_its_options_are_a_step_of_one_day_after_another_as_far_as_four_days() -> None:
    offered = options(written(CROWDED), KNOWN, Deadline())
    assert isinstance(offered, Offered)
    assert offered.options.complete
    told = [(o.delay_days, o.bag_changes, o.vials_dispensed) for o in offered.options.options]
    assert (told[0], told[-1]) == ((0, 45, 56), (8, 13, 48))
    assert all(a[1] > b[1] and a[2] >= b[2] for a, b in pairwise(told))


def test_a_plan_that_is_best_in_everything_says_nothing_of_steps() -> None:
    scenario = written({**CROWDED, "history": {}, "as_of": None, "authorizations": []})
    plan = api.plan(scenario, known=KNOWN)
    assert isinstance(plan, Plan)
    assert small_steps(scenario, KNOWN, plan, Deadline()) == ()
