"""From which dispenses a bag may come, for the search from a course's last day back; see
``best.py``."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planner.constraints.schedule import ChosenBag
from planner.labels.backward.bounds import CompletionBound
from planner.labels.backward.label import Label, Step, made
from planner.labels.limits import Limit
from planner.labels.packed import BITS, NEVER, ones
from planner.labels.place import Place

# the day, None where nothing is open, the windows of II.A with it, and what it adds to the cost
Closing = tuple[int | None, tuple[int, ...], int]


class Feeding:
    """Feeds bags from dispenses.

    Args:
        least: the cycles, and what they cost at least.
        limits: the limits of II.A that count.
        split: whether a bag may come from two dispenses.
        before: by cycle, the last day of a dispense of the cycles before it, as far as it may come
            after those of the cycle; none at all: before any day.
    """

    def __init__(
        self,
        least: CompletionBound,
        limits: Sequence[Limit],
        before: Mapping[int, int],
        *,
        split: bool,
    ) -> None:
        self._least = least
        self._prices = least.prices
        self._rules = least.fixed.problem.rules
        self._places = least.fixed.problem.places
        self._days = least.fixed.problem.sendable
        self._limits = limits
        self._before = before
        self._split = split

    def fed(self, step: Step, place: Place) -> Iterator[Label]:
        """The label with a bag more before it, from each dispense that may feed the bag."""
        vials = step.bag.option.vials
        yield from self._new(step, place, vials)
        if self._rules.whole:
            for i, source in enumerate(place.sources):
                if self._least.ready(source, step.bag) and step.label.left[i] >= vials:
                    yield self._drawn(step, place, {i: vials}, last=True)
            return
        taken: dict[int, int] = {}
        for i in self._newest_first(step, place):
            for _ in range(min(step.label.left[i], vials - sum(taken.values()))):
                taken[i] = taken.get(i, 0) + 1
                rest = vials - sum(taken.values())
                drawn = self._drawn(step, place, taken, last=not rest)
                if not rest:
                    yield drawn
                    return
                yield from self._new(replace(step, label=drawn), place, rest)

    def _new(self, step: Step, place: Place, vials: int) -> Iterator[Label]:
        """So many vials of a bag from new dispenses."""
        label, bag = step.label, step.bag
        newest = self._least.fixed.newest(bag.day)
        if place.asked or newest is None:
            return
        oldest = self._least.oldest(bag)
        if label.vials and max(label.low, oldest) <= min(newest, label.ceiling):
            whole = self._joined(step, newest, oldest, vials)
            yield whole
            for part in self._parts(whole, vials):
                some = self._joined(step, newest, oldest, part)
                yield from self._opened(step, some, newest, oldest, vials - part)
        yield from self._opened(step, label, newest, oldest, vials)

    def _newest_first(self, step: Step, place: Place) -> list[int]:
        """The sources of a bag, the last sent first: what an earlier bag may have too is left to
        it, and in all the vials wait as long as they would otherwise."""
        ready = [i for i, s in enumerate(place.sources) if self._least.ready(s, step.bag)]
        return sorted(ready, key=lambda i: place.sources[i].day, reverse=True)

    def _drawn(self, step: Step, place: Place, taken: Mapping[int, int], *, last: bool) -> Label:
        """The label with some vials of a bag from what is there anyway: all that it takes, if they
        are the ``last``."""
        label, bag = step.label, step.bag
        waited = sum(
            vials * (bag.day - place.sources[i].day - self._rules.transit)
            for i, vials in taken.items()
        )
        own = label.own + waited * self._prices.stock_day
        left = tuple(vials - taken.get(i, 0) for i, vials in enumerate(label.left))
        fed = tuple((place.sources[i].day, vials) for i, vials in taken.items())
        if not last:
            return replace(
                label, own=own, left=left, behind=label, bag=bag, fed=fed, shut=None, part=0
            )
        anchor = label.anchor if label.vials else bag.day
        return Label(
            label.base,
            own + self._prices.hung(bag),
            label.index,
            bag.day,
            step.units,
            tuple(sums >> BITS * (label.anchor - anchor) for sums in label.sent),
            anchor,
            left,
            step.granted,
            step.room,
            label.space,
            label.vials,
            label.latest,
            label.low,
            label.ceiling,
            label,
            bag,
            fed,
        )

    def _joined(self, step: Step, newest: int, oldest: int, vials: int) -> Label:
        """The bag, or so many of its vials, from the dispense that is open."""
        label, bag = step.label, step.bag
        waited = vials * (bag.day - newest - self._rules.transit)
        waited += label.vials * (label.latest - newest)
        return Label(
            label.base,
            label.own + self._prices.hung(bag) + waited * self._prices.stock_day,
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
        self, step: Step, label: Label, newest: int, oldest: int, vials: int
    ) -> Iterator[Label]:
        """The bag, or its last so many vials, from dispenses of its own: the one that was open in
        ``label`` is closed."""
        bag = step.bag
        waited = vials * (bag.day - newest - self._rules.transit)
        cost = self._prices.dispense + waited * self._prices.stock_day
        if label is step.label:
            cost += self._prices.hung(bag)
        shift = BITS * (label.anchor - bag.day)
        for shut, sent, closed in self.closings(label, 0):
            ceiling = label.ceiling if shut is None else shut
            if oldest > min(newest, ceiling) or self._wastes(label, bag, vials, newest, shut):
                continue
            space = label.space
            if shut is not None and self._limits:
                space = min(space, self._least.rooms.sent(label.index).by(shut)) - label.vials
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
                (),
                shut,
                vials,
            )
            yield whole
            for part in self._parts(whole, vials):
                less = (vials - part) * (bag.day - newest - self._rules.transit)
                some = replace(whole, vials=part, part=part)
                some.own -= less * self._prices.stock_day
                yield from self._opened(step, some, newest, oldest, vials - part)

    def _parts(self, whole: Label, vials: int) -> Sequence[int]:
        """How many of a bag's vials may come from the open dispense where some come from one
        before it: none where all of them find room there."""
        if not self._split or vials == 1:
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
        more = 1 if self._split else vials
        sums = label.vials + more + (self._spare(label.index, bag.day) if more == vials else 0)
        return self._sent(label, shut, sums) is not None

    def _spare(self, index: int, day: int) -> int:
        """The spare vials that go with a dispense for a bag of a day, if it is the first bag."""
        return self._places[index].spare if day == self._least.fixed.begins[index] else 0

    def _apart(self, index: int, day: int) -> bool:
        """Whether the dispenses for a bag come after all those of the cycles before."""
        return day - self._rules.ahead > self._before[index]

    def closings(self, label: Label, spare: int) -> Iterator[Closing]:
        """The days to make the dispense that is open on: the last that the windows of II.A allow,
        and, where it may come before dispenses of an earlier cycle, the last before any window
        that it would share with one behind it."""
        if not label.vials:
            yield None, label.sent, 0
            return
        days = self._days
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
        return label.vials * (label.latest - day) * self._prices.stock_day

    def _between(self, label: Label, last: int) -> Sequence[int]:
        """Days before the last that allow a dispense before one of an earlier cycle."""
        newest = self._before[label.index]
        if newest < label.low or not self._split:
            return ()
        days = self._days
        found: dict[int, None] = {}
        for limit in self._limits:
            for behind in (*made(label), *limit.days):
                at = bisect_right(days, behind - limit.per_days) - 1
                if at >= 0 and label.low <= days[at] <= min(newest, last - 1):
                    found[days[at]] = None
        return tuple(sorted(found, reverse=True))

    def _sent(self, label: Label, day: int, vials: int) -> tuple[int, ...] | None:
        """The windows of II.A with a dispense; None where one is too full."""
        added = []
        for which, (limit, sums) in enumerate(zip(self._limits, label.sent, strict=True)):
            more = sums + (vials * ones(limit.per_days) << BITS * (label.anchor - day))
            if not self._least.fixed.keeps(-1 - which, limit, label.anchor, more):
                return None
            added.append(more)
        return tuple(added)
