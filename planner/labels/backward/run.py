"""One search by labels through some cycles, from the last day back; see ``best.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.constraints.schedule import ChosenBag
from planner.labels.backward.bounds import CompletionBound
from planner.labels.backward.extend import Feeding
from planner.labels.backward.label import Label, Step
from planner.labels.front import Front
from planner.labels.packed import BITS, NEVER, ones
from planner.labels.place import Place
from planner.labels.problem import Problem

NO_COST = 1 << 24 * 8  # more than anything costs
FIELDS = 4  # two for units granted, then the open dispense and its first day


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
        least: CompletionBound,
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
        self.problem: Problem = least.fixed.problem
        self.rules = self.problem.rules
        self.places = self.problem.places
        self.values = values
        self.below = below
        self.first = first
        self.end = len(self.places) if end is None else end
        self.unit_limits = self.problem.unit_limits
        self.vial_limits = self.problem.vial_limits if quantity else []
        windows = FIELDS + sum(x.reach + 1 for x in (*self.unit_limits, *self.vial_limits))
        self.guards = [ones(windows + len(place.sources)) << BITS - 1 for place in self.places]
        before = {index: self._last(index) for index in range(self.first, self.end)}
        self.feeding = Feeding(least, self.vial_limits, before, split=split)
        self.front: Front[Label] = Front(most, self.problem.deadline)

    def _last(self, index: int) -> int:
        """The last day of a dispense of the cycles before one, as far as it may come after those
        of the cycle; none at all: before any day."""
        if index == self.first or not self.vial_limits or self.places[index - 1].asked:
            return -NEVER
        newest = self.least.fixed.newest(self.least.fixed.ends[index - 1] - 1)
        return -NEVER if newest is None else newest

    def best(self) -> Label | None:
        """The cheapest way, or None where there is none."""
        if self.first == self.end:
            return Label(0, 0, self.first - 1, 0, (), (), 0, (), 0)
        nothing = (0,) * len(self.unit_limits), (0,) * len(self.vial_limits)
        index = self.end - 1
        day = self.least.fixed.ends[index]
        self._enter(self._begun(Label(0, 0, index, day, *nothing, day, (), 0)))
        while (label := self.front.pop()) is not None:
            if label.index < self.first:
                return label
            for after in self._before(label):
                self._enter(after)
        return None

    def _before(self, label: Label) -> Iterator[Label]:
        """The labels that go on from one towards the first day."""
        place = self.places[label.index]
        if label.day == self.least.fixed.begins[label.index]:
            yield from self._finished(label, place)
            return
        for bag in self.least.fixed.ending(label.index).get(label.day, ()):
            yield from self._hung(label, place, bag)

    def _begun(self, label: Label) -> Label:
        """A label behind a cycle's last day, with what the cycle finds there."""
        place = self.places[label.index]
        kept = label.left or tuple(source.vials for source in place.sources[: place.stock])
        label.left = (*kept, *(source.vials for source in place.sources[place.stock :]))
        label.own = self.least.requested(label.index)
        same = label.index + 1 < self.end and (
            self.places[label.index + 1].cycle.slot == place.cycle.slot
        )
        if not same:
            label.granted = self.problem.granted(place)
        return label

    def _finished(self, label: Label, place: Place) -> Iterator[Label]:
        """The label before its cycle's first day: what is open is closed, with the spare vials."""
        index = label.index - 1
        for shut, sent, cost in self.feeding.closings(label, place.spare):
            base = label.base + label.own + cost
            if index < self.first:
                yield Label(base, 0, index, 0, (), (), 0, (), 0, behind=label, shut=shut)
                continue
            day = self.least.fixed.ends[index]
            units = tuple(sums >> BITS * (label.day - day) for sums in label.units)
            sums = tuple(sums >> BITS * (label.anchor - day) for sums in sent)
            kept = label.left[: place.stock]
            after = Label(base, 0, index, day, units, sums, day, kept, label.granted)
            after.behind, after.shut = label, shut
            yield self._begun(after)

    def _hung(self, label: Label, place: Place, bag: ChosenBag) -> Iterator[Label]:
        """The label with a bag more before it, from each dispense that may feed it."""
        counted = self.problem.counted(bag.option)
        granted = label.granted + counted if place.units is not None else label.granted
        if place.units is not None and granted > place.units:
            return
        cap = self.least.rooms.caps[label.index].get(bag.day, NEVER)
        room = min(label.room, cap) - counted
        units = self._billed(label, place, bag, counted)
        if room < 0 or units is None:
            return
        yield from self.feeding.fed(Step(label, bag, units, granted, room), place)

    def _billed(
        self, label: Label, place: Place, bag: ChosenBag, counted: int
    ) -> tuple[int, ...] | None:
        """The windows of II.B with a bag more; None where one is too full."""
        units, shift = [], BITS * bag.option.days
        for which, (limit, sums) in enumerate(zip(self.unit_limits, label.units, strict=True)):
            moved = sums >> shift
            if limit.cycles is not None and place.cycle.number in limit.cycles:
                moved += counted * ones(limit.per_days)
                if not self.least.fixed.keeps(which, limit, bag.day, moved):
                    return None
            units.append(moved)
        return tuple(units)

    def _enter(self, label: Label) -> None:
        """Puts a label among those of its day and its open dispense, unless it is dominated."""
        promised = self._promised(label)
        if promised is None or promised >= self.below or not self._roomy(label):
            return
        if label.index < self.first:
            self.front.spend(1)
        else:
            cost, guard = label.base + label.own, self.guards[label.index]
            latest = label.latest if label.vials else NEVER
            place = (label.index, label.day, label.ceiling, latest, label.anchor)
            if not self.front.enters(place, label, cost, self._filled(label), guard):
                return
        self.front.push(promised, (label.index, label.day), label)

    def _roomy(self, label: Label) -> bool:
        """Whether the windows of II.A have room for what is open and what is still needed."""
        if label.index < self.first or not self.vial_limits:
            return True
        index, day, spare = label.index, label.day, self.places[label.index].spare
        least = self.least.rooms.hung(index, day).since(self.least.fixed.begins[index]) + spare
        space = label.space
        if label.vials:
            space = min(space, self.least.rooms.sent(index).by(label.latest))
        if least + label.vials > space:
            return False
        if label.anchor != day:
            return True
        for which, (limit, sums) in enumerate(zip(self.vial_limits, label.sent, strict=True)):
            sure = limit.per_days - (label.latest - label.low)
            if label.vials and sure > 0:
                sums += label.vials * ones(sure) << BITS * (label.anchor - label.low)
            sums += self.least.rooms.need(limit, label.index, label.day)
            if not self.least.fixed.keeps(-1 - which, limit, label.day, sums):
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
            if label.index >= self.problem.first_counted(limit):
                fields |= sums << at
            at += BITS * (limit.reach + 1)
        for limit, sums in zip(self.vial_limits, label.sent, strict=True):
            fields |= sums << at
            at += BITS * (limit.reach + 1)
        for source, left in zip(self.places[label.index].sources, label.left, strict=True):
            fields |= (source.vials - left) << at
            at += BITS
        return fields
