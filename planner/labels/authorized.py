"""When the authorizations may have opened, start by start: what a search over starts carries along.

Of the authorization in force only two days matter: the earliest on which it may have opened so
that what it has to cover so far lies before its end, and the latest, which is its first covered
day. An earlier earliest day and a later latest day leave more room, so two ways to the same place
can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.constraints.authorizations import past_days, standing
from planner.constraints.rules import Rules
from planner.labels.packed import NEVER
from planner.regimen.course import Course, CourseCycle, Slot
from planner.regimen.spans import last_day

EVER = -(10**9)  # earlier than any day
LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Opened:
    """The authorization of ``slot`` (None: none so far) opened on a day in ``low`` .. ``high``."""

    slot: int | None = None
    low: int = EVER
    high: int = NEVER

    def no_tighter(self, other: Opened) -> bool:
        """Whether whatever may follow ``other`` may follow this one as well."""
        return self.slot == other.slot and self.low <= other.low and self.high >= other.high


class Openings:
    """Follows the authorizations of a course whose windows starts alone decide.

    ``cycles`` are those that a search plans; the rest of the course is left out, and with it an
    initial authorization whose first cycle is not among them.
    """

    def __init__(self, course: Course, rules: Rules, cycles: Sequence[CourseCycle]) -> None:
        self._course = course
        self._stands = [standing(rules, slot) for slot in course.slots]
        # where it opens with the first dispense, that is so many days before the first infusion
        self._before = rules.ahead if course.readings.authorizations_see_dispenses else 0
        self._past = [[day for day, _ in past_days(rules, slot)] for slot in course.slots]
        known = {p.number for p in course.past} | {c.number for c in cycles}
        self._anchored = [
            slot.start is not None
            or slot.kind == "continued"
            or bool(past)
            or (bool(slot.cycles) and slot.cycles[0] in known)
            for slot, past in zip(course.slots, self._past, strict=True)
        ]

    def begin(self) -> Opened | None:
        """Where history leaves the authorizations; None where it has overstepped one."""
        opened: Opened | None = Opened()
        for index, days in enumerate(self._past):
            if opened is not None and days:
                opened = self._covered(opened, index, min(days), max(days))
        return opened

    def within(self, cycle: CourseCycle) -> Opened:
        """What is known before a cycle where nothing is known of those before it."""
        if cycle.slot is None:
            return Opened()
        start = self._course.slots[cycle.slot].start
        return Opened(cycle.slot) if start is None else Opened(cycle.slot, start, start)

    def last_start(self, opened: Opened, cycle: CourseCycle) -> int:
        """The last day a cycle can start on as far as the authorization in force tells; NEVER where
        that does not bound it."""
        index = cycle.slot
        stands = None if index is None else self._stands[index]
        if index is None or index != opened.slot or stands is None or stands.ends is None:
            return NEVER
        slot = self._course.slots[index]
        if slot.end is not None:
            end = slot.end
        elif slot.length is None or opened.high == NEVER:
            return NEVER
        else:
            end = last_day(opened.high, slot.length)
        return end - cycle.infusion_days + 1

    def after(self, opened: Opened, cycle: CourseCycle, origin: int) -> Opened | None:
        """The state with one more cycle, or None where its authorization cannot cover it.

        Args:
            opened: the state before the cycle.
            cycle: the cycle.
            origin: the day that its infusion day 0 falls on.
        """
        start = cycle.pinned if cycle.pinned is not None else origin
        return self._covered(opened, cycle.slot, start, origin + cycle.infusion_days - 1)

    def _covered(self, opened: Opened, index: int | None, first: int, last: int) -> Opened | None:
        stands = None if index is None else self._stands[index]
        if index is None or stands is None or not self._anchored[index]:
            return opened
        slot = self._course.slots[index]
        if stands.ends is None:
            return opened if slot.start is None or slot.start <= first else None
        if opened.slot != index:
            entered = self._entered(opened, index, first, follows=bool(stands.opens))
            if entered is None:
                return None
            opened = entered
        low, high = opened.low, min(opened.high, first)
        if slot.end is not None:
            if last > slot.end:
                return None
        elif slot.length is not None:
            low = max(low, _opens_by(slot, last))
        return Opened(index, low, high) if low <= high else None

    def _entered(self, before: Opened, index: int, first: int, *, follows: bool) -> Opened | None:
        """A new authorization: opened as given, on the first covered day, or behind the last one.
        None where it is given from a day on which the one before cannot have ended yet."""
        slot = self._course.slots[index]
        if slot.start is not None:
            if follows and self._is_open(before) and self._ended(before) >= slot.start:
                return None
            return Opened(index, slot.start, slot.start)
        if slot.kind == "initial":
            return Opened(index, first - self._before, first)
        return Opened(index, self._ended(before) + 1 if follows else EVER, first)

    def _is_open(self, opened: Opened) -> bool:
        """Whether the day that an authorization opened on is neither given nor history's."""
        if opened.slot is None or self._course.slots[opened.slot].start is not None:
            return False
        return not self._past[opened.slot]

    def _ended(self, opened: Opened) -> int:
        """The first day on which an authorization can end."""
        if opened.slot is None:
            return EVER
        slot = self._course.slots[opened.slot]
        if slot.end is not None:
            return slot.end
        assert slot.length is not None
        return last_day(opened.low, slot.length)


def _opens_by(slot: Slot, last: int) -> int:
    """The first day that an authorization may open on so that it does not end before ``last``."""
    assert slot.length is not None
    count = slot.length.count
    if slot.length.unit == "days":
        return last - count + 1
    if slot.length.unit == "weeks":
        return last - 7 * count + 1
    day = last - LONGEST_MONTH * count - 1
    while last_day(day, slot.length) < last:
        day += 1
    return day
