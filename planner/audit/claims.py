"""What has to be billed: one claim a bag or a dispense, given and discarded units apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from planner.audit.case import Case
from planner.documents.plan import ClaimLine, PlannedBag
from planner.documents.policy import HcpcsClause, ModifierRule


class Line(NamedTuple):
    """What a claim line says of quantity: units, modifier, vials by the hundredth."""

    units: int
    modifier: str | None
    ndc_units: Decimal


@dataclass(frozen=True)
class Billed:
    """One claim: the day and cycle it stands for, and the bags it bills."""

    day: date
    cycle: int
    past: bool
    bags: tuple[PlannedBag, ...]

    @property
    def vials(self) -> int:
        """Vials opened for the bags."""
        return sum(bag.vials for bag in self.bags)


def counted_lines(case: Case, lines: Iterable[ClaimLine]) -> list[ClaimLine]:
    """The lines whose units count: all, or those of drug given, as ``units.billed`` says."""
    given_only = case.reading("units.billed") == "administered"
    return [line for line in lines if not (given_only and line.modifier == "JW")]


def due_claims(case: Case) -> list[Billed]:
    """The claims that the plan's bags ask for, by day and cycle.

    By the reading ``date_of_service`` a bag is billed on the day it is hung, or all bags of a
    cycle that were dispensed on one day then. A past bag of unknown origin is billed when hung.
    """
    sent = {dispense.date: dispense.past for dispense in case.plan.dispenses}
    by_hang = case.reading("date_of_service") == "hang"
    together: dict[tuple[date, int], list[PlannedBag]] = {}
    claims: list[Billed] = []
    for bag in sorted(case.plan.bags, key=lambda bag: (bag.cycle, bag.hang, bag.days)):
        if by_hang or bag.dispense is None:
            claims.append(Billed(bag.hang, bag.cycle, bag.past, (bag,)))
        elif bag.dispense in sent:  # nature.dispensed says where it is not
            together.setdefault((bag.dispense, bag.cycle), []).append(bag)
    claims += [
        Billed(day, cycle, sent[day], tuple(bags)) for (day, cycle), bags in together.items()
    ]
    return sorted(claims, key=lambda claim: (claim.day, claim.cycle))


def units_given(case: Case, claim: Billed) -> int:
    """Units administered, rounded up."""
    mcg = sum((Fraction(bag.mcg) for bag in claim.bags), Fraction(0))
    return ceil(mcg / _mcg_per_unit(case))


def units_opened(case: Case, claim: Billed) -> int:
    """Units in the vials opened, by their labelled content."""
    return floor(Fraction(case.drug.vial.mcg * claim.vials) / _mcg_per_unit(case))


def due_lines(case: Case, claim: Billed) -> list[Line]:
    """The lines of one claim.

    Drug discarded stands on a second line where a modifier for it is asked for on that date of
    service. Where none is, there is one line: of all units opened, or, by ``units.billed``, of
    those given. Where nothing is discarded there is one line with the modifier for that, if any.
    The vials of a claim are shared out between its lines: to the discarded one what was not given,
    rounded down, to the other the rest.
    """
    given, opened = units_given(case, claim), units_opened(case, claim)
    if given == opened:
        nothing = _modifier(case.policy.billing.nothing_discarded, claim.day)
        return [Line(given, nothing, Decimal(claim.vials))]
    left = _left_of_vials(case, claim, given)
    discarded = _modifier(case.policy.billing.discarded, claim.day)
    if discarded is not None:
        return [Line(given, None, claim.vials - left), Line(opened - given, discarded, left)]
    if case.reading("units.billed") == "administered":
        return [Line(given, None, claim.vials - left)]
    return [Line(opened, None, Decimal(claim.vials))]


def _left_of_vials(case: Case, claim: Billed, given: int) -> Decimal:
    """How many of a claim's vials the units given do not account for, in whole hundredths."""
    content = Fraction(case.drug.vial.mcg)
    left = claim.vials - given * _mcg_per_unit(case) / content
    return Decimal(floor(left * 100)).scaleb(-2)


def _modifier(rules: Iterable[ModifierRule], day: date) -> str | None:
    for rule in rules:
        begun = rule.effective_from <= day
        if begun and (rule.effective_until is None or day <= rule.effective_until):
            return rule.modifier
    return None


def _mcg_per_unit(case: Case) -> int:
    return next((clause.mcg_per_unit for _, clause in case.clauses_of(HcpcsClause)), 1)
