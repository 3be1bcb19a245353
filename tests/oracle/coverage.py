"""The payer's rules over a whole calendar: limits in time, supply, claims.

Each function yields one sentence for each fault, led by the clause or the path of the scenario.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from planner.documents import policy as p
from planner.documents.limits import LimitClause, PerDays
from tests.oracle.case import Case
from tests.oracle.grants import settled
from tests.oracle.past import billed_units, old_bags, old_claims, old_dispenses, stock
from tests.oracle.rules import stock_for
from tests.oracle.values import Bag, Calendar, Claim, Dispense, OldBag

Event = tuple[dt.date, int, int | Fraction]  # day, cycle, amount

# Limits in time ----------------------------------------------------------------------------------


def window_faults(case: Case, calendar: Calendar, claims: Sequence[Claim]) -> Iterator[str]:
    """Limits on vials and dispenses by dispense date, on units by date of service, on mcg by hang
    and on cycles by start, of the cycles they name; history counts.
    """
    sent = [*old_dispenses(case), *calendar.dispenses]
    starts = {cycle: past.start for cycle, past in case.past.items()} | dict(calendar.starts)
    counted: dict[str, list[Event]] = {
        "vials": [(one.day, one.cycle, one.vials) for one in sent],
        "units": [*old_claims(case), *claims],
        "mcg": [
            *((old.hang, old.cycle, Fraction(old.mcg)) for old in old_bags(case)),
            *((bag.hang, bag.cycle, Fraction(bag.dose) * bag.days) for bag in calendar.bags),
        ],
        "cycles": [(start, cycle, 1) for cycle, start in starts.items()],
        "dispenses": [(day, cycle, 1) for day, cycle in {(one.day, one.cycle) for one in sent}],
    }
    allotted = settled(case, calendar, claims) or ()
    authorization = {cycle: one.id for one in reversed(allotted) for cycle in one.cycles}
    for name, line in case.clauses(LimitClause):
        events = counted[line.of]
        if line.cycles is not None:
            events = [one for one in events if line.cycles.first <= one[1] <= line.cycles.last]
        if isinstance(line.per, PerDays):
            yield from _over(case, name, line.limit, line.per.days, events, sent)
        else:
            yield from _over_in_all(name, line.limit, line.per, events, authorization)


def _over_in_all(
    name: str, limit: int, per: str, events: Sequence[Event], authorization: Mapping[int, str]
) -> Iterator[str]:
    """Cycles, authorizations or calendar years, or a whole life, with more than ``limit``."""
    totals: dict[object, Fraction] = {}
    for day, cycle, amount in events:
        found: object = None
        if per == "cycle":
            found = cycle
        elif per == "authorization":
            if cycle not in authorization:
                continue
            found = authorization[cycle]
        elif per == "calendar-year":
            found = day.year
        totals[found] = totals.get(found, Fraction(0)) + amount
    for found, total in totals.items():
        if total > limit:
            yield f"{name}: {total} per {per} ({found}), limit {limit}"


def _over(
    case: Case,
    name: str,
    limit: int,
    per_days: int,
    events: Sequence[Event],
    sent: list[Dispense],
) -> Iterator[str]:
    """Windows of ``per_days`` dates with more than ``limit``: every run of dates, or, as read, the
    one that each cycle's first dispense opens, for what is the cycle's own.
    """
    if case.reading("window") == "cycle":
        for cycle in sorted({cycle for _, cycle, _ in events}):
            opened = [one.day for one in sent if one.cycle == cycle]
            own: dict[int, int | Fraction] = {day.toordinal(): 0 for day, _, _ in events}
            for day, number, count in events:
                own[day.toordinal()] += count if number == cycle else 0
            if opened:
                yield from _window_fault(name, limit, per_days, min(opened).toordinal(), own)
        return
    amounts: dict[int, int | Fraction] = {}
    for day, _, count in events:
        amounts[day.toordinal()] = amounts.get(day.toordinal(), 0) + count
    if amounts:
        for first in range(min(amounts) - per_days + 1, max(amounts) + 1):
            yield from _window_fault(name, limit, per_days, first, amounts)


def _window_fault(
    name: str, limit: int, per_days: int, first: int, amounts: Mapping[int, int | Fraction]
) -> Iterator[str]:
    total = sum(count for day, count in amounts.items() if first <= day < first + per_days)
    if total > limit:
        begin = dt.date.fromordinal(first)
        end = dt.date.fromordinal(first + per_days - 1)
        yield f"{name}: {total} from {begin} to {end}, limit {limit}"


def days_supply(case: Case, calendar: Calendar) -> Counter[tuple[dt.date, int]]:
    """Infusion days of the bags whose first vials each (dispense, cycle) sent."""
    days: Counter[tuple[dt.date, int]] = Counter()
    for old in old_bags(case):
        days[old.dispense, old.cycle] += old.days
    for bag in calendar.bags:
        of_stock = stock_for(case, bag.cycle, bag.dispense)
        days[of_stock[0] if of_stock else (bag.dispense, bag.cycle)] += bag.days
    return days


def supply_faults(case: Case, calendar: Calendar) -> Iterator[str]:
    """The readings `quantity.days_supply` (vials per day of supply within the limit's rate) and
    `refill_threshold` (a share of the last fill's days supply has passed), for new dispenses.
    """
    days = days_supply(case, calendar)
    if case.reading("quantity.days_supply") == "on":
        for name, limit in case.clauses(LimitClause):
            if limit.of != "vials" or not isinstance(limit.per, PerDays):
                continue
            for one in calendar.dispenses:
                if one.vials * limit.per.days > limit.limit * days[one.day, one.cycle]:
                    yield f"{name}: {one.vials} vials on {one.day} pass the rate"
    share = case.reading("refill_threshold")
    if share == "off":
        return
    fills = sorted([*old_dispenses(case), *calendar.dispenses])
    for before, after in pairwise(fills):
        wait = Fraction(Decimal(share)) * days[before.day, before.cycle]
        if after in calendar.dispenses and (after.day - before.day).days < wait:
            yield f"refill_threshold: filled {before.day}, again {after.day}"


# Claims ------------------------------------------------------------------------------------------


def new_claims(case: Case, calendar: Calendar) -> list[Claim]:
    """The claims of the new bags."""
    bags = [
        OldBag(bag.cycle, bag.hang, bag.days, bag.days * bag.dose, bag.vials, bag.dispense)
        for bag in calendar.bags
        if not _billed_before(case, bag)
    ]
    return billed_units(case, bags)


def _billed_before(case: Case, bag: Bag) -> bool:
    """Whether history lists the claims of the cycle and, by dispense, the bag's was made then."""
    by_dispense = case.reading("date_of_service") == "dispense"
    listed = any(claim.cycle == bag.cycle for claim in case.scenario.history.claims)
    return by_dispense and listed and bool(stock_for(case, bag.cycle, bag.dispense))


def claim_faults(case: Case, claims: Sequence[Claim]) -> Iterator[str]:
    """`request.claims` states the units of each date, complete for the cycles it names."""
    asked: Counter[tuple[dt.date, int]] = Counter()
    for line in case.scenario.request.claims:
        asked[line.date, line.cycle] += line.units
    cycles = {cycle for _, cycle in asked}
    by_dispense = case.reading("date_of_service") == "dispense"
    before = {day for day, _ in stock(case)} if by_dispense else set()
    billed: Counter[tuple[dt.date, int]] = Counter()
    for claim in claims:
        if claim.cycle in cycles and claim.day not in before:
            billed[claim.day, claim.cycle] += claim.units
    if asked != billed:
        yield "request.claims: other claims than those asked for"


def code_faults(case: Case, claims: Sequence[Claim]) -> Iterator[str]:
    """App1: the patient's code is listed, and valid on the date of every claim, past ones too."""
    code = case.scenario.patient.diagnosis
    if code is None:
        return
    for name, clause in case.clauses(p.DiagnosesClause):
        listed = [one for one in clause.codes if one.code == code]
        if not listed:
            yield f"{name}: {code} is not covered"
            continue
        for claim in [*old_claims(case), *claims]:
            if not any(_valid_on(one, claim.day) for one in listed):
                yield f"{name}: {code} is not valid on {claim.day}"


def _valid_on(code: p.DiagnosisCode, day: dt.date) -> bool:
    first, last = code.effective_from or dt.date.min, code.effective_until or dt.date.max
    return first <= day <= last
