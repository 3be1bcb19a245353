"""A system without the variables whose bounds meet: fewer rows, and the same solutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.constraints.system import Linear, Row, System, gathered


@dataclass(frozen=True)
class Narrow:
    """A smaller system, and which variables of the whole one its are."""

    system: System
    kept: Sequence[int]
    low: Sequence[int]

    def whole(self, values: Sequence[int]) -> list[int]:
        """A value for each variable of the whole system."""
        found = list(self.low)
        for variable, value in zip(self.kept, values, strict=True):
            found[variable] = value
        return found

    def part(self, values: Sequence[int]) -> list[int]:
        """Of a value for each variable of the whole system, those of this one."""
        return [values[variable] for variable in self.kept]


def narrowed(system: System, low: Sequence[int], high: Sequence[int]) -> Narrow:
    """The rows and objectives of a system within other bounds, over the variables that these leave
    open, without the rows that hold in any case.

    Args:
        system: the whole.
        low: of each variable, not below its own.
        high: of each variable, not above its own.
    """
    small = System()
    place: dict[int, int] = {}
    for variable, key in enumerate(system.keys):
        if low[variable] < high[variable]:
            place[variable] = small.variable(key, low[variable], high[variable])

    def moved(linear: Linear) -> Linear:
        terms = gathered(linear.terms)
        fixed = sum(c * low[v] for v, c in terms if v not in place)
        open_ = tuple((place[v], c) for v, c in terms if v in place)
        return Linear(open_, linear.constant + fixed)

    for row in system.rows:
        left = moved(Linear(row.terms))
        least = left.constant + sum(
            c * (small.low if c > 0 else small.high)[v] for v, c in left.terms
        )
        most = left.constant + sum(
            c * (small.high if c > 0 else small.low)[v] for v, c in left.terms
        )
        if (row.low is None or row.low <= least) and (row.high is None or row.high >= most):
            continue
        small.rows.append(
            Row(
                row.members,
                row.instance,
                left.terms,
                None if row.low is None else row.low - left.constant,
                None if row.high is None else row.high - left.constant,
            )
        )
    small.objectives = {name: moved(linear) for name, linear in system.objectives.items()}
    return Narrow(small, list(place), list(low))
