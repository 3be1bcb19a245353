"""Choices of start days, in the order of what they cost at least.

Each cycle alone, on each of its days, costs so much at least (``backward.bounds``); a course costs
at least the sum. Costs are compared objective by objective, delay in its place among them, and the
sum of least costs is a least cost of the sum. So starts are a walk through days, one for each cycle
and far enough apart: dynamic programming forward and back says what the best course through any
one start costs at least, and best-first search gives whole choices one after the other, with the
authorizations carried along. No calendar costs less than the next choice promises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from planner.labels.backward.bounds import FIELD, CompletionBound, Costs, Prices
from planner.labels.backward.fixed import Fixed, NoWayError
from planner.labels.backward.residual import ResidualCapacity
from planner.labels.backward.search import BackwardSearch
from planner.labels.forward.lengths import Lengths
from planner.labels.forward.opened import ForwardProblem
from planner.labels.front import CHECKED
from planner.labels.problem import Problem
from planner.regimen.dated import Opened

MOST_PAIRS = 400  # pairs of neighbouring cycles that are looked at
MOST_LABELS = 800  # for each of them
MOST_PREFIXES = 20_000  # choices of the first cycles' starts


@dataclass(frozen=True)
class Choice:
    """Start days by cycle number, and what any calendar on them costs at least, objective by
    objective in the order asked for. Without days: all choices that were not given cost so much."""

    least: Costs
    starts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Prefix:
    """The first cycles' starts: what they cost at least, what all but the last of them do, and
    where they leave the authorizations."""

    spent: int
    before: int
    opened: Opened
    chosen: tuple[int, ...]


class StartSearch:
    """Choices of starts for the open cycles of a problem.

    Args:
        problem: the cycles with their open days.
        objectives: those that count, in their order.
        delay: what the starts' delay has to come to; None: whatever it does.
    """

    def __init__(
        self, problem: Problem, objectives: Sequence[str], delay: int | None = None
    ) -> None:
        self._delay = delay
        self._most = dict(problem.course.caps).get("delay") if delay is None else delay
        self._objectives = tuple(objectives)
        self._forward = ForwardProblem(problem)
        self._problem = problem
        self._places = self._forward.places
        self._lengths = Lengths(self._places, None)
        self._prices = Prices(problem, objectives)
        self._patterns: dict[object, int | None] = {}
        self._pairs: dict[tuple[int, int, int], int | None] = {}
        open_days = (
            [place.origins for place in self._places] if self._most is None else self._timely()
        )
        self._costs = [
            {day: cost for day in days for cost in [self._cost(index, day)] if cost is not None}
            for index, days in enumerate(open_days)
        ]
        self._days = [sorted(costs) for costs in self._costs]
        self._onward = self._rest()

    @property
    def possible(self) -> bool:
        """Whether there is any choice, as far as single cycles and their lengths tell."""
        return not self._places or bool(self._onward[0])

    def least(self, starts: Mapping[int, int]) -> Costs | None:
        """What calendars on some starts cost at least; None: there are none."""
        total = 0
        for index, place in enumerate(self._places):
            cost = self._costs[index].get(starts[place.cycle.number])
            if cost is None:
                return None
            total += cost
        return self._unpacked(total)

    def in_order(self, *, pairs: bool = False) -> Iterator[Choice]:
        """Every choice, those first that promise most.

        Args:
            pairs: whether to count what neighbouring cycles cost together in the windows that they
                share: dearer to find, and a better promise.
        """
        opened = self._forward.opened
        if opened is None:
            return
        waiting: list[tuple[int, int, int, int, _Prefix]] = []
        count = 0

        def push(at: int, prefix: _Prefix) -> None:
            """Adds the next day, from the one in place ``at`` on, of the first cycle not chosen."""
            nonlocal count
            chosen, index = prefix.chosen, len(prefix.chosen)
            late = None if self._most is None else self._late(chosen)
            promised: int | None = None
            if late is not None and late > (self._most or 0):
                return
            if index == len(self._places):
                promised = prefix.spent if self._delay in (None, late) else None
            else:
                days = self._cheapest[index]
                first = self._lengths.following(index - 1, chosen[-1]) if chosen else 0
                free = self._places[index].cycle.progress is not None
                while at < len(days) and not (free or days[at] >= first):
                    at += 1
                if at < len(days):
                    promised = prefix.spent + self._onward[index][days[at]]
            if promised is not None:
                heappush(waiting, (promised, -index, count, at, prefix))
                count += 1

        push(0, _Prefix(0, 0, opened, ()))
        while waiting:
            promised, _, _, at, prefix = heappop(waiting)
            if count > MOST_PREFIXES or (not count % CHECKED and self._problem.deadline.over()):
                yield Choice(self._unpacked(promised), {})
                return
            index = len(prefix.chosen)
            if index == len(self._places):
                numbers = (place.cycle.number for place in self._places)
                starts = dict(zip(numbers, prefix.chosen, strict=True))
                yield Choice(self._unpacked(promised), starts)
                continue
            push(at + 1, prefix)
            longer = self._longer(prefix, self._cheapest[index][at], pairs=pairs)
            if longer is not None:
                push(0, longer)

    def _longer(self, prefix: _Prefix, day: int, *, pairs: bool) -> _Prefix | None:
        """A choice with one cycle more; None where that cannot be."""
        index = len(prefix.chosen)
        opened = self._forward.openings.after(prefix.opened, self._places[index].cycle, day)
        if opened is None:
            return None
        spent = prefix.spent + self._costs[index][day]
        if pairs and prefix.chosen:
            together = self._together(index - 1, prefix.chosen[-1], day)
            if together is None:
                return None
            spent = max(spent, prefix.before + together)
        return _Prefix(spent, prefix.spent, opened, (*prefix.chosen, day))

    def _together(self, index: int, first: int, second: int) -> int | None:
        """What two neighbouring cycles cost at least on their starts, by the windows that they
        share; None where they have no calendar."""
        key = index, first, second
        if key in self._pairs:
            return self._pairs[key]
        apart = self._costs[index][first] + self._costs[index + 1][second]
        if len(self._pairs) >= MOST_PAIRS:
            return apart
        problem, places = self._problem, self._places[index : index + 2]
        some = [(places[0].cycle, (first,)), (places[1].cycle, (second,))]
        pair = Problem(problem.course, problem.active, some, problem.given, problem.deadline)
        found: int | None = apart
        try:
            way = BackwardSearch(pair, self._objectives).best(
                quantity=True, split=True, most=MOST_LABELS
            )
        except NoWayError:
            way = None
        if way is None:
            found = None
        else:
            late = self._lengths.toll(index, first) + self._lengths.toll(index + 1, second)
            costs = dict(zip(self._prices.order, way.least, strict=True)) | {"delay": late}
            found = max(apart, self._packed([costs[name] for name in self._objectives]))
        self._pairs[key] = found
        return found

    def _timely(self) -> list[list[int]]:
        """By cycle, the days on which it may start so that the delay is no more than it has to be,
        as far as lengths tell."""
        most = self._most or 0
        found: list[list[int]] = []
        before: list[tuple[int, int]] = [(0, 0)]  # the first day of the cycle, and delay so far
        for index, place in enumerate(self._places):
            free = place.cycle.progress is not None
            own: dict[int, int] = {}
            for day in place.origins:
                spent = [late for first, late in before if free or first <= day]
                rest = self._lengths.value(index, day)
                if spent and rest is not None and min(spent) + rest <= most:
                    own[day] = min(spent) + self._lengths.toll(index, day)
            found.append(list(own))
            before = [(self._lengths.following(index, day), late) for day, late in own.items()]
        return found

    def _late(self, chosen: Sequence[int]) -> int:
        return sum(self._lengths.toll(index, day) for index, day in enumerate(chosen))

    def through(self, most: Costs) -> dict[int, list[int]] | None:
        """By cycle number, the days on which it may start in a calendar that costs no more than
        ``most``; None where only some delay was looked at, and that is more."""
        at = self._objectives.index("delay") if "delay" in self._objectives else None
        if self._delay is not None and (at is None or most[at] > self._delay):
            return None
        limit = self._packed(most)
        found: dict[int, list[int]] = {}
        before: dict[int, int] = {}
        for index, place in enumerate(self._places):
            here: dict[int, int] = {}
            for day in self._days[index]:
                ways = (
                    [0]
                    if not index
                    else [
                        cost
                        for earlier, cost in before.items()
                        if place.cycle.progress is not None
                        or self._lengths.following(index - 1, earlier) <= day
                    ]
                )
                if ways:
                    here[day] = min(ways)
            found[place.cycle.number] = [
                day
                for day, cost in here.items()
                if day in self._onward[index] and cost + self._onward[index][day] <= limit
            ]
            before = {day: cost + self._costs[index][day] for day, cost in here.items()}
        return found

    def _rest(self) -> list[dict[int, int]]:
        """By cycle and start, what it and all later cycles cost at least; a start from which they
        cannot follow is left out."""
        found: list[dict[int, int]] = [{} for _ in self._places]
        self._cheapest: list[list[int]] = [[] for _ in self._places]
        for index in range(len(self._places) - 1, -1, -1):
            costs = self._costs[index]
            if index + 1 == len(self._places):
                found[index] = dict(costs)
            else:
                later = self._suffixes(found[index + 1])
                for day in self._days[index]:
                    rest = _from(later, self._lengths.following(index, day))
                    if rest is not None:
                        found[index][day] = costs[day] + rest
            rests = found[index]
            self._cheapest[index] = sorted(rests, key=lambda day: (rests[day], day))
        return found

    @staticmethod
    def _suffixes(costs: Mapping[int, int]) -> list[tuple[int, int]]:
        """(day, least cost from it on), the last day first."""
        found: list[tuple[int, int]] = []
        for day in sorted(costs, reverse=True):
            least = costs[day] if not found else min(costs[day], found[-1][1])
            found.append((day, least))
        return found

    def _cost(self, index: int, day: int) -> int | None:
        """What a cycle on a start costs at least, packed; equal patterns of days cost the same."""
        place = self._places[index]
        bags = self._problem.bags(index, day)
        if not bags:
            return None
        fixed = Fixed(self._problem, {index: day})
        base = fixed.begins[index]
        pattern = (
            place.sources and index,
            place.asked,
            fixed.ends[index] - base,
            tuple(
                (
                    at - base,
                    tuple((b.option.days, b.option.vials, b.option.kept_days) for b in some),
                    None if (newest := fixed.newest(at)) is None else newest - at,
                )
                for at, some in bags.items()
            ),
        )
        key = (pattern, base) if place.sources or place.listed else pattern
        if key not in self._patterns:
            bound = CompletionBound(ResidualCapacity(fixed, alone=True), self._prices)
            self._patterns[key] = bound.whole(index)
        cost = self._patterns[key]
        if cost is None:
            return None
        costs = dict(zip(self._prices.order, self._prices.unpacked(cost), strict=True))
        costs["delay"] = self._lengths.toll(index, day)
        return self._packed(tuple(costs[name] for name in self._objectives))

    def _packed(self, costs: Sequence[int]) -> int:
        packed = 0
        for cost in costs:
            packed = packed << FIELD | cost
        return packed

    def _unpacked(self, packed: int) -> Costs:
        count = len(self._objectives)
        field = (1 << FIELD) - 1
        return tuple(packed >> FIELD * (count - 1 - i) & field for i in range(count))


def _from(suffixes: Sequence[tuple[int, int]], first: int) -> int | None:
    """The least cost on a day from ``first`` on."""
    least = None
    for day, cost in suffixes:
        if day < first:
            break
        least = cost
    return least
