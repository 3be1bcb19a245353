"""The best chain of bags for one cycle alone, by dynamic programming over its days.

Windows of dates are left out here, so what it finds is a bound, and the optimum where its result
keeps every row. Without them a bag is best fed by the newest dispense made so far, and a new
dispense is best made as late as the bag allows: a later dispense serves every bag that an earlier
one serves, and its vials wait less.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from planner.constraints.rules import Rules
from planner.constraints.schedule import COSTS, ChosenBag, ChosenCycle
from planner.constraints.system import Active, everything
from planner.regimen.course import BagOption, Course, CourseCycle, Variant

Cost = tuple[int, ...]
_Key = tuple[int, int | None]


@dataclass(frozen=True)
class _State:
    """The best way to have covered the days before one day, with vials of dispense ``source``."""

    cost: Cost
    bag: ChosenBag | None
    before: _Key | None


class ChainSearch:
    """Finds chains for cycles of one course under the rules that stand."""

    def __init__(self, course: Course, active: Active = everything) -> None:
        self.rules = Rules(course, active)
        self._order = [o for o in course.objectives if o in COSTS]

    def best(self, cycle: CourseCycle, origin: int) -> ChosenCycle | None:
        """The cycle's chain at ``origin`` with the least costs, or None where there is none.

        Only for a cycle that has not begun and whose dispenses are not requested.
        """
        rules = self.rules
        if rules.barred_origin(cycle, origin):
            return None
        variant = self.variant(cycle, origin)
        index = rules.variants(cycle).index(variant)
        end = origin + cycle.infusion_days
        sources = [
            day
            for day in range(origin - rules.ahead, end - rules.transit)
            if not rules.bars_source(day)
        ]
        begin: _Key = (origin, None)
        states = {begin: _State((0,) * len(self._order), None, None)}
        for position, segment in enumerate(variant.segments):
            last = origin + segment.first + segment.days
            for day in range(origin + segment.first, last):
                if rules.bars_bag(day, hospital=segment.site == "hospital"):
                    continue
                for key in [k for k in states if k[0] == day]:
                    self._extend(states, key, last, (position, index), segment.options, sources)
        ends = [
            (state.cost, key)
            for key, state in states.items()
            if key != begin and (key[0] == end or not rules.exact_days())
        ]
        if not ends:
            return None
        _, key = min(ends, key=lambda found: (found[0], found[1][0], found[1][1] or 0))
        return self._read(cycle, origin, states, key)

    def variant(self, cycle: CourseCycle, origin: int) -> Variant:
        """The segments of the cycle by the weight known at ``origin``."""
        return next(
            v for v in self.rules.variants(cycle) if v.first_start <= origin <= v.last_start
        )

    def _extend(
        self,
        states: dict[_Key, _State],
        key: _Key,
        end: int,
        place: tuple[int, int],
        options: Sequence[BagOption],
        sources: Sequence[int],
    ) -> None:
        state, day = states[key], key[0]
        newest = bisect_right(sources, day - self.rules.transit) - 1
        fresh = sources[newest] if newest >= 0 else None
        for option in options:
            if day + option.days > end:
                continue
            oldest = self.rules.oldest(day, option)
            for source in dict.fromkeys((key[1], fresh)):
                if source is None or source < oldest:
                    continue
                bag = ChosenBag(day, place[0], place[1], option).fed(source)
                cost = self._add(state.cost, bag, new=source != key[1])
                reached = (day + option.days, source)
                if reached not in states or cost < states[reached].cost:
                    states[reached] = _State(cost, bag, key)

    def _add(self, cost: Cost, bag: ChosenBag, *, new: bool) -> Cost:
        waiting = bag.day - bag.source - self.rules.transit
        added = {
            "vials": bag.option.vials,
            "dispenses": int(new),
            "bag_changes": 1,
            "stock_days": bag.option.vials * waiting,
        }
        return tuple(c + added[name] for c, name in zip(cost, self._order, strict=True))

    def _read(
        self,
        cycle: CourseCycle,
        origin: int,
        states: dict[_Key, _State],
        key: _Key | None,
    ) -> ChosenCycle:
        bags: list[ChosenBag] = []
        while key is not None:
            state = states[key]
            if state.bag is not None:
                bags.append(state.bag)
            key = state.before
        bags.reverse()
        sent: dict[int, int] = {}
        for bag in bags:
            sent[bag.source] = sent.get(bag.source, 0) + bag.option.vials
        if sent:
            sent[min(sent)] += self.rules.spare
        return ChosenCycle(cycle.number, origin, tuple(bags), tuple(sorted(sent.items())))


def least_vials(variant: Variant, origin: int, most: int) -> set[tuple[int, int, int]]:
    """The bags (segment, day, days) that some chain of at most ``most`` vials may contain, by
    vials alone: bags of no such chain cannot be part of a calendar with ``most`` vials."""
    heads: dict[int, int] = {origin: 0}
    arcs: list[tuple[int, int, BagOption]] = []
    for position, segment in enumerate(variant.segments):
        end = origin + segment.first + segment.days
        for day in range(origin + segment.first, end):
            if day not in heads:
                continue
            for option in segment.options:
                reached = day + option.days
                if reached <= end:
                    arcs.append((position, day, option))
                    cost = heads[day] + option.vials
                    heads[reached] = min(cost, heads.get(reached, cost))
    last = variant.segments[-1]
    tails: dict[int, int] = {origin + last.first + last.days: 0}
    for _, day, option in sorted(arcs, key=lambda arc: -arc[1]):
        if day + option.days in tails:
            cost = tails[day + option.days] + option.vials
            tails[day] = min(cost, tails.get(day, cost))
    return {
        (position, day, option.days)
        for position, day, option in arcs
        if day + option.days in tails
        and heads[day] + option.vials + tails[day + option.days] <= most
    }
