"""The daily dose of every infusion day, from the weight, the clause and the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from planner.audit.case import Case, in_force
from planner.audit.days import run
from planner.audit.surface import surface
from planner.documents.policy import DoseBracket, DoseClause, DoseRow, Step


@dataclass(frozen=True)
class DayDose:
    """The dose of one infusion day, in mcg.

    ``clause`` is what the clause says, ``cap`` what a requested dose may not pass, and ``due``
    the one that holds: the requested dose where there is one, else the clause's.
    """

    clause: Decimal
    cap: Decimal
    due: Decimal
    step: Step


class NoDoseError(Exception):
    """The documents give no dose; the message says what is missing."""


def weight_at(case: Case, day: date) -> Decimal | None:
    """The latest dated weight on or before ``day``; before the first one, the first one."""
    given = case.scenario.patient.weight_kg
    if isinstance(given, Decimal):
        return given
    dated = sorted(given, key=lambda weight: weight.date)
    known = [weight.kg for weight in dated if weight.date <= day]
    if known:
        return known[-1]
    return dated[0].kg if dated else None


def surface_at(case: Case, weight_kg: Decimal) -> Decimal | None:
    """The body surface at a weight: given, or by the scenario's formula; None without a height."""
    patient = case.scenario.patient
    if patient.bsa_m2 is not None:
        return patient.bsa_m2
    if patient.height_cm is None:
        return None
    return surface(patient.bsa_formula, patient.height_cm, weight_kg)


def requested_dose(case: Case, number: int) -> Decimal | None:
    """The daily dose that the scenario asks for in a cycle, in mcg."""
    asked = case.scenario.request.daily_dose_mcg
    if isinstance(asked, Mapping):
        return asked.get(number)
    return asked


def doses(case: Case, clause: DoseClause, number: int, start: date) -> tuple[DayDose, ...]:
    """The dose of each infusion day of a cycle that starts on ``start``, by one clause of V.

    Raises:
        NoDoseError: where weight, bracket, row or body surface is missing.
    """
    weight = weight_at(case, start)
    if weight is None:
        raise NoDoseError("no weight is given")
    row = _row(_bracket(clause, weight), number)
    asked = requested_dose(case, number)
    days: list[DayDose] = []
    for step in row.steps:
        days.extend([_day_dose(case, step, weight, asked)] * step.days)
    return tuple(days)


def course_doses(case: Case, number: int) -> tuple[DayDose, ...]:
    """The doses of a cycle by the first dose clause in force at its start; empty where none."""
    cycle = case.cycle(number)
    for _, clause in case.clauses_of(DoseClause):
        if cycle is not None and in_force(clause, cycle.start):
            try:
                return doses(case, clause, number, cycle.start)
            except NoDoseError:  # the clause's own function says so
                return ()
    return ()


def doses_by_day(case: Case, number: int) -> dict[date, DayDose]:
    """The dose of each infusion day of a cycle, by date; empty where the clause gives none."""
    infused = run(case, number)
    days = infused.days if infused else ()
    return dict(zip(days, course_doses(case, number), strict=False))


def _bracket(clause: DoseClause, weight_kg: Decimal) -> DoseBracket:
    for bracket in clause.brackets:
        heavy = bracket.from_kg is None or weight_kg >= bracket.from_kg
        if heavy and (bracket.below_kg is None or weight_kg < bracket.below_kg):
            return bracket
    raise NoDoseError(f"no weight bracket holds {weight_kg} kg")


def _row(bracket: DoseBracket, number: int) -> DoseRow:
    for row in bracket.rows:
        if row.cycles.first <= number <= row.cycles.last:
            return row
    raise NoDoseError(f"no dose is printed for cycle {number}")


def _day_dose(case: Case, step: Step, weight_kg: Decimal, asked: Decimal | None) -> DayDose:
    clause, cap = _clause_dose(case, step, weight_kg)
    due = clause
    if asked is not None:
        due = min(clause, asked) if step.step_dose else asked
    return DayDose(clause, cap, due, step)


def _clause_dose(case: Case, step: Step, weight_kg: Decimal) -> tuple[Decimal, Decimal]:
    """A step's dose, rounded down to 0.01 mcg, and its cap: what the clause allows this patient,
    the fixed dose, or the rate times the surface and never above the printed maximum."""
    if step.mcg_per_day is not None:
        return step.mcg_per_day, step.mcg_per_day
    if step.mcg_per_m2_per_day is None:
        raise NoDoseError("a step of the clause names no dose")
    area = surface_at(case, weight_kg)
    if area is None:
        raise NoDoseError(
            f"at {weight_kg} kg the dose goes by body surface, and no height is given"
        )
    by_surface = step.mcg_per_m2_per_day * area
    cap = by_surface if step.not_above is None else min(by_surface, step.not_above)
    return _shortest(Decimal(floor(Fraction(cap) * 100)).scaleb(-2)), _shortest(cap)


def _shortest(value: Decimal) -> Decimal:
    """The same number without trailing zeros, as it is read: 12, not 12.00 or 1.2E+1."""
    return Decimal(f"{value.normalize():f}")
