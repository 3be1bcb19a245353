"""What a part of a course costs at least on fixed starts, whatever windows of II.A say.

A cycle is bounded from its first day on: the chain of bags up to a day, each from the newest
dispense, each dispense on the last day that serves its first bag. The units that a cycle may have
been billed with by a day are bounded too: by what the cycles before it have to put into the same
window of II.B at least, which bounds what they may put there, and so on from the first cycle.

Costs are packed into one whole number, the first objective in the highest bits, so that adding and
comparing them is adding and comparing numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.constraints.schedule import COSTS, ChosenBag
from planner.labels.backward.residual import ResidualCapacity
from planner.labels.packed import NEVER
from planner.labels.problem import Problem
from planner.labels.supply import Source

FIELD = 24  # bits of one objective in a cost

Front = list[tuple[int, int]]  # units billed so far and cost: the more of one the less of the other
Costs = tuple[int, ...]


class Prices:
    """What bags and dispenses add to the objectives but delay, packed in their order."""

    def __init__(self, problem: Problem, objectives: Sequence[str]) -> None:
        self.order = [o for o in objectives if o in COSTS]
        self._transit = problem.rules.transit
        self.dispense = self.packed({"dispenses": 1})
        self.stock_day = self.packed({"stock_days": 1})
        self._vial = self.packed({"vials": 1})
        self._change = self.packed({"bag_changes": 1})

    def packed(self, costs: Mapping[str, int]) -> int:
        """Costs by objective as one number."""
        cost = 0
        for name in self.order:
            cost = cost << FIELD | costs.get(name, 0)
        return cost

    def unpacked(self, cost: int) -> Costs:
        """By objective, in their order."""
        count = len(self.order)
        field = (1 << FIELD) - 1
        return tuple(cost >> FIELD * (count - 1 - i) & field for i in range(count))

    def hung(self, bag: ChosenBag) -> int:
        """What a bag adds, whatever its vials wait."""
        return bag.option.vials * self._vial + self._change

    def bag(self, bag: ChosenBag, source: int) -> int:
        """What a bag adds, fed from a dispense."""
        waited = bag.option.vials * (bag.day - source - self._transit)
        return self.hung(bag) + waited * self.stock_day


class CompletionBound:
    """Least costs by cycle and day, for cycles on fixed starts.

    Args:
        rooms: the cycles, and what windows leave to each.
        prices: the objectives.
        loose: whether only the days that vials may be ahead of their bag count, not how long a
            bag keeps them.
    """

    def __init__(self, rooms: ResidualCapacity, prices: Prices, *, loose: bool = False) -> None:
        self.fixed = rooms.fixed
        self.rooms = rooms
        self.prices = prices
        self.loose = loose
        self._rests: dict[tuple[int, int, int, int, int, int], int | None] = {}
        self._tables: list[_Table | None] = [None] * len(self.fixed.problem.places)

    def oldest(self, bag: ChosenBag) -> int:
        """The first day of a dispense for a bag."""
        if self.loose:
            return bag.day - self.fixed.problem.rules.ahead
        return self.fixed.problem.rules.oldest(bag.day, bag.option)

    def ready(self, source: Source, bag: ChosenBag) -> bool:
        """Whether a bag may have vials of a source."""
        come = source.day <= bag.day - self.fixed.problem.rules.transit
        return come and (source.until == NEVER or source.day >= self.oldest(bag))

    def requested(self, index: int) -> int:
        """What a cycle's requested dispenses cost, whatever they feed."""
        return len(self.fixed.problem.places[index].listed) * self.prices.dispense

    def whole(self, index: int) -> int | None:
        """The least cost of a cycle; None: there is no way through it."""
        rest = self.rest(index, self.fixed.ends[index], 0, 0, 0, NEVER)
        return None if rest is None else rest + self.requested(index)

    def rest(
        self, index: int, day: int, vials: int, latest: int, low: int, room: int
    ) -> int | None:
        """The least cost of a cycle's bags before a day; None: there is no way.

        Args:
            index: which cycle.
            day: all bags from there on are chosen.
            vials: what the dispense that feeds the next of them has so far, 0 where there is none
                that could feed more; it is paid for as one made on ``latest``.
            latest: the last day on which that dispense can be made.
            low: the first.
            room: units that may be billed before the day.
        """
        key = index, day, vials, latest, low, room
        if key not in self._rests:
            self._rests[key] = self._rest(*key)
        return self._rests[key]

    def _rest(
        self, index: int, day: int, vials: int, latest: int, low: int, room: int
    ) -> int | None:
        table = self._tables[index]
        if table is None:
            table = self._tables[index] = _Table(self, index)
        least = _within(table.closed.get(day, ()), room)
        if vials:
            price = self.prices
            for made, front in table.opened.get(day, {}).items():
                cost = _within(front, room) if made >= low else None
                if cost is not None:
                    cost += vials * (latest - made) * price.stock_day - price.dispense
                    least = cost if least is None else min(least, cost)
        return least


class _Table:
    """By day, the ways to have covered a cycle up to it: ``closed`` all of them, ``opened`` those
    whose newest dispense is of a day, where none with a later one is as good."""

    def __init__(self, least: CompletionBound, index: int) -> None:
        self.closed: dict[int, Front] = {}
        self.opened: dict[int, dict[int, Front]] = {}
        self._least = least
        self._place = least.fixed.problem.places[index]
        self._caps = least.rooms.caps[index]
        bags = least.fixed.bags(index)
        waiting: dict[int, dict[int | None, Front]] = {least.fixed.begins[index]: {None: [(0, 0)]}}
        for day in range(least.fixed.begins[index], least.fixed.ends[index] + 1):
            if day not in waiting:
                continue
            fronts = _newest_first(waiting.pop(day))
            every: Front = []
            for front in fronts.values():
                every = _merged(every, front)
            self.closed[day] = every
            self.opened[day] = {made: f for made, f in fronts.items() if made is not None}
            for bag in bags.get(day, ()):
                after = waiting.setdefault(day + bag.option.days, {})
                for made, front in self._hung(bag, fronts, every):
                    after[made] = _merged(after.get(made, []), front)

    def _hung(
        self, bag: ChosenBag, fronts: Mapping[int | None, Front], every: Front
    ) -> Iterator[tuple[int | None, Front]]:
        """The ways with a bag more."""
        least, place = self._least, self._place
        oldest, newest = least.oldest(bag), least.fixed.newest(bag.day)
        price = least.prices
        for source in place.sources:
            if least.ready(source, bag):
                for made, front in fronts.items():
                    yield made, self._added(front, bag, price.bag(bag, source.day))
        if place.asked:
            return
        for made, front in fronts.items():
            if made is not None and made >= oldest and made != newest:
                yield made, self._added(front, bag, price.bag(bag, made))
        if newest is not None and newest >= oldest:
            if newest in fronts:
                yield newest, self._added(fronts[newest], bag, price.bag(bag, newest))
            cost = price.bag(bag, newest) + price.dispense
            yield newest, self._added(every, bag, cost)

    def _added(self, front: Front, bag: ChosenBag, cost: int) -> Front:
        counted = self._least.fixed.problem.counted(bag.option)
        room = self._caps.get(bag.day, NEVER) - counted
        return [(units + counted, spent + cost) for units, spent in front if units <= room]


def _newest_first(fronts: Mapping[int | None, Front]) -> dict[int | None, Front]:
    """The fronts by dispense, the newest first, each without what a newer one does as well."""
    found: dict[int | None, Front] = {}
    newer: Front = []
    for made in sorted(fronts, key=lambda made: -NEVER if made is None else made, reverse=True):
        own = [(u, c) for u, c in fronts[made] if not _reached(newer, u, c)]
        if own:
            found[made] = own
            newer = _merged(newer, own)
    return found


def _reached(front: Front, units: int, cost: int) -> bool:
    return any(u <= units and c <= cost for u, c in front)


def _merged(one: Front, other: Front) -> Front:
    """Both fronts without what is dominated, by units."""
    if not one or not other:
        return one or other
    found: Front = []
    for units, cost in sorted((*one, *other)):
        if not found or cost < found[-1][1]:
            found.append((units, cost))
    return found


def _within(front: Sequence[tuple[int, int]], room: int) -> int | None:
    """The least cost with so many units at most."""
    found = None
    for units, cost in front:
        if units > room:
            break
        found = cost
    return found
