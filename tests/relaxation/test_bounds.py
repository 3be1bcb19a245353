"""Bounds of objectives: never above what a solution comes to, exact, and as good as fractions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.constraints.system import System, gathered
from planner.relaxation import bounds as room
from planner.relaxation.bounds import bounds
from planner.relaxation.exact import contradicts
from planner.relaxation.program import Guess, Program
from planner.relaxation.relax import broken_anyway, refuse
from planner.relaxation.rows import sums
from tests.relaxation.courses import shipped
from tests.relaxation.systems import outcomes, system_of, systems, value

NAMES = ("first", "then", "last")


@settings(max_examples=300, deadline=None)
@given(systems())
def test_bounds_are_never_above_the_best_by_order(system: System) -> None:
    best = outcomes(system)
    least = bounds(system, NAMES).least
    if best:
        proven = tuple(bound for bound in least if bound is not None)
        assert proven == least[: len(proven)]
        assert proven <= best[0][: len(proven)]
        assert proven


@settings(max_examples=200, deadline=None)
@given(systems())
def test_a_bound_is_no_worse_than_the_least_in_fractions(system: System) -> None:
    rows = sums(system.rows)
    objective = system.objectives["first"]
    found = bounds(system, ("first",))
    costs = gathered(objective.terms)
    if broken_anyway(rows) or not costs:
        return
    guess = Program([r for r in rows if r.terms], system.low, system.high).minimise(costs)
    assert guess is not None
    if guess.values is None:
        assert found.infeasible
        weights = refuse(system)
        assert weights is not None
        assert contradicts(weights, {r.index: r for r in rows}, system.low, system.high)
        return
    (bound,) = found.least
    assert bound is not None
    in_fractions = sum(c * guess.values[v] for v, c in costs)
    assert bound >= in_fractions + objective.constant - 1e-6


@settings(max_examples=300, deadline=None)
@given(systems(), st.data())
def test_a_bound_holds_of_all_that_is_no_worse_before_than_what_is_known(
    system: System, data: st.DataObject
) -> None:
    every = outcomes(system)
    if not every:
        return
    known = data.draw(st.sampled_from(every))[: data.draw(st.integers(0, 3))]
    least = bounds(system, NAMES, known=known).least
    for place, bound in enumerate(least[: len(known) + 1]):
        assert bound is not None
        as_good = [o for o in every if all(a <= b for a, b in zip(o, known[:place], strict=False))]
        assert bound <= min(outcome[place] for outcome in as_good)


def test_a_bound_in_fractions_is_rounded_up_and_then_kept_as_a_row() -> None:
    # 2a + 2b >= 3: a + b is 1.5 in fractions, 2 in whole numbers; of a + b = 2 is 3a + b at least
    # 2, with b = 2; of a + b = 1.5 it would be 1.5
    system = system_of(
        [(0, 2), (0, 2)],
        ({0: 2, 1: 2}, 3, None),
        first={0: 1, 1: 1},
        then={0: 3, 1: 1},
    )
    # and 3 each, which every objective of these systems has for a constant
    assert bounds(system, ("first", "then")).least == (5, 5)


def test_behind_a_known_value_that_is_not_met_the_bound_allows_for_it() -> None:
    # a + b >= 2 with b <= 1: first a is at least 1; were a known to be 2, b might be 0
    system = system_of([(0, 2), (0, 1)], ({0: 1, 1: 1}, 2, None), first={0: 1}, then={1: 1})
    assert bounds(system, ("first", "then")).least == (4, 4)
    assert bounds(system, ("first", "then"), known=(5, 3)).least == (4, 3)


def test_the_corner_where_the_last_was_least_comes_with_it() -> None:
    system = system_of([(0, 9)], ({0: 2}, 4, None), first={0: 1})
    found = bounds(system, ("first",))
    assert found.values == pytest.approx((2.0,))


def test_a_value_that_the_variables_own_bounds_prove_asks_no_linear_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "Program", None)
    system = system_of([(1, 9)], ({0: 1}, 0, None), first={0: 2})
    assert bounds(system, ("first",), known=(5,)).least == (5,)


def test_an_objective_without_terms_comes_to_its_constant() -> None:
    assert bounds(system_of([], first={}), ("first",)).least == (3,)


def test_a_system_that_contradicts_itself_is_refused_on_the_way() -> None:
    system = system_of([(0, 1)], ({0: 1}, 2, None), first={0: 1}, then={0: 1})
    found = bounds(system, ("first", "then"))
    assert (found.least, found.values, found.infeasible) == ((None, None), None, True)
    found = bounds(system_of([(0, 1)], ({}, 2, None), first={0: 1}), ("first",))
    assert (found.least, found.values, found.infeasible) == ((None,), None, True)


def test_without_time_there_is_no_bound() -> None:
    system = system_of([(0, 9)], ({0: 2}, 3, None), first={0: 1}, then={0: 1})
    assert bounds(system, ("first", "then"), seconds=1e-9).least == (None, None)


@pytest.mark.parametrize("wrong", [-1.0, 0.3, 7.0])
def test_weights_that_floating_point_got_wrong_give_a_bad_bound_and_no_wrong_one(
    monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    minimise = Program.minimise

    def off(program: Program, *arguments: Any, **rest: Any) -> Guess | None:
        guess = minimise(program, *arguments, **rest)
        return guess and Guess(guess.values, tuple(wrong * w for w in guess.weights))

    monkeypatch.setattr(Program, "minimise", off)
    # a + 2b >= 7 with a <= 3: a + b is at least 3.5, so 4, and 7 with the constant
    system = system_of([(0, 3), (0, 9)], ({0: 1, 1: 2}, 7, None), first={0: 1, 1: 1})
    (bound,) = bounds(system, ("first",)).least
    assert bound is not None
    assert bound < 7


def test_the_hard_course_is_bounded_as_high_as_fractions_go() -> None:
    # in fractions 8, 214, 34.56, 38, 1222.5, each rounded up; the best calendar: 8, 214, 35, ...
    system, names = shipped("adult-rr-weekly-weekdays")
    assert names == ("delay", "vials", "dispenses", "bag_changes", "stock_days")
    assert bounds(system, names).least[:3] == (8, 214, 35)


def test_the_same_system_gives_the_same_bounds_and_the_same_corner() -> None:
    system, names = shipped("adult-rr-weekly-weekdays")
    assert bounds(system, names[:2]) == bounds(system, names[:2])


def test_each_objective_of_the_minimal_residual_disease_course_is_met() -> None:
    # 4 cycles of 14 changes of a bag of one vial each, which keep 15 days on average
    system, names = shipped("pediatric-mrd-20kg")
    found = bounds(system, names)
    assert found.least == (0, 56, 4, 56, 840)
    assert found.values is not None
    corner = tuple(round(x) for x in found.values)
    assert system.broken(corner) is None
    assert tuple(value(system.objectives[name], corner) for name in names) == found.least
