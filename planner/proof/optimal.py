"""Certificates that a plan is the best: what each objective comes to at least, exactly.

For each objective in its order the rows of the problem, with a row that asks for less than the plan
has and one for each objective before it, have no solution; that is certified as a conflict is. What
cannot be certified of the whole is tried of few cycles in a row: their least adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner.constraints.objectives import objectives
from planner.constraints.rules import Rules
from planner.constraints.system import System, everything
from planner.deadline import Deadline
from planner.documents.conflict import Certificate
from planner.documents.plan import Plan
from planner.documents.proof import CertifiedObjective, PartBound
from planner.proof.certificate import certify, certify_least, sealed
from planner.proof.checker import least_of
from planner.proof.parts import Form, Part
from planner.regimen.course import Course
from planner.relaxation.bounds import bounds

OF_STARTS = ("delay",)
OF_CHAINS = (*OF_STARTS, "vials", "bag_changes")
WORK = 60_000  # of a certificate's search, in each form: half a second
CASES, STEPS = 1_000, 200_000_000  # of branch and bound: some ten seconds
LARGEST_PART = 3  # cycles that are certified together where all of them are too many

Shares = Mapping[str, Mapping[int, int]]


def _no_more(system: System, name: str, most: int) -> None:
    linear = system.objectives[name]
    assert not linear.constant
    system.add((f"objectives.{name}",), ("objective", name), linear.terms, high=most)


def lower(parts: Sequence[PartBound], cycles: Sequence[int]) -> int:
    """What an objective comes to at least over some cycles, by what is certified of parts."""
    return least_of([{"cycles": list(p.cycles), "bound": p.bound} for p in parts], cycles)


@dataclass
class _Stage:
    """An objective, its value in the plan, what each cycle adds to it, and what is certified."""

    name: str
    value: int
    shares: Mapping[int, int]
    parts: list[PartBound] = field(default_factory=list)
    apart: int = 0


def shares_of(plan: Plan, course: Course) -> Shares:
    """What each cycle to come adds to each objective of a plan, by objective and cycle."""
    ahead = [cycle for cycle in course.cycles if cycle.progress is None]
    found: dict[str, dict[int, int]] = {
        objective.name: {cycle.number: 0 for cycle in course.cycles}
        for objective in plan.objectives
    }
    starts = {cycle.cycle: cycle.start.toordinal() for cycle in plan.cycles}
    for cycle in ahead:
        found["delay"][cycle.number] = starts[cycle.number] - cycle.earliest
    for dispense in plan.dispenses:
        if not dispense.past:
            found["dispenses"][dispense.cycle] += 1
    transit = course.scenario.pharmacy.transit_days
    for bag in plan.bags:
        if not bag.past:
            found["vials"][bag.cycle] += bag.vials
            found["bag_changes"][bag.cycle] += 1
            for source in bag.from_:
                waited = (bag.hang - source.dispense).days - transit
                found["stock_days"][bag.cycle] += source.vials * waited
    return found


def optimality(
    course: Course, values: Mapping[str, int], shares: Shares, deadline: Deadline | None = None
) -> tuple[CertifiedObjective, ...]:
    """What is certified of each objective, in their order.

    Args:
        course: a patient under a policy.
        values: what each objective comes to in the plan.
        shares: the same, by objective and cycle: what is tried of cycles by themselves.
        deadline: when the search for certificates ends.
    """
    prover = _Prover(course, values, shares, Deadline() if deadline is None else deadline)
    for place in range(len(values)):
        prover.certify(place)
    # what is certified of cycles for an objective behind belongs to those before it, too
    return tuple(prover.certified(place) for place in range(len(values)))


def asking(
    course: Course, part: Part, before: Mapping[str, int], name: str, most: int | None
) -> System:
    """The rows of a part of the problem, with one for each objective in ``before`` that comes to no
    more than it says, and one for ``name``, where ``most`` is given."""
    variables = part.build(course, everything)
    system = variables.system
    system.objectives = objectives(variables)
    counted = {"starts": OF_STARTS, "chains": OF_CHAINS}.get(part.form)
    for other, value in before.items():
        if counted is None or other in counted:
            _no_more(system, other, value)
    if most is not None:
        _no_more(system, name, most)
    return system


class _Prover:
    def __init__(
        self, course: Course, values: Mapping[str, int], shares: Shares, deadline: Deadline
    ) -> None:
        self._course = course
        self._every = tuple(cycle.number for cycle in course.cycles)
        self._stages = [_Stage(name, value, shares[name]) for name, value in values.items()]
        self._deadline = deadline
        self._sent_whole = Rules(course, everything).whole

    def certify(self, place: int) -> None:
        """Certifies an objective as far as that is found; those before it were tried before."""
        stage = self._stages[place]
        if stage.value:  # that nothing comes to less than 0 needs no certificate
            self._try(place, self._every, stage.value)
        for size in range(1, min(LARGEST_PART, len(self._every) - 1) + 1):
            if self._bound(stage) < stage.value:
                for earlier in range(place + 1):
                    self._apart(earlier, size)
        if self._bound(stage) < stage.value:
            self._branched(place)
        if self._bound(stage) < stage.value:
            self._relaxed(place)

    def certified(self, place: int) -> CertifiedObjective:
        """An objective with all that was certified of it."""
        stage = self._stages[place]
        bound = min(self._bound(stage), stage.value)
        return CertifiedObjective(
            name=stage.name,
            value=stage.value,
            bound=bound,
            certified=bound == stage.value,
            parts=tuple(stage.parts),
        )

    def _bound(self, stage: _Stage) -> int:
        return lower(stage.parts, self._every)

    def _apart(self, place: int, size: int) -> None:
        """Certifies what so many cycles in a row add to an objective."""
        stage = self._stages[place]
        if stage.apart >= size:
            return
        stage.apart = size
        for first in range(len(self._every) - size + 1):
            some = self._every[first : first + size]
            share = sum(stage.shares[number] for number in some)
            if lower(stage.parts, some) < share:
                self._try(place, some, share)

    def _try(self, place: int, cycles: tuple[int, ...], least: int) -> None:
        """Certifies that an objective comes to so much over some cycles, in the plainest form."""
        for form in self._forms(self._stages[place].name):
            if self._deadline.over():
                return
            certificate = certify(
                self._asking(Part(form, cycles), place, least - 1),
                work=WORK,
                deadline=self._deadline,
            )
            if certificate is not None:
                self._keep(place, Part(form, cycles), least, certificate)
                return

    def _branched(self, place: int) -> None:
        """Certifies that an objective comes to its value over all cycles, by branch and bound."""
        stage = self._stages[place]
        part = Part(self._forms(stage.name)[-1], self._every)
        system = self._asking(part, place, stage.value - 1)
        certificate = certify_least(system, leaves=CASES, work=STEPS, deadline=self._deadline)
        if certificate is not None:
            self._keep(place, part, stage.value, certificate)

    def _relaxed(self, place: int) -> None:
        """Certifies what the relaxation of the whole says of an objective."""
        part = Part("supply", self._every)
        name = self._stages[place].name
        system = self._asking(part, place, None)
        (least,) = bounds(system, [name], seconds=self._deadline.left()).least
        if least is not None and least > self._bound(self._stages[place]):
            _no_more(system, name, least - 1)
            certificate = certify(system, leaves=1, deadline=self._deadline)
            if certificate is not None:
                self._keep(place, part, least, certificate)

    def _keep(self, place: int, part: Part, bound: int, certificate: Certificate) -> None:
        stated = sealed(certificate.model_copy(update={"part": part.stated}))
        found = PartBound(cycles=part.cycles, bound=bound, certificate=stated)
        self._stages[place].parts.append(found)

    def _forms(self, name: str) -> tuple[Form, ...]:
        plain: tuple[Form, ...] = ("starts", "chains") if name in OF_STARTS else ("chains",)
        whole: tuple[Form, ...] = ("supply", "whole") if self._sent_whole else ("supply",)
        return (*plain, *whole) if name in OF_CHAINS else whole

    def _asking(self, part: Part, place: int, most: int | None) -> System:
        rest = [number for number in self._every if number not in part.cycles]
        before = {s.name: s.value - lower(s.parts, rest) for s in self._stages[:place]}
        return asking(self._course, part, before, self._stages[place].name, most)
