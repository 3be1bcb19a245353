"""When something happens once, as sums of variables."""

from __future__ import annotations

import pytest

from planner.constraints.moments import Moment, Sum, known, moment, not_all
from planner.constraints.system import System


def value(total: Sum, values: list[int]) -> int:
    return sum(c * values[v] for v, c in total[0]) + total[1]


def set_on(system: System, days: dict[int, int], chosen: int) -> list[int]:
    """Values for the days' variables and for those that say "by this day"."""
    values = [0] * len(system.keys)
    values[days[chosen]] = 1
    for variable, parts in system.sums.items():
        values[variable] = sum(values[part] for part in parts)
    return values


@pytest.fixture
def chosen() -> tuple[System, dict[int, int], Moment]:
    system = System()
    days = {day: system.variable(("s", day)) for day in (3, 5, 6)}
    return system, days, moment(system, ("s",), days)


@pytest.mark.parametrize("happens", [3, 5, 6])
def test_until_and_since_tell_the_day_from_either_side(
    chosen: tuple[System, dict[int, int], Moment], happens: int
) -> None:
    system, days, found = chosen
    values = set_on(system, days, happens)
    assert system.broken(values) is None
    for day in range(2, 9):
        assert value(found.until(day), values) == int(happens <= day)
        assert value(found.since(day), values) == int(happens >= day)


def test_a_fact_needs_no_variable() -> None:
    fact = known(4)
    assert fact.fact
    assert (fact.until(3), fact.until(4)) == (([], 0), ([], 1))
    assert (value(fact.since(4), []), value(fact.since(5), [])) == (1, 0)


def test_a_row_on_two_moments_refuses_only_both() -> None:
    system = System()
    first, second = system.variable(("a",)), system.variable(("b",))
    not_all(system, ("I.x",), (1,), ([(first, 1)], 0), ([(second, 1)], 0))
    (row,) = system.rows
    assert row.members == ("I.x",)
    assert [row.holds(v) for v in ([0, 0], [1, 0], [0, 1], [1, 1])] == [True, True, True, False]


def test_a_row_that_always_holds_is_left_out() -> None:
    system = System()
    variable = system.variable(("a",))
    not_all(system, (), (), ([(variable, 1)], 0), ([], 0))
    assert system.rows == []


def test_two_facts_that_exclude_each_other_are_a_contradiction() -> None:
    system = System()
    not_all(system, (), (), ([], 1), ([], 1))
    assert system.broken([]) is not None
