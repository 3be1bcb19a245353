"""The search over a whole course: what it proves, and that it finds the same again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from planner.constraints.schedule import objective_values
from planner.regimen.course import Course
from planner.search.engine import Verdict
from planner.search.find import find
from planner.search.found import Found
from planner.search.whole import solve_whole
from tests.constraints.boards import laid, on
from tests.oracle.builders import day, small_policy
from tests.regimen import samples
from tests.sampled import sampled
from tests.search.agreeing import assert_find_agrees, assert_latest_starts_agree
from tests.search.crowded import crowded
from tests.search.decisions import broken
from tests.search.drawn import courses
from tests.search.drawn_tight import examples

ROOT = Path(__file__).parents[2]
LIMIT = 30.0


def reached(found: Found) -> list[tuple[str, int]]:
    return [(r.name, r.value) for r in found.reached]


@settings(
    max_examples=70, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(courses())
def test_cycle_by_cycle_finds_what_the_whole_model_finds(course: Course) -> None:
    found, whole = find(course, limit=LIMIT), solve_whole(course, limit=LIMIT)
    assert found.verdict is whole.verdict
    assert reached(found) == [(r.name, r.value) for r in whole.reached]
    if found.schedule is not None:
        assert broken(course, found.schedule) is None
        assert objective_values(course, found.schedule) == dict(reached(found))


def test_a_plan_is_proven_objective_by_objective() -> None:
    found = find(samples.course(request={"cycles": 2}), limit=LIMIT)
    assert found.verdict is Verdict.OPTIMAL
    assert [(r.name, r.value, r.bound, r.proven) for r in found.reached] == [
        ("delay", 0, 0, True),
        ("vials", 46, 46, True),  # 22 + 24
        ("dispenses", 2, 2, True),
        ("bag_changes", 11, 11, True),  # 4 + 3 and 4
        # in each cycle on the first day; the step week's bags on days 0, 2, 4 and 6 (24 h last)
        ("stock_days", found.reached[4].value, found.reached[4].value, True),
    ]


def test_a_course_that_cannot_be_is_infeasible_and_has_no_schedule() -> None:
    assert find(samples.course(request={"cycles": 10}), limit=LIMIT) == Found(Verdict.INFEASIBLE)


def test_a_course_with_no_day_to_start_on_is_infeasible() -> None:
    course = laid(small_policy(initial=(30, "days")), pharmacy={"closed": [day(0)]})
    assert find(course, limit=LIMIT) == Found(Verdict.INFEASIBLE)


def test_the_best_calendar_may_send_its_spare_vials_for_a_later_bag() -> None:
    # day 0 has room for one vial, which waits for nothing; the two of day 1 wait since day -1, with
    # the spare one beside them: 2 x 2. Cycle 2 hangs one of day 6 at once, two the day after: 2
    order = ["delay", "stock_days", "dispenses", "vials", "bag_changes"]
    course = crowded(["sat", "sun", "mon"], order)
    found, whole = find(course, limit=LIMIT), solve_whole(course, limit=LIMIT)
    assert found.verdict is Verdict.OPTIMAL
    assert reached(found)[:2] == [("delay", 0), ("stock_days", 6)]
    assert reached(found) == [(r.name, r.value) for r in whole.reached]


def test_without_time_nothing_is_concluded() -> None:
    course = laid(
        small_policy(quantity=(4, 6)),
        cycles=2,
        objectives=["vials"],
        readings={"refill_threshold": 1},
    )
    found = find(course, limit=1e-9)
    assert found.verdict in (Verdict.UNDECIDED, Verdict.FEASIBLE)
    assert not all(r.proven for r in found.reached) or not found.reached


def test_a_tight_window_moves_the_next_cycle_and_no_further() -> None:
    # four vials in seven dates: cycle 2, dispensed day by day from day 6 on, starts on day 7
    course = laid(
        small_policy(quantity=(4, 7), units=(400, 6), initial=(20, "days")),
        cycles=2,
        pharmacy={"max_days_ahead": 0},
    )
    found = find(course, limit=LIMIT)
    assert found.schedule is not None
    assert found.schedule.origins() == {1: on(0), 2: on(7)}


@examples(45)
def test_labels_find_what_the_whole_model_finds(course: Course) -> None:
    assert_find_agrees(course)


# Latest starts -----------------------------------------------------------------------------------


def latest(course: Course) -> dict[int, int]:
    return {number: start - on(0) for number, start in find(course, limit=LIMIT).latest}


def test_the_latest_start_is_bound_by_the_delay_asked_for() -> None:
    roomy = small_policy(initial=(30, "days"))
    assert latest(laid(roomy, cycles=2)) == {1: 0, 2: 8}


def test_the_latest_start_is_bound_by_the_authorization() -> None:
    # 11 days from day 0 are 0 .. 10: cycle 2 ends with day 10 where it starts on day 7
    assert latest(laid(small_policy(initial=(11, "days")), cycles=2)) == {1: 0, 2: 7}


def test_the_latest_start_leaves_a_calendar_for_the_cycles_after_it() -> None:
    # cycle 3 may start on day 14 at the latest, so cycle 2 on day 8
    roomy = small_policy(initial=(40, "days"), initial_cycles=3, renewals=0)
    pinned = {"cycle_starts": {3: day(13)}}
    assert latest(laid(roomy, cycles=3, request=pinned)) == {1: 0, 2: 7, 3: 13}


def test_a_window_of_first_days_leaves_the_first_cycle_its_last() -> None:
    window = {"first_infusion": {"earliest": day(0), "latest": day(1)}}
    assert latest(laid(small_policy(initial=(30, "days")), request=window)) == {1: 1}


def test_a_cycle_in_progress_has_no_latest_start() -> None:
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(2)]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    roomy = small_policy(initial=(30, "days"), quantity=(40, 6))
    assert latest(laid(roomy, cycles=2, history=history, as_of=day(2))) == {2: 8}


@examples(25)
def test_each_latest_start_is_the_last_day_that_leaves_a_calendar(course: Course) -> None:
    assert_latest_starts_agree(course)


# The same again ----------------------------------------------------------------------------------

PLAN = """\
import sys
from planner import load_scenario, plan
sys.stdout.write(plan(load_scenario(sys.argv[1])).model_dump_json(by_alias=True))
"""


def printed(scenario: str, seed: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", PLAN, str(ROOT / "scenarios" / scenario)],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


@pytest.mark.parametrize(
    "scenario", sampled(["adult-rr-weekly-weekdays.yaml", "adult-rr-in-progress.yaml"])
)
def test_the_same_scenario_gives_the_same_bytes_under_any_hash_seed(scenario: str) -> None:
    first, again = printed(scenario, "1"), printed(scenario, "4242")
    assert first == again
    assert json.loads(first)["status"] == "planned"


def test_the_same_course_gives_the_same_schedule_twice() -> None:
    course = samples.course(
        pharmacy={"max_days_ahead": 9, "dispense_days": ["tue"], "transit_days": 1}
    )
    first, again = (find(course, limit=LIMIT) for _ in range(2))
    assert first == again
    assert first.schedule is not None
