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

from planner.constraints.board import Board, remaining
from planner.constraints.system import Active
from planner.constraints.therapy import gap_after
from planner.documents.policy import QuantityClause, UnitsClause
from planner.regimen.course import BagOption, Course, CourseCycle
from planner.search.openings import Opened, Openings
from planner.search.packed import BITS, LARGEST, ones
from planner.search.schedule import ChosenBag, ChosenCycle, Schedule

Starts = tuple[dict[int, int], ...]

MOST_LABELS = 20_000
GRANTED = 2  # fields for units granted: up to the top bit of the second
FEW_LABELS = 1_500  # by lengths alone
MASK = (1 << BITS) - 1


class TooManyLabelsError(Exception):
    """The search was given up; nothing follows from it."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit of section II, and what history and requests put on which days.

    ``reach``: days before the present one from which a window may still matter.
    """

    limit: int
    per_days: int
    reach: int
    cycles: range | None
    days: tuple[int, ...]
    sums: tuple[int, ...]

    def fixed(self, first: int, last: int) -> int:
        """What stands on the days ``first`` .. ``last`` already."""
        low, high = bisect_left(self.days, first), bisect_right(self.days, last)
        return self.sums[high] - self.sums[low]


@dataclass(frozen=True, slots=True)
class _Source:
    """A dispense with vials that are there anyway: left over from history, or requested."""

    day: int
    vials: int


@dataclass(frozen=True)
class _Place:
    """One cycle: the days it may start on, and what its bags may draw on.

    ``asked``: whether requests set its dispenses, so that there are no others; ``claims`` what each
    day has to be billed with, None where that is open.
    """

    cycle: CourseCycle
    origins: tuple[int, ...]
    gap: int
    sources: tuple[_Source, ...]
    listed: Mapping[int, int]
    asked: bool
    spare: int
    claims: Mapping[int, int | None] | None
    units: int | None


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
    """Searches the starts and chains of some cycles in a row.

    Args:
        course: a patient under a policy.
        active: which rules stand.
        cycles: the cycles, with the days that each may start on as far as one cycle can tell.
        given: cycles before them, decided already.
    """

    def __init__(
        self,
        course: Course,
        active: Active,
        cycles: Sequence[tuple[CourseCycle, Sequence[int]]],
        given: Sequence[ChosenCycle] = (),
    ) -> None:
        self.course = course
        self.active = active
        self.rules = Board(course, active, (), {}, bags=False)
        self.given = given
        self.exact = self.rules.exact_days()
        self.places = [self._place(cycle, tuple(days)) for cycle, days in cycles]
        before = {c.number for c in given}
        self.openings = Openings(
            course,
            self.rules,
            [c for c in course.cycles if c.number in before] + [c for c, _ in cycles],
        )
        self.unit_limits = self._unit_limits()
        self.vial_limits = self._vial_limits()
        days = [day for place in self.places for day in place.origins]
        first = min(days, default=0) - self.rules.ahead
        last = max(days, default=0) + max((p.cycle.infusion_days for p in self.places), default=0)
        self.sendable = [d for d in range(first, last + 1) if not self.rules.bars_dispense(d)]
        self._bags: dict[tuple[int, int], dict[int, list[ChosenBag]]] = {}
        self._last_counted: dict[_Limit, int] = {}
        self._lengths: dict[int | None, _Lengths] = {}
        self._aheads: dict[int | None, _Ahead] = {}

    def fits(self) -> bool:
        """Whether this search can follow the rules that stand, as far as it may conclude from
        finding nothing that there is nothing."""
        readings = self.course.readings
        return (
            readings.rolling
            and readings.service_by_hang
            and not readings.authorizations_see_dispenses
            and not (readings.supply_rate and self._active_quantity())
            and (readings.refill_threshold is None or not self.active("readings.refill_threshold"))
            and (self.exact or all(p.gap >= p.cycle.infusion_days for p in self.places))
            and all(limit.limit <= LARGEST for limit in (*self.unit_limits, *self.vial_limits))
        )

    def _active_quantity(self) -> bool:
        return any(self.active(key) for key, _ in self.course.clause_of("quantity"))

    def calendar(self, starts: Mapping[int, int] | None = None) -> tuple[Schedule | None, int]:
        """A calendar with its delay, the least of those whose bags travel whole; or None.

        Args:
            starts: the days to start on, where they are not open, by number.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        run, label = self._best(None, alone=False, at=self._at(starts or {}))
        return (None, 0) if label is None else (Schedule(tuple(run.read(label))), label.cost)

    def bound(self, latest: int | None = None) -> tuple[int, dict[int, int]] | None:
        """A delay that no calendar has less of, and starts that may have it; None: there is no
        calendar.

        Args:
            latest: the number of the cycle to start as late as can be, in the place of delay.

        Raises:
            TooManyLabelsError: the search was given up.
        """
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
            if latest is not None or len(at or ()) == len(self.places):
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

    def opened(self) -> Opened | None:
        """Where history and given cycles leave the authorizations; None where they overstep one."""
        opened = self.openings.begin()
        for chosen in self.given:
            if opened is not None:
                cycle = next(c for c in self.course.cycles if c.number == chosen.number)
                opened = self.openings.after(opened, cycle, chosen.origin)
        return opened

    def last_counted(self, limit: _Limit) -> int:
        """The place behind the last cycle that a limit counts."""
        if limit not in self._last_counted:
            self._last_counted[limit] = max(
                (i + 1 for i, p in enumerate(self.places) if limit.cycles and p.cycle.number in limit.cycles),
                default=0,
            )
        return self._last_counted[limit]

    def bags(self, index: int, origin: int) -> dict[int, list[ChosenBag]]:
        """The bags that may be hung on each day of a cycle, the longest first."""
        if (index, origin) not in self._bags:
            self._bags[index, origin] = self._find_bags(self.places[index], origin)
        return self._bags[index, origin]

    def _find_bags(self, place: _Place, origin: int) -> dict[int, list[ChosenBag]]:
        cycle, rules = place.cycle, self.rules
        start = cycle.pinned if cycle.pinned is not None else origin
        variants = rules.variants(cycle)
        number = next(i for i, v in enumerate(variants) if v.first_start <= start <= v.last_start)
        infused = cycle.progress.infused if cycle.progress else 0
        claims = place.claims
        if claims is not None and any(
            not origin + infused <= day < origin + cycle.infusion_days for day in claims
        ):
            return {}
        found: dict[int, list[ChosenBag]] = {}
        for position, segment in remaining(variants[number], infused):
            end = origin + segment.first + segment.days
            for day in range(origin + max(segment.first, infused), end):
                if rules.bars_hang(day, hospital=segment.site == "hospital"):
                    continue
                for option in sorted(segment.options, key=lambda o: -o.days):
                    if day + option.days <= end and self._billed(claims, day, option):
                        bag = ChosenBag(day, position, number, option, day)
                        found.setdefault(day, []).append(bag)
        return found

    def _billed(
        self, claims: Mapping[int, int | None] | None, day: int, option: BagOption
    ) -> bool:
        """Whether a bag is billed as requested: on its day, and none on the days it runs."""
        if claims is None:
            return True
        wanted = claims.get(day, 0)
        inside = any(claims.get(d) is not None for d in range(day + 1, day + option.days))
        return not inside and (wanted is None or wanted == self.counted(option))

    def counted(self, option: BagOption) -> int:
        """The units that a bag is billed with."""
        opened = self.course.readings.opened_billed
        return option.opened if opened else option.administered

    def _place(self, cycle: CourseCycle, origins: tuple[int, ...]) -> _Place:
        course, active, rules = self.course, self.active, self.rules
        listed = rules.requested(cycle.number)
        begun = any(d.cycle == cycle.number for d in course.past_dispenses)
        slot = course.slots[cycle.slot] if cycle.slot is not None else None
        units = None
        if slot is not None and slot.units is not None and slot.setting is not None:
            units = slot.units if active(slot.setting, ("units",)) else None
        stock = [_Source(s.day, s.vials) for s in rules.stock_of(cycle)]
        spare = 0 if begun or cycle.progress is not None else rules.spare
        first = min(listed, default=None)
        asked = [
            _Source(day, max(vials - (spare if day == first else 0), 0))
            for day, vials in sorted(listed.items())
        ]
        return _Place(
            cycle=cycle,
            origins=origins,
            gap=gap_after(rules, cycle),
            sources=tuple(sorted((*stock, *asked), key=lambda s: s.day)),
            listed=listed,
            asked=bool(listed) and active("request.dispenses"),
            spare=0 if listed else spare,
            claims=self._claims(cycle),
            units=units,
        )

    def _claims(self, cycle: CourseCycle) -> Mapping[int, int | None] | None:
        wanted: dict[int, int | None] = {}
        for i, claim in enumerate(self.course.scenario.request.claims):
            if claim.cycle == cycle.number and self.active("request.claims"):
                day = claim.date.toordinal()
                before = wanted.get(day, 0)
                stands = self.active(f"request.claims.{i}") and before is not None
                wanted[day] = (before or 0) + claim.units if stands else None
        return wanted or None

    def _unit_limits(self) -> list[_Limit]:
        found = []
        for key, clause in self.course.clause_of("units"):
            if isinstance(clause, UnitsClause) and self.active(key):
                named = range(clause.cycles.first, clause.cycles.last + 1)
                dated = [
                    (u.day, u.units)
                    for u in self.course.past_units
                    if u.cycle in named and self.active(u.member)
                ]
                dated += [
                    (bag.day, self.counted(bag.option))
                    for cycle in self.given
                    if cycle.number in named
                    for bag in cycle.bags
                ]
                reach = clause.per_days - 1
                found.append(_limit(clause.limit, clause.per_days, reach, named, dated))
        return found

    def _vial_limits(self) -> list[_Limit]:
        found = []
        for key, clause in self.course.clause_of("quantity"):
            if isinstance(clause, QuantityClause) and self.active(key):
                dated = [
                    (d.day, d.vials) for d in self.course.past_dispenses if self.active(d.member)
                ]
                dated += [sent for cycle in self.given for sent in cycle.sent]
                dated += [sent for place in self.places for sent in place.listed.items()]
                reach = clause.per_days - 1 + self.rules.ahead
                found.append(_limit(clause.limit, clause.per_days, reach, None, dated))
        return found


def _limit(
    limit: int, per_days: int, reach: int, cycles: range | None, dated: list[tuple[int, int]]
) -> _Limit:
    dated.sort()
    sums = [0]
    for _, amount in dated:
        sums.append(sums[-1] + amount)
    return _Limit(limit, per_days, reach, cycles, tuple(day for day, _ in dated), tuple(sums))


class _Lengths:
    """What it costs at least to go on from a day, by the days that cycles may start on and the
    lengths between them alone."""

    def __init__(self, places: Sequence[_Place], latest: int | None) -> None:
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
        self._search = search
        self._latest = latest
        self._lengths = search.lengths(latest)
        self._values: dict[tuple[int, int], int | None] = {}
        self._waits: dict[tuple[int, int], int | None] = {}

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
            )
            label = run.best()
            self._values[key] = None if label is None else label.cost + label.rest
        return self._values[key]

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
        self.rules = search.rules
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
        self.open: list[tuple[int, int, int, int, Label]] = []
        self.count = 0
        limits = (*search.unit_limits, *search.vial_limits)
        windows = GRANTED + sum(limit.reach + 1 for limit in limits)
        self.guards = [
            ones(windows + len(place.sources)) << BITS - 1 for place in search.places
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
        nothing = (0,) * len(search.unit_limits), (0,) * len(search.vial_limits)
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
        if label.day == whole or (not self.search.exact and label.bag is not None):
            finished = self._finished(label)
            if finished is not None:
                yield finished
        for bag in self.search.bags(label.index, label.origin).get(label.day, ()):
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
        begun.granted = (label.granted if same else 0) or self._granted(place)
        yield begun

    def _granted(self, place: _Place) -> int:
        """Units that history and given cycles have taken from an authorization's grant."""
        if place.units is None:
            return 0
        course, search = self.search.course, self.search
        numbers = course.slots[place.cycle.slot or 0].cycles
        past = sum(
            u.units for u in course.past_units if u.cycle in numbers and search.active(u.member)
        )
        return past + sum(
            search.counted(bag.option)
            for chosen in search.given
            if chosen.number in numbers
            for bag in chosen.bags
        )

    def _finished(self, label: Label) -> Label | None:
        """The label behind its cycle, before the next one."""
        assert label.origin is not None
        index = label.index
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

    def _hung(self, label: Label, place: _Place, bag: ChosenBag) -> Iterator[Label]:
        """The label with one more bag, from each source that it may come from."""
        search = self.search
        counted = search.counted(bag.option)
        granted = label.granted + counted if place.units is not None else label.granted
        if place.units is not None and granted > place.units:
            return
        units = self._billed(label, place, counted)
        if units is None:
            return
        day = bag.day + bag.option.days
        shift = BITS * bag.option.days
        for sent, placed, left, source in self._fed(label, place, bag):
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

    def _billed(self, label: Label, place: _Place, counted: int) -> tuple[int, ...] | None:
        """The windows of II.B with a bag hung today; None where one is too full."""
        units = []
        for limit, sums in zip(self.search.unit_limits, label.units, strict=True):
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
        self, label: Label, place: _Place, bag: ChosenBag
    ) -> Iterator[tuple[tuple[int, ...], int, tuple[int, ...], int]]:
        """The windows of II.A, the last dispense, what is left in the sources, and the bag's
        dispense."""
        if self.alone:
            yield from self._fed_alone(label, place, bag)
            return
        vials, last = bag.option.vials, bag.day - self.rules.transit
        oldest = self.rules.oldest(bag.day, bag.option)
        for i, source in enumerate(place.sources):
            if oldest <= source.day <= last and label.left[i] >= vials:
                yield label.sent, label.placed, _less(label.left, i, vials), source.day
        if place.asked:
            return
        if self._opens(label, place):
            vials += place.spare
        day = self._earliest(label.sent, label.day, max(oldest, label.placed), last, vials)
        if day is not None:
            yield self._sent(label.sent, label.day, day, vials), day, label.left, day

    def _opens(self, label: Label, place: _Place) -> bool:
        """Whether the bag that follows is the cycle's first."""
        infused = place.cycle.progress.infused if place.cycle.progress else 0
        return label.origin is not None and label.day == label.origin + infused

    def _fed_alone(
        self, label: Label, place: _Place, bag: ChosenBag
    ) -> Iterator[tuple[tuple[int, ...], int, tuple[int, ...], int]]:
        """Each vial by itself; from sources that are there anyway as many as one likes."""
        vials, last = bag.option.vials, bag.day - self.rules.transit
        oldest = bag.day - self.rules.ahead
        ready = [i for i, s in enumerate(place.sources) if oldest <= s.day <= last]
        at_hand = min(vials, sum(label.left[i] for i in ready))
        if place.asked:
            if at_hand < vials:
                return
            least = vials
        else:
            least = 0
        for drawn in range(at_hand, least - 1, -1):
            left, rest = label.left, drawn
            for i in ready:
                taken = min(rest, left[i])
                left, rest = _less(left, i, taken), rest - taken
            sent: tuple[int, ...] | None = label.sent
            placed = label.placed
            more = vials - drawn + (place.spare if self._opens(label, place) else 0)
            for _ in range(more):
                day = self._earliest(sent, label.day, max(oldest, placed), last, 1)
                if day is None:
                    sent = None
                    break
                sent, placed = self._sent(sent, label.day, day, 1), day
            if sent is not None:
                yield sent, placed, left, bag.day

    def _earliest(
        self, sent: tuple[int, ...], today: int, first: int, last: int, vials: int
    ) -> int | None:
        """The first day on which so many vials can be sent, seen from the present day."""
        days = self.search.sendable
        for at in range(bisect_left(days, first), bisect_right(days, last)):
            if self._roomy(sent, today, days[at], vials):
                return days[at]
        return None

    def _roomy(self, sent: tuple[int, ...], today: int, day: int, vials: int) -> bool:
        for limit, sums in zip(self.search.vial_limits, sent, strict=True):
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
            for limit, sums in zip(self.search.vial_limits, sent, strict=True)
        )

    def _enter(self, label: Label) -> None:
        """Puts a label among those of its place and day, unless it is needless."""
        self.count += 1
        if self.count > self.most:
            raise TooManyLabelsError
        key = (label.index, label.origin or 0, label.day)
        cost, opened = label.cost, label.opened
        label.filled = filled = self._filled(label)
        guard = self.guards[label.index]
        guarded = filled | guard
        own = self.fronts.setdefault(key, [])
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
        heappush(self.open, (label.cost + label.rest, -label.index, -label.day, self.count, label))

    def _filled(self, label: Label) -> int:
        """All that a label has used up and that may still matter, side by side in one number: of
        two labels of one place, the one with no field larger leaves no less room."""
        fields, at = label.granted, BITS * GRANTED
        for limit, sums in zip(self.search.unit_limits, label.units, strict=True):
            if label.index < self.search.last_counted(limit):
                fields |= sums << at
            at += BITS * (limit.reach + 1)
        for limit, sums in zip(self.search.vial_limits, label.sent, strict=True):
            fields |= sums << at
            at += BITS * (limit.reach + 1)
        for source, left in zip(self._sources(label), label.left, strict=False):
            fields |= (source.vials - left) << at
            at += BITS
        return fields

    def _sources(self, label: Label) -> Sequence[_Source]:
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
        yield from self.search.given
        bags: dict[int, list[ChosenBag]] = {}
        at: Label | None = label
        while at is not None:
            if at.bag is not None:
                bags.setdefault(at.index, []).append(at.bag)
            at = at.before
        starts = self.starts(label)
        for index, place in enumerate(self.places):
            own = bags.get(index, [])[::-1]
            there = {source.day for source in place.sources}
            sent = dict(place.listed)
            for bag in own:
                if bag.source not in there:
                    sent[bag.source] = sent.get(bag.source, 0) + bag.option.vials
            if place.spare and own:
                sent[min(sent)] += place.spare
            number = place.cycle.number
            yield ChosenCycle(number, starts[number], tuple(own), tuple(sorted(sent.items())))


def _less(left: tuple[int, ...], at: int, vials: int) -> tuple[int, ...]:
    return (*left[:at], left[at] - vials, *left[at + 1 :])
