"""Cycles on fixed starts: their days, their bags, and what history leaves of each window."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from planner.constraints.schedule import ChosenBag
from planner.labels.limits import Limit
from planner.labels.packed import BITS, at_most, ones
from planner.labels.problem import Problem


class NoWayError(Exception):
    """A cycle cannot be planned on its start at all."""


class Fixed:
    """A problem with one start for each cycle: the one in ``starts``, by place, or its first.

    Raises:
        NoWayError: a cycle has no start.
    """

    def __init__(self, problem: Problem, starts: Mapping[int, int] | None = None) -> None:
        if not all(place.origins for place in problem.places):
            raise NoWayError
        self.problem = problem
        chosen = starts or {}
        self.starts = [chosen.get(i, place.origins[0]) for i, place in enumerate(problem.places)]
        self.begins = [
            start + (place.cycle.progress.infused if place.cycle.progress else 0)
            for start, place in zip(self.starts, problem.places, strict=True)
        ]
        self.ends = [
            start + place.cycle.infusion_days
            for start, place in zip(self.starts, problem.places, strict=True)
        ]
        self._newest: dict[int, int | None] = {}
        self._left: dict[tuple[int, int], int] = {}
        self._ending: dict[int, dict[int, list[ChosenBag]]] = {}

    @property
    def keeping(self) -> bool:
        """Whether how long some bag keeps its vials bounds its dispense."""
        rules = self.problem.rules
        return any(
            rules.oldest(bag.day, bag.option) > bag.day - rules.ahead
            for index in range(len(self.starts))
            for bags in self.bags(index).values()
            for bag in bags
        )

    def newest(self, day: int) -> int | None:
        """The last day of a dispense for a bag hung on a day."""
        if day not in self._newest:
            days = self.problem.sendable
            at = bisect_right(days, day - self.problem.rules.transit) - 1
            self._newest[day] = days[at] if at >= 0 else None
        return self._newest[day]

    def bags(self, index: int) -> Mapping[int, list[ChosenBag]]:
        """The bags of a cycle by the day they are hung."""
        return self.problem.bags(index, self.starts[index])

    def ending(self, index: int) -> Mapping[int, list[ChosenBag]]:
        """The bags of a cycle by the day after their last one."""
        if index not in self._ending:
            found: dict[int, list[ChosenBag]] = {}
            for day, bags in self.bags(index).items():
                for bag in bags:
                    found.setdefault(day + bag.option.days, []).append(bag)
            self._ending[index] = found
        return self._ending[index]

    def left(self, which: int, limit: Limit, day: int) -> int:
        """What history and requests leave of each window of a limit that begins on a day and
        before; ``which`` tells limits apart."""
        near = bisect_left(limit.days, day - limit.reach)
        if near == len(limit.days):
            return limit.limit * ones(limit.reach + 1)
        if (which, day) not in self._left:
            left = 0
            for field in range(limit.reach + 1):
                begin = day - field
                fixed = limit.fixed(begin, begin + limit.per_days - 1)
                left |= max(limit.limit - fixed, 0) << BITS * field
            self._left[which, day] = left
        return self._left[which, day]

    def keeps(self, which: int, limit: Limit, day: int, sums: int) -> bool:
        """Whether the windows of a limit that begin on a day and before have room for ``sums``."""
        return at_most(sums, self.left(which, limit, day), ones(limit.reach + 1) << BITS - 1)
