"""What the objectives of a system come to at least, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from time import monotonic

from planner.constraints.system import Linear, System, Term, gathered
from planner.relaxation.exact import safe_bound
from planner.relaxation.program import Guess, Program
from planner.relaxation.relax import broken_anyway
from planner.relaxation.rows import Sum, sums


@dataclass(frozen=True)
class Bounded:
    """Lower bounds of objectives, in their order; exact, whatever the linear programs said.

    ``least[i]`` holds of every solution whose objectives before i come to at most what is known of
    them or, where nothing is known, to what ``least`` says. So without known values ``least`` is
    lexicographically at most any solution's values; with those of a calendar in hand, that
    calendar is the best as far as the two agree. None is no bound: a limit was met, or fractions
    have no point left.

    ``values``, by variable, are the corner where the last objective looked at was least, in
    floating point; None where none was looked at. ``infeasible``: the first linear program says, in
    floating point, that there is no solution; ``relax.refuse`` says it exactly.
    """

    least: tuple[int | None, ...]
    values: tuple[float, ...] | None = None
    infeasible: bool = False


def bounds(
    system: System,
    names: Sequence[str],
    *,
    known: Sequence[int] = (),
    seconds: float | None = None,
) -> Bounded:
    """Minimises the objectives in fractions, each while those before it stay within their bounds.

    Each bound is rounded up to a whole number in exact arithmetic, and holds as a row from then on.

    Args:
        system: the rows.
        names: the objectives in their order.
        known: what the first objectives, or all, come to in a solution in hand.
        seconds: by the clock for all together, above 0; None sets no limit but that of iterations.
    """
    nothing: tuple[None, ...] = (None,) * len(names)
    rows = sums(system.rows)
    plain = broken_anyway(rows)
    if plain is not None:
        return Bounded(nothing, infeasible=True)
    end = None if seconds is None else monotonic() + seconds
    stages = _Stages(rows, system, end)
    least: list[int] = []
    for name, most in zip_longest(names, known[: len(names)]):
        bound = stages.next(system.objectives[name], most)
        if bound is None:
            break
        least.append(bound)
    return Bounded((*least, *nothing[len(least) :]), stages.values, stages.infeasible)


class _Stages:
    """The rows, with a row more for each objective that is behind."""

    def __init__(self, rows: Sequence[Sum], system: System, end: float | None) -> None:
        self.values: tuple[float, ...] | None = None
        self.infeasible = False
        self._low, self._high = system.low, system.high
        self._rows = [row for row in rows if row.terms]
        self._given = len(system.rows)
        self._behind = 0
        self._end = end
        self._program: Program | None = None

    def next(self, objective: Linear, known: int | None) -> int | None:
        """The bound of an objective, which from then on stays between it and what is known."""
        costs = gathered(objective.terms)
        bound = safe_bound([], [], costs, self._low, self._high)  # by the variables' own bounds
        most = None if known is None else known - objective.constant
        if costs and (most is None or most > bound):
            guess = self._minimise(costs)
            if guess is None:
                return None
            if guess.values is None:
                self.infeasible = not self._behind
                return None
            self.values = guess.values
            bound = max(bound, safe_bound(self._rows, guess.weights, costs, self._low, self._high))
        if costs:
            self._keep(costs, bound, bound if most is None else most)
        return bound + objective.constant

    def _minimise(self, costs: Sequence[Term]) -> Guess | None:
        left = None if self._end is None else self._end - monotonic()
        if left is not None and left <= 0:
            return None
        if self._program is None:
            self._program = Program(self._rows, self._low, self._high)
        return self._program.minimise(costs, left, ray=False)

    def _keep(self, costs: tuple[Term, ...], low: int, high: int) -> None:
        row = Sum(self._given + self._behind, costs, low, high)
        self._behind += 1
        self._rows.append(row)
        if self._program is not None:
            self._program.add([row])
