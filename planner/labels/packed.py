"""Sums over windows of consecutive dates, packed into one whole number, a field a window.

Adding a bag or a dispense to every window that holds it is one addition; comparing all windows of
two calendars, or all with the limit, is one subtraction: each field keeps its top bit free, and a
borrow from it shows where a field is larger.
"""

from __future__ import annotations

from functools import cache

BITS = 16
NEVER = 10**9  # later than any day
MASK = (1 << BITS) - 1
LARGEST = (1 << BITS - 3) - 1  # a limit up to which no sum of a few more reaches a field's top bit


def at_most(one: int, other: int, guard: int) -> bool:
    """Whether every field of ``one`` is at most that of ``other``."""
    return ((other | guard) - one) & guard == guard


@cache
def ones(count: int) -> int:
    """A one in each of so many fields."""
    return ((1 << BITS * count) - 1) // ((1 << BITS) - 1)
