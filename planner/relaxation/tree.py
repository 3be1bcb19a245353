"""The shape of a proof: weights that contradict, or two cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.relaxation.exact import Bounds, contradicts
from planner.relaxation.rows import Sum


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
