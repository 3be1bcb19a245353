"""Trees of which every leaf's verdict can be set at will."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from planner.coverage.facts import Facts, Value
from planner.coverage.tree import Branch, Criterion, Part
from planner.documents.criteria import Verdict

DAY = date(2026, 1, 12)


@dataclass(frozen=True, eq=False)
class Set:
    """A question whose verdict is told: 'met', 'not-met', or nothing for unknown."""

    path: str
    needs: str = ""

    def verdict(self, facts: Facts) -> Verdict:
        told = facts[self.path]
        return "unknown" if told is None else "met" if told == "met" else "not-met"

    def open(self, facts: Facts) -> tuple[str, ...]:
        return (self.path,)

    def samples(self, facts: Facts) -> Iterator[Value]:
        yield from ("met", "not-met")


def by_leaf(tree: Branch) -> Branch:
    """The tree with each leaf's questions replaced by one that is told under the leaf's id."""
    return replace(tree, parts=tuple(_leaf(part) for part in tree.parts))


def _leaf(part: Part) -> Part:
    if isinstance(part, Branch):
        return by_leaf(part)
    return Criterion(part.leaf, (Set(part.leaf.id),))


def told(verdicts: Mapping[str, bool | None]) -> Facts:
    """Facts that tell each leaf's verdict; None is unknown."""
    known: dict[str, Value] = {
        name: "met" if held else "not-met" for name, held in verdicts.items() if held is not None
    }
    return Facts(known, DAY, DAY)
