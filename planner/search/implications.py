"""Starts alone, decided by implications: no search is needed.

Rows on starts compare two moments, so that each says "begun by this day, hence begun by that day".
What is begun by a day for certain follows by walking these implications; a contradiction is a proof
that there are no starts, and without one, starting everything as late as what follows allows keeps
every row.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from planner.constraints.system import Row, System


@dataclass
class _Facts:
    """What is certain: variables that are 1, variables that are 0, and what follows from a 1."""

    true: set[int] = field(default_factory=set)
    false: set[int] = field(default_factory=set)
    follows: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    contradiction: bool = False

    def closed(self) -> bool:
        """Walks the implications; False where they contradict what is 0."""
        waiting = list(self.true)
        while waiting and not self.contradiction:
            for variable in self.follows[waiting.pop()]:
                if variable not in self.true:
                    self.true.add(variable)
                    waiting.append(variable)
        return not self.contradiction and not self.true & self.false


def implied(system: System, zero: frozenset[int] = frozenset()) -> tuple[bool, set[int]] | None:
    """Whether the rows can be kept, and the variables that are 1 where they are.

    Args:
        system: rows on starts and openings.
        zero: variables held at 0.

    Returns:
        None where a row is of another kind, so that nothing can be said this way.
    """
    facts = _Facts(false=set(zero))
    chains = {here: total for total, (_, here) in system.sums.items()}
    ones: list[Row] = []
    for row in system.rows:
        if row.instance[:1] == ("by",):
            continue
        if row.low == row.high == 1 and row.terms and all(c == 1 for _, c in row.terms):
            ones.append(row)
        elif not _take(row, facts):
            return None
    for row in ones:
        days = sorted(v for v, _ in row.terms)
        if len(days) > 1 and days[-1] not in chains:  # nothing speaks of when it happens
            free = [v for v in days if v not in facts.false]
            facts.true |= set(free[:1])
            facts.contradiction = facts.contradiction or not free
            continue
        facts.true.add(chains.get(days[-1], days[-1]))
        _chain(days, chains, facts)
    if not facts.closed():
        return False, set()
    chosen = set(facts.true)
    for total, (before, here) in system.sums.items():
        if total in facts.true and before not in facts.true:
            chosen.add(here)
    return True, chosen


def _take(row: Row, facts: _Facts) -> bool:
    """Notes what a row says; False where it is of no kind that implications cover."""
    if not row.terms:
        facts.contradiction = facts.contradiction or not row.holds(())
        return True
    if row.low is not None or row.high is None:
        return False
    if row.high == 0 and all(c > 0 for _, c in row.terms):
        facts.false |= {v for v, _ in row.terms}
        return True
    if len(row.terms) == 1 and row.terms[0][1] == -1 and row.high == -1:
        facts.true.add(row.terms[0][0])
        return True
    if len(row.terms) == 2 and row.high == 0:
        (a, first), (b, second) = row.terms
        if (first, second) == (1, -1):
            facts.follows[a].append(b)
            return True
        if (first, second) == (-1, 1):
            facts.follows[b].append(a)
            return True
    return False


def _chain(days: list[int], chains: dict[int, int], facts: _Facts) -> None:
    """Begun by a day, hence begun by the next; and on a day that is out, hence already before."""
    before = days[0]
    for variable in days[1:]:
        total = chains[variable]
        facts.follows[before].append(total)
        if variable in facts.false:
            facts.follows[total].append(before)
        before = total
