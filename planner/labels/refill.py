"""The same bags from few dispenses: a calendar beside the bound, where labels grow too many.

The bags of all cycles stand in the order they are hung, and dispenses send them in that order; so a
calendar is how many bags are sent by each dispensing day. What has to be sent by a day follows from
the bags' own days and, backwards, from every window of II.A: what a later day needs less what its
window still takes. The fewest that can be sent by each of some days are a calendar themselves, and
the one whose vials wait least, if none is too old; and whatever is chosen from the first day on, no
less than that and no more than windows allow, can be gone on with to the end.

So dispenses are made first when they have to be, each sending all it can. Then one is left out, two
become one, or one is moved, as long as that is better.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from planner.constraints.schedule import ChosenBag, ChosenCycle
from planner.labels.backward.bounds import Costs
from planner.labels.place import sent_for
from planner.labels.problem import Problem

MOVES = (7, 3, 2, 1, -1, -2, -3, -7)  # days by which several dispenses are moved together
NEAR = 3  # days by which dispenses may miss a window's length and are moved together


def refilled(
    problem: Problem, cycles: Sequence[ChosenCycle], objectives: Sequence[str], tries: int
) -> tuple[ChosenCycle, ...] | None:
    """The cycles with their bags fed by few dispenses; None where none are found. Bags fed by what
    is there anyway stay as they are.

    Args:
        problem: the cycles' problem.
        cycles: bags on their days, whatever windows of II.A say of their dispenses.
        objectives: which of dispenses and days in stock counts more.
        tries: how many choices of days are looked at.
    """
    lots = _lots(problem, cycles)
    if not lots:
        return None
    ladder = Ladder(problem, lots, objectives)
    days = ladder.first_days()
    steps = None if days is None else ladder.least(ladder.bettered(days, tries))
    if steps is None:
        return None
    sent = {id(lots[number].bag): day for number, day in ladder.sent(steps)}
    found = []
    for place, cycle in zip(problem.places, cycles, strict=True):
        there = {source.day for source in place.sources}
        bags = tuple(
            _from(bag, sent[id(bag)], there) if id(bag) in sent else bag for bag in cycle.bags
        )
        found.append(replace(cycle, bags=bags, sent=tuple(sorted(sent_for(place, bags).items()))))
    return tuple(found)


def _from(bag: ChosenBag, day: int, there: Container[int]) -> ChosenBag:
    """The bag with its new vials from the dispense of a day."""
    old = tuple((source, vials) for source, vials in bag.sources if source in there)
    new = bag.option.vials - sum(vials for _, vials in old)
    return replace(bag, sources=tuple(sorted((*old, (day, new)))))


@dataclass(frozen=True, slots=True)
class Lot:
    """A bag of a cycle (by its rank among those that need dispenses) with the ``new`` vials that it
    takes and those that go out for it, from ``oldest`` to ``due``."""

    rank: int
    bag: ChosenBag
    new: int
    vials: int
    oldest: int
    due: int


def _lots(problem: Problem, cycles: Sequence[ChosenCycle]) -> list[Lot] | None:
    """What new dispenses have to send, in order; None where a bag has no day for it."""
    rules = problem.rules
    lots: list[Lot] = []
    rank = 0
    for place, cycle in zip(problem.places, cycles, strict=True):
        there = {source.day for source in place.sources}
        spare = place.spare
        for bag in cycle.bags:
            new = sum(vials for source, vials in bag.sources if source not in there)
            if bag.sources and not new:
                continue
            new = new or bag.option.vials
            oldest = max(rules.oldest(bag.day, bag.option), place.since)
            due = min(bag.day - rules.transit, place.until)
            if place.asked or bisect_right(problem.sendable, due) == 0:
                return None
            lots.append(Lot(rank, bag, new, new + spare, oldest, due))
            spare = 0
        rank += bool(lots) and lots[-1].rank == rank
    return lots


@dataclass(frozen=True, slots=True)
class Steps:
    """How many lots are sent by each of some days."""

    days: tuple[int, ...]
    counts: tuple[int, ...]


class Ladder:
    """What may and must be sent by each dispensing day, of some lots in order."""

    def __init__(self, problem: Problem, lots: Sequence[Lot], objectives: Sequence[str]) -> None:
        self._limits = problem.vial_limits
        self._transit = problem.rules.transit
        self._lots = lots
        self._order = [o for o in objectives if o in ("dispenses", "stock_days")]
        self._vials = [0, *accumulate(lot.vials for lot in lots)]
        self._waits = [0, *accumulate(lot.new * lot.bag.day for lot in lots)]
        self._held = [0, *accumulate(lot.new for lot in lots)]
        self._oldest = list(accumulate((lot.oldest for lot in lots), max))
        self._due = list(accumulate((lot.due for lot in reversed(lots)), min))[::-1]
        days = problem.sendable
        first, last = bisect_left(days, self._oldest[0]), bisect_right(days, self._due[-1])
        self._days = tuple(days[first:last])
        self._open = frozenset(self._days)

    def least(self, days: tuple[int, ...]) -> Steps | None:
        """The fewest lots by each of some days; None: these days do not do."""
        if not days or self._due[0] < days[0]:
            return None
        counts = [bisect_left(self._due, day) for day in days[1:]]
        counts.append(len(self._lots))
        rooms = self._rooms(days)
        while True:
            before = list(counts)
            for last, first, room in rooms:
                over = self._vials[counts[last]] - room
                if first < 0:
                    if over > 0:
                        return None
                elif over > self._vials[counts[first]]:
                    counts[first] = count = bisect_left(self._vials, over)
                    if self._oldest[count - 1] > days[first]:
                        return None
            counts = list(accumulate(counts, max))
            if counts == before:
                break
        for day, count in zip(days, counts, strict=True):
            if count and self._oldest[count - 1] > day:
                return None
        return Steps(days, tuple(counts))

    def _rooms(self, days: Sequence[int]) -> list[tuple[int, int, int]]:
        """For two places among the days, how many vials may be sent behind the first of them (-1:
        from the start) up to the second, by each window of II.A: (second, first, vials), the last
        ones first."""
        rooms: list[tuple[int, int, int]] = []
        for limit in self._limits:
            known = limit.days[-1] + limit.per_days if limit.days else days[0]
            first = len(days) - 2
            for last in range(len(days) - 1, -1, -1):
                begin = days[last] - limit.per_days
                while first >= 0 and days[first] > begin:
                    first -= 1
                fixed = limit.fixed(begin + 1, days[last]) if days[last] < known else 0
                rooms.append((last, first, limit.limit - fixed))
            for end in limit.days[bisect_right(limit.days, days[0]) :]:
                last = bisect_right(days, end) - 1
                first = bisect_right(days, end - limit.per_days) - 1
                if last > first:
                    fixed = limit.fixed(end - limit.per_days + 1, end)
                    rooms.append((last, first, limit.limit - fixed))
        return rooms

    def sent(self, steps: Steps) -> Iterator[tuple[int, int]]:
        """Each lot's number with the day that it is sent on."""
        done = 0
        for day, count in zip(steps.days, steps.counts, strict=True):
            for number in range(done, count):
                yield number, day
            done = max(done, count)

    def cost(self, days: tuple[int, ...]) -> Costs | None:
        """What dispenses on some days come to, in the order of the objectives."""
        steps = self.least(days)
        if steps is None:
            return None
        dispenses = stock = done = 0
        for day, count in zip(steps.days, steps.counts, strict=True):
            if count > done:
                dispenses += self._lots[count - 1].rank - self._lots[done].rank + 1
                stock += self._waits[count] - self._waits[done]
                stock -= (self._held[count] - self._held[done]) * (day + self._transit)
            done = count
        costs = {"dispenses": dispenses, "stock_days": stock}
        return tuple(costs[name] for name in self._order)

    def first_days(self) -> tuple[int, ...] | None:
        """Days for dispenses that are made each when it has to be, of all that it can send of its
        cycle; None: no days do."""
        days = self._days
        least = self.least(days)
        if least is None:
            return None
        behind: dict[int, list[tuple[int, int]]] = {}
        for last, first, room in self._rooms(days):
            behind.setdefault(first, []).append((last, room))
        ends = {lot.rank: number for number, lot in enumerate(self._lots, 1)}
        caps = [len(self._lots)] * len(days)
        chosen, sent = [], 0
        for at, day in enumerate(days):
            for last, room in behind.get(at - 1, ()):
                most = bisect_right(self._vials, self._vials[sent] + room) - 1
                caps[last] = min(caps[last], most)
            if least.counts[at] > sent:
                most = min(bisect_right(self._oldest, day), *caps[at:])
                sent = min(most, ends[self._lots[least.counts[at] - 1].rank])
                if sent < least.counts[at]:
                    return None
                chosen.append(day)
        return tuple(chosen)

    def bettered(self, days: tuple[int, ...], tries: int) -> tuple[int, ...]:
        """Other days than these where they cost less, of so many that are tried."""
        best, found = self.cost(days), True
        while found:
            found = False
            for some in self._near(days):
                cost = self.cost(some)
                tries -= 1
                if tries < 0:
                    return days
                if cost is not None and (best is None or cost < best):
                    days, best, found = some, cost, True
                    break
        return days

    def _near(self, days: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """One dispense less; two made one; one on another day; several moved together: all from
        one on, all up to one, those a window's length apart."""
        for at in range(len(days)):
            yield (*days[:at], *days[at + 1 :])
        for at in range(len(days) - 1):
            for day in self._between(days[at], days[at + 1]):
                yield (*days[:at], day, *days[at + 2 :])
        for at in range(len(days)):
            before = days[at - 1] if at else days[at] - 7
            after = days[at + 1] if at + 1 < len(days) else days[at] + 7
            for day in self._between(before, after):
                yield (*days[:at], day, *days[at + 1 :])
        for at in range(len(days)):
            for together in (days[at:], days[: at + 1], *self._trains(days, at)):
                for move in MOVES:
                    moved = {day + move for day in together}
                    if moved <= self._open:
                        yield tuple(sorted((set(days) - set(together)) | moved))

    def _trains(self, days: tuple[int, ...], at: int) -> Iterator[tuple[int, ...]]:
        """A day and those that follow one another from it on as the windows of a limit do."""
        for limit in self._limits:
            train = [days[at]]
            for day in days[at + 1 :]:
                if abs(day - train[-1] - limit.per_days) <= NEAR:
                    train.append(day)
            if len(train) > 1:
                yield tuple(train)

    def _between(self, first: int, last: int) -> Sequence[int]:
        days = self._days
        return days[bisect_right(days, first) : bisect_left(days, last)][::-1]
