"""What a search over cycles in a row stands on: days, bags, limits, and what is there already."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.authorizations import standing
from planner.constraints.board import Board, remaining
from planner.constraints.system import Active
from planner.constraints.therapy import gap_after
from planner.documents.policy import QuantityClause, UnitsClause
from planner.regimen.course import BagOption, Course, CourseCycle, Slot
from planner.regimen.spans import last_day
from planner.search.packed import LARGEST
from planner.search.schedule import ChosenBag, ChosenCycle

NEVER = 10**9  # later than any day


@dataclass(frozen=True, slots=True)
class Limit:
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
class Source:
    """A dispense with vials that are there anyway: left over from history, or requested."""

    day: int
    vials: int


@dataclass(frozen=True)
class Place:
    """One cycle: the days it may start on, and what its bags may draw on.

    ``asked``: whether requests set its dispenses, so that there are no others; ``claims`` what each
    day has to be billed with, None where that is open. ``since`` and ``until`` bound its dispenses
    where an authorization with dates has to cover them.
    """

    cycle: CourseCycle
    origins: tuple[int, ...]
    gap: int
    sources: tuple[Source, ...]
    listed: Mapping[int, int]
    asked: bool
    spare: int
    claims: Mapping[int, int | None] | None
    units: int | None
    since: int
    until: int


class Ground:
    """Some cycles in a row, under the rules that stand.

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
        self.rules = Board(course, active, (), {}, bags=False)
        self.course = self.rules.course
        self.active = active
        self.given = given
        self.exact = self.rules.exact_days()
        own = {cycle.number: cycle for cycle in self.course.cycles}
        self.places = [self._place(own[cycle.number], tuple(days)) for cycle, days in cycles]
        self.unit_limits = self._unit_limits()
        self.vial_limits = self._vial_limits()
        days = [day for place in self.places for day in place.origins]
        self.sendable = self._sendable(days)
        self._bags: dict[tuple[int, int], dict[int, list[ChosenBag]]] = {}
        self._last_counted: dict[Limit, int] = {}
        self._least_units: dict[tuple[int, int], Mapping[int, int]] = {}

    def _sendable(self, days: Sequence[int]) -> list[int]:
        """The days that allow a dispense, as far as cycles that start on some days need them."""
        if not days:
            return []
        first = min(days) - self.rules.ahead
        last = max(days) + max(place.cycle.infusion_days for place in self.places)
        return [day for day in range(first, last + 1) if not self.rules.bars_dispense(day)]

    def fits(self) -> bool:
        """Whether a search that follows windows as they roll, and claims dated by their bags, can
        follow the rules that stand. Where it cannot, it leaves some out: finding nothing still
        means that there is nothing, but what it finds may break a rule."""
        readings = self.course.readings
        return (
            readings.rolling
            and readings.service_by_hang
            and not readings.authorizations_see_dispenses
            and not (readings.supply_rate and self._active_quantity())
            and (readings.refill_threshold is None or not self.active("readings.refill_threshold"))
            and not any(clause.limit > LARGEST for clause in self._limiting())
        )

    def _limiting(self) -> list[UnitsClause | QuantityClause]:
        """The clauses of section II that stand."""
        return [
            clause
            for key, clause in self.course.clauses.items()
            if isinstance(clause, UnitsClause | QuantityClause) and self.active(key)
        ]

    def overfull(self) -> bool:
        """Whether history and requests fill a window of section II too far by themselves."""
        return any(
            limit.fixed(day, day + limit.per_days - 1) > limit.limit
            for limit in (*self.unit_limits, *self.vial_limits)
            for day in limit.days
        )

    def _active_quantity(self) -> bool:
        return any(self.active(key) for key, _ in self.course.clause_of("quantity"))

    def granted(self, place: Place) -> int:
        """Units that history and given cycles have taken from an authorization's grant."""
        if place.units is None:
            return 0
        numbers = self.course.slots[place.cycle.slot or 0].cycles
        past = sum(
            u.units for u in self.course.past_units if u.cycle in numbers and self.active(u.member)
        )
        return past + sum(
            self.counted(bag.option)
            for chosen in self.given
            if chosen.number in numbers
            for bag in chosen.bags
        )

    def least_units(self, index: int, origin: int) -> Mapping[int, int]:
        """By day within a cycle, the fewest units that its bags from there on are billed with; a
        day from which there is no way is left out."""
        key = index, origin
        if key not in self._least_units:
            bags = self.bags(index, origin)
            least = {origin + self.places[index].cycle.infusion_days: 0}
            for day in sorted(bags, reverse=True):
                ways = [
                    self.counted(bag.option) + least[day + bag.option.days]
                    for bag in bags[day]
                    if day + bag.option.days in least
                ]
                if ways:
                    least[day] = min(ways)
            self._least_units[key] = least
        return self._least_units[key]

    def last_counted(self, limit: Limit) -> int:
        """The place behind the last cycle that a limit counts."""
        if limit not in self._last_counted:
            self._last_counted[limit] = max(
                (
                    i + 1
                    for i, p in enumerate(self.places)
                    if limit.cycles and p.cycle.number in limit.cycles
                ),
                default=0,
            )
        return self._last_counted[limit]

    def bags(self, index: int, origin: int) -> dict[int, list[ChosenBag]]:
        """The bags that may be hung on each day of a cycle, the longest first."""
        if (index, origin) not in self._bags:
            self._bags[index, origin] = self._find_bags(self.places[index], origin)
        return self._bags[index, origin]

    def _find_bags(self, place: Place, origin: int) -> dict[int, list[ChosenBag]]:
        cycle, rules = place.cycle, self.rules
        start = cycle.pinned if cycle.pinned is not None else origin
        variants = rules.variants(cycle)
        number = next(i for i, v in enumerate(variants) if v.first_start <= start <= v.last_start)
        infused = cycle.progress.infused if cycle.progress else 0
        claims = place.claims
        if claims is not None and any(
            not origin + infused <= day < origin + cycle.infusion_days
            for day, units in claims.items()
            if units is not None
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

    def _billed(self, claims: Mapping[int, int | None] | None, day: int, option: BagOption) -> bool:
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

    def _place(self, cycle: CourseCycle, origins: tuple[int, ...]) -> Place:
        course, active, rules = self.course, self.active, self.rules
        listed = rules.requested(cycle.number)
        begun = any(d.cycle == cycle.number for d in course.past_dispenses)
        slot = course.slots[cycle.slot] if cycle.slot is not None else None
        units = None
        by_hang = course.readings.service_by_hang
        if by_hang and slot is not None and slot.units is not None and slot.setting is not None:
            units = slot.units if active(slot.setting, ("units",)) else None
        since, until = self._covered(slot)
        stock = [Source(s.day, s.vials) for s in rules.stock_of(cycle)]
        spare = 0 if begun or cycle.progress is not None else rules.spare
        first, complete = min(listed, default=None), active("request.dispenses")
        short = first is not None and complete and listed[first] < spare
        if short or any(rules.bars_dispense(day) for day in listed):
            origins = ()
        asked = [
            Source(day, max(vials - (spare if complete and day == first else 0), 0))
            for day, vials in sorted(listed.items())
        ]
        return Place(
            cycle=cycle,
            origins=origins,
            gap=gap_after(rules, cycle),
            sources=tuple(sorted((*stock, *asked), key=lambda s: s.day)),
            listed=listed,
            asked=bool(listed) and complete,
            spare=0 if listed else spare,
            claims=self._claims(cycle),
            units=units,
            since=since,
            until=until,
        )

    def _covered(self, slot: Slot | None) -> tuple[int, int]:
        """The days that a slot with given dates leaves to dispenses, where it has to cover them."""
        since, until = -NEVER, NEVER
        stands = None if slot is None else standing(self.rules, slot)
        if slot is None or stands is None or not self._sees_dispenses():
            return since, until
        if slot.start is not None:
            since = slot.start
            if slot.end is None and slot.length is not None and stands.ends is not None:
                until = last_day(slot.start, slot.length)
        return since, until if slot.end is None else slot.end

    def _sees_dispenses(self) -> bool:
        return self.course.readings.authorizations_see_dispenses

    def _claims(self, cycle: CourseCycle) -> Mapping[int, int | None] | None:
        entries = [
            (i, claim)
            for i, claim in enumerate(self.course.scenario.request.claims)
            if claim.cycle == cycle.number
        ]
        stands = [self.active(f"request.claims.{i}") for i, _ in entries]
        by_hang = self.course.readings.service_by_hang
        if not by_hang or not any(stands) or not self.active("request.claims"):
            return None  # an entry without the list says how much at least: left to the rows
        wanted: dict[int, int | None] = {}
        for (_, claim), stays in zip(entries, stands, strict=True):
            day = claim.date.toordinal()
            before = wanted.get(day, 0)
            wanted[day] = before + claim.units if stays and before is not None else None
        return wanted

    def _countable(self, key: str, clause: UnitsClause | QuantityClause) -> bool:
        """Whether a clause stands and its sums fit the fields they are counted in."""
        return self.active(key) and clause.limit <= LARGEST

    def _unit_limits(self) -> list[Limit]:
        found: list[Limit] = []
        readings = self.course.readings
        if not readings.rolling or not readings.service_by_hang:
            return found
        for key, clause in self.course.clause_of("units"):
            if isinstance(clause, UnitsClause) and self._countable(key, clause):
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

    def _vial_limits(self) -> list[Limit]:
        found: list[Limit] = []
        if not self.course.readings.rolling:
            return found
        for key, clause in self.course.clause_of("quantity"):
            if isinstance(clause, QuantityClause) and self._countable(key, clause):
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
) -> Limit:
    dated.sort()
    sums = [0]
    for _, amount in dated:
        sums.append(sums[-1] + amount)
    return Limit(limit, per_days, reach, cycles, tuple(day for day, _ in dated), tuple(sums))


def sent_for(place: Place, bags: Sequence[ChosenBag]) -> dict[int, int]:
    """The vials of each new dispense of a cycle, by day: what its bags take, no less than what is
    requested, and the spare ones with the first."""
    left_over = {source.day for source in place.sources} - set(place.listed)
    taken: dict[int, int] = {}
    for bag in bags:
        if bag.source not in left_over:
            taken[bag.source] = taken.get(bag.source, 0) + bag.option.vials
    if place.spare and taken:
        taken[min(taken)] += place.spare
    return {
        day: max(taken.get(day, 0), place.listed.get(day, 0))
        for day in sorted({*taken, *place.listed})
    }
