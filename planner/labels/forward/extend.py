"""From which dispenses a bag comes, each as early as can be, for the search from day one on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from planner.constraints.schedule import ChosenBag, Sources
from planner.labels.forward.label import Label
from planner.labels.packed import BITS, MASK, ones
from planner.labels.place import Place
from planner.labels.problem import Problem

# the windows of II.A, the last dispense, what is left in the sources, and the bag's vials
Fed = tuple[tuple[int, ...], int, tuple[int, ...], Sources]


class ForwardFeeding:
    """Feeds bags: with their vials together, in the order of the bags, or with each ``alone``;
    then ``grouped`` has the spare vials go with the first vial of their cycle."""

    def __init__(self, problem: Problem, *, alone: bool, grouped: bool) -> None:
        self._problem = problem
        self._rules = problem.rules
        self._alone = alone
        self._grouped = grouped

    def fed(self, label: Label, place: Place, bag: ChosenBag) -> Iterator[Fed]:
        """What comes of a bag hung behind a label, by each way to feed it."""
        if self._alone:
            yield from self._fed_alone(label, place, bag)
            return
        vials, last = bag.option.vials, min(bag.day - self._rules.transit, place.until)
        oldest = max(self._rules.oldest(bag.day, bag.option), place.since)
        for i, source in enumerate(place.sources):
            if self._problem.reaches(source, bag) and label.left[i] >= vials:
                left = _less(label.left, i, vials)
                yield label.sent, label.placed, left, ((source.day, vials),)
        if place.asked:
            return
        together = vials + (place.spare if self._opens(label, place) else 0)
        first = max(oldest, label.placed)
        day = self._earliest(label.sent, label.day, first, last, together)
        if day is not None:
            sent = self._sent(label.sent, label.day, day, together)
            yield sent, day, label.left, ((day, vials),)

    def _opens(self, label: Label, place: Place) -> bool:
        """Whether the bag that follows is the cycle's first."""
        infused = place.cycle.progress.infused if place.cycle.progress else 0
        return label.origin is not None and label.day == label.origin + infused

    def _fed_alone(self, label: Label, place: Place, bag: ChosenBag) -> Iterator[Fed]:
        """Each vial by itself; from sources that are there anyway as many as one likes."""
        vials, last = bag.option.vials, min(bag.day - self._rules.transit, place.until)
        oldest = max(bag.day - self._rules.ahead, place.since)
        ready = [
            i
            for i, s in enumerate(place.sources)
            if s.day <= last and (s.until >= bag.day or self._rules.ready)
        ]
        at_hand = min(vials, sum(label.left[i] for i in ready))
        if place.asked:
            if at_hand < vials:
                return
            least = vials
        else:
            least = 0
        for drawn in range(at_hand, least - 1, -1):
            gone = self._one_by_one(label, self._lots(label, place, vials - drawn), oldest, last)
            if gone is None:
                continue
            sent, placed, new = gone
            for left in _draws(place, label.left, ready, drawn):
                old = ((place.sources[i].day, label.left[i] - left[i]) for i in ready)
                sources = (*((day, n) for day, n in old if n), *new)
                yield sent, placed, left, tuple(sorted(sources))

    def _lots(self, label: Label, place: Place, vials: int) -> list[tuple[int, int]]:
        """How new vials go out, one by one or together with spare ones: how many each time, and for
        how many of them the bag is."""
        spare = place.spare if self._opens(label, place) else 0
        if not self._grouped:
            return [(1, int(n < vials)) for n in range(vials + spare)]
        return [(1 + (spare if n == 0 else 0), 1) for n in range(vials)]

    def _one_by_one(
        self, label: Label, lots: Sequence[tuple[int, int]], oldest: int, last: int
    ) -> tuple[tuple[int, ...], int, Sources] | None:
        """The windows and the last dispense with some lots sent, each as early as can be, and the
        days of the vials that the bag has of them."""
        sent, placed = label.sent, label.placed
        new: dict[int, int] = {}
        for vials, own in lots:
            day = self._earliest(sent, label.day, max(oldest, placed), last, vials)
            if day is None:
                return None
            sent, placed = self._sent(sent, label.day, day, vials), day
            if own:
                new[day] = new.get(day, 0) + own
        return sent, placed, tuple(new.items())

    def _earliest(
        self, sent: tuple[int, ...], today: int, first: int, last: int, vials: int
    ) -> int | None:
        """The first day on which so many vials can be sent, seen from the present day."""
        days = self._problem.sendable
        for at in range(bisect_left(days, first), bisect_right(days, last)):
            if self._roomy(sent, today, days[at], vials):
                return days[at]
        return None

    def _roomy(self, sent: tuple[int, ...], today: int, day: int, vials: int) -> bool:
        for limit, sums in zip(self._problem.vial_limits, sent, strict=True):
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
            for limit, sums in zip(self._problem.vial_limits, sent, strict=True)
        )


def _draws(
    place: Place, left: tuple[int, ...], ready: Sequence[int], drawn: int
) -> Iterator[tuple[int, ...]]:
    """What may be left of sources after so many vials: of those that claims ask for and of the
    others, as what can be kept longest is best kept."""
    order = sorted(ready, key=lambda i: (place.sources[i].until, place.sources[i].day))
    kinds = [[i for i in order if place.sources[i].billed is billed] for billed in (True, False)]
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
