"""Bounds that rows imply, and which rows they come from: what shrinks a system before a proof."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence

from planner.relaxation.rows import Sum

LEAST, MOST = 0, 1
Use = tuple[int, int]  # a row by position, and which of its bounds
End = tuple[int, int]  # a variable, and which of its bounds
STEPS_A_ROW = 40  # rows over wide variables could tighten them one by one for ever


class Implied:
    """Bounds tightened row by row until nothing moves, within a number of steps.

    ``conflict`` is a row that cannot be kept within the bounds, by position and the bound of it
    (LEAST or MOST) that cannot, or None. Each tightening is remembered, so that ``behind`` can
    tell which rows a bound comes from.
    """

    def __init__(self, rows: Sequence[Sum], low: Sequence[int], high: Sequence[int]) -> None:
        self.rows = rows
        self.low, self.high = list(low), list(high)
        self.conflict: Use | None = None
        self._made_by: list[Use] = []
        self._moved: dict[tuple[int, int], list[int]] = {}  # tightenings of a variable's side
        self._touching: dict[int, list[int]] = {}
        for position, row in enumerate(rows):
            for variable, _ in row.terms:
                self._touching.setdefault(variable, []).append(position)
        self._run()

    def rests_on(self, use: Use) -> list[End]:
        """The ends at which a row's variables stand where its sum meets the bound used."""
        position, bound = use
        return [
            # a sum passes its high where its terms are at their least, and the reverse
            (variable, LEAST if (bound == MOST) == (coefficient > 0) else MOST)
            for variable, coefficient in self.rows[position].terms
        ]

    def behind(self, ends: Iterable[End]) -> set[int]:
        """The rows, by position, that the implied bounds at these ends come from."""
        found: set[int] = set()
        seen: set[int] = set()
        waiting = [(end, len(self._made_by)) for end in ends]
        while waiting:
            end, before = waiting.pop()
            moves = self._moved.get(end, [])
            last = bisect_left(moves, before) - 1
            if last >= 0 and moves[last] not in seen:
                seen.add(moves[last])
                use = self._made_by[moves[last]]
                found.add(use[0])
                waiting += [(other, moves[last]) for other in self.rests_on(use)]
        return found

    def keeps(self, row: Sum) -> bool:
        """Whether a row is kept wherever the variables stand within the bounds."""
        least, most = self.span(row)
        return (row.low is None or least >= row.low) and (row.high is None or most <= row.high)

    def span(self, row: Sum) -> tuple[int, int]:
        """The least and the most that a row's sum can be within the bounds."""
        least = most = 0
        low, high = self.low, self.high
        for variable, coefficient in row.terms:
            if coefficient > 0:
                least += coefficient * low[variable]
                most += coefficient * high[variable]
            else:
                least += coefficient * high[variable]
                most += coefficient * low[variable]
        return least, most

    def _run(self) -> None:
        waiting = deque(range(len(self.rows)))
        queued = [True] * len(self.rows)
        steps = STEPS_A_ROW * len(self.rows)
        while waiting and steps and self.conflict is None:
            steps -= 1
            position = waiting.popleft()
            queued[position] = False
            for variable in self._tightened(position):
                for other in self._touching[variable]:
                    if not queued[other]:
                        queued[other] = True
                        waiting.append(other)

    def _tightened(self, position: int) -> list[int]:
        """Tightens the variables of a row; returns those that moved, and notes a conflict."""
        row = self.rows[position]
        least, most = self.span(row)
        moved: list[int] = []
        if row.high is not None:
            moved += self._fit(position, MOST, row.high - least)
        if row.low is not None and self.conflict is None:
            if moved:
                _, most = self.span(row)
            moved += self._fit(position, LEAST, most - row.low)
        return moved

    def _fit(self, position: int, bound: int, room: int) -> list[int]:
        """Takes from each variable what moves its term further than ``room`` from the end it
        stands at while all other terms are there too."""
        if room < 0:
            self.conflict = position, bound
            return []
        moved: list[int] = []
        low, high = self.low, self.high
        for variable, coefficient in self.rows[position].terms:
            size = abs(coefficient)
            if (high[variable] - low[variable]) * size <= room:
                continue
            if (bound == MOST) == (coefficient > 0):
                high[variable] = low[variable] + room // size
                self._note(variable, MOST, (position, bound))
            else:
                low[variable] = high[variable] - room // size
                self._note(variable, LEAST, (position, bound))
            moved.append(variable)
        return moved

    def _note(self, variable: int, side: int, use: Use) -> None:
        self._moved.setdefault((variable, side), []).append(len(self._made_by))
        self._made_by.append(use)
