"""The history, completed as docs/decisions.md says where it is silent."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil

from planner.documents.scenario import PastBag
from tests.oracle.case import Case
from tests.oracle.values import Claim, Dispense, OldBag, day_after


@lru_cache(maxsize=64)
def old_bags(case: Case) -> tuple[OldBag, ...]:
    """Every bag hung before `as_of`: those given, else 24 h bags for each infused day."""
    found: list[OldBag] = []
    for cycle in sorted(case.past):
        left = _dispensed(case, cycle)
        for bag in _hung(case, cycle):
            day = _origin(case, bag, left)
            left[day] -= bag.vials
            mcg = _content(case, cycle, bag)
            found.append(OldBag(cycle, bag.hang, bag.days, mcg, bag.vials, day))
    return tuple(found)


def _hung(case: Case, cycle: int) -> list[PastBag]:
    past = case.past[cycle]
    if past.bags is not None:
        return sorted(past.bags, key=lambda bag: bag.hang)
    dates = case.infusion_dates(cycle, past.start)
    doses = case.doses(cycle, past.start)
    until = case.scenario.as_of
    found = []
    for day, dose in zip(dates, doses, strict=False):
        if until is None or day < until:
            vials = case.vials("24h", dose, past.start)
            if vials is None:
                raise ValueError("the drug file has no 24 h bag for a past day")
            found.append(PastBag(hang=day, days=1, vials=vials))
    return found


def _content(case: Case, cycle: int, bag: PastBag) -> Decimal:
    start = case.past[cycle].start
    doses = dict(zip(case.infusion_dates(cycle, start), case.doses(cycle, start), strict=False))
    covered = (day_after(bag.hang, n) for n in range(bag.days))
    return sum((doses[day].mcg for day in covered if day in doses), Decimal(0))


def _dispensed(case: Case, cycle: int) -> Counter[dt.date]:
    """Vials dispensed for a cycle as the scenario gives them, by date."""
    left: Counter[dt.date] = Counter()
    for one in case.scenario.history.dispenses:
        if one.cycle == cycle:
            left[one.date] += one.vials
    return left


def _origin(case: Case, bag: PastBag, left: Counter[dt.date]) -> dt.date:
    """The dispense a past bag is charged to: its own, else the oldest that still has the vials,
    else, where nothing is given, `transit_days` before it was hung.
    """
    if bag.dispense is not None:
        return bag.dispense
    for day in sorted(left):
        if left[day] >= bag.vials:
            return day
    return day_after(bag.hang, -case.scenario.pharmacy.transit_days)


@lru_cache(maxsize=64)
def old_dispenses(case: Case) -> tuple[Dispense, ...]:
    """Every dispense of the history: those given for a cycle, else one for each past bag and, so
    that broken vials count too, one for each wasted lot.
    """
    given = case.scenario.history.dispenses
    sent: Counter[tuple[dt.date, int]] = Counter()
    for one in given:
        sent[one.date, one.cycle] += one.vials
    complete = {one.cycle for one in given}
    for bag in old_bags(case):
        if bag.cycle not in complete:
            sent[bag.dispense, bag.cycle] += bag.vials
    for lot in case.scenario.history.wasted:
        if lot.cycle not in complete:
            day = day_after(lot.date, -case.scenario.pharmacy.transit_days)
            sent[day, lot.cycle] += lot.vials
    return tuple(Dispense(day, cycle, sent[day, cycle]) for day, cycle in sorted(sent))


@lru_cache(maxsize=64)
def stock(case: Case) -> dict[tuple[dt.date, int], int]:
    """Vials at hand by (dispense, cycle): dispensed, less those opened, less those wasted (oldest
    first).
    """
    left: Counter[tuple[dt.date, int]] = Counter()
    for one in case.scenario.history.dispenses:
        left[one.date, one.cycle] += one.vials
    for bag in old_bags(case):
        if (bag.dispense, bag.cycle) in left:
            left[bag.dispense, bag.cycle] -= bag.vials
    for lot in case.scenario.history.wasted:
        broken = lot.vials
        for key in sorted(key for key in left if key[1] == lot.cycle):
            taken = min(broken, max(left[key], 0))
            left[key] -= taken
            broken -= taken
    return {key: left[key] for key in sorted(left) if left[key] > 0}


@lru_cache(maxsize=64)
def old_claims(case: Case) -> tuple[Claim, ...]:
    """Every claim of the history: those given for a cycle, else its bags billed as planned ones."""
    given = case.scenario.history.claims
    complete = {one.cycle for one in given}
    billed = Counter[tuple[dt.date, int]]()
    for one in given:
        billed[one.date, one.cycle] += one.units
    bags = [bag for bag in old_bags(case) if bag.cycle not in complete]
    found = [Claim(day, cycle, units) for (day, cycle), units in sorted(billed.items())]
    return tuple(sorted(found + billed_units(case, bags)))


def billed_units(case: Case, bags: Iterable[OldBag]) -> list[Claim]:
    """Claims of bags: one a bag by its hang, or one a dispense; units opened or administered."""
    by_dispense = case.reading("date_of_service") == "dispense"
    mcg: dict[tuple[dt.date, int], Decimal] = {}
    opened: dict[tuple[dt.date, int], int] = {}
    for bag in bags:
        key = (bag.dispense if by_dispense else bag.hang, bag.cycle)
        mcg[key] = mcg.get(key, Decimal(0)) + bag.mcg
        opened[key] = opened.get(key, 0) + bag.vials * case.drug.vial.mcg // case.mcg_per_unit
    if case.reading("units.billed") == "opened":
        counted = opened
    else:
        counted = {key: ceil(Fraction(mcg[key]) / case.mcg_per_unit) for key in mcg}
    return [Claim(day, cycle, counted[day, cycle]) for day, cycle in sorted(counted)]
