"""The shape of a proof: weights that contradict, or two cases; and what to make cases of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.system import Key
from planner.relaxation.exact import Bounds, contradicts
from planner.relaxation.rows import Sum

WHOLE = 1e-6  # a value nearer to a whole number is taken for it
BRANCH_ON = ("by", "s", "y", "x", "h")


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


def fractional(
    keys: Sequence[Key], values: Sequence[float], low: Bounds, high: Bounds
) -> int | None:
    """The variable to split: starts first, the earliest cycle's, then the value nearest to one
    half, of such the one in the middle. None where all are whole.

    Args:
        keys: of each variable.
        values: of each, where a linear program is least.
        low: of each.
        high: of each.
    """

    def order(variable: int) -> tuple[int, int, float]:
        key = keys[variable]
        rank = BRANCH_ON.index(key[0]) if key[0] in BRANCH_ON else len(BRANCH_ON)
        cycle = next((part for part in key if isinstance(part, int)), 0)
        return rank, cycle, round(abs(values[variable] % 1 - 0.5), 6)

    broken = [
        variable
        for variable, value in enumerate(values)
        if abs(value - round(value)) > WHOLE and low[variable] < high[variable]
    ]
    best = min(map(order, broken), default=None)
    nearest = [variable for variable in broken if order(variable) == best]
    return nearest[len(nearest) // 2] if nearest else None
