"""The history, completed as docs/decisions.md says where it is silent."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from planner.documents.scenario import PastBag
from tests.oracle.case import Case
from tests.oracle.values import Claim, Dispense, OldBag, day_after


@lru_cache(maxsize=64)
def old_bags(case: Case) -> tuple[OldBag, ...]:
    """Every bag hung before `as_of`: those given, else 24 h bags for each infused day."""
    first = _account(case).first
    return tuple(
        OldBag(cycle, bag.hang, bag.days, _content(case, cycle, bag), bag.vials, first[cycle, bag])
        for cycle in sorted(case.past)
        for bag in _hung(case, cycle)
    )


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


@lru_cache(maxsize=64)
def _fills(case: Case, cycle: int) -> dict[dt.date, dict[dt.date, int]]:
    """The fills of a cycle whose dispenses are not given: by day, the vials for each hang. One
    leaves on the last dispense day that is early enough for its first hang, and holds all that may
    wait for it; what an interruption put off was hung after it all the same.
    """
    pharmacy = case.scenario.pharmacy
    ahead = pharmacy.max_days_ahead
    if pharmacy.ready_made:
        kept = case.keeps("24h")
        ahead = max(ahead if kept is None else min(ahead, kept - 1), pharmacy.transit_days)
    hung = {bag.hang: bag.vials for bag in _hung(case, cycle) if bag.dispense is None}
    to_come = _to_come(case, cycle)
    found: dict[dt.date, dict[dt.date, int]] = {}
    day = None
    for hang, vials in sorted((hung | to_come).items()):
        paused = _paused(case, cycle, day, hang) if day and hang in hung else 0
        if day is None or (hang - day).days - paused > ahead:
            early = range(pharmacy.transit_days, ahead + 1)
            days = [day_after(hang, -n) for n in early]
            day = next((one for one in days if case.is_dispense_day(one)), days[0])
        if hang in to_come and day >= _over(case, cycle):
            break
        found.setdefault(day, {})[hang] = vials
    return found


def _paused(case: Case, cycle: int, since: dt.date, until: dt.date) -> int:
    dates = [day_after(day, n) for day, days in case.interruptions(cycle) for n in range(days)]
    return len([one for one in dates if since <= one < until])


def _over(case: Case, cycle: int) -> dt.date:
    """`as_of`, or the day on which the cycle was broken off."""
    long = case.drug.interruption.same_cycle_up_to
    cuts = [first for first, days in case.interruptions(cycle) if days > long]
    return min([case.scenario.as_of or dt.date.max, *cuts])


def _to_come(case: Case, cycle: int) -> dict[dt.date, int]:
    """Vials of 24 h bags for the days that the past bags leave, by date; those of a cycle that was
    broken off follow each other as they would have.
    """
    start = case.past[cycle].start
    dates = list(case.infusion_dates(cycle, start))
    while len(dates) < case.infusion_days:
        dates.append(day_after(dates[-1]) if dates else start)
    done = sum(bag.days for bag in _hung(case, cycle))
    left = list(zip(dates, case.doses(cycle, start), strict=False))[done:]
    return {day: case.vials("24h", dose, start) or 0 for day, dose in left}


@lru_cache(maxsize=64)
def old_dispenses(case: Case) -> tuple[Dispense, ...]:
    """Every dispense of the history: those given for a cycle, else its fills and what its bags
    name; and so that broken vials count too, those that no fill has left.
    """
    sent = Counter(_sent(case))
    for day, cycle, vials in _account(case).besides:
        sent[day, cycle] += vials
    return tuple(Dispense(day, cycle, sent[day, cycle]) for day, cycle in sorted(sent))


def _sent(case: Case) -> Counter[tuple[dt.date, int]]:
    sent: Counter[tuple[dt.date, int]] = Counter()
    for one in case.scenario.history.dispenses:
        sent[one.date, one.cycle] += one.vials
    complete = {one.cycle for one in case.scenario.history.dispenses}
    for cycle in set(case.past) - complete:
        for bag in _hung(case, cycle):
            if bag.dispense is not None:
                sent[bag.dispense, cycle] += bag.vials
        for day, hangs in _fills(case, cycle).items():
            sent[day, cycle] += sum(hangs.values())
    return sent


@lru_cache(maxsize=64)
def stock(case: Case) -> dict[tuple[dt.date, int], int]:
    """Vials at hand by (dispense, cycle): dispensed, less those opened, less those wasted."""
    left = _account(case).left
    return {key: left[key] for key in sorted(left) if left[key] > 0}


class Account(NamedTuple):
    """What became of the vials of the past: the first dispense of each bag, what is left of each
    (dispense, cycle), and (day, cycle, vials) of what broke and had to be sent besides."""

    first: dict[tuple[int, PastBag], dt.date]
    left: Counter[tuple[dt.date, int]]
    besides: list[tuple[dt.date, int, int]]


@lru_cache(maxsize=64)
def _account(case: Case) -> Account:
    """Bags that name a dispense, and those of a cycle whose dispenses are not given, are charged to
    what they name and to its fills, and what broke of such a cycle to what is left of its fills.
    The others take, day by day, what is there: a bag all its vials from one dispense if it can.
    """
    account = Account({}, _sent(case), [])
    given = {one.cycle for one in case.scenario.history.dispenses}
    open_bags: list[tuple[dt.date, int, int, PastBag | None, int]] = []
    for cycle in sorted(case.past):
        for bag in _hung(case, cycle):
            day = bag.dispense
            if day is None and cycle not in given:
                day = next(one for one, hangs in _fills(case, cycle).items() if bag.hang in hangs)
            if day is None:
                open_bags.append((bag.hang, 0, cycle, bag, bag.vials))
                continue
            account.first[cycle, bag] = day
            keys = [key for key in account.left if key[0] == day]
            _take(account.left, sorted(keys, key=lambda key: _nearness(key, cycle)), bag.vials)
    for lot in sorted(case.scenario.history.wasted, key=lambda one: one.date):
        if lot.cycle in given:
            open_bags.append((lot.date, 1, lot.cycle, None, lot.vials))
            continue
        own = [key for key in account.left if key[1] == lot.cycle and key[0] <= lot.date]
        missing = lot.vials - len(_take(account.left, sorted(own), lot.vials))
        if missing:
            day = day_after(lot.date, -case.scenario.pharmacy.transit_days)
            account.besides.append((day, lot.cycle, missing))
    for day, _, cycle, hung, vials in sorted(open_bags, key=lambda one: one[:3]):
        there = [key for key in account.left if key[0] <= day and account.left[key] > 0]
        there.sort(key=lambda key: (key[1] != cycle, key))
        if hung is not None:
            there.sort(key=lambda key: account.left[key] < vials)
        taken = _take(account.left, there, vials)
        if hung is not None:
            account.first[cycle, hung] = min(taken)
    return account


def _nearness(key: tuple[dt.date, int], cycle: int) -> tuple[bool, int]:
    return key[1] != cycle, key[1]


def _take(
    left: Counter[tuple[dt.date, int]], keys: list[tuple[dt.date, int]], vials: int
) -> list[dt.date]:
    """Takes vials of the dispenses in their order; the day of each one that was there."""
    taken: list[dt.date] = []
    for key in keys:
        count = min(vials - len(taken), max(left[key], 0))
        left[key] -= count
        taken += [key[0]] * count
    return taken


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
