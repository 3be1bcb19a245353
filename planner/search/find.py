"""Finds the best schedule of a course: cycle by cycle where the parts join, else as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.model import contradictions
from planner.regimen.course import Course
from planner.search.by_cycle import Joiner
from planner.search.early import EarlySearch, Starts, TooManyLabelsError
from planner.search.engine import Verdict
from planner.search.patterns import SharedPatterns
from planner.search.schedule import ChosenCycle, Schedule
from planner.search.whole import Reached, solve_whole

ONE_CYCLE = 10.0  # deterministic seconds for one cycle alone
MOST_STARTS = 12  # choices of starts with the least delay that are planned each


@dataclass(frozen=True)
class Found:
    """OPTIMAL or FEASIBLE with a schedule; INFEASIBLE (proven once, by CP-SAT) or UNDECIDED.

    ``latest`` holds, by cycle, the latest start that leaves a plan for the rest; a cycle is missing
    where this was not determined.
    """

    verdict: Verdict
    schedule: Schedule | None = None
    reached: tuple[Reached, ...] = ()
    latest: tuple[tuple[int, int], ...] = ()


def find(course: Course, *, limit: float, patterns: SharedPatterns | None = None) -> Found:
    """The best schedule in the course's order of objectives.

    Args:
        course: a patient under a policy.
        limit: deterministic seconds for the whole problem, where it is needed.
        patterns: blocks of cycles solved for other courses, and kept for those that follow.
    """
    if contradictions(course):
        return Found(Verdict.INFEASIBLE)
    joiner = Joiner(course, limit=ONE_CYCLE, shared=patterns)
    early = joiner.early()
    try:
        bound = early.bound() if early.fits() else _UNKNOWN
    except TooManyLabelsError:
        bound = _UNKNOWN
    if bound is None:
        return Found(Verdict.INFEASIBLE)
    first = course.objectives[0] == "delay"
    best: Schedule | None = None
    origins = None
    if bound is _UNKNOWN:
        joined = joiner.join()
        if joined.infeasible:
            return Found(Verdict.INFEASIBLE)
        best, settled = joined.schedule, joined.schedule is not None
    else:
        every = _every(early, *bound) if first else None
        best, settled = _best(course, joiner, every or ())
        settled = settled and every is not None
        if best is None:
            best = _any(joiner, early, bound[1]) or _any(joiner, early, {})
        if every is not None and best is not None:
            least = objective_values(course, best)["delay"] == bound[0]
            origins = _any_of(every) if least else None
    if first and settled and best is not None:
        return _found(course, joiner, best)
    whole = solve_whole(course, limit=limit, hint=best, origins=origins)
    if whole.schedule is None:
        return Found(whole.verdict)
    return Found(
        whole.verdict, whole.schedule, whole.reached, _latest(course, joiner, whole.schedule)
    )


_UNKNOWN: tuple[int, dict[int, int]] = (0, {})  # where labels do not fit the rules, or grew too many


def _every(early: EarlySearch, delay: int, starts: Mapping[int, int]) -> Starts | None:
    """Every choice of starts that could have the least delay; None where they are too many."""
    try:
        return early.starts_like(delay, starts, MOST_STARTS)
    except TooManyLabelsError:
        return None


def _any(joiner: Joiner, early: EarlySearch, starts: Mapping[int, int]) -> Schedule | None:
    """Some calendar on these starts; None where none was found."""
    try:
        calendar, _ = early.calendar(starts)
    except TooManyLabelsError:
        return None
    return calendar if calendar is not None and joiner.keeps(calendar) else None


def _found(course: Course, joiner: Joiner, schedule: Schedule) -> Found:
    """The answer where a schedule is the best in every objective."""
    return Found(
        Verdict.OPTIMAL, schedule, _exact(course, schedule), _latest(course, joiner, schedule)
    )


def _best(
    course: Course, joiner: Joiner, every: Sequence[dict[int, int]]
) -> tuple[Schedule | None, bool]:
    """The best schedule on any of some choices of starts, and whether all of them are settled."""
    best: tuple[list[int], Schedule] | None = None
    settled = True
    for starts in every:
        joined = joiner.join(starts)
        if joined.schedule is not None:
            cost = list(objective_values(course, joined.schedule).values())
            if best is None or cost < best[0]:
                best = cost, joined.schedule
        settled = settled and (joined.infeasible or joined.schedule is not None)
    return (None if best is None else best[1]), settled


def _any_of(every: Sequence[dict[int, int]]) -> dict[int, list[int]]:
    """The start days that any of some choices takes, by cycle."""
    return {number: sorted({starts[number] for starts in every}) for number in every[0]}


def objective_values(course: Course, schedule: Schedule) -> dict[str, int]:
    """Each objective's value for a schedule, by name."""
    cycles = {c.number: c for c in course.cycles}
    values: dict[str, int] = dict.fromkeys(course.objectives, 0)
    for chosen in schedule.cycles:
        cycle = cycles[chosen.number]
        if cycle.progress is None:
            values["delay"] += chosen.origin - cycle.earliest
        for name, cost in chosen.cost(course.scenario.pharmacy.transit_days).items():
            values[name] += cost
    return {name: values[name] for name in course.objectives}


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
    days = None
    early = joiner.early(before)
    if early.fits():
        try:
            bound = early.bound(latest=number)
            if bound is not None:
                day = bound[1][number]
                if _any(joiner, early, bound[1]) is not None:
                    return day
                days = [d for d in reversed(joiner.open_days[number]) if d <= day]
        except TooManyLabelsError:
            days = None
    if days is None:
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
