"""The best calendar on given starts, by labels or by blocks; and what it comes to at least."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from planner.search.best import BestSearch, NoWayError, TooManyLabelsError, Way
from planner.search.by_cycle import Joiner
from planner.search.chain import COSTS
from planner.search.early import EarlySearch
from planner.search.early import TooManyLabelsError as TooManyEarlyError
from planner.search.places import Ground
from planner.search.schedule import ChosenCycle, Schedule

Costs = tuple[int, ...]


@dataclass(frozen=True)
class OnStarts:
    """What starts come to.

    ``least``: the objectives but delay, in their order, as a bound compared first to last; None
    where there is no calendar. ``costs`` are those of ``schedule``; the two meet where it is best.
    """

    least: Costs | None
    schedule: Schedule | None = None
    costs: Costs | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing better can be on these starts."""
        return self.least == self.costs


NOTHING = OnStarts(None)


def best_on(joiner: Joiner, objectives: tuple[str, ...], starts: Mapping[int, int]) -> OnStarts:
    """The best calendar on some starts, or the best that was found, with a bound.

    Args:
        joiner: the course.
        objectives: its objectives, in their order.
        starts: the start of each cycle, by number.
    """
    ground = joiner.ground(starts=starts)
    search = BestSearch(ground, objectives)
    try:
        least = search.least()
    except NoWayError:
        return NOTHING
    loose: Way | None = None
    try:
        loose = search.best(every=False)
        if loose is None:
            return NOTHING
        least = loose.costs
        if joiner.keeps(Schedule(loose.cycles)):
            return OnStarts(least, Schedule(loose.cycles), loose.costs)
        exact = search.best(every=True)
        if exact is None:
            return NOTHING
        if joiner.keeps(Schedule(exact.cycles)):
            return OnStarts(exact.costs, Schedule(exact.cycles), exact.costs)
    except TooManyLabelsError:
        pass
    joined = joiner.join(starts)
    if joined.infeasible:
        return NOTHING
    if joined.schedule is not None:
        costs = _costs(joined.schedule, objectives, ground)
        return OnStarts(costs, joined.schedule, costs)
    return _some(joiner, search, loose, starts, OnStarts(least))


def _some(
    joiner: Joiner,
    search: BestSearch,
    loose: Way | None,
    starts: Mapping[int, int],
    known: OnStarts,
) -> OnStarts:
    """A calendar that need not be the best, beside the bound."""
    found: list[Schedule] = []
    if loose is not None:
        try:
            way = search.best(every=True, days=_blocked(search.ground, loose))
            found += [Schedule(way.cycles)] if way is not None else []
        except TooManyLabelsError:
            pass
    if not found:
        try:
            calendar, _ = EarlySearch(search.ground).calendar(starts)
            found += [calendar] if calendar is not None else []
        except TooManyEarlyError:
            pass
    for schedule in found:
        if joiner.keeps(schedule):
            costs = _costs(schedule, tuple(search.order), search.ground)
            return OnStarts(known.least, schedule, costs)
    return known


def _blocked(ground: Ground, way: Way) -> set[int]:
    """The last days on which a dispense shares no window of II.A with one of a way; and the last
    before these, for the dispenses that have moved to them."""
    found: set[int] = set()
    days = {day for cycle in way.cycles for day, _ in cycle.sent}
    while days:
        before = set()
        for limit in ground.vial_limits:
            for day in days:
                at = bisect_right(ground.sendable, day - limit.per_days) - 1
                before |= {ground.sendable[at]} if at >= 0 else set()
        days = before - found
        found |= before
    return found


def _costs(schedule: Schedule, objectives: tuple[str, ...], ground: Ground) -> Costs:
    totals = dict.fromkeys(COSTS, 0)
    for chosen in schedule.cycles:
        for name, cost in _cost(chosen, ground).items():
            totals[name] += cost
    return tuple(totals[name] for name in objectives if name in COSTS)


def _cost(chosen: ChosenCycle, ground: Ground) -> Mapping[str, int]:
    return chosen.cost(ground.rules.transit)
