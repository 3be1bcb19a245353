"""The pharmacy's own settings: which bags, on which days, how long ahead. Past bags, dispenses
and starts are facts and are not held against them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.audit.case import Case
from planner.audit.days import after, changes_on_holidays, is_holiday, run, site_of, weekday
from planner.audit.dose import doses_by_day, weight_at
from planner.audit.preparation import bag_name, keeps, why_not
from planner.documents.plan import PlannedBag, PlannedDispense, VialSource


def bags(case: Case) -> Iterator[str]:
    """Every bag to be hung is one that is offered, for this weight and dose."""
    for cycle in case.cycles:
        weight, due = weight_at(case, cycle.start), doses_by_day(case, cycle.cycle)
        for bag in case.bags(cycle.cycle):
            if bag.past:
                continue
            name, dose = bag_name(case, bag.days), due.get(bag.hang)
            if name is None:
                yield f"the bag of {bag.hang} runs {bag.days} days, no bag does"
            elif weight is not None:
                fault = why_not(case, name, weight, dose)
                if fault is not None:
                    yield f"the bag of {bag.hang}: {fault}"


def bag_change_days(case: Case) -> Iterator[str]:
    """At home bags are changed, started and disconnected on the pharmacy's weekdays."""
    allowed = case.scenario.pharmacy.bag_change_days
    for day, what in home_changes(case):
        if weekday(day) not in allowed:
            yield f"{what} falls on {day}, a {weekday(day)}; bags are changed on {_list(allowed)}"


def dispense_days(case: Case) -> Iterator[str]:
    """Dispenses go out on the pharmacy's weekdays."""
    allowed = case.scenario.pharmacy.dispense_days
    for dispense in case.new_dispenses:
        day = dispense.date
        if weekday(day) not in allowed:
            yield f"a dispense falls on {day}, a {weekday(day)}; they are on {_list(allowed)}"


def holidays(case: Case) -> Iterator[str]:
    """No dispense on a holiday, nor a bag change at home unless bags are changed on holidays."""
    for dispense in case.new_dispenses:
        if is_holiday(case, dispense.date):
            yield f"a dispense falls on the holiday {dispense.date}"
    if not changes_on_holidays(case):
        for day, what in home_changes(case):
            if is_holiday(case, day):
                yield f"{what} falls on the holiday {day}"


def closed(case: Case) -> Iterator[str]:
    """Neither a dispense nor a bag change at home on a day the pharmacy is closed."""
    days = case.scenario.pharmacy.closed
    for dispense in case.new_dispenses:
        if dispense.date in days:
            yield f"a dispense falls on {dispense.date}, when the pharmacy is closed"
    for day, what in home_changes(case):
        if day in days:
            yield f"{what} falls on {day}, when the pharmacy is closed"


def transit_days(case: Case) -> Iterator[str]:
    """A vial is there ``transit_days`` after its dispense, and is hung then at the earliest."""
    transit = case.scenario.pharmacy.transit_days
    for dispense in case.plan.dispenses:
        due = after(dispense.date, transit)
        if dispense.delivered != due:
            yield (
                f"the dispense of {dispense.date} arrives on {due}, {transit} days later, "
                f"not on {dispense.delivered}"
            )
    for bag in case.new_bags:
        for source in bag.from_:
            there = after(source.dispense, transit)
            if there > bag.hang:
                yield f"the bag of {bag.hang}: {_vials(source)} arrive on {there}"


def max_days_ahead(case: Case) -> Iterator[str]:
    """A vial of a new dispense is hung at most ``max_days_ahead`` days after it left. Vials that
    are there already have no such limit."""
    most = case.scenario.pharmacy.max_days_ahead
    there = {dispense.date for dispense in case.plan.dispenses if dispense.past}
    for bag in case.new_bags:
        for source in bag.from_:
            waited = (bag.hang - source.dispense).days
            if waited > most and source.dispense not in there:
                yield f"the bag of {bag.hang}: {_vials(source)} wait {waited} days > {most}"


def _vials(source: VialSource) -> str:
    return f"{source.vials} vials dispensed on {source.dispense}"


def ready_made(case: Case) -> Iterator[str]:
    """A bag that leaves the pharmacy ready to hang is sent for its own cycle and ends within the
    days that it keeps. That it is sent whole is ``nature.dispensed``."""
    if not case.scenario.pharmacy.ready_made:
        return
    for bag in case.new_bags:
        name = bag_name(case, bag.days)
        if name is None or bag.dispense is None:
            continue  # pharmacy.bags and nature.dispensed say so
        if all(dispense.date != bag.dispense for dispense in case.dispenses(bag.cycle)):
            yield f"the bag of {bag.hang} was not made for cycle {bag.cycle} on {bag.dispense}"
        most = keeps(case, name)
        if most is None:
            yield f"the bag of {bag.hang}: no row says how long a bag of {name} keeps"
        elif after(bag.hang, bag.days) > after(bag.dispense, most):
            kept = (after(bag.hang, bag.days) - bag.dispense).days
            yield (
                f"the bag of {bag.hang} is dispensed on {bag.dispense} and ends on "
                f"{after(bag.hang, bag.days)}: {kept} days > {most}"
            )


def spare_vials(case: Case) -> Iterator[str]:
    """Spare vials go out with the first dispense of each cycle still to begin; further ones, and
    a dispense that feeds no bag, only where asked for."""
    spare = case.scenario.pharmacy.spare_vials
    asked = {(one.cycle, one.date) for one in case.scenario.request.dispenses}
    begun = {cycle.cycle for cycle in case.cycles if cycle.past}
    for dispense in case.new_dispenses:
        due = spare if dispense.cycle not in begun and _is_first(case, dispense) else 0
        further = (dispense.cycle, dispense.date) in asked
        if dispense.spare == dispense.vials and not further:
            yield f"the dispense of {dispense.date} for cycle {dispense.cycle} feeds no bag"
        if dispense.spare < due or (dispense.spare > due and not further):
            yield (
                f"the dispense of {dispense.date} for cycle {dispense.cycle} carries "
                f"{dispense.spare} spare vials, due are {due}"
            )


def _is_first(case: Case, dispense: PlannedDispense) -> bool:
    return all(dispense.date <= other.date for other in case.dispenses(dispense.cycle))


def hospital_days(case: Case) -> Iterator[str]:
    """A bag hangs where its first day is spent, and one to be hung does not run from hospital
    to home."""
    for cycle in case.cycles:
        infused = run(case, cycle.cycle)
        index = {day: i for i, day in enumerate(infused.days if infused else ())}
        for bag in case.bags(cycle.cycle):
            if bag.hang not in index:
                continue  # nature.bag_chain says so
            first = site_of(case, cycle.cycle, index[bag.hang])
            last = site_of(case, cycle.cycle, index[bag.hang] + bag.days - 1)
            if bag.site != first:
                yield f"the bag of {bag.hang} hangs at {bag.site}, infusion day at {first}"
            if first != last and not bag.past:
                yield f"the bag of {bag.hang} for {bag.days} days runs from hospital to home"


def home_changes(case: Case) -> Iterator[tuple[date, str]]:
    """The starts, bag changes and disconnects still to come that are not in hospital.

    A disconnect follows the site of the cycle's last infusion day; that of a cycle in progress
    is still to come where a bag is.
    """
    for cycle in case.cycles:
        infused = run(case, cycle.cycle)
        index = {day: i for i, day in enumerate(infused.days if infused else ())}
        new = [bag for bag in case.bags(cycle.cycle) if not bag.past]
        if not cycle.past and site_of(case, cycle.cycle, 0) == "home":
            yield cycle.start, f"the start of cycle {cycle.cycle}"
        for bag in new:
            starts = bag.hang == cycle.start and not cycle.past
            if not starts and _at_home(case, bag, index.get(bag.hang)):
                yield bag.hang, f"a bag change in cycle {cycle.cycle}"
        at_home = infused is not None and (
            site_of(case, cycle.cycle, len(infused.days) - 1) == "home"
        )
        if infused is not None and at_home and (new or not cycle.past):
            yield infused.disconnect, f"the disconnect of cycle {cycle.cycle}"


def _at_home(case: Case, bag: PlannedBag, index: int | None) -> bool:
    return index is None or site_of(case, bag.cycle, index) == "home"


def _list(days: tuple[str, ...]) -> str:
    return ", ".join(days)
