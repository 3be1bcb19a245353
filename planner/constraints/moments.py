"""When something happens that happens once: "by this day" and "from this day on" as two terms.

One variable a day says whether it has happened by then, so that rows which compare two moments
stay short, and need no big constants.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from planner.constraints.system import Key, System, Term

Sum = tuple[list[Term], int]


@dataclass(frozen=True)
class Moment:
    """The day of one event: either a fact, or the one of its days whose variable is 1.

    ``by`` holds, in the order of ``days``, a variable for "on this day or before".
    """

    days: tuple[int, ...]
    by: tuple[int, ...]
    fact: bool = False

    def until(self, day: int) -> Sum:
        """1 where it happens on ``day`` or before."""
        place = bisect_right(self.days, day)
        if place == 0:
            return [], 0
        if place == len(self.days):
            return [], 1
        return [(self.by[place - 1], 1)], 0

    def since(self, day: int) -> Sum:
        """1 where it happens on ``day`` or after."""
        terms, constant = self.until(day - 1)
        return [(variable, -coefficient) for variable, coefficient in terms], 1 - constant


def known(day: int) -> Moment:
    """A moment that is a fact."""
    return Moment((day,), (-1,), fact=True)


def moment(system: System, key: Key, days: Mapping[int, int]) -> Moment:
    """The moment that variables by day choose, of which exactly one is 1; where none is, it is the
    last of the days.

    Adds a variable ("by", key, day) for each day but the first, whose own variable says the same:
    by(day) = by(the day before) + the day's variable.
    """
    ordered = sorted(days)
    by: list[int] = []
    for day in ordered:
        if not by:
            by.append(days[day])
            continue
        variable = system.variable(("by", *key, day))
        system.sums[variable] = (by[-1], days[day])
        system.add(
            (), ("by", *key, day), [(variable, 1), (by[-1], -1), (days[day], -1)], low=0, high=0
        )
        by.append(variable)
    return Moment(tuple(ordered), tuple(by))


def not_all(system: System, members: tuple[str, ...], instance: Key, *events: Sum) -> None:
    """Adds the row that of these events not all happen, unless that holds whatever is decided."""
    certain = [event for event in events if not event[0] and event[1] == 1]
    open_ones = [event for event in events if event[0] or event[1] != 1]
    if any(not terms and constant <= 0 for terms, constant in open_ones):
        return
    if not open_ones:
        open_ones = certain[:1]
    terms = [term for event in open_ones for term in event[0]]
    constant = sum(event[1] for event in open_ones)
    most = len(open_ones) - 1
    if constant + sum(c for _, c in terms if c > 0) > most:
        system.add(members, instance, terms, high=most - constant)
