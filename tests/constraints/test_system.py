"""Rows over whole numbers, and which rules stand."""

from __future__ import annotations

import pytest

from planner.constraints.system import Only, Row, System, everything


@pytest.mark.parametrize(("total", "holds"), [(1, False), (2, True), (5, True), (6, False)])
def test_a_row_holds_between_its_bounds_and_on_them(total: int, holds: bool) -> None:
    row = Row((), (), ((0, 1),), low=2, high=5)
    assert row.holds([total]) is holds


def test_a_row_adds_coefficients_times_values() -> None:
    row = Row((), (), ((0, 2), (2, -3)), low=None, high=0)
    assert row.holds([3, 100, 2])  # 2 x 3 - 3 x 2 = 0
    assert not row.holds([4, 100, 2])  # 8 - 6 = 2


def test_a_row_without_bounds_or_terms_is_plain() -> None:
    assert Row((), (), ((0, 1),), low=None, high=None).holds([9])
    assert Row((), (), (), low=None, high=0).holds([])
    assert not Row((), (), (), low=1, high=None).holds([])


def test_a_system_names_its_variables_and_the_first_row_broken() -> None:
    system = System()
    first, second = system.variable(("a",)), system.variable(("b",), 0, 9)
    system.add(("II.A",), (1,), [(first, 1)], high=1)
    system.add(("II.B",), (2,), [(second, 1)], high=3)
    assert system.keys == [("a",), ("b",)]
    assert (system.low, system.high) == ([0, 0], [1, 9])
    assert system.broken([1, 3]) is None
    broken = system.broken([2, 4])
    assert broken is not None
    assert broken.members == ("II.A",)


def test_everything_stands_unless_only_some_members_do() -> None:
    assert everything("II.A", (1, 2))
    some = Only(frozenset({"II.A"}), frozenset({("II.A", (1, 2))}))
    assert some("II.A")
    assert some("II.A", (1, 3))
    assert not some("II.A", (1, 2))
    assert not some("II.B")
