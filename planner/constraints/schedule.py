"""A schedule: the decisions of a calendar, nothing derived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.constraints.authorized import authorized_keys
from planner.constraints.changed import changes, compared
from planner.constraints.system import Key, Term
from planner.constraints.variables import CycleVariables, Variables
from planner.regimen.course import BagOption, Course
from planner.regimen.cycles import therapy

COSTS = ("vials", "dispenses", "bag_changes", "stock_days")  # every objective but delay

Sources = tuple[tuple[int, int], ...]  # days of dispenses, and vials


@dataclass(frozen=True)
class ChosenBag:
    """A bag hung on ``day``. ``sources`` are the days of the dispenses that its vials come from, in
    order, each with so many of them; none yet where that is still to be found."""

    day: int
    segment: int
    variant: int
    option: BagOption
    sources: Sources = ()

    @property
    def source(self) -> int:
        """The day of the first dispense that it has vials from."""
        return self.sources[0][0]

    def fed(self, source: int) -> ChosenBag:
        """The bag with all its vials from the dispense of a day."""
        return replace(self, sources=((source, self.option.vials),))

    def moved(self, days: int) -> ChosenBag:
        """The same bag, ``days`` later."""
        sources = tuple((source + days, vials) for source, vials in self.sources)
        return replace(self, day=self.day + days, sources=sources)


@dataclass(frozen=True)
class ChosenCycle:
    """One cycle's decisions. ``sent`` are the vials of each new dispense, by day."""

    number: int
    origin: int
    bags: tuple[ChosenBag, ...]
    sent: tuple[tuple[int, int], ...]

    def moved(self, number: int, days: int) -> ChosenCycle:
        """The same decisions for another cycle, ``days`` later."""
        return ChosenCycle(
            number,
            self.origin + days,
            tuple(bag.moved(days) for bag in self.bags),
            tuple((day + days, vials) for day, vials in self.sent),
        )

    def cost(self, transit: int) -> dict[str, int]:
        """What the cycle adds to each objective but delay."""
        return {
            "vials": sum(bag.option.vials for bag in self.bags),
            "dispenses": len(self.sent),
            "bag_changes": len(self.bags),
            "stock_days": sum(
                vials * (bag.day - source - transit)
                for bag in self.bags
                for source, vials in bag.sources
            ),
        }


@dataclass(frozen=True)
class Schedule:
    """The decisions of all cycles in order."""

    cycles: tuple[ChosenCycle, ...]

    def origins(self) -> dict[int, int]:
        """Each cycle's origin, by number."""
        return {c.number: c.origin for c in self.cycles}


def read(variables: Variables, values: Sequence[int]) -> Schedule:
    """The schedule that values for the variables stand for."""
    return Schedule(
        tuple(
            _read_cycle(cycle, values, variables.spare)
            for cycle in variables.cycles.values()
            if _takes_place(cycle, values)
        )
    )


def _takes_place(cycle: CycleVariables, values: Sequence[int]) -> bool:
    return any(values[v] for v in cycle.origins.values())


def _read_cycle(cycle: CycleVariables, values: Sequence[int], spare: int) -> ChosenCycle:
    origin = next(o for o, v in cycle.origins.items() if values[v])
    hung = sorted((h for h in cycle.hangs if values[h.variable]), key=lambda hang: hang.day)
    bags = [ChosenBag(h.day, h.segment, h.variant, h.option) for h in hung]
    if any(hang.feeds for hang in hung):
        sources = [next(s for s, v in hang.feeds.items() if values[v]) for hang in hung]
        bags = [bag.fed(source) for bag, source in zip(bags, sources, strict=True)]
    elif cycle.vials or cycle.drawn:
        bags = _supplied(cycle, values, bags, spare)
    return ChosenCycle(
        cycle.cycle.number,
        origin,
        tuple(bags),
        tuple((day, values[v]) for day, v in cycle.vials.items() if values[v]),
    )


def _supplied(
    cycle: CycleVariables, values: Sequence[int], bags: Sequence[ChosenBag], spare: int
) -> list[ChosenBag]:
    """The bags with their vials, what was sent first hung first: from stock as many as each day
    draws, the others from new dispenses."""
    stock = {day: values[v] for day, v in cycle.drawn.items()}
    sent = {
        day: values[v] - _worth(cycle.unhung(day, spare), values) for day, v in cycle.vials.items()
    }
    found = []
    for bag in bags:
        old = values[cycle.from_stock[bag.day]] if bag.day in cycle.from_stock else 0
        sources = (*_taken(stock, old), *_taken(sent, bag.option.vials - old))
        found.append(replace(bag, sources=tuple(sorted(sources))))
    return found


def _worth(terms: Sequence[Term], values: Sequence[int]) -> int:
    return sum(c * values[v] for v, c in terms)


def _taken(left: dict[int, int], vials: int) -> Iterator[tuple[int, int]]:
    """Takes vials from the first days that have some left."""
    for day in left:
        taken = min(left[day], vials)
        if taken:
            left[day] -= taken
            vials -= taken
            yield day, taken


def cycle_keys(cycle: ChosenCycle) -> dict[Key, int]:
    """The value of every decision of one cycle, by key."""
    number = cycle.number
    chosen: dict[Key, int] = {("s", number, cycle.origin): 1}
    used: dict[int, int] = {}
    for bag in cycle.bags:
        place = (bag.variant, bag.segment, bag.day, bag.option.days)
        chosen["x", number, *place] = 1
        if len(bag.sources) == 1:
            chosen["h", number, *place, bag.source] = 1
        for source, vials in bag.sources:
            used[source] = used.get(source, 0) + vials
    for position, (day, vials) in enumerate(cycle.sent):
        chosen["y", number, day] = 1
        chosen["q", number, day] = vials
        chosen["extra", number, day] = vials - used.get(day, 0)
        if position == 0:
            chosen["first", number, day] = 1
    for day in sorted(used):
        chosen["served", number, day] = 1
        chosen["first-served", number, day] = int(day == min(used))
    return chosen


def keys(variables: Variables, schedule: Schedule) -> dict[Key, int]:
    """The value of every decision that a schedule sets, by key; all others are 0. Authorizations
    that no rule of the variables speaks of are left out."""
    chosen: dict[Key, int] = {}
    for cycle in schedule.cycles:
        chosen |= cycle_keys(cycle) | _rounded(variables.course, cycle)
    if "changes" in variables.course.objectives:
        chosen |= compared(variables.course, schedule)
    return chosen | authorized_keys(variables, schedule)


def _rounded(course: Course, cycle: ChosenCycle) -> dict[Key, int]:
    """Units administered of each dispense, where one claim a dispense is rounded up."""
    if course.readings.service_by_hang:
        return {}
    unit = therapy(course.clauses).mcg_per_unit
    chosen: dict[Key, int] = {}
    for source in sorted({bag.source for bag in cycle.bags}):
        mcg = sum((b.option.mcg for b in cycle.bags if b.source == source), Decimal(0))
        chosen["u", cycle.number, source] = ceil(Fraction(mcg) / unit)
    return chosen


def _stops(own: CycleVariables, cycle: ChosenCycle) -> dict[Key, int]:
    """Where a chain that may stop early goes on to its next segment, and where it stops."""
    chosen: dict[Key, int] = {}
    last = {bag.segment: bag for bag in cycle.bags}
    for position, bag in last.items():
        segment = own.variants[bag.variant].segments[position]
        end = bag.day + bag.option.days
        whole = end == cycle.origin + segment.first + segment.days
        final = position == len(own.variants[bag.variant].segments) - 1
        goes_on = position + 1 in last or (final and whole)
        kind = "pass" if goes_on else "stop"
        chosen[kind, cycle.number, bag.variant, position, end] = 1
    return chosen


def _given(variables: Variables, own: CycleVariables, cycle: ChosenCycle) -> bool:
    """Whether each bag has all its vials, from days in order that may feed it, and no day gives
    more than it has. The rows only say that vials can be shared out so; here it is how they are."""
    left = {stock.day: stock.vials for stock in own.stock}
    old = set(left)
    for day, vials in cycle.sent:
        left[day] = left.get(day, 0) + vials
    for bag in cycle.bags:
        oldest, last = variables.oldest(bag.day, bag.option), bag.day - variables.transit
        days = [source for source, _ in bag.sources]
        if days != sorted(set(days)) or any(vials < 1 for _, vials in bag.sources):
            return False
        if sum(vials for _, vials in bag.sources) != bag.option.vials:
            return False
        for source, vials in bag.sources:
            left[source] = left.get(source, 0) - vials
            if left[source] < 0 or source > last or (source < oldest and source not in old):
                return False
    return True


def _drawn(own: CycleVariables, cycle: ChosenCycle) -> dict[Key, int]:
    """The vials of stock that a cycle draws, by the day they were sent and by the day they are
    hung."""
    there = {stock.day for stock in own.stock}
    chosen: dict[Key, int] = {}
    for bag in cycle.bags:
        for source, vials in bag.sources:
            if source in there:
                for key in (("drawn", cycle.number, source), ("stock", cycle.number, bag.day)):
                    chosen[key] = chosen.get(key, 0) + vials
    return chosen


def values_on(variables: Variables, schedule: Schedule) -> list[int] | None:
    """The schedule as a value for each variable; None where a decision it takes is no variable
    there, or out of its bounds, or where a bag has vials that its dispenses cannot give it."""
    system = variables.system
    if variables.feeds and not variables.whole:
        for one in schedule.cycles:
            if not _given(variables, variables.cycles[one.number], one):
                return None
    chosen = keys(variables, schedule)
    for one in schedule.cycles:
        chosen |= _drawn(variables.cycles[one.number], one)
    if not variables.exact_days():
        for cycle in schedule.cycles:
            chosen |= _stops(variables.cycles[cycle.number], cycle)
    values = [chosen.get(key, 0) for key in system.keys]
    for total, (before, here) in system.sums.items():
        values[total] = values[before] + values[here]
    for total, linear in system.definitions.items():
        values[total] = linear.constant + sum(c * values[v] for v, c in linear.terms)
    known = set(system.keys)
    decisions = ("s", "x", "h", "y") if variables.whole else ("s", "x", "y", "drawn")
    decided = (key for key, value in chosen.items() if value and key[0] in decisions)
    if any(key not in known for key in decided):
        return None
    bounds = zip(system.low, values, system.high, strict=True)
    return values if all(low <= value <= high for low, value, high in bounds) else None


def objective_values(course: Course, schedule: Schedule) -> dict[str, int]:
    """Each objective's value for a schedule, by name."""
    cycles = {c.number: c for c in course.cycles}
    values: dict[str, int] = dict.fromkeys(course.objectives, 0)
    if "changes" in values:
        values["changes"] = changes(course, schedule)
    for chosen in schedule.cycles:
        cycle = cycles[chosen.number]
        if cycle.progress is None:
            values["delay"] += chosen.origin - cycle.earliest
        for name, cost in chosen.cost(course.scenario.pharmacy.transit_days).items():
            values[name] += cost
    return {name: values[name] for name in course.objectives}
