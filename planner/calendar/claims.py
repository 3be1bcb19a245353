"""Claim lines: one claim a bag or a dispense, administered and discarded units (VI, readings)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final

from planner.constraints.authorized import AuthorizationWindow, authorization_of
from planner.documents.plan import ClaimLine, PlannedBag, PlannedDispense
from planner.documents.policy import HcpcsClause, ModifierRule, NdcClause
from planner.regimen.course import Course

HUNDREDTHS: Final = 100  # of a vial, the parts in which a claim states an NDC quantity


def claim_lines(
    course: Course,
    bags: Sequence[PlannedBag],
    dispenses: Sequence[PlannedDispense],
    authorizations: Sequence[AuthorizationWindow],
) -> tuple[ClaimLine, ...]:
    """The lines of every claim, past ones first.

    Listed past claims are shown as one line each, as they were billed, with the vials that their
    units are. A bag whose units history already bills is not billed again.
    """
    lines = [
        _line(
            course,
            authorizations,
            date.fromordinal(u.day),
            u.cycle,
            u.units,
            None,
            _vials_in(course, u.units),
            past=True,
        )
        for u in course.past_units
        if u.listed
    ]
    listed = {u.cycle for u in course.past_units if u.listed}
    for claim in _claimed(course, bags, dispenses):
        if not (claim.past and claim.bags[0].cycle in listed):
            lines += _claim(course, authorizations, claim)
    return tuple(lines)


def counted_lines(course: Course, lines: Iterable[ClaimLine]) -> list[ClaimLine]:
    """The lines whose units count as billed, by the reading ``units.billed``."""
    opened = course.readings.opened_billed
    return [line for line in lines if opened or line.modifier != "JW"]


def units_discarded(
    course: Course, bags: Sequence[PlannedBag], dispenses: Sequence[PlannedDispense]
) -> int:
    """Units opened and not administered in the claims still to come, whether a line is billed for
    them or not."""
    parts = [_parts(course, c.bags) for c in _claimed(course, bags, dispenses) if not c.past]
    return sum(opened - administered for opened, administered in parts)


@dataclass(frozen=True)
class _Claim:
    service: date
    bags: Sequence[PlannedBag]
    past: bool


def _claimed(
    course: Course, bags: Sequence[PlannedBag], dispenses: Sequence[PlannedDispense]
) -> list[_Claim]:
    """One claim a bag; or, by dispense, one for all the bags of a cycle that were sent on a day,
    dated then, also those still to be hung."""
    if course.readings.service_by_hang:
        return [_Claim(b.hang, [b], b.past) for b in bags]
    days = {d.date: d.past for d in dispenses}
    claims = [
        _Claim(day, [b for b in bags if b.cycle == cycle and b.dispense == day], days[day])
        for day, cycle in dict.fromkeys(_sent_order(dispenses, bags))
    ]
    claims += [_Claim(b.hang, [b], b.past) for b in bags if b.dispense is None]
    return [claim for claim in claims if claim.bags]


def _sent_order(
    dispenses: Sequence[PlannedDispense], bags: Sequence[PlannedBag]
) -> Iterator[tuple[date, int]]:
    """The days and cycles to bill: those of the dispenses, then those of stock of other cycles."""
    yield from ((d.date, d.cycle) for d in dispenses)
    yield from ((b.dispense, b.cycle) for b in bags if b.dispense is not None)


def _parts(course: Course, bags: Sequence[PlannedBag]) -> tuple[int, int]:
    """Units opened for one claim's bags, and units administered, rounded up."""
    unit = _mcg_per_unit(course)
    opened = course.drug.vial.mcg * sum(b.vials for b in bags) // unit
    return opened, ceil(sum((b.mcg for b in bags), Decimal(0)) / unit)


def _claim(
    course: Course, authorizations: Sequence[AuthorizationWindow], claim: _Claim
) -> list[ClaimLine]:
    service, past, cycle = claim.service, claim.past, claim.bags[0].cycle
    vials = Decimal(sum(b.vials for b in claim.bags))
    opened, administered = _parts(course, claim.bags)
    discarded = opened - administered
    billing = course.policy.billing
    jw = _modifier(billing.discarded, service) if discarded > 0 else None
    jz = _modifier(billing.nothing_discarded, service) if discarded <= 0 else None
    units = administered
    if jw is None and discarded > 0 and course.readings.opened_billed:
        units = opened
    part = vials if units == opened else _vials_in(course, units)
    first = _line(course, authorizations, service, cycle, units, jz, part, past=past)
    if jw is None:
        return [first]
    return [
        first,
        _line(course, authorizations, service, cycle, discarded, jw, vials - part, past=past),
    ]


def _vials_in(course: Course, units: int) -> Decimal:
    """What units are of a vial's labelled content, rounded up to a hundredth."""
    parts = Fraction(units * _mcg_per_unit(course) * HUNDREDTHS, course.drug.vial.mcg)
    return Decimal(ceil(parts)) / HUNDREDTHS


def _modifier(rules: Sequence[ModifierRule], service: date) -> str | None:
    for rule in rules:
        until = rule.effective_until
        if rule.effective_from <= service and (until is None or service <= until):
            return rule.modifier
    return None


def _line(
    course: Course,
    authorizations: Sequence[AuthorizationWindow],
    service: date,
    cycle: int,
    units: int,
    modifier: str | None,
    vials: Decimal,
    *,
    past: bool,
) -> ClaimLine:
    hcpcs = next(c for c in course.clauses.values() if isinstance(c, HcpcsClause))
    return ClaimLine(
        date=service,
        cycle=cycle,
        hcpcs=hcpcs.code,
        units=units,
        modifier=modifier,
        ndc=ndc_on(course, service),
        ndc_units=vials,
        diagnosis=course.scenario.patient.diagnosis,
        authorization=authorization_of(authorizations, cycle, service.toordinal()),
        past=past,
    )


def ndc_on(course: Course, service: date) -> str:
    """The 11 digits of the first package that the policy covers and that is marketed on the day.

    Raises:
        LookupError: the drug file has no such package.
    """
    covered = [c.labeler_product for c in course.clauses.values() if isinstance(c, NdcClause)]
    for package in course.drug.packages:
        fits = not covered or any(package.ndc.startswith(prefix) for prefix in covered)
        if fits and (package.marketed_from is None or package.marketed_from <= service):
            return package.ndc.replace("-", "")
    raise LookupError("no covered package of the drug is marketed on the date of service")


def _mcg_per_unit(course: Course) -> int:
    return next(c.mcg_per_unit for c in course.clauses.values() if isinstance(c, HcpcsClause))
