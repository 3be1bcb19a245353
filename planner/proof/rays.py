"""Weights that refuted one set of rows, tried on others: what a course cannot keep it often cannot
keep without some members either, and adding up known rows is much sooner done than a new linear
program (J. Farkas 1902; weights hold whatever they come from, as they are added up exactly).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from planner.constraints.system import Key, Row, System
from planner.relaxation.exact import contradicts
from planner.relaxation.relax import refuse
from planner.relaxation.rows import summed

_Name = tuple[str | None, Key, int]


class Rays:
    """What has refuted rows so far, by the rows' names."""

    def __init__(self) -> None:
        self._known: list[Mapping[_Name, int]] = []

    def __bool__(self) -> bool:
        return bool(self._known)

    def refute(self, system: System) -> bool:
        """Whether weights known already contradict the bounds of a system, by exact arithmetic.

        False says nothing.
        """
        wanted = {name for weights in self._known for name in weights}
        rows = dict(_named(system, wanted))
        for weights in reversed(self._known):
            own = {rows[name]: weight for name, weight in weights.items() if name in rows}
            sums = {index: summed(index, system.rows[index]) for index in own}
            if contradicts(own, sums, system.low, system.high):
                return True
        return False

    def learn(
        self, system: System, *, seconds: float | None = None, work: int | None = None
    ) -> frozenset[str] | None:
        """Asks the linear relaxation.

        Args:
            system: the rows of a course, or of a part of it.
            seconds: by the clock; None sets no limit but that of iterations.
            work: as ``Program.minimise`` takes it.

        Returns:
            The members of the rows that refute it, or None, which says nothing.
        """
        weights = refuse(system, seconds=seconds, work=work)
        if weights is None:
            return None
        names = {index: name for name, index in _named(system)}
        self._known.append({names[index]: weight for index, weight in weights.items()})
        return frozenset(m for index in weights for m in system.rows[index].members)


def _named(system: System, wanted: Collection[_Name] | None = None) -> Iterator[tuple[_Name, int]]:
    """Rows by what stays the same where members are left out: the first member, the instance, and a
    number among those that are alike."""
    seen: Counter[tuple[str | None, Key]] = Counter()
    for index, row in enumerate(system.rows):
        alike = _alike(row)
        name = *alike, seen[alike]
        seen[alike] += 1
        if wanted is None or name in wanted:
            yield name, index


def _alike(row: Row) -> tuple[str | None, Key]:
    return row.members[0] if row.members else None, row.instance
