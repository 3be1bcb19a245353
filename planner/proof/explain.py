"""Why a course has no calendar: the smallest conflict, the others, and what each rests on.

The search for the conflict goes from the plainest reason to the most entangled one: rows without
any decision, rows on starts alone, one cycle, neighbouring cycles, those of one authorization, the
whole course. Each is a part of the whole problem, so what clashes there clashes in the course.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from planner.constraints.model import broken_anyway, build_contradictions
from planner.constraints.rules import Rules
from planner.constraints.schedule import Schedule
from planner.constraints.system import System, everything
from planner.deadline import Deadline
from planner.proof.judge import Judge, Ruling, Without, of_rows
from planner.proof.members import Member, members_of
from planner.proof.minimal import Minimal, conflicts, smallest
from planner.proof.parts import Form, Part
from planner.proof.rays import Rays
from planner.regimen.course import Course, CourseCycle

MOST_OTHERS = 5
BOUNDING = ("request.first_infusion", "request.max_delay_days")  # without them starts are many
LARGEST_PART = 3
RELAXED_LIMIT = 5.0  # deterministic seconds
QUICK = 0.2  # the same, for a cycle under its clauses alone


@dataclass(frozen=True)
class Other:
    """Another conflict; ``minimal``: for every member a calendar without it was found."""

    members: tuple[Member, ...]
    minimal: bool


@dataclass(frozen=True)
class Explanation:
    """A conflict of a course.

    ``minimal``: for every member a calendar without it was found. ``moves``: under these members
    one day serves as well as another; one start stands for all. ``evidence``: by member, a calendar
    that exists without it. ``parts``: those of the problem, the plainest first, of which one at
    least is infeasible under just these members (``standing``).
    """

    members: tuple[Member, ...]
    minimal: bool
    others: tuple[Other, ...]
    moves: bool
    evidence: tuple[tuple[str, Schedule], ...]
    course: Course
    standing: Without
    parts: tuple[Part, ...]

    def systems(self) -> Iterator[System]:
        """The rows of each part under just these members, built when they are asked for."""
        return (part.build(self.course, self.standing).system for part in self.parts)


@dataclass(frozen=True)
class _Found:
    """Conflicts, and the parts of the problem they show in, the plainest first; ``judge`` has ruled
    on the cycles of the last of these."""

    conflicts: list[Minimal]
    parts: tuple[Part, ...]
    judge: Judge | None = None

    def calendar(self, members: Sequence[str]) -> Schedule | None:
        """A calendar of these cycles that keeps the members, where one was found."""
        return None if self.judge is None else self.judge.known(members)


def explain(course: Course, deadline: Deadline | None = None) -> Explanation | None:
    """The smallest conflict of an infeasible course; None where none was proven. When the deadline
    comes, what is known by then stands, not proven minimal."""
    members = members_of(course)
    ids = [m.id for m in members]
    rays = Rays()
    whole = Judge(course, ids, rays=rays, deadline=deadline)
    found = (
        _plain(course, ids)
        or _relaxed(course, ids, "amounts")
        or _relaxed(course, ids, "starts")
        or _parts(course, ids, rays, deadline)
    )
    if found is None:
        return None
    by_id = {m.id: m for m in members}
    while True:
        first, *others = found.conflicts
        rest = {m: [n for n in first.members if n != m] for m in first.members}
        without = [(m, whole(left, found.calendar(left))) for m, left in rest.items()]
        if all(judged.ruling is not Ruling.NO for _, judged in without):
            break
        # what needs all its members in a part of the course may need fewer in the whole
        fewer = smallest(whole.ruling, first.members)
        if len(fewer.members) == len(first.members):
            break
        found = _Found([fewer, *others], _within(course, course.cycles))
    evidence = [(m, judged.schedule) for m, judged in without if judged.schedule is not None]
    needed = [(other.members, _needed(whole, other.members)) for other in others]
    standing = Without(frozenset(ids) - frozenset(first.members))
    return Explanation(
        members=tuple(by_id[m] for m in first.members),
        minimal=len(evidence) == len(first.members),
        others=tuple(
            Other(tuple(by_id[m] for m in other), ruling is Ruling.YES)
            for other, ruling in needed
            if ruling is not Ruling.NO
        ),
        moves=found.parts[-1].moves(course, standing),
        evidence=tuple(evidence),
        course=course,
        standing=standing,
        parts=found.parts,
    )


def _needed(judge: Judge, members: Sequence[str]) -> Ruling:
    """Whether each of the members has a part in their conflict: NO where fewer clash already."""
    rulings = {judge.ruling([n for n in members if n != m]) for m in members}
    if Ruling.NO in rulings:
        return Ruling.NO
    return Ruling.UNKNOWN if Ruling.UNKNOWN in rulings else Ruling.YES


def _plain(course: Course, ids: Sequence[str]) -> _Found | None:
    """Conflicts of rows that are broken whatever is decided: their members, no more."""
    order = {m: i for i, m in enumerate(ids)}
    sets: list[tuple[str, ...]] = []
    for row in broken_anyway(build_contradictions(course)):
        chosen = tuple(sorted(row.members, key=lambda m: order[m]))
        if chosen not in sets:
            sets.append(chosen)
    least = [s for s in sets if not any(set(other) < set(s) for other in sets)]
    if not least:
        return None
    least.sort(key=lambda s: (len(s), [order[m] for m in s]))
    shown = [Minimal(s, proven=True) for s in least[: MOST_OTHERS + 1]]
    return _Found(shown, (Part("plain"),))


def _relaxed(course: Course, ids: Sequence[str], form: Form) -> _Found | None:
    """Conflicts of one relaxation of the whole: the smallest of its kind and the others."""
    part = Part(form)
    known: list[tuple[frozenset[str], Ruling]] = []

    def rules(standing: Sequence[str]) -> Ruling:
        some = frozenset(standing)
        for others, ruling in known:
            if (ruling is Ruling.YES and some <= others) or (
                ruling is Ruling.NO and others <= some
            ):
                return ruling
        variables = part.build(course, Without(frozenset(ids) - some))
        ruling = of_rows(variables.system, RELAXED_LIMIT)
        known.append((some, ruling))
        return ruling

    variables = part.build(course, Without(frozenset()))
    if of_rows(variables.system, RELAXED_LIMIT) is not Ruling.NO:
        return None
    cited = {m for row in variables.system.rows for m in row.members}
    some = [m for m in ids if m in cited]
    few = some if rules(some) is Ruling.NO else list(ids)
    return _Found(conflicts(rules, few, at_most=MOST_OTHERS + 1), (part,))


def _parts(
    course: Course, ids: Sequence[str], rays: Rays, deadline: Deadline | None
) -> _Found | None:
    """Conflicts of a part of the course; where labels do not settle all (``supply_rate``), of one
    cycle under the clauses alone first. A few labels look at each part, then the linear relaxation
    at those left open and at the whole, whose refusal names the cycles it is of; last, all that
    there is at what is open still."""
    clauses = [m for m in ids if m in course.clauses or m == "request.cycles"]
    for cycle in course.cycles if course.readings.supply_rate else ():
        judge = Judge(course, ids, cycles=(cycle,), limit=QUICK, rays=rays, deadline=deadline)
        if judge(clauses).ruling is Ruling.NO:
            return _shown(judge, clauses)
    judges = [
        Judge(course, ids, cycles=part, rays=rays, deadline=deadline) for part in _cuts(course)
    ]
    left_open = []
    for judge in judges:
        ruling = judge.soon(ids)
        if ruling is Ruling.NO:
            return _shown(judge, ids)
        if ruling is Ruling.UNKNOWN:
            left_open.append(judge)
    whole = Judge(course, ids, rays=rays, deadline=deadline)
    for judge in (*left_open, whole):
        cited = judge.cited(ids)
        if cited is not None:
            return _shown(judge, ids, cited)
    for judge in (*left_open, whole):
        if judge(ids).ruling is Ruling.NO:
            return _shown(judge, ids)
    return None


def _shown(judge: Judge, ids: Sequence[str], cited: Collection[str] = ()) -> _Found:
    """The conflict of a part that was refused; ``cited`` are members that it is likely of."""
    lengths = {key for key, _ in judge.course.clause_of("cycle-length")}
    likely = {*cited, *lengths, *BOUNDING} if cited else ()
    found = smallest(judge.ruling, ids, refuted=judge.refuted, likely=likely)
    part = judge.course.cycles if judge.cycles is None else judge.cycles
    return _Found([found], _within(judge.course, part), judge)


def _cuts(course: Course) -> Iterator[Sequence[CourseCycle]]:
    """Parts of a course: each cycle, two neighbours, three, then all of one authorization."""
    cycles = course.cycles
    for size in range(1, min(LARGEST_PART, len(cycles) - 1) + 1):
        for first in range(len(cycles) - size + 1):
            yield cycles[first : first + size]
    for slot in course.slots:
        own = [cycle for cycle in cycles if cycle.number in slot.cycles]
        if LARGEST_PART < len(own) < len(cycles):
            yield own


def _within(course: Course, part: Sequence[CourseCycle]) -> tuple[Part, ...]:
    """The problem of some cycles: their chains of bags, then vials as well, then how long
    these may wait."""
    numbers = tuple(cycle.number for cycle in part)
    forms: tuple[Form, ...] = ("chains", "unaged", "supply", "whole")
    return tuple(Part(f, numbers) for f in forms if f != "supply" or _sent_whole(course))


def _sent_whole(course: Course) -> bool:
    """Whether bags are sent whole, so that vials which need not be are a plainer problem."""
    return Rules(course, everything).whole and course.readings.service_by_hang
