"""A three-valued judge: is there a calendar under just these rules?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from planner.constraints.model import build, build_chains, build_unaged, contradictions
from planner.constraints.rules import last_cycle
from planner.constraints.schedule import Schedule, read
from planner.constraints.system import Active, Key, System
from planner.constraints.variables import Variables
from planner.deadline import Deadline
from planner.proof.bounds import Implied
from planner.proof.rays import Rays
from planner.regimen.course import Course, CourseCycle
from planner.relaxation.relax import infeasible
from planner.relaxation.rows import sums
from planner.search.any_calendar import any_calendar
from planner.search.engine import Verdict, solve
from planner.search.implications import implied
from planner.search.instance import Instance

MOST_RELAXED = 8_000  # variables of a problem whose linear relaxation is soon solved
KEPT = 3  # calendars found last on whose starts others are looked for
# iterations times rows of a linear program: of the first of a part, of one for a single member left
# out, and of one for several
FIRST, THOROUGH, QUICK = 80_000_000, 25_000_000, 8_000_000


class Builder(Protocol):
    """Builds rows of some cycles of a course under the rules that stand."""

    def __call__(
        self, course: Course, active: Active, *, cycles: Sequence[CourseCycle] | None
    ) -> Variables:
        """The rows and their variables."""
        ...


class Ruling(Enum):
    """YES: a calendar was found. NO: proven that none exists. UNKNOWN: time ran out."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_RULINGS = {
    Verdict.OPTIMAL: Ruling.YES,
    Verdict.FEASIBLE: Ruling.YES,
    Verdict.INFEASIBLE: Ruling.NO,
    Verdict.UNDECIDED: Ruling.UNKNOWN,
}


@dataclass(frozen=True)
class Without:
    """All rules stand but the members named, and but single instances of others."""

    members: frozenset[str]
    instances: frozenset[tuple[str, Key]] = frozenset()

    def __call__(self, member: str, instance: Key = ()) -> bool:
        """Whether the member stands, in that instance."""
        return member not in self.members and (member, instance) not in self.instances


@dataclass(frozen=True)
class Judged:
    """A ruling, with the calendar that was found; ``starts`` are some that it is likely on."""

    ruling: Ruling
    schedule: Schedule | None = None
    starts: Mapping[int, int] | None = None


class Judge:
    """Rules on subsets of a course's members. Every ruling is remembered.

    A calendar under more rules is one under fewer, and where fewer rules allow none, more do not:
    remembered rulings answer for supersets and subsets too.

    Args:
        course: the course.
        universe: all its members.
        cycles: only these cycles; None: all.
        limit: deterministic seconds of CP-SAT for one ruling.
        rays: what has refuted rows before, kept for others.
        deadline: when every ruling is UNKNOWN.
    """

    def __init__(
        self,
        course: Course,
        universe: Iterable[str],
        *,
        cycles: Sequence[CourseCycle] | None = None,
        limit: float = 2.0,
        rays: Rays | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self.course = course
        self.cycles = cycles
        self.universe = tuple(universe)
        self._limit = limit
        self._rays = Rays() if rays is None else rays
        self.deadline = Deadline() if deadline is None else deadline
        self._yes: list[tuple[frozenset[str], Schedule]] = []
        self._no: list[frozenset[str]] = []
        self.solved = 0

    def __call__(self, members: Iterable[str], part: Schedule | None = None) -> Judged:
        """Whether a calendar exists that keeps the members, all else left out.

        Args:
            members: the members that stand.
            part: some of the cycles under these members, where a calendar of them is known: the
                whole is first looked for on its starts.
        """
        standing = frozenset(members)
        known = self._remembered(standing)
        if known is not None:
            return known
        if self.deadline.over():
            return Judged(Ruling.UNKNOWN)
        return self._noted(standing, self._judge(self._active(standing), part))

    def ruling(self, members: Iterable[str]) -> Ruling:
        """The ruling alone."""
        return self(members).ruling

    def refuted(self, members: Iterable[str]) -> bool:
        """Whether no calendar keeps the members, as far as can be told at once: from what was ruled
        before, from what has refuted rows, or from a few labels."""
        standing = frozenset(members)
        known = self._remembered(standing)
        if known is not None or self.deadline.over():
            return known is not None and known.ruling is Ruling.NO
        active = self._active(standing)
        judged = self._plainly(active, QUICK) if self._rays else self._soon(active)
        return self._noted(standing, judged).ruling is Ruling.NO

    def cited(self, members: Iterable[str]) -> frozenset[str] | None:
        """The members of the rows with which the linear relaxation refutes these members; None
        where it does not."""
        standing = frozenset(members)
        for system in self._relaxations(self._active(standing)):
            cited = self._learned(system)
            if cited is not None:
                self._noted(standing, Judged(Ruling.NO))
                return cited
        return None

    def soon(self, members: Iterable[str]) -> Ruling:
        """The ruling of a few labels."""
        standing = frozenset(members)
        known = self._remembered(standing)
        return (known or self._noted(standing, self._soon(self._active(standing)))).ruling

    def known(self, members: Iterable[str]) -> Schedule | None:
        """A calendar that keeps the members, where one was found before."""
        standing = frozenset(members)
        return next((schedule for kept, schedule in self._yes if standing <= kept), None)

    def _active(self, standing: frozenset[str]) -> Without:
        return Without(frozenset(self.universe) - standing)

    def _remembered(self, standing: frozenset[str]) -> Judged | None:
        known = self.known(standing)
        if known is not None:
            return Judged(Ruling.YES, known)
        if any(refused <= standing for refused in self._no):
            return Judged(Ruling.NO)
        last = last_cycle(self.course, self._active(standing))
        if self.cycles and self.cycles[0].number > last:
            return Judged(Ruling.YES)
        return None

    def _noted(self, standing: frozenset[str], judged: Judged) -> Judged:
        if judged.schedule is not None:
            self._yes.append((standing, judged.schedule))
        elif judged.ruling is Ruling.NO:
            self._no.append(standing)
        return judged

    def _instance(self, active: Without) -> Instance:
        return Instance(self.course, active, cycles=self.cycles, deadline=self.deadline)

    def _soon(self, active: Without) -> Judged:
        if self.cycles is None and contradictions(self.course, active):
            return Judged(Ruling.NO)
        return by_labels(self._instance(active), few=True)

    def _judge(self, active: Without, part: Schedule | None) -> Judged:
        self.solved += 1
        instance = self._instance(active)
        if part is not None:
            whole = any_calendar(instance, at=part.origins(), few=True).schedule
            if whole is not None:
                return Judged(Ruling.YES, whole)
        known = self._plainly(active, THOROUGH)
        if known.ruling is not Ruling.UNKNOWN:
            return known
        for _, schedule in reversed(self._yes[-KEPT:]):
            near = any_calendar(instance, at=schedule.origins(), few=True).schedule
            if near is not None:
                return Judged(Ruling.YES, near)
        if any(self._relaxed_away(s, THOROUGH) for s in self._relaxations(active, (build,))):
            return Judged(Ruling.NO)
        known = by_labels(instance)
        if known.ruling is not Ruling.UNKNOWN:
            return known
        return by_models(instance, self.course, active, self.cycles, self._limit, known.starts)

    def _plainly(self, active: Without, work: int) -> Judged:
        """What rays, a few labels and the linear relaxation of the plainer rows say, in this
        order."""
        plain = (build_chains, build_unaged)
        if self._rays and any(self._rays.refute(s) for s in self._relaxations(active, plain)):
            return Judged(Ruling.NO)
        known = self._soon(active)
        if known.ruling is Ruling.UNKNOWN and any(
            self._relaxed_away(s, work) for s in self._relaxations(active, plain)
        ):
            return Judged(Ruling.NO)
        return known

    def _relaxations(
        self, active: Without, builders: Sequence[Builder] = (build_chains, build_unaged, build)
    ) -> Iterator[System]:
        """The rows whose linear relaxation is asked, the plainest first."""
        for builder in builders:
            system = builder(self.course, active, cycles=self.cycles).system
            if len(system.keys) <= MOST_RELAXED:
                yield system

    def _relaxed_away(self, system: System, work: int) -> bool:
        return infeasible(system, seconds=self.deadline.left(), work=work)

    def _learned(self, system: System) -> frozenset[str] | None:
        left = self.deadline.left()
        return None if left == 0 else self._rays.learn(system, seconds=left, work=FIRST)


def of_rows(system: System, limit: float) -> Ruling:
    """Whether some rows can be kept: by implications where they speak of starts alone; by bounds
    that follow row by row where these contradict each other, or where every variable may stand at
    its least; else by the solver within so many deterministic seconds."""
    known = implied(system)
    if known is not None:
        return Ruling.YES if known[0] else Ruling.NO
    bounds = Implied(sums(system.rows), system.low, system.high)
    if bounds.conflict is not None:
        return Ruling.NO
    if system.broken(bounds.low) is None:
        return Ruling.YES
    return _RULINGS[solve(system, limit=limit).verdict]


def by_labels(instance: Instance, *, few: bool = False) -> Judged:
    """What labels say of any calendar, or a few of them; UNKNOWN where they do not settle it."""
    if instance.starts_contradict():
        return Judged(Ruling.NO)
    found = any_calendar(instance, few=few)
    return Judged(_RULINGS[found.verdict], found.schedule, found.starts)


def by_models(
    instance: Instance,
    course: Course,
    active: Active,
    cycles: Sequence[CourseCycle] | None,
    limit: float,
    likely: Mapping[int, int] | None,
) -> Judged:
    """What the rows say where labels do not settle it: on a few choices of starts first, as a whole
    then.

    Args:
        instance: the course under these rules.
        course: the course.
        active: which rules stand.
        cycles: only these cycles; None: all.
        limit: deterministic seconds for the whole, and half as many for each choice of starts.
        likely: starts that a calendar is likely on, tried before the latest that the rules on
            starts allow.
    """
    _, latest = instance.some_starts()
    for starts in (likely, latest):
        if starts is not None:
            origins = {n: (day,) for n, day in starts.items()}
            variables = build(course, active, cycles=cycles, origins=origins)
            answer = solve(variables.system, limit=limit / 2, deadline=instance.deadline)
            if answer.values is not None:
                return Judged(Ruling.YES, read(variables, answer.values))
    variables = build(course, active, cycles=cycles)
    relaxed = len(variables.system.keys) <= MOST_RELAXED
    if relaxed and infeasible(variables.system, seconds=instance.deadline.left()):
        return Judged(Ruling.NO)
    answer = solve(variables.system, limit=limit, deadline=instance.deadline)
    if answer.values is not None:
        return Judged(Ruling.YES, read(variables, answer.values))
    return Judged(_RULINGS[answer.verdict])
