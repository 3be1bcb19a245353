"""Branch and bound proves what is so, and gives up where it is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.constraints.system import System
from planner.relaxation.branch import refuted
from planner.relaxation.rows import sums
from planner.relaxation.tree import Split, proves


def asking(
    bounds: list[tuple[int, int]],
    rows: list[tuple[list[int], int]],
    costs: list[int],
    most: int,
) -> System:
    """Rows with a low each, and that the costs come to ``most`` at most."""
    system = System()
    for at, (low, high) in enumerate(bounds):
        system.variable(("x", at), low, high)
    for coefficients, least in rows:
        system.add((), (), enumerate(coefficients), low=least)
    system.add((), ("costs",), enumerate(costs), high=most)
    return system


def proof_of(system: System) -> object:
    """The proof, which is exact, or None."""
    proof = refuted(system)
    if proof is not None:
        assert proves(proof, {r.index: r for r in sums(system.rows)}, system.low, system.high)
    return proof


def test_a_gap_of_the_relaxation_is_closed_by_cases() -> None:
    """2x + 2y + 2z >= 3 is met at 1.5 in fractions, and at 2 in whole numbers: not at 1."""
    rows = [([2, 2, 2], 3)]
    assert proof_of(asking([(0, 1)] * 3, rows, [1, 1, 1], 1)) is not None
    assert proof_of(asking([(0, 1)] * 3, rows, [1, 1, 1], 2)) is None


def test_cases_are_needed_where_no_sum_of_rows_is_enough() -> None:
    """X + y, x + z and y + z are each 1 at least: 1.5 in fractions, 2 in whole numbers; times ten,
    so that no rounding of a bound helps, 15 and 20: not below 20."""
    rows = [([1, 1, 0], 1), ([1, 0, 1], 1), ([0, 1, 1], 1)]
    proof = proof_of(asking([(0, 1)] * 3, rows, [10, 10, 10], 19))
    assert isinstance(proof, Split)


def test_rows_that_no_number_keeps_are_refuted_whatever_the_costs() -> None:
    """X <= 1 and 2x >= 3."""
    assert proof_of(asking([(0, 1)], [([2], 3)], [0], 0)) is not None


numbers = st.integers(-3, 3)


@given(
    st.lists(st.tuples(st.lists(numbers, min_size=4, max_size=4), st.integers(-2, 4)), max_size=4),
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.integers(0, 8),
)
def test_nothing_is_refuted_that_some_numbers_keep(
    rows: list[tuple[list[int], int]], costs: list[int], most: int
) -> None:
    """Against every choice of four numbers from 0 to 2."""
    system = asking([(0, 2)] * 4, rows, costs, most)
    kept = any(
        system.broken((a, b, c, d)) is None
        for a in range(3)
        for b in range(3)
        for c in range(3)
        for d in range(3)
    )
    assert (proof_of(system) is None) == kept
