"""Minimal conflicts: QuickXplain for one, a hitting-set tree for the others.

Junker, QuickXplain, AAAI 2004; Reiter, A theory of diagnosis from first principles, AI 32, 1987.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.proof.judge import Ruling

Rules = Callable[[Sequence[str]], Ruling]


@dataclass(frozen=True)
class Minimal:
    """A conflict; ``proven`` is False where a member stayed because a probe was undecided."""

    members: tuple[str, ...]
    proven: bool


def quickxplain(rules: Rules, members: Sequence[str]) -> Minimal:
    """A minimal subset of ``members``, together infeasible, that prefers the earlier ones.

    A member is dropped only on a proven NO for the rest; an undecided probe keeps it.
    """
    undecided = False

    def infeasible(some: Sequence[str]) -> bool:
        nonlocal undecided
        ruling = rules(some)
        undecided = undecided or ruling is Ruling.UNKNOWN
        return ruling is Ruling.NO

    def explain(background: list[str], fresh: bool, rest: list[str]) -> list[str]:
        if fresh and infeasible(background):
            return []
        if len(rest) == 1:
            return rest
        half = (len(rest) + 1) // 2
        first, second = rest[:half], rest[half:]
        late = explain(background + first, bool(first), second)
        early = explain(background + late, bool(late), first)
        return early + late

    found = explain([], False, list(members)) if not infeasible([]) else []
    return Minimal(tuple(m for m in members if m in set(found)), not undecided)


def conflicts(rules: Rules, members: Sequence[str], *, at_most: int) -> list[Minimal]:
    """Up to ``at_most`` minimal conflicts, the smallest by count first, ties by order of members.

    Each further one avoids at least one member of every conflict found before on its branch.
    """
    found: list[Minimal] = []
    seen: set[frozenset[str]] = set()
    queue: list[frozenset[str]] = [frozenset()]
    while queue and len(found) < at_most:
        left_out = queue.pop(0)
        if left_out in seen:
            continue
        seen.add(left_out)
        known = next((c for c in found if not left_out & set(c.members)), None)
        if known is None:
            rest = [m for m in members if m not in left_out]
            if rules(rest) is not Ruling.NO:
                continue
            known = quickxplain(rules, rest)
            found.append(known)
        queue += [left_out | {m} for m in known.members]
    order = {m: i for i, m in enumerate(members)}
    return sorted(found, key=lambda c: (len(c.members), [order[m] for m in c.members]))
