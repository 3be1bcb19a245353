"""A three-valued judge: is there a calendar under just these rules?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from planner.constraints.board import last_cycle
from planner.constraints.model import build, contradictions
from planner.constraints.system import Key
from planner.documents.policy import QuantityClause, UnitsClause
from planner.regimen.course import Course, CourseCycle
from planner.search.by_cycle import Joined, Joiner
from planner.search.early import ANY, EarlySearch, TooManyLabelsError
from planner.search.engine import Verdict, solve
from planner.search.schedule import Schedule, read

MOST_COSTLY = 6  # starts that need a search each, before the whole is asked
QUICK = 1.0  # deterministic seconds for a block of cycles, before the whole is asked


class Ruling(Enum):
    """YES: a calendar was found. NO: proven that none exists. UNKNOWN: time ran out."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


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
    """A ruling, with the calendar that was found."""

    ruling: Ruling
    schedule: Schedule | None = None


class Judge:
    """Rules on subsets of a course's members. Every ruling is remembered.

    A calendar under more rules is one under fewer, and where fewer rules allow none, more do not:
    remembered rulings answer for supersets and subsets too.
    """

    def __init__(
        self,
        course: Course,
        universe: Iterable[str],
        *,
        cycles: Sequence[CourseCycle] | None = None,
        limit: float = 2.0,
    ) -> None:
        self.course = course
        self.cycles = cycles
        self.universe = tuple(universe)
        self._limit = limit
        self._yes: list[tuple[frozenset[str], Schedule]] = []
        self._no: list[frozenset[str]] = []
        self.solved = 0
        self._lattices = (_usual(course), _apart(course))

    def __call__(self, members: Iterable[str]) -> Judged:
        """Whether a calendar exists that keeps the members, all else left out."""
        standing = frozenset(members)
        for kept, schedule in self._yes:
            if standing <= kept:
                return Judged(Ruling.YES, schedule)
        if any(refused <= standing for refused in self._no):
            return Judged(Ruling.NO)
        active = Without(frozenset(self.universe) - standing)
        if self.cycles and self.cycles[0].number > last_cycle(self.course, active):
            return Judged(Ruling.YES)
        judged = self._judge(active)
        if judged.schedule is not None:
            self._yes.append((standing, judged.schedule))
        elif judged.ruling is Ruling.NO:
            self._no.append(standing)
        return judged

    def ruling(self, members: Iterable[str]) -> Ruling:
        """The ruling alone."""
        return self(members).ruling

    def _judge(self, active: Without) -> Judged:
        self.solved += 1
        if self.cycles is None and contradictions(self.course, active):
            return Judged(Ruling.NO)
        joiner = Joiner(
            self.course, active, limit=QUICK, cycles=self.cycles, most_costly=MOST_COSTLY
        )
        known = by_labels(joiner)
        return self._by_search(joiner, active) if known is None else known

    def _by_search(self, joiner: Joiner, active: Without) -> Judged:
        """Where labels do not fit the rules that stand, or do not settle it."""
        for lattice in self._lattices:
            guessed = joiner.join(not_before=lattice, guess=True)
            if guessed.schedule is not None:
                return Judged(Ruling.YES, guessed.schedule)
        starts = joiner.some_starts()
        joined = starts if isinstance(starts, Joined) else joiner.join(starts, guess=True)
        if joined.schedule is None and not joined.infeasible:
            joined = joiner.join()
        if joined.infeasible:
            return Judged(Ruling.NO)
        if joined.schedule is not None:
            return Judged(Ruling.YES, joined.schedule)
        board = build(self.course, active, cycles=self.cycles)
        answer = solve(board.system, limit=self._limit)
        if answer.values is not None:
            return Judged(Ruling.YES, read(board, answer.values))
        return Judged(Ruling.NO if answer.verdict is Verdict.INFEASIBLE else Ruling.UNKNOWN)


def by_labels(joiner: Joiner) -> Judged | None:
    """What labels say of any calendar; None where they do not settle it."""
    if joiner.starts_contradict():
        return Judged(Ruling.NO)
    ground = joiner.ground()
    early = EarlySearch(ground)
    try:
        bound = early.bound(ANY)
        if bound is None:
            return Judged(Ruling.NO) if ground.complete() else None
        for starts in (bound[1], {}):
            calendar, _ = early.calendar(starts, ANY)
            if calendar is not None and joiner.keeps(calendar):
                return Judged(Ruling.YES, calendar)
    except TooManyLabelsError:
        return None
    return None


def _usual(course: Course) -> dict[int, int]:
    """Each cycle's earliest day by the lengths of those before it, or where it is pinned."""
    pins = course.scenario.request.cycle_starts
    return {
        c.number: pins[c.number].toordinal() if c.number in pins else c.earliest
        for c in course.cycles
        if c.progress is None
    }


def _apart(course: Course) -> dict[int, int]:
    """Starts so far apart that no window of section II holds two cycles of the same pattern."""
    days: dict[int, int] = {}
    following = 0
    for cycle in course.cycles:
        if cycle.progress is None:
            days[cycle.number] = max(cycle.earliest, following)
        start = cycle.pinned if cycle.pinned is not None else days[cycle.number]
        windows = [
            c.per_days
            for c in course.clauses.values()
            if isinstance(c, QuantityClause | UnitsClause)
        ]
        following = start + max([cycle.length + cycle.next_shift, *windows])
    return days
