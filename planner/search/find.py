"""Finds the best schedule of a course: cycle by cycle where the parts join, else as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from planner.constraints.model import contradictions
from planner.constraints.schedule import ChosenCycle, Schedule, objective_values
from planner.documents.engines import Engines
from planner.labels.forward.search import ForwardSearch, Starts, TooManyLabelsError
from planner.regimen.course import Course
from planner.search.alone import alone
from planner.search.any_calendar import AnyCalendar, any_calendar, calendar_on
from planner.search.engine import Verdict
from planner.search.found import Found, Reached
from planner.search.join import Joiner
from planner.search.on_starts import best_on, improved
from planner.search.shared import Shared, same
from planner.search.whole import solve_whole

ONE_CYCLE = 1.0  # deterministic seconds for one cycle alone
MOST_LATE = 15  # days that are tried one by one for a latest start
MOST_STARTS = 12  # choices of starts with the least delay that are planned each


def find(
    course: Course,
    *,
    limit: float,
    shared: Shared | None = None,
    latest: bool = True,
    engine: Engines = "auto",
) -> Found:
    """The best schedule in the course's order of objectives.

    Args:
        course: a patient under a policy.
        limit: deterministic seconds for one model of the whole problem, where it is needed; 0 is
            none, and settles for what labels find.
        shared: what was solved for other courses, and is kept for those that follow.
        latest: whether to ask for the latest start of each cycle, too.
        engine: all engines (auto), or CP-SAT by itself, which has no answer without a limit.

    Raises:
        ValueError: there is no such engine.
    """
    if engine not in get_args(Engines):
        raise ValueError(f"{engine!r} is none of {', '.join(get_args(Engines))}")
    key = None if shared is None else (same(course), limit, latest, engine)
    known = None if shared is None else shared.course(key)
    if known is not None:
        return known
    if engine == "cp-sat":
        found = alone(course, limit=limit, latest=latest)
    else:
        joiner = Joiner(course, limit=ONE_CYCLE, shared=shared)
        found = _find(course, joiner, limit)
        if found.schedule is not None and latest:
            found = replace(found, latest=_latest(course, joiner, found.schedule))
    if shared is not None and found.verdict is not Verdict.UNDECIDED:
        shared.keep_course(key, found)
    return found


def _find(course: Course, joiner: Joiner, limit: float) -> Found:
    if contradictions(course):
        return Found(Verdict.INFEASIBLE)
    if joiner.starts_contradict():
        return Found(Verdict.INFEASIBLE)
    problem = joiner.problem()
    early = ForwardSearch(problem)
    try:
        bound = early.bound()
    except TooManyLabelsError:
        known = any_calendar(joiner)
        if known.verdict is Verdict.INFEASIBLE:
            return Found(Verdict.INFEASIBLE)
        if not problem.fits():
            return _by_joining(course, joiner, limit)
        return _as_whole(course, limit, _hint(course, joiner, early, {}, known))
    if bound is None:
        return Found(Verdict.INFEASIBLE)
    if not problem.fits():
        return _by_joining(course, joiner, limit)
    if course.objectives[0] != "delay":
        return _as_whole(course, limit, _hint(course, joiner, early, bound[1]))
    return _with_least_delay(course, joiner, limit, early, *bound)


def _by_joining(course: Course, joiner: Joiner, limit: float) -> Found:
    """Where labels do not fit the rules that stand, or grew too many."""
    joined = joiner.join()
    if joined.infeasible:
        return Found(Verdict.INFEASIBLE)
    if joined.schedule is not None and course.objectives[0] == "delay":
        return _proven(course, joined.schedule)
    return _as_whole(course, limit, joined.schedule)


def _with_least_delay(
    course: Course,
    joiner: Joiner,
    limit: float,
    early: ForwardSearch,
    delay: int,
    starts: Mapping[int, int],
) -> Found:
    """The best on every choice of starts that has the least delay there can be."""
    every = _every(early, delay, starts)
    found = [
        best_on(joiner, course.objectives, some, thorough=limit > 0) for some in every or (starts,)
    ]
    least = min((f.least for f in found if f.least is not None), default=None)
    good = [(f.costs, f.schedule) for f in found if f.costs is not None and f.schedule is not None]
    costs, best = min(good, key=lambda one: one[0], default=(None, None))
    if best is None or costs is None or least is None:
        if course.readings.authorizations_see_dispenses:
            return _by_joining(course, joiner, limit)
        return _as_whole(course, limit, _hint(course, joiner, early, {}))
    bounds = (delay, *least) if every is not None else (delay,)
    if costs == least and every is not None:
        return _proven(course, best)
    origins = None if every is None else _any_of(every)
    return _as_whole(course, limit, best, origins, bounds)


def _as_whole(
    course: Course,
    limit: float,
    hint: Schedule | None,
    origins: Mapping[int, Sequence[int]] | None = None,
    bounds: Sequence[int] = (),
) -> Found:
    """By one model of the whole course, from a calendar known already.

    ``bounds``: the first objectives come to no less than these, compared first to last. Without
    any time for it, the calendar known already stands, with what is proven of it.
    """
    if hint is not None and not limit:
        reached = _compared(course, hint, bounds)
        proven = all(r.proven for r in reached)
        return Found(Verdict.OPTIMAL if proven else Verdict.FEASIBLE, hint, reached)
    whole = solve_whole(course, limit=limit, hint=hint, origins=origins, bounds=bounds)
    return Found(whole.verdict, whole.schedule, whole.reached)


def _compared(course: Course, schedule: Schedule, bounds: Sequence[int]) -> tuple[Reached, ...]:
    """A calendar's objectives beside their bounds: one holds while all before it are met."""
    reached: list[Reached] = []
    for place, (name, value) in enumerate(objective_values(course, schedule).items()):
        sure = all(r.proven for r in reached) and place < len(bounds)
        bound = bounds[place] if sure else 0
        reached.append(Reached(name, value, bound, value == bound))
    return tuple(reached)


def _proven(course: Course, schedule: Schedule) -> Found:
    """The answer where a schedule is the best in every objective."""
    return Found(Verdict.OPTIMAL, schedule, _exact(course, schedule))


def _every(early: ForwardSearch, delay: int, starts: Mapping[int, int]) -> Starts | None:
    """Every choice of starts that could have the least delay; None where they are too many."""
    try:
        return early.starts_like(delay, starts, MOST_STARTS)
    except TooManyLabelsError:
        return None


def _hint(
    course: Course,
    joiner: Joiner,
    early: ForwardSearch,
    starts: Mapping[int, int],
    known: AnyCalendar | None = None,
) -> Schedule | None:
    """A calendar to go on from, as good as is soon found; None where none is."""
    hint = _some(joiner, early, starts) or (known or any_calendar(joiner)).schedule
    return None if hint is None else improved(joiner, course.objectives, hint)


def _some(joiner: Joiner, early: ForwardSearch, starts: Mapping[int, int]) -> Schedule | None:
    """A calendar with little delay, on these starts if there is one; None where none was found."""
    return calendar_on(joiner, early, starts) or calendar_on(joiner, early, {})


def _any_of(every: Sequence[Mapping[int, int]]) -> dict[int, list[int]]:
    """The start days that any of some choices takes, by cycle."""
    return {number: sorted({starts[number] for starts in every}) for number in every[0]}


def _exact(course: Course, schedule: Schedule) -> tuple[Reached, ...]:
    return tuple(
        Reached(name, value, value, True)
        for name, value in objective_values(course, schedule).items()
    )


def _latest(course: Course, joiner: Joiner, schedule: Schedule) -> tuple[tuple[int, int], ...]:
    """Each cycle's latest start with the cycles before it as planned; a cycle of which it is not
    known is left out."""
    latest = []
    before: dict[int, ChosenCycle] = {}
    for chosen in schedule.cycles:
        if course.cycles[len(before)].progress is None:
            day = _latest_start(joiner, before, chosen)
            if day is not None:
                latest.append((chosen.number, day))
        before[chosen.number] = chosen
    return tuple(latest)


def _latest_start(
    joiner: Joiner, before: Mapping[int, ChosenCycle], chosen: ChosenCycle
) -> int | None:
    number = chosen.number
    last = joiner.last_day[number]
    if last <= chosen.origin:
        return chosen.origin
    problem = joiner.problem(before)
    if not problem.fits():
        return _latest_by_joining(joiner, before, chosen)
    early = ForwardSearch(problem, few=True)
    day = last
    try:
        bound = early.bound(latest=number)
        if bound is not None:
            day = bound[1][number]
            if calendar_on(joiner, early, bound[1]) is not None:
                return day
    except TooManyLabelsError:
        pass
    days = [d for d in reversed(joiner.open_days[number]) if chosen.origin < d <= day]
    for one in days[:MOST_LATE]:
        found = any_calendar(joiner, before, {number: one}, few=True)
        if found.verdict is not Verdict.INFEASIBLE:
            return one if found.verdict is Verdict.FEASIBLE else None
    return chosen.origin if len(days) <= MOST_LATE else None


def _latest_by_joining(
    joiner: Joiner, before: Mapping[int, ChosenCycle], chosen: ChosenCycle
) -> int | None:
    """The latest start by planning the rest, day by day from the last, where labels do not fit."""
    number = chosen.number
    last = joiner.last_day[number]
    if joiner.join({number: last}, before, least=False).schedule is not None:
        return last
    days = joiner.last_days(before, number)
    for day in days or ():
        if day <= chosen.origin:
            return chosen.origin
        joined = joiner.join({number: day}, before, least=False)
        if joined.schedule is not None:
            return day
        if not joined.infeasible:
            return None
    return None if days is None else chosen.origin
