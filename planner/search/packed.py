"""Sums over windows of consecutive dates, packed into one whole number, a field a window.

Adding a bag or a dispense to every window that holds it is one addition; comparing all windows of
two calendars, or all with the limit, is one subtraction: each field keeps its top bit free, and a
borrow from it shows where a field is larger.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

BITS = 16
MASK = (1 << BITS) - 1
LARGEST = (1 << BITS - 3) - 1  # a limit up to which no sum of a few more reaches a field's top bit


@dataclass(frozen=True)
class Window:
    """A limit of section II on the sum over any ``per_days`` consecutive dates.

    A field for the window that begins on each day from ``first`` on; ``cycles`` are those that
    count; ``full`` has the limit, and ``guard`` the top bit, in every field.
    """

    limit: int
    per_days: int
    cycles: range | None
    first: int
    full: int
    guard: int

    def span(self, day: int) -> int:
        """A one in each window that holds the day."""
        low = max(day - self.per_days + 1 - self.first, 0)
        return ones(day - self.first - low + 1) << BITS * low

    def settled(self, day: int) -> int:
        """How many bits belong to windows that end before the day."""
        return BITS * max(day - self.per_days + 1 - self.first, 0)

    def kept(self, sums: int) -> bool:
        """Whether no window's sum is above the limit."""
        return at_most(sums, self.full, self.guard)


def window(limit: int, per_days: int, cycles: range | None, first: int, last: int) -> Window:
    """The windows that hold any of the days ``first`` .. ``last``."""
    begin = first - per_days + 1
    every = ones(last - begin + 1)
    return Window(limit, per_days, cycles, begin, every * limit, every << BITS - 1)


def at_most(one: int, other: int, guard: int) -> bool:
    """Whether every field of ``one`` is at most that of ``other``."""
    return ((other | guard) - one) & guard == guard


@cache
def ones(count: int) -> int:
    """A one in each of so many fields."""
    return ((1 << BITS * count) - 1) // ((1 << BITS) - 1)
