"""What it costs at least to go on from a day, by neighbouring cycles; see ``early.py``."""

from __future__ import annotations

from planner.labels.forward.lengths import Lengths
from planner.labels.forward.opened import ForwardProblem
from planner.labels.forward.run import Run
from planner.labels.front import TooManyLabelsError

MOST_PAIR = 5_000  # for one pair of neighbouring cycles
MOST_PAIRS = 30_000  # for all pairs of a course


class Ahead:
    """What it costs at least to go on from a day, by each pair of neighbouring cycles alone.

    ``value`` of a start is the least cost of its cycle and all later ones where nothing else stands
    than these: the start of the next one is such that both can be had together.
    """

    def __init__(self, problem: ForwardProblem, lengths: Lengths) -> None:
        self._problem = problem
        self._lengths = lengths
        self._values: dict[tuple[int, int], int | None] = {}
        self._waits: dict[tuple[int, int], int | None] = {}
        self._spent = 0

    def value(self, index: int, origin: int) -> int | None:
        """The least cost from a start on; None where there is no way."""
        key = index, origin
        if key not in self._values:
            last = index + 1 == len(self._problem.places)
            end = index + (1 if last else 2)
            run = Run(
                self._problem,
                self._lengths,
                alone=True,
                first=index,
                end=end,
                at={index: origin},
                loose=True,
                ahead=self,
                most=MOST_PAIR,
            )
            self._values[key] = self._least(run, index, origin)
            self._spent += run.count
            if self._spent > MOST_PAIRS:
                raise TooManyLabelsError
        return self._values[key]

    def _least(self, run: Run, index: int, origin: int) -> int | None:
        """What a pair costs at least; by lengths alone where that is not found soon."""
        try:
            label = run.best()
        except TooManyLabelsError:
            if self._spent > MOST_PAIRS:
                raise
            return self._lengths.value(index, origin)
        return None if label is None else label.cost + label.rest

    def waiting(self, index: int, day: int) -> int | None:
        """The least cost of a start from a day on."""
        places = self._problem.places
        if index == len(places):
            return 0
        origins = places[index].origins
        at = self._lengths.next(index, day)
        if (index, at) not in self._waits:
            least: int | None = None
            for origin in origins[at:]:
                bound = self._lengths.waiting(index, origin)
                if bound is None or (least is not None and bound >= least):
                    break
                value = self.value(index, origin)
                if value is not None:
                    least = value if least is None else min(least, value)
            self._waits[index, at] = least
        return self._waits[index, at]
