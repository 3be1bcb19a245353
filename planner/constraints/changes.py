"""The objective ``changes``: what a calendar leaves of the one in force, weighed row by row.

A row of the calendar in force that goes weighs by its kind and by what has happened to it; one
that comes weighs by its kind and by how far it lies from the nearest of its kind and cycle. So a
row that moves weighs both; and each row more than a cycle had of a kind weighs besides. The sum is
linear in the decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from planner.documents.in_force_calendar import InForce
from planner.regimen.course import Course

Rows = Mapping[int, Mapping[int, int]]  # by cycle, the days of its rows and what losing each weighs


class Disturbance:
    """What changes of a course's calendar in force weigh; nothing where it has none."""

    def __init__(self, course: Course) -> None:
        self._force = course.scenario.in_force or InForce()
        self._weights = course.scenario.pharmacy.change_weights
        self._billed_hung = course.readings.service_by_hang
        told = self._force.told_until
        self._told = told.toordinal() if told is not None else 0

    @cached_property
    def starts(self) -> Rows:
        """The starts in force."""
        rows: dict[int, dict[int, int]] = {}
        for one in self._force.cycles:
            if one.start is not None:
                day = one.start.toordinal()
                rows[one.cycle] = {day: self._weights.start * self._status(day)}
        return rows

    @cached_property
    def disconnects(self) -> Rows:
        """The disconnects in force, visits as others are."""
        rows: dict[int, dict[int, int]] = {}
        for one in self._force.cycles:
            day = one.disconnect.toordinal()
            rows[one.cycle] = {day: self._weights.visit * self._status(day)}
        return rows

    @cached_property
    def visits(self) -> Rows:
        """The bag changes in force."""
        rows: dict[int, dict[int, int]] = {}
        for one in self._force.visits:
            day = one.date.toordinal()
            factor = self._weights.shipped if one.shipped else self._status(day)
            rows.setdefault(one.cycle, {})[day] = self._visit * factor
        return rows

    @cached_property
    def dispenses(self) -> Rows:
        """The dispenses in force."""
        rows: dict[int, dict[int, int]] = {}
        for one in self._force.dispenses:
            day = one.date.toordinal()
            rows.setdefault(one.cycle, {})[day] = self._dispense * self._status(day)
        return rows

    @cached_property
    def vials(self) -> Mapping[tuple[int, int], int]:
        """The vials of each dispense in force, by cycle and day."""
        return {(d.cycle, d.date.toordinal()): d.vials for d in self._force.dispenses}

    @property
    def other_vials(self) -> int:
        """What each vial weighs that a dispense on its day, or a cycle, has more or fewer."""
        return self._weights.vials

    def sent(self, cycle: int) -> int:
        """The vials of a cycle's dispenses in force."""
        return sum(vials for (number, _), vials in self.vials.items() if number == cycle)

    @property
    def unused(self) -> int:
        """What each vial weighs that is left more than by the plan in force."""
        return self._weights.unused

    @property
    def left(self) -> int:
        """The vials that the plan in force leaves."""
        return self._force.unused

    @cached_property
    def everything(self) -> int:
        """What it weighs to lose every row."""
        kinds = (self.starts, self.disconnects, self.visits, self.dispenses)
        return sum(weight for rows in kinds for own in rows.values() for weight in own.values())

    def unplanned(self, planned: Iterable[int]) -> int:
        """What it weighs that cycles with dispenses in force are not planned any more: their
        vials."""
        gone = {number for number, _ in self.vials} - set(planned)
        return self.other_vials * sum(self.sent(number) for number in sorted(gone))

    def more_visits(self, cycle: int, count: int) -> int:
        """What it adds that a cycle has so many bag changes still to come."""
        return self.visit_more * max(0, count - len(self.visits.get(cycle, ())))

    def more_dispenses(self, cycle: int, count: int) -> int:
        """What it adds that a cycle has so many dispenses still to come."""
        return self.dispense_more * max(0, count - len(self.dispenses.get(cycle, ())))

    @property
    def visit_more(self) -> int:
        """What each bag change more than a cycle had weighs, besides."""
        return self._visit * self._weights.more

    @property
    def dispense_more(self) -> int:
        """What each dispense more than a cycle had weighs, besides."""
        return self._dispense * self._weights.more

    def start(self, cycle: int, day: int) -> int:
        """What a start adds to losing every row."""
        return self._own(self.starts, cycle, day, self._weights.start)

    def disconnect(self, cycle: int, day: int) -> int:
        """What a disconnect adds."""
        return self._own(self.disconnects, cycle, day, self._weights.visit)

    def visit(self, cycle: int, day: int) -> int:
        """What a bag change adds."""
        return self._own(self.visits, cycle, day, self._visit)

    def dispense(self, cycle: int, day: int) -> int:
        """What a dispense adds."""
        return self._own(self.dispenses, cycle, day, self._dispense)

    def _own(self, rows: Rows, cycle: int, day: int, kind: int) -> int:
        own = rows.get(cycle, {})
        return -own[day] if day in own else kind * self._band(own, day)

    @property
    def _visit(self) -> int:
        return self._weights.visit + (self._weights.claim if self._billed_hung else 0)

    @property
    def _dispense(self) -> int:
        return self._weights.dispense + (0 if self._billed_hung else self._weights.claim)

    def _status(self, day: int) -> int:
        return self._weights.told if day < self._told else 1

    def _band(self, days: Iterable[int], day: int) -> int:
        near = min((abs(day - one) for one in days), default=None)
        if near is not None:
            for band in self._weights.bands:
                if near <= band.days:
                    return band.factor
        return self._weights.beyond
