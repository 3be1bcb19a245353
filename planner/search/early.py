"""Is there a calendar, with how little delay, on how late a start: every vial sent out early.

A window of section II only ever asks a later dispense to wait. So of two ways to the same day the
one that has sent its vials out earlier leaves more room to whatever follows, and for a given chain
of bags it is enough to send each bag's vials on the first day that the windows allow. What is left
to choose is when cycles start and which bags they hang; this is searched by labels, of which one is
dropped where another has spent no more and fills no window more that still matters.

Two searches answer together. In one the vials of a bag travel together, in the order of the bags:
what it finds is a calendar. In the other every vial travels alone, which no calendar can better
(for vials that travel alone the order does not matter: swapping two of them changes no window):
where it finds nothing there is nothing, and its least delay is a bound.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from weakref import proxy

from planner.search.openings import Opened, Openings
from planner.search.packed import BITS, ones
from planner.search.places import NEVER, Ground, Place, Source, sent_for
from planner.search.schedule import ChosenBag, ChosenCycle, Schedule

Starts = tuple[dict[int, int], ...]

ANY = 0  # in the place of a cycle's number: no cycle has it
MOST_LABELS = 20_000
COMPARED = 30  # labels that one is compared with count as one more
GRANTED = 2  # fields for units granted: up to the top bit of the second
FEW_LABELS = 1_500  # by lengths alone
MOST_PAIR = 5_000  # for one pair of neighbouring cycles
MOST_PAIRS = 30_000  # for all pairs of a course
MASK = (1 << BITS) - 1


class TooManyLabelsError(Exception):
    """The search was given up; nothing follows from it."""


@dataclass(eq=False, slots=True)
class Label:
    """One way to have come to a day: before a cycle's start (``origin`` None), or within it.

    ``units`` and ``sent`` hold, for each limit, what lies in the windows that begin on each day up
    to ``day``; ``placed`` is the last dispense made, ``left`` the vials left in each source,
    ``rest`` what it costs at least to go on to the end, ``filled`` all that it has used up.
    """

    cost: int
    index: int
    origin: int | None
    day: int
    units: tuple[int, ...]
    sent: tuple[int, ...]
    placed: int
    left: tuple[int, ...]
    granted: int
    opened: Opened
    rest: int
    bag: ChosenBag | None = None
    before: Label | None = None
    needless: bool = False
    filled: int = 0


class EarlySearch:
    """Searches the starts and chains of some cycles in a row, on their ``ground``; with ``few``
    labels alone where what is asked may stay open."""

    def __init__(self, ground: Ground, *, few: bool = False) -> None:
        self.ground = ground
        self.few = few
        course = ground.course
        before = {c.number for c in ground.given}
        self.openings = Openings(
            course,
            ground.rules,
            [c for c in course.cycles if c.number in before] + [p.cycle for p in ground.places],
        )
        opened = self.opened()
        self.places = [self._in_time(place, opened) for place in ground.places]
        self._lengths: dict[int | None, _Lengths] = {}
        self._aheads: dict[int | None, _Ahead] = {}

    def calendar(
        self, starts: Mapping[int, int] | None = None, latest: int | None = None
    ) -> tuple[Schedule | None, int]:
        """A calendar with its delay, the least of those whose bags travel whole; or None.

        Args:
            starts: the days to start on, where they are not open, by number.
            latest: as in ``bound``.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        if self.ground.overfull():
            return None, 0
        run, label = self._best(latest, alone=False, at=self._at(starts or {}))
        return (None, 0) if label is None else (Schedule(tuple(run.read(label))), label.cost)

    def bound(self, latest: int | None = None) -> tuple[int, dict[int, int]] | None:
        """A delay that no calendar has less of, and starts that may have it; None: there is no
        calendar.

        Args:
            latest: the number of the cycle to start as late as can be, in the place of delay;
                ANY asks only whether there is a calendar.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        if self.ground.overfull():
            return None
        run, label = self._best(latest, alone=True)
        return None if label is None else (label.cost, run.starts(label))

    def _best(
        self, latest: int | None, *, alone: bool, at: Mapping[int, int] | None = None
    ) -> tuple[_Run, Label | None]:
        """The cheapest way: by lengths alone first, then by pairs of cycles too."""
        run = _Run(self, alone=alone, latest=latest, at=at, most=FEW_LABELS)
        try:
            return run, run.best()
        except TooManyLabelsError:
            fixed = len(at or ()) == len(self.places)
            if self.few or fixed or latest not in (None, ANY):
                raise
            run = _Run(self, alone=alone, latest=latest, at=at, ahead=self.ahead(latest))
            return run, run.best()

    def starts_like(self, delay: int, starts: Mapping[int, int], most: int) -> Starts | None:
        """Every choice of starts that could have just this least delay, or None where there are
        more than ``most``.

        Args:
            delay: as ``bound`` gives it.
            starts: as ``bound`` gives them; they stand first.
            most: how many choices there may be.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        found = [dict(starts)]
        waiting = [(dict(starts), 0)]
        while waiting:
            chosen, since = waiting.pop(0)
            for at, place in self._departures(delay, self._at(chosen), since):
                run = _Run(self, alone=True, at=at, ahead=self.ahead(None))
                label = run.best()
                if label is not None and label.cost == delay:
                    found.append(run.starts(label))
                    waiting.append((found[-1], place + 1))
                    if len(found) > most:
                        return None
        return tuple(found)

    def _departures(
        self, delay: int, chosen: Mapping[int, int], since: int
    ) -> Iterator[tuple[dict[int, int], int]]:
        """The first starts of a choice up to one that is another, as far as the delay allows."""
        lengths = self.lengths(None)
        spent = sum(lengths.toll(i, chosen[i]) for i in range(since))
        for index in range(since, len(self.places)):
            earliest = lengths.following(index - 1, chosen[index - 1]) if index else 0
            for origin in self.places[index].origins[lengths.next(index, earliest) :]:
                rest = lengths.waiting(index + 1, lengths.following(index, origin))
                own = lengths.toll(index, origin)
                if origin == chosen[index] or rest is None or spent + own + rest > delay:
                    continue
                value = self.ahead(None).value(index, origin)
                if value is not None and spent + value <= delay:
                    yield {**{i: chosen[i] for i in range(index)}, index: origin}, index
            spent += lengths.toll(index, chosen[index])

    def _at(self, starts: Mapping[int, int]) -> dict[int, int]:
        numbers = {place.cycle.number: i for i, place in enumerate(self.places)}
        return {numbers[n]: day for n, day in starts.items() if n in numbers}

    def lengths(self, latest: int | None) -> _Lengths:
        """The bounds by lengths alone."""
        if latest not in self._lengths:
            self._lengths[latest] = _Lengths(self.places, latest)
        return self._lengths[latest]

    def ahead(self, latest: int | None) -> _Ahead:
        """The bounds by pairs of cycles."""
        if latest not in self._aheads:
            self._aheads[latest] = _Ahead(self, latest)
        return self._aheads[latest]

    def _in_time(self, place: Place, opened: Opened | None) -> Place:
        """A cycle without the starts that come too late for the authorization in force before."""
        last = NEVER if opened is None else self.openings.last_start(opened, place.cycle)
        if place.cycle.progress is not None or last == NEVER:
            return place
        return replace(place, origins=tuple(day for day in place.origins if day <= last))

    def opened(self) -> Opened | None:
        """Where history and given cycles leave the authorizations; None where they overstep one."""
        opened = self.openings.begin()
        for chosen in self.ground.given:
            if opened is not None:
                cycle = next(c for c in self.ground.course.cycles if c.number == chosen.number)
                opened = self.openings.after(opened, cycle, chosen.origin)
        return opened


class _Lengths:
    """What it costs at least to go on from a day, by the days that cycles may start on and the
    lengths between them alone."""

    def __init__(self, places: Sequence[Place], latest: int | None) -> None:
        self._places = places
        self._latest = latest
        self._tables: list[list[int | None]] = [[] for _ in places]
        for index in range(len(places) - 1, -1, -1):
            least: int | None = None
            table: list[int | None] = []
            for origin in reversed(places[index].origins):
                rest = self.waiting(index + 1, self.following(index, origin))
                if rest is not None:
                    cost = self.toll(index, origin) + rest
                    least = cost if least is None else min(least, cost)
                table.append(least)
            self._tables[index] = table[::-1]

    def toll(self, index: int, origin: int) -> int:
        """What a start costs: its delay, or how much earlier it is than the latest conceivable."""
        place = self._places[index]
        if self._latest is not None:
            late = place.cycle.number == self._latest
            return place.origins[-1] - origin if late else 0
        return origin - place.cycle.earliest if place.cycle.progress is None else 0

    def following(self, index: int, origin: int) -> int:
        """The first day of the next cycle."""
        place = self._places[index]
        pinned = place.cycle.pinned
        return (origin if pinned is None else pinned) + place.gap

    def next(self, index: int, day: int) -> int:
        """Which of a cycle's start days is the first from a day on; their number where none is."""
        place = self._places[index]
        return 0 if place.cycle.progress is not None else bisect_left(place.origins, day)

    def waiting(self, index: int, day: int) -> int | None:
        """The least cost from the days before a cycle on; None where it is too late for it."""
        if index == len(self._places):
            return 0
        at = self.next(index, day)
        table = self._tables[index]
        return table[at] if at < len(table) else None


class _Ahead:
    """What it costs at least to go on from a day, by each pair of neighbouring cycles alone.

    ``value`` of a start is the least cost of its cycle and all later ones where nothing else stands
    than these: the start of the next one is such that both can be had together.
    """

    def __init__(self, search: EarlySearch, latest: int | None) -> None:
        self._search = proxy(search)  # which holds this: what is done with goes without a collector
        self._latest = latest
        self._lengths = search.lengths(latest)
        self._values: dict[tuple[int, int], int | None] = {}
        self._waits: dict[tuple[int, int], int | None] = {}
        self._spent = 0

    def value(self, index: int, origin: int) -> int | None:
        """The least cost from a start on; None where there is no way."""
        key = index, origin
        if key not in self._values:
            last = index + 1 == len(self._search.places)
            end = index + (1 if last else 2)
            run = _Run(
                self._search,
                alone=True,
                latest=self._latest,
                first=index,
                end=end,
                at={index: origin},
                loose=True,
                ahead=self,
                most=MOST_PAIR,
            )
            self._values[key] = self._least(run, index, origin)
            self._spent += run.count
            if self._spent > MOST_PAIRS:
                raise TooManyLabelsError
        return self._values[key]

    def _least(self, run: _Run, index: int, origin: int) -> int | None:
        """What a pair costs at least; by lengths alone where that is not found soon."""
        try:
            label = run.best()
        except TooManyLabelsError:
            if self._spent > MOST_PAIRS:
                raise
            rest = self._lengths.waiting(index + 1, self._lengths.following(index, origin))
            return None if rest is None else self._lengths.toll(index, origin) + rest
        return None if label is None else label.cost + label.rest

    def waiting(self, index: int, day: int) -> int | None:
        """The least cost of a start from a day on."""
        places = self._search.places
        if index == len(places):
            return 0
        origins = places[index].origins
        at = self._lengths.next(index, day)
        if (index, at) not in self._waits:
            least: int | None = None
            for origin in origins[at:]:
                bound = self._lengths.waiting(index, origin)
                if bound is None or (least is not None and bound >= least):
                    break
                value = self.value(index, origin)
                if value is not None:
                    least = value if least is None else min(least, value)
            self._waits[index, at] = least
        return self._waits[index, at]


class _Run:
    """One search from a cycle on: with bags whole or vials ``alone``.

    Args:
        search: what is searched.
        alone: whether each vial travels by itself.
        latest: the cycle to start as late as can be; None asks for the least delay.
        first, end: the places to go through, from the first up to before the end.
        at: days to start on, by place, where that is not open.
        loose: whether nothing is known of what lies before the first of them.
        ahead: what it costs at least to go on; None goes by the lengths of cycles alone.
        most: labels after which it is given up.
    """

    def __init__(
        self,
        search: EarlySearch,
        *,
        alone: bool,
        latest: int | None = None,
        first: int = 0,
        end: int | None = None,
        at: Mapping[int, int] | None = None,
        loose: bool = False,
        ahead: _Ahead | None = None,
        most: int = MOST_LABELS,
    ) -> None:
        self.search = search
        self.ground = search.ground
        self.rules = search.ground.rules
        self.places = search.places
        self.alone = alone
        self.latest = latest
        self.first = first
        self.end = len(self.places) if end is None else end
        self.at = at or {}
        self.loose = loose
        self.ahead = ahead
        self.most = most
        self.lengths = search.lengths(latest)
        self.fronts: dict[tuple[int, ...], list[Label]] = {}
        self.open: list[tuple[int, int, bool, int, int, Label]] = []
        self.count = 0
        limits = (*self.ground.unit_limits, *self.ground.vial_limits)
        windows = GRANTED + sum(limit.reach + 1 for limit in limits)
        self.guards = [
            ones(windows + sum(1 + s.billed for s in place.sources)) << BITS - 1
            for place in search.places
        ] + [ones(windows) << BITS - 1]

    def best(self) -> Label | None:
        """The cheapest way through the cycles, or None where there is none."""
        return next(self._ways(), None)

    def _ways(self) -> Iterator[Label]:
        first = self._first()
        if first is not None:
            self._enter(first)
        while self.open:
            label = heappop(self.open)[-1]
            if label.index == self.end:
                yield label
            elif not label.needless:
                for after in self._after(label):
                    self._enter(after)

    def _first(self) -> Label | None:
        search = self.search
        opened = (
            search.opened()
            if not self.loose
            else search.openings.within(self.places[self.first].cycle)
        )
        if opened is None:
            return None
        day = 0
        if self.first < self.end:
            origins = self.places[self.first].origins
            if not origins:
                return None
            day = self.at.get(self.first, origins[0])
        nothing = (0,) * len(self.ground.unit_limits), (0,) * len(self.ground.vial_limits)
        placed = day - self.rules.ahead
        rest = self._waiting(self.first, day)
        if rest is None:
            return None
        return Label(0, self.first, None, day, *nothing, placed, (), 0, opened, rest)

    def _waiting(self, index: int, day: int) -> int | None:
        """What it costs at least from the days before a cycle on."""
        if self.ahead is not None and not (self.loose and index == self.first):
            return self.ahead.waiting(index, day)
        return self.lengths.waiting(index, day)

    def _within(self, index: int, origin: int) -> int | None:
        """What it costs at least beyond a cycle that starts on a day."""
        if self.ahead is not None and not (self.loose and index == self.first):
            whole = self.ahead.value(index, origin)
            return None if whole is None else whole - self.lengths.toll(index, origin)
        return self._waiting(index + 1, self.lengths.following(index, origin))

    def _after(self, label: Label) -> Iterator[Label]:
        if label.origin is None:
            yield from self._begun(label)
            return
        place = self.places[label.index]
        whole = label.origin + place.cycle.infusion_days
        if label.day == whole or (not self.ground.exact and label.bag is not None):
            finished = self._finished(label)
            if finished is not None:
                yield finished
        for bag in self.ground.bags(label.index, label.origin).get(label.day, ()):
            yield from self._hung(label, place, bag)

    def _begun(self, label: Label) -> Iterator[Label]:
        """The cycle begun on the first day it can be, and the same wait without that day."""
        index = label.index
        place = self.places[index]
        at = self.lengths.next(index, label.day)
        if index in self.at:
            at = bisect_left(place.origins, self.at[index], lo=at)
        if at == len(place.origins) or self.at.get(index, place.origins[at]) != place.origins[at]:
            return
        origin = place.origins[at]
        if at + 1 < len(place.origins) and index not in self.at:
            later = place.origins[at + 1]
            rest = self._waiting(index, later)
            if rest is not None:
                yield self._moved(label, later, rest)
        opened = self.search.openings.after(label.opened, place.cycle, origin)
        if opened is None:
            return
        rest = self._within(index, origin)
        if rest is None:
            return
        same = label.opened.slot == opened.slot
        infused = place.cycle.progress.infused if place.cycle.progress else 0
        begun = self._moved(label, max(origin + infused, label.day), rest)
        begun.cost += self.lengths.toll(index, origin)
        begun.origin = origin
        begun.opened = opened
        begun.left = tuple(source.vials for source in place.sources)
        begun.granted = (label.granted if same else 0) or self.ground.granted(place)
        ground, day = self.ground, begun.day
        hopeless = ground.stranded(index, origin, day, begun.left) or ground.crowded(
            index, origin, day, begun.units, begun.sent
        )
        if not hopeless:
            yield begun

    def _finished(self, label: Label) -> Label | None:
        """The label behind its cycle, before the next one."""
        assert label.origin is not None
        index = label.index
        if self.ground.unbilled(index, label.day, label.left):
            return None
        day = max(label.day, self.lengths.following(index, label.origin))
        rest: int | None = label.rest
        if index + 1 < self.end:
            rest = self._waiting(index + 1, day)
        if rest is None:
            return None
        moved = self._moved(label, day, rest)
        moved.index, moved.origin, moved.left = index + 1, None, ()
        return moved

    def _moved(self, label: Label, day: int, rest: int) -> Label:
        """The label on a later day, with the windows that matter from there on."""
        shift = BITS * (day - label.day)
        return Label(
            label.cost,
            label.index,
            label.origin,
            day,
            tuple(sums >> shift for sums in label.units),
            tuple(sums >> shift for sums in label.sent),
            label.placed,
            label.left,
            label.granted,
            label.opened,
            rest,
            None,
            label,
        )

    def _hung(self, label: Label, place: Place, bag: ChosenBag) -> Iterator[Label]:
        """The label with one more bag, from each source that it may come from."""
        counted = self.ground.counted(bag.option)
        granted = label.granted + counted if place.units is not None else label.granted
        room = NEVER - 1 if place.units is None else place.units - granted
        if self._beyond(label, room, bag):
            return
        units = self._billed(label, place, counted)
        if units is None:
            return
        day = bag.day + bag.option.days
        shift = BITS * bag.option.days
        for sent, placed, left, source in self._fed(label, place, bag):
            if self.ground.stranded(label.index, label.origin or 0, day, left):
                continue
            yield Label(
                label.cost,
                label.index,
                label.origin,
                day,
                tuple(sums >> shift for sums in units),
                tuple(sums >> shift for sums in sent),
                placed,
                left,
                granted,
                label.opened,
                label.rest,
                bag if self.alone else replace(bag, source=source),
                label,
            )

    def _beyond(self, label: Label, room: int, bag: ChosenBag) -> bool:
        """Whether no bags behind this one reach the cycle's end with what a grant has left."""
        if room < 0 or not self.ground.exact:
            return room < 0
        least = self.ground.least_units(label.index, label.origin or 0)
        return least.get(bag.day + bag.option.days, NEVER) > room

    def _billed(self, label: Label, place: Place, counted: int) -> tuple[int, ...] | None:
        """The windows of II.B with a bag hung today; None where one is too full."""
        units = []
        for limit, sums in zip(self.ground.unit_limits, label.units, strict=True):
            if limit.cycles is None or place.cycle.number not in limit.cycles:
                units.append(sums)
                continue
            day = label.day
            past = limit.fixed(day - limit.reach, day)
            if (sums & MASK) + past + counted > limit.limit:
                return None
            units.append(sums + counted * ones(limit.per_days))
        return tuple(units)

    def _fed(
        self, label: Label, place: Place, bag: ChosenBag
    ) -> Iterator[tuple[tuple[int, ...], int, tuple[int, ...], int]]:
        """The windows of II.A, the last dispense, what is left in the sources, and the bag's
        dispense."""
        if self.alone:
            yield from self._fed_alone(label, place, bag)
            return
        vials, last = bag.option.vials, min(bag.day - self.rules.transit, place.until)
        oldest = max(self.rules.oldest(bag.day, bag.option), place.since)
        for i, source in enumerate(place.sources):
            if oldest <= source.day <= last and label.left[i] >= vials:
                yield label.sent, label.placed, _less(label.left, i, vials), source.day
        if place.asked:
            return
        if self._opens(label, place):
            vials += place.spare
        first = max(oldest, label.placed)
        day = self._earliest(label.sent, label.day, first, last, vials)
        if day is not None:
            yield self._sent(label.sent, label.day, day, vials), day, label.left, day

    def _opens(self, label: Label, place: Place) -> bool:
        """Whether the bag that follows is the cycle's first."""
        infused = place.cycle.progress.infused if place.cycle.progress else 0
        return label.origin is not None and label.day == label.origin + infused

    def _fed_alone(
        self, label: Label, place: Place, bag: ChosenBag
    ) -> Iterator[tuple[tuple[int, ...], int, tuple[int, ...], int]]:
        """Each vial by itself; from sources that are there anyway as many as one likes."""
        vials, last = bag.option.vials, min(bag.day - self.rules.transit, place.until)
        oldest = max(bag.day - self.rules.ahead, place.since)
        ready = [i for i, s in enumerate(place.sources) if oldest <= s.day <= last]
        at_hand = min(vials, sum(label.left[i] for i in ready))
        if place.asked:
            if at_hand < vials:
                return
            least = vials
        else:
            least = 0
        for drawn in range(at_hand, least - 1, -1):
            more = vials - drawn + (place.spare if self._opens(label, place) else 0)
            gone = self._one_by_one(label, more, oldest, last)
            if gone is not None:
                for left in _draws(place, label.left, ready, drawn):
                    yield *gone, left, bag.day

    def _one_by_one(
        self, label: Label, vials: int, oldest: int, last: int
    ) -> tuple[tuple[int, ...], int] | None:
        """The windows and the last dispense with so many vials sent, each as early as can be."""
        sent, placed = label.sent, label.placed
        for _ in range(vials):
            day = self._earliest(sent, label.day, max(oldest, placed), last, 1)
            if day is None:
                return None
            sent, placed = self._sent(sent, label.day, day, 1), day
        return sent, placed

    def _earliest(
        self, sent: tuple[int, ...], today: int, first: int, last: int, vials: int
    ) -> int | None:
        """The first day on which so many vials can be sent, seen from the present day."""
        days = self.ground.sendable
        for at in range(bisect_left(days, first), bisect_right(days, last)):
            if self._roomy(sent, today, days[at], vials):
                return days[at]
        return None

    def _roomy(self, sent: tuple[int, ...], today: int, day: int, vials: int) -> bool:
        for limit, sums in zip(self.ground.vial_limits, sent, strict=True):
            room = limit.limit - vials
            begin = today - limit.reach
            back = limit.per_days - 1
            own = sums >> BITS * (day - back - begin) & MASK
            if own + limit.fixed(day - back, day) > room:
                return False
            at = bisect_right(limit.days, day)
            while at < len(limit.days) and limit.days[at] <= day + back:
                end = limit.days[at]
                own = sums >> BITS * (end - back - begin) & MASK
                if own + limit.fixed(end - back, end) > room:
                    return False
                at += 1
        return True

    def _sent(self, sent: tuple[int, ...], today: int, day: int, vials: int) -> tuple[int, ...]:
        return tuple(
            sums + vials * ones(day - (today - limit.reach) + 1)
            for limit, sums in zip(self.ground.vial_limits, sent, strict=True)
        )

    def _enter(self, label: Label) -> None:
        """Puts a label among those of its place and day, unless it is needless."""
        key = (label.index, label.origin or 0, label.day)
        cost, opened = label.cost, label.opened
        label.filled = filled = self._filled(label)
        guard = self.guards[label.index]
        guarded = filled | guard
        own = self.fronts.setdefault(key, [])
        self.count += 1 + len(own) // COMPARED
        if self.count > self.most:
            raise TooManyLabelsError
        for one in own:
            if (
                one.cost <= cost
                and (guarded - one.filled) & guard == guard
                and one.opened.no_tighter(opened)
            ):
                return
        kept = []
        for one in own:
            if (
                cost <= one.cost
                and ((one.filled | guard) - filled) & guard == guard
                and opened.no_tighter(one.opened)
            ):
                one.needless = True
            else:
                kept.append(one)
        kept.append(label)
        self.fronts[key] = kept
        waits = label.origin is None
        place = (label.cost + label.rest, -label.index, waits, -label.day, self.count)
        heappush(self.open, (*place, label))

    def _filled(self, label: Label) -> int:
        """All that a label has used up and that may still matter, side by side in one number: of
        two labels of one place, the one with no field larger leaves no less room."""
        fields, at = label.granted, BITS * GRANTED
        for limit, sums in zip(self.ground.unit_limits, label.units, strict=True):
            if label.index < self.ground.last_counted(limit):
                fields |= sums << at
            at += BITS * (limit.reach + 1)
        for limit, sums in zip(self.ground.vial_limits, label.sent, strict=True):
            fields |= sums << at
            at += BITS * (limit.reach + 1)
        for source, left in zip(self._sources(label), label.left, strict=False):
            fields |= (source.vials - left) << at
            at += BITS
            if source.billed:  # all of it is to be used: neither more nor less is better
                fields |= left << at
                at += BITS
        return fields

    def _sources(self, label: Label) -> Sequence[Source]:
        return self.places[label.index].sources if label.left else ()

    def starts(self, label: Label) -> dict[int, int]:
        """The start of each cycle, by number."""
        starts: dict[int, int] = {}
        at: Label | None = label
        while at is not None:
            if at.origin is not None:
                starts[self.places[at.index].cycle.number] = at.origin
            at = at.before
        return dict(sorted(starts.items()))

    def read(self, label: Label) -> Iterator[ChosenCycle]:
        """The given cycles and the cycles of a way through all others."""
        yield from self.ground.given
        bags: dict[int, list[ChosenBag]] = {}
        at: Label | None = label
        while at is not None:
            if at.bag is not None:
                bags.setdefault(at.index, []).append(at.bag)
            at = at.before
        starts = self.starts(label)
        for index, place in enumerate(self.places):
            own = bags.get(index, [])[::-1]
            sent = sent_for(place, own)
            number = place.cycle.number
            yield ChosenCycle(number, starts[number], tuple(own), tuple(sorted(sent.items())))


def _draws(
    place: Place, left: tuple[int, ...], ready: Sequence[int], drawn: int
) -> Iterator[tuple[int, ...]]:
    """What may be left of sources after so many vials: of those that claims ask for and of the
    others, each from the oldest on, as what can be kept longest is best kept."""
    kinds = [[i for i in ready if place.sources[i].billed is billed] for billed in (True, False)]
    most, others = (sum(left[i] for i in kind) for kind in kinds)
    for own in range(min(drawn, most), max(drawn - others, 0) - 1, -1):
        after = left
        for kind, rest in zip(kinds, (own, drawn - own), strict=True):
            for i in kind:
                taken = min(rest, after[i])
                after, rest = _less(after, i, taken), rest - taken
        yield after


def _less(left: tuple[int, ...], at: int, vials: int) -> tuple[int, ...]:
    return (*left[:at], left[at] - vials, *left[at + 1 :])
