"""The engines that the product is measured against solve the same courses, each in its own way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from multiprocessing import active_children

import pytest

from benchmarks.by_hand import laid_out
from benchmarks.engines import Apart, by_cp_sat, by_textbook, product
from benchmarks.instances import ROOT
from benchmarks.textbook import textbook
from planner.constraints.model import build
from planner.constraints.system import Row
from planner.documents.load import load_scenario
from planner.regimen.course import Course

BOUND = 60.0


@pytest.fixture
def apart(request: pytest.FixtureRequest) -> Iterator[Apart]:
    engine = Apart(request.param)
    yield engine
    engine.close()


def _course(name: str) -> Course:
    return laid_out(load_scenario(ROOT / "scenarios" / f"{name}.yaml"))


def _chains(rows: list[Row]) -> set[Row]:
    """The rows that carry bags from day to day: a whole day's balance, and of no rule."""
    return {row for row in rows if row.instance[:1] == ("chain",)}


def test_the_textbook_encoding_leaves_out_the_chains_of_bags() -> None:
    course = _course("infant-interfant-6kg")

    own, other = build(course).system.rows, textbook(course).rows

    assert _chains(own)  # as planner.constraints.nature names them
    assert not _chains(other)
    assert set(own) - _chains(own) <= set(other)


def test_the_textbook_encoding_has_the_same_optimum() -> None:
    course = _course("infeasible/fills-too-far-apart-at-the-limit")

    found = [engine(course) for engine in (product, by_cp_sat, by_textbook)]

    assert {(timed.status, timed.values) for timed in found} == {("planned", found[0].values)}


@pytest.mark.parametrize("apart", ["HiGHS"], indirect=True)
@pytest.mark.parametrize("name", ["history-over-cycles", "reading-window-cycle"])
def test_a_course_of_which_nothing_is_left_to_decide_is_planned_by_highs_too(
    name: str, apart: Apart
) -> None:
    course, over = _course(f"infeasible/{name}-at-the-limit"), _course(f"infeasible/{name}")
    assert not build(course).system.keys

    found, refused, own = apart(course, BOUND), apart(over, BOUND), by_cp_sat(course)

    assert (found.status, found.values) == ("planned", own.values)
    assert refused.status == "infeasible"


@pytest.mark.parametrize("apart", ["product"], indirect=True)
def test_an_engine_that_was_killed_is_a_fault_of_that_course_alone(
    apart: Apart, capsys: pytest.CaptureFixture[str]
) -> None:
    course = _course("infant-interfant-6kg")
    others = {process.pid for process in active_children()}
    assert apart(course, BOUND).status == "planned"
    (pid,) = {process.pid for process in active_children()} - others
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    assert apart(course, BOUND).status == "fault"

    assert "product has ended by itself" in capsys.readouterr().err
    assert apart(course, BOUND).status == "planned"
