"""The best bags and dispenses of a course whose starts are fixed, by labels.

A label is one way to have covered every infusion day up to a day: what it cost, what it has put
into each window that may still matter, and the dispenses at hand. Of two labels of one day with the
same dispenses at hand, one that costs no more and fills no window more makes the other needless.

The cheapest label goes first, with the least that may follow it. That bound is, for the cycle it is
in, its best chain of bags with all windows left out; for the cycles behind it, what neighbouring
cycles cost at least together. So the first label to reach the end is the optimum.

Costs are packed into one whole number, the first objective in the highest bits, so that adding and
comparing them is adding and comparing numbers.

Which dispenses need to be looked at: one may as well be made on the last day that serves its first
bag, unless a window of II.A that a later dispense lies in is too full then. So at first each bag
comes from the newest dispense or from a new one made as late as may be, whatever II.A says: this
bounds the course, and is its optimum where it keeps II.A too. Else every day is open to dispenses.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from planner.search.chain import COSTS
from planner.search.packed import BITS, at_most, ones
from planner.search.places import Ground, Limit, Place, sent_for
from planner.search.schedule import ChosenBag, ChosenCycle

FIELD = 24  # bits of one objective in a cost
MASK = (1 << BITS) - 1
COMPARED = 30  # labels that one is compared with count as one more
FEW_LABELS = 1_000  # with each cycle's own bound alone
MOST_LABELS = 15_000
MOST_PAIR = 3_000


class TooManyLabelsError(Exception):
    """The search was given up; nothing follows from it."""


class NoWayError(Exception):
    """A cycle cannot be planned on its start at all."""


@dataclass(frozen=True)
class Way:
    """Cycles, and what each objective but delay comes to, in their order."""

    cycles: tuple[ChosenCycle, ...]
    costs: tuple[int, ...]


class _AllDays:
    """Holds every day."""

    def __contains__(self, day: object) -> bool:
        return True


ALL_DAYS = _AllDays()


@dataclass(eq=False, slots=True)
class Label:
    """One way to have covered the days before a day.

    ``base`` is the cost of the cycles before this one, ``own`` that of this one so far; ``made``
    the cycle's new dispenses that may still matter, ``left`` the vials left in each source.
    ``owed``: the spare vials wait for a dispense before those made so far.
    """

    base: int
    own: int
    index: int
    day: int
    units: tuple[int, ...]
    sent: tuple[int, ...]
    made: tuple[int, ...]
    left: tuple[int, ...]
    granted: int
    owed: bool = False
    bag: ChosenBag | None = None
    before: Label | None = None
    needless: bool = False
    filled: int = 0


class BestSearch:
    """Finds the best way through the cycles of a ground with one start each."""

    def __init__(self, ground: Ground, objectives: Sequence[str]) -> None:
        self.ground = ground
        self.places = ground.places
        self.starts = [place.origins[0] for place in ground.places]
        self.order = [o for o in objectives if o in COSTS]
        self.newest: dict[int, int | None] = {}
        self._rooms: dict[tuple[int, int], int] = {}
        self._chains: dict[tuple[int, int, int | None], int | None] = {}
        self._begin = [
            start + (place.cycle.progress.infused if place.cycle.progress else 0)
            for start, place in zip(self.starts, ground.places, strict=True)
        ]

    def least(self) -> tuple[int, ...]:
        """What each objective but delay comes to at least, in their order, each cycle apart.

        Raises:
            NoWayError: one of the cycles has no way.
        """
        alone = self._alone()
        if alone is None:
            raise NoWayError
        return self._unpacked(alone[0])

    def best(self, *, every: bool, days: Container[int] = ALL_DAYS) -> Way | None:
        """The cheapest way; None where there is none.

        Args:
            every: whether II.A counts, and every day that allows a dispense is open to one; else
                what is found is a bound.
            days: the only days on which a dispense may be made earlier than it must be.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        alone = self._alone()
        if alone is None or self.ground.overfull():
            return None
        try:
            run = _Run(self, alone, every=every, days=days, most=FEW_LABELS)
            label = run.best()
        except TooManyLabelsError:
            values = self._values(alone, every=every, days=days)
            if values is None:
                return None
            run = _Run(self, values, every=every, days=days, most=MOST_LABELS)
            label = run.best()
        if label is None:
            return None
        return Way(tuple(run.read(label)), self._unpacked(label.base + label.own))

    def _unpacked(self, cost: int) -> tuple[int, ...]:
        count = len(self.order)
        field = (1 << FIELD) - 1
        return tuple(cost >> FIELD * (count - 1 - i) & field for i in range(count))

    def _alone(self) -> list[int] | None:
        """By cycle, the least cost of it and all behind it, each apart; None: one has no way."""
        values = [0] * (len(self.places) + 1)
        for index in range(len(self.places) - 1, -1, -1):
            least = self.chain(index, self._begin[index], None)
            if least is None:
                return None
            values[index] = values[index + 1] + least + self.requested(index)
        return values

    def _values(
        self, alone: Sequence[int], *, every: bool, days: Container[int]
    ) -> list[int] | None:
        """As ``_alone``, by what each two neighbours cost at least together."""
        count = len(self.places)
        values = [0] * (count + 1)
        for index in range(count - 1, -1, -1):
            own = alone[index] - alone[index + 1]
            values[index] = values[index + 1] + own
            end = min(index + 2, count)
            try:
                run = _Run(
                    self,
                    values,
                    every=every,
                    days=days,
                    most=MOST_PAIR,
                    first=index,
                    end=end,
                )
                label = run.best()
            except TooManyLabelsError:
                continue
            if label is None:
                return None
            values[index] = max(values[index], run.bound(label))
        return values

    def requested(self, index: int) -> int:
        """What a cycle's requested dispenses cost, whatever they feed."""
        return self._packed({"dispenses": len(self.places[index].listed)})

    def _packed(self, costs: Mapping[str, int]) -> int:
        cost = 0
        for name in self.order:
            cost = cost << FIELD | costs.get(name, 0)
        return cost

    def price(self, bag: ChosenBag, source: int, *, new: bool) -> int:
        """What a bag adds to the costs, fed from a dispense."""
        vials = bag.option.vials
        return self._packed(
            {
                "vials": vials,
                "dispenses": int(new),
                "bag_changes": 1,
                "stock_days": vials * (bag.day - source - self.ground.rules.transit),
            }
        )

    def latest_source(self, day: int) -> int | None:
        """The last day of a dispense for a bag hung on a day."""
        if day not in self.newest:
            days = self.ground.sendable
            at = bisect_right(days, day - self.ground.rules.transit) - 1
            self.newest[day] = days[at] if at >= 0 else None
        return self.newest[day]

    def chain(self, index: int, day: int, newest: int | None) -> int | None:
        """The least cost from a day on to the cycle's end, all windows and all shortage of vials
        left out, with a dispense at hand; None: there is no way."""
        place = self.places[index]
        if day == self.starts[index] + place.cycle.infusion_days:
            return 0
        if newest is not None and newest < day - self.ground.rules.ahead:
            newest = None
        key = (index, day, newest)
        if key not in self._chains:
            self._chains[key] = min(self._chain_ways(index, day, newest), default=None)
        return self._chains[key]

    def _chain_ways(self, index: int, day: int, newest: int | None) -> Iterator[int]:
        place, rules = self.places[index], self.ground.rules
        for bag in self.ground.bags(index, self.starts[index]).get(day, ()):
            after = day + bag.option.days
            oldest = rules.oldest(day, bag.option)
            for source in place.sources:
                if oldest <= source.day <= day - rules.transit:
                    rest = self.chain(index, after, newest)
                    if rest is not None:
                        yield self.price(bag, source.day, new=False) + rest
            if place.asked:
                continue
            for made in dict.fromkeys((newest, self.latest_source(day))):
                if made is not None and made >= oldest:
                    rest = self.chain(index, after, made)
                    if rest is not None:
                        yield self.price(bag, made, new=made != newest) + rest

    def room(self, which: int, limit: Limit, day: int) -> int:
        """What history and requests leave of each window of a limit that matters on a day."""
        near = bisect_left(limit.days, day - limit.reach)
        if near == len(limit.days):
            return limit.limit * ones(limit.reach + 1)
        if (which, day) not in self._rooms:
            room = 0
            for field in range(limit.reach + 1):
                begin = day - limit.reach + field
                fixed = limit.fixed(begin, begin + limit.per_days - 1)
                room |= max(limit.limit - fixed, 0) << BITS * field
            self._rooms[which, day] = room
        return self._rooms[which, day]

    @property
    def begin(self) -> Sequence[int]:
        """The day of each cycle's first bag."""
        return self._begin


class _Run:
    """One search through the cycles ``first`` up to before ``end``.

    ``values``: by cycle, what it and all behind it cost at least. ``every``: whether all days are
    open to dispenses and II.A counts.
    """

    def __init__(
        self,
        search: BestSearch,
        values: Sequence[int],
        *,
        every: bool,
        days: Container[int],
        most: int,
        first: int = 0,
        end: int | None = None,
    ) -> None:
        self.search = search
        self.ground = search.ground
        self.rules = search.ground.rules
        self.places = search.places
        self.values = values
        self.every = every
        self.early = days
        self.most = most
        self.first = first
        self.end = len(self.places) if end is None else end
        self.vial_limits = self.ground.vial_limits if every else []
        windows = 2 + sum(x.reach + 1 for x in (*self.ground.unit_limits, *self.vial_limits))
        self.guards = [ones(windows + len(place.sources)) << BITS - 1 for place in self.places] + [
            ones(windows) << BITS - 1
        ]
        self.fronts: dict[tuple[int, int, tuple[int, ...], bool], list[Label]] = {}
        self.open: list[tuple[int, int, int, int, Label]] = []
        self.count = 0

    def best(self) -> Label | None:
        """The cheapest way, or None where there is none."""
        nothing = (0,) * len(self.ground.unit_limits), (0,) * len(self.vial_limits)
        if self.first == self.end:
            return Label(0, 0, self.first, 0, *nothing, (), (), 0)
        day = self.search.begin[self.first]
        self._enter(self._begun(Label(0, 0, self.first, day, *nothing, (), (), 0)))
        while self.open:
            label = heappop(self.open)[-1]
            if label.index == self.end:
                return label
            if label.needless:
                continue
            place = self.places[label.index]
            bags = self.ground.bags(label.index, self.search.starts[label.index])
            for bag in bags.get(label.day, ()):
                for after in self._hung(label, place, bag):
                    self._enter(after)
        return None

    def bound(self, label: Label) -> int:
        """The least cost of all that a way to the end may be a part of."""
        if label.index == self.first:
            return label.own + self.values[label.index]
        last = label.index - 1
        behind = label.own + self.values[label.index]
        return label.base + (behind if last == self.first else max(behind, self.values[last]))

    def _begun(self, label: Label) -> Label:
        """A label before a cycle's first day with what the cycle finds there."""
        place = self.places[label.index]
        label.left = tuple(source.vials for source in place.sources)
        label.own = self.search.requested(label.index)
        label.made = ()
        granted = self.ground.granted(place)
        same = label.index > self.first and (
            self.places[label.index - 1].cycle.slot == place.cycle.slot
        )
        label.granted = label.granted if same else granted
        return label

    def _hung(self, label: Label, place: Place, bag: ChosenBag) -> Iterator[Label]:
        counted = self.ground.counted(bag.option)
        granted = label.granted + counted if place.units is not None else label.granted
        if place.units is not None and granted > place.units:
            return
        units = self._billed(label, place, counted)
        if units is None:
            return
        day = bag.day + bag.option.days
        shift = BITS * bag.option.days
        for source, new, sent, left, owed in self._fed(label, place, bag):
            made = tuple(sorted((*label.made, source))) if new else label.made
            yield Label(
                label.base,
                label.own + self.search.price(bag, source, new=new),
                label.index,
                day,
                tuple(sums >> shift for sums in units),
                tuple(sums >> shift for sums in sent),
                made,
                left,
                granted,
                owed,
                replace(bag, source=source),
                label,
            )

    def _billed(self, label: Label, place: Place, counted: int) -> tuple[int, ...] | None:
        """The windows of II.B with a bag hung today; None where one is too full."""
        units = []
        for limit, sums in zip(self.ground.unit_limits, label.units, strict=True):
            if limit.cycles is None or place.cycle.number not in limit.cycles:
                units.append(sums)
                continue
            past = limit.fixed(label.day - limit.reach, label.day)
            if (sums & MASK) + past + counted > limit.limit:
                return None
            units.append(sums + counted * ones(limit.per_days))
        return tuple(units)

    def _fed(
        self, label: Label, place: Place, bag: ChosenBag
    ) -> Iterator[tuple[int, bool, tuple[int, ...], tuple[int, ...], bool]]:
        """The dispenses that a bag may come from: day, whether it is new, II.A's windows with it,
        what is left in what is there anyway, and whether the spare vials are still owed."""
        vials, last = bag.option.vials, bag.day - self.rules.transit
        oldest = self.rules.oldest(bag.day, bag.option)
        for i, source in enumerate(place.sources):
            if oldest <= source.day <= last and label.left[i] >= vials:
                left = (*label.left[:i], label.left[i] - vials, *label.left[i + 1 :])
                yield source.day, False, label.sent, left, label.owed
        if place.asked:
            return
        for made in label.made if self.every else label.made[-1:]:
            if made >= oldest:
                sent = self._sent(label, made, vials)
                if sent is not None:
                    yield made, False, sent, label.left, label.owed
        newest = self.search.latest_source(bag.day)
        if newest is None or newest < oldest:
            return
        for day in self._new_days(oldest, newest):
            if day not in label.made:
                for sent, owed in self._opened(label, place, day, vials):
                    yield day, True, sent, label.left, owed

    def _new_days(self, oldest: int, newest: int) -> Sequence[int]:
        if not self.every:
            return (newest,)
        days = self.ground.sendable
        some = days[bisect_left(days, oldest) : bisect_right(days, newest)]
        return [day for day in reversed(some) if day == newest or day in self.early]

    def _opened(
        self, label: Label, place: Place, day: int, vials: int
    ) -> Iterator[tuple[tuple[int, ...], bool]]:
        """The windows with a new dispense. Spare vials go with the cycle's first one, which may
        be made for a later bag; then they are owed till there."""
        sums = self._added(label, label.sent, day, vials)
        spare = place.spare
        if not spare or (label.made and label.made[0] < day):
            if self._kept(label, sums):
                yield sums, label.owed
            return
        if label.made and not label.owed:
            sums = self._added(label, sums, label.made[0], -spare)
        whole = self._added(label, sums, day, spare)
        if self._kept(label, whole):
            yield whole, False
        if self.every and self._kept(label, sums):
            yield sums, True

    def _sent(self, label: Label, day: int, vials: int) -> tuple[int, ...] | None:
        sums = self._added(label, label.sent, day, vials)
        return sums if self._kept(label, sums) else None

    def _added(self, label: Label, sent: tuple[int, ...], day: int, vials: int) -> tuple[int, ...]:
        added = []
        for limit, sums in zip(self.vial_limits, sent, strict=True):
            low = day - limit.per_days + 1 - (label.day - limit.reach)
            # a first dispense that no bag can use any more may lie before all windows that matter
            count = limit.per_days + min(low, 0)
            added.append(sums + (vials * ones(count) << BITS * max(low, 0) if count > 0 else 0))
        return tuple(added)

    def _kept(self, label: Label, sent: tuple[int, ...]) -> bool:
        for which, (limit, sums) in enumerate(zip(self.vial_limits, sent, strict=True)):
            guard = ones(limit.reach + 1) << BITS - 1
            if not at_most(sums, self.search.room(which, limit, label.day), guard):
                return False
        return True

    def _enter(self, label: Label) -> None:
        """Puts a label among those of its day and its dispenses at hand, unless it is needless."""
        rest = self._arrived(label)
        if rest is None:
            return
        cost = label.base + label.own
        label.filled = filled = self._filled(label)
        guard = self.guards[label.index]
        guarded = filled | guard
        key = (label.index, label.day, label.made, label.owed)
        kept = []
        own = self.fronts.get(key, [])
        self.count += 1 + len(own) // COMPARED
        if self.count > self.most:
            raise TooManyLabelsError
        for one in own:
            if one.base + one.own <= cost and (guarded - one.filled) & guard == guard:
                return
        for one in own:
            if cost <= one.base + one.own and ((one.filled | guard) - filled) & guard == guard:
                one.needless = True
            else:
                kept.append(one)
        kept.append(label)
        self.fronts[key] = kept
        heappush(self.open, (rest, -label.index, -label.day, self.count, label))

    def _arrived(self, label: Label) -> int | None:
        """Moves a label behind its cycle or leaves it within; its least cost in all, or None."""
        index = label.index
        place = self.places[index]
        first = index == self.first
        if label.day == self.search.starts[index] + place.cycle.infusion_days:
            if label.owed:
                return None
            label.index, label.left = index + 1, ()
            if label.index == self.end:
                return self.bound(label)
            least = self.bound(label)
            day = self.search.begin[label.index]
            shift = BITS * (day - label.day)
            label.base += label.own
            label.day = day
            label.units = tuple(sums >> shift for sums in label.units)
            label.sent = tuple(sums >> shift for sums in label.sent)
            self._begun(label)
            return max(least, label.base + self.values[label.index])
        since = label.day - self.rules.ahead
        if label.owed and not self._can_pay(since, label.made[0]):
            return None
        keep_first = place.spare > 0 and self.every
        label.made = tuple(
            d for i, d in enumerate(label.made) if d >= since or (keep_first and i == 0)
        )
        if not self.every:
            label.made = label.made[-1:]
        newest = label.made[-1] if label.made else None
        chain = self.search.chain(index, label.day, newest)
        if chain is None:
            return None
        within = label.own + chain + self.values[index + 1]
        return label.base + (
            within if first and self.end < len(self.places) else max(within, self.values[index])
        )

    def _can_pay(self, since: int, first: int) -> bool:
        """Whether a dispense may still be made before the first one so far."""
        days = self.ground.sendable
        at = bisect_left(days, since)
        return at < len(days) and days[at] < first

    def _filled(self, label: Label) -> int:
        """All that a label has used up and that may still matter, in one number."""
        fields, at = label.granted, BITS * 2
        for limit, sums in zip(self.ground.unit_limits, label.units, strict=True):
            if label.index < self.ground.last_counted(limit):
                fields |= sums << at
            at += BITS * (limit.reach + 1)
        for limit, sums in zip(self.vial_limits, label.sent, strict=True):
            fields |= sums << at
            at += BITS * (limit.reach + 1)
        sources = self.places[label.index].sources if label.left else ()
        for source, left in zip(sources, label.left, strict=True):
            fields |= (source.vials - left) << at
            at += BITS
        return fields

    def read(self, label: Label) -> Iterator[ChosenCycle]:
        """The cycles of a way to the end."""
        bags: list[ChosenBag] = []
        at: Label | None = label
        while at is not None:
            if at.bag is not None:
                bags.append(at.bag)
            at = at.before
        bags.reverse()
        for start, place in zip(self.search.starts, self.places, strict=True):
            end = start + place.cycle.infusion_days
            own = [b for b in bags if start <= b.day < end]
            sent = sent_for(place, own)
            yield ChosenCycle(place.cycle.number, start, tuple(own), tuple(sorted(sent.items())))
