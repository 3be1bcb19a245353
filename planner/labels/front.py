"""What both label searches share: dominance, the heap, and the budget."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar

from planner.deadline import Deadline

COMPARED = 30  # labels that one is compared with count as one more
CHECKED = 128  # labels between two looks at the clock


class TooManyLabelsError(Exception):
    """The search was given up; no way costs less than ``least``."""

    def __init__(self, least: int = 0) -> None:
        super().__init__()
        self.least = least


class _Label(Protocol):
    dominated: bool


L = TypeVar("L", bound=_Label)


class Front(Generic[L]):
    """The labels that are still of use: of two in one place, one that costs no more and has used up
    no more dominates the other; the one that promises most is looked at next.

    Args:
        most: labels after which the search is given up.
        deadline: when it is given up in any case.
        no_tighter: whether one label also leaves as much room as another in what is not packed
            into what it has used up; None: all is.
    """

    def __init__(
        self,
        most: int,
        deadline: Deadline,
        no_tighter: Callable[[L, L], bool] | None = None,
    ) -> None:
        self.count = 0
        self._most = most
        self._deadline = deadline
        self._no_tighter = no_tighter
        self._places: dict[Hashable, list[tuple[int, int, L]]] = {}
        self._open: list[tuple[int, tuple[int, ...], int, L]] = []
        self._checked = 0
        self.reached = 0

    def enters(self, place: Hashable, label: L, cost: int, used: int, guard: int) -> bool:
        """Whether a label is of use in a place; those that it dominates are marked and left out.

        Args:
            place: only labels of one place are compared.
            label: the label.
            cost: what it has cost.
            used: all that it has used up, packed.
            guard: the top bit of each field.

        Raises:
            TooManyLabelsError: the budget or the time is used up.
        """
        own = self._places.setdefault(place, [])
        self.spend(1 + len(own) // COMPARED)
        guarded, apart = used | guard, self._no_tighter
        for spent, before, one in own:
            if (
                spent <= cost
                and (guarded - before) & guard == guard
                and (apart is None or apart(one, label))
            ):
                return False
        worse = [
            entry
            for entry in own
            if cost <= entry[0]
            and ((entry[1] | guard) - used) & guard == guard
            and (apart is None or apart(label, entry[2]))
        ]
        for entry in worse:
            entry[2].dominated = True
            own.remove(entry)
        own.append((cost, used, label))
        return True

    def spend(self, labels: int) -> None:
        """Takes some labels from the budget. Raises TooManyLabelsError."""
        self.count += labels
        if self.count > self._most:
            raise TooManyLabelsError(self.reached)
        if self.count - self._checked >= CHECKED:
            self._checked = self.count
            if self._deadline.over():
                raise TooManyLabelsError(self.reached)

    def push(self, promised: int, rank: tuple[int, ...], label: L) -> None:
        """Adds a label that comes to ``promised`` at least; of equals, the one of lowest rank and
        added first goes first."""
        heappush(self._open, (promised, rank, self.count, label))

    def pop(self) -> L | None:
        """The label that promises most, or None; dominated ones are passed over."""
        while self._open:
            self.reached, _, _, label = heappop(self._open)
            if not label.dominated:
                return label
        return None
