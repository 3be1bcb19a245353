"""The limits of section II as label searches count them: windows of consecutive dates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from planner.labels.packed import BITS, MASK

LONGEST = 400  # days of the longest window that labels follow


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of section II, and what history and requests put on which days.

    ``reach``: days before the present one from which a window may still matter.
    """

    limit: int
    per_days: int
    reach: int
    cycles: range | None
    days: tuple[int, ...]
    sums: tuple[int, ...]

    def fixed(self, first: int, last: int) -> int:
        """What stands on the days ``first`` .. ``last`` already."""
        low, high = bisect_left(self.days, first), bisect_right(self.days, last)
        return self.sums[high] - self.sums[low]


def room_in(limit: Limit, first: int, last: int, day: int, sums: int) -> int:
    """What a window has left, beside what stands in it and what ``sums`` has of the windows that
    begin up to a day."""
    own = sums >> BITS * (first - (day - limit.reach)) & MASK
    return limit.limit - limit.fixed(first, last) - own


def limit_of(
    limit: int, per_days: int, reach: int, cycles: range | None, dated: list[tuple[int, int]]
) -> Limit:
    """A limit with what is dated already: (day, amount)."""
    dated.sort()
    sums = [0]
    for _, amount in dated:
        sums.append(sums[-1] + amount)
    return Limit(limit, per_days, reach, cycles, tuple(day for day, _ in dated), tuple(sums))
