"""Checks of the pharmacy's own rows, alone and against the drug file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from planner.documents.base import BagName
from planner.documents.drug import Drug
from planner.documents.findings import Finding
from planner.documents.own_rows import OwnPreparation, OwnStorage
from planner.documents.positions import Path


def own_row_findings(rows: tuple[OwnPreparation, ...]) -> Iterator[Finding]:
    """A row has one dose, and a bag of one dose has one row."""
    seen: dict[tuple[BagName, Decimal | None, Decimal | None], int] = {}
    for index, row in enumerate(rows):
        path: Path = ("pharmacy", "preparation", index)
        if (row.mcg_per_day is None) == (row.mcg_per_m2_per_day is None):
            found = "no dose" if row.mcg_per_day is None else "both doses"
            yield Finding(path, found, "either mcg_per_day or mcg_per_m2_per_day")
        elif seen.setdefault((row.bag, row.mcg_per_day, row.mcg_per_m2_per_day), index) != index:
            yield Finding(path, f"a second row of {row.bag} for one dose", "one")


def own_rows_against(
    storage: Mapping[BagName, OwnStorage], rows: tuple[OwnPreparation, ...], drug: Drug
) -> Iterator[Finding]:
    """Rows speak of bags of the drug file, and their vials hold what the bag infuses."""
    allowed = f"a bag of the drug file: {', '.join(drug.bags)}"
    for name in storage:
        if name not in drug.bags:
            yield Finding(("pharmacy", "storage", name), f"the bag {name}", allowed)
    for index, row in enumerate(rows):
        path: Path = ("pharmacy", "preparation", index)
        if row.bag not in drug.bags:
            yield Finding((*path, "bag"), f"the bag {row.bag}", allowed)
        elif row.mcg_per_day is not None:
            mcg, held = row.mcg_per_day * drug.bags[row.bag].days, drug.vial.mcg * row.vials
            if mcg > held:
                yield Finding(
                    (*path, "vials"),
                    f"{row.vials} vials, which hold {held} mcg as labelled",
                    f"vials for the {mcg} mcg of a bag of {row.bag} at {row.mcg_per_day} mcg a day",
                )
