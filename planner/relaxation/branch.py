"""Branch and bound on rows over whole numbers: a proof that a sum comes to no less.

Linear programs in floating point guide the search, each from the basis of the one before. What is
claimed is exact: a case is left behind only where whole weights of rows contradict its bounds,
together with the row that the sum comes to less than is known. (Land and Doig 1960; bounds made
safe as in ``exact``.) Deterministic: its limits are numbers of cases and of steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from planner.constraints.system import System
from planner.deadline import Deadline
from planner.relaxation.exact import FINE, Bounds, Weights, contradicts, rounded, whole_weights
from planner.relaxation.program import Program
from planner.relaxation.relax import broken_anyway
from planner.relaxation.rows import sums
from planner.relaxation.tree import Leaf, Node, Split, fractional, proves, with_bound

MULTIPLES = (1, 12, 420, 10**4, FINE)  # by which duals are multiplied before they are rounded
DEEPEST = 250  # cases within cases
LEAVES = 2_000
WORK = 600_000_000  # simplex iterations and cases, each times rows: some 25 seconds


class _GivenUpError(Exception):
    """A limit was met, or there is a solution."""


def refuted(
    system: System,
    *,
    leaves: int = LEAVES,
    work: int = WORK,
    deadline: Deadline | None = None,
) -> Node | None:
    """The proof that a system has no solution in whole numbers; None where none was found.

    Args:
        system: the rows; the last bounds from above the sum that is minimised.
        leaves: the most cases.
        work: simplex iterations and cases, each times rows.
        deadline: when the search ends.
    """
    return _Search(system, leaves, work, deadline).run()


class _Search:
    def __init__(self, system: System, leaves: int, work: int, deadline: Deadline | None) -> None:
        *rows, costs = sums(system.rows)
        self._rows = [row for row in rows if row.terms]
        self._by_index = {row.index: row for row in (*rows, costs)}
        self._costs = costs
        self._keys = system.keys
        self._low, self._high = tuple(system.low), tuple(system.high)
        self._leaves, self._work = leaves, work
        self._deadline = Deadline() if deadline is None else deadline
        self._depth = 0
        self._program = Program(self._rows, self._low, self._high)

    def run(self) -> Node | None:
        broken = broken_anyway(list(self._by_index.values()))
        if broken is not None:
            return Leaf(broken)
        try:
            return self._node(self._low, self._high)
        except _GivenUpError:
            return None

    def _node(self, low: Bounds, high: Bounds) -> Node:
        self._spend()
        guess = self._program.minimise(self._costs.terms, self._deadline.left(), warm=True)
        if guess is None:
            raise _GivenUpError
        self._work -= self._program.steps * len(self._rows)
        weights = self._contradiction(guess.values is None, guess.weights, low, high)
        if weights is not None:
            self._leaves -= 1
            return Leaf(weights)
        chosen = None if guess.values is None else fractional(self._keys, guess.values, low, high)
        if guess.values is None or chosen is None:  # rounded badly, or a solution
            raise _GivenUpError
        at = min(max(floor(guess.values[chosen]), low[chosen]), high[chosen] - 1)
        below_first = guess.values[chosen] - at < 0.5
        sides: dict[bool, Node] = {}
        for below in (below_first, not below_first):
            side = (
                (low, with_bound(high, chosen, at))
                if below
                else (with_bound(low, chosen, at + 1), high)
            )
            sides[below] = self._within(chosen, *side)
            if proves(sides[below], self._by_index, low, high):
                return sides[below]
        return Split(chosen, at, sides[True], sides[False])

    def _spend(self) -> None:
        self._work -= len(self._rows)
        spent = self._leaves <= 0 or self._work <= 0 or self._depth == DEEPEST
        if spent or self._deadline.over():
            raise _GivenUpError

    def _within(self, variable: int, low: Bounds, high: Bounds) -> Node:
        before = self._program.bounds(variable)
        self._program.bound(variable, low[variable], high[variable])
        self._depth += 1
        try:
            return self._node(low, high)
        finally:
            self._depth -= 1
            self._program.bound(variable, *before)

    def _contradiction(
        self, ray: bool, weights: Sequence[float], low: Bounds, high: Bounds
    ) -> Weights | None:
        """Whole weights that contradict the bounds, from a ray or from the duals of the costs."""
        if ray:
            return whole_weights(self._rows, weights, low, high)
        for times in MULTIPLES:
            found = {**rounded(self._rows, weights, times), self._costs.index: -times}
            if contradicts(found, self._by_index, low, high):
                return found
        return None
