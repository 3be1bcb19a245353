"""From documents to a course: the one way into this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.documents.base import DEFAULT_OBJECTIVES
from planner.documents.drug import Drug
from planner.documents.in_force import Need
from planner.documents.policy import Clause, Policy, reading_value
from planner.documents.scenario import Scenario
from planner.regimen.assumptions import assumed_defaults
from planner.regimen.authorizations import allot, by_day
from planner.regimen.course import Course, CourseCycle, PastCycle, Readings, Window
from planner.regimen.cycles import Therapy, therapy, variants
from planner.regimen.history import Past, past_of


def readings_of(scenario: Scenario, policy: Policy) -> Readings:
    """The readings in force: the scenario's choices over the policy's defaults."""
    chosen = {name: reading_value(policy, scenario.readings, name) for name in policy.readings}

    def reads(name: str, value: str) -> bool:
        return chosen.get(name, value) == value

    refill = chosen.get("refill_threshold", "off")
    return Readings(
        rolling=reads("window", "rolling"),
        service_by_hang=reads("date_of_service", "hang"),
        opened_billed=reads("units.billed", "opened"),
        dispenses_covered=not reads("authorization.covers", "service"),
        supply_rate=not reads("quantity.days_supply", "off"),
        refill_threshold=refill if isinstance(refill, Decimal) else None,
        interruption_extends=reads("interruption.length", "extends"),
        authorized_by_day=by_day(scenario, policy),
        chosen=chosen,
    )


def indication_clauses(policy: Policy, indication: str) -> Mapping[str, Clause]:
    """The clauses that speak of an indication, in the file's order."""
    return {key: c for key, c in policy.clauses.items() if indication in c.indications}


def most_cycles(clauses: Mapping[str, Clause]) -> int | None:
    """The most cycles the clauses allow: V.*.cycles, else what the authorizations cover."""
    limits = [c.at_most for c in clauses.values() if c.rule == "cycles"]
    return min(limits) if limits else None


def course_of(scenario: Scenario, policy: Policy, drug: Drug) -> Course:
    """Lays a patient's course out under a policy, with nothing decided yet.

    Raises:
        LookupError: the policy prints no dose for the indication or weight, or does not say how
            many cycles there may be while the scenario does not either.
    """
    clauses = indication_clauses(policy, scenario.indication)
    plan = therapy(clauses)
    readings = readings_of(scenario, policy)
    asked = scenario.request.cycles
    last = asked if asked is not None else most_cycles(clauses)
    if last is None:
        raise LookupError("the policy sets no number of cycles; give request.cycles")
    last = max([last, *(c.cycle for c in scenario.history.cycles)])
    slots = allot(scenario, policy, last)
    past = past_of(scenario, drug, plan, readings, slots)
    chain = _Chain(scenario, drug, plan, past)
    cycles = chain.cycles(
        last, slots_by_cycle={c: i for i, s in enumerate(slots) for c in s.cycles}
    )
    return Course(
        scenario=scenario,
        policy=policy,
        drug=drug,
        indication=scenario.indication,
        clauses=clauses,
        readings=readings,
        cycles=cycles,
        past=tuple(past.cycles),
        past_bags=tuple(past.bags),
        past_dispenses=tuple(past.dispenses),
        past_units=tuple(past.units),
        stock=tuple(
            s for s in past.stock if s.vials or s.wasted or any(c.number == s.cycle for c in cycles)
        ),
        slots=slots,
        first_infusion=chain.window,
        as_of=scenario.as_of.toordinal() if scenario.as_of is not None else None,
        objectives=(
            *scenario.objectives,
            *(o for o in DEFAULT_OBJECTIVES if o not in scenario.objectives),
        ),
        assumed=(*assumed_defaults(scenario, drug, last), *past.assumed),
        not_there=tuple(past.not_there),
    )


def needed(course: Course) -> Need | None:
    """The days on which the course, its history included, needs its rules; None where nothing is
    left to plan.
    """
    if not course.cycles:
        return None
    first, last = course.cycles[0], course.cycles[-1]
    begun = first.progress
    begin = begun.resume if begun is not None else first.earliest
    if course.as_of is not None:
        begin = max(begin, course.as_of)
    if course.past:
        begin = min(begin, course.past[0].start)
    if last.progress is not None:
        end = last.progress.resume + last.infusion_days - last.progress.infused - 1
    else:
        end = last.earliest + last.infusion_days - 1
    return Need(date.fromordinal(begin), date.fromordinal(max(begin, end)), last.number)


@dataclass(frozen=True)
class _Chain:
    """Lays the planned cycles behind each other from the first possible infusion day."""

    scenario: Scenario
    drug: Drug
    plan: Therapy
    past: Past

    @property
    def asked(self) -> Window:
        first = self.scenario.request.first_infusion
        if isinstance(first, date):
            return Window(first.toordinal(), first.toordinal())
        return Window(first.earliest.toordinal(), first.latest.toordinal())

    @property
    def window(self) -> Window | None:
        """The request's window, or None where history shows that it is a fact by now."""
        started = self.past.cycles[-1].start if self.past.cycles else None
        return None if started is not None and self.asked.first <= started else self.asked

    def cycles(self, last: int, *, slots_by_cycle: Mapping[int, int]) -> tuple[CourseCycle, ...]:
        past = self.past.cycles
        planned: list[CourseCycle] = []
        if past and self.past.progress is not None:
            planned.append(self._cycle(past[-1].number, past[-1].start, slots_by_cycle, past[-1]))
        earliest = past[-1].earliest_next if past else self.asked.first
        if self.window is not None:
            earliest = max(earliest, self.window.first)
        for number in range(len(past) + 1, last + 1):
            planned.append(self._cycle(number, earliest, slots_by_cycle, None))
            earliest += self.plan.length(number)
        return tuple(planned)

    def _cycle(
        self, number: int, earliest: int, slots: Mapping[int, int], begun: PastCycle | None
    ) -> CourseCycle:
        return CourseCycle(
            number=number,
            phase=self.plan.phase(number),
            infusion_days=self.plan.infusion_days,
            length=self.plan.length(number),
            earliest=earliest,
            variants=variants(self.scenario, self.drug, self.plan, number),
            slot=slots.get(number),
            progress=self.past.progress if begun else None,
            pinned=begun.start if begun else None,
            shift=self.past.shift if begun else 0,
            next_shift=self.past.next_shift if begun else 0,
        )
