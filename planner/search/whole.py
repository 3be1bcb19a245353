"""The whole course as one model, one objective after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.model import build
from planner.constraints.schedule import Schedule, read, values_on
from planner.constraints.variables import Variables
from planner.deadline import Deadline
from planner.regimen.course import Course
from planner.search.engine import Answer, Verdict, solve
from planner.search.found import Reached


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
    deadline = Deadline() if deadline is None else deadline
    variables = build(course, origins=origins)
    system = variables.system
    values: Sequence[int] | None = None
    if hint is not None:
        values = values_on(variables, hint)
    caps: dict[str, int] = {}
    reached: list[Reached] = []
    count = len(course.objectives)
    for place, name in enumerate(course.objectives):
        sure = all(r.proven for r in reached)  # only then does a bound on this objective hold
        met = [r.value for r in reached] == list(bounds[:place])
        least = bounds[place] if met and place < len(bounds) else 0
        if values is not None and _value(variables, name, values) == least:
            reached.append(Reached(name, least, least, True))
            caps[name] = least
            continue
        share = deadline.part(1 / (count - place))
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
            return Whole(answer.verdict)
        stage = _reached(variables, name, answer, values)
        bound = max(stage.bound, least) if sure else 0
        reached.append(Reached(name, stage.value, bound, stage.value == bound))
        values = answer.values if answer.values is not None else values
        caps[name] = reached[-1].value
    assert values is not None
    final = tuple(_final(variables, stage, values) for stage in reached)
    return Whole(
        Verdict.OPTIMAL if all(r.proven for r in final) else Verdict.FEASIBLE,
        read(variables, values),
        final,
        tuple(values),
    )


def _final(variables: Variables, stage: Reached, values: Sequence[int]) -> Reached:
    """A stage's bound with the value in the end: where a stage left a gap, a later one may have
    done better. The bound of a stage whose caps had no gap holds; behind a gap none is claimed."""
    value = _value(variables, stage.name, values)
    return Reached(stage.name, value, stage.bound, value == stage.bound)


def _value(variables: Variables, name: str, values: Sequence[int]) -> int:
    linear = variables.system.objectives[name]
    return linear.constant + sum(c * values[v] for v, c in linear.terms)


def _reached(
    variables: Variables, name: str, answer: Answer, values: Sequence[int] | None
) -> Reached:
    """The stage's result; a stage without an answer keeps the value of the one before it."""
    if answer.values is not None:
        return Reached(name, answer.value, answer.bound, answer.verdict is Verdict.OPTIMAL)
    assert values is not None
    value = _value(variables, name, values)
    return Reached(name, value, 0, value == 0)
