"""A three-valued judge: is there a calendar under just these rules?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from planner.constraints.model import build, contradictions
from planner.constraints.rules import last_cycle
from planner.constraints.schedule import Schedule, read
from planner.constraints.system import Active, Key, System
from planner.deadline import Deadline
from planner.regimen.course import Course, CourseCycle
from planner.relaxation.relax import infeasible
from planner.search.any_calendar import any_calendar
from planner.search.engine import Verdict, solve
from planner.search.implications import implied
from planner.search.instance import Instance

MOST_RELAXED = 8_000  # variables of a problem whose linear relaxation is soon solved


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
    remembered rulings answer for supersets and subsets too. ``hard``: labels have left a question
    open, so that the linear relaxation is asked first from then on.
    """

    def __init__(
        self,
        course: Course,
        universe: Iterable[str],
        *,
        cycles: Sequence[CourseCycle] | None = None,
        limit: float = 2.0,
        deadline: Deadline | None = None,
    ) -> None:
        self.course = course
        self.cycles = cycles
        self.universe = tuple(universe)
        self._limit = limit
        self.deadline = Deadline() if deadline is None else deadline
        self._yes: list[tuple[frozenset[str], Schedule]] = []
        self._no: list[frozenset[str]] = []
        self.solved = 0
        self.hard = False

    def __call__(self, members: Iterable[str], part: Schedule | None = None) -> Judged:
        """Whether a calendar exists that keeps the members, all else left out.

        Args:
            members: the members that stand.
            part: some of the cycles under these members, where a calendar of them is known: the
                whole is first looked for on its starts.
        """
        standing = frozenset(members)
        known = self.known(standing)
        if known is not None:
            return Judged(Ruling.YES, known)
        if any(refused <= standing for refused in self._no):
            return Judged(Ruling.NO)
        active = Without(frozenset(self.universe) - standing)
        if self.cycles and self.cycles[0].number > last_cycle(self.course, active):
            return Judged(Ruling.YES)
        if self.deadline.over():
            return Judged(Ruling.UNKNOWN)
        judged = self._judge(active, part)
        if judged.schedule is not None:
            self._yes.append((standing, judged.schedule))
        elif judged.ruling is Ruling.NO:
            self._no.append(standing)
        return judged

    def ruling(self, members: Iterable[str]) -> Ruling:
        """The ruling alone."""
        return self(members).ruling

    def known(self, members: Iterable[str]) -> Schedule | None:
        """A calendar that keeps the members, where one was found before."""
        standing = frozenset(members)
        return next((schedule for kept, schedule in self._yes if standing <= kept), None)

    def _judge(self, active: Without, part: Schedule | None) -> Judged:
        self.solved += 1
        if self.cycles is None and contradictions(self.course, active):
            return Judged(Ruling.NO)
        instance = Instance(self.course, active, cycles=self.cycles, deadline=self.deadline)
        if part is not None:
            whole = any_calendar(instance, at=part.origins(), few=True).schedule
            if whole is not None:
                return Judged(Ruling.YES, whole)
        if self.hard:
            system = build(self.course, active, cycles=self.cycles).system
            if len(system.keys) <= MOST_RELAXED and infeasible(
                system, seconds=self.deadline.left()
            ):
                return Judged(Ruling.NO)
        known = by_labels(instance)
        if known.ruling is not Ruling.UNKNOWN:
            return known
        self.hard = True
        return by_models(instance, self.course, active, self.cycles, self._limit, known.starts)


def of_rows(system: System, limit: float) -> Ruling:
    """Whether some rows can be kept: by implications where they speak of starts alone, else by the
    solver within so many deterministic seconds."""
    known = implied(system)
    if known is not None:
        return Ruling.YES if known[0] else Ruling.NO
    return _RULINGS[solve(system, limit=limit).verdict]


def by_labels(instance: Instance) -> Judged:
    """What labels say of any calendar; UNKNOWN where they do not settle it."""
    if instance.starts_contradict():
        return Judged(Ruling.NO)
    found = any_calendar(instance)
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
