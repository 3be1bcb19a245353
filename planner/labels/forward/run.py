"""One search by labels through some cycles, from the first day on; see ``early.py``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from planner.constraints.schedule import ChosenBag
from planner.labels.forward.extend import ForwardFeeding
from planner.labels.forward.label import Label, no_tighter
from planner.labels.forward.lengths import Lengths
from planner.labels.forward.opened import ForwardProblem
from planner.labels.front import Front
from planner.labels.packed import BITS, MASK, NEVER, ones
from planner.labels.place import Place

MOST_LABELS = 20_000
GRANTED = 2  # fields for units granted: up to the top bit of the second


class Onward(Protocol):
    """What it costs at least to go on: from a start on, and of a start from a day on."""

    def value(self, index: int, origin: int) -> int | None:
        """None where there is no way."""

    def waiting(self, index: int, day: int) -> int | None:
        """None where there is no way."""


class Run:
    """One search from a cycle on: with bags whole or vials ``alone``.

    Args:
        problem: what is searched.
        lengths: what it costs at least to go on by the lengths of cycles alone.
        alone: whether each vial travels by itself.
        grouped: whether spare vials then go with the first of their cycle.
        first, end: the places to go through, from the first up to before the end.
        at: days to start on, by place, where that is not open.
        loose: whether nothing is known of what lies before the first of them.
        ahead: what it costs at least to go on where more is known.
        most: labels after which it is given up.
    """

    def __init__(
        self,
        problem: ForwardProblem,
        lengths: Lengths,
        *,
        alone: bool,
        grouped: bool = False,
        first: int = 0,
        end: int | None = None,
        at: Mapping[int, int] | None = None,
        loose: bool = False,
        ahead: Onward | None = None,
        most: int = MOST_LABELS,
    ) -> None:
        self.problem = problem.problem
        self.rules = problem.problem.rules
        self.places = problem.places
        self.openings = problem.openings
        self.opened = problem.opened
        self.alone = alone
        self.feeding = ForwardFeeding(problem.problem, alone=alone, grouped=grouped)
        self.first = first
        self.end = len(self.places) if end is None else end
        self.at = at or {}
        self.loose = loose
        self.ahead = ahead
        self.lengths = lengths
        self.front: Front[Label] = Front(most, problem.problem.deadline, no_tighter)
        limits = (*self.problem.unit_limits, *self.problem.vial_limits)
        windows = GRANTED + sum(limit.reach + 1 for limit in limits)
        self.guards = [
            ones(windows + sum(1 + s.billed for s in place.sources)) << BITS - 1
            for place in problem.places
        ]
        last = problem.places[-1].stock if problem.places else 0
        self.guards.append(ones(windows + last) << BITS - 1)

    def best(self) -> Label | None:
        """The cheapest way through the cycles, or None where there is none."""
        first = self._first()
        if first is not None:
            self._enter(first)
        while (label := self.front.pop()) is not None:
            if label.index == self.end:
                return label
            for after in self._after(label):
                self._enter(after)
        return None

    @property
    def count(self) -> int:
        """Labels so far."""
        return self.front.count

    def _first(self) -> Label | None:
        opened = self.opened
        if self.loose:
            opened = self.openings.within(self.places[self.first].cycle)
        if opened is None:
            return None
        day = 0
        if self.first < self.end:
            origins = self.places[self.first].origins
            if not origins:
                return None
            day = self.at.get(self.first, origins[0])
        nothing = (0,) * len(self.problem.unit_limits), (0,) * len(self.problem.vial_limits)
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
        if label.day == whole or (not self.problem.exact and label.bag is not None):
            finished = self._finished(label)
            if finished is not None:
                yield finished
        for bag in self.problem.bags(label.index, label.origin).get(label.day, ()):
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
        opened = self.openings.after(label.opened, place.cycle, origin)
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
        kept = label.left if label.left else tuple(s.vials for s in place.sources[: place.stock])
        begun.left = (*kept, *(source.vials for source in place.sources[place.stock :]))
        begun.granted = (label.granted if same else 0) or self.problem.granted(place)
        problem, day = self.problem, begun.day
        hopeless = problem.stranded(index, origin, day, begun.left) or problem.crowded(
            index, origin, day, begun.units, begun.sent
        )
        if not hopeless:
            yield begun

    def _finished(self, label: Label) -> Label | None:
        """The label behind its cycle, before the next one."""
        assert label.origin is not None
        index = label.index
        if self.problem.unbilled(index, label.day, label.left):
            return None
        day = max(label.day, self.lengths.following(index, label.origin))
        rest: int | None = label.rest
        if index + 1 < self.end:
            rest = self._waiting(index + 1, day)
        if rest is None:
            return None
        moved = self._moved(label, day, rest)
        stock = self.places[index].stock
        moved.index, moved.origin, moved.left = index + 1, None, label.left[:stock]
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
        counted = self.problem.counted(bag.option)
        granted = label.granted + counted if place.units is not None else label.granted
        room = NEVER - 1 if place.units is None else place.units - granted
        if self._beyond(label, room, bag):
            return
        units = self._billed(label, place, counted)
        if units is None:
            return
        day = bag.day + bag.option.days
        shift = BITS * bag.option.days
        for sent, placed, left, sources in self.feeding.fed(label, place, bag):
            if self.problem.stranded(label.index, label.origin or 0, day, left):
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
                replace(bag, sources=sources),
                label,
            )

    def _beyond(self, label: Label, room: int, bag: ChosenBag) -> bool:
        """Whether no bags behind this one reach the cycle's end with what a grant has left."""
        if room < 0 or not self.problem.exact:
            return room < 0
        least = self.problem.least_units(label.index, label.origin or 0)
        return least.get(bag.day + bag.option.days, NEVER) > room

    def _billed(self, label: Label, place: Place, counted: int) -> tuple[int, ...] | None:
        """The windows of II.B with a bag hung today; None where one is too full."""
        units = []
        for limit, sums in zip(self.problem.unit_limits, label.units, strict=True):
            if limit.cycles is None or place.cycle.number not in limit.cycles:
                units.append(sums)
                continue
            day = label.day
            past = limit.fixed(day - limit.reach, day)
            if (sums & MASK) + past + counted > limit.limit:
                return None
            units.append(sums + counted * ones(limit.per_days))
        return tuple(units)

    def _enter(self, label: Label) -> None:
        """Puts a label among those of its place and day, unless it is dominated."""
        place = (label.index, label.origin or 0, label.day)
        guard = self.guards[label.index]
        if self.front.enters(place, label, label.cost, self._filled(label), guard):
            rank = (-label.index, label.origin is None, -label.day)
            self.front.push(label.cost + label.rest, rank, label)

    def _filled(self, label: Label) -> int:
        """All that a label has used up and that may still matter, side by side in one number: of
        two labels of one place, the one with no field larger leaves no less room."""
        fields, at = label.granted, BITS * GRANTED
        for limit, sums in zip(self.problem.unit_limits, label.units, strict=True):
            if label.index < self.problem.last_counted(limit):
                fields |= sums << at
            at += BITS * (limit.reach + 1)
        for limit, sums in zip(self.problem.vial_limits, label.sent, strict=True):
            fields |= sums << at
            at += BITS * (limit.reach + 1)
        sources = self.places[min(label.index, len(self.places) - 1)].sources if label.left else ()
        for source, left in zip(sources, label.left, strict=False):
            fields |= (source.vials - left) << at
            at += BITS
            if source.billed:  # all of it is to be used: neither more nor less is better
                fields |= left << at
                at += BITS
        return fields
