"""The rules of days, bags and dispenses, each by its literal definition.

Each function yields one sentence for each fault, led by the clause or the path of the scenario.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from planner.documents import policy as p
from tests.oracle.case import Case
from tests.oracle.past import old_bags, old_dispenses, stock
from tests.oracle.values import Bag, Calendar, Dispense, day_after


@lru_cache(maxsize=64)
def course_faults(case: Case) -> tuple[str, ...]:
    """V.*.cycles and IV.*: how many cycles a course may have."""
    return tuple(_course_faults(case))


def _course_faults(case: Case) -> Iterator[str]:
    name, most = case.clause(p.CyclesClause)
    if case.cycles > most.at_most:
        yield f"{name}: {case.cycles} cycles, at most {most.at_most}"
    for name, renewal in case.clauses(p.RenewalClause):
        if renewal.total_cycles is not None and case.cycles > renewal.total_cycles:
            yield f"{name}: {case.cycles} cycles, at most {renewal.total_cycles} in all"


@lru_cache(maxsize=4096)
def start_faults(case: Case, starts: tuple[tuple[int, dt.date], ...]) -> tuple[str, ...]:
    """Everything that is settled once the starts are known."""
    return tuple(_start_faults(case, starts))


def _start_faults(case: Case, starts: tuple[tuple[int, dt.date], ...]) -> Iterator[str]:
    if tuple(cycle for cycle, _ in starts) != case.planned:
        yield f"request.cycles: cycles {case.planned} are to be planned"
        return
    yield from _asked_starts(case, dict(starts))
    all_starts = sorted([(c, past.start) for c, past in case.past.items()] + list(starts))
    name = case.length_name
    for (cycle, start), (following, later) in pairwise(all_starts):
        if later < case.next_start(cycle, start):
            yield f"{name}: cycle {following} starts {later}, before {cycle} has its length"
        end = case.disconnect(cycle, start)
        if end is not None and later < end:
            yield f"{name}: cycle {following} starts {later}, before {cycle} is disconnected"
    as_of = case.scenario.as_of
    for cycle, start in starts:
        if not (case.in_hospital(cycle, 0) or case.is_change_day(start)):
            yield f"pharmacy.bag_change_days: cycle {cycle} starts on {start}"
        if as_of is not None and start < as_of:
            yield f"as_of: cycle {cycle} starts on {start}"
        if (start - case.earliest(cycle)).days > case.scenario.request.max_delay_days:
            yield f"request.max_delay_days: cycle {cycle} starts on {start}"
        yield from _dose_faults(case, cycle, start)
    for cycle in open_cycles(case):
        yield from _dose_faults(case, cycle, case.past[cycle].start)
    for cycle, start in all_starts:
        yield from _end_faults(case, cycle, start)


def is_reckonable(case: Case, starts: tuple[tuple[int, dt.date], ...]) -> bool:
    """Whether the starts are those of the planned cycles and every infusion day has a dose, so
    that the other rules have a meaning.
    """
    known = [*starts, *((cycle, case.past[cycle].start) for cycle in open_cycles(case))]
    return tuple(cycle for cycle, _ in starts) == case.planned and all(
        len(case.doses(cycle, start)) >= case.infusion_days for cycle, start in known
    )


def _asked_starts(case: Case, planned: dict[int, dt.date]) -> Iterator[str]:
    if planned and case.first_window is not None:
        first = planned[min(planned)]
        if not case.first_window[0] <= first <= case.first_window[1]:
            yield f"request.first_infusion: the first cycle starts on {first}"
    known = planned | {cycle: past.start for cycle, past in case.past.items()}
    for cycle, day in case.scenario.request.cycle_starts.items():
        if known.get(cycle) != day:
            yield f"request.cycle_starts.{cycle}: asked {day}, is {known.get(cycle)}"


def _dose_faults(case: Case, cycle: int, start: dt.date) -> Iterator[str]:
    """V.*.dose: a requested dose lies at or below the cap; every infusion day has a dose."""
    name = case.clause(p.DoseClause)[0]
    asked = case.asked_dose(cycle)
    for step in case.steps(cycle, start):
        cap = case.cap(step, start)
        if asked is not None and not step.step_dose and asked > cap:
            yield f"{name}: {asked} mcg a day in cycle {cycle}, not above {cap}"
    if len(case.doses(cycle, start)) < case.infusion_days:
        yield f"{name}: no dose for every infusion day of cycle {cycle}"


def _end_faults(case: Case, cycle: int, start: dt.date) -> Iterator[str]:
    """A disconnect that is still to come falls on an allowed day, and none after `finish_by`."""
    end = case.disconnect(cycle, start)
    if end is None:
        return
    finish_by = case.scenario.request.finish_by
    if finish_by is not None and end > finish_by:
        yield f"request.finish_by: cycle {cycle} is disconnected on {end}"
    fixed = cycle in case.past and cycle not in open_cycles(case)
    at_home = not case.in_hospital(cycle, case.infusion_days - 1)
    if not fixed and at_home and not case.is_change_day(end):
        yield f"pharmacy.bag_change_days: cycle {cycle} is disconnected on {end}"


# Bags --------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def open_cycles(case: Case) -> tuple[int, ...]:
    """The past cycles with infusion days that no bag of the history covers."""
    return tuple(cycle for cycle in sorted(case.past) if to_cover(case, cycle))


def to_cover(case: Case, cycle: int, start: dt.date | None = None) -> list[dt.date]:
    """The infusion days for which new bags are needed; none in a cycle that was broken off."""
    if start is None:
        start = case.past[cycle].start
    if case.end_of_break(cycle) is not None:
        return []
    covered = {
        day_after(bag.hang, n)
        for bag in old_bags(case)
        if bag.cycle == cycle
        for n in range(bag.days)
    }
    return [day for day in case.infusion_dates(cycle, start) if day not in covered]


@lru_cache(maxsize=100_000)
def bag_faults(case: Case, start: dt.date, bag: Bag) -> tuple[str, ...]:
    """What is wrong with one bag of a cycle that starts on ``start``, whatever the others are."""
    return tuple(_bag_faults(case, start, bag))


def _bag_faults(case: Case, start: dt.date, bag: Bag) -> Iterator[str]:
    covered = [day_after(bag.hang, n) for n in range(bag.days)]
    dates = case.infusion_dates(bag.cycle, start)
    if not all(day in dates for day in covered):
        yield f"bags: {bag.hang} for {bag.days} days runs outside of cycle {bag.cycle}"
        return
    if bag.days not in case.offered:
        yield f"pharmacy.bags: no bag of {bag.days} days"
        return
    name, row = case.offered[bag.days]
    weight = case.weight(start)
    if row.min_weight_kg is not None and weight < row.min_weight_kg:
        yield f"drug.bags.{name}: not below {row.min_weight_kg} kg"
    doses = [case.doses(bag.cycle, start)[dates.index(day)] for day in covered]
    own = case.own_vials(name, doses[0])
    if any(dose.is_step for dose in doses) and not row.for_step_dose and own is None:
        yield f"drug.bags.{name}: not for the step dose"
    if any(dose.mcg != bag.dose for dose in doses):
        yield f"{case.clause(p.DoseClause)[0]}: {bag.dose} mcg a day on {bag.hang}"
    if case.vials(name, doses[0], start) != bag.vials:
        yield f"drug.vials: {bag.vials} in a bag of {name}"
    sites = {case.in_hospital(bag.cycle, dates.index(day)) for day in covered}
    if len(sites) > 1:
        yield f"pharmacy.hospital_days.{bag.cycle}: the bag of {bag.hang} runs into the home"
    if sites == {False} and not case.is_change_day(bag.hang):
        yield f"pharmacy.bag_change_days: a bag is hung on {bag.hang}"
    as_of = case.scenario.as_of
    if as_of is not None and bag.hang < as_of:
        yield f"as_of: a bag is hung on {bag.hang}"
    yield from _waiting_faults(case, bag)


def _waiting_faults(case: Case, bag: Bag) -> Iterator[str]:
    """Vials are there when hung, new ones not too old; ready-made bags end within their storage."""
    pharmacy = case.scenario.pharmacy
    if any(vials < 1 for _, vials in bag.sources):
        yield f"bags: no vial of a dispense of the bag of {bag.hang}"
    if any(later <= before for (before, _), (later, _) in pairwise(bag.sources)):
        yield f"bags: the dispenses of the bag of {bag.hang} are not in order"
    if bag.rest and whole_bags(case):
        yield f"dispenses: the bag of {bag.hang} is not of one"
    asked = [one.date for one in case.scenario.request.dispenses if one.cycle == bag.cycle]
    for day, _ in bag.sources:
        if bag.hang < day_after(day, pharmacy.transit_days):
            yield f"pharmacy.transit_days: dispensed {day}, hung {bag.hang}"
        if stock_for(case, bag.cycle, day):
            continue
        if bag.hang > day_after(day, pharmacy.max_days_ahead):
            yield f"pharmacy.max_days_ahead: dispensed {day}, hung {bag.hang}"
        yield from dispense_day_faults(case, day)
        if asked and day not in asked:
            yield f"request.dispenses: cycle {bag.cycle} is not dispensed on {day}"
    if pharmacy.ready_made:
        name = case.offered[bag.days][0]
        keeps = case.keeps(name)
        waits = (day_after(bag.hang, bag.days) - bag.dispense).days
        if keeps is None or waits > keeps:
            yield f"drug.storage.{name}: dispensed {bag.dispense}, hung {bag.hang}"


def whole_bags(case: Case) -> bool:
    """Whether a bag has all its vials from one dispense: it is sent ready-made, or something counts
    a dispense by its bags."""
    counted = case.reading("date_of_service") == "dispense"
    rated = case.reading("quantity.days_supply") != "off"
    refilled = case.reading("refill_threshold") != "off"
    return case.scenario.pharmacy.ready_made or counted or rated or refilled


def stock_for(case: Case, cycle: int, day: dt.date) -> list[tuple[dt.date, int]]:
    """What history left of the dispenses of a day that a bag of the cycle may have: its own
    cycle's, then those of earlier ones, which made no bags for it."""
    ready = case.scenario.pharmacy.ready_made
    keys = [key for key in stock(case) if key[0] == day]
    own = [key for key in keys if key[1] == cycle]
    return own + sorted(key for key in keys if key[1] < cycle and not ready)


def draws(case: Case, calendar: Calendar) -> tuple[Counter[tuple[dt.date, int]], list[int]]:
    """Vials that the bags take of each (dispense, cycle), and the vials of stock that several bags
    would take."""
    left, taken = Counter(stock(case)), Counter[tuple[dt.date, int]]()
    twice: list[int] = []
    for bag in sorted(calendar.bags, key=lambda bag: (bag.cycle, bag.hang)):
        for day, vials in bag.sources:
            keys = stock_for(case, bag.cycle, day)
            for key in keys:
                count = min(vials, left[key])
                left[key] -= count
                taken[key] += count
                vials -= count
            if keys and vials:
                twice.append(vials)
            elif vials:
                taken[day, bag.cycle] += vials
    return taken, twice


def chain_faults(case: Case, calendar: Calendar) -> Iterator[str]:
    """V.*.days: the new bags of each cycle cover its open infusion days, each exactly once."""
    starts = all_starts_of_new_bags(case, calendar)
    for cycle in {bag.cycle: None for bag in calendar.bags}:
        if cycle not in starts:
            yield f"bags: cycle {cycle} has no bags to be planned"
            return
    for cycle, start in starts.items():
        bags = [bag for bag in calendar.bags if bag.cycle == cycle]
        hung = sorted(day_after(bag.hang, n) for bag in bags for n in range(bag.days))
        if hung != to_cover(case, cycle, start):
            name = case.clause(p.InfusionDaysClause)[0]
            yield f"{name}: new bags of cycle {cycle} cover {[str(day) for day in hung]}"
        for bag in bags:
            yield from bag_faults(case, start, bag)


def all_starts_of_new_bags(case: Case, calendar: Calendar) -> dict[int, dt.date]:
    """Cycle to start, of the cycles that need new bags, in order."""
    begun = {cycle: case.past[cycle].start for cycle in open_cycles(case)}
    return begun | dict(calendar.starts)


# Dispenses ---------------------------------------------------------------------------------------


def dispense_day_faults(case: Case, day: dt.date) -> Iterator[str]:
    """A new dispense falls on the pharmacy's days, and not before `as_of`."""
    if not case.is_dispense_day(day):
        yield f"pharmacy.dispense_days: dispensed on {day}"
    if case.scenario.as_of is not None and day < case.scenario.as_of:
        yield f"as_of: dispensed on {day}"


def dispense_faults(case: Case, calendar: Calendar) -> Iterator[str]:
    """Which vials go out when: those of the bags, spare ones with a cycle's first dispense, and
    further ones only as requested; `request.dispenses` is complete for the cycles it names.
    """
    need, twice = draws(case, calendar)
    for vials in twice:
        yield f"history.dispenses: {vials} vials of stock in more than one bag"
    sent = {(one.day, one.cycle): one.vials for one in calendar.dispenses}
    if len(sent) != len(calendar.dispenses):
        yield "dispenses: two on one day for one cycle"
    at_hand = stock(case)
    for key in need:
        if key not in at_hand and key not in sent:
            yield f"dispenses: none on {key[0]} for cycle {key[1]}"
    asked_cycles = {one.cycle for one in case.scenario.request.dispenses}
    spare = spare_vials(case, calendar)
    for (day, cycle), vials in sent.items():
        yield from dispense_day_faults(case, day)
        required = need[day, cycle] + spare.get((day, cycle), 0)
        if cycle in asked_cycles:
            if vials < required:
                yield f"request.dispenses: {vials} vials on {day}, {required} are needed"
        elif vials != required or need[day, cycle] == 0 or (day, cycle) in at_hand:
            yield f"dispenses: {vials} vials on {day} for cycle {cycle}, {required} are needed"
    yield from _asked_dispenses(case, calendar)


def spare_vials(case: Case, calendar: Calendar) -> dict[tuple[dt.date, int], int]:
    """Spare vials by (dispense, cycle): with the first dispense of each planned cycle."""
    spare = case.scenario.pharmacy.spare_vials
    begun = {one.cycle for one in old_dispenses(case)}
    first: dict[int, dt.date] = {}
    for one in calendar.dispenses:
        if one.cycle in case.planned and one.cycle not in begun:
            first[one.cycle] = min(one.day, first.get(one.cycle, one.day))
    return {(day, cycle): spare for cycle, day in first.items()}


def _asked_dispenses(case: Case, calendar: Calendar) -> Iterator[str]:
    asked: Counter[Dispense] = Counter()
    for line in case.scenario.request.dispenses:
        asked[Dispense(line.date, line.cycle, line.vials)] += 1
    cycles = {one.cycle for one in asked}
    given = Counter(one for one in calendar.dispenses if one.cycle in cycles)
    if asked != given:
        yield "request.dispenses: other dispenses than those asked for"
    known = set(all_starts_of_new_bags(case, calendar))
    for one in calendar.dispenses:
        if one.cycle not in known:
            yield f"dispenses: cycle {one.cycle} has nothing to be planned"
