"""A system without its fixed variables has the same solutions."""

from __future__ import annotations

from itertools import product

from planner.constraints.system import Linear, System
from planner.search.narrow import narrowed


def three() -> System:
    """Of a, b and c one or two; a + b at most 9, which holds in any case."""
    system = System()
    a, b, c = (system.variable((name,)) for name in "abc")
    system.add((), ("some",), [(a, 1), (b, 1), (c, 1)], low=1, high=2)
    system.add((), ("many",), [(a, 1), (b, 1)], high=9)
    system.objectives = {"cost": Linear(((a, 3), (b, 5), (c, 7)), 1)}
    return system


def test_a_fixed_variable_goes_into_bounds_and_constants() -> None:
    system = three()
    narrow = narrowed(system, [1, 0, 0], [1, 1, 1])
    assert narrow.system.keys == [("b",), ("c",)]
    # 1 + b + c between 1 and 2: b + c at most 1; the other row says nothing
    assert [(row.low, row.high) for row in narrow.system.rows] == [(0, 1)]
    # 3 for a, and the 1 that it costs anyway
    assert narrow.system.objectives["cost"].constant == 4


def test_the_solutions_are_those_of_the_whole_within_the_bounds() -> None:
    system = three()
    narrow = narrowed(system, [0, 0, 1], [1, 1, 1])
    whole = {
        values
        for values in product((0, 1), repeat=3)
        if values[2] == 1 and system.broken(values) is None
    }
    found = {
        tuple(narrow.whole(values))
        for values in product((0, 1), repeat=2)
        if narrow.system.broken(values) is None
    }
    assert found == whole
    assert all(narrow.part(narrow.whole(values)) == list(values) for values in [(0, 1), (1, 0)])


def test_a_row_that_the_bounds_break_stays() -> None:
    narrow = narrowed(three(), [0, 0, 0], [0, 0, 0])
    assert narrow.system.broken(()) is not None
