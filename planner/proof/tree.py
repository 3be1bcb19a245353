"""The shape of a proof, and exact arithmetic on it: weights that contradict, or two cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from planner.proof.bounds import Sum

DENOMINATORS = (1, 12, 420, 10**4, 10**6)
TINY = 1e-9  # weights in floating point below this are taken for none

Bounds = Sequence[int]


@dataclass(frozen=True)
class Leaf:
    """Weights of rows, by index, that contradict each other."""

    weights: Mapping[int, int]


@dataclass(frozen=True)
class Split:
    """A variable at most ``at``, and at least ``at + 1``, each with its proof."""

    variable: int
    at: int
    below: Leaf | Split
    above: Leaf | Split


Node = Leaf | Split


def with_bound(bounds: Bounds, variable: int, value: int) -> Bounds:
    """The bounds with one variable's changed."""
    changed = list(bounds)
    changed[variable] = value
    return changed


def whole_weights(
    rows: Sequence[Sum], weights: Sequence[float], low: Bounds, high: Bounds
) -> dict[int, int] | None:
    """Whole weights near to multiples of those given that contradict the bounds, exactly."""
    by_index = {row.index: row for row in rows}
    for denominator in DENOMINATORS:
        near: dict[int, Fraction] = {}
        for row, weight in zip(rows, weights, strict=True):
            bound = row.low if weight > 0 else row.high
            fraction = Fraction(weight).limit_denominator(denominator)
            if abs(weight) > TINY and bound is not None and fraction:
                near[row.index] = fraction
        if near:
            scale = lcm(*(f.denominator for f in near.values()))
            shared = gcd(*(int(f * scale) for f in near.values()))
            whole = {i: int(f * scale) // shared for i, f in near.items()}
            if contradicts(whole, by_index, low, high):
                return whole
    return None


def contradicts(
    weights: Mapping[int, int], rows: Mapping[int, Sum], low: Bounds, high: Bounds
) -> bool:
    """Whether the weighted rows ask for more than their sum can be within the bounds."""
    total: dict[int, int] = {}
    asked = 0
    for index, weight in weights.items():
        row = rows[index]
        bound = row.low if weight > 0 else row.high
        if bound is None:
            return False
        asked += weight * bound
        for variable, coefficient in row.terms:
            total[variable] = total.get(variable, 0) + weight * coefficient
    return sum(c * (high[v] if c > 0 else low[v]) for v, c in total.items()) < asked


def proves(node: Node, rows: Mapping[int, Sum], low: Bounds, high: Bounds) -> bool:
    """Whether a proof holds within the bounds as well."""
    if isinstance(node, Leaf):
        return contradicts(node.weights, rows, low, high)
    return proves(node.below, rows, low, with_bound(high, node.variable, node.at)) and proves(
        node.above, rows, with_bound(low, node.variable, node.at + 1), high
    )


def nodes(node: Node) -> Iterator[Node]:
    """A proof and all within it."""
    yield node
    if isinstance(node, Split):
        yield from nodes(node.below)
        yield from nodes(node.above)
