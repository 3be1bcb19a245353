"""The daily dose of each infusion day: weight bracket, body surface, cap, request (V.*.dose)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from planner.documents.policy import DoseBracket, DoseClause, DoseRow, Step
from planner.documents.scenario import Patient, Scenario
from planner.regimen.surface import HUNDREDTH, body_surface


@dataclass(frozen=True)
class WeightSpan:
    """The weight that counts for cycles started on ``first`` .. ``last`` (ordinals)."""

    first: int
    last: int
    kg: Decimal
    bsa_m2: Decimal | None


@dataclass(frozen=True)
class DosedDays:
    """``days`` infusion days at ``mcg_per_day``; ``cap`` is what the clause allows a day."""

    days: int
    mcg_per_day: Decimal
    cap: Decimal
    step_dose: bool


def weight_spans(patient: Patient) -> tuple[WeightSpan, ...]:
    """The patient's weights by the start days they count for, first to last."""
    if isinstance(patient.weight_kg, Decimal):
        dated = [(date.min.toordinal(), patient.weight_kg)]
    else:
        rows = sorted((w.date.toordinal(), w.kg) for w in patient.weight_kg)
        dated = [(date.min.toordinal(), rows[0][1]), *rows[1:]]
    ends = [day - 1 for day, _ in dated[1:]] + [date.max.toordinal()]
    return tuple(
        WeightSpan(first, last, kg, _surface(patient, kg))
        for (first, kg), last in zip(dated, ends, strict=True)
    )


def _surface(patient: Patient, kg: Decimal) -> Decimal | None:
    if patient.bsa_m2 is not None:
        return patient.bsa_m2
    if patient.height_cm is not None:
        return body_surface(patient.bsa_formula, patient.height_cm, kg)
    return None


def dose_row(clause: DoseClause, kg: Decimal, cycle: int) -> DoseRow:
    """The clause's row for a weight and cycle; a cycle beyond the last row takes the last row, so
    that a course of too many cycles can still be laid out and refused by its own clause.

    Raises:
        LookupError: no weight bracket holds the weight.
    """
    bracket = next((b for b in clause.brackets if _holds(b, kg)), None)
    if bracket is None:
        raise LookupError(f"no weight bracket for {kg} kg")
    for row in bracket.rows:
        if row.cycles.first <= cycle <= row.cycles.last:
            return row
    return max(bracket.rows, key=lambda row: row.cycles.last)


def over_cap(dosed: Iterable[DosedDays]) -> tuple[Decimal, Decimal] | None:
    """What is asked for and what is allowed, mcg a day, where the one passes the other."""
    return next(((d.mcg_per_day, d.cap) for d in dosed if d.mcg_per_day > d.cap), None)


def _holds(bracket: DoseBracket, kg: Decimal) -> bool:
    return (bracket.from_kg is None or kg >= bracket.from_kg) and (
        bracket.below_kg is None or kg < bracket.below_kg
    )


def clause_cap(step: Step, bsa_m2: Decimal | None) -> Decimal:
    """What the clause allows this patient, in mcg a day: the fixed dose, or the rate times the
    surface, and never above the printed maximum.

    Raises:
        LookupError: the dose is by body surface and no surface is known.
    """
    if step.mcg_per_day is not None:
        return step.mcg_per_day
    if step.mcg_per_m2_per_day is None or bsa_m2 is None:
        raise LookupError("the dose is by body surface, and no surface is known")
    by_surface = step.mcg_per_m2_per_day * bsa_m2
    return by_surface if step.not_above is None else min(by_surface, step.not_above)


def clause_dose(step: Step, bsa_m2: Decimal | None) -> Decimal:
    """The clause's mcg a day: a fixed one as printed, one by surface rounded down to 0.01 mcg so
    that rounding never passes a cap.

    Raises:
        LookupError: the dose is by body surface and no surface is known.
    """
    cap = clause_cap(step, bsa_m2)
    if step.mcg_per_day is not None:
        return cap
    return cap.quantize(HUNDREDTH, rounding=ROUND_DOWN)


def requested_dose(scenario: Scenario, cycle: int) -> Decimal | None:
    """The full dose a request sets for a cycle, mcg a day."""
    asked = scenario.request.daily_dose_mcg
    if asked is None or isinstance(asked, Decimal):
        return asked
    return asked.get(cycle)


def dosed_days(
    row: DoseRow, bsa_m2: Decimal | None, asked: Decimal | None
) -> tuple[DosedDays, ...]:
    """The row's steps under a request: it replaces the full dose and bounds a step dose."""
    steps = []
    for step in row.steps:
        dose = clause_dose(step, bsa_m2)
        if asked is not None:
            dose = min(dose, asked) if step.step_dose else asked
        steps.append(DosedDays(step.days, dose, clause_cap(step, bsa_m2), step.step_dose))
    return tuple(steps)
