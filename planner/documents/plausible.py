"""Weight, height and surface against age and against one another.

What cannot be is refused; what is unlikely is refused until ``patient.weight_confirmed`` is true. A
child is held against a published growth table, an adult's weight against the height. This catches
pounds read as kilograms, inches as centimetres, a misplaced point, and takes no part in any dose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.documents.base import KG_PER_POUND
from planner.documents.findings import Finding
from planner.documents.growth import bounds, growth, least_at, months_of, most_at
from planner.documents.positions import Path
from planner.documents.scenario import DateWindow, Patient, Scenario

_MONTHS = 12
_HALF = Decimal("0.5")
_ABOUT: tuple[Path, ...] = (("patient", "age"), ("patient", "birth_date"), ("indication",))
_HEIGHT: Path = ("patient", "height_cm")
_CONFIRM = "confirm it with patient.weight_confirmed: true."


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
    patient, first = scenario.patient, first_days(scenario)[0]
    for path, day, kg in _weights(scenario):
        if _unborn(patient, day):
            continue
        child = _child_at(scenario, day)
        checks = (
            _adult_weight(path, kg, patient) if child is None else _weight(path, kg, patient, child)
        )
        yield from checks
        yield from _surface(path, kg, patient)
    child = None if _unborn(patient, first) else _child_at(scenario, first)
    if patient.height_cm is not None and child is not None:
        yield from _height(patient.height_cm, patient, child)


def doubtful_weights(scenario: Scenario) -> Iterator[str]:
    """An adult's weights that are rarer than the same number of pounds: a sentence for each."""
    patient, height = scenario.patient, scenario.patient.height_cm
    for _, day, kg in _weights(scenario):
        if patient.weight_confirmed or _child_at(scenario, day) is not None:
            continue
        noted, meant = bounds().adult.noted, _of_pounds(kg)
        if height is not None:
            area = height * height / 10_000
            low, high = noted.usual_kg_per_m2
            rare = kg > noted.kg_per_m2 * area and low * area <= meant <= high * area
        else:
            rare = kg > noted.kg and meant >= bounds().adult.kg.impossible[0]
        if rare:
            yield f"{kg} kg is rare for this body; {kg} pounds are {meant} kg: check the unit."


def _unborn(patient: Patient, day: date) -> bool:
    """Whether a day lies before birth, for which the dates are refused."""
    return patient.birth_date is not None and day < patient.birth_date


@dataclass(frozen=True)
class _Child:
    """The ages in months that a patient below 20 years may have, both included."""

    youngest: Decimal
    oldest: Decimal
    words: str


def _child_at(scenario: Scenario, day: date) -> _Child | None:
    """The patient's age where the growth table holds for it; None for an adult. Where no age is
    given, the indication says which ages there are."""
    months = _months_at(scenario, day)
    grown = Decimal(bounds().child.below_years * _MONTHS)
    if months is not None:
        words = f"{months // _MONTHS} years" if months >= 24 else f"{months} months"
        age = months + _HALF
        return _Child(age, age, words) if age < grown else None
    if scenario.indication.startswith("adult"):
        return None
    if scenario.indication.startswith("infant"):
        return _Child(Decimal(0), Decimal(_MONTHS), "any age below 1 year")
    return _Child(Decimal(0), grown, f"any age below {bounds().child.below_years} years")


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
        return max(0, whole_months(patient.birth_date, day))
    if patient.age is not None:
        then = int(patient.age * _MONTHS) + whole_months(first_days(scenario)[0], day)
        return max(0, then)
    return None


def _weight(path: Path, kg: Decimal, patient: Patient, child: _Child) -> Iterator[Finding]:
    """A child's weight is unlikely where it fits neither the age nor, where that is known, the
    height: a child as tall as those of another age may weigh what they do."""
    rows, range_ = growth().kg, bounds().child.kg
    usual = least_at(rows, child.youngest), most_at(rows, child.oldest)
    spans = [usual]
    if patient.height_cm is not None:
        as_old = months_of(growth().cm, patient.height_cm)
        spans.append((least_at(rows, as_old), most_at(rows, as_old)))
    found = f"{kg} kg at {child.words}"
    limits = _times(usual, range_.impossible)
    if not limits[0] <= kg <= limits[1]:
        yield _refused(path, found, limits, _by("kg"), _pounds(kg, usual), _ABOUT)
        return
    wide = [_times(span, range_.unlikely) for span in spans]
    if patient.weight_confirmed or any(low <= kg <= high for low, high in wide):
        return
    if patient.height_cm is not None:
        found += f" and {patient.height_cm} cm"
    missing = "give height_cm, or " if patient.height_cm is None else ""
    yield _asked(path, found, wide[-1], _by("kg"), _pounds(kg, usual), missing, (*_ABOUT, _HEIGHT))


def _height(cm: Decimal, patient: Patient, child: _Child) -> Iterator[Finding]:
    rows, range_ = growth().cm, bounds().child.cm
    usual = least_at(rows, child.youngest), most_at(rows, child.oldest)
    found = f"{cm} cm at {child.words}"
    limits, wide = _times(usual, range_.impossible), _times(usual, range_.unlikely)
    centimetres = cm * Decimal("2.54")
    inches = usual[0] <= centimetres <= usual[1]
    meant = f"it is in inches: height_in: {cm} is {centimetres:.1f} cm." if inches else None
    if not limits[0] <= cm <= limits[1]:
        yield _refused(_HEIGHT, found, limits, _by("cm"), meant, _ABOUT)
    elif not patient.weight_confirmed and not wide[0] <= cm <= wide[1]:
        yield _asked(_HEIGHT, found, wide, _by("cm"), meant, "", _ABOUT)


def _adult_weight(path: Path, kg: Decimal, patient: Patient) -> Iterator[Finding]:
    adult, cm = bounds().adult, patient.height_cm
    if not adult.kg.impossible[0] <= kg <= adult.kg.impossible[1]:
        yield _refused(path, f"the number {kg}", adult.kg.impossible, "kg", None, _ABOUT)
        return
    area = cm * cm / 10_000 if cm is not None else Decimal(1)
    range_ = adult.kg if cm is None else adult.kg_per_m2
    found = f"the number {kg}" if cm is None else f"{kg} kg at {cm} cm"
    limits, wide = _times((area, area), range_.impossible), _times((area, area), range_.unlikely)
    meant = None
    if cm is not None and wide[0] <= _of_pounds(kg) <= wide[1]:
        meant = _in_pounds(kg)
    about = (*_ABOUT, _HEIGHT)
    if not limits[0] <= kg <= limits[1]:
        maybe = meant or "inches for centimetres: give height_in."
        yield _refused(path, found, limits, "kg", maybe, about)
    elif not patient.weight_confirmed and not wide[0] <= kg <= wide[1]:
        missing = "give height_cm, or " if cm is None else ""
        yield _asked(path, found, wide, "kg", meant, missing, about)


def _surface(path: Path, kg: Decimal, patient: Patient) -> Iterator[Finding]:
    """Surface grows with the 2/3 power of weight: compared by cubes, so exactly."""
    if patient.bsa_m2 is None:
        return
    cube, range_ = patient.bsa_m2**3, bounds().surface
    possible, likely = (
        low**3 * kg**2 <= cube <= high**3 * kg**2
        for low, high in (range_.impossible, range_.unlikely)
    )
    if not possible or not (likely or patient.weight_confirmed):
        yield Finding(
            ("patient", "bsa_m2"),
            f"{patient.bsa_m2} m2 at {kg} kg",
            "a body surface that fits the weight",
            "a misplaced decimal point, or a weight in pounds"
            + (f"; else {_CONFIRM}" if possible else "."),
            (path,),
        )


Span = tuple[Decimal, Decimal]


def _by(unit: str) -> str:
    table = growth()
    return f"{unit} ({table.title}, {table.revision})"


def _times(span: Span, shares: Span) -> Span:
    return span[0] * shares[0], span[1] * shares[1]


def _of_pounds(kg: Decimal) -> Decimal:
    return (kg * KG_PER_POUND).quantize(Decimal("0.1"))


def _in_pounds(kg: Decimal) -> str:
    return f"it is in pounds: weight_lb: {kg} is {_of_pounds(kg)} kg."


def _pounds(kg: Decimal, usual: Span) -> str | None:
    """That a number is in pounds, where it is usual so and unusual in kilograms."""
    return _in_pounds(kg) if kg > usual[1] and usual[0] <= _of_pounds(kg) <= usual[1] else None


def _refused(
    path: Path, found: str, limits: Span, unit: str, maybe: str | None, about: tuple[Path, ...]
) -> Finding:
    allowed = f"from {limits[0]:.1f} to {limits[1]:.1f} {unit}"
    return Finding(path, found, allowed, maybe, about)


def _asked(
    path: Path,
    found: str,
    wide: Span,
    unit: str,
    meant: str | None,
    missing: str,
    about: tuple[Path, ...],
) -> Finding:
    allowed = f"from {wide[0]:.1f} to {wide[1]:.1f} {unit}, or patient.weight_confirmed: true"
    maybe = f"{meant[:-1]}; else {missing}{_CONFIRM}" if meant else f"{missing}{_CONFIRM}"
    return Finding(path, found, allowed, maybe, about)
