"""The whole course as one model, one objective after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.model import build
from planner.constraints.schedule import Schedule, read, values_on
from planner.constraints.system import System
from planner.constraints.variables import Variables
from planner.deadline import Deadline
from planner.regimen.course import Course
from planner.search.engine import Answer, Verdict, solve
from planner.search.found import Reached

OPEN_SHARE = 0.6  # of the time that is left


@dataclass(frozen=True)
class Whole:
    """What the search found: a schedule with its objectives, and the value of each variable behind
    it; or just a verdict."""

    verdict: Verdict
    schedule: Schedule | None = None
    reached: tuple[Reached, ...] = ()
    values: tuple[int, ...] = ()


def solve_whole(
    course: Course,
    *,
    limit: float,
    hint: Schedule | None = None,
    origins: Mapping[int, Sequence[int]] | None = None,
    bounds: Sequence[int] = (),
    deadline: Deadline | None = None,
) -> Whole:
    """Minimises the course's objectives in their order, each under the values of those before it.

    Args:
        course: a patient under a policy.
        limit: deterministic seconds in all.
        hint: a schedule that keeps every row, to start from.
        origins: only these start days, by cycle number (default: all that the rules allow).
        bounds: what the first objectives come to at least, compared first to last.
        deadline: when it ends in any case; the objectives share what is left.
    """
    variables = build(course, origins=origins)
    deadline = Deadline() if deadline is None else deadline
    return solve_rows(variables, limit=limit, hint=hint, bounds=bounds, deadline=deadline)


def solve_rows(
    variables: Variables,
    *,
    limit: float,
    hint: Schedule | None = None,
    bounds: Sequence[int] = (),
    deadline: Deadline,
) -> Whole:
    """As ``solve_whole``, of a model that is built already."""
    found = lexicographic(
        variables.system,
        variables.course.objectives,
        limit=limit,
        hint=None if hint is None else values_on(variables, hint),
        bounds=bounds,
        deadline=deadline,
    )
    if found.values is None:
        return Whole(found.verdict)
    return Whole(found.verdict, read(variables, found.values), found.reached, found.values)


@dataclass(frozen=True)
class Lexicographic:
    """A verdict; where something was found, the objectives, and a value for each variable."""

    verdict: Verdict
    reached: tuple[Reached, ...] = ()
    values: tuple[int, ...] | None = None


def lexicographic(
    system: System,
    names: Sequence[str],
    *,
    limit: float,
    hint: Sequence[int] | None = None,
    bounds: Sequence[int] = (),
    deadline: Deadline,
) -> Lexicographic:
    """Minimises objectives of a system, each under the values of those before it; arguments as of
    ``solve_whole``, ``hint`` a value for each variable that keeps every row."""
    values = hint
    caps: dict[str, int] = {}
    reached: list[Reached] = []
    count = len(names)
    for place, name in enumerate(names):
        sure = all(r.proven for r in reached)  # only then does a bound on this objective hold
        met = [r.value for r in reached] == list(bounds[:place])
        least = bounds[place] if met and place < len(bounds) else 0
        if values is not None and value_of(system, name, values) == least:
            reached.append(Reached(name, least, least, True))
            caps[name] = least
            continue
        # behind a gap nothing is proven, so the first objective that is open gets the most
        share = deadline.part(max(OPEN_SHARE if sure else 0, 1 / (count - place)))
        answer = solve(
            system,
            system.objectives[name],
            caps=caps,
            hint=values,
            limit=limit / count,
            deadline=share,
        )
        deadline.stopped = deadline.stopped or share.stopped
        if answer.values is None and values is None:
            return Lexicographic(answer.verdict)
        stage = _reached(system, name, answer, values)
        bound = max(stage.bound, least) if sure else 0
        reached.append(Reached(name, stage.value, bound, stage.value == bound))
        values = answer.values if answer.values is not None else values
        caps[name] = reached[-1].value
    assert values is not None
    final = tuple(_final(system, stage, values) for stage in reached)
    proven = all(r.proven for r in final)
    verdict = Verdict.OPTIMAL if proven else Verdict.FEASIBLE
    return Lexicographic(verdict, final, tuple(values))


def _final(system: System, stage: Reached, values: Sequence[int]) -> Reached:
    """A stage's bound with the value in the end: where a stage left a gap, a later one may have
    done better. The bound of a stage whose caps had no gap holds; behind a gap none is claimed."""
    value = value_of(system, stage.name, values)
    return Reached(stage.name, value, stage.bound, value == stage.bound)


def value_of(system: System, name: str, values: Sequence[int]) -> int:
    """What an objective comes to."""
    linear = system.objectives[name]
    return linear.constant + sum(c * values[v] for v, c in linear.terms)


def _reached(system: System, name: str, answer: Answer, values: Sequence[int] | None) -> Reached:
    """The stage's result; a stage without an answer keeps the value of the one before it."""
    if answer.values is not None:
        return Reached(name, answer.value, answer.bound, answer.verdict is Verdict.OPTIMAL)
    assert values is not None
    value = value_of(system, name, values)
    return Reached(name, value, 0, value == 0)
