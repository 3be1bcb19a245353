"""Is there any calendar? What labels say, and on which starts else to look for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.search.by_cycle import Joiner
from planner.search.early import ANY, EarlySearch, TooManyLabelsError
from planner.search.engine import Verdict
from planner.search.places import Ground
from planner.search.schedule import Schedule


@dataclass(frozen=True)
class AnyCalendar:
    """FEASIBLE with a calendar that keeps every row; INFEASIBLE; or UNDECIDED: labels do not fit
    the rules that stand, or do not settle it. ``starts`` are some that windows allow, if each vial
    may travel by itself; None where that is not known."""

    verdict: Verdict
    schedule: Schedule | None = None
    starts: Mapping[int, int] | None = None


def any_calendar(joiner: Joiner, ground: Ground, *, few: bool = False) -> AnyCalendar:
    """Whether there is any calendar on a joiner's ground.

    Args:
        joiner: the course under the rules that stand.
        ground: one of its grounds.
        few: whether to give up soon.
    """
    early = EarlySearch(ground, few=few)
    starts: Mapping[int, int] | None = None
    try:
        bound = early.bound(ANY)
        if bound is None:
            return AnyCalendar(Verdict.INFEASIBLE)
        starts = bound[1]
        for some in (starts, {}):
            calendar, _ = early.calendar(some, ANY)
            if calendar is not None and joiner.keeps(calendar):
                return AnyCalendar(Verdict.FEASIBLE, calendar, starts)
    except TooManyLabelsError:
        pass
    return AnyCalendar(Verdict.UNDECIDED, None, starts)
