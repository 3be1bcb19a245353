"""A cap on a total (in a lifetime, a year, an authorization, a cycle): its sum in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import ceil

from planner.constraints.rules import Rules, alone, last_cycle
from planner.documents.limits import LimitClause, LimitUnit, PerDays
from planner.proof.rate import least_of
from planner.regimen.course import BagOption, Course, CourseCycle

MOST_NAMED = 3  # cycles that a sentence names one by one
Amount = int | Decimal
Part = tuple[int, Amount]  # cycle, amount


def over_a_cap(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """What has been, and what cycles to come take at least, in a period that holds all of it.

    Args:
        course: the course that has no calendar.
        ids: the members of a minimal conflict of it.
    """
    rules = Rules(course, alone(ids))
    for key in ids:
        clause = course.clauses.get(key)
        if not isinstance(clause, LimitClause) or isinstance(clause.per, PerDays):
            continue
        covered = {n: slot.id for slot in rules.course.slots for n in slot.cycles}
        made: dict[str | int, list[Part]] = {}
        to_come: dict[str | int, list[Part]] = {}
        for parts, dated in (
            (made, _made(course, ids, clause.of)),
            (to_come, _to_come(rules, clause.of)),
        ):
            for first, last, cycle, amount in dated:
                periods = [
                    clause.period(date.fromordinal(day), cycle, covered.get(cycle))
                    for day in (first, last)
                ]
                if clause.names(cycle) and periods[0] == periods[1] and periods[0] is not None:
                    parts.setdefault(periods[0], []).append((cycle, amount))
        for period in dict.fromkeys((*made, *to_come)):
            sent, need = made.get(period, []), to_come.get(period, [])
            total = ceil(sum(amount for _, amount in (*sent, *need)))
            if total > clause.limit:
                yield _says(key, clause, sent, need, total)


_Dated = tuple[int, int, int, Amount]  # first and last day that it may count on, cycle, amount


def _made(course: Course, ids: Sequence[str], unit: LimitUnit) -> Iterator[_Dated]:
    begun = [(f"history.cycles.{i}", p) for i, p in enumerate(course.past)]
    of_cycle = {p.number: member for member, p in begun}
    if unit == "vials":
        found = [(d.day, d.cycle, d.vials, d.member) for d in course.past_dispenses]
    elif unit == "units":
        found = [(u.day, u.cycle, u.units, u.member) for u in course.past_units]
    elif unit == "cycles":
        found = [(p.start, p.number, 1, member) for member, p in begun]
    elif unit == "dispenses":
        sent = {(d.day, d.cycle): d.member for d in course.past_dispenses if d.member in ids}
        found = [(day, cycle, 1, member) for (day, cycle), member in sent.items()]
    else:
        yield from (
            (b.hang, b.hang, b.cycle, b.mcg_per_day * b.days)
            for b in course.past_bags
            if of_cycle.get(b.cycle) in ids
        )
        return
    yield from ((day, day, cycle, amount) for day, cycle, amount, member in found if member in ids)


def _to_come(rules: Rules, unit: LimitUnit) -> Iterator[_Dated]:
    """The least of each cycle that has not begun, with the days that it may count on."""
    last = last_cycle(rules.course, rules.active)
    for cycle in (c for c in rules.course.cycles if c.progress is None and c.number <= last):
        days = rules.origin_days(cycle)
        if not days:
            continue
        by_dispense = unit in {"vials", "dispenses"} or (
            unit == "units" and not rules.course.readings.service_by_hang
        )
        first = days[0] - (rules.ahead if by_dispense else 0)
        end = days[-1] + (0 if unit == "cycles" else cycle.infusion_days - 1)
        least = _least(rules, cycle, unit)
        if least:
            yield first, end, cycle.number, least


def _least(rules: Rules, cycle: CourseCycle, unit: LimitUnit) -> Amount:
    at_hand = sum(stock.vials for stock in rules.course.stock)
    if unit == "cycles":
        return 1
    if unit == "dispenses":
        stays = rules.course.scenario.pharmacy.hospital_days
        return 0 if at_hand or cycle.number in stays else 1
    if not rules.exact_days():
        return 0
    opened = rules.course.readings.opened_billed
    amounts: Mapping[str, Callable[[BagOption], Amount]] = {
        "vials": lambda o: o.vials,
        "units": lambda o: o.opened if opened else o.administered,
        "mcg": lambda o: o.mcg,
    }
    least = min((least_of(v, amounts[unit]) for v in rules.variants(cycle)), default=0)
    if unit == "units" and not opened and not rules.course.readings.service_by_hang:
        return 0  # rounded up once a dispense, not once a bag
    if unit == "vials":
        asked = sum(rules.requested(cycle.number).values())
        return asked or max(0, least - at_hand)
    return least


def _says(
    key: str, clause: LimitClause, made: Sequence[Part], need: Sequence[Part], total: int
) -> str:
    sent = ceil(sum(amount for _, amount in made))
    said = [f"{_of(clause, sent)} so far"] if made else []
    if clause.of == "cycles":
        more = len(need)
        said += [f"{more} {'more' if made else _noun(clause, more)} to come"] if need else []
    elif len(need) > MOST_NAMED:
        least = ceil(sum(amount for _, amount in need))
        numbers = f"{need[0][0]} to {need[-1][0]}"
        said.append(f"at least {_of(clause, least)} for cycles {numbers}")
    else:
        said += [f"at least {_of(clause, ceil(amount))} for cycle {n}" for n, amount in need]
    listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    begins = listed[0].upper() + listed[1:]
    return (
        f"{begins}, and {key} allows {_of(clause, clause.limit)} {clause.within}: "
        f"{total:,} > {clause.limit:,}"
    )


def _of(clause: LimitClause, count: int) -> str:
    return f"{count:,} {_noun(clause, count)}"


def _noun(clause: LimitClause, count: int) -> str:
    return clause.of.removesuffix("s") if count == 1 else clause.of
