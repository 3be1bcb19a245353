"""The decisions: cycle starts, the bags of each segment, the dispenses and their vials.

A day that an active rule bars has no variable. ``s`` is a cycle's origin, the day its infusion
day 0 falls on (for a cycle in progress: would fall on, had it not been interrupted); ``x`` a bag
hung; ``y`` a dispense made; ``q`` its vials; ``drawn`` what a cycle takes of the vials that are
there already from one day, ``stock`` what a day's bag takes of them. Where bags are sent whole,
``h`` is a bag hung that a given dispense feeds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from planner.constraints.moments import Moment, known, moment
from planner.constraints.rules import Rules, last_cycle, remaining
from planner.constraints.system import Active, Key, System, Term
from planner.regimen.course import BagOption, Course, CourseCycle, Stock, Variant


@dataclass(frozen=True)
class Hang:
    """A bag that may be hung on ``day``: its variable; where bags are sent whole, also the
    dispenses that may feed it."""

    variable: int
    day: int
    segment: int
    variant: int
    option: BagOption
    feeds: Mapping[int, int]


@dataclass
class CycleVariables:
    """The variables of one cycle."""

    cycle: CourseCycle
    variants: tuple[Variant, ...]
    stock: tuple[Stock, ...]
    origins: dict[int, int] = field(default_factory=dict)
    hangs: list[Hang] = field(default_factory=list)
    dispenses: dict[int, int] = field(default_factory=dict)
    vials: dict[int, int] = field(default_factory=dict)
    extra: dict[int, int] = field(default_factory=dict)
    first_dispense: dict[int, int] = field(default_factory=dict)
    drawn: dict[int, int] = field(default_factory=dict)
    from_stock: dict[int, int] = field(default_factory=dict)
    billed: dict[int, list[Term]] = field(default_factory=dict)
    served: dict[int, int] = field(default_factory=dict)
    first_served: dict[int, int] = field(default_factory=dict)

    def unhung(self, day: int, spare: int) -> list[Term]:
        """The vials of a dispense that no bag takes: what a requested one has too many of, or the
        spare ones of the first."""
        if day in self.extra:
            return [(self.extra[day], 1)]
        return [(self.first_dispense[day], spare)] if spare and day in self.first_dispense else []

    def begun(self, origin: int) -> int:
        """The cycle's start for an origin: history's where it has begun."""
        return self.cycle.pinned if self.cycle.pinned is not None else origin

    def variant_of(self, origin: int) -> int:
        """The index of the variant that a cycle of this origin follows."""
        start = self.begun(origin)
        return next(
            i for i, v in enumerate(self.variants) if v.first_start <= start <= v.last_start
        )


class Variables(Rules):
    """All variables of the cycles in a model.

    ``bags`` False leaves bags and dispenses out, ``feeds`` False just the dispenses; ``whole``
    False lets a bag have its vials from several of them whatever the rules say; ``only`` keeps just
    these of them, as a finished schedule needs them: what it does not choose is 0 in every row.
    """

    def __init__(
        self,
        course: Course,
        active: Active,
        cycles: Sequence[CourseCycle],
        origins: Mapping[int, Sequence[int]],
        *,
        bags: bool = True,
        feeds: bool = True,
        whole: bool | None = None,
        only: Container[Key] | None = None,
    ) -> None:
        super().__init__(course, active)
        self.whole = self.whole if whole is None else whole
        self.bags = bags
        self.feeds = feeds
        self.only = only
        self.system = System()
        last = last_cycle(self.course, active)
        own = {c.number: c for c in self.course.cycles}
        self.cycles: dict[int, CycleVariables] = {}
        self._starts: dict[int, Moment] = {}
        self.belongs: dict[tuple[int, str], int] = {}  # (cycle, authorization), where dates say so
        for cycle in (own[c.number] for c in cycles if c.number <= last):
            self.cycles[cycle.number] = self._cycle(cycle, origins.get(cycle.number))

    def start(self, number: int) -> Moment:
        """When a cycle begins."""
        if number not in self._starts:
            own = self.cycles[number]
            if own.cycle.pinned is not None:
                self._starts[number] = known(own.cycle.pinned)
            else:
                self._starts[number] = moment(self.system, ("s", number), own.origins)
        return self._starts[number]

    def _cycle(self, cycle: CourseCycle, days: Sequence[int] | None) -> CycleVariables:
        variables = CycleVariables(
            cycle=cycle,
            variants=self.variants(cycle),
            stock=self.stock_of(cycle),
        )
        number = cycle.number
        for origin in days if days is not None else self.origin_days(cycle):
            if not self.barred_origin(cycle, origin):
                variables.origins[origin] = self.system.variable(("s", number, origin))
        if self.bags:
            if self.feeds:
                self._dispense_days(variables)
            for index, variant in enumerate(variables.variants):
                self._hangs(variables, index, variant)
        return variables

    def _span(self, variables: CycleVariables) -> tuple[int, int] | None:
        """First and last day a bag of the cycle may be hung."""
        if not variables.origins:
            return None
        infused = variables.cycle.progress.infused if variables.cycle.progress else 0
        return (
            min(variables.origins) + infused,
            max(variables.origins) + variables.cycle.infusion_days - 1,
        )

    def dispense_days(self, variables: CycleVariables) -> list[int]:
        """The days on which a cycle may have a new dispense, as far as its starts tell."""
        span = self._span(variables)
        near = range(span[0] - self.ahead, span[1] - self.transit + 1) if span else range(0)
        days = sorted({*near, *self.requested(variables.cycle.number)})
        made = {stock.day for stock in variables.stock}
        return [day for day in days if day not in made and not self.bars_dispense(day)]

    def most_vials(self, variables: CycleVariables) -> int:
        """The most vials that a cycle's dispenses may come to: all its bags', spare and asked."""
        most = max(
            (o.vials for v in variables.variants for s in v.segments for o in s.options), default=1
        )
        asked = sum(self.requested(variables.cycle.number).values())
        return most * variables.cycle.infusion_days + self.spare + asked

    def _dispense_days(self, variables: CycleVariables) -> None:
        number = variables.cycle.number
        asked = self.requested(number)
        limit = self.most_vials(variables)
        for day in self.dispense_days(variables):
            if self.only is not None and ("y", number, day) not in self.only:
                continue
            variables.dispenses[day] = self.system.variable(("y", number, day))
            variables.vials[day] = self.system.variable(("q", number, day), 0, limit)
            if asked:
                variables.extra[day] = self.system.variable(("extra", number, day), 0, limit)

    def _hangs(self, variables: CycleVariables, index: int, variant: Variant) -> None:
        origins = sorted(o for o in variables.origins if variables.variant_of(o) == index)
        if not origins:
            return
        number = variables.cycle.number
        infused = variables.cycle.progress.infused if variables.cycle.progress else 0
        sources = sorted({*variables.dispenses, *(s.day for s in variables.stock)})
        for position, segment in remaining(variant, infused):
            first = max(segment.first, infused)
            last = origins[-1] + segment.first + segment.days
            for day in range(origins[0] + first, last):
                if self.bars_hang(day, hospital=segment.site == "hospital"):
                    continue
                for option in segment.options:
                    key = ("x", number, index, position, day, option.days)
                    if day + option.days > last or (self.only is not None and key not in self.only):
                        continue
                    if self.feeds and not self._fed(variables, day, option, sources):
                        continue
                    feeds: dict[int, int] = {}
                    if self.feeds and self.whole:
                        feeds = self._feeds(variables, day, option, key, sources)
                        if not feeds:
                            continue
                    variable = self.system.variable(key)
                    variables.hangs.append(Hang(variable, day, position, index, option, feeds))

    def _fed(
        self, variables: CycleVariables, day: int, option: BagOption, sources: Sequence[int]
    ) -> bool:
        """Whether any dispense may feed a bag hung on a day."""
        last = day - self.transit
        at = bisect_right(sources, last) - 1
        stock = not self.ready and any(s.day <= last for s in variables.stock)
        return stock or (at >= 0 and sources[at] >= self.oldest(day, option))

    def _feeds(
        self,
        variables: CycleVariables,
        day: int,
        option: BagOption,
        key: Key,
        sources: Sequence[int],
    ) -> dict[int, int]:
        oldest = self.oldest(day, option)
        there = {stock.day for stock in variables.stock} if not self.ready else set()
        feeds = {}
        for source in sources[: bisect_right(sources, day - self.transit)]:
            fed = ("h", *key[1:], source)
            if (source >= oldest or source in there) and (self.only is None or fed in self.only):
                feeds[source] = self.system.variable(fed)
        return feeds
