"""Is there any calendar? What labels say, and on which starts else to look for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.constraints.schedule import ChosenCycle, Schedule
from planner.labels.forward.search import ANY, ForwardSearch
from planner.labels.front import TooManyLabelsError
from planner.search.engine import Verdict
from planner.search.instance import Instance


@dataclass(frozen=True)
class AnyCalendar:
    """FEASIBLE with a calendar that keeps every row; INFEASIBLE; or UNDECIDED: labels do not fit
    the rules that stand, or do not settle it. ``starts`` are some that windows allow, if each vial
    may travel by itself; None where none are known."""

    verdict: Verdict
    schedule: Schedule | None = None
    starts: Mapping[int, int] | None = None


def any_calendar(
    instance: Instance,
    given: Mapping[int, ChosenCycle] | None = None,
    at: Mapping[int, int] | None = None,
    *,
    few: bool = False,
) -> AnyCalendar:
    """Whether there is any calendar.

    Args:
        instance: the course under the rules that stand.
        given: cycles that are decided already, by number.
        at: days to start on, by number, where they are not open.
        few: whether to give up soon.
    """
    early = ForwardSearch(instance.problem(given, at), few=few)
    if not given and not at:
        # where much is open the latest starts leave most room, and the rules on starts know them
        possible, latest = instance.some_starts()
        if not possible:
            return AnyCalendar(Verdict.INFEASIBLE)
        if latest is not None:
            found = calendar_on(instance, early, latest, ANY)
            if found is not None:
                return AnyCalendar(Verdict.FEASIBLE, found)
    try:
        bound = early.bound(ANY)
    except TooManyLabelsError:
        return AnyCalendar(Verdict.UNDECIDED)
    if bound is None:
        return AnyCalendar(Verdict.INFEASIBLE)
    for starts in (bound[1], {}):
        found = calendar_on(instance, early, starts, ANY)
        if found is not None:
            return AnyCalendar(Verdict.FEASIBLE, found, bound[1])
    return AnyCalendar(Verdict.UNDECIDED, None, bound[1])


def calendar_on(
    instance: Instance, early: ForwardSearch, starts: Mapping[int, int], latest: int | None = None
) -> Schedule | None:
    """A calendar on these starts that keeps every row, where one is found soon.

    Args:
        instance: the course under the rules that stand.
        early: what finds it.
        starts: the days to start on, where they are not open, by number.
        latest: as in ``ForwardSearch.bound``.
    """
    try:
        calendar, _ = early.calendar(starts, latest)
    except TooManyLabelsError:
        return None
    return calendar if calendar is not None and instance.keeps(calendar) else None
