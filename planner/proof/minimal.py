"""Minimal conflicts: a deletion filter for one, by halves; a hitting-set tree for the others.

Chinneck and Dravnieks, Locating minimal infeasible constraint sets in linear programs, ORSA Journal
on Computing 3, 1991; Junker, QuickXplain, AAAI 2004 (which conflict is preferred); Reiter, A theory
of diagnosis from first principles, AI 32, 1987.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from planner.proof.judge import Ruling

Rules = Callable[[Sequence[str]], Ruling]


@dataclass(frozen=True)
class Minimal:
    """A conflict; ``proven`` is False where a member stayed because a probe was undecided."""

    members: tuple[str, ...]
    proven: bool


def smallest(
    rules: Rules,
    members: Sequence[str],
    *,
    refuted: Callable[[Sequence[str]], bool] | None = None,
    likely: Collection[str] = (),
) -> Minimal:
    """A minimal subset of ``members``, together infeasible, that prefers the earlier ones.

    The later half is left out as a whole, then its halves, down to single members. A member is
    dropped only on a proven NO for the rest; an undecided probe keeps it. What is asked stays near
    to all members, where most days are barred and rulings come soonest.

    Args:
        rules: rules on some of the members.
        members: in order of blame.
        refuted: whether some members are infeasible as far as can be told at once, asked of several
            left out together; None: as ``rules`` says.
        likely: members that the conflict is likely of, tried last.
    """
    no = refuted or (lambda some: rules(some) is Ruling.NO)
    order = [m for m in members if m in likely] + [m for m in members if m not in likely]
    kept, undecided = set(order), False

    def drop(some: list[str]) -> None:
        nonlocal kept, undecided
        rest = [m for m in members if m in kept and m not in some]
        if len(some) > 1 and not no(rest):
            half = len(some) // 2
            drop(some[half:])
            drop(some[:half])
            return
        ruling = rules(rest) if len(some) == 1 else Ruling.NO
        undecided = undecided or ruling is Ruling.UNKNOWN
        if ruling is Ruling.NO:
            kept -= set(some)

    half = len(order) // 2
    for some in (order[half:], order[:half]):
        if some:
            drop(some)
    return Minimal(tuple(m for m in members if m in kept), not undecided)


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
            known = smallest(rules, rest)
            found.append(known)
        queue += [left_out | {m} for m in known.members]
    order = {m: i for i, m in enumerate(members)}
    return sorted(found, key=lambda c: (len(c.members), [order[m] for m in c.members]))
