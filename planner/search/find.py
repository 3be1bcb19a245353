"""Finds the best schedule of a course: cycle by cycle where the parts join, else as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.constraints.model import contradictions
from planner.regimen.course import Course
from planner.search.by_cycle import Joiner
from planner.search.engine import Verdict
from planner.search.patterns import SharedPatterns
from planner.search.schedule import ChosenCycle, Schedule
from planner.search.whole import Reached, solve_whole

ONE_CYCLE = 10.0  # deterministic seconds for one cycle alone


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
    joiner = Joiner(course, limit=ONE_CYCLE, shared=patterns)
    if contradictions(course):
        return Found(Verdict.INFEASIBLE)
    joined = joiner.join()
    if joined.infeasible:
        return Found(Verdict.INFEASIBLE)
    if joined.schedule is not None and course.objectives[0] == "delay":
        schedule = joined.schedule
        return Found(
            Verdict.OPTIMAL, schedule, _exact(course, schedule), _latest(course, joiner, schedule)
        )
    whole = solve_whole(course, limit=limit, hint=joined.schedule)
    if whole.schedule is None:
        return Found(whole.verdict)
    return Found(
        whole.verdict, whole.schedule, whole.reached, _latest(course, joiner, whole.schedule)
    )


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
    """Each cycle's latest start with the cycles before it as planned.

    From the last possible day backwards: the first day that a calendar exists for. A day of which
    neither is known leaves the cycle out.
    """
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
    last = joiner.last_day[chosen.number]
    if last <= chosen.origin:
        return chosen.origin
    if joiner.join({chosen.number: last}, before, least=False).schedule is not None:
        return last
    days = joiner.last_days(before, chosen.number)
    if days is None:
        return None
    for day in days:
        if day <= chosen.origin:
            break
        joined = joiner.join({chosen.number: day}, before, least=False)
        if joined.schedule is not None:
            return day
        if not joined.infeasible:
            return None
    return chosen.origin
