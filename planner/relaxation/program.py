"""Rows as a linear program, solved by HiGHS in floating point: a guess, to be made exact.

Deterministic: one thread, a fixed seed, a limit of iterations. HiGHS and numpy are loaded when a
program is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import inf
from typing import Any

from planner.constraints.system import Term
from planner.relaxation.exact import Bounds
from planner.relaxation.rows import Sum

SEED = 7
ITERATIONS = 100_000  # of the simplex method; the largest course shipped takes some 14,000


@dataclass(frozen=True)
class Guess:
    """What floating point says. ``weights`` are those of the rows, in their order.

    Where there is a point, ``values`` is it, by variable, and the weights are the duals of what
    was minimised. Where there is none, the weights are a Farkas ray: weighted by it, or by its
    opposite, the rows ask for more than the variables' bounds allow; none where it was not asked
    for.
    """

    values: tuple[float, ...] | None
    weights: tuple[float, ...]


class Program:
    """A linear program over variables with bounds, to which rows are added."""

    def __init__(self, rows: Sequence[Sum], low: Bounds, high: Bounds) -> None:
        self._highspy = import_module("highspy")  # its types leave out the class below
        self._numpy = import_module("numpy")
        self._variables = len(low)
        self._low, self._high = list(low), list(high)
        self.steps = 0  # simplex iterations of the last minimum
        # the class without callbacks: with them HiGHS prints its name before it can be told not to
        model = self._model = self._highspy._Highs()
        for option, value in (
            ("output_flag", False),
            ("solver", "simplex"),
            ("threads", 1),
            ("random_seed", SEED),
        ):
            model.setOptionValue(option, value)
        model.addVars(self._variables, self._floats(low), self._floats(high))
        self._rows = 0
        self.add(rows)

    def add(self, rows: Sequence[Sum]) -> None:
        """Adds rows after those that stand."""
        starts, columns, numbers = [0], list[int](), list[int]()
        for row in rows:
            columns += [variable for variable, _ in row.terms]
            numbers += [coefficient for _, coefficient in row.terms]
            starts.append(len(columns))
        self._model.addRows(
            len(rows),
            self._floats(-inf if row.low is None else row.low for row in rows),
            self._floats(inf if row.high is None else row.high for row in rows),
            len(columns),
            self._indices(starts[:-1]),
            self._indices(columns),
            self._floats(numbers),
        )
        self._rows += len(rows)

    def bounds(self, variable: int) -> tuple[int, int]:
        """The bounds of a variable as they stand."""
        return self._low[variable], self._high[variable]

    def bound(self, variable: int, low: int, high: int) -> None:
        """Changes the bounds of a variable."""
        self._low[variable], self._high[variable] = low, high
        self._model.changeColBounds(variable, low, high)

    def minimise(
        self,
        costs: Iterable[Term] = (),
        seconds: float | None = None,
        *,
        ray: bool = True,
        work: int | None = None,
        warm: bool = False,
    ) -> Guess | None:
        """A point where the costs come to least, or the ray that says that there is no point.

        Args:
            costs: each variable at most once; none asks only for a point.
            seconds: by the clock; None sets no limit but that of iterations.
            ray: whether a ray is wanted where there is no point: it costs as much again, and more.
            work: iterations times rows, a measure of time that is the same on every machine: some
                25 million are a second of a common one. None sets no limit but that of iterations.
            warm: whether to go on from the basis of the time before, for the same costs.

        Returns:
            None where a limit was met before either was found.
        """
        model, status = self._model, self._highspy.HighsModelStatus
        weighed = [0] * self._variables
        for variable, cost in costs:
            weighed[variable] = cost
        every = self._indices(range(self._variables))
        model.changeColsCost(self._variables, every, self._floats(weighed))
        if not warm:  # from the basis of another objective the way is longer than from none
            model.clearSolver()
        spent = model.getRunTime()  # its clock runs on from one objective to the next
        if seconds is not None and seconds <= 0:
            return None
        most = ITERATIONS if work is None else min(ITERATIONS, work // max(1, self._rows))
        model.setOptionValue("simplex_iteration_limit", most)
        model.setOptionValue("time_limit", inf if seconds is None else spent + seconds)
        model.run()
        self.steps = max(0, model.getInfo().simplex_iteration_count)
        if model.getModelStatus() == status.kOptimal:
            found = model.getSolution()
            return Guess(tuple(found.col_value), tuple(found.row_dual))
        if model.getModelStatus() != status.kInfeasible:
            return None
        if not ray:
            return Guess(None, ())
        if warm:
            _, there, weights = model.getDualRay()
            if there:
                return Guess(None, tuple(weights))
        # without presolve, and by the plainest prices, a ray is found soonest
        for option, value in (("presolve", "off"), ("simplex_dual_edge_weight_strategy", 0)):
            model.setOptionValue(option, value)
        model.clearSolver()
        model.run()
        for option, value in (("presolve", "choose"), ("simplex_dual_edge_weight_strategy", -1)):
            model.setOptionValue(option, value)
        if model.getModelStatus() != status.kInfeasible:
            return None
        _, there, weights = model.getDualRay()
        return Guess(None, tuple(weights)) if there else None

    def _floats(self, numbers: Iterable[float]) -> Any:
        return self._numpy.fromiter(numbers, dtype=float)

    def _indices(self, numbers: Iterable[int]) -> Any:
        return self._numpy.fromiter(numbers, dtype=self._numpy.int32)
