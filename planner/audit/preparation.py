"""Which bags a patient may have, and how many vials one takes: by the pharmacy's own rows, and the
drug file's where these are silent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.audit.case import Case
from planner.audit.dose import DayDose, surface_at
from planner.documents.base import BagName
from planner.documents.own_rows import OwnPreparation


def bag_name(case: Case, days: int) -> BagName | None:
    """The drug file's bag of that many days."""
    return next((name for name, bag in case.drug.bags.items() if bag.days == days), None)


def offered(case: Case) -> tuple[BagName, ...]:
    """The bags that the pharmacy offers: those it names, else the drug file's default ones."""
    named = case.scenario.pharmacy.bags
    if named is not None:
        return named
    return tuple(name for name, bag in case.drug.bags.items() if bag.default)


def why_not(case: Case, name: BagName, weight_kg: Decimal, dose: DayDose | None) -> str | None:
    """Why a bag may not be hung for a patient of that weight and dose, or None where it may. A step
    dose is in the bags that the drug file names for it, and in those of an own row."""
    if name not in offered(case):
        return f"a bag of {name} is not among those offered ({', '.join(offered(case))})"
    bag = case.drug.bags[name]
    if bag.min_weight_kg is not None and weight_kg < bag.min_weight_kg:
        return (
            f"a bag of {name} is for {bag.min_weight_kg} kg and more, the patient has {weight_kg}"
        )
    if dose is None:
        return None  # V.*.dose says so
    if dose.step.step_dose and not bag.for_step_dose and own_row(case, name, dose) is None:
        return f"a bag of {name} may not hold the step dose"
    return None


def vials_for(case: Case, name: BagName, dose: DayDose, weight_kg: Decimal) -> int | None:
    """Vials of one bag: those of the pharmacy's own row where they hold what is infused, else the
    fixed row for bag, dose and weight, else the volume rule, and never less than an uncertain row's
    safer figure. None where no row says."""
    own = own_row(case, name, dose)
    if own is not None:
        infused = dose.due * case.drug.bags[name].days
        return own.vials if own.vials * case.drug.vial.mcg >= infused else None
    fixed = [
        row
        for row in case.drug.fixed
        if row.bag == name and row.mcg_per_day == dose.due and weight_kg >= row.from_kg
    ]
    if fixed:
        return max(fixed, key=lambda row: row.from_kg).vials
    by_volume = _by_volume(case, name, dose.due)
    return None if by_volume is None else max(by_volume, _safer(case, name, dose, weight_kg))


def own_row(case: Case, name: BagName, dose: DayDose) -> OwnPreparation | None:
    """The pharmacy's own row for a bag of that dose: of its mcg a day, or of the clause's rate."""
    for row in case.scenario.pharmacy.preparation:
        if row.bag != name:
            continue
        if row.mcg_per_day is not None and row.mcg_per_day == dose.due:
            return row
        by_rate = row.mcg_per_m2_per_day is not None and dose.due == dose.clause
        if by_rate and row.mcg_per_m2_per_day == dose.step.mcg_per_m2_per_day:
            return row
    return None


def keeps(case: Case, name: BagName | None) -> int | None:
    """Days from dispense to the end of infusion that a ready-made bag keeps: by the pharmacy's own
    row, else by the drug file's. None where neither says."""
    own = case.scenario.pharmacy.storage
    if name is not None and name in own:
        return own[name].days
    return next((row.days_refrigerated for row in case.drug.storage if row.bag == name), None)


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
