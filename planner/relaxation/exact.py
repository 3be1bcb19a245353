"""Exact arithmetic on weights of rows: what a linear program says becomes a proof only here.

Rows times weights, added up, bound any other sum over the same variables from below: for each
variable what is left of its cost takes the end of its bounds that makes it least. That holds for
whatever weights, so those of a linear program may be rounded at will; only the bound gets worse.
(Neumaier and Shcherbina 2004, "Safe bounds in linear and mixed-integer linear programming"; here
all variables have bounds and all arithmetic is on whole numbers, so that nothing is rounded.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from planner.constraints.system import Term
from planner.relaxation.rows import Sum

DENOMINATORS = (1, 12, 420, 10**4, 10**6)  # of a contradiction's weights, the plainest first
FINE = 2**40  # by which the weights of a bound are multiplied before they are rounded
TINY = 1e-9  # weights in floating point below this are taken for none

Bounds = Sequence[int]
Weights = Mapping[int, int]


def least(
    weights: Weights,
    rows: Mapping[int, Sum],
    low: Bounds,
    high: Bounds,
    costs: Iterable[Term] = (),
) -> int | None:
    """What the sum of ``costs`` comes to at least where the weighted rows are kept.

    Without costs, which come to 0, the rows contradict each other where this is above 0.

    Args:
        weights: by index of the row. One above 0 takes the row's low, one below 0 its high.
        rows: by index.
        low: of each variable.
        high: of each variable.
        costs: each variable at most once.

    Returns:
        The bound, or None where a weight takes an end that its row has not.
    """
    priced = reduced(weights, rows, low, high, costs)
    return None if priced is None else priced.total


@dataclass(frozen=True)
class Priced:
    """What costs come to at least where weighted rows are kept, and ``left``, by variable, what a
    step away from the end of its bounds that makes this least adds to it."""

    total: int
    left: Mapping[int, int]


def reduced(
    weights: Weights,
    rows: Mapping[int, Sum],
    low: Bounds,
    high: Bounds,
    costs: Iterable[Term] = (),
) -> Priced | None:
    """As ``least``, with what is left of each variable's cost: above 0 its low is best, below 0 its
    high."""
    left = dict(costs)
    total = 0
    for index, weight in weights.items():
        row = rows[index]
        bound = row.low if weight > 0 else row.high
        if bound is None:
            return None
        total += weight * bound
        for variable, coefficient in row.terms:
            left[variable] = left.get(variable, 0) - weight * coefficient
    total += sum(c * (low[v] if c > 0 else high[v]) for v, c in left.items())
    return Priced(total, left)


def contradicts(weights: Weights, rows: Mapping[int, Sum], low: Bounds, high: Bounds) -> bool:
    """Whether the weighted rows ask for more than their sum can be within the bounds."""
    need = least(weights, rows, low, high)
    return need is not None and need > 0


def whole_weights(
    rows: Sequence[Sum], weights: Sequence[float], low: Bounds, high: Bounds
) -> dict[int, int] | None:
    """Whole weights near to multiples of those given that contradict the bounds, exactly."""
    by_index = {row.index: row for row in rows}
    sizes = [abs(weight) for weight in weights if abs(weight) > TINY]
    if not sizes:
        return None
    for denominator in DENOMINATORS:
        for unit in (1.0, max(sizes), min(sizes)):
            near = _near(rows, weights, unit, denominator)
            if near and contradicts(near, by_index, low, high):
                return near
    return None


def rounded(rows: Sequence[Sum], weights: Sequence[float], times: int = FINE) -> dict[int, int]:
    """Multiples of the weights in whole numbers, without those whose row lacks the end it takes."""
    found: dict[int, int] = {}
    for row, weight in zip(rows, weights, strict=True):
        whole = round(weight * times)
        if whole and (row.low if whole > 0 else row.high) is not None:
            found[row.index] = whole
    return found


def safe_bound(
    rows: Sequence[Sum],
    weights: Sequence[float],
    costs: Sequence[Term],
    low: Bounds,
    high: Bounds,
) -> int:
    """What a sum over whole numbers comes to at least, by the weights of a linear program.

    Args:
        rows: which are kept.
        weights: one a row, in floating point; bad ones give a bad bound, never a wrong one.
        costs: each variable at most once.
        low: of each variable.
        high: of each variable.
    """
    bound = least(
        rounded(rows, weights),
        {row.index: row for row in rows},
        low,
        high,
        [(variable, FINE * cost) for variable, cost in costs],
    )
    assert bound is not None  # rounded leaves out what has no bound
    return -(-bound // FINE)


def _near(
    rows: Sequence[Sum], weights: Sequence[float], unit: float, denominator: int
) -> dict[int, int]:
    """Whole weights that are to each other nearly as those given."""
    near: dict[int, Fraction] = {}
    for row, weight in zip(rows, weights, strict=True):
        bound = row.low if weight > 0 else row.high
        if abs(weight) > TINY and bound is not None:
            fraction = Fraction(weight / unit).limit_denominator(denominator)
            if fraction:
                near[row.index] = fraction
    if not near:
        return {}
    scale = lcm(*(f.denominator for f in near.values()))
    shared = gcd(*(int(f * scale) for f in near.values()))
    return {i: int(f * scale) // shared for i, f in near.items()}
