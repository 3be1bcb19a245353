"""The limits of section II as label searches count them: windows of consecutive dates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.constraints.schedule import ChosenCycle
from planner.constraints.system import Active
from planner.documents.limits import LimitClause, PerDays
from planner.labels.packed import BITS, LARGEST, MASK
from planner.regimen.course import BagOption, Course

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


def followed(clause: LimitClause) -> bool:
    """Whether labels count a limit: of vials of all cycles or of units, in windows that fit, with
    their sums, the fields that they are counted in. Every other is left to the rows."""
    return (
        clause.of in {"vials", "units"}
        and isinstance(clause.per, PerDays)
        and clause.limit <= LARGEST
        and clause.days <= LONGEST
        and (clause.of != "vials" or clause.cycles is None)
    )


def unit_limits(
    course: Course,
    active: Active,
    given: Sequence[ChosenCycle],
    counted: Callable[[BagOption], int],
) -> list[Limit]:
    """The limits of units that stand, with what history and given cycles bill; none where their
    windows do not roll, or claims are not dated by the bags' hangs."""
    found: list[Limit] = []
    if not course.readings.rolling or not course.readings.service_by_hang:
        return found
    for key, clause in course.windows_on("units"):
        if active(key) and followed(clause):
            named = _named(course, clause)
            dated = [
                (u.day, u.units) for u in course.past_units if u.cycle in named and active(u.member)
            ]
            dated += [
                (bag.day, counted(bag.option))
                for cycle in given
                if cycle.number in named
                for bag in cycle.bags
            ]
            found.append(limit_of(clause.limit, clause.days, clause.days - 1, named, dated))
    return found


def vial_limits(
    course: Course,
    active: Active,
    given: Sequence[ChosenCycle],
    listed: Sequence[tuple[int, int]],
    ahead: int,
) -> list[Limit]:
    """The limits of vials that stand, with what history and given cycles send, and requests
    (``listed``: day, vials); none where their windows do not roll. ``ahead``: days that a vial may
    be sent before its hang."""
    found: list[Limit] = []
    if not course.readings.rolling:
        return found
    for key, clause in course.windows_on("vials"):
        if active(key) and followed(clause):
            dated = [(d.day, d.vials) for d in course.past_dispenses if active(d.member)]
            dated += [sent for cycle in given for sent in cycle.sent]
            dated += listed
            reach = clause.days - 1 + ahead
            found.append(limit_of(clause.limit, clause.days, reach, None, dated))
    return found


def _named(course: Course, clause: LimitClause) -> range:
    """The numbers of the cycles that a limit counts."""
    if clause.cycles is not None:
        return range(clause.cycles.first, clause.cycles.last + 1)
    numbers = [*(p.number for p in course.past), *(c.number for c in course.cycles)]
    return range(1, max(numbers, default=0) + 1)
