"""Whether rows can be kept in fractions: a point that keeps them, or exact weights against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.constraints.system import System
from planner.relaxation.exact import Bounds, Weights, whole_weights
from planner.relaxation.program import Program
from planner.relaxation.rows import Sum, sums


@dataclass(frozen=True)
class Relaxed:
    """Either weights, or a point, or neither where a limit was met.

    ``weights``, by index of the row, contradict the bounds of the variables in exact arithmetic: no
    point keeps the rows, so no whole numbers do (Farkas' lemma). ``values``, by variable, are a
    corner of what can be kept in fractions: a guess in floating point.
    """

    weights: Weights | None = None
    values: tuple[float, ...] | None = None


def relax(
    rows: Sequence[Sum],
    low: Bounds,
    high: Bounds,
    *,
    seconds: float | None = None,
    work: int | None = None,
) -> Relaxed:
    """Looks for a point that keeps the rows within the bounds of the variables.

    Args:
        rows: each with an index of its own.
        low: of each variable.
        high: of each variable, not below its low.
        seconds: by the clock, above 0; None sets no limit but that of iterations.
        work: as ``Program.minimise`` takes it.
    """
    plain = broken_anyway(rows)
    if plain is not None:
        return Relaxed(weights=plain)
    there = [row for row in rows if row.terms]
    values = [float(least) for least in low]
    if not there:
        return Relaxed(values=tuple(values))
    place: dict[int, int] = {}  # the few rows of a conflict name few of the variables
    for row in there:
        for variable, _ in row.terms:
            place.setdefault(variable, len(place))
    numbered = [replace(row, terms=tuple((place[v], c) for v, c in row.terms)) for row in there]
    program = Program(numbered, [low[v] for v in place], [high[v] for v in place])
    guess = program.minimise(seconds=seconds, work=work)
    if guess is None:
        return Relaxed()
    if guess.values is None:
        return Relaxed(weights=whole_weights(there, guess.weights, low, high))
    for variable, value in zip(place, guess.values, strict=True):
        values[variable] = value
    return Relaxed(values=tuple(values))


def refuse(
    system: System, *, seconds: float | None = None, work: int | None = None
) -> Weights | None:
    """Exact weights of rows, by index, that say that the system has no solution, or None.

    None says nothing: there may be no solution in whole numbers where there is one in fractions.

    Args:
        system: the rows of a course, or of a part of it.
        seconds: by the clock, above 0; None sets no limit but that of iterations.
        work: as ``Program.minimise`` takes it.
    """
    rows = sums(system.rows)
    return relax(rows, system.low, system.high, seconds=seconds, work=work).weights


def infeasible(system: System, *, seconds: float | None = None, work: int | None = None) -> bool:
    """Whether the rows have no point, as floating point says: good enough to look further, and
    much sooner known than ``refuse``.

    Args:
        system: the rows of a course, or of a part of it.
        seconds: by the clock, above 0; None sets no limit but that of iterations.
        work: as ``Program.minimise`` takes it.
    """
    rows = sums(system.rows)
    if broken_anyway(rows) is not None:
        return True
    program = Program([row for row in rows if row.terms], system.low, system.high)
    guess = program.minimise(seconds=seconds, ray=False, work=work)
    return guess is not None and guess.values is None


def broken_anyway(rows: Sequence[Sum]) -> Weights | None:
    """The weight of the first row without terms that is broken, or None."""
    for row in rows:
        if not row.terms and row.low is not None and row.low > 0:
            return {row.index: 1}
        if not row.terms and row.high is not None and row.high < 0:
            return {row.index: -1}
    return None
