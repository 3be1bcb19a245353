"""HiGHS on a system of rows. Runs in a process of its own: highspy cannot share one with ortools.

Reads one system a line from standard input and answers each with a line.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import highspy
import numpy as np


def solve(asked: dict[str, Any]) -> dict[str, Any]:
    """Minimises the objectives one after the other, each under the values of those before it."""
    begun = time.perf_counter()
    infinity = highspy.kHighsInf
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.5)
    count = len(asked["low"])
    model.addVars(count, np.array(asked["low"], float), np.array(asked["high"], float))
    every = np.arange(count, dtype=np.int32)
    integer = np.array([highspy.HighsVarType.kInteger] * count)
    model.changeColsIntegrality(count, every, integer)
    for terms, low, high in asked["rows"]:
        index = np.array([v for v, _ in terms], np.int32)
        value = np.array([c for _, c in terms], float)
        model.addRow(
            -infinity if low is None else low,
            infinity if high is None else high,
            len(terms),
            index,
            value,
        )
    values = []
    for terms, constant in asked["objectives"]:
        left = asked["limit"] - (time.perf_counter() - begun)
        if left <= 0:
            return {"status": "limit", "seconds": time.perf_counter() - begun}
        costs = np.zeros(count)
        for variable, coefficient in terms:
            costs[variable] += coefficient
        model.changeColsCost(count, every, costs)
        model.setOptionValue("time_limit", model.getRunTime() + left)
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return {"status": "infeasible", "seconds": time.perf_counter() - begun}
        if status != highspy.HighsModelStatus.kOptimal:
            return {"status": "limit", "seconds": time.perf_counter() - begun}
        value = round(model.getInfo().objective_function_value)
        values.append(value + constant)
        if terms:
            index = np.array([v for v, _ in terms], np.int32)
            model.addRow(
                -infinity, value, len(terms), index, np.array([c for _, c in terms], float)
            )
    return {"status": "planned", "values": values, "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(solve(json.loads(line))), flush=True)
