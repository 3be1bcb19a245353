"""How much of each window of section II is left to a cycle on its start, whatever is planned.

What the cycles before it have to put into a window at least bounds what a cycle may put there,
which bounds in turn what it has to put into later ones, and so on from the first cycle.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from planner.labels.backward.fixed import Fixed, NoWayError
from planner.labels.limits import Limit
from planner.labels.packed import BITS, NEVER
from planner.labels.place import Place


class ResidualCapacity:
    """The bounds for all cycles. ``caps``: by cycle and day, the units that the cycle may have been
    billed with by the end of the day, where a window of II.B bounds them; none where each cycle is
    looked at ``alone``.

    Raises:
        NoWayError: a cycle has no way through it within the windows of II.B.
    """

    def __init__(self, fixed: Fixed, *, alone: bool = False) -> None:
        self.fixed = fixed
        self.caps = [{} for _ in fixed.starts] if alone else _caps(fixed)
        self._needs: dict[tuple[int, int, int], int] = {}
        self._hung: dict[tuple[int, int], Hung] = {}
        self._sent: list[Sent] = []

    def need(self, limit: Limit, index: int, day: int) -> int:
        """What the bags before a day of a cycle, and the spare vials, put at least into each window
        of a limit of II.A that begins on the day and before: the vials of bags that no dispense
        before the window can feed."""
        key = limit.per_days, index, day
        if key not in self._needs:
            need, ahead, transit = (
                0,
                self.fixed.problem.rules.ahead,
                self.fixed.problem.rules.transit,
            )
            fields = min(limit.per_days + transit, limit.reach + 1)
            every = [(self.hung(index, day), index)]
            every += [(self.hung(i, self.fixed.ends[i]), i) for i in range(index)]
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
            self._hung[index, day] = Hung(self.fixed, index, day)
        return self._hung[index, day]

    def sent(self, index: int) -> Sent:
        """What a cycle may have sent by each day."""
        while len(self._sent) <= index:
            self._sent.append(Sent(self, self._sent))
        return self._sent[index]

    def _spared(self, index: int, begin: int, limit: Limit) -> int:
        """The spare vials of a cycle, if its first dispense lies in a window whatever it is."""
        first = self.fixed.begins[index]
        newest = self.fixed.newest(first)
        inside = (
            newest is not None
            and begin <= first - self.fixed.problem.rules.ahead
            and newest < begin + limit.per_days
        )
        return self.fixed.problem.places[index].spare if inside else 0


class Hung:
    """The fewest vials that new dispenses send for a cycle's bags before a day, by the day from
    which bags count."""

    def __init__(self, fixed: Fixed, index: int, day: int) -> None:
        place, begin, bags = fixed.problem.places[index], fixed.begins[index], fixed.bags(index)
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

    def __init__(self, rooms: ResidualCapacity, before: Sequence[Sent]) -> None:
        index, fixed = len(before), rooms.fixed
        problem, ahead = fixed.problem, fixed.problem.rules.ahead
        place = problem.places[index]
        self._hung = rooms.hung(index, fixed.ends[index])
        self._ahead = ahead
        self._total = 0 if place.asked else self._hung.since(fixed.begins[index]) + place.spare
        self._first = fixed.begins[index] - ahead
        self.last = fixed.newest(fixed.ends[index] - 1) or self._first
        self._caps: list[int] = []
        for day in range(self._first, fixed.ends[index] + 1):
            most = NEVER
            for limit in problem.vial_limits:
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


def _caps(fixed: Fixed) -> list[dict[int, int]]:
    """By cycle and day, the units that the cycle may have been billed with by the end of the day,
    where a window of II.B bounds them.

    Raises:
        NoWayError: a cycle cannot be covered within them.
    """
    problem = fixed.problem
    suffixes: list[_Suffix] = []
    found: list[dict[int, int]] = []
    for index, place in enumerate(problem.places):
        caps: dict[int, int] = {}
        for limit in problem.unit_limits:
            if not _counts(limit, place):
                continue
            before = [
                suffixes[j] for j, p in enumerate(problem.places[:index]) if _counts(limit, p)
            ]
            own = [0]
            days = sorted(fixed.bags(index))
            for day in days:
                first = day - limit.per_days + 1
                room = limit.limit - limit.fixed(first, day) - sum(s.since(first) for s in before)
                own.append(room + own[bisect_left(days, first)])
                caps[day] = min(caps.get(day, NEVER), own[-1])
        found.append(caps)
        suffixes.append(_Suffix(fixed, index, caps))
    return found


def _counts(limit: Limit, place: Place) -> bool:
    return limit.cycles is not None and place.cycle.number in limit.cycles


class _Suffix:
    """The fewest units that a cycle is billed with on the days from each day on."""

    def __init__(self, fixed: Fixed, index: int, caps: Mapping[int, int]) -> None:
        begin, end = fixed.begins[index], fixed.ends[index]
        bags = fixed.bags(index)
        counted = fixed.problem.counted
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
