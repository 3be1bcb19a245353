"""HiGHS on a system of rows."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np

from planner.constraints.system import System, Term

highspy = import_module("highspy")  # its types leave out the class without callbacks


def solve(system: System, objectives: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """Minimises the objectives one after the other, each under the values of those before it.

    Returns 'planned' with their values, 'infeasible', or 'limit' where HiGHS gave up.
    """
    if any(not row.terms and not row.holds(()) for row in system.rows):
        return "infeasible", ()
    if not system.low:  # HiGHS calls a model without variables empty, and neither of the two
        return "planned", tuple(system.objectives[name].constant for name in objectives)
    infinity = highspy.kHighsInf
    model = highspy._Highs()  # without callbacks, for which HiGHS prints its name
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.5)
    count = len(system.low)
    model.addVars(count, np.array(system.low, float), np.array(system.high, float))
    every = np.arange(count, dtype=np.int32)
    model.changeColsIntegrality(count, every, np.array([highspy.HighsVarType.kInteger] * count))

    def add(terms: Sequence[Term], low: int | None, high: int | None) -> None:
        model.addRow(
            -infinity if low is None else low,
            infinity if high is None else high,
            len(terms),
            np.array([v for v, _ in terms], np.int32),
            np.array([c for _, c in terms], float),
        )

    for row in system.rows:
        if row.terms:
            add(row.terms, row.low, row.high)
    values = []
    for name in objectives:
        objective = system.objectives[name]
        costs = np.zeros(count)
        for variable, coefficient in objective.terms:
            costs[variable] += coefficient
        model.changeColsCost(count, every, costs)
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return "infeasible", ()
        if status != highspy.HighsModelStatus.kOptimal:
            return "limit", ()
        value = round(model.getInfo().objective_function_value)
        values.append(value + objective.constant)
        if objective.terms:
            add(objective.terms, None, value)
    return "planned", tuple(values)
