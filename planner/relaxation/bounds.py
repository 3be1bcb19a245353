"""What the objectives of a system come to at least, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from planner.constraints.system import Linear, System, Term
from planner.relaxation.exact import safe_bound
from planner.relaxation.program import Guess, Program
from planner.relaxation.rows import Sum, gathered, sums


@dataclass(frozen=True)
class Bounded:
    """Lower bounds of objectives, in their order; exact, whatever the linear programs said.

    ``least[i]`` holds of every solution whose objectives before i come to at most what is known of
    them or, where nothing is known, to what ``least`` says. So without known values ``least`` is
    lexicographically at most any solution's values; with those of a calendar in hand, that
    calendar is the best as far as the two agree. None is no bound: a limit was met.

    ``values``, by variable, are the corner where the last objective looked at was least, in
    floating point; None where none was looked at.
    """

    least: tuple[int | None, ...]
    values: tuple[float, ...] | None = None


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
        system: the rows; where they have no solution the bounds say nothing.
        names: the objectives in their order.
        known: what the first objectives, or all, come to in a solution in hand.
        seconds: by the clock for all together, above 0; None sets no limit but that of iterations.
    """
    end = None if seconds is None else monotonic() + seconds
    found = _Stages(system, end)
    least: list[int | None] = []
    for place, name in enumerate(names):
        most = known[place] if place < len(known) else None
        bound = found.stage(system.objectives[name], most)
        if bound is None:
            break
        least.append(bound)
    return Bounded((*least, *[None] * (len(names) - len(least))), found.values)


class _Stages:
    """The rows, with a row more for each objective that is behind."""

    def __init__(self, system: System, end: float | None) -> None:
        self.values: tuple[float, ...] | None = None
        self._low, self._high = system.low, system.high
        self._rows = [row for row in sums(system.rows) if row.terms]
        self._next = len(system.rows)  # the index of the next row
        self._end = end
        self._program: Program | None = None

    def stage(self, objective: Linear, known: int | None) -> int | None:
        """The bound of an objective, which from then on stays between it and what is known."""
        costs = gathered(objective.terms)
        bound = safe_bound([], [], costs, self._low, self._high)
        if known is None or known - objective.constant > bound:
            guess = self._minimise(costs)
            if guess is None or guess.values is None:
                return None
            bound = max(bound, safe_bound(self._rows, guess.weights, costs, self._low, self._high))
            self.values = guess.values
        if costs:
            most = bound if known is None else known - objective.constant
            self._keep(Sum(self._next, costs, bound, most))
        return bound + objective.constant

    def _minimise(self, costs: Sequence[Term]) -> Guess | None:
        left = None if self._end is None else self._end - monotonic()
        if left is not None and left <= 0:
            return None
        if self._program is None:
            self._program = Program(self._rows, self._low, self._high)
        return self._program.minimise(costs, left)

    def _keep(self, row: Sum) -> None:
        self._next += 1
        self._rows.append(row)
        if self._program is not None:
            self._program.add([row])
