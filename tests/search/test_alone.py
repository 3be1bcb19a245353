"""CP-SAT by itself: the values and latest starts of all engines together, without any of them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, cast

import pytest

from benchmarks.by_hand import laid_out
from benchmarks.instances import ROOT
from planner.constraints.schedule import ChosenCycle, objective_values
from planner.documents.engines import Engines
from planner.documents.load import load_scenario
from planner.regimen.course import Course
from planner.search.alone import alone
from planner.search.engine import Answer, Verdict, solve
from planner.search.find import find
from planner.search.found import Found
from planner.search.shared import Shared
from tests.constraints.boards import laid
from tests.oracle.builders import day, small_policy
from tests.search.agreeing import latest_by_model
from tests.search.decisions import broken
from tests.search.drawn_tight import examples

LIMIT = 60.0
SHORT = 10.0  # deterministic seconds: enough for all but three of the scenarios
ROOMY = small_policy(quantity=(40, 6), units=(400, 6), initial=(30, "days"))
SAMPLED = 10  # one scenario in so many; make bench holds every one against CP-SAT
SMALL = (
    "infant-interfant-6kg",
    "infeasible/broken-vial-at-the-limit",
    "infeasible/continued-cycle-late",
    "infeasible/fills-too-far-apart-at-the-limit",
    "infeasible/history-over-cycles-at-the-limit",
    "infeasible/holiday-before-a-fill-at-the-limit",
    "infeasible/reading-refill-threshold",
    "infeasible/reading-refill-threshold-at-the-limit",
    "infeasible/reading-service-by-hang-after-a-pause-at-the-limit",
    "infeasible/reading-window-rolling-at-the-limit",
    "infeasible/ready-made-bags-at-the-limit",
    "infeasible/spare-vials-at-the-limit",
    "infeasible/vials-in-42-days",
)
EVERY = sorted(
    str(path.relative_to(ROOT / "scenarios").with_suffix(""))
    for path in (ROOT / "scenarios").glob("**/*.yaml")
)


def course_of(name: str) -> Course:
    return laid_out(load_scenario(ROOT / "scenarios" / f"{name}.yaml"))


def values(found: Found) -> list[tuple[str, int]]:
    return [(r.name, r.value) for r in found.reached]


@pytest.mark.parametrize("name", SMALL)
def test_a_small_scenario_has_the_same_values_and_latest_starts_as_by_all_engines(
    name: str,
) -> None:
    course = course_of(name)
    every, by_itself = find(course, limit=LIMIT), find(course, limit=LIMIT, engine="cp-sat")

    assert by_itself.verdict is every.verdict
    assert by_itself.reached == every.reached
    assert by_itself.latest == every.latest
    if by_itself.schedule is not None:
        assert broken(course, by_itself.schedule) is None
        assert objective_values(course, by_itself.schedule) == dict(values(by_itself))


@pytest.mark.parametrize("name", EVERY[::SAMPLED])
def test_no_scenario_has_a_better_calendar_by_cp_sat_alone(name: str) -> None:
    course = course_of(name)
    every = find(course, limit=LIMIT, latest=False)
    by_itself = find(course, limit=SHORT, latest=False, engine="cp-sat")

    assert every.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
    if by_itself.verdict is not Verdict.UNDECIDED:
        assert (by_itself.schedule is None) is (every.schedule is None)
        assert values(by_itself) >= values(every)
        assert all(r.bound <= best.value for r, best in _behind_proven(by_itself, every))
    if by_itself.verdict is Verdict.OPTIMAL:
        assert by_itself.reached == every.reached


def _behind_proven(found: Found, best: Found) -> list[tuple[Any, Any]]:
    """The stages with those of the optimum, up to the first that is not proven: a bound behind it
    holds for another value before it."""
    pairs = list(zip(found.reached, best.reached, strict=True))
    proven = [r.proven for r, _ in pairs]
    return pairs[: proven.index(False) + 1] if False in proven else pairs


@examples(12)
def test_each_latest_start_is_the_last_day_that_leaves_a_calendar(course: Course) -> None:
    found = alone(course, limit=LIMIT)
    assert found.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
    before: dict[int, ChosenCycle] = {}
    latest = dict(found.latest)
    for chosen in found.schedule.cycles if found.schedule else ():
        cycle = next(c for c in course.cycles if c.number == chosen.number)
        if cycle.progress is None:
            assert latest[chosen.number] == latest_by_model(course, before, chosen.number)
        before[chosen.number] = chosen


def test_it_does_not_as_much_as_import_labels_or_the_relaxation() -> None:
    probe = "import sys, planner.search.alone; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)

    loaded = done.stdout.split()
    assert "planner.constraints.model" in loaded
    others = ("planner.labels", "planner.relaxation", "planner.search.find")
    assert [module for module in loaded if module.startswith(others)] == []


def test_no_calendar_is_given_to_start_from(monkeypatch: pytest.MonkeyPatch) -> None:
    hints = []

    def remember(*arguments: Any, **options: Any) -> Answer:
        hints.append(options["hint"])
        return solve(*arguments, **options)

    monkeypatch.setattr("planner.search.whole.solve", remember)

    assert alone(laid(ROOMY, cycles=2), limit=LIMIT).verdict is Verdict.OPTIMAL
    assert hints[0] is None


def test_without_time_nothing_is_found_or_proven() -> None:
    course = laid(
        ROOMY, cycles=2, request={"first_infusion": {"earliest": day(0), "latest": day(2)}}
    )

    assert alone(course, limit=0.0) == Found(Verdict.UNDECIDED)


def test_a_course_that_cannot_be_is_infeasible() -> None:
    assert alone(laid(ROOMY, cycles=4), limit=LIMIT) == Found(Verdict.INFEASIBLE)


def test_the_answer_of_all_engines_is_not_kept_as_that_of_one() -> None:
    shared, course = Shared(), course_of("infant-interfant-6kg")

    assert find(course, limit=0.0, shared=shared).verdict is Verdict.OPTIMAL
    assert find(course, limit=0.0, shared=shared, engine="cp-sat") == Found(Verdict.UNDECIDED)


def test_an_engine_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="'glop' is none of auto, cp-sat"):
        find(laid(ROOMY), limit=LIMIT, engine=cast(Engines, "glop"))
