"""Which rules stand, asked without variables: the days that they bar, and what is there already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from planner.constraints.system import Active, Only
from planner.documents.policy import DiagnosesClause
from planner.regimen.authorizations import under
from planner.regimen.course import BagOption, Course, CourseCycle, Segment, Stock, Variant
from planner.regimen.cycles import freer, therapy, variants

WIDE = 42  # days a start may move, for each cycle so far, where no rule bounds it: the horizon
AHEAD = 42  # days a vial may wait where no rule bounds it


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


def alone(ids: Iterable[str]) -> Only:
    """Just these members stand, and that what lies before ``as_of`` stays as it is."""
    return Only(frozenset({*ids, "as_of"}))


class Rules:
    """A course under the rules that stand.

    Args:
        course: a patient under a policy.
        active: which clauses, requests, settings and facts of history stand.
    """

    def __init__(self, course: Course, active: Active) -> None:
        self.course = course = under(course, active)
        self.active = active
        self.days = course.days
        pharmacy = course.scenario.pharmacy
        self.transit = pharmacy.transit_days if active("pharmacy.transit_days") else 0
        self.ahead = pharmacy.max_days_ahead
        if not active("pharmacy.max_days_ahead"):
            self.ahead = max(self.ahead, AHEAD)
        self.spare = pharmacy.spare_vials if active("pharmacy.spare_vials") else 0
        self.ready = pharmacy.ready_made and active("pharmacy.ready_made")
        self.whole = self._sent_whole()
        self._barred: dict[tuple[int, bool], bool] = {}
        self._variants: dict[int, tuple[Variant, ...]] = {}
        self._codes: dict[str, list[tuple[int, int]]] | None = None

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
            bars = () if hospital else self.days.bars_hang(day)
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
        if any(self.active(m, (day,)) for m in self.days.bars_dispense(day)):
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
        index = [c.number for c in free].index(cycle.number)
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

    def _sent_whole(self) -> bool:
        """Whether a bag has all its vials from one dispense: it is sent ready to hang, or something
        counts a dispense by its bags (its claim, its days' supply). Else vials are
        interchangeable."""
        readings, active = self.course.readings, self.active
        return (
            not readings.service_by_hang
            or self.ready
            or (
                readings.supply_rate
                and any(active(key) for key, _ in self.course.windows_on("vials"))
            )
            or (readings.refill_threshold is not None and active("readings.refill_threshold"))
        )

    def stock_of(self, cycle: CourseCycle) -> tuple[Stock, ...]:
        """What history left unused that a cycle may hang, by day: but for ready-made bags also
        what was sent for earlier cycles. Broken vials count where that they broke is left out."""
        found: dict[int, Stock] = {}
        for stock in self.course.stock:
            if stock.cycle != cycle.number and (self.ready or stock.cycle > cycle.number):
                continue
            back = 0 if self._broke(stock.cycle) else stock.wasted
            before = found.get(stock.day, Stock(stock.day, stock.cycle, 0, 0))
            vials = before.vials + stock.vials + back
            if vials or (self.whole and stock.cycle == cycle.number):
                wasted = before.wasted + stock.wasted
                found[stock.day] = Stock(stock.day, stock.cycle, vials, wasted)
        return tuple(found[day] for day in sorted(found))

    def _broke(self, number: int) -> bool:
        """Whether what broke of a cycle's vials counts. A loss may be of vials sent for an
        earlier cycle: only where some loss is left out are a cycle's own all there is to ask."""
        wasted = self.course.scenario.history.wasted
        stands = [self.active(f"history.wasted.{i}") for i in range(len(wasted))]
        own = zip(stands, wasted, strict=True)
        return all(stands) or any(stays for stays, w in own if w.cycle == number)

    def oldest(self, day: int, option: BagOption) -> int:
        """The first day of a dispense that may feed a bag hung on ``day``."""
        if option.kept_days is not None and self.active("pharmacy.ready_made"):
            return max(day - self.ahead, day + option.days - option.kept_days)
        return day - self.ahead
