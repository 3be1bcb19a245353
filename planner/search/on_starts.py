"""The best calendar on given starts, by labels; and what it comes to at least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.schedule import COSTS, ChosenCycle, Schedule
from planner.labels.backward.bounds import Costs
from planner.labels.backward.fixed import NoWayError
from planner.labels.backward.search import BackwardSearch, Way
from planner.labels.forward.search import ForwardSearch
from planner.labels.refill import refilled
from planner.search.any_calendar import calendar_on
from planner.search.instance import Instance

MOST_TRIES = 4_000  # choices of dispensing days for bags that stay as they are
FEW_TRIES = 200  # the same, where it is not sure that they stay
MOST_AGAIN = (2_500, 800)  # labels for one cycle that is planned again, for two


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
    instance: Instance,
    objectives: Sequence[str],
    starts: Mapping[int, int],
    *,
    below: Costs | None = None,
    most: int | None = None,
) -> OnStarts:
    """The best calendar on some starts, or the best that was found, with a bound.

    Args:
        instance: the course.
        objectives: its objectives, in their order.
        starts: the start of each cycle, by number.
        below: what a calendar has to cost less than to be of any use; ``least`` is it where none
            does. None: whatever it costs, and one that need not be the best is looked for, too.
        most: labels after which the search is given up; None: as many as are usual.
    """
    try:
        search = BackwardSearch(instance.problem(starts=starts), objectives)
    except NoWayError:
        return NOTHING
    nothing = OnStarts(below)
    loose = search.best(quantity=False, below=below)
    if loose is None:
        return nothing
    found = _kept(instance, loose, loose.least)
    if found.settled:
        return found
    if loose.cycles is not None:
        bound = search.best(quantity=True, split=True, below=below, most=most)
        if bound is None:
            return nothing
        least = max(loose.least, bound.least)
        found = _kept(instance, bound, least)
        if not found.settled and bound.costs is not None and search.problem.rules.whole:
            found = _better(found, _kept(instance, search.best(quantity=True, below=below), least))
    if found.schedule is None and below is None:
        found = _any(instance, search, starts, found, loose)
    return found


def _kept(instance: Instance, way: Way | None, least: Costs) -> OnStarts:
    """What a way comes to, if it keeps every rule."""
    if way is None or way.cycles is None or not instance.keeps(Schedule(way.cycles)):
        return OnStarts(least)
    return OnStarts(least, Schedule(way.cycles), way.costs)


def _better(one: OnStarts, other: OnStarts) -> OnStarts:
    """The cheaper of two."""
    if one.costs is None or other.costs is None:
        return other if one.costs is None else one
    return min(one, other, key=lambda found: found.costs or ())


def _any(
    instance: Instance,
    search: BackwardSearch,
    starts: Mapping[int, int],
    known: OnStarts,
    loose: Way,
) -> OnStarts:
    """A calendar that need not be the best, beside the bound: from one that sends all vials early
    or, where there is none, from the bags that are best where II.A is left out."""
    calendar = calendar_on(instance, ForwardSearch(search.problem), starts)
    if calendar is None and loose.cycles is not None:
        calendar = _refilled(instance, search, loose.cycles)
    if calendar is None:
        return known
    better = _bettered(instance, search, calendar, loose)
    return OnStarts(known.least, better, _costs(better, search))


def improved(instance: Instance, objectives: tuple[str, ...], schedule: Schedule) -> Schedule:
    """A calendar on the starts of one that keeps every rule, better than it where that is soon
    found."""
    try:
        search = BackwardSearch(instance.problem(starts=schedule.origins()), objectives)
    except NoWayError:
        return schedule
    loose = search.best(quantity=False)
    return schedule if loose is None else _bettered(instance, search, schedule, loose)


def _bettered(
    instance: Instance, search: BackwardSearch, schedule: Schedule, loose: Way
) -> Schedule:
    """A calendar whose cycles are planned again, fed from fewer dispenses and, where that has
    changed them, planned once more."""
    found = _replanned(instance, search, schedule.cycles)
    other = _blended(instance, search, found.cycles, loose.cycles)
    return found if other == found else _replanned(instance, search, other.cycles)


def _refilled(
    instance: Instance,
    search: BackwardSearch,
    cycles: Sequence[ChosenCycle],
    tries: int = MOST_TRIES,
) -> Schedule | None:
    """These bags from few dispenses, where that keeps every rule."""
    filled = refilled(search.problem, cycles, search.prices.order, tries)
    if filled is None or not instance.keeps(Schedule(filled)):
        return None
    return Schedule(filled)


def _blended(
    instance: Instance,
    search: BackwardSearch,
    cycles: Sequence[ChosenCycle],
    loose: Sequence[ChosenCycle] | None,
) -> Schedule:
    """The cheapest that is found from a calendar: cycle by cycle with the bags of another in their
    place, as far as windows of II.A allow it, and from few dispenses."""
    best = Schedule(tuple(cycles))
    for at, cycle in enumerate(loose or ()):
        if _hung(cycle) != _hung(best.cycles[at]):
            bags = (*best.cycles[:at], cycle, *best.cycles[at + 1 :])
            best = _cheaper(search, best, _refilled(instance, search, bags, FEW_TRIES))
    return _cheaper(search, best, _refilled(instance, search, best.cycles))


def _hung(cycle: ChosenCycle) -> list[tuple[int, int]]:
    return [(bag.day, bag.option.days) for bag in cycle.bags]


def _cheaper(search: BackwardSearch, one: Schedule, other: Schedule | None) -> Schedule:
    return other if other is not None and _costs(other, search) < _costs(one, search) else one


def _replanned(
    instance: Instance, search: BackwardSearch, cycles: Sequence[ChosenCycle]
) -> Schedule:
    """A calendar whose cycles are planned again by one, then by two, as late as the others leave
    room, each time from the last ones on."""
    found = list(cycles)
    for together in range(1, min(len(found), len(MOST_AGAIN)) + 1):
        for first in range(len(found) - together, -1, -1):
            found[first : first + together] = _improved(instance, search, found, first, together)
    return Schedule(tuple(found))


def _improved(
    instance: Instance,
    search: BackwardSearch,
    cycles: Sequence[ChosenCycle],
    first: int,
    together: int,
) -> Sequence[ChosenCycle]:
    """Some cycles in a row, planned again beside the others, if that is better."""
    some = cycles[first : first + together]
    others = (*cycles[:first], *cycles[first + together :])
    problem = instance.problem({c.number: c for c in others}, {c.number: c.origin for c in some})
    below = _costs(Schedule(tuple(some)), search)
    try:
        own = BackwardSearch(problem, search.prices.order)
    except NoWayError:
        return some
    way = own.best(quantity=True, most=MOST_AGAIN[together - 1], below=below)
    if way is None or way.cycles is None:
        return some
    planned = Schedule((*cycles[:first], *way.cycles, *cycles[first + together :]))
    return way.cycles if instance.keeps(planned) else some


def _costs(schedule: Schedule, search: BackwardSearch) -> Costs:
    totals = dict.fromkeys(COSTS, 0)
    for chosen in schedule.cycles:
        for name, cost in chosen.cost(search.problem.rules.transit).items():
            totals[name] += cost
    return tuple(totals[name] for name in search.prices.order)
