"""What requested claims ask of a cycle: units by date of service, by hang or by dispense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.constraints.system import Active
from planner.regimen.course import Course


@dataclass(frozen=True)
class Claims:
    """Units that a cycle is to be billed with, by date of service: ``least`` at least.

    Where the list stands (``listed``) these are exact, and there is nothing on any day but those in
    ``open``: the ones of entries that are left out.
    """

    least: Mapping[int, int]
    listed: bool
    open: frozenset[int]

    @property
    def complete(self) -> bool:
        """Whether they leave nothing open."""
        return self.listed and not self.open

    def allows(self, day: int, days: int, units: int) -> bool:
        """Whether a bag of so many days, dated by its hang, is billed as asked for: on its day, and
        none on the days it runs."""
        if any(self.least.get(d) for d in range(day + 1, day + days)):
            return False
        least = self.least.get(day, 0)
        return units == least if self.listed and day not in self.open else units >= least

    def vials(self, each: int) -> dict[int, int] | None:
        """The vials, of so many units each, that are billed on each day at least; None where no
        number of them is what is asked for."""
        exact = [units for day, units in self.least.items() if self.listed and day not in self.open]
        if any(units % each for units in exact):
            return None
        return {day: -(-units // each) for day, units in self.least.items()}


def claims_of(course: Course, active: Active, number: int) -> Claims | None:
    """What the claims requested for a cycle ask of it under the rules that stand; None where they
    ask nothing."""
    least: dict[int, int] = {}
    left_out: set[int] = set()
    for i, claim in enumerate(course.scenario.request.claims):
        if claim.cycle != number:
            continue
        day = claim.date.toordinal()
        if active(f"request.claims.{i}"):
            least[day] = least.get(day, 0) + claim.units
        else:
            left_out.add(day)
    if not least:
        return None
    return Claims(least, active("request.claims"), frozenset(left_out))
