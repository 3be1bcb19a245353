"""What it costs at least to go on from a day, by the lengths of cycles alone; see ``early.py``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from planner.labels.place import Place


class Lengths:
    """What it costs at least to go on from a day, by the days that cycles may start on and the
    lengths between them alone."""

    def __init__(self, places: Sequence[Place], latest: int | None) -> None:
        self._places = places
        self._latest = latest
        self._tables: list[list[int | None]] = [[] for _ in places]
        for index in range(len(places) - 1, -1, -1):
            least: int | None = None
            table: list[int | None] = []
            for origin in reversed(places[index].origins):
                cost = self.value(index, origin)
                if cost is not None:
                    least = cost if least is None else min(least, cost)
                table.append(least)
            self._tables[index] = table[::-1]

    def toll(self, index: int, origin: int) -> int:
        """What a start costs: its delay, or how much earlier it is than the latest conceivable."""
        place = self._places[index]
        if self._latest is not None:
            late = place.cycle.number == self._latest
            return place.origins[-1] - origin if late else 0
        return origin - place.cycle.earliest if place.cycle.progress is None else 0

    def following(self, index: int, origin: int) -> int:
        """The first day of the next cycle."""
        place = self._places[index]
        pinned = place.cycle.pinned
        return (origin if pinned is None else pinned) + place.gap

    def next(self, index: int, day: int) -> int:
        """Which of a cycle's start days is the first from a day on; their number where none is."""
        place = self._places[index]
        return 0 if place.cycle.progress is not None else bisect_left(place.origins, day)

    def value(self, index: int, origin: int) -> int | None:
        """The least cost from a start on; None where it is too late for a later cycle."""
        rest = self.waiting(index + 1, self.following(index, origin))
        return None if rest is None else self.toll(index, origin) + rest

    def waiting(self, index: int, day: int) -> int | None:
        """The least cost from the days before a cycle on; None where it is too late for it."""
        if index == len(self._places):
            return 0
        at = self.next(index, day)
        table = self._tables[index]
        return table[at] if at < len(table) else None
