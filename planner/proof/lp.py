"""Rows relaxed to fractions: how far they are from being kept, and what says so.

GLOP in floating point only guesses here. What rests on its answer is checked in exact numbers.
ortools is imported when a system is relaxed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from math import inf

from planner.proof.bounds import Sum

CLEAR = 1e-6  # a sum of slacks above this is taken for a contradiction
LIMIT = 2.0  # deterministic seconds of one relaxation


@dataclass(frozen=True)
class Relaxed:
    """The least sum of slacks with which all rows can be kept in fractions.

    ``weights`` are those of the rows where that is clearly above 0, else empty; ``values`` are
    those of the variables that the rows name.
    """

    slack: float
    weights: tuple[float, ...]
    values: dict[int, float]

    @property
    def contradictory(self) -> bool:
        """Whether the rows seem to contradict each other already in fractions."""
        return self.slack > CLEAR


def relax(rows: Sequence[Sum], low: Sequence[int], high: Sequence[int]) -> Relaxed | None:
    """Minimises the sum of the rows' slacks within the bounds; None where time ran out."""
    linear_solver_pb2 = import_module("ortools.linear_solver.linear_solver_pb2")  # untyped
    pywraplp = import_module("ortools.linear_solver.pywraplp")

    model = linear_solver_pb2.MPModelProto()
    place: dict[int, int] = {}
    for row in rows:
        for variable, _ in row.terms:
            if variable not in place:
                place[variable] = len(place)
                model.variable.add(lower_bound=low[variable], upper_bound=high[variable])
    following = len(place)
    for row in rows:
        columns = [place[variable] for variable, _ in row.terms]
        numbers = [float(coefficient) for _, coefficient in row.terms]
        for bound, sign in ((row.low, 1.0), (row.high, -1.0)):
            if bound is not None:
                model.variable.add(lower_bound=0.0, objective_coefficient=1.0)
                columns.append(following)
                numbers.append(sign)
                following += 1
        model.constraint.add(
            lower_bound=-inf if row.low is None else row.low,
            upper_bound=inf if row.high is None else row.high,
            var_index=columns,
            coefficient=numbers,
        )
    solver = pywraplp.Solver.CreateSolver("GLOP")
    refused = solver.LoadModelFromProto(model)
    if refused:
        raise AssertionError(f"invalid relaxation: {refused}")
    solver.SetSolverSpecificParametersAsString(f"max_deterministic_time:{LIMIT}")
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    slack = solver.Objective().Value()
    weights = tuple(c.dual_value() for c in solver.constraints()) if slack > CLEAR else ()
    columns_found = solver.variables()
    values = {variable: columns_found[i].solution_value() for variable, i in place.items()}
    return Relaxed(slack, weights, values)
