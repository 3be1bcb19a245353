"""The solver's answers: three-valued, deterministic, and no more than was proven."""

from __future__ import annotations

import random
from itertools import product

from planner.constraints.system import Linear, System
from planner.search.engine import Answer, Verdict, solve, solver_version


def pigeons(birds: int, holes: int) -> System:
    """Each bird in a hole, no two in one."""
    system = System()
    sits = [[system.variable((bird, hole)) for hole in range(holes)] for bird in range(birds)]
    for bird in range(birds):
        system.add((), ("bird", bird), [(v, 1) for v in sits[bird]], low=1)
    for hole in range(holes):
        system.add((), ("hole", hole), [(row[hole], 1) for row in sits], high=1)
    return system


def covering(count: int = 60) -> tuple[System, Linear]:
    """A covering problem that takes a second to prove."""
    drawn = random.Random(1)
    system = System()
    chosen = [system.variable((n,)) for n in range(count)]
    for row in range(40):
        some = drawn.sample(chosen, 15)
        system.add((), (row,), [(v, drawn.randint(1, 20)) for v in some], low=60)
    return system, Linear(tuple((v, drawn.randint(5, 30)) for v in chosen), 7)


def counter(high: int = 9) -> tuple[System, int]:
    system = System()
    return system, system.variable(("n",), 0, high)


def test_a_system_that_can_be_kept_is_optimal_with_values_that_keep_it() -> None:
    system = pigeons(3, 3)
    answer = solve(system)
    assert answer.verdict is Verdict.OPTIMAL
    assert answer.values is not None
    assert answer.found
    assert system.broken(answer.values) is None


def test_a_system_that_cannot_be_kept_is_infeasible() -> None:
    answer = solve(pigeons(4, 3))
    assert (answer.verdict, answer.values, answer.found) == (Verdict.INFEASIBLE, None, False)


def test_time_that_runs_out_proves_nothing() -> None:
    assert solve(pigeons(12, 11), limit=1e-6) == Answer(Verdict.UNDECIDED)


def test_a_row_without_terms_that_does_not_hold_is_a_contradiction() -> None:
    system, _ = counter()
    system.add(("V.rr.cycles",), (10,), (), high=-1)
    assert solve(system).verdict is Verdict.INFEASIBLE


def test_a_row_without_terms_that_holds_asks_for_nothing() -> None:
    system, _ = counter()
    system.add((), (), (), high=0)
    assert solve(system).verdict is Verdict.OPTIMAL


def test_the_optimum_is_the_least_over_all_values() -> None:
    system = System()
    first, second = system.variable(("a",), 0, 5), system.variable(("b",), 0, 5)
    system.add((), (), [(first, 2), (second, 3)], low=11)
    objective = Linear(((first, 4), (second, 5)), 3)
    best = min(4 * a + 5 * b + 3 for a, b in product(range(6), repeat=2) if 2 * a + 3 * b >= 11)
    answer = solve(system, objective)
    assert (answer.verdict, answer.value, answer.bound) == (Verdict.OPTIMAL, best, best)


def test_a_bound_that_was_not_reached_is_no_proof() -> None:
    system, objective = covering()
    answer = solve(system, objective, hint=[1] * len(system.keys), limit=0.5)
    assert answer.verdict is Verdict.FEASIBLE
    assert answer.bound < answer.value
    optimum = solve(system, objective)
    assert optimum.verdict is Verdict.OPTIMAL
    assert answer.bound <= optimum.value <= answer.value


def test_a_cap_holds_an_objective_at_its_value() -> None:
    system, variable = counter()
    system.add((), (), [(variable, 1)], low=3)
    system.objectives["vials"] = Linear(((variable, 1),), 2)
    assert solve(system, caps={"vials": 5}).verdict is Verdict.OPTIMAL  # 3 + 2
    assert solve(system, caps={"vials": 4}).verdict is Verdict.INFEASIBLE


def test_variables_held_at_0_stay_there() -> None:
    system = pigeons(2, 2)
    held = frozenset({system.keys.index((0, 0))})
    answer = solve(system, zero=held)
    assert answer.values is not None
    assert answer.values[system.keys.index((0, 0))] == 0
    assert solve(system, zero=held | {system.keys.index((0, 1))}).verdict is Verdict.INFEASIBLE


def test_a_hint_changes_nothing_that_is_proven() -> None:
    system, objective = covering(40)
    plain = solve(system, objective)
    hinted = solve(system, objective, hint=[1] * len(system.keys))
    assert (plain.value, plain.bound) == (hinted.value, hinted.bound)


def test_the_same_system_has_the_same_answer_twice() -> None:
    first, second = (solve(*covering(40)) for _ in range(2))
    assert first.verdict is Verdict.OPTIMAL
    assert first == second


def test_the_solvers_version_is_known_without_loading_it() -> None:
    assert solver_version().startswith("9.")
