"""The decisions: cycle starts, the bags of each segment, which dispense feeds which bag.

A day that an active rule bars has no variable. ``s`` is a cycle's origin, the day its infusion
day 0 falls on (for a cycle in progress: would fall on, had it not been interrupted); ``x`` a bag
hung; ``h`` a bag hung that a given dispense feeds; ``y`` a dispense made; ``q`` its vials.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from planner.constraints.moments import Moment, known, moment
from planner.constraints.system import Active, Key, System, Term
from planner.documents.policy import DiagnosesClause
from planner.regimen.authorizations import under
from planner.regimen.course import BagOption, Course, CourseCycle, Segment, Stock, Variant
from planner.regimen.cycles import freer, therapy, variants

WIDE = 42  # days a start may move, for each cycle so far, where no rule bounds it: the horizon
AHEAD = 42  # days a vial may wait where no rule bounds it


@dataclass(frozen=True)
class Hang:
    """A bag that may be hung on ``day``: variable, and the dispenses that may feed it."""

    variable: int
    day: int
    segment: int
    variant: int
    option: BagOption
    feeds: Mapping[int, int]


@dataclass
class CycleBoard:
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
    billed: dict[int, list[Term]] = field(default_factory=dict)
    served: dict[int, int] = field(default_factory=dict)
    first_served: dict[int, int] = field(default_factory=dict)

    def begun(self, origin: int) -> int:
        """The cycle's start for an origin: history's where it has begun."""
        return self.cycle.pinned if self.cycle.pinned is not None else origin

    def variant_of(self, origin: int) -> int:
        """The index of the variant that a cycle of this origin follows."""
        start = self.begun(origin)
        return next(
            i for i, v in enumerate(self.variants) if v.first_start <= start <= v.last_start
        )


def remaining(variant: Variant, infused: int) -> tuple[tuple[int, Segment], ...]:
    """The segments with infusion days left from offset ``infused`` on, with their indices."""
    return tuple((i, s) for i, s in enumerate(variant.segments) if s.first + s.days > infused)


def last_cycle(course: Course, active: Active) -> int:
    """The last cycle there has to be: all that are asked for; where their number is left out, the
    first, or the last one that another request names."""
    if not course.cycles:
        return 0
    if active("request.cycles"):
        return course.cycles[-1].number
    request = course.scenario.request
    named = [n for n in request.cycle_starts if active(f"request.cycle_starts.{n}")]
    named += [d.cycle for i, d in enumerate(request.dispenses) if active(f"request.dispenses.{i}")]
    named += [c.cycle for i, c in enumerate(request.claims) if active(f"request.claims.{i}")]
    return max([course.cycles[0].number, *named])


class Board:
    """All variables of the cycles in a model.

    ``bags`` False leaves bags and dispenses out, ``feeds`` False just the dispenses; ``only`` keeps
    just these of them, as a finished
    schedule needs them: what it does not choose is 0 in every row.
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
        only: Container[Key] | None = None,
    ) -> None:
        self.course = course = under(course, active)
        self.active = active
        self.bags = bags
        self.feeds = feeds
        self.only = only
        self.system = System()
        self.rules = course.days
        self._barred: dict[tuple[int, bool], bool] = {}
        pharmacy = course.scenario.pharmacy
        self.transit = pharmacy.transit_days if active("pharmacy.transit_days") else 0
        self.ahead = pharmacy.max_days_ahead
        if not active("pharmacy.max_days_ahead"):
            self.ahead = max(self.ahead, AHEAD)
        self.spare = pharmacy.spare_vials if active("pharmacy.spare_vials") else 0
        last = last_cycle(course, active)
        own = {c.number: c for c in course.cycles}
        cycles = [own[c.number] for c in cycles if c.number <= last]
        self.cycles: dict[int, CycleBoard] = {}
        self._variants: dict[int, tuple[Variant, ...]] = {}
        self._starts: dict[int, Moment] = {}
        self._codes: dict[str, list[tuple[int, int]]] | None = None
        for cycle in cycles:
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

    def requested(self, number: int) -> dict[int, int]:
        """Vials a request sets for a cycle, by day; empty where it leaves the cycle open."""
        asked: dict[int, int] = {}
        for i, d in enumerate(self.course.scenario.request.dispenses):
            if d.cycle == number and self.active(f"request.dispenses.{i}"):
                day = d.date.toordinal()
                asked[day] = asked.get(day, 0) + d.vials
        return asked

    def bars_hang(self, day: int, *, hospital: bool) -> bool:
        """Whether an active rule bars a bag change or disconnect on the day."""
        key = day, hospital
        if key not in self._barred:
            bars = () if hospital else self.rules.bars_hang(day)
            self._barred[key] = any(self.active(m, (day,)) for m in bars) or self._before_as_of(day)
        return self._barred[key]

    def undated(self, day: int) -> str | None:
        """The clause (App1) that leaves no claim to be dated on a day, for the code of the patient
        is not valid then."""
        if self._codes is None:
            self._codes = self._dated_codes()
        for key, spans in self._codes.items():
            if not any(first <= day <= last for first, last in spans):
                return key
        return None

    def _dated_codes(self) -> dict[str, list[tuple[int, int]]]:
        """When the patient's code is valid, by clause that lists it and stands."""
        code = self.course.scenario.patient.diagnosis
        if code is None or not self.active("patient.diagnosis"):
            return {}
        found = {}
        for key, clause in self.course.clause_of("diagnoses"):
            if not isinstance(clause, DiagnosesClause):
                continue
            listed = [c for c in clause.codes if c.code == code]
            if listed and self.active(key):
                found[key] = [
                    (
                        (c.effective_from or date.min).toordinal(),
                        (c.effective_until or date.max).toordinal(),
                    )
                    for c in listed
                ]
        return found

    def bars_bag(self, day: int, *, hospital: bool) -> bool:
        """Whether an active rule bars a bag from being hung on the day, and billed, where bags are
        billed when hung."""
        billed = self.course.readings.service_by_hang
        return self.bars_hang(day, hospital=hospital) or (billed and self.undated(day) is not None)

    def bars_source(self, day: int) -> bool:
        """Whether an active rule bars a dispense that feeds bags from being made on the day, and
        billed, where dispenses are."""
        billed = not self.course.readings.service_by_hang
        return self.bars_dispense(day) or (billed and self.undated(day) is not None)

    def _before_as_of(self, day: int) -> bool:
        as_of = self.course.as_of
        return as_of is not None and day < as_of and self.active("as_of", (day,))

    def bars_dispense(self, day: int) -> bool:
        """Whether an active rule bars a dispense on the day."""
        if any(self.active(m, (day,)) for m in self.rules.bars_dispense(day)):
            return True
        return self._before_as_of(day)

    def origin_days(self, cycle: CourseCycle) -> range:
        """The days a cycle may start on before any weekday, authorization or pin is looked at."""
        active, course = self.active, self.course
        if cycle.progress is not None:
            origin = cycle.progress.resume - cycle.progress.infused
            return range(origin, origin + 1)
        request = course.scenario.request
        free = [c for c in course.cycles if c.progress is None]
        index = free.index(cycle)
        lengths = any(active(key) for key, _ in course.clause_of("cycle-length"))
        apart = cycle.earliest - free[0].earliest if lengths else index * cycle.infusion_days
        low = self._earliest(free[0], lengths=lengths) + apart
        high = cycle.earliest + request.max_delay_days
        if not active("request.max_delay_days"):
            pins = [d.toordinal() for d in request.cycle_starts.values()]
            high = max([high, *pins]) + WIDE * (index + 1)
        return range(low, high + 1)

    def _earliest(self, cycle: CourseCycle, *, lengths: bool) -> int:
        """The first day that the first cycle may start on: behind history, by the clause on lengths
        where it stands, and not before what was asked for."""
        course, active = self.course, self.active
        asked = course.first_infusion if active("request.first_infusion") else None
        if not course.past:
            return cycle.earliest - (0 if active("request.first_infusion") else WIDE)
        past = course.past[-1]
        known = active(f"history.cycles.{len(course.past) - 1}")
        if lengths and known:
            low = past.earliest_next
        elif known:
            low = past.infusion_end
        else:
            low = past.infusion_end - WIDE if course.as_of is None else course.as_of
        return low if asked is None else max(low, asked.first)

    def barred_origin(self, cycle: CourseCycle, origin: int) -> bool:
        """Whether active rules bar a start: its own bag change, its steps', or its disconnect. Of a
        cycle in progress, only the disconnect is still to come whatever its bags are."""
        start = cycle.pinned if cycle.pinned is not None else origin
        variant = next(v for v in self.variants(cycle) if v.first_start <= start <= v.last_start)
        exact = self.exact_days()
        if cycle.progress is None and any(
            self.bars_hang(origin + s.first, hospital=s.site == "hospital")
            for s in (variant.segments if exact else variant.segments[:1])
        ):
            return True
        end_site = variant.segments[-1].site
        return exact and self.bars_hang(
            origin + cycle.infusion_days, hospital=end_site == "hospital"
        )

    def exact_days(self) -> bool:
        """Whether a cycle infuses just the clause's days, no fewer."""
        return self._exact_days

    @cached_property
    def _exact_days(self) -> bool:
        return all(self.active(key) for key, _ in self.course.clause_of("infusion-days"))

    def variants(self, cycle: CourseCycle) -> tuple[Variant, ...]:
        """The cycle's segments, without the dose, bag lengths or ready-made bags of the scenario
        where these are left out."""
        if cycle.number not in self._variants:
            self._variants[cycle.number] = self._freer(cycle)
        return self._variants[cycle.number]

    def _freer(self, cycle: CourseCycle) -> tuple[Variant, ...]:
        without = {
            "dose": not self.active("request.daily_dose_mcg"),
            "bags": not self.active("pharmacy.bags"),
            "ready_made": not self.active("pharmacy.ready_made"),
        }
        if not any(without.values()):
            return cycle.variants
        course = self.course
        scenario = freer(course.scenario, course.drug, **without)
        return variants(scenario, course.drug, therapy(course.clauses), cycle.number)

    def _cycle(self, cycle: CourseCycle, days: Sequence[int] | None) -> CycleBoard:
        board = CycleBoard(
            cycle=cycle,
            variants=self.variants(cycle),
            stock=self.stock_of(cycle),
        )
        number = cycle.number
        for origin in days if days is not None else self.origin_days(cycle):
            if not self.barred_origin(cycle, origin):
                board.origins[origin] = self.system.variable(("s", number, origin))
        if self.bags:
            if self.feeds:
                self._dispense_days(board)
            for index, variant in enumerate(board.variants):
                self._hangs(board, index, variant)
        return board

    def stock_of(self, cycle: CourseCycle) -> tuple[Stock, ...]:
        """What history left unused for a cycle; broken vials too where that they broke is left
        out."""
        found = []
        wasted = any(
            self.active(f"history.wasted.{i}")
            for i, w in enumerate(self.course.scenario.history.wasted)
            if w.cycle == cycle.number
        )
        for stock in self.course.stock:
            if stock.cycle == cycle.number:
                back = 0 if wasted else stock.wasted
                found.append(Stock(stock.day, stock.cycle, stock.vials + back, stock.wasted))
        return tuple(found)

    def _span(self, board: CycleBoard) -> tuple[int, int] | None:
        """First and last day a bag of the cycle may be hung."""
        if not board.origins:
            return None
        infused = board.cycle.progress.infused if board.cycle.progress else 0
        return (
            min(board.origins) + infused,
            max(board.origins) + board.cycle.infusion_days - 1,
        )

    def dispense_days(self, board: CycleBoard) -> list[int]:
        """The days on which a cycle may have a new dispense, as far as its starts tell."""
        span = self._span(board)
        near = range(span[0] - self.ahead, span[1] - self.transit + 1) if span else range(0)
        days = sorted({*near, *self.requested(board.cycle.number)})
        made = {stock.day for stock in board.stock}
        return [day for day in days if day not in made and not self.bars_dispense(day)]

    def most_vials(self, board: CycleBoard) -> int:
        """The most vials that a cycle's dispenses may come to: all its bags', spare and asked."""
        most = max(
            (o.vials for v in board.variants for s in v.segments for o in s.options), default=1
        )
        asked = sum(self.requested(board.cycle.number).values())
        return most * board.cycle.infusion_days + self.spare + asked

    def _dispense_days(self, board: CycleBoard) -> None:
        number = board.cycle.number
        asked = self.requested(number)
        limit = self.most_vials(board)
        for day in self.dispense_days(board):
            if self.only is not None and ("y", number, day) not in self.only:
                continue
            board.dispenses[day] = self.system.variable(("y", number, day))
            board.vials[day] = self.system.variable(("q", number, day), 0, limit)
            if asked:
                board.extra[day] = self.system.variable(("extra", number, day), 0, limit)

    def _hangs(self, board: CycleBoard, index: int, variant: Variant) -> None:
        origins = sorted(o for o in board.origins if board.variant_of(o) == index)
        if not origins:
            return
        number = board.cycle.number
        infused = board.cycle.progress.infused if board.cycle.progress else 0
        sources = sorted({*board.dispenses, *(s.day for s in board.stock)})
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
                    feeds = self._feeds(board, day, option, index, position, sources)
                    if feeds or not self.feeds:
                        variable = self.system.variable(key)
                        board.hangs.append(Hang(variable, day, position, index, option, feeds))

    def oldest(self, day: int, option: BagOption) -> int:
        """The first day of a dispense that may feed a bag hung on ``day``."""
        if option.kept_days is not None and self.active("pharmacy.ready_made"):
            return max(day - self.ahead, day + option.days - option.kept_days)
        return day - self.ahead

    def _feeds(
        self,
        board: CycleBoard,
        day: int,
        option: BagOption,
        variant: int,
        segment: int,
        sources: Sequence[int],
    ) -> dict[int, int]:
        oldest = self.oldest(day, option)
        number = board.cycle.number
        feeds = {}
        for source in sources[bisect_left(sources, oldest) :]:
            if source > day - self.transit:
                break
            key = ("h", number, variant, segment, day, option.days, source)
            if self.only is None or key in self.only:
                feeds[source] = self.system.variable(key)
        return feeds
