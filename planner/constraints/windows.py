"""Section II: vials and billable units in windows of consecutive dates, and their readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, lcm

from planner.constraints.system import Term
from planner.constraints.variables import CycleVariables, Variables
from planner.documents.limits import LimitClause
from planner.regimen.course import PastDispense
from planner.regimen.cycles import therapy

Amounts = dict[int, list[Term]]
Past = tuple[int, int, int, str]  # day, cycle, amount, member


def claimed_units(variables: Variables, number: int) -> Amounts:
    """The units that count for a cycle, by date of service.

    By dispense, a past dispense whose claims history lists was billed whole: what is still to be
    hung of it adds nothing.
    """
    readings = variables.course.readings
    before = billed_before(variables, number)
    if not readings.service_by_hang and not readings.opened_billed:
        return _administered_by_dispense(variables, variables.cycles[number])
    amounts: Amounts = defaultdict(list)
    for hang in variables.cycles[number].hangs:
        counted = hang.option.opened if readings.opened_billed else hang.option.administered
        if readings.service_by_hang:
            amounts[hang.day].append((hang.variable, counted))
        else:
            for source, variable in hang.feeds.items():
                if source not in before:
                    amounts[source].append((variable, counted))
    return amounts


def billed_before(variables: Variables, number: int) -> set[int]:
    """The past dispenses of a cycle whose claims history lists."""
    listed = any(u.listed and u.cycle == number for u in variables.course.past_units)
    own = variables.cycles[number].stock
    return {stock.day for stock in own if stock.cycle == number} if listed else set()


def _administered_by_dispense(variables: Variables, cycle: CycleVariables) -> Amounts:
    """One claim a dispense, rounded up once: the least u with u x scale >= the sum of its bags'
    parts of a unit, where ``scale`` parts are one unit."""
    if cycle.billed:
        return cycle.billed
    unit = therapy(variables.course.clauses).mcg_per_unit
    scale = lcm(*((Fraction(h.option.mcg) / unit).denominator for h in cycle.hangs))
    parts: Amounts = defaultdict(list)
    before = billed_before(variables, cycle.cycle.number)
    for hang in cycle.hangs:
        part = int(Fraction(hang.option.mcg) / unit * scale)
        for source, variable in hang.feeds.items():
            if source not in before:
                parts[source].append((variable, part))
    for source, terms in parts.items():
        if scale == 1:
            cycle.billed[source] = terms
            continue
        most = ceil(sum(part for _, part in terms) / scale)
        billed = variables.system.variable(("u", cycle.cycle.number, source), 0, most)
        variables.system.add(
            (),
            ("rounded", cycle.cycle.number, source),
            [(billed, scale), *((v, -part) for v, part in terms)],
            low=0,
            high=scale - 1,
        )
        cycle.billed[source] = [(billed, 1)]
    return cycle.billed


def in_windows(
    variables: Variables,
    key: str,
    days: int,
    limit: int,
    amounts: Mapping[int, Amounts],
    past: list[Past],
) -> None:
    """What a clause counts in any run of so many dates <= limit.

    Read by cycle: the cycle's own in the dates from its first dispense on.
    """
    if variables.course.readings.rolling:
        _rolling(variables, key, days, limit, amounts, past)
    else:
        for number in sorted({*amounts, *(c for _, c, _, _ in past)}):
            _by_cycle(variables, key, days, limit, number, amounts.get(number, {}), past)


def _rolling(
    variables: Variables,
    key: str,
    days: int,
    limit: int,
    amounts: Mapping[int, Amounts],
    past: list[Past],
) -> None:
    by_day: Amounts = defaultdict(list)
    for own in amounts.values():
        for day, terms in own.items():
            by_day[day] += terms
    dated = sorted(by_day)
    counted = [(day, amount, m) for day, _, amount, m in past if variables.active(m)]
    for start in sorted({*dated, *(day for day, _, _ in counted)}):
        end = start + days - 1
        if not variables.active(key, (start, end)):
            continue
        terms = [t for day in dated if start <= day <= end for t in by_day[day]]
        before = [(amount, m) for day, amount, m in counted if start <= day <= end]
        room = limit - sum(amount for amount, _ in before)
        if terms or room < 0:
            members = tuple(dict.fromkeys((key, *(m for _, m in before))))
            variables.system.add(members, (start, end), terms, high=room)


def _by_cycle(
    variables: Variables,
    key: str,
    days: int,
    limit: int,
    number: int,
    own: Amounts,
    past: list[Past],
) -> None:
    earlier = [d.day for d in variables.course.past_dispenses if d.cycle == number]
    counted = [
        (day, amount, m) for day, c, amount, m in past if c == number and variables.active(m)
    ]
    starts: list[tuple[int, list[Term]]] = [(min(earlier), [])] if earlier else []
    if number in variables.cycles:
        cycle = variables.cycles[number]
        first = cycle.first_dispense
        starts += [(day, [(mark, 1)]) for day, mark in first.items()]
        if first and cycle.stock:  # all from stock: counted from its first claim, on its start
            made = [(mark, -1) for mark in first.values()]
            starts += [(day, [(origin, 1), *made]) for day, origin in cycle.origins.items()]
    for start, marks in starts:
        end = start + days - 1
        if not variables.active(key, (start, end)):
            continue
        terms = [t for day, some in own.items() if start <= day <= end for t in some]
        before = [(amount, m) for day, amount, m in counted if start <= day <= end]
        room = limit - sum(amount for amount, _ in before)
        if not marks and (terms or room < 0):
            members = tuple(dict.fromkeys((key, *(m for _, m in before))))
            variables.system.add(members, (start, end), terms, high=room)
        elif marks and terms:
            most = sum(c * variables.system.high[v] for v, c in terms)
            here = [(mark, c * most) for mark, c in marks]
            variables.system.add((key,), (start, end), [*terms, *here], high=room + most)


def _supply(cycle: CycleVariables) -> Amounts:
    """Infusion days that each dispense covers."""
    supply: Amounts = defaultdict(list)
    for hang in cycle.hangs:
        for source, variable in hang.feeds.items():
            supply[source].append((variable, hang.option.days))
    return supply


def supply_rate(variables: Variables) -> None:
    """II.A as some payers read it, as a rate on each dispense."""
    if variables.course.readings.supply_rate and variables.whole:
        for key, clause in variables.course.windows_on("vials"):
            if variables.active(key):
                _supply_rate(variables, key, clause)


def _supply_rate(variables: Variables, key: str, clause: LimitClause) -> None:
    """Per dispense: vials x days <= limit x days supply."""
    for number, cycle in variables.cycles.items():
        supply = _supply(cycle)
        for day, vials in cycle.vials.items():
            if variables.active(key, ("rate", number, day)):
                variables.system.add(
                    (key,),
                    ("rate", number, day),
                    [(vials, clause.days), *((v, -clause.limit * c) for v, c in supply[day])],
                    high=0,
                )


def refill_threshold(variables: Variables) -> None:
    """The next dispense comes no earlier than a share of the last one's days' supply after it."""
    share = variables.course.readings.refill_threshold
    if share is None or not variables.active("readings.refill_threshold") or not variables.whole:
        return
    fills = [
        (day, number, made)
        for number, cycle in variables.cycles.items()
        for day, made in cycle.dispenses.items()
    ]
    fills.sort()
    for fill in variables.course.past_dispenses:
        if fill.cycle not in variables.cycles and variables.active(fill.member):
            _refills(variables, share, fill.day, fill.cycle, [], [fill], fills)
    for number, cycle in variables.cycles.items():
        supply = _supply(cycle)
        past = [
            d
            for d in variables.course.past_dispenses
            if d.cycle == number and variables.active(d.member)
        ]
        for day in sorted({*cycle.dispenses, *(d.day for d in past)}):
            done = [d for d in past if d.day == day]
            _refills(variables, share, day, number, supply[day], done, fills)


def _refills(
    variables: Variables,
    share: Decimal,
    day: int,
    number: int,
    supply: list[Term],
    past: Sequence[PastDispense],
    fills: list[tuple[int, int, int]],
) -> None:
    done = sum(d.days_supply for d in past)
    members = tuple(dict.fromkeys(("readings.refill_threshold", *(d.member for d in past))))
    most = done + sum(c for _, c in supply)
    longest = ceil(share * most)
    for later, other, made in fills:
        if (later, other) <= (day, number) or later - day >= longest:
            continue
        # ceil(share x supply) <= gap  <=>  supply <= floor(gap / share)
        room = floor((later - day) / share) - done
        slack = max(most - done - room, 0)
        instance = (day, number, later, other)
        if variables.active("readings.refill_threshold", instance):
            variables.system.add(
                members,
                instance,
                [*supply, (made, slack)],
                high=room + slack,
            )
