"""What a search over cycles in a row stands on: days, bags, limits, and what is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.constraints.openings import standing
from planner.constraints.rules import Rules, remaining
from planner.constraints.schedule import ChosenBag, ChosenCycle
from planner.constraints.system import Active
from planner.constraints.therapy import gap_after
from planner.deadline import Deadline
from planner.documents.limits import LimitClause
from planner.labels.claimed import claims_of
from planner.labels.limits import Limit, followed, room_in, unit_limits, vial_limits
from planner.labels.packed import NEVER
from planner.labels.place import Place
from planner.labels.supply import Source, supply_of
from planner.regimen.course import BagOption, Course, CourseCycle, Slot
from planner.regimen.spans import last_day


class Problem:
    """Some cycles in a row, under the rules that stand.

    Args:
        course: a patient under a policy.
        active: which rules stand.
        cycles: the cycles, with the days that each may start on as far as one cycle can tell.
        given: cycles before them, decided already.
        deadline: when every search of it ends; None: never.
    """

    def __init__(
        self,
        course: Course,
        active: Active,
        cycles: Sequence[tuple[CourseCycle, Sequence[int]]],
        given: Sequence[ChosenCycle] = (),
        deadline: Deadline | None = None,
    ) -> None:
        self.deadline = Deadline() if deadline is None else deadline
        self.rules = Rules(course, active)
        self.course = self.rules.course
        self.active = active
        self.given = given
        self.exact = self.rules.exact_days()
        own = {cycle.number: cycle for cycle in self.course.cycles}
        self.places = [self._place(own[cycle.number], tuple(days)) for cycle, days in cycles]
        self.unit_limits = unit_limits(self.course, active, given, self.counted)
        listed = [sent for place in self.places for sent in place.listed.items()]
        self.vial_limits = vial_limits(self.course, active, given, listed, self.rules.ahead)
        days = [day for place in self.places for day in place.origins]
        self.sendable = self._sendable(days)
        self._bags: dict[tuple[int, int], dict[int, list[ChosenBag]]] = {}
        self._last_counted: dict[Limit, int] = {}
        self._leasts: dict[tuple[int, int, str], Mapping[int, int]] = {}
        self._mosts: dict[tuple[int, str], int] = {}
        self._drawn: dict[tuple[int, int, int], Mapping[int, int]] = {}

    def _sendable(self, days: Sequence[int]) -> list[int]:
        """The days that allow a dispense, as far as cycles that start on some days need them."""
        if not days:
            return []
        first = min(days) - self.rules.ahead
        last = max(days) + max(place.cycle.infusion_days for place in self.places)
        return [day for day in range(first, last + 1) if not self.rules.bars_source(day)]

    def fits(self) -> bool:
        """Whether a search that follows windows as they roll, and claims dated by their bags, can
        follow the rules that stand. Where it cannot, it leaves some out: finding nothing still
        means that there is nothing, but what it finds may break a rule."""
        readings = self.course.readings
        return (
            readings.rolling
            and readings.service_by_hang
            and not (readings.supply_rate and self._active_quantity())
            and (readings.refill_threshold is None or not self.active("readings.refill_threshold"))
            and all(followed(clause) for clause in self._limiting())
        )

    def _limiting(self) -> list[LimitClause]:
        """The clauses of section II that stand."""
        return [
            clause
            for key, clause in self.course.clauses.items()
            if isinstance(clause, LimitClause) and self.active(key)
        ]

    def overfull(self) -> bool:
        """Whether history and requests fill a window of section II too far by themselves."""
        return any(
            limit.fixed(day, day + limit.per_days - 1) > limit.limit
            for limit in (*self.unit_limits, *self.vial_limits)
            for day in limit.days
        )

    def _active_quantity(self) -> bool:
        return any(self.active(key) for key, _ in self.course.windows_on("vials"))

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
        return self._least(index, origin, "units")

    def least_vials(self, index: int, origin: int) -> Mapping[int, int]:
        """By day within a cycle, the fewest vials that its bags from there on take; a day from
        which there is no way is left out."""
        return self._least(index, origin, "vials")

    def _least(self, index: int, origin: int, what: str) -> Mapping[int, int]:
        key = index, origin, what
        if key not in self._leasts:
            bags = self.bags(index, origin)
            least = {origin + self.places[index].cycle.infusion_days: 0}
            for day in sorted(bags, reverse=True):
                ways = [
                    self._amount(bag.option, what) + least[day + bag.option.days]
                    for bag in bags[day]
                    if day + bag.option.days in least
                ]
                if ways:
                    least[day] = min(ways)
            self._leasts[key] = least
        return self._leasts[key]

    def crowded(
        self, index: int, origin: int, day: int, units: Sequence[int], sent: Sequence[int]
    ) -> bool:
        """Whether a cycle has no room in the windows of section II, whatever its bags.

        What it takes at least all falls into the window that ends with its last bag (with the last
        dispense that there can be), where that begins no later than its first.

        Args:
            index: which cycle.
            origin: the day it starts on.
            day: the day of its first bag, up to which ``units`` and ``sent`` are known.
            units: for each limit of units, what earlier cycles have in each window, packed.
            sent: the same for each limit of vials.
        """
        if not self.exact:
            return False
        place, rules = self.places[index], self.rules
        last = origin + place.cycle.infusion_days - 1
        for limit, sums in zip(self.unit_limits, units, strict=True):
            first = last - limit.per_days + 1
            if first <= day and limit.cycles and place.cycle.number in limit.cycles:
                room = room_in(limit, first, last, day, sums)
                if room < self._most(index, "units"):
                    least = self.least_units(index, origin)
                    if least.get(day, 0) > room:
                        return True
        last -= rules.transit
        for limit, sums in zip(self.vial_limits, sent, strict=True):
            first = last - limit.per_days + 1
            if first <= day - rules.ahead and not place.asked:
                room = room_in(limit, first, last, day, sums) - place.spare
                room += sum(source.vials for source in place.sources)
                if room < self._most(index, "vials"):
                    least = self.least_vials(index, origin)
                    if least.get(day, 0) > room:
                        return True
        return False

    def _most(self, index: int, what: str) -> int:
        """The most that a cycle's bags can come to: what the dearest bag does for each day."""
        if (index, what) not in self._mosts:
            cycle = self.places[index].cycle
            self._mosts[index, what] = max(
                sum(
                    max(-(-self._amount(o, what) * s.days // o.days) for o in s.options)
                    for s in variant.segments
                    if s.options
                )
                for variant in self.rules.variants(cycle)
            )
        return self._mosts[index, what]

    def _amount(self, option: BagOption, what: str) -> int:
        return self.counted(option) if what == "units" else option.vials

    def stranded(self, index: int, origin: int, day: int, left: Sequence[int]) -> bool:
        """Whether the bags from a day on cannot use up what is left of the sources that claims ask
        for, each looked at by itself."""
        sources = self.places[index].sources
        return any(
            vials and source.billed and vials > self._most_drawn(index, origin, source).get(day, 0)
            for source, vials in zip(sources, left, strict=True)
        )

    def unbilled(self, index: int, day: int, left: Sequence[int]) -> bool:
        """Whether a cycle that ends on a day, with so many vials left in each source, leaves
        something that claims ask for unbilled."""
        place = self.places[index]
        if place.claims is not None and any(asked >= day for asked in place.claims.least):
            return True
        return any(
            vials and source.billed for source, vials in zip(place.sources, left, strict=True)
        )

    def _most_drawn(self, index: int, origin: int, source: Source) -> Mapping[int, int]:
        """By day within a cycle, the most vials of a source that bags from there on can have."""
        key = index, origin, source.day
        if key not in self._drawn:
            bags = self.bags(index, origin)
            most: dict[int, int] = {}
            for day in sorted(bags, reverse=True):
                most[day] = max(
                    most.get(day + bag.option.days, 0)
                    + (bag.option.vials if self.reaches(source, bag) else 0)
                    for bag in bags[day]
                )
            self._drawn[key] = most
        return self._drawn[key]

    def reaches(self, source: Source, bag: ChosenBag) -> bool:
        """Whether a bag may have vials of a source."""
        last = bag.day - self.rules.transit
        if source.until == NEVER:
            return source.day <= last
        return self.rules.oldest(bag.day, bag.option) <= source.day <= last

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

    def first_counted(self, limit: Limit) -> int:
        """The place of the first cycle that a limit counts; of none, behind all."""
        for index, place in enumerate(self.places):
            if limit.cycles is not None and place.cycle.number in limit.cycles:
                return index
        return len(self.places)

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
            not origin + infused <= day < origin + cycle.infusion_days for day in claims.least
        ):
            return {}
        segments = remaining(variants[number], infused)
        if not place.sources and self._too_fast([o for _, s in segments for o in s.options]):
            return {}
        found: dict[int, list[ChosenBag]] = {}
        for position, segment in segments:
            end = origin + segment.first + segment.days
            for day in range(origin + max(segment.first, infused), end):
                if rules.bars_bag(day, hospital=segment.site == "hospital"):
                    continue
                for option in sorted(segment.options, key=lambda o: -o.days):
                    if claims is not None and not claims.allows(
                        day, option.days, self.counted(option)
                    ):
                        continue
                    if day + option.days <= end:
                        bag = ChosenBag(day, position, number, option)
                        found.setdefault(day, []).append(bag)
        if claims is not None and any(day not in found for day in claims.least):
            return {}
        return found

    def _too_fast(self, options: Sequence[BagOption]) -> bool:
        """Whether every bag takes more vials a day than a dispense may hold for a day's supply: a
        dispense of several such bags does so too."""
        return self.course.readings.supply_rate and any(
            self.active(key) and all(o.vials * clause.days > clause.limit * o.days for o in options)
            for key, clause in self.course.windows_on("vials")
        )

    def counted(self, option: BagOption) -> int:
        """The units that a bag is billed with."""
        opened = self.course.readings.opened_billed
        return option.opened if opened else option.administered

    def _place(self, cycle: CourseCycle, origins: tuple[int, ...]) -> Place:
        course, active, rules = self.course, self.active, self.rules
        slot = course.slots[cycle.slot] if cycle.slot is not None else None
        units = None
        by_hang = course.readings.service_by_hang
        if by_hang and slot is not None and slot.units is not None and slot.setting is not None:
            units = slot.units if active(slot.setting, ("units",)) else None
        since, until = self._covered(slot)
        claims = claims_of(course, active, cycle.number)
        supply = supply_of(rules, self.given, cycle, None if by_hang else claims)
        return Place(
            cycle=cycle,
            origins=() if supply is None else origins,
            gap=gap_after(rules, cycle),
            sources=() if supply is None else supply.sources,
            stock=0 if supply is None else supply.stock,
            listed={} if supply is None else supply.listed,
            asked=supply is not None and supply.asked,
            spare=0 if supply is None else supply.spare,
            claims=claims if by_hang else None,
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
