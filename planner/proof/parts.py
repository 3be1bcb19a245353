"""Parts of the whole problem, by name: what a certificate's rows are of, to be built again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from planner.constraints.model import (
    build,
    build_amounts,
    build_chains,
    build_contradictions,
    build_starts,
    build_supply,
    build_unaged,
)
from planner.constraints.rules import Rules
from planner.constraints.system import Active
from planner.constraints.variables import Variables
from planner.documents.conflict import ModelPart
from planner.proof.members import members_of
from planner.regimen.course import Course, CourseCycle

Form = Literal["plain", "amounts", "starts", "chains", "unaged", "supply", "whole"]

_FREE: dict[Form, Callable[[Course, Active], Variables]] = {
    "plain": build_contradictions,
    "amounts": build_amounts,
    "starts": build_starts,
}

DAY_BOUND = (
    "pharmacy.bag_change_days",
    "pharmacy.dispense_days",
    "pharmacy.holidays",
    "pharmacy.closed",
    "request.first_infusion",
    "request.finish_by",
    "patient.diagnosis",
)


@dataclass(frozen=True)
class Part:
    """Some rules over some cycles: what clashes in a part clashes in the whole.

    ``form``: rows without any decision (plain); dispenses and claims asked for or made (amounts);
    starts alone; with chains of bags; with vials, however long they wait (unaged); with vials that
    are interchangeable (supply); all of it (whole). ``cycles``: just these, by number; none for
    all, as of the first three always. One cycle of which no rule looks at the calendar is as good
    on one day as on another: one start stands for all.
    """

    form: Form
    cycles: tuple[int, ...] = ()

    def moves(self, course: Course, active: Active) -> bool:
        """Whether it is of one cycle, and one start of it stands for all."""
        cycles = self._over(course)
        one = self.form not in _FREE and len(cycles) == 1
        return one and any_day_serves(course, active, cycles[0])

    def _over(self, course: Course) -> list[CourseCycle]:
        return [c for c in course.cycles if c.number in self.cycles or not self.cycles]

    @property
    def stated(self) -> ModelPart:
        """As a certificate names it."""
        return ModelPart(form=self.form, cycles=self.cycles)

    def build(self, course: Course, active: Active) -> Variables:
        """The rows of the part under the rules that stand."""
        if self.form in _FREE:
            return _FREE[self.form](course, active)
        cycles = self._over(course)
        origins = None
        if self.moves(course, active):
            origins = {cycles[0].number: (_any_day(course, active, cycles[0]),)}
        if self.form == "chains":
            return build_chains(course, active, cycles=cycles, origins=origins)
        if self.form == "unaged":
            return build_unaged(course, active, cycles=cycles, origins=origins)
        if self.form == "supply":
            return build_supply(course, active, cycles=cycles, origins=origins)
        return build(course, active, cycles=cycles, origins=origins)


def any_day_serves(course: Course, active: Active, cycle: CourseCycle) -> bool:
    """Whether the rules that stand know no dates of a cycle, but perhaps a first one (``as_of``): a
    calendar of it moved to a later day is one, too."""
    begun = (
        cycle.progress is not None
        or any(stock.cycle == cycle.number for stock in course.stock)
        or any(sent.cycle == cycle.number for sent in course.past_dispenses)
    )
    request = course.scenario.request
    dated = {
        *DAY_BOUND,
        *(f"request.cycle_starts.{n}" for n in request.cycle_starts),
        *(f"request.dispenses.{i}" for i in range(len(request.dispenses))),
        *(f"request.claims.{i}" for i in range(len(request.claims))),
        *(f"authorizations.{i}" for i in range(len(course.scenario.authorizations))),
    }
    return (
        not begun
        and len(cycle.variants) == 1
        and not any(
            active(member.id)
            for member in members_of(course)
            if member.kind == "history" or member.id in dated
        )
    )


def _any_day(course: Course, active: Active, cycle: CourseCycle) -> int:
    """The start that stands for every other where any day serves."""
    if course.as_of is None:
        return cycle.earliest
    return Rules(course, active).origin_days(cycle)[-1]
