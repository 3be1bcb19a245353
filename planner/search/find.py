"""Finds the best schedule of a course.

Choices of starts come in the order of what they cost at least (``labels.starts``); on each the best
bags and dispenses are found by labels (``on_starts``). The first choice that promises no less than
what is in hand ends the search, and proves it. Where that settles not everything and there is time,
the linear relaxation proves the first objectives, choices that only differ in the others are looked
at, and CP-SAT minimises what is left, from the best calendar known and over the starts on which a
better one could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import get_args

from planner.constraints.model import contradictions
from planner.constraints.schedule import objective_values
from planner.deadline import Deadline
from planner.documents.engines import Engines
from planner.labels.backward.bounds import Costs
from planner.labels.backward.fixed import NoWayError
from planner.labels.forward.search import ForwardSearch
from planner.labels.front import TooManyLabelsError
from planner.labels.problem import Problem
from planner.labels.starts import Choice, StartSearch
from planner.regimen.course import Course
from planner.search.alone import alone
from planner.search.any_calendar import any_calendar
from planner.search.best import Best
from planner.search.engine import Verdict
from planner.search.found import Found
from planner.search.instance import Instance
from planner.search.latest import latest_starts
from planner.search.least_change import least_change
from planner.search.on_starts import improved
from planner.search.rows import by_rows, relaxed_away
from planner.search.shared import Shared, same

FEW_CHOICES = 8  # choices of starts that are looked at first
MOST_CHOICES = 40  # the same by what neighbouring cycles cost together
MOST_STARTS = 12  # choices of starts with the least delay that windows allow


def find(
    course: Course,
    *,
    limit: float,
    shared: Shared | None = None,
    latest: bool = True,
    engine: Engines = "auto",
    deadline: Deadline | None = None,
) -> Found:
    """The best schedule in the course's order of objectives.

    Args:
        course: a patient under a policy.
        limit: seconds by the clock; 0 settles for what labels find.
        shared: what was solved for other courses, and is kept for those that follow.
        latest: whether to ask for the latest start of each cycle, too.
        engine: all engines (auto), or CP-SAT by itself, which has no answer without a limit.
        deadline: of the whole command, where that has begun already.

    Raises:
        ValueError: there is no such engine.
    """
    if engine not in get_args(Engines):
        raise ValueError(f"{engine!r} is none of {', '.join(get_args(Engines))}")
    key = None if shared is None else (same(course), limit, latest, engine)
    known = None if shared is None else shared.course(key)
    if known is not None:
        return known
    if deadline is None:
        deadline = Deadline(limit or None)
    if engine == "cp-sat":
        found = alone(course, limit=limit, latest=latest, deadline=deadline)
    else:
        found = _find(course, deadline, thorough=limit > 0)
        if found.schedule is not None and latest:
            starts = latest_starts(course, found.schedule, deadline, thorough=limit > 0)
            found = replace(found, latest=starts)
    found = replace(found, stopped=deadline.stopped)
    if shared is not None and found.verdict is not Verdict.UNDECIDED and not found.stopped:
        shared.keep_course(key, found)
    return found


def _find(course: Course, deadline: Deadline, *, thorough: bool) -> Found:
    instance = Instance(course, deadline=deadline)
    if contradictions(course) or instance.starts_contradict():
        return Found(Verdict.INFEASIBLE)
    if "changes" in course.objectives or course.scenario.request.pins:
        return least_change(course, deadline)
    problem = instance.problem()
    best = Best(instance, course.objectives)
    try:
        floor, search, choices = _choices(course, problem, best)
    except NoWayError:
        return Found(Verdict.INFEASIBLE)
    every = best.look(choices, FEW_CHOICES)
    timely = best.costs is not None and best.costs[: len(floor)] == floor
    if not every and timely and search is not None:
        best.open.clear()
        every = best.look(search.in_order(pairs=True), MOST_CHOICES)
    if every and best.schedule is None and not best.open:
        return Found(Verdict.INFEASIBLE)
    if best.schedule is None and search is None and relaxed_away(course, deadline):
        return Found(Verdict.INFEASIBLE)
    if best.schedule is None:
        known = any_calendar(instance)
        if known.verdict is Verdict.INFEASIBLE:
            return Found(Verdict.INFEASIBLE)
        if known.schedule is not None:
            better = improved(instance, course.objectives, known.schedule)
            best.take(better, tuple(objective_values(course, better).values()))
            if search is not None and course.objectives[0] != "delay":
                best.open.clear()
                best.look(search.in_order(), FEW_CHOICES)
    least = best.least(floor)
    if best.schedule is not None and (least == best.costs or not thorough):
        return best.found(least)
    return by_rows(best, search, least, thorough=thorough)


def _choices(
    course: Course, problem: Problem, best: Best
) -> tuple[Costs, StartSearch | None, Iterable[Choice]]:
    """What is known of the first objective, and the choices of starts to look at. Where delay is
    the first, windows say how much of it there has to be.

    Raises:
        NoWayError: there is no calendar.
    """
    if course.objectives[0] != "delay":
        search = StartSearch(problem, course.objectives)
        return (), search, search.in_order()
    early = ForwardSearch(problem)
    try:
        bound = early.bound()
    except TooManyLabelsError:
        best.open.append(())  # how late windows make the starts is not known
        return (), None, ()
    if bound is None:
        raise NoWayError
    delay, starts = bound
    search = StartSearch(problem, course.objectives, delay)
    if delay > early.least_delay:
        return (delay,), search, _with_least_delay(early, search, delay, starts, best)
    return (delay,), search, search.in_order()


def _with_least_delay(
    early: ForwardSearch, search: StartSearch, delay: int, starts: Mapping[int, int], best: Best
) -> list[Choice]:
    """Every choice of starts that has the least delay that windows allow, those that promise most
    first. Where there are too many, the first alone, and the rest is open."""
    try:
        every = early.starts_like(delay, dict(starts), MOST_STARTS)
    except TooManyLabelsError:
        every = None
    if every is None:
        best.open.append((delay,))
        every = (dict(starts),)
    choices = [
        Choice(least, one) for one in every for least in [search.least(one)] if least is not None
    ]
    return sorted(choices, key=lambda choice: choice.least)
