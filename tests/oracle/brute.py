"""Every calendar of a small case, one after another: the arbiter between the solver and the audit.

A calendar is put together from all starts, all chains of bags and all dispenses that a bag may
come from, and is kept if `violations` finds nothing. Whatever one start or one bag makes final is
dropped at once; limits in time, authorizations and requests are judged on the finished calendar.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, product
from math import prod
from typing import NamedTuple

from planner.documents.base import DEFAULT_OBJECTIVES, ObjectiveName
from planner.documents.drug import Drug
from planner.documents.policy import Policy
from planner.documents.scenario import Scenario
from tests.oracle import rules
from tests.oracle.case import Case
from tests.oracle.changes import changes, pin_faults
from tests.oracle.coverage import (
    claim_faults,
    code_faults,
    new_claims,
    supply_faults,
    window_faults,
)
from tests.oracle.grants import count_faults, grant_faults, grants
from tests.oracle.past import old_dispenses, stock
from tests.oracle.values import Bag, Calendar, Dispense, Grant, Sources, day_after

__all__ = [
    "Bag",
    "Best",
    "Calendar",
    "Case",
    "Dispense",
    "Grant",
    "authorizations",
    "best",
    "calendars",
    "candidates",
    "count_candidates",
    "keeps",
    "latest_start",
    "objective_names",
    "objectives",
    "violations",
]


class Best(NamedTuple):
    """The least vector of objectives, in the order of ``names``, and a calendar that has it."""

    names: tuple[ObjectiveName, ...]
    values: tuple[int, ...]
    calendar: Calendar


# The rules ---------------------------------------------------------------------------------------


def violations(calendar: Calendar, scenario: Scenario, policy: Policy, drug: Drug) -> list[str]:
    """Every fault of a calendar, each led by its clause or scenario path; empty where it keeps
    every rule.
    """
    return list(faults(Case(scenario, policy, drug), calendar))


def authorizations(
    calendar: Calendar, scenario: Scenario, policy: Policy, drug: Drug
) -> list[Grant]:
    """The windows of a calendar's authorizations, given ones and those still to be asked for."""
    case = Case(scenario, policy, drug)
    return grants(case, calendar, new_claims(case, calendar))


def keeps(case: Case, calendar: Calendar) -> bool:
    """Whether a calendar keeps every rule."""
    return next(faults(case, calendar), None) is None


def faults(case: Case, calendar: Calendar) -> Iterator[str]:
    """The faults of a calendar one by one."""
    yield from rules.course_faults(case)
    yield from count_faults(case)
    yield from rules.start_faults(case, calendar.starts)
    if not rules.is_reckonable(case, calendar.starts):
        return
    claims = new_claims(case, calendar)
    yield from chain(
        window_faults(case, calendar, claims),
        grant_faults(case, calendar, claims),
        rules.chain_faults(case, calendar),
        rules.dispense_faults(case, calendar),
        supply_faults(case, calendar),
        claim_faults(case, claims),
        code_faults(case, claims),
        pin_faults(case, calendar),
    )


# The calendars -----------------------------------------------------------------------------------


def calendars(scenario: Scenario, policy: Policy, drug: Drug) -> Iterator[Calendar]:
    """Every calendar that keeps every rule, each once, in a fixed order."""
    case = Case(scenario, policy, drug)
    return (calendar for calendar in candidates(case) if keeps(case, calendar))


def candidates(case: Case, fixed: Calendar | None = None, below: int = 0) -> Iterator[Calendar]:
    """Every calendar of sound starts and sound single bags; the cycles below ``below`` stay as
    they are in ``fixed``.
    """
    if rules.course_faults(case) or count_faults(case):
        return
    for starts in start_choices(case):
        if fixed is not None and not set(starts).issuperset(
            one for one in fixed.starts if one[0] < below
        ):
            continue
        cycles: list[Sequence[Part]] = []
        for cycle, start in sorted([*_begun(case), *starts]):
            if fixed is not None and cycle < below:
                cycles.append([part_of(fixed, cycle)])
            else:
                cycles.append(parts(case, cycle, start))
        for chosen in product(*cycles):
            yield Calendar(
                starts,
                tuple(bag for part in chosen for bag in part.bags),
                tuple(sorted(one for part in chosen for one in part.dispenses)),
            )


def count_candidates(case: Case) -> int:
    """How many candidates there are, without putting them together."""
    if rules.course_faults(case) or count_faults(case):
        return 0
    return sum(
        prod(len(parts(case, cycle, start)) for cycle, start in [*_begun(case), *starts])
        for starts in start_choices(case)
    )


def _begun(case: Case) -> list[tuple[int, dt.date]]:
    return [(cycle, case.past[cycle].start) for cycle in rules.open_cycles(case)]


def start_choices(case: Case) -> Iterator[tuple[tuple[int, dt.date], ...]]:
    """Every choice of starts of the planned cycles that has no fault of its own."""
    days = range(case.scenario.request.max_delay_days + 1)
    ranges = [
        [(cycle, day_after(case.earliest(cycle), delay)) for delay in days]
        for cycle in case.planned
    ]
    return (starts for starts in product(*ranges) if not rules.start_faults(case, starts))


class Part(NamedTuple):
    """The new bags and new dispenses of one cycle."""

    bags: tuple[Bag, ...]
    dispenses: tuple[Dispense, ...]


def part_of(calendar: Calendar, cycle: int) -> Part:
    """What a calendar holds for one cycle."""
    return Part(
        tuple(bag for bag in calendar.bags if bag.cycle == cycle),
        tuple(one for one in calendar.dispenses if one.cycle == cycle),
    )


@lru_cache(maxsize=32)
def parts(case: Case, cycle: int, start: dt.date) -> Sequence[Part]:
    """Every chain of bags of a cycle, with every choice of the dispense of each bag."""
    rest = rules.to_cover(case, cycle, start)
    return [Part(bags, dispensed(case, cycle, bags)) for bags in _chains(case, cycle, start, rest)]


def _chains(
    case: Case, cycle: int, start: dt.date, rest: list[dt.date]
) -> Iterator[tuple[Bag, ...]]:
    if not rest:
        yield ()
        return
    for bag in _bags_on(case, cycle, start, rest[0]):
        if rest[: bag.days] == [day_after(bag.hang, n) for n in range(bag.days)]:
            for others in _chains(case, cycle, start, rest[bag.days :]):
                yield (bag, *others)


@lru_cache(maxsize=4096)
def _bags_on(case: Case, cycle: int, start: dt.date, hang: dt.date) -> tuple[Bag, ...]:
    found: list[Bag] = []
    pharmacy = case.scenario.pharmacy
    dispenses = {day_after(hang, -n) for n in range(pharmacy.max_days_ahead + 1)}
    dispenses |= {day for day, number in stock(case) if number <= cycle}
    index = case.infusion_dates(cycle, start).index(hang)
    dose = case.doses(cycle, start)[index]
    for days, (name, _) in sorted(case.offered.items()):
        vials = case.vials(name, dose, start) or 0
        for (first, _), *rest in feeds(sorted(dispenses), vials, whole=rules.whole_bags(case)):
            bag = Bag(cycle, hang, days, dose.mcg, vials, first, tuple(rest))
            if not rules.bag_faults(case, start, bag):
                found.append(bag)
    return tuple(found)


def feeds(days: Sequence[dt.date], vials: int, *, whole: bool) -> Iterator[Sources]:
    """Every way to have vials from dispenses on some of the days; from one alone if ``whole``."""
    for at, day in enumerate(days):
        for count in range(vials if whole else min(vials, 1), vials):
            yield from (
                ((day, count), *rest) for rest in feeds(days[at + 1 :], vials - count, whole=False)
            )
        yield ((day, vials),)


def dispensed(case: Case, cycle: int, bags: Sequence[Bag]) -> tuple[Dispense, ...]:
    """The new dispenses of one cycle: as requested, else the vials of its bags by day, with the
    spare ones in the first of a cycle that begins.
    """
    asked = [one for one in case.scenario.request.dispenses if one.cycle == cycle]
    if asked:
        return tuple(sorted(Dispense(one.date, cycle, one.vials) for one in asked))
    need: Counter[dt.date] = Counter()
    for bag in bags:
        for day, vials in bag.sources:
            if not rules.stock_for(case, cycle, day):
                need[day] += vials
    begun = {one.cycle for one in old_dispenses(case)}
    if need and cycle in case.planned and cycle not in begun:
        need[min(need)] += case.scenario.pharmacy.spare_vials
    return tuple(Dispense(day, cycle, need[day]) for day in sorted(need))


# The best ----------------------------------------------------------------------------------------


def objective_names(scenario: Scenario) -> tuple[ObjectiveName, ...]:
    """The scenario's order of objectives; those it leaves out follow in the default order."""
    return tuple(dict.fromkeys([*scenario.objectives, *DEFAULT_OBJECTIVES]))


def objectives(case: Case, calendar: Calendar) -> dict[ObjectiveName, int]:
    """The value of every objective (SPEC 2)."""
    transit = case.scenario.pharmacy.transit_days
    return {
        "changes": changes(case, calendar),
        "delay": sum((start - case.earliest(cycle)).days for cycle, start in calendar.starts),
        "vials": sum(bag.vials for bag in calendar.bags),
        "dispenses": len(calendar.dispenses),
        "bag_changes": len(calendar.bags),
        "stock_days": sum(
            vials * ((bag.hang - day).days - transit)
            for bag in calendar.bags
            for day, vials in bag.sources
        ),
    }


def best(scenario: Scenario, policy: Policy, drug: Drug) -> Best | None:
    """The lexicographic minimum over all calendars, the first found of equal ones; none where no
    calendar keeps every rule. Candidates no better than one already kept are not judged.
    """
    case = Case(scenario, policy, drug)
    names = objective_names(scenario)
    found: Best | None = None
    for calendar in candidates(case):
        value = objectives(case, calendar)
        values = tuple(value[name] for name in names)
        if (found is None or values < found.values) and keeps(case, calendar):
            found = Best(names, values, calendar)
    return found


def latest_start(
    scenario: Scenario, policy: Policy, drug: Drug, cycle: int, calendar: Calendar
) -> dt.date | None:
    """The latest day on which a planned cycle can start so that a calendar exists whose earlier
    cycles (starts, bags and dispenses) are those of ``calendar``; none where there is none.
    """
    case = Case(scenario, policy, drug)
    latest: dt.date | None = None
    for other in candidates(case, calendar, cycle):
        start = dict(other.starts)[cycle]
        if (latest is None or start > latest) and keeps(case, other):
            latest = start
    return latest
