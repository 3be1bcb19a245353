"""Bounds of what a body can be, wide of growth charts: only a slip of the pen lies outside.

They catch pounds read as kilograms, inches as centimetres, a misplaced point. They are this
program's own and take no part in any dose.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from planner.documents.base import KG_PER_POUND
from planner.documents.findings import Finding
from planner.documents.positions import Path
from planner.documents.scenario import DateWindow, Patient, Scenario

_MONTHS = 12
# age in months below which the row holds; least and most kilograms; most kg/m2
_BANDS: tuple[tuple[int, Decimal, int, int], ...] = (
    (1, Decimal("0.8"), 8, 30),
    (6, Decimal("1.5"), 12, 30),
    (12, Decimal(3), 16, 30),
    (24, Decimal(5), 22, 30),
    (60, Decimal(6), 45, 40),
    (120, Decimal(9), 110, 60),
    (180, Decimal(14), 200, 80),
)
_GROWN: tuple[int, Decimal, int, int] = (0, Decimal(20), 300, 90)
_ANY_AGE: tuple[int, Decimal, int, int] = (0, Decimal("0.8"), 300, 90)
# age in months below which the row holds; kilograms, and kg/m2, above which pounds are likelier
_LIKELY: tuple[tuple[int, int, int], ...] = ((60, 25, 22), (120, 45, 25), (180, 80, 30))
_LIKELY_GROWN = (0, 130, 40)
_USUAL_KG_PER_M2 = (13, 30)
_LEAST_KG_PER_M2 = 6
_SURFACE_FACTORS = (Decimal("0.06"), Decimal("0.15"))  # m2 per kg to the power of 2/3


def first_days(scenario: Scenario) -> tuple[date, date]:
    """The earliest and the latest first infusion day asked for."""
    first = scenario.request.first_infusion
    return (first.earliest, first.latest) if isinstance(first, DateWindow) else (first, first)


def whole_months(birth: date, day: date) -> int:
    """Completed months of age; negative before birth."""
    months = (day.year - birth.year) * _MONTHS + day.month - birth.month
    return months - 1 if day.day < birth.day else months


def body_findings(scenario: Scenario) -> Iterator[Finding]:
    """Weights, height and surface that contradict age or one another."""
    patient = scenario.patient
    for path, day, kg in _weights(scenario):
        band = _band(_months_at(scenario, day))
        about: tuple[Path, ...] = (("patient", "age"), ("patient", "birth_date"))
        if not band[1] <= kg <= band[2]:
            allowed = f"from {band[1]} to {band[2]} kg at this age"
            yield Finding(path, f"the number {kg}", allowed, _pounds(kg, band), about)
        elif patient.height_cm is not None:
            yield from _height(path, kg, patient.height_cm, band, about)
        yield from _surface(path, kg, patient)


def doubtful_weights(scenario: Scenario) -> Iterator[str]:
    """Weights that can be, but are rarer than the same number of pounds: a sentence for each."""
    height = scenario.patient.height_cm
    for _, day, kg in _weights(scenario):
        months = _months_at(scenario, day)
        row = next((r for r in _LIKELY if months is not None and months < r[0]), _LIKELY_GROWN)
        meant = (kg * KG_PER_POUND).quantize(Decimal("0.1"))
        likely = meant > _band(months)[1]
        if height is not None:
            area = height * height / 10_000
            low, high = _USUAL_KG_PER_M2
            rare = kg > row[2] * area
            likely = likely and low * area <= meant <= high * area
        else:
            rare = kg > row[1]
        if rare and likely:
            yield f"{kg} kg is rare for this body; {kg} pounds are {meant} kg: check the unit."


def _weights(scenario: Scenario) -> Iterator[tuple[Path, date, Decimal]]:
    weight = scenario.patient.weight_kg
    root: Path = ("patient", "weight_kg")
    if isinstance(weight, Decimal):
        yield root, first_days(scenario)[0], weight
        return
    for index, entry in enumerate(weight):
        yield (*root, index, "kg"), entry.date, entry.kg


def _months_at(scenario: Scenario, day: date) -> int | None:
    patient = scenario.patient
    if patient.birth_date is not None:
        months = whole_months(patient.birth_date, day)
        return months if months >= 0 else None
    if patient.age is not None:
        then = int(patient.age * _MONTHS) + whole_months(first_days(scenario)[0], day)
        return max(0, then)
    return None


def _band(months: int | None) -> tuple[int, Decimal, int, int]:
    if months is None:
        return _ANY_AGE
    return next((band for band in _BANDS if months < band[0]), _GROWN)


def _pounds(kg: Decimal, band: tuple[int, Decimal, int, int]) -> str | None:
    meant = (kg * KG_PER_POUND).quantize(Decimal("0.1"))
    if kg > band[2] and band[1] <= meant <= band[2]:
        return f"it is in pounds: {kg} pounds is {meant} kg."
    return None


def _height(
    path: Path,
    kg: Decimal,
    height: Decimal,
    band: tuple[int, Decimal, int, int],
    about: tuple[Path, ...],
) -> Iterator[Finding]:
    least = _LEAST_KG_PER_M2 * height * height / 10_000
    most = band[3] * height * height / 10_000
    if not least <= kg <= most:
        yield Finding(
            path,
            f"{kg} kg at {height} cm",
            f"from {least:.1f} to {most:.1f} kg at this height",
            "pounds for kilograms, or inches for centimetres.",
            (*about, ("patient", "height_cm")),
        )


def _surface(path: Path, kg: Decimal, patient: Patient) -> Iterator[Finding]:
    """Surface grows with the 2/3 power of weight: compared by cubes, so exactly."""
    if patient.bsa_m2 is None:
        return
    cube = patient.bsa_m2**3
    low, high = (factor**3 * kg**2 for factor in _SURFACE_FACTORS)
    if not low <= cube <= high:
        yield Finding(
            ("patient", "bsa_m2"),
            f"{patient.bsa_m2} m2 at {kg} kg",
            "a body surface that fits the weight",
            "a misplaced decimal point, or a weight in pounds.",
            (path,),
        )
