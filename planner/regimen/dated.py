"""Authorizations that say no number of cycles: which cycles fit the dates of which, in order.

Cycles are walked through in order. One that fits the authorization in force stays in it: to move on
would open the next no sooner. By ``authorization.per: day`` the covered days are walked through
instead, and an authorization still to be asked for opens on the first day that none before covers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from planner.regimen.course import Slot
from planner.regimen.spans import opens_by

EVER = -(10**9)  # earlier than any day
NEVER = 10**9  # later than any day


@dataclass(frozen=True, slots=True)
class Opened:
    """The authorization of ``slot`` (None: none so far) opened on a day in ``low`` .. ``high``;
    ``used`` cycles that its dates allot count for it."""

    slot: int | None = None
    low: int = EVER
    high: int = NEVER
    used: int = 0

    def no_tighter(self, other: Opened) -> bool:
        """Whether whatever may follow ``other`` may follow this one as well."""
        return (
            self.slot == other.slot
            and self.low <= other.low
            and self.high >= other.high
            and self.used <= other.used
        )

    def covering(self, slot: Slot, first: int, last: int) -> Opened | None:
        """This authorization, ``slot``, opened so that it holds the days from ``first`` to
        ``last``; None where it cannot."""
        low, high = self.low, min(self.high, first)
        if slot.end is not None:
            if last > slot.end:
                return None
        elif slot.length is not None:
            low = max(low, opens_by(slot.length, last))
        return replace(self, low=low, high=high) if low <= high else None


class Dated:
    """The authorizations whose cycles their dates allot, among all of a course.

    Args:
        slots: all authorizations of a course, in order.
        by_day: whether a cycle may cross from one into the next.
        usable: which of them may have cycles.
    """

    def __init__(
        self, slots: Sequence[Slot], *, by_day: bool, usable: Callable[[Slot], bool] = bool
    ) -> None:
        self.slots = slots
        self.by_day = by_day
        self.own = [i for i, slot in enumerate(slots) if slot.by_dates and usable(slot)]

    def allots(self, number: int) -> bool:
        """Whether dates say which authorization a cycle belongs to."""
        return any(number in slot.may for slot in self.slots)

    def after(self, opened: Opened, number: int, first: int, last: int) -> Opened | None:
        """The state with one more cycle, all days ``first`` .. ``last`` covered; None where no
        authorization can cover them."""
        if self.by_day:
            return self.through(opened, number, first, last)
        state = opened
        if opened.slot in self.own:
            stays = self._inside(opened, number, first, last)
            if stays is not None:
                return stays
        for index in self._behind(opened.slot):
            entered = self._entered(state, index, first)
            found = self._inside(entered, number, first, last)
            if found is not None:
                return found
            slot = self.slots[index]
            there = slot.start is not None or slot.end is not None or self._opens_course(index)
            if there and self.ended(entered) >= self.ended(state):
                state = entered  # it is there, whether it covers anything or not
        return None

    def through(self, opened: Opened, number: int | None, first: int, last: int) -> Opened | None:
        """By day: the state once every day from ``first`` to ``last`` is covered. A cycle's
        ``number`` where it begins on the first of them."""
        state, day, begins = opened, first, number
        while True:
            if self._holds(state, day):
                if begins is not None and not self._takes(state, begins):
                    return None
                if begins is not None:
                    state = Opened(state.slot, state.low, state.high, state.used + 1)
                begins, end = None, self.ended(state)
                if last <= end:
                    return state
                day = end + 1
                continue
            entered = self._next_day(state, day)
            if entered is None:
                return None
            state = entered

    def ended(self, opened: Opened) -> int:
        """The first day on which the authorization in force can end; EVER where none is known to,
        NEVER (by day) where it does not."""
        if opened.slot is None:
            return EVER
        slot = self.slots[opened.slot]
        last = slot.last(opened.low)
        if last is None:
            return NEVER if self.by_day else EVER
        return last

    def _behind(self, slot: int | None) -> list[int]:
        return [index for index in self.own if slot is None or index > slot]

    def _takes(self, opened: Opened, number: int) -> bool:
        """Whether the authorization in force may have one more cycle, of that number."""
        assert opened.slot is not None
        slot = self.slots[opened.slot]
        return number in slot.may and (slot.most is None or opened.used < slot.most)

    def _inside(self, opened: Opened, number: int, first: int, last: int) -> Opened | None:
        """The authorization in force with one cycle more; None where it cannot cover it."""
        assert opened.slot is not None
        held = opened.covering(self.slots[opened.slot], first, last)
        if held is None or not self._takes(opened, number):
            return None
        return replace(held, used=opened.used + 1)

    def _entered(self, before: Opened, index: int, first: int) -> Opened:
        """A new authorization, before it covers anything."""
        slot = self.slots[index]
        ended = self.ended(before)
        if slot.start is not None:
            return Opened(index, slot.start, slot.start)
        if self._opens_course(index):
            return Opened(index, first, first)
        return Opened(index, EVER if ended == EVER else ended + 1, first)

    def _opens_course(self, index: int) -> bool:
        return index == 0 and self.slots[index].kind == "initial"

    def _holds(self, opened: Opened, day: int) -> bool:
        return opened.slot in self.own and opened.low <= day <= self.ended(opened)

    def _next_day(self, before: Opened, day: int) -> Opened | None:
        """By day: the next authorization that covers a day; None where there is none."""
        state = before
        for index in self._behind(before.slot):
            slot = self.slots[index]
            opens = day if slot.start is None else slot.start
            if slot.start is None and state.slot is not None:
                opens = max(opens, self.ended(state) + 1)
            state = Opened(index, opens, opens)
            if opens > day:
                return None
            if day <= self.ended(state):
                return state
        return None
