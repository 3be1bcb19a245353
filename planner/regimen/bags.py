"""Bags and their vials: the preparation rows for one dose and weight, the pharmacy's own first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.documents.base import BagName
from planner.documents.drug import Drug, Sourced, UncertainRow
from planner.documents.own_rows import OwnPreparation
from planner.documents.plan import RowUsed
from planner.documents.scenario import Pharmacy
from planner.regimen.course import BagOption, LeftOut


def default_bags(drug: Drug) -> tuple[BagName, ...]:
    """The bag lengths offered where the scenario names none."""
    return tuple(name for name, bag in drug.bags.items() if bag.default)


@dataclass(frozen=True)
class Dosed:
    """What a bag is for: mcg a day (above 0) of a patient of a weight.

    ``step_dose``: the low dose a first cycle opens with. ``by_surface``: (mcg per m2 a day, body
    surface) where the dose follows from them.
    """

    mcg_per_day: Decimal
    weight_kg: Decimal
    step_dose: bool = False
    by_surface: tuple[Decimal, Decimal] | None = None


def options(
    drug: Drug, pharmacy: Pharmacy, names: Iterable[BagName], dosed: Dosed, mcg_per_unit: int
) -> tuple[tuple[BagOption, ...], tuple[LeftOut, ...]]:
    """The bags that may hold a dose, and those that may not with the reason; shortest first.

    Args:
        drug: the drug file.
        pharmacy: its own rows win over the drug file's; bags that travel ready to hang have
            storage limits.
        names: the bag lengths offered.
        dosed: dose and patient.
        mcg_per_unit: mcg of one billable unit.
    """
    found: list[BagOption] = []
    left: list[LeftOut] = []
    for name in sorted(set(names), key=lambda n: drug.bags[n].days):
        made = _option(drug, pharmacy, name, dosed, mcg_per_unit)
        if isinstance(made, BagOption):
            found.append(made)
        else:
            left.append(LeftOut(name, dosed.mcg_per_day, made))
    return tuple(found), tuple(left)


def _option(
    drug: Drug, pharmacy: Pharmacy, name: BagName, dosed: Dosed, mcg_per_unit: int
) -> BagOption | str:
    """A bag for a dose, or why there is none."""
    bag, dose = drug.bags[name], dosed.mcg_per_day
    if bag.min_weight_kg is not None and dosed.weight_kg < bag.min_weight_kg:
        return (
            f"for patients of {bag.min_weight_kg} kg and more, and the patient has "
            f"{dosed.weight_kg} kg"
        )
    own = _own_row(pharmacy, name, dosed)
    if dosed.step_dose and not bag.for_step_dose and own is None:
        return (
            "no row says that the step dose may be in it; a row of the pharmacy's own would, "
            "under `pharmacy.preparation`"
        )
    mcg = dose * bag.days
    if own is not None and mcg > drug.vial.mcg * own.vials:
        return (
            f"the pharmacy's row gives {_counted(own.vials)}, which hold "
            f"{drug.vial.mcg * own.vials} mcg as labelled, less than {_plain(mcg)}"
        )
    prepared = _vials(drug, name, dosed) if own is None else (own.vials, _as_used(own, dosed))
    if prepared is None:
        return "no preparation row for this dose; give `pharmacy.preparation`"
    vials, row = prepared
    kept, stored = None, None
    if pharmacy.ready_made:
        storage = _storage(drug, pharmacy, name)
        if storage is None:
            return "no storage row for a bag that is sent ready; give `pharmacy.storage`"
        kept, stored = storage
    marked = _uncertain(drug, name, dosed.by_surface) if own is None else None
    if marked is not None and marked.vials is not None:
        vials = max(vials, marked.vials)
    return BagOption(
        name=name,
        days=bag.days,
        vials=vials,
        mcg=mcg,
        administered=ceil(Fraction(mcg) / mcg_per_unit),
        opened=drug.vial.mcg * vials // mcg_per_unit,
        kept_days=kept,
        rows=(row,) if stored is None else (row, stored),
        uncertain=marked.says if marked is not None else None,
    )


def storage_days(drug: Drug, pharmacy: Pharmacy, name: BagName) -> int | None:
    """Days from the dispense of a ready-made bag to its end at most; None where no row says."""
    found = _storage(drug, pharmacy, name)
    return None if found is None else found[0]


def _storage(drug: Drug, pharmacy: Pharmacy, name: BagName) -> tuple[int, RowUsed] | None:
    own = pharmacy.storage.get(name)
    if own is not None:
        says = f"{own.days} days from dispense to the end of infusion"
        row = RowUsed(row=f"{name} storage", source=own.source, own=True, says=says)
        return own.days, row
    for stored in drug.storage:
        if stored.bag == name:
            row = _printed(
                stored,
                f"{name} storage",
                f"{stored.days_refrigerated} days refrigerated, infusion included",
            )
            return stored.days_refrigerated, row
    return None


def _own_row(pharmacy: Pharmacy, name: BagName, dosed: Dosed) -> OwnPreparation | None:
    rate = dosed.by_surface[0] if dosed.by_surface is not None else None
    for row in pharmacy.preparation:
        fits = row.mcg_per_day == dosed.mcg_per_day
        if row.mcg_per_m2_per_day is not None:
            fits = row.mcg_per_m2_per_day == rate
        if row.bag == name and fits:
            return row
    return None


def _as_used(row: OwnPreparation, dosed: Dosed) -> RowUsed:
    if row.mcg_per_m2_per_day is not None:
        dose = f"{_plain(row.mcg_per_m2_per_day)} mcg/m2/day"
    else:
        dose = f"{_plain(dosed.mcg_per_day)} mcg/day"
    name = f"{row.bag} at {dose}"
    return RowUsed(row=name, source=row.source, own=True, says=_counted(row.vials))


def _vials(drug: Drug, name: BagName, dosed: Dosed) -> tuple[int, RowUsed] | None:
    dose = dosed.mcg_per_day
    printed = [r for r in drug.fixed if r.mcg_per_day == dose and dosed.weight_kg >= r.from_kg]
    for row in printed:
        if row.bag == name:
            used = _printed(row, f"{name} at {_plain(dose)} mcg/day", _counted(row.vials))
            return row.vials, used
    if printed:  # the rows for this dose say which bags hold it
        return None
    for volume in drug.volumes:
        if volume.bag == name:
            ml = (
                Fraction(dose)
                * drug.bags[name].days
                * Fraction(volume.prepared_ml)
                / Fraction(volume.infused_ml)
                / Fraction(drug.vial.mcg_per_ml)
            )
            used = _printed(
                volume,
                f"{name} by volume",
                f"{volume.prepared_ml} mL prepared, {volume.infused_ml} mL infused",
            )
            return ceil(ml / Fraction(drug.vial.usable_ml)), used
    return None


def _printed(row: Sourced, name: str, says: str) -> RowUsed:
    """A row of the drug file, with its source and grade."""
    return RowUsed(row=name, source=row.source, revision=row.revision, grade=row.grade, says=says)


def _counted(vials: int) -> str:
    return f"{vials} vials" if vials > 1 else "1 vial"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


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
