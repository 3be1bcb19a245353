"""Refusals and points: weights always contradict exactly, and only where nothing can be kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from planner.constraints.system import System
from planner.relaxation.exact import contradicts
from planner.relaxation.program import Guess, Program
from planner.relaxation.relax import refuse, relax
from planner.relaxation.rows import sums
from tests.relaxation.courses import in_a_lifetime, two_cycles
from tests.relaxation.systems import solutions, system_of, systems


@settings(max_examples=300, deadline=None)
@given(systems())
def test_weights_contradict_each_other_exactly_or_a_point_keeps_the_rows(system: System) -> None:
    rows = sums(system.rows)
    found = relax(rows, system.low, system.high)
    if found.weights is not None:
        by_index = {row.index: row for row in rows}
        assert contradicts(found.weights, by_index, system.low, system.high)
        assert next(solutions(system), None) is None
        return
    assert found.values is not None
    for value, low, high in zip(found.values, system.low, system.high, strict=True):
        assert low - 1e-6 <= value <= high + 1e-6
    for row in rows:
        total = sum(c * found.values[v] for v, c in row.terms)
        assert row.low is None or total >= row.low - 1e-6
        assert row.high is None or total <= row.high + 1e-6


def test_rows_that_contradict_each_other_get_the_plainest_weights() -> None:
    # a + b >= 5 but a <= 2 by a row and b <= 2 by its bounds: 5 > 2 + 2
    system = system_of([(0, 9), (0, 2)], ({0: 1, 1: 1}, 5, None), ({0: 1}, None, 2))
    assert refuse(system) == {0: 1, 1: -1}


def test_a_row_without_terms_that_is_broken_is_enough() -> None:
    system = system_of([(0, 1)], ({0: 1}, None, 1), ({}, None, -3))
    assert refuse(system) == {1: -1}
    assert refuse(system_of([], ({}, 2, None))) == {0: 1}


def test_what_only_whole_numbers_cannot_keep_is_not_refused() -> None:
    # 2a = 1
    assert refuse(system_of([(0, 1)], ({0: 2}, 1, 1))) is None


def test_a_ray_that_floating_point_got_wrong_refuses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(program: Program, *arguments: object, **options: object) -> Guess:
        return Guess(None, (1.0, 1.0))

    system = system_of([(0, 9), (0, 2)], ({0: 1, 1: 1}, 5, None), ({0: 1}, None, 9))
    monkeypatch.setattr(Program, "minimise", wrong)
    found = relax(sums(system.rows), system.low, system.high)
    assert (found.weights, found.values) == (None, None)


def test_without_time_nothing_is_said() -> None:
    system = system_of([(0, 9), (0, 9)], ({0: 1, 1: 1}, 5, None), ({0: 1, 1: 2}, None, 2))
    found = relax(sums(system.rows), system.low, system.high, seconds=1e-12)
    assert (found.weights, found.values) == (None, None)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    refuse(system_of([(0, 9), (0, 9)], ({0: 1, 1: 1}, 5, None)))
    assert capfd.readouterr() == ("", "")


UNITS = "authorizations: [{number: A, kind: initial, start: 2026-01-05, units: %d}]\n"


@pytest.mark.parametrize(
    "system",
    [
        # the cycles take at least 22 and 24 vials of 35 units: 46 vials, 770 + 840 = 1,610 units
        pytest.param(two_cycles(UNITS % 1_609), id="units that one authorization grants"),
        pytest.param(two_cycles(policy=in_a_lifetime(45)), id="vials in a lifetime"),
    ],
)
def test_a_course_that_takes_more_than_it_may_is_refused_without_cases(system: System) -> None:
    weights = refuse(system)
    assert weights is not None
    rows = {row.index: row for row in sums(system.rows)}
    assert contradicts(weights, rows, system.low, system.high)


def test_a_course_that_has_a_calendar_is_not_refused() -> None:
    assert refuse(two_cycles(UNITS % 1_610)) is None
    assert refuse(two_cycles(policy=in_a_lifetime(46))) is None
