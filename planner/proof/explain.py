"""Why a course has no calendar: the smallest conflict, the others, and what each rests on.

The search for the conflict goes from the plainest reason to the most entangled one: rows without
any decision, rows on starts alone, one cycle, neighbouring cycles, the whole course. Each is a part
of the whole problem, so what clashes there clashes in the course.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.constraints.board import Board
from planner.constraints.model import (
    broken_anyway,
    build,
    build_amounts,
    build_chains,
    build_contradictions,
    build_starts,
)
from planner.constraints.system import Active, System
from planner.proof.judge import Judge, Ruling, Without, of_rows
from planner.proof.members import Member, members_of
from planner.proof.minimal import Minimal, conflicts, quickxplain
from planner.regimen.course import Course, CourseCycle
from planner.search.schedule import Schedule

MOST_OTHERS = 5
LARGEST_PART = 3
RELAXED_LIMIT = 5.0  # deterministic seconds
Builder = Callable[[Course, Active], Board]


@dataclass(frozen=True)
class Explanation:
    """A conflict of a course.

    ``minimal``: for every member a calendar without it was found. ``systems``: parts of the
    problem under just these members, plainest first, of which one at least is infeasible.
    ``moves``: under these members one day serves as well as another; one start stands for all.
    ``evidence``: by member, a calendar that exists without it.
    """

    members: tuple[Member, ...]
    minimal: bool
    others: tuple[tuple[Member, ...], ...]
    systems: tuple[System, ...]
    moves: bool
    evidence: tuple[tuple[str, Schedule], ...]


@dataclass(frozen=True)
class _Found:
    """Conflicts, and what builds the parts of the problem they show in, the plainest first; the
    last of these has one cycle alone where ``single``."""

    conflicts: list[Minimal]
    builders: tuple[Builder, ...]
    single: bool = False


def explain(course: Course) -> Explanation | None:
    """The smallest conflict of an infeasible course; None where none was proven."""
    members = members_of(course)
    ids = [m.id for m in members]
    whole = Judge(course, ids)
    found = (
        _plain(course, ids)
        or _relaxed(course, ids, build_amounts)
        or _relaxed(course, ids, build_starts)
        or _parts(course, ids)
        or _whole(whole, ids)
    )
    if found is None:
        return None
    by_id = {m.id: m for m in members}
    while True:
        first, *others = found.conflicts
        without = [(m, whole([n for n in first.members if n != m])) for m in first.members]
        if all(judged.ruling is not Ruling.NO for _, judged in without):
            break
        # what needs all its members in a part of the course may need fewer in the whole
        fewer = quickxplain(whole.ruling, first.members)
        if len(fewer.members) == len(first.members):
            break
        found = _Found([fewer, *others], _within(course.cycles), len(course.cycles) == 1)
    evidence = [(m, judged.schedule) for m, judged in without if judged.schedule is not None]
    minimal = first.proven and len(evidence) == len(first.members)
    return Explanation(
        members=tuple(by_id[m] for m in first.members),
        minimal=minimal,
        others=tuple(tuple(by_id[m] for m in other.members) for other in others),
        systems=tuple(
            builder(course, Without(frozenset(ids) - frozenset(first.members))).system
            for builder in found.builders
        ),
        moves=found.single
        and any_day_serves(course, Without(frozenset(ids) - frozenset(first.members))),
        evidence=tuple(evidence),
    )


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
    return _Found(shown, (build_contradictions,))


def _relaxed(course: Course, ids: Sequence[str], builder: Builder) -> _Found | None:
    """Conflicts of one relaxation of the whole: the smallest of its kind and the others."""
    known: list[tuple[frozenset[str], Ruling]] = []

    def rules(standing: Sequence[str]) -> Ruling:
        some = frozenset(standing)
        for others, ruling in known:
            if (ruling is Ruling.YES and some <= others) or (
                ruling is Ruling.NO and others <= some
            ):
                return ruling
        board = builder(course, Without(frozenset(ids) - some))
        ruling = of_rows(board.system, RELAXED_LIMIT)
        known.append((some, ruling))
        return ruling

    board = builder(course, Without(frozenset()))
    if of_rows(board.system, RELAXED_LIMIT) is not Ruling.NO:
        return None
    cited = {m for row in board.system.rows for m in row.members}
    some = [m for m in ids if m in cited]
    few = some if rules(some) is Ruling.NO else list(ids)
    return _Found(conflicts(rules, few, at_most=MOST_OTHERS + 1), (builder,))


def _parts(course: Course, ids: Sequence[str]) -> _Found | None:
    """Conflicts of one cycle, then of two neighbours, then of three."""
    for size in range(1, min(LARGEST_PART, len(course.cycles) - 1) + 1):
        for first in range(len(course.cycles) - size + 1):
            part = course.cycles[first : first + size]
            judge = Judge(course, ids, cycles=part)
            if judge(ids).ruling is Ruling.NO:
                return _Found([quickxplain(judge.ruling, ids)], _within(part), size == 1)
    return None


def _whole(judge: Judge, ids: Sequence[str]) -> _Found | None:
    if judge(ids).ruling is not Ruling.NO:
        return None
    found = quickxplain(judge.ruling, ids)
    cycles = judge.course.cycles
    return _Found([found], _within(cycles), len(cycles) == 1)


def _within(part: Sequence[CourseCycle]) -> tuple[Builder, ...]:
    """The problem of some cycles: their chains of bags first, then all of it. One cycle of which no
    rule looks at the calendar is as good on one day as on another: one start stands for all."""

    def whole(course: Course, active: Active) -> Board:
        one = len(part) == 1 and any_day_serves(course, active)
        origins = {part[0].number: (part[0].earliest,)} if one else None
        return build(course, active, cycles=part, origins=origins)

    return (lambda course, active: build_chains(course, active, part), whole)


DAY_BOUND = (
    "pharmacy.bag_change_days",
    "pharmacy.dispense_days",
    "pharmacy.holidays",
    "pharmacy.closed",
    "request.first_infusion",
    "request.finish_by",
    "patient.diagnosis",
)


def any_day_serves(course: Course, active: Active) -> bool:
    """Whether the rules that stand know no dates: a calendar moved by some days is one, too."""
    request = course.scenario.request
    fixed = (
        course.as_of is not None
        or bool(course.past)
        or bool(course.past_dispenses)
        or bool(course.past_units)
        or any(len(cycle.variants) > 1 for cycle in course.cycles)
    )
    dated = [
        *DAY_BOUND,
        *(f"request.cycle_starts.{n}" for n in request.cycle_starts),
        *(f"request.dispenses.{i}" for i in range(len(request.dispenses))),
        *(f"request.claims.{i}" for i in range(len(request.claims))),
        *(f"authorizations.{i}" for i in range(len(course.scenario.authorizations))),
    ]
    known = {member.id for member in members_of(course)}
    return not fixed and not any(member in known and active(member) for member in dated)
