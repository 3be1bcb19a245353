"""Is there any calendar? What labels say, and on which starts else to look for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.search.by_cycle import Joined, Joiner
from planner.search.early import ANY, EarlySearch, TooManyLabelsError
from planner.search.engine import Verdict
from planner.search.schedule import ChosenCycle, Schedule


@dataclass(frozen=True)
class AnyCalendar:
    """FEASIBLE with a calendar that keeps every row; INFEASIBLE; or UNDECIDED: labels do not fit
    the rules that stand, or do not settle it. ``starts`` are some that windows allow, if each vial
    may travel by itself, or that the rules on starts allow; None where none are known."""

    verdict: Verdict
    schedule: Schedule | None = None
    starts: Mapping[int, int] | None = None


def any_calendar(
    joiner: Joiner,
    given: Mapping[int, ChosenCycle] | None = None,
    at: Mapping[int, int] | None = None,
    *,
    few: bool = False,
) -> AnyCalendar:
    """Whether there is any calendar.

    Args:
        joiner: the course under the rules that stand.
        given: cycles that are decided already, by number.
        at: days to start on, by number, where they are not open.
        few: whether to give up soon.
    """
    early = EarlySearch(joiner.ground(given, at), few=few)
    likely: list[Mapping[int, int]] = []
    try:
        bound = early.bound(ANY)
        if bound is None:
            return AnyCalendar(Verdict.INFEASIBLE)
        likely = [bound[1], {}]
    except TooManyLabelsError:
        # starts that may be far apart: the rules on them alone know some at once
        latest = None if given or at else joiner.some_starts()
        if latest is not None and not isinstance(latest, Joined):
            likely = [latest]
    for starts in likely:
        calendar = _on(early, starts)
        if calendar is not None and joiner.keeps(calendar):
            return AnyCalendar(Verdict.FEASIBLE, calendar, likely[0])
    return AnyCalendar(Verdict.UNDECIDED, None, likely[0] if likely else None)


def _on(early: EarlySearch, starts: Mapping[int, int]) -> Schedule | None:
    """A calendar on these starts, where one is found soon."""
    try:
        return early.calendar(starts, ANY)[0]
    except TooManyLabelsError:
        return None
