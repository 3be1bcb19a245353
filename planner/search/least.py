"""What a part of a course costs at least on fixed starts, whatever windows of II.A say.

A cycle is bounded from its first day on: the chain of bags up to a day, each from the newest
dispense, each dispense on the last day that serves its first bag. The units that a cycle may have
been billed with by a day are bounded too: by what the cycles before it have to put into the same
window of II.B at least, which bounds what they may put there, and so on from the first cycle.

Costs are packed into one whole number, the first objective in the highest bits, so that adding and
comparing them is adding and comparing numbers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from planner.search.chain import COSTS
from planner.search.packed import BITS, ones
from planner.search.places import NEVER, Ground, Limit, Place
from planner.search.schedule import ChosenBag

FIELD = 24  # bits of one objective in a cost

Front = list[tuple[int, int]]  # units billed so far and cost: the more of one the less of the other
Costs = tuple[int, ...]


class NoWayError(Exception):
    """A cycle cannot be planned on its start at all."""


class Prices:
    """What bags and dispenses add to the objectives but delay, packed in their order."""

    def __init__(self, ground: Ground, objectives: Sequence[str]) -> None:
        self.order = [o for o in objectives if o in COSTS]
        self._transit = ground.rules.transit
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


class Least:
    """Least costs by cycle and day, for a ground with one start each.

    Args:
        ground: the cycles, each with one start.
        prices: the objectives.
        loose: whether only the days that vials may be ahead of their bag count, not how long a
            bag keeps them.

    Raises:
        NoWayError: a cycle has no start, or no way through it within the windows of II.B.
    """

    def __init__(self, ground: Ground, prices: Prices, *, loose: bool = False) -> None:
        self.ground = ground
        self.prices = prices
        self.loose = loose
        if not all(place.origins for place in ground.places):
            raise NoWayError
        self.starts = [place.origins[0] for place in ground.places]
        self.begins = [
            start + (place.cycle.progress.infused if place.cycle.progress else 0)
            for start, place in zip(self.starts, ground.places, strict=True)
        ]
        self.ends = [
            start + place.cycle.infusion_days
            for start, place in zip(self.starts, ground.places, strict=True)
        ]
        self._newest: dict[int, int | None] = {}
        self._left: dict[tuple[int, int], int] = {}
        self._needs: dict[tuple[int, int, int], int] = {}
        self._hung: dict[tuple[int, int], Hung] = {}
        self._sent: list[Sent] = []
        self._ending: dict[int, dict[int, list[ChosenBag]]] = {}
        self._rests: dict[tuple[int, int, int, int, int, int], int | None] = {}
        self.caps = _caps(self)
        self._tables: list[_Table | None] = [None] * len(ground.places)

    @property
    def keeping(self) -> bool:
        """Whether how long some bag keeps its vials bounds its dispense."""
        rules = self.ground.rules
        return any(
            rules.oldest(bag.day, bag.option) > bag.day - rules.ahead
            for index in range(len(self.starts))
            for bags in self.bags(index).values()
            for bag in bags
        )

    def left(self, which: int, limit: Limit, day: int) -> int:
        """What history and requests leave of each window of a limit that begins on a day and
        before; ``which`` tells limits apart."""
        near = bisect_left(limit.days, day - limit.reach)
        if near == len(limit.days):
            return limit.limit * ones(limit.reach + 1)
        if (which, day) not in self._left:
            left = 0
            for field in range(limit.reach + 1):
                begin = day - field
                fixed = limit.fixed(begin, begin + limit.per_days - 1)
                left |= max(limit.limit - fixed, 0) << BITS * field
            self._left[which, day] = left
        return self._left[which, day]

    def need(self, limit: Limit, index: int, day: int) -> int:
        """What the bags before a day of a cycle, and the spare vials, put at least into each window
        of a limit of II.A that begins on the day and before: the vials of bags that no dispense
        before the window can feed."""
        key = limit.per_days, index, day
        if key not in self._needs:
            need, ahead, transit = 0, self.ground.rules.ahead, self.ground.rules.transit
            fields = min(limit.per_days + transit, limit.reach + 1)
            every = [(self.hung(index, day), index)]
            every += [(self.hung(i, self.ends[i]), i) for i in range(index)]
            for field in range(fields):
                begin = day - field
                vials = sum(hung.since(begin + ahead) for hung, _ in every)
                vials += sum(self._spared(i, begin, limit) for _, i in every)
                need |= vials << BITS * field
            self._needs[key] = need
        return self._needs[key]

    def hung(self, index: int, day: int) -> Hung:
        """What a cycle's bags before a day take at least."""
        if (index, day) not in self._hung:
            self._hung[index, day] = Hung(self, index, day)
        return self._hung[index, day]

    def sent(self, index: int) -> Sent:
        """What a cycle may have sent by each day."""
        while len(self._sent) <= index:
            self._sent.append(Sent(self, self._sent))
        return self._sent[index]

    def _spared(self, index: int, begin: int, limit: Limit) -> int:
        """The spare vials of a cycle, if its first dispense lies in a window whatever it is."""
        first = self.begins[index]
        newest = self.newest(first)
        inside = begin <= first - self.ground.rules.ahead and newest is not None
        sure = inside and newest is not None and newest < begin + limit.per_days
        return self.ground.places[index].spare if sure else 0

    def newest(self, day: int) -> int | None:
        """The last day of a dispense for a bag hung on a day."""
        if day not in self._newest:
            days = self.ground.sendable
            at = bisect_right(days, day - self.ground.rules.transit) - 1
            self._newest[day] = days[at] if at >= 0 else None
        return self._newest[day]

    def oldest(self, bag: ChosenBag) -> int:
        """The first day of a dispense for a bag."""
        if self.loose:
            return bag.day - self.ground.rules.ahead
        return self.ground.rules.oldest(bag.day, bag.option)

    def bags(self, index: int) -> Mapping[int, list[ChosenBag]]:
        """The bags of a cycle by the day they are hung."""
        return self.ground.bags(index, self.starts[index])

    def ending(self, index: int) -> Mapping[int, list[ChosenBag]]:
        """The bags of a cycle by the day after their last one."""
        if index not in self._ending:
            found: dict[int, list[ChosenBag]] = {}
            for day, bags in self.bags(index).items():
                for bag in bags:
                    found.setdefault(day + bag.option.days, []).append(bag)
            self._ending[index] = found
        return self._ending[index]

    def requested(self, index: int) -> int:
        """What a cycle's requested dispenses cost, whatever they feed."""
        return len(self.ground.places[index].listed) * self.prices.dispense

    def whole(self, index: int) -> int | None:
        """The least cost of a cycle; None: there is no way through it."""
        rest = self.rest(index, self.ends[index], 0, 0, 0, NEVER)
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

    def __init__(self, least: Least, index: int) -> None:
        self.closed: dict[int, Front] = {}
        self.opened: dict[int, dict[int, Front]] = {}
        self._least = least
        self._place = least.ground.places[index]
        self._caps = least.caps[index]
        bags = least.bags(index)
        waiting: dict[int, dict[int | None, Front]] = {least.begins[index]: {None: [(0, 0)]}}
        for day in range(least.begins[index], least.ends[index] + 1):
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
        oldest, newest = least.oldest(bag), least.newest(bag.day)
        price, transit = least.prices, least.ground.rules.transit
        for source in place.sources:
            if oldest <= source.day <= bag.day - transit:
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
        counted = self._least.ground.counted(bag.option)
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
    """Both fronts without what is needless, by units."""
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


class Hung:
    """The fewest vials that new dispenses send for a cycle's bags before a day, by the day from
    which bags count."""

    def __init__(self, least: Least, index: int, day: int) -> None:
        place, begin, bags = least.ground.places[index], least.begins[index], least.bags(index)
        rest = {day: 0}
        for one in range(day - 1, begin - 1, -1):
            ways = [
                bag.option.vials + rest[one + bag.option.days]
                for bag in bags.get(one, ())
                if one + bag.option.days in rest
            ]
            if ways:
                rest[one] = min(ways)
        longest = max((bag.option.days for some in bags.values() for bag in some), default=1)
        stock = sum(source.vials for source in place.sources)
        self._since: list[int] = []
        for one in range(begin, day if not place.asked else begin):
            near = [rest[a] for a in range(one, min(one + longest, day + 1)) if a in rest]
            self._since.append(max(min(near, default=0) - stock, 0))
        self._begin = begin

    def since(self, day: int) -> int:
        """The fewest vials for bags from a day on."""
        at = max(day - self._begin, 0)
        return self._since[at] if at < len(self._since) else 0


class Sent:
    """The most vials that a cycle's new dispenses may have sent by the end of a day, where windows
    of II.A bound them, by what the cycles before it, ``before``, send at least."""

    def __init__(self, least: Least, before: Sequence[Sent]) -> None:
        index = len(before)
        ground, ahead = least.ground, least.ground.rules.ahead
        place = ground.places[index]
        self._hung = least.hung(index, least.ends[index])
        self._ahead = ahead
        self._total = 0 if place.asked else self._hung.since(least.begins[index]) + place.spare
        self._first = least.begins[index] - ahead
        self.last = least.newest(least.ends[index] - 1) or self._first
        self._caps: list[int] = []
        for day in range(self._first, least.ends[index] + 1):
            most = NEVER
            for limit in ground.vial_limits:
                first = day - limit.per_days + 1
                earlier = sum(s.since(first) for s in before if s.last <= day)
                room = limit.limit - limit.fixed(first, day) - earlier
                most = min(most, self.by(first - 1) + room)
            self._caps.append(most)

    def by(self, day: int) -> int:
        """The most vials by the end of a day."""
        at = day - self._first
        return 0 if at < 0 else self._caps[min(at, len(self._caps) - 1)]

    def since(self, day: int) -> int:
        """The fewest vials on the days from one on."""
        return max(self._hung.since(day + self._ahead), self._total - max(self.by(day - 1), 0))


def _caps(least: Least) -> list[dict[int, int]]:
    """By cycle and day, the units that the cycle may have been billed with by the end of the day,
    where a window of II.B bounds them.

    Raises:
        NoWayError: a cycle cannot be covered within them.
    """
    ground = least.ground
    suffixes: list[_Suffix] = []
    found: list[dict[int, int]] = []
    for index, place in enumerate(ground.places):
        caps: dict[int, int] = {}
        for limit in ground.unit_limits:
            if not _counts(limit, place):
                continue
            before = [suffixes[j] for j, p in enumerate(ground.places[:index]) if _counts(limit, p)]
            own = [0]
            days = sorted(least.bags(index))
            for day in days:
                first = day - limit.per_days + 1
                room = limit.limit - limit.fixed(first, day) - sum(s.since(first) for s in before)
                own.append(room + own[bisect_left(days, first)])
                caps[day] = min(caps.get(day, NEVER), own[-1])
        found.append(caps)
        suffixes.append(_Suffix(least, index, caps))
    return found


def _counts(limit: Limit, place: Place) -> bool:
    return limit.cycles is not None and place.cycle.number in limit.cycles


class _Suffix:
    """The fewest units that a cycle is billed with on the days from each day on."""

    def __init__(self, least: Least, index: int, caps: Mapping[int, int]) -> None:
        begin, end = least.begins[index], least.ends[index]
        bags = least.bags(index)
        counted = least.ground.counted
        spent = {begin: 0}
        used: list[tuple[int, int, int]] = []
        for day in range(begin, end):
            if day not in spent:
                continue
            for bag in bags.get(day, ()):
                units, after = counted(bag.option), day + bag.option.days
                sums = spent[day] + units
                if sums <= caps.get(day, NEVER):
                    used.append((day, after, units))
                    spent[after] = min(spent.get(after, sums), sums)
        rest = {end: 0}
        for day, after, units in reversed(used):
            if after in rest:
                rest[day] = min(rest.get(day, NEVER), rest[after] + units)
        if begin not in rest:
            raise NoWayError
        self._begin, self._end = begin, end
        self._since = dict.fromkeys(range(begin + 1, end + 1), NEVER)
        self._since[begin] = rest[begin]
        for day, after, _ in used:
            if after in rest:
                for one in range(day + 1, after + 1):
                    self._since[one] = min(self._since[one], rest[after])

    def since(self, day: int) -> int:
        """The fewest units on the days from this one on."""
        if day > self._end:
            return 0
        return self._since[max(day, self._begin)]
