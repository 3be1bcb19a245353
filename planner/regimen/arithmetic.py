"""How each day's dose comes about, in words: the arithmetic that stands in the head of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from planner.documents.policy import DoseClause, Step
from planner.documents.scenario import Patient, Scenario
from planner.regimen.doses import (
    DosedDays,
    WeightSpan,
    dose_row,
    dosed_days,
    requested_dose,
    weight_spans,
)


def dose_arithmetic(
    scenario: Scenario, clause: DoseClause, starts: Sequence[tuple[int, int]]
) -> tuple[str, ...]:
    """A sentence for each body surface and for each dose of the cycles, in their order; cycles of
    the same doses share theirs.

    Args:
        scenario: its weights, surface and requested doses.
        clause: the clause V.*.dose.
        starts: number and start day (ordinal) of each cycle.
    """
    patient = scenario.patient
    surfaces: dict[str, None] = {}
    groups: list[tuple[list[int], tuple[str, ...]]] = []
    for number, start in starts:
        span = next(s for s in weight_spans(patient) if s.first <= start <= s.last)
        row = dose_row(clause, span.kg, number)
        dosed = dosed_days(row, span.bsa_m2, requested_dose(scenario, number))
        if any(step.mcg_per_m2_per_day is not None for step in row.steps):
            surfaces |= dict.fromkeys(_surface(patient, span))
        said = tuple(_steps(row.steps, dosed, span))
        if groups and groups[-1][1] == said:
            groups[-1][0].append(number)
        else:
            groups.append(([number], said))
    lines = [f"{_cycles(numbers)}{text}" for numbers, said in groups for text in said]
    return (*surfaces, *lines)


def _surface(patient: Patient, span: WeightSpan) -> Iterator[str]:
    if patient.bsa_m2 is not None:
        yield f"Body surface: {_plain(patient.bsa_m2)} m2, as given"
    elif patient.height_cm is not None and span.bsa_m2 is not None:
        cm, kg, m2 = (_plain(value) for value in (patient.height_cm, span.kg, span.bsa_m2))
        if patient.bsa_formula == "mosteller":
            yield f"Body surface: square root of ({cm} cm x {kg} kg / 3600) = {m2} m2 (mosteller)"
        else:
            yield f"Body surface: {m2} m2 from {cm} cm and {kg} kg ({patient.bsa_formula})"


def _steps(steps: Sequence[Step], dosed: Sequence[DosedDays], span: WeightSpan) -> Iterator[str]:
    first = 1
    for step, days in zip(steps, dosed, strict=True):
        which = "" if len(steps) == 1 else f", days {first} to {first + days.days - 1}"
        yield f"{which}: {_dose(step, days, span)}"
        first += days.days


def _dose(step: Step, days: DosedDays, span: WeightSpan) -> str:
    due = f"{_plain(days.mcg_per_day)} mcg a day"
    rate, area = step.mcg_per_m2_per_day, span.bsa_m2
    if rate is None or area is None:
        allowed = f"{_plain(days.cap)} mcg a day at {_plain(span.kg)} kg"
    else:
        exact = rate * area
        allowed = f"{_plain(rate)} x {_plain(area)} m2 = {_plain(exact)} mcg a day"
        if exact > days.cap:
            allowed += f", at most {_plain(days.cap)}"
        elif days.mcg_per_day != exact and days.cap - days.mcg_per_day < Decimal("0.01"):
            return f"{allowed}, cut to {_plain(days.mcg_per_day)}"
    return allowed if days.mcg_per_day == days.cap else f"{due}, as requested; {allowed}"


def _cycles(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Cycle {numbers[0]}"
    return f"Cycles {numbers[0]} to {numbers[-1]}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
