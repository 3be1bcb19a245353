"""Exact arithmetic on weights: whatever they are, what comes of them is true."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.constraints.system import System
from planner.relaxation.exact import FINE, contradicts, least, rounded, safe_bound, whole_weights
from planner.relaxation.rows import Sum, sums
from tests.relaxation.systems import solutions, systems, value

FLOATS = st.floats(-400, 400) | st.sampled_from([1 / 3, -1e-12, 2.0**-41, 1e18])


@settings(max_examples=300, deadline=None)
@given(systems(), st.data())
def test_any_weights_at_all_give_a_bound_that_holds(system: System, data: st.DataObject) -> None:
    rows, objective = sums(system.rows), system.objectives["first"]
    weights = data.draw(st.lists(FLOATS, min_size=len(rows), max_size=len(rows)))
    bound = safe_bound(rows, weights, objective.terms, system.low, system.high)
    for values in solutions(system):
        assert bound <= value(objective, values) - objective.constant


@settings(max_examples=300, deadline=None)
@given(systems(), st.data())
def test_what_has_a_solution_is_contradicted_by_no_weights(
    system: System, data: st.DataObject
) -> None:
    rows = sums(system.rows)
    weights = data.draw(st.lists(FLOATS, min_size=len(rows), max_size=len(rows)))
    whole = whole_weights(rows, weights, system.low, system.high)
    if whole is not None:
        assert next(solutions(system), None) is None


def test_what_is_left_of_the_costs_takes_the_end_that_makes_it_least() -> None:
    # the least of 4a + 2b where a + 2b >= 7, a in 0..3, b in 0..9: the row once takes 7 and leaves
    # 3a, least at 0; twice it takes 14 and leaves 2a - 2b, least at 0 - 18
    rows = {0: Sum(0, ((0, 1), (1, 2)), 7, None)}
    costs = [(0, 4), (1, 2)]
    assert least({0: 1}, rows, (0, 0), (3, 9), costs) == 7
    assert least({0: 2}, rows, (0, 0), (3, 9), costs) == 14 - 18


def test_a_weight_takes_no_end_that_its_row_has_not() -> None:
    rows = [Sum(0, ((0, 1),), 1, None)]
    assert least({0: -1}, {0: rows[0]}, (0,), (9,)) is None
    assert not contradicts({0: -1}, {0: rows[0]}, (0,), (9,))
    assert rounded(rows, [-0.5]) == {}
    assert rounded(rows, [0.5]) == {0: FINE // 2}


@pytest.mark.parametrize("scale", [1.0, 1e-6, 77.7, 1e9])
def test_the_plainest_weights_are_found_however_a_ray_is_scaled(scale: float) -> None:
    # 3a <= 2b, 3b <= 2a, a + b >= 1: with 1, 1 and -1 left are 0 a and 0 b of 1 asked for
    rows = [
        Sum(4, ((0, 3), (1, -2)), None, 0),
        Sum(6, ((0, -2), (1, 3)), None, 0),
        Sum(9, ((0, 1), (1, 1)), 1, None),
    ]
    ray = [-scale, -scale * (1 + 1e-12), scale]
    assert whole_weights(rows, ray, (0, 0), (9, 9)) == {4: -1, 6: -1, 9: 1}
