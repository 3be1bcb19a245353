"""What a scenario, a policy and a drug file say about days, cycles and doses, worked out literally.

Effective dates of clauses are not read here: small policies have none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil
from typing import TypeVar

from holidays import country_holidays

from planner.documents import policy as p
from planner.documents.base import WEEKDAYS, BagName
from planner.documents.clause import ClauseBase
from planner.documents.drug import Bag as BagRow
from planner.documents.drug import Drug
from planner.documents.policy import Policy, reading_value
from planner.documents.scenario import DateWindow, PastCycle, Scenario
from tests.oracle.values import DayDose, day_after

C = TypeVar("C", bound=ClauseBase)

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, eq=False)
class Case:
    """One scenario under one policy with one drug; each method is a sentence of the documents."""

    scenario: Scenario
    policy: Policy
    drug: Drug

    # The policy ------------------------------------------------------------------------------

    def reading(self, name: str) -> str:
        """The reading in force, as text (SPEC 1, Readings)."""
        return str(reading_value(self.policy, self.scenario.readings, name))

    def clauses(self, kind: type[C]) -> list[tuple[str, C]]:
        """The clauses of one family that speak of the scenario's indication, with their ids."""
        return [
            (name, clause)
            for name, clause in self.policy.clauses.items()
            if isinstance(clause, kind) and self.scenario.indication in clause.indications
        ]

    def clause(self, kind: type[C]) -> tuple[str, C]:
        """The only clause of a family; ValueError where there are none or more."""
        [found] = self.clauses(kind)
        return found

    @cached_property
    def infusion_days(self) -> int:
        """V.*.days."""
        return self.clause(p.InfusionDaysClause)[1].days

    @cached_property
    def length_name(self) -> str:
        """The id of V.*.length; that of V.*.days where no length is printed."""
        names = [name for name, _ in self.clauses(p.LengthClause)]
        return names[0] if names else self.clause(p.InfusionDaysClause)[0]

    def length(self, cycle: int) -> int:
        """V.*.length of the cycle, at least its infusion days where none is printed for it."""
        for _, clause in self.clauses(p.LengthClause):
            for row in clause.rows:
                if row.cycles.first <= cycle <= row.cycles.last:
                    return row.days
        return self.infusion_days

    @cached_property
    def mcg_per_unit(self) -> int:
        """VI.hcpcs."""
        return self.clause(p.HcpcsClause)[1].mcg_per_unit

    # The course ------------------------------------------------------------------------------

    @cached_property
    def cycles(self) -> int:
        """Cycles of the whole course, past ones included: as requested, else V.*.cycles."""
        return self.scenario.request.cycles or self.clause(p.CyclesClause)[1].at_most

    @cached_property
    def past(self) -> dict[int, PastCycle]:
        """The cycles of the history, by number."""
        return {cycle.cycle: cycle for cycle in self.scenario.history.cycles}

    @cached_property
    def planned(self) -> tuple[int, ...]:
        """The cycles whose start is still to be chosen."""
        return tuple(range(max(self.past, default=0) + 1, self.cycles + 1))

    def interruptions(self, cycle: int) -> list[tuple[dt.date, int]]:
        """(first day, days) of the interruptions of a past cycle."""
        found = self.scenario.history.interruptions
        return sorted((one.start, one.days) for one in found if one.cycle == cycle)

    def end_of_break(self, cycle: int) -> dt.date | None:
        """The day on which an interruption too long for the same cycle is over, if it had one."""
        for first, days in self.interruptions(cycle):
            if days > self.drug.interruption.same_cycle_up_to:
                return day_after(first, days)
        return None

    def infusion_dates(self, cycle: int, start: dt.date) -> tuple[dt.date, ...]:
        """The infusion days of a cycle: as many dates as V.*.days from its start on, without those
        of interruptions; none after an interruption that ends the cycle.
        """
        return _infusion_dates(self, cycle, start)

    def disconnect(self, cycle: int, start: dt.date) -> dt.date | None:
        """The day after the last infusion day; none where an interruption ended the cycle."""
        if self.end_of_break(cycle) is not None:
            return None
        return day_after(self.infusion_dates(cycle, start)[-1])

    def next_start(self, cycle: int, start: dt.date) -> dt.date:
        """The first day on which the cycle after this one may start."""
        over = self.end_of_break(cycle)
        if over is not None:
            return over
        last = self.infusion_dates(cycle, start)[-1]
        moved = (last - start).days - (self.infusion_days - 1)
        if self.reading("interruption.length") == "absorbed":
            moved = 0
        return day_after(start, self.length(cycle) + moved)

    @cached_property
    def first_window(self) -> tuple[dt.date, dt.date] | None:
        """First and last day on which the first planned cycle may start by `first_infusion`; none
        where that describes a cycle of the history.
        """
        asked = self.scenario.request.first_infusion
        window = (asked.earliest, asked.latest) if isinstance(asked, DateWindow) else (asked, asked)
        if self.past and window[0] <= max(cycle.start for cycle in self.past.values()):
            return None
        return window

    def earliest(self, cycle: int) -> dt.date:
        """The earliest day of a planned cycle, from which its delay counts."""
        first = dt.date.min
        if self.first_window is not None:
            first = self.first_window[0]
        if self.past:
            last = max(self.past)
            first = max(first, self.next_start(last, self.past[last].start))
        return day_after(first, sum(self.length(k) for k in self.planned if k < cycle))

    # The days --------------------------------------------------------------------------------

    def is_holiday(self, day: dt.date) -> bool:
        """Whether the scenario's holidays hold the day."""
        asked = self.scenario.pharmacy.holidays
        if asked == "none":
            return False
        if asked == "us-federal":
            return day in country_holidays("US", years=day.year)
        return day in asked

    def is_change_day(self, day: dt.date) -> bool:
        """Whether a bag may be changed at home on the day."""
        pharmacy = self.scenario.pharmacy
        on_holidays = pharmacy.bag_change_on_holidays
        if on_holidays is None:
            on_holidays = all(name in pharmacy.bag_change_days for name in WEEKDAYS)
        return (
            WEEKDAYS[day.weekday()] in pharmacy.bag_change_days
            and day not in pharmacy.closed
            and (on_holidays or not self.is_holiday(day))
        )

    def is_dispense_day(self, day: dt.date) -> bool:
        """Whether the pharmacy dispenses on the day."""
        pharmacy = self.scenario.pharmacy
        return (
            WEEKDAYS[day.weekday()] in pharmacy.dispense_days
            and day not in pharmacy.closed
            and not self.is_holiday(day)
        )

    def in_hospital(self, cycle: int, index: int) -> bool:
        """Whether infusion day ``index`` (from 0) of a cycle is spent in hospital."""
        return index < self.scenario.pharmacy.hospital_days.get(cycle, 0)

    # The dose --------------------------------------------------------------------------------

    def weight(self, start: dt.date) -> Decimal:
        """Kilograms for a cycle that starts on a day: the latest dated weight by then, else the
        first one.
        """
        weights = self.scenario.patient.weight_kg
        if isinstance(weights, Decimal):
            return weights
        dated = sorted(weights, key=lambda one: one.date)
        return ([one for one in dated if one.date <= start] or dated[:1])[-1].kg

    def surface(self, start: dt.date) -> Decimal:
        """Square metres: given, else Mosteller's root of cm x kg / 3600; half up to 0.01."""
        patient = self.scenario.patient
        surface = patient.bsa_m2
        if surface is None:
            if patient.height_cm is None or patient.bsa_formula != "mosteller":
                raise ValueError("the oracle knows a given surface and Mosteller's")
            with localcontext() as context:
                context.prec = 60
                surface = (patient.height_cm * self.weight(start) / 3600).sqrt()
        return surface.quantize(HUNDREDTH, ROUND_HALF_UP)

    def steps(self, cycle: int, start: dt.date) -> Sequence[p.Step]:
        """The dose steps of a cycle, by the weight bracket at its start."""
        weight = self.weight(start)
        for bracket in self.clause(p.DoseClause)[1].brackets:
            heavy = bracket.from_kg is None or weight >= bracket.from_kg
            light = bracket.below_kg is None or weight < bracket.below_kg
            for row in bracket.rows:
                if heavy and light and row.cycles.first <= cycle <= row.cycles.last:
                    return row.steps
        return ()

    def cap(self, step: p.Step, start: dt.date) -> Decimal:
        """The most the clause allows a day: the fixed dose, or rate times surface up to its cap."""
        if step.mcg_per_m2_per_day is None:
            return step.mcg_per_day or Decimal(0)
        dose = step.mcg_per_m2_per_day * self.surface(start)
        return dose if step.not_above is None else min(dose, step.not_above)

    def clause_dose(self, step: p.Step, start: dt.date) -> Decimal:
        """What the clause gives a day: its cap, a dose by surface rounded down to 0.01 mcg."""
        cap = self.cap(step, start)
        return cap if step.mcg_per_day is not None else cap.quantize(HUNDREDTH, ROUND_DOWN)

    def asked_dose(self, cycle: int) -> Decimal | None:
        """`daily_dose_mcg` of the request, for one cycle."""
        asked = self.scenario.request.daily_dose_mcg
        return asked if asked is None or isinstance(asked, Decimal) else asked.get(cycle)

    def doses(self, cycle: int, start: dt.date) -> tuple[DayDose, ...]:
        """The dose of each infusion day."""
        return _doses(self, cycle, start)

    # The bags --------------------------------------------------------------------------------

    @cached_property
    def offered(self) -> dict[int, tuple[BagName, BagRow]]:
        """The bags that the pharmacy offers, by their days."""
        names = self.scenario.pharmacy.bags or [n for n, b in self.drug.bags.items() if b.default]
        return {self.drug.bags[name].days: (name, self.drug.bags[name]) for name in names}

    def own_vials(self, name: BagName, dose: DayDose) -> int | None:
        """Vials by the pharmacy's own row of a bag, for a dose a day or the clause's rate."""
        for row in self.scenario.pharmacy.preparation:
            rate = row.mcg_per_m2_per_day
            fits = row.mcg_per_day == dose.mcg if rate is None else rate == dose.rate
            if row.bag == name and fits:
                return row.vials
        return None

    def keeps(self, name: BagName) -> int | None:
        """Days from dispense to the end of infusion that a ready-made bag keeps."""
        days = {row.bag: row.days_refrigerated for row in self.drug.storage}
        days |= {bag: row.days for bag, row in self.scenario.pharmacy.storage.items()}
        return days.get(name)

    def vials(self, name: BagName, dose: DayDose, start: dt.date) -> int | None:
        """Vials for one bag of a cycle: the fixed row of bag, dose and weight, else the volume
        rule, and in an uncertain row's band at least that row's; none where there is no rule.
        """
        own = self.own_vials(name, dose)
        if own is not None:
            return own if own * self.drug.vial.mcg >= dose.mcg * self.drug.bags[name].days else None
        for fixed in self.drug.fixed:
            same = (fixed.bag, fixed.mcg_per_day) == (name, dose.mcg)
            if same and self.weight(start) >= fixed.from_kg:
                return fixed.vials
        rows = [row for row in self.drug.volumes if row.bag == name]
        if not rows:
            return None
        mcg = Fraction(dose.mcg) * self.drug.bags[name].days
        prepared = mcg * Fraction(rows[0].prepared_ml) / Fraction(rows[0].infused_ml)
        ml = prepared / Fraction(self.drug.vial.mcg_per_ml)
        count = ceil(ml / Fraction(self.drug.vial.usable_ml))
        for band in self.drug.uncertain:
            if (band.bag, band.mcg_per_m2_per_day) == (name, dose.rate):
                inside = band.bsa_from <= self.surface(start) <= band.bsa_to
                count = max(count, band.vials or 0) if inside else count
        return count


@lru_cache(maxsize=4096)
def _infusion_dates(case: Case, cycle: int, start: dt.date) -> tuple[dt.date, ...]:
    found: list[dt.date] = []
    day = start
    while len(found) < case.infusion_days:
        broken = [n for first, n in case.interruptions(cycle) if 0 <= (day - first).days < n]
        if any(n > case.drug.interruption.same_cycle_up_to for n in broken):
            break
        if not broken:
            found.append(day)
        day = day_after(day)
    return tuple(found)


@lru_cache(maxsize=4096)
def _doses(case: Case, cycle: int, start: dt.date) -> tuple[DayDose, ...]:
    asked = case.asked_dose(cycle)
    found: list[DayDose] = []
    for step in case.steps(cycle, start):
        dose = by_clause = case.clause_dose(step, start)
        if asked is not None:
            dose = min(dose, asked) if step.step_dose else asked
        rate = step.mcg_per_m2_per_day if dose == by_clause else None
        found += [DayDose(dose, step.step_dose, rate)] * step.days
    return tuple(found)
