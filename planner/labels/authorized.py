"""When the authorizations may have opened, start by start: what a search over starts carries along.

Of the authorization in force only two days matter: the earliest on which it may have opened so
that what it has to cover so far lies before its end, and the latest, which is its first covered
day. An earlier earliest day and a later latest day leave more room, so two ways to the same place
can be compared.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from planner.constraints.dated import barred, limiting
from planner.constraints.openings import past_days, standing
from planner.constraints.rules import Rules
from planner.labels.packed import NEVER
from planner.regimen.course import Course, CourseCycle
from planner.regimen.dated import EVER, Dated, Opened
from planner.regimen.spans import last_day


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
        self._past_dated = [
            (p.number, [day for slot in dated for day, _ in past_days(rules, slot, (p.number,))])
            for dated in [[slot for slot in course.slots if slot.by_dates][:1]]
            for p in course.past
            if any(p.number in slot.may for slot in course.slots)
            and all(p.number != c.number for c in course.cycles)
        ]
        known = {p.number for p in course.past} | {c.number for c in cycles}
        self._anchored = [
            slot.start is not None
            or slot.kind == "continued"
            or bool(past)
            or (bool(slot.cycles) and slot.cycles[0] in known)
            for slot, past in zip(course.slots, self._past, strict=True)
        ]

        self._dated = Dated(
            course.slots,
            by_day=course.readings.authorized_by_day,
            usable=lambda slot: not barred(rules, slot),
        )
        self._loose = self._is_loose(course, rules, known)

    def _is_loose(self, course: Course, rules: Rules, known: Container[int]) -> bool:
        """Whether the authorizations whose cycles their dates allot are left out of the search:
        some rule of theirs does not stand, dispenses count, the first cycle is not planned, or
        (by day) one under way may have paused on an end."""
        own = [(course.slots[i], self._stands[i]) for i in self._dated.own]
        ended = all(stands is not None and stands.ends is not None for _, stands in own)
        first = min((n for slot, _ in own for n in slot.may), default=None)
        begun = any(cycle.progress is not None for cycle in course.cycles)
        return (
            (course.readings.authorized_by_day and begun)
            or course.readings.authorizations_see_dispenses
            or not ended
            or not limiting(rules)
            or first not in known
        )

    def begin(self) -> Opened | None:
        """Where history leaves the authorizations; None where it has overstepped one."""
        opened: Opened | None = Opened()
        for index, days in enumerate(self._past):
            if opened is not None and days:
                opened = self._covered(opened, index, min(days), max(days))
        for number, days in self._past_dated:
            if opened is not None and days and not self._loose:
                opened = self._dated.after(opened, number, min(days), max(days))
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
        last = origin + cycle.infusion_days - 1
        if self._dated.allots(cycle.number):
            return opened if self._loose else self._dated.after(opened, cycle.number, start, last)
        return self._covered(opened, cycle.slot, start, last)

    def _covered(self, opened: Opened, index: int | None, first: int, last: int) -> Opened | None:
        stands = None if index is None else self._stands[index]
        if index is None or stands is None or not self._anchored[index]:
            return opened
        slot = self._course.slots[index]
        if stands.ends is None and slot.start is None and slot.length is None and slot.end is None:
            return None if first <= self._ended(opened) else opened
        if stands.ends is None:
            return opened if slot.start is None or slot.start <= first else None
        if opened.slot != index:
            opened = self._entered(opened, index, first, follows=bool(stands.opens))
        return opened.covering(slot, first, last)

    def _entered(self, before: Opened, index: int, first: int, *, follows: bool) -> Opened:
        """A new authorization: opened as given, on the first covered day, or behind the last."""
        slot = self._course.slots[index]
        if slot.start is not None:
            return Opened(index, slot.start, slot.start)
        if slot.kind == "initial":
            return Opened(index, first - self._before, first)
        return Opened(index, self._ended(before) + 1 if follows else EVER, first)

    def _ended(self, opened: Opened) -> int:
        """The first day on which an authorization can end."""
        if opened.slot is None:
            return EVER
        slot = self._course.slots[opened.slot]
        if slot.end is not None:
            return slot.end
        assert slot.length is not None
        return last_day(opened.low, slot.length)
