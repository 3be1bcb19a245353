"""The latest day on which each cycle can start so that the rest can still be planned."""

from __future__ import annotations

from collections.abc import Mapping

from planner.constraints.model import build
from planner.constraints.schedule import ChosenCycle, Schedule, cycle_keys
from planner.constraints.system import Linear
from planner.deadline import Deadline
from planner.labels.forward.search import ForwardSearch
from planner.labels.front import TooManyLabelsError
from planner.regimen.course import Course
from planner.search.any_calendar import any_calendar, calendar_on
from planner.search.engine import Verdict, solve
from planner.search.instance import Instance

MOST_LATE = 15  # days that are tried one by one
DECISIONS = ("s", "x", "h", "y", "q", "drawn")  # starts, bags, what feeds them, dispenses, vials
LIMIT = 1.0  # deterministic seconds for the rows of one cycle and those behind it


def latest_starts(
    course: Course, schedule: Schedule, deadline: Deadline, *, thorough: bool
) -> tuple[tuple[int, int], ...]:
    """Each cycle's latest start with the cycles before it as planned; a cycle of which it is not
    known is left out.

    Args:
        course: a patient under a policy.
        schedule: its calendar.
        deadline: when it ends in any case.
        thorough: whether to ask the rows where labels do not settle it.
    """
    instance = Instance(course, deadline=deadline)
    latest = []
    before: dict[int, ChosenCycle] = {}
    for chosen in schedule.cycles:
        if course.cycles[len(before)].progress is None:
            day = _by_labels(instance, before, chosen)
            if day is None and thorough:
                day = _by_rows(instance, before, chosen)
            if day is not None:
                latest.append((chosen.number, day))
        before[chosen.number] = chosen
    return tuple(latest)


def _by_labels(
    instance: Instance, before: Mapping[int, ChosenCycle], chosen: ChosenCycle
) -> int | None:
    number = chosen.number
    last = instance.last_day[number]
    if last <= chosen.origin:
        return chosen.origin
    early = ForwardSearch(instance.problem(before), few=True)
    day = last
    try:
        bound = early.bound(latest=number)
        if bound is not None:
            day = bound[1][number]
            if calendar_on(instance, early, bound[1]) is not None:
                return day
    except TooManyLabelsError:
        pass
    days = [d for d in reversed(instance.open_days[number]) if chosen.origin < d <= day]
    for one in days[:MOST_LATE]:
        found = any_calendar(instance, before, {number: one}, few=True)
        if found.verdict is not Verdict.INFEASIBLE:
            return one if found.verdict is Verdict.FEASIBLE else None
    return chosen.origin if len(days) <= MOST_LATE else None


def _by_rows(
    instance: Instance, before: Mapping[int, ChosenCycle], chosen: ChosenCycle
) -> int | None:
    """By CP-SAT, over the rows of all cycles with those before it as they are."""
    days = instance.open_days
    own = [day for day in days[chosen.number] if day >= chosen.origin]
    origins = {**days, chosen.number: own, **{n: [c.origin] for n, c in before.items()}}
    variables = build(instance.course, origins=origins)
    system = variables.system
    kept = {key: value for one in before.values() for key, value in cycle_keys(one).items()}
    for variable, key in enumerate(system.keys):
        if key[0] in DECISIONS and key[1] in before:
            system.low[variable] = system.high[variable] = kept.get(key, 0)
    starts = variables.cycles[chosen.number].origins
    late = Linear(tuple((variable, -day) for day, variable in starts.items()))
    answer = solve(system, late, limit=LIMIT, deadline=instance.deadline)
    return -answer.value if answer.verdict is Verdict.OPTIMAL else None
