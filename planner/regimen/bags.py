"""Bags and their vials: the drug file's preparation rows for one dose and weight."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.documents.base import BagName
from planner.documents.drug import Drug, UncertainRow
from planner.documents.plan import RowUsed
from planner.regimen.course import BagOption


def default_bags(drug: Drug) -> tuple[BagName, ...]:
    """The bag lengths offered where the scenario names none."""
    return tuple(name for name, bag in drug.bags.items() if bag.default)


def options(
    drug: Drug,
    names: Iterable[BagName],
    dose: Decimal,
    weight_kg: Decimal,
    *,
    step_dose: bool,
    surface_dose: tuple[Decimal, Decimal] | None,
    ready_made: bool,
    mcg_per_unit: int,
) -> tuple[BagOption, ...]:
    """The bags that may hold ``dose`` mcg a day, shortest first.

    Args:
        drug: the drug file.
        names: the bag lengths the pharmacy offers.
        dose: mcg a day, above 0.
        weight_kg: decides who may have a bag and which row counts.
        step_dose: the low dose a first cycle opens with.
        surface_dose: (mcg per m2 a day, body surface) where the dose follows from them.
        ready_made: bags travel ready to hang, so storage limits apply.
        mcg_per_unit: mcg of one billable unit.
    """
    found = []
    for name in sorted(set(names), key=lambda n: drug.bags[n].days):
        bag = drug.bags[name]
        if bag.min_weight_kg is not None and weight_kg < bag.min_weight_kg:
            continue
        if step_dose and not bag.for_step_dose:
            continue
        prepared = _vials(drug, name, bag.days, dose, weight_kg)
        kept = next((s.days_refrigerated for s in drug.storage if s.bag == name), None)
        if prepared is None or (ready_made and kept is None):
            continue
        vials, row = prepared
        marked = _uncertain(drug, name, surface_dose)
        if marked is not None and marked.vials is not None:
            vials = max(vials, marked.vials)
        mcg = dose * bag.days
        found.append(
            BagOption(
                name=name,
                days=bag.days,
                vials=vials,
                mcg=mcg,
                administered=ceil(Fraction(mcg) / mcg_per_unit),
                opened=drug.vial.mcg * vials // mcg_per_unit,
                kept_days=kept if ready_made else None,
                row=row,
                uncertain=marked.says if marked is not None else None,
            )
        )
    return tuple(found)


def _vials(
    drug: Drug, name: BagName, days: int, dose: Decimal, weight_kg: Decimal
) -> tuple[int, RowUsed] | None:
    printed = [r for r in drug.fixed if r.mcg_per_day == dose and weight_kg >= r.from_kg]
    for row in printed:
        if row.bag == name:
            used = RowUsed(
                row=f"{name} at {dose.normalize():f} mcg/day",
                source=row.source,
                revision=row.revision,
                grade=row.grade,
                says=f"{row.vials} vials" if row.vials > 1 else "1 vial",
            )
            return row.vials, used
    if printed:  # the rows for this dose say which bags hold it
        return None
    for volume in drug.volumes:
        if volume.bag == name:
            ml = (
                Fraction(dose)
                * days
                * Fraction(volume.prepared_ml)
                / Fraction(volume.infused_ml)
                / Fraction(drug.vial.mcg_per_ml)
            )
            used = RowUsed(
                row=f"{name} by volume",
                source=volume.source,
                revision=volume.revision,
                grade=volume.grade,
                says=f"{volume.prepared_ml} mL prepared, {volume.infused_ml} mL infused",
            )
            return ceil(ml / Fraction(drug.vial.usable_ml)), used
    return None


def _uncertain(
    drug: Drug, name: BagName, surface_dose: tuple[Decimal, Decimal] | None
) -> UncertainRow | None:
    if surface_dose is None:
        return None
    rate, bsa = surface_dose
    for row in drug.uncertain:
        if row.bag == name and row.mcg_per_m2_per_day == rate and row.bsa_from <= bsa <= row.bsa_to:
            return row
    return None
