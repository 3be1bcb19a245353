"""The best chains of bags for a block of cycles at fixed starts, day by day, by labels.

A label is one way to have covered every infusion day so far: what it cost, and what it has put into
each window of section II that a later bag or dispense may still share. Of two labels with the same
dispenses at hand, one that costs no more and fills no such window more makes the other needless:
whatever follows the other may follow it, at the same added cost (adding keeps the order of costs,
which are compared entry by entry). What is left at the end holds the block's optimum.

The label with the least cost, together with the least that may follow it with all windows left out,
goes first; the first one to reach the block's end is therefore the optimum.

At first the windows of II.A are left out. Then a bag is best fed by the newest dispense, or by a
new one made as late as may be, as in ``chain``. The result bounds the block, and is its optimum
where it keeps II.A too. Where it does not, every dispense that may be of use is open to every bag.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from planner.constraints.system import Active, Only, everything
from planner.documents.policy import QuantityClause, UnitsClause
from planner.regimen.course import BagOption, Course, CourseCycle
from planner.search.chain import COSTS, ChainSearch, Cost
from planner.search.packed import LARGEST, Window, at_most, window
from planner.search.schedule import ChosenBag, ChosenCycle

MOST_LABELS = 800  # with the windows of II.A left out
MOST_LABELS_FED = 2_000  # with every dispense open to every bag

Placed = tuple[CourseCycle, int]
_Shift = tuple[int, int] | None
_Shifts = tuple[tuple[_Shift, ...], tuple[_Shift, ...]]


class TooManyLabelsError(Exception):
    """The search was given up; nothing follows from it."""


@dataclass(eq=False, slots=True)
class Label:
    """One way to have covered the days before a day.

    ``made`` are the dispenses of the cycle that may still matter, first to last; ``units`` and
    ``vials`` the sums of each window; ``needless`` says that another label makes up for it.
    """

    cost: Cost
    units: tuple[int, ...]
    vials: tuple[int, ...]
    made: tuple[int, ...]
    index: int
    day: int
    bag: ChosenBag | None = None
    before: Label | None = None
    needless: bool = False


@dataclass(frozen=True, slots=True)
class _Bag:
    """A bag that may be hung: the first day it may come from, and what it adds to each window."""

    chosen: ChosenBag
    oldest: int
    units: tuple[int, ...]


class LabelSearch:
    """Finds the best chains of blocks of cycles of one course.

    Only for cycles that history and requests know nothing of.
    """

    def __init__(self, course: Course, active: Active, chains: ChainSearch) -> None:
        self.course = course
        self.active = active
        self.chains = chains
        self.order = [o for o in course.objectives if o in COSTS]

    def fits(self) -> bool:
        """Whether labels can follow the rules that stand: windows roll and stand as a whole, and
        no rule looks at what a single dispense feeds."""
        readings = self.course.readings
        whole = self.active is everything or (
            isinstance(self.active, Only) and not self.active.without
        )
        return (
            whole
            and readings.rolling
            and readings.service_by_hang
            and not readings.supply_rate
            and readings.refill_threshold is None
            and self.chains.rules.exact_days()
            and all(
                clause.limit <= LARGEST
                for clause in self.course.clauses.values()
                if isinstance(clause, UnitsClause | QuantityClause)
            )
        )

    def best(
        self,
        block: Sequence[Placed],
        keeps: Callable[[Sequence[ChosenCycle]], bool],
        *,
        given: Sequence[ChosenCycle] = (),
        least: bool = True,
    ) -> tuple[ChosenCycle, ...]:
        """The block with the least costs in their order; nothing where it cannot be planned.

        Args:
            block: cycles with their starts, in order.
            keeps: whether chosen cycles keep every row.
            given: decided cycles that fill windows too.
            least: False: any calendar will do.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        order = self.order if least else []
        bound = _Run(self, block, given, order, every_dispense=False).best()
        if bound is None or keeps(bound):
            return bound or ()
        found = _Run(self, block, given, order, every_dispense=True).best()
        if found is not None and not keeps(found):
            raise TooManyLabelsError
        return found or ()

    def unit_windows(
        self, first: int, last: int, given: Sequence[ChosenCycle]
    ) -> list[tuple[Window, int]]:
        """The windows of II.B over days of hanging, each with what is already in it."""
        found = []
        for key, clause in self.course.clause_of("units"):
            if isinstance(clause, UnitsClause) and self.active(key):
                named = range(clause.cycles.first, clause.cycles.last + 1)
                own = window(clause.limit, clause.per_days, named, first, last)
                counted = [
                    (u.day, u.units)
                    for u in self.course.past_units
                    if u.cycle in named and self.active(u.member)
                ]
                counted += [
                    (bag.day, self.counted(bag.option))
                    for cycle in given
                    if cycle.number in named
                    for bag in cycle.bags
                ]
                found.append((own, _filled(own, last, counted)))
        return found

    def vial_windows(
        self, first: int, last: int, given: Sequence[ChosenCycle]
    ) -> list[tuple[Window, int]]:
        """The windows of II.A over days of dispensing, each with what is already in it."""
        found = []
        for key, clause in self.course.clause_of("quantity"):
            if isinstance(clause, QuantityClause) and self.active(key):
                own = window(clause.limit, clause.per_days, None, first, last)
                counted = [
                    (d.day, d.vials) for d in self.course.past_dispenses if self.active(d.member)
                ]
                counted += [sent for cycle in given for sent in cycle.sent]
                found.append((own, _filled(own, last, counted)))
        return found

    def counted(self, option: BagOption) -> int:
        """The units a bag is billed with."""
        opened = self.course.readings.opened_billed
        return option.opened if opened else option.administered


def _filled(own: Window, last: int, counted: Sequence[tuple[int, int]]) -> int:
    return sum(n * own.span(day) for day, n in counted if own.first <= day <= last)


class _Run:
    """One pass over a block, from its first day to its last.

    Either every dispense is open to every bag; or the windows of II.A are left out, and a bag comes
    from the newest dispense or from a new one made as late as may be.
    """

    def __init__(
        self,
        search: LabelSearch,
        block: Sequence[Placed],
        given: Sequence[ChosenCycle],
        order: Sequence[str],
        *,
        every_dispense: bool,
    ) -> None:
        self.rules = search.chains.rules
        self.search = search
        self.order = order
        self.block = block
        self.every_dispense = every_dispense
        first = block[0][1]
        last = max(origin + cycle.infusion_days for cycle, origin in block)
        earliest = first - self.rules.ahead
        self.unit_windows = search.unit_windows(first, last, given)
        self.vial_windows = search.vial_windows(earliest, last, given) if every_dispense else []
        self.vial_spans: dict[int, tuple[int, ...]] = {}
        self.sources = [d for d in range(earliest, last + 1) if not self.rules.bars_source(d)]
        self.decided = {d.day for d in search.course.past_dispenses}
        self.decided |= {day for cycle in given for day, _ in cycle.sent}
        self.days = [self._bags(place) for place in block]
        self.early = self._early() if every_dispense else []
        self.to_go: dict[tuple[int, int, int | None], Cost | None] = {}
        self.shifts: dict[tuple[int, int], _Shifts] = {}
        self.fronts: dict[tuple[int, int, tuple[int, ...]], list[Label]] = {}
        self.open: list[tuple[Cost, int, Label]] = []
        self.count = 0

    def best(self) -> tuple[ChosenCycle, ...] | None:
        """The cheapest way through the block, or None where there is none."""
        zero = (0,) * len(self.order)
        units = tuple(past for _, past in self.unit_windows)
        vials = tuple(past for _, past in self.vial_windows)
        self._enter(Label(zero, units, vials, (), 0, self.block[0][1]))
        while self.open:
            _, _, label = heappop(self.open)
            if label.index == len(self.block):
                return self._read(label)
            if label.needless:
                continue
            for bag in self.days[label.index].get(label.day, ()):
                for after in self._hung(label, bag):
                    self._enter(after)
        return None

    def _bags(self, place: Placed) -> dict[int, list[_Bag]]:
        """The bags that may be hung on each day of a cycle."""
        cycle, origin = place
        chains, rules = self.search.chains, self.rules
        if rules.barred_origin(cycle, origin):
            return {}
        variant = chains.variant(cycle, origin)
        number = rules.variants(cycle).index(variant)
        found: dict[int, list[_Bag]] = {}
        for position, segment in enumerate(variant.segments):
            end = origin + segment.first + segment.days
            for day in range(origin + segment.first, end):
                if rules.bars_bag(day, hospital=segment.site == "hospital"):
                    continue
                for option in segment.options:
                    if day + option.days <= end:
                        bag = ChosenBag(day, position, number, option, day)
                        added = self._units(cycle, option, day)
                        found.setdefault(day, []).append(_Bag(bag, self._oldest(bag), added))
        return found

    def _early(self) -> list[int]:
        """The days of dispenses that may have to be made before they must be, first to last.

        A dispense moved to the next day that allows one, while its first bag can wait for it, costs
        no more and is no less fresh. Nothing but II.A bars the move, and only by a window that
        holds that day and not this one: then another dispense ends it, and this one is made on
        the last day before such a window.
        """
        others = set(self.decided)
        for own in self.days:
            for day in own:
                last = bisect_right(self.sources, day - self.rules.transit) - 1
                others |= {self.sources[last]} if last >= 0 else set()
        found: set[int] = set()
        while others:
            before = set()
            for w, _ in self.vial_windows:
                for day in others:
                    last = bisect_right(self.sources, day - w.per_days) - 1
                    before |= {self.sources[last]} if last >= 0 else set()
            others = before - found
            found |= before
        return sorted(found)

    def _units(self, cycle: CourseCycle, option: BagOption, day: int) -> tuple[int, ...]:
        counted = self.search.counted(option)
        return tuple(
            counted * w.span(day) if w.cycles is not None and cycle.number in w.cycles else 0
            for w, _ in self.unit_windows
        )

    def _oldest(self, bag: ChosenBag) -> int:
        oldest = bag.day - self.rules.ahead
        kept = bag.option.kept_days
        return oldest if kept is None else max(oldest, bag.day + bag.option.days - kept)

    def _hung(self, label: Label, bag: _Bag) -> Iterator[Label]:
        """The label with one more bag, from each dispense that it may come from."""
        units = tuple(a + b for a, b in zip(label.units, bag.units, strict=True))
        if not all(w.kept(u) for (w, _), u in zip(self.unit_windows, units, strict=True)):
            return
        for source, new in self._sources(label.made, bag):
            vials = self._vials(label, bag.chosen.option.vials, source, new=new)
            if vials is None:
                continue
            made = tuple(sorted((*label.made, source))) if new else label.made
            hung = ChosenBag(
                bag.chosen.day,
                bag.chosen.segment,
                bag.chosen.variant,
                bag.chosen.option,
                source,
            )
            added = self._cost(hung, source, new=new)
            cost = tuple(a + b for a, b in zip(label.cost, added, strict=True))
            day = hung.day + hung.option.days
            yield Label(cost, units, vials, made, label.index, day, hung, label)

    def _sources(self, made: tuple[int, ...], bag: _Bag) -> Iterator[tuple[int, bool]]:
        last = bag.chosen.day - self.rules.transit
        low, high = bisect_left(self.sources, bag.oldest), bisect_right(self.sources, last)
        newest = self.sources[high - 1] if high > low else None
        if not self.every_dispense:
            if made and made[-1] >= bag.oldest:
                yield made[-1], False
            if newest is not None and newest not in made:
                yield newest, True
            return
        for source in made:
            if source >= bag.oldest:
                yield source, False
        if newest is not None and newest not in made:
            yield newest, True
        for source in self.early[bisect_left(self.early, bag.oldest) :]:
            if newest is None or source >= newest:
                break
            if source not in made:
                yield source, True

    def _vials(self, label: Label, vials: int, source: int, *, new: bool) -> tuple[int, ...] | None:
        """The windows of II.A with a bag's vials; None where one is too full. Spare vials go with
        the cycle's first dispense."""
        if not self.vial_windows:
            return ()
        sums = [s + vials * one for s, one in zip(label.vials, self._spans(source), strict=True)]
        spare = self.rules.spare
        if spare and new and (not label.made or source < label.made[0]):
            sums = [s + spare * one for s, one in zip(sums, self._spans(source), strict=True)]
            if label.made:
                spans = self._spans(label.made[0])
                sums = [s - spare * one for s, one in zip(sums, spans, strict=True)]
        kept = all(w.kept(s) for (w, _), s in zip(self.vial_windows, sums, strict=True))
        return tuple(sums) if kept else None

    def _spans(self, day: int) -> tuple[int, ...]:
        if day not in self.vial_spans:
            self.vial_spans[day] = tuple(w.span(day) for w, _ in self.vial_windows)
        return self.vial_spans[day]

    def _cost(self, bag: ChosenBag, source: int, *, new: bool) -> Cost:
        vials = bag.option.vials
        added = {
            "vials": vials,
            "dispenses": int(new),
            "bag_changes": 1,
            "stock_days": vials * (bag.day - source - self.rules.transit),
        }
        return tuple(added[name] for name in self.order)

    def _enter(self, label: Label) -> None:
        """Puts a label among those of its day and its dispenses at hand, unless it is needless."""
        label = self._arrived(label)
        rest = self._rest(label.index, label.day, label.made[-1] if label.made else None)
        if rest is None:
            return
        self.count += 1
        if self.count > (MOST_LABELS_FED if self.every_dispense else MOST_LABELS):
            raise TooManyLabelsError
        shifts = self._shifts(label.index, label.day)
        own = self.fronts.setdefault((label.index, label.day, label.made), [])
        if any(_covers(one, label, shifts) for one in own):
            return
        for one in own:
            one.needless = _covers(label, one, shifts)
        own[:] = [one for one in own if not one.needless]
        own.append(label)
        expected = tuple(a + b for a, b in zip(label.cost, rest, strict=True))
        first = expected if self.order else (-label.day,)
        heappush(self.open, (first, self.count, label))

    def _arrived(self, label: Label) -> Label:
        """The label with just the dispenses that may still feed a bag; at a cycle's end, in the
        next cycle."""
        cycle, origin = self.block[label.index]
        if label.bag is not None and label.day == origin + cycle.infusion_days:
            following = label.index + 1
            day = self.block[following][1] if following < len(self.block) else label.day
            return replace(label, index=following, day=day, made=())
        spare, since = self.rules.spare, label.day - self.rules.ahead
        made = tuple(d for i, d in enumerate(label.made) if d >= since or (spare and i == 0))
        if not self.every_dispense:
            made = made[-1:]
        return replace(label, made=made)

    def _shifts(self, index: int, day: int) -> _Shifts:
        """Which windows a bag or a dispense from the day on may still fall into."""
        if (index, day) not in self.shifts:
            numbers = [cycle.number for cycle, _ in self.block[index:]]
            units = tuple(
                (w.settled(day), w.guard >> w.settled(day))
                if w.cycles is not None and any(n in w.cycles for n in numbers)
                else None
                for w, _ in self.unit_windows
            )
            since = day - self.rules.ahead
            vials = tuple(
                (w.settled(since), w.guard >> w.settled(since)) if numbers else None
                for w, _ in self.vial_windows
            )
            self.shifts[index, day] = units, vials
        return self.shifts[index, day]

    def _rest(self, index: int, day: int, newest: int | None) -> Cost | None:
        """The least cost from a day on to the block's end, all windows left out; None: no way."""
        if index == len(self.block):
            return (0,) * len(self.order)
        cycle, origin = self.block[index]
        if day == origin + cycle.infusion_days:
            following = index + 1
            return self._rest(following, self._origin(following), None)
        if newest is not None and newest < day - self.rules.ahead:
            newest = None
        place = (index, day, newest)
        if place not in self.to_go:
            self.to_go[place] = min(self._ways(place), default=None)
        return self.to_go[place]

    def _origin(self, index: int) -> int:
        return self.block[index][1] if index < len(self.block) else 0

    def _ways(self, place: tuple[int, int, int | None]) -> Iterator[Cost]:
        index, day, newest = place
        for bag in self.days[index].get(day, ()):
            last = bisect_right(self.sources, day - self.rules.transit) - 1
            fresh = self.sources[last] if last >= 0 else None
            for source in dict.fromkeys((newest, fresh)):
                if source is None or source < bag.oldest:
                    continue
                rest = self._rest(index, day + bag.chosen.option.days, source)
                if rest is not None:
                    cost = self._cost(bag.chosen, source, new=source != newest)
                    yield tuple(a + b for a, b in zip(cost, rest, strict=True))

    def _read(self, label: Label) -> tuple[ChosenCycle, ...]:
        bags: list[ChosenBag] = []
        at: Label | None = label
        while at is not None:
            if at.bag is not None:
                bags.append(at.bag)
            at = at.before
        bags.reverse()
        chosen = []
        for cycle, origin in self.block:
            own = [b for b in bags if origin <= b.day < origin + cycle.infusion_days]
            sent: dict[int, int] = {}
            for bag in own:
                sent[bag.source] = sent.get(bag.source, 0) + bag.option.vials
            if sent:
                sent[min(sent)] += self.rules.spare
            chosen.append(
                ChosenCycle(cycle.number, origin, tuple(own), tuple(sorted(sent.items())))
            )
        return tuple(chosen)


def _covers(one: Label, other: Label, shifts: _Shifts) -> bool:
    """Whether a label makes another one needless: no dearer, and no window that matters fuller."""
    if one.cost > other.cost:
        return False
    units, vials = shifts
    return _no_fuller(one.units, other.units, units) and _no_fuller(one.vials, other.vials, vials)


def _no_fuller(one: tuple[int, ...], other: tuple[int, ...], shifts: Sequence[_Shift]) -> bool:
    for a, b, shift in zip(one, other, shifts, strict=True):
        if shift is not None and not at_most(a >> shift[0], b >> shift[0], shift[1]):
            return False
    return True
