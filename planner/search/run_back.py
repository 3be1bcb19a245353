"""One search by labels through some cycles, from the last day back; see ``best.py``."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from planner.search.least import Least
from planner.search.packed import BITS, at_most, ones
from planner.search.places import NEVER, Ground, Limit, Place, sent_for
from planner.search.schedule import ChosenBag, ChosenCycle
from planner.search.share import shared_out

NO_COST = 1 << 24 * 8  # more than anything costs
COMPARED = 30  # labels that one is compared with count as one more

# the day, None where nothing is open, the windows of II.A with it, and what it adds to the cost
Closing = tuple[int | None, tuple[int, ...], int]


class TooManyLabelsError(Exception):
    """The search was given up; no way costs less than ``least``."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self.least = least


@dataclass(eq=False, slots=True)
class Label:
    """One way to have covered the days from a day on.

    ``base`` is the cost of the cycles behind this one, ``own`` that of this one so far. ``vials``
    is what the dispense that is open, for it may feed more bags, has so far: it can be made on
    ``low`` .. ``latest`` and is paid for as made on ``latest``; ``ceiling`` is the day of the
    cycle's dispense behind it, where that bounds it. ``units`` and ``sent`` hold what lies in the
    windows that begin on ``day``, ``anchor``, and before. ``room``: units that the cycle may still
    be billed with. ``shut``: the day of the dispense that was closed with this label; ``fed`` that
    of a dispense that was there anyway, for the bag; ``part`` the vials that the bag has from the
    one that is open.
    """

    base: int
    own: int
    index: int
    day: int
    units: tuple[int, ...]
    sent: tuple[int, ...]
    anchor: int
    left: tuple[int, ...]
    granted: int
    room: int = NEVER
    space: int = NEVER
    vials: int = 0
    latest: int = 0
    low: int = 0
    ceiling: int = NEVER
    behind: Label | None = None
    bag: ChosenBag | None = None
    fed: int | None = None
    shut: int | None = None
    part: int = 0
    needless: bool = False
    filled: int = 0


class Run:
    """One search through the cycles ``first`` up to before ``end``.

    Args:
        least: what cycles cost at least.
        values: by number of cycles from the first on, what they cost at least together.
        quantity: whether II.A counts.
        split: whether a bag may come from two dispenses.
        most: labels after which it is given up.
        below: what a way has to cost less than.
    """

    def __init__(
        self,
        least: Least,
        values: Sequence[int],
        *,
        quantity: bool,
        split: bool,
        most: int,
        below: int = NO_COST,
        first: int = 0,
        end: int | None = None,
    ) -> None:
        self.least = least
        self.prices = least.prices
        self.ground: Ground = least.ground
        self.rules = self.ground.rules
        self.places = self.ground.places
        self.values = values
        self.split = split
        self.most = most
        self.below = below
        self.first = first
        self.end = len(self.places) if end is None else end
        self.unit_limits = self.ground.unit_limits
        self.vial_limits = self.ground.vial_limits if quantity else []
        windows = 3 + sum(x.reach + 1 for x in (*self.unit_limits, *self.vial_limits))
        self.guards = [ones(windows + len(place.sources)) << BITS - 1 for place in self.places]
        self.before = [self._last(index) for index in range(self.first, self.end)]
        self.fronts: dict[tuple[int, ...], list[Label]] = {}
        self.open: list[tuple[int, int, int, int, Label]] = []
        self.count = 0

    def _last(self, index: int) -> int:
        """The last day of a dispense of the cycles before one, as far as it may come after those
        of the cycle; none at all: before any day."""
        if index == self.first or not self.vial_limits or self.places[index - 1].asked:
            return -NEVER
        newest = self.least.newest(self.least.ends[index - 1] - 1)
        return -NEVER if newest is None else newest

    def best(self) -> Label | None:
        """The cheapest way, or None where there is none."""
        if self.first == self.end:
            return Label(0, 0, self.first - 1, 0, (), (), 0, (), 0)
        nothing = (0,) * len(self.unit_limits), (0,) * len(self.vial_limits)
        index = self.end - 1
        day = self.least.ends[index]
        self._enter(self._begun(Label(0, 0, index, day, *nothing, day, (), 0)))
        while self.open:
            label = heappop(self.open)[-1]
            if label.index < self.first:
                return label
            if not label.needless:
                for after in self._before(label):
                    self._enter(after)
        return None

    def _before(self, label: Label) -> Iterator[Label]:
        """The labels that go on from one towards the first day."""
        place = self.places[label.index]
        if label.day == self.least.begins[label.index]:
            yield from self._finished(label, place)
            return
        for bag in self.least.ending(label.index).get(label.day, ()):
            yield from self._hung(label, place, bag)

    def _begun(self, label: Label) -> Label:
        """A label behind a cycle's last day, with what the cycle finds there."""
        place = self.places[label.index]
        label.left = tuple(source.vials for source in place.sources)
        label.own = self.least.requested(label.index)
        same = label.index + 1 < self.end and (
            self.places[label.index + 1].cycle.slot == place.cycle.slot
        )
        if not same:
            label.granted = self.ground.granted(place)
        return label

    def _finished(self, label: Label, place: Place) -> Iterator[Label]:
        """The label before its cycle's first day: what is open is closed, with the spare vials."""
        index = label.index - 1
        for shut, sent, cost in self._closings(label, place.spare):
            base = label.base + label.own + cost
            if index < self.first:
                yield Label(base, 0, index, 0, (), (), 0, (), 0, behind=label, shut=shut)
                continue
            day = self.least.ends[index]
            units = tuple(sums >> BITS * (label.day - day) for sums in label.units)
            sums = tuple(sums >> BITS * (label.anchor - day) for sums in sent)
            after = Label(base, 0, index, day, units, sums, day, (), label.granted)
            after.behind, after.shut = label, shut
            yield self._begun(after)

    def _hung(self, label: Label, place: Place, bag: ChosenBag) -> Iterator[Label]:
        """The label with a bag more before it, from each dispense that may feed it."""
        counted = self.ground.counted(bag.option)
        granted = label.granted + counted if place.units is not None else label.granted
        if place.units is not None and granted > place.units:
            return
        cap = self.least.caps[label.index].get(bag.day, NEVER)
        room = min(label.room, cap) - counted
        units = self._billed(label, place, bag, counted)
        if room < 0 or units is None:
            return
        step = _Step(label, bag, units, granted, room)
        yield from self._from_sources(step, place)
        newest = self.least.newest(bag.day)
        if place.asked or newest is None:
            return
        oldest, vials = self.least.oldest(bag), bag.option.vials
        if label.vials and max(label.low, oldest) <= min(newest, label.ceiling):
            whole = self._joined(step, newest, oldest, vials)
            yield whole
            for part in self._parts(whole, vials):
                some = self._joined(step, newest, oldest, part)
                yield from self._opened(step, some, newest, oldest, vials - part)
        yield from self._opened(step, label, newest, oldest, vials)

    def _billed(
        self, label: Label, place: Place, bag: ChosenBag, counted: int
    ) -> tuple[int, ...] | None:
        """The windows of II.B with a bag more; None where one is too full."""
        units, shift = [], BITS * bag.option.days
        for which, (limit, sums) in enumerate(zip(self.unit_limits, label.units, strict=True)):
            moved = sums >> shift
            if limit.cycles is not None and place.cycle.number in limit.cycles:
                moved += counted * ones(limit.per_days)
                if not self._kept(which, limit, bag.day, moved):
                    return None
            units.append(moved)
        return tuple(units)

    def _from_sources(self, step: _Step, place: Place) -> Iterator[Label]:
        """The bag from each dispense that is there anyway."""
        label, bag = step.label, step.bag
        vials, oldest = bag.option.vials, self.least.oldest(bag)
        anchor = label.anchor if label.vials else bag.day
        sent = tuple(sums >> BITS * (label.anchor - anchor) for sums in label.sent)
        for i, source in enumerate(place.sources):
            if oldest <= source.day <= bag.day - self.rules.transit and label.left[i] >= vials:
                yield Label(
                    label.base,
                    label.own + self.prices.bag(bag, source.day),
                    label.index,
                    bag.day,
                    step.units,
                    sent,
                    anchor,
                    (*label.left[:i], label.left[i] - vials, *label.left[i + 1 :]),
                    step.granted,
                    step.room,
                    label.space,
                    label.vials,
                    label.latest,
                    label.low,
                    label.ceiling,
                    label,
                    bag,
                    source.day,
                )

    def _joined(self, step: _Step, newest: int, oldest: int, vials: int) -> Label:
        """The bag, or so many of its vials, from the dispense that is open."""
        label, bag = step.label, step.bag
        waited = vials * (bag.day - newest - self.rules.transit)
        waited += label.vials * (label.latest - newest)
        return Label(
            label.base,
            label.own + self.prices.hung(bag) + waited * self.prices.stock_day,
            label.index,
            bag.day,
            step.units,
            tuple(sums >> BITS * (label.anchor - bag.day) for sums in label.sent),
            bag.day,
            label.left,
            step.granted,
            step.room,
            label.space,
            label.vials + vials,
            newest,
            max(label.low, oldest),
            label.ceiling,
            label,
            bag,
            part=vials,
        )

    def _opened(
        self, step: _Step, label: Label, newest: int, oldest: int, vials: int
    ) -> Iterator[Label]:
        """The bag, or its last so many vials, from dispenses of its own: the one that was open in
        ``label`` is closed."""
        bag = step.bag
        waited = vials * (bag.day - newest - self.rules.transit)
        cost = self.prices.dispense + waited * self.prices.stock_day
        if label is step.label:
            cost += self.prices.hung(bag)
        shift = BITS * (label.anchor - bag.day)
        for shut, sent, closed in self._closings(label, 0):
            ceiling = label.ceiling if shut is None else shut
            if oldest > min(newest, ceiling) or self._wastes(label, bag, vials, newest, shut):
                continue
            space = label.space
            if shut is not None and self.vial_limits:
                space = min(space, self.least.sent(label.index).by(shut)) - label.vials
            whole = Label(
                label.base,
                label.own + closed + cost,
                label.index,
                bag.day,
                step.units,
                tuple(sums >> shift for sums in sent),
                bag.day,
                label.left,
                step.granted,
                step.room,
                space,
                vials,
                newest,
                oldest,
                ceiling if ceiling < newest else NEVER,
                label,
                bag,
                None,
                shut,
                vials,
            )
            yield whole
            for part in self._parts(whole, vials):
                less = (vials - part) * (bag.day - newest - self.rules.transit)
                some = replace(whole, vials=part, part=part)
                some.own -= less * self.prices.stock_day
                yield from self._opened(step, some, newest, oldest, vials - part)

    def _parts(self, whole: Label, vials: int) -> Sequence[int]:
        """How many of a bag's vials may come from the open dispense where some come from one
        before it: none where all of them find room there."""
        if not self.split or vials == 1:
            return ()
        last = min(whole.latest, whole.ceiling)
        sums = whole.vials + self._spare(whole.index, whole.day)
        if self._apart(whole.index, whole.day) and self._sent(whole, last, sums) is not None:
            return ()
        return range(1, vials)

    def _wastes(
        self, label: Label, bag: ChosenBag, vials: int, newest: int, shut: int | None
    ) -> bool:
        """Whether what comes from an older dispense, a vial of it where bags may be split, could
        come from the one that is closed just as well."""
        if shut is None or shut > newest or not self._apart(label.index, bag.day):
            return False
        more = 1 if self.split else vials
        sums = label.vials + more + (self._spare(label.index, bag.day) if more == vials else 0)
        return self._sent(label, shut, sums) is not None

    def _spare(self, index: int, day: int) -> int:
        """The spare vials that go with a dispense for a bag of a day, if it is the first bag."""
        return self.places[index].spare if day == self.least.begins[index] else 0

    def _apart(self, index: int, day: int) -> bool:
        """Whether the dispenses for a bag come after all those of the cycles before."""
        return day - self.rules.ahead > self.before[index - self.first]

    def _closings(self, label: Label, spare: int) -> Iterator[Closing]:
        """The days to make the dispense that is open on: the last that the windows of II.A allow,
        and, where it may come before dispenses of an earlier cycle, the last before any window
        that it would share with one behind it."""
        if not label.vials:
            yield None, label.sent, 0
            return
        days = self.ground.sendable
        vials = label.vials + spare
        last = min(label.latest, label.ceiling)
        low, high = bisect_left(days, label.low), bisect_right(days, last)
        for at in range(high - 1, low - 1, -1):
            sent = self._sent(label, days[at], vials)
            if sent is not None:
                yield days[at], sent, self._waited(label, days[at])
                break
        else:
            return
        for day in self._between(label, days[at]):
            sent = self._sent(label, day, vials)
            if sent is not None:
                yield day, sent, self._waited(label, day)

    def _waited(self, label: Label, day: int) -> int:
        """What it adds to make the open dispense on a day."""
        return label.vials * (label.latest - day) * self.prices.stock_day

    def _between(self, label: Label, last: int) -> Sequence[int]:
        """Days before the last that allow a dispense before one of an earlier cycle."""
        newest = self.before[label.index - self.first]
        if newest < label.low or not self.split:
            return ()
        days = self.ground.sendable
        found: dict[int, None] = {}
        for limit in self.vial_limits:
            for behind in (*_made(label), *limit.days):
                at = bisect_right(days, behind - limit.per_days) - 1
                if at >= 0 and label.low <= days[at] <= min(newest, last - 1):
                    found[days[at]] = None
        return tuple(sorted(found, reverse=True))

    def _sent(self, label: Label, day: int, vials: int) -> tuple[int, ...] | None:
        """The windows of II.A with a dispense; None where one is too full."""
        added = []
        for which, (limit, sums) in enumerate(zip(self.vial_limits, label.sent, strict=True)):
            more = sums + (vials * ones(limit.per_days) << BITS * (label.anchor - day))
            if not self._kept(-1 - which, limit, label.anchor, more):
                return None
            added.append(more)
        return tuple(added)

    def _kept(self, which: int, limit: Limit, day: int, sums: int) -> bool:
        """Whether the windows of a limit that begin on a day and before hold no more than that."""
        guard = ones(limit.reach + 1) << BITS - 1
        return at_most(sums, self.least.left(which, limit, day), guard)

    def _enter(self, label: Label) -> None:
        """Puts a label among those of its day and its open dispense, unless it is needless."""
        promised = self._promised(label)
        if promised is None or promised >= self.below or not self._roomy(label):
            return
        cost = label.base + label.own
        self.count += 1
        if label.index >= self.first:
            label.filled = filled = self._filled(label)
            guard = self.guards[label.index]
            guarded = filled | guard
            key = (
                label.index,
                label.day,
                label.ceiling,
                label.latest if label.vials else NEVER,
                label.anchor,
            )
            own = self.fronts.get(key, [])
            self.count += len(own) // COMPARED
            kept = []
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
        order = (promised, label.index, label.day, self.count)
        if self.count > self.most:
            raise TooManyLabelsError(min(promised, self.open[0][0] if self.open else promised))
        heappush(self.open, (*order, label))

    def _roomy(self, label: Label) -> bool:
        """Whether the windows of II.A have room for what is open and what is still needed."""
        if label.index < self.first or not self.vial_limits:
            return True
        index, day, spare = label.index, label.day, self.places[label.index].spare
        least = self.least.hung(index, day).since(self.least.begins[index]) + spare
        space = label.space
        if label.vials:
            space = min(space, self.least.sent(index).by(label.latest))
        if least + label.vials > space:
            return False
        if label.anchor != day:
            return True
        for which, (limit, sums) in enumerate(zip(self.vial_limits, label.sent, strict=True)):
            sure = limit.per_days - (label.latest - label.low)
            if label.vials and sure > 0:
                sums += label.vials * ones(sure) << BITS * (label.anchor - label.low)
            sums += self.least.need(limit, label.index, label.day)
            if not self._kept(-1 - which, limit, label.day, sums):
                return False
        return True

    def _promised(self, label: Label) -> int | None:
        """What a label comes to at least when it reaches the first day."""
        if label.index < self.first:
            return label.base
        low = label.low if label.vials else 0
        rest = self.least.rest(label.index, label.day, label.vials, label.latest, low, label.room)
        if rest is None:
            return None
        before = self.values[label.index - self.first]
        whole = self.values[label.index + 1 - self.first]
        return label.base + max(label.own + rest + before, whole)

    def _filled(self, label: Label) -> int:
        """All that a label has used up and that may still matter, in one number."""
        fields, at = label.granted, BITS * 2
        if label.vials:
            fields |= label.vials << at | (label.low - label.anchor + self.rules.ahead) << at + BITS
        at += 2 * BITS
        for limit, sums in zip(self.unit_limits, label.units, strict=True):
            if label.index >= self.ground.first_counted(limit):
                fields |= sums << at
            at += BITS * (limit.reach + 1)
        for limit, sums in zip(self.vial_limits, label.sent, strict=True):
            fields |= sums << at
            at += BITS * (limit.reach + 1)
        for source, left in zip(self.places[label.index].sources, label.left, strict=True):
            fields |= (source.vials - left) << at
            at += BITS
        return fields

    def read(self, label: Label) -> tuple[ChosenCycle, ...] | None:
        """The cycles of a way to the first day; None where bags that come from two dispenses
        cannot be had whole from what the dispenses of their cycle send."""
        there: dict[int, list[ChosenBag]] = {}
        new: dict[int, list[ChosenBag]] = {}
        sent: dict[int, dict[int, int]] = {}
        split: set[int] = set()
        at, made = label, label.shut
        while at.behind is not None:
            if at.bag is not None and at.fed is not None:
                there.setdefault(at.index, []).append(replace(at.bag, source=at.fed))
            elif at.bag is not None:
                assert made is not None
                own = sent.setdefault(at.index, {})
                own[made] = own.get(made, 0) + at.part
                if at.behind.bag is at.bag:
                    split.add(at.index)
                else:
                    new.setdefault(at.index, []).append(replace(at.bag, source=made))
            made = made if at.shut is None else at.shut
            at = at.behind
        cycles = []
        for index in range(self.first, self.end):
            bags = new.get(index, [])
            if index in split:
                shared = shared_out(bags, sent[index], self._serves)
                if shared is None:
                    return None
                bags = shared
            bags = sorted((*bags, *there.get(index, ())), key=lambda bag: bag.day)
            place, start = self.places[index], self.least.starts[index]
            shipped = tuple(sorted(sent_for(place, bags).items()))
            cycles.append(ChosenCycle(place.cycle.number, start, tuple(bags), shipped))
        return tuple(cycles)

    def _serves(self, bag: ChosenBag, day: int) -> bool:
        """Whether a dispense of a day may feed a bag."""
        oldest = self.rules.oldest(bag.day, bag.option)
        return oldest <= day <= bag.day - self.rules.transit


@dataclass(frozen=True, slots=True)
class _Step:
    """A bag hung before a label, with what it is billed with."""

    label: Label
    bag: ChosenBag
    units: tuple[int, ...]
    granted: int
    room: int


def _made(label: Label) -> Iterator[int]:
    """The days of the dispenses of a label that are closed."""
    at: Label | None = label
    while at is not None:
        if at.shut is not None:
            yield at.shut
        at = at.behind
