"""The caps of a policy: what each counts, in windows of consecutive dates or in whole periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import lcm

from planner.constraints.system import Term
from planner.constraints.variables import Variables
from planner.constraints.windows import Amounts, Past, claimed_units, in_windows
from planner.documents.limits import LimitClause, LimitUnit, PerDays


@dataclass(frozen=True)
class Counts:
    """What there is to count: by cycle and day of what is to come, and what has been.

    Every amount, and the limit with it, is taken ``scale`` times, so that all are whole.
    """

    to_come: Mapping[int, Amounts] = field(default_factory=dict)
    past: tuple[Past, ...] = ()
    scale: int = 1


def _vials(variables: Variables) -> Counts:
    """Vials, by date of dispense."""
    return Counts(
        {
            number: {day: [(v, 1)] for day, v in cycle.vials.items()}
            for number, cycle in variables.cycles.items()
        },
        tuple((d.day, d.cycle, d.vials, d.member) for d in variables.course.past_dispenses),
    )


def _units(variables: Variables) -> Counts:
    """Units billed, by date of service."""
    return Counts(
        {n: claimed_units(variables, n) for n in variables.cycles}, _past_units(variables)
    )


def _past_units(variables: Variables) -> tuple[Past, ...]:
    return tuple((u.day, u.cycle, u.units, u.member) for u in variables.course.past_units)


def _mcg(variables: Variables) -> Counts:
    """Micrograms in bags, by hang."""
    hung = [
        (bag.hang, bag.cycle, Fraction(bag.mcg_per_day) * bag.days)
        for bag in variables.course.past_bags
    ]
    options = [hang.option for cycle in variables.cycles.values() for hang in cycle.hangs]
    scale = lcm(
        *(mcg.denominator for _, _, mcg in hung), *(Fraction(o.mcg).denominator for o in options)
    )
    to_come: dict[int, Amounts] = {}
    for number, cycle in variables.cycles.items():
        own = to_come.setdefault(number, defaultdict(list))
        for hang in cycle.hangs:
            own[hang.day].append((hang.variable, int(Fraction(hang.option.mcg) * scale)))
    members = {p.number: f"history.cycles.{i}" for i, p in enumerate(variables.course.past)}
    past = tuple((day, cycle, int(mcg * scale), members[cycle]) for day, cycle, mcg in hung)
    return Counts(to_come, past, scale)


def _cycles(variables: Variables) -> Counts:
    """Cycles, by start."""
    return Counts(
        {
            number: {day: [(v, 1)] for day, v in cycle.origins.items()}
            for number, cycle in variables.cycles.items()
            if cycle.cycle.pinned is None
        },
        tuple(
            (past.start, past.number, 1, f"history.cycles.{i}")
            for i, past in enumerate(variables.course.past)
        ),
    )


def _dispenses(variables: Variables) -> Counts:
    """Dispenses, by date; what was sent for one cycle on one day is one."""
    made: dict[tuple[int, int], Past] = {}
    for d in variables.course.past_dispenses:
        if variables.active(d.member):
            made.setdefault((d.day, d.cycle), (d.day, d.cycle, 1, d.member))
    return Counts(
        {
            number: {day: [(v, 1)] for day, v in cycle.dispenses.items()}
            for number, cycle in variables.cycles.items()
        },
        tuple(made.values()),
    )


COUNTS: Mapping[LimitUnit, Callable[[Variables], Counts]] = {
    "vials": _vials,
    "units": _units,
    "mcg": _mcg,
    "cycles": _cycles,
    "dispenses": _dispenses,
}


def limits(variables: Variables) -> None:
    """II.*: what a clause counts, of the cycles it names, <= its limit."""
    for unit in COUNTS:
        limits_on(variables, unit)


def limits_on(variables: Variables, unit: LimitUnit) -> None:
    """The limits on one unit alone."""
    for key, clause in variables.course.limits_on(unit):
        if variables.active(key):
            _limit(variables, key, clause, COUNTS[unit](variables))


def on_cycles(variables: Variables) -> None:
    """The limits that starts alone may break."""
    limits_on(variables, "cycles")


def on_dispenses(variables: Variables) -> None:
    """The limits that dispenses alone may break."""
    limits_on(variables, "vials")
    limits_on(variables, "dispenses")


def on_bags(variables: Variables) -> None:
    """The limits that bags alone may break, whatever is dispensed."""
    limits_on(variables, "mcg")
    if variables.course.readings.service_by_hang:
        limits_on(variables, "units")


def units_asked(variables: Variables) -> None:
    """Limits on units, on requested claims alone, whatever the bags are: a relaxation."""
    entries = variables.course.scenario.request.claims
    amounts: dict[int, Amounts] = {}
    for i, claim in enumerate(entries):
        member = f"request.claims.{i}"
        if claim.cycle in variables.cycles and variables.active(member):
            day = claim.date.toordinal()
            asked = variables.system.variable(("u", claim.cycle, day, i), 0, claim.units)
            variables.system.add(
                (member,), (claim.cycle, day), [(asked, 1)], low=claim.units, high=claim.units
            )
            amounts.setdefault(claim.cycle, {}).setdefault(day, []).append((asked, 1))
    rolling = variables.course.readings.rolling
    for key, clause in variables.course.limits_on("units") if amounts else ():
        if variables.active(key) and (rolling or not isinstance(clause.per, PerDays)):
            _limit(variables, key, clause, Counts(amounts, _past_units(variables)))


def _limit(variables: Variables, key: str, clause: LimitClause, counts: Counts) -> None:
    named = Counts(
        {n: own for n, own in counts.to_come.items() if clause.names(n)},
        tuple(one for one in counts.past if clause.names(one[1])),
        counts.scale,
    )
    if isinstance(clause.per, PerDays):
        room = clause.limit * counts.scale
        in_windows(variables, key, clause.per.days, room, named.to_come, list(named.past))
    else:
        _in_periods(variables, key, clause, named)
        if clause.per == "authorization":
            _where_dates_say(variables, key, clause, named)


def _in_periods(variables: Variables, key: str, clause: LimitClause, counts: Counts) -> None:
    """The sum over each cycle, authorization or calendar year, or over all, <= limit."""
    covered = {n: slot.id for slot in variables.course.slots for n in slot.cycles}
    terms: dict[str | int, list[Term]] = {}
    before: dict[str | int, list[tuple[int, str]]] = {}
    for number, own in counts.to_come.items():
        for day, some in own.items():
            period = clause.period(date.fromordinal(day), number, covered.get(number))
            if period is not None:
                terms.setdefault(period, []).extend(some)
    for day, number, amount, member in counts.past:
        period = clause.period(date.fromordinal(day), number, covered.get(number))
        if period is not None and variables.active(member):
            before.setdefault(period, []).append((amount, member))
    for period in dict.fromkeys((*before, *terms)):
        made = before.get(period, [])
        room = clause.limit * counts.scale - sum(amount for amount, _ in made)
        some = terms.get(period, [])
        if variables.active(key, (str(clause.per), period)) and (some or room < 0):
            members = tuple(dict.fromkeys((key, *(member for _, member in made))))
            variables.system.add(members, (str(clause.per), period), some, high=room)


def _where_dates_say(variables: Variables, key: str, clause: LimitClause, counts: Counts) -> None:
    """Of each run of cycles, the sum where all of them begin under one authorization, <= limit."""
    system, limit = variables.system, clause.limit * counts.scale
    for slot in variables.course.slots:
        own = [n for n, name in variables.belongs if name == slot.id and clause.names(n)]
        for first in range(len(own)):
            for last in range(first, len(own)):
                some = own[first : last + 1]
                days = [day for n in some for day in counts.to_come.get(n, {}).values()]
                terms = [term for day in days for term in day]
                made = [p for p in counts.past if p[1] in some and variables.active(p[3])]
                before = sum(amount for _, _, amount, _ in made)
                over = before + sum(c * system.high[v] for v, c in terms) - limit
                instance = ("authorization", slot.id, some[0], some[-1])
                if over > 0 and variables.active(key, instance):
                    members = tuple(dict.fromkeys((key, *(p[3] for p in made))))
                    terms += [(variables.belongs[n, slot.id], over) for n in some]
                    high = limit - before + over * len(some)
                    system.add(members, instance, terms, high=high)
