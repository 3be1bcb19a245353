"""The best calendar on given starts, by labels or by blocks; and what it comes to at least."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.search.best import ALL_DAYS, BestSearch, NoWayError, TooManyLabelsError, Way
from planner.search.by_cycle import Joiner
from planner.search.chain import COSTS
from planner.search.early import EarlySearch
from planner.search.early import TooManyLabelsError as TooManyEarlyError
from planner.search.places import Ground
from planner.search.schedule import Schedule

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


def best_on(
    joiner: Joiner,
    objectives: tuple[str, ...],
    starts: Mapping[int, int],
    *,
    thorough: bool = True,
) -> OnStarts:
    """The best calendar on some starts, or the best that was found, with a bound.

    Args:
        joiner: the course.
        objectives: its objectives, in their order.
        starts: the start of each cycle, by number.
        thorough: whether to plan block by block, with a solver, where labels grow too many.
    """
    ground = joiner.ground(starts=starts)
    search = BestSearch(ground, objectives)
    try:
        least = search.least()
    except NoWayError:
        return NOTHING
    try:
        loose = search.best(every=False)
    except TooManyLabelsError:
        known = OnStarts(least)
        if thorough:
            return _by_blocks(joiner, search, starts, known)
        return _any(joiner, search, starts, known)
    if loose is None:
        return NOTHING
    schedule = Schedule(loose.cycles)
    if joiner.keeps(schedule):
        return OnStarts(loose.costs, schedule, loose.costs)
    found = _with_quantity(joiner, search, loose, starts)
    if found.settled or not thorough:
        return found
    blocks = _by_blocks(joiner, search, starts, found)
    return blocks if blocks.settled else found


def _with_quantity(
    joiner: Joiner, search: BestSearch, loose: Way, starts: Mapping[int, int]
) -> OnStarts:
    """The best where II.A bars what is best without it: with few days for earlier dispenses first,
    which may be as good as the bound, then with all of them."""
    some: OnStarts | None = None
    for days in (_blocked(search.ground, loose), ALL_DAYS):
        try:
            way = search.best(every=True, days=days)
        except TooManyLabelsError:
            continue
        if way is None and days is ALL_DAYS:
            return NOTHING
        if way is not None and joiner.keeps(Schedule(way.cycles)):
            least = way.costs if days is ALL_DAYS else loose.costs
            some = OnStarts(least, Schedule(way.cycles), way.costs)
            if some.settled:
                return some
    return some or _any(joiner, search, starts, OnStarts(loose.costs))


def _by_blocks(
    joiner: Joiner, search: BestSearch, starts: Mapping[int, int], known: OnStarts
) -> OnStarts:
    """Cycle by cycle, those that meet in a window together, where labels grew too many."""
    joined = joiner.join(starts)
    if joined.infeasible:
        return NOTHING
    if joined.schedule is None:
        return _any(joiner, search, starts, known)
    costs = _costs(joined.schedule, search.order, search.ground)
    return OnStarts(costs, joined.schedule, costs)


def _any(
    joiner: Joiner, search: BestSearch, starts: Mapping[int, int], known: OnStarts
) -> OnStarts:
    """A calendar that need not be the best, beside the bound."""
    try:
        calendar, _ = EarlySearch(search.ground).calendar(starts)
    except TooManyEarlyError:
        return known
    if calendar is None or not joiner.keeps(calendar):
        return known
    return OnStarts(known.least, calendar, _costs(calendar, search.order, search.ground))


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


def _costs(schedule: Schedule, objectives: Sequence[str], ground: Ground) -> Costs:
    totals = dict.fromkeys(COSTS, 0)
    for chosen in schedule.cycles:
        for name, cost in chosen.cost(ground.rules.transit).items():
            totals[name] += cost
    return tuple(totals[name] for name in objectives if name in COSTS)
