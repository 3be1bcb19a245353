"""Which bags a patient may have, and how many vials one takes, from the drug file's rows."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.audit.case import Case
from planner.audit.dose import DayDose, surface_at
from planner.documents.base import BagName


def bag_name(case: Case, days: int) -> BagName | None:
    """The drug file's bag of that many days."""
    return next((name for name, bag in case.drug.bags.items() if bag.days == days), None)


def offered(case: Case) -> tuple[BagName, ...]:
    """The bags that the pharmacy offers: those it names, else the drug file's default ones."""
    named = case.scenario.pharmacy.bags
    if named is not None:
        return named
    return tuple(name for name, bag in case.drug.bags.items() if bag.default)


def why_not(case: Case, name: BagName, weight_kg: Decimal, *, step_dose: bool) -> str | None:
    """Why a bag may not be hung for a patient of that weight, or None where it may."""
    if name not in offered(case):
        return f"a bag of {name} is not among those offered ({', '.join(offered(case))})"
    bag = case.drug.bags[name]
    if bag.min_weight_kg is not None and weight_kg < bag.min_weight_kg:
        return (
            f"a bag of {name} is for {bag.min_weight_kg} kg and more, the patient has {weight_kg}"
        )
    if step_dose and not bag.for_step_dose:
        return f"a bag of {name} may not hold the step dose"
    return None


def vials_for(case: Case, name: BagName, dose: DayDose, weight_kg: Decimal) -> int | None:
    """Vials of one bag: the fixed row for bag, dose and weight, else the volume rule, and never
    less than an uncertain row's safer figure. None where the drug file has no row."""
    fixed = [
        row
        for row in case.drug.fixed
        if row.bag == name and row.mcg_per_day == dose.due and weight_kg >= row.from_kg
    ]
    if fixed:
        return max(fixed, key=lambda row: row.from_kg).vials
    by_volume = _by_volume(case, name, dose.due)
    return None if by_volume is None else max(by_volume, _safer(case, name, dose, weight_kg))


def _by_volume(case: Case, name: BagName, mcg_per_day: Decimal) -> int | None:
    mcg = Fraction(mcg_per_day) * case.drug.bags[name].days
    vial = case.drug.vial
    for row in case.drug.volumes:
        if row.bag == name:
            prepared = mcg * Fraction(row.prepared_ml) / Fraction(row.infused_ml)
            millilitres = prepared / Fraction(vial.mcg_per_ml)
            return ceil(millilitres / Fraction(vial.usable_ml))
    return None


def _safer(case: Case, name: BagName, dose: DayDose, weight_kg: Decimal) -> int:
    """The least number of vials that the uncertain rows allow; they speak of the clause's dose."""
    area = surface_at(case, weight_kg)
    if area is None or dose.due != dose.clause:
        return 0
    return max(
        (
            row.vials
            for row in case.drug.uncertain
            if row.vials is not None
            and row.bag == name
            and row.mcg_per_m2_per_day == dose.step.mcg_per_m2_per_day
            and row.bsa_from <= area <= row.bsa_to
        ),
        default=0,
    )
