"""What holds of any course of infusions: bags follow one another, vials are used once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from planner.audit.case import Case
from planner.audit.days import after, run
from planner.audit.dose import doses_by_day, weight_at
from planner.audit.past import bags_assumed
from planner.audit.preparation import bag_name, vials_for
from planner.audit.supply import Supply, served_whole, supplies
from planner.documents.plan import PlannedBag, PlannedCycle


def cycles(case: Case) -> Iterator[str]:
    """Each cycle stands once, they follow one another without a gap in number, and none starts
    before the one before it is disconnected."""
    numbers = [cycle.cycle for cycle in case.plan.cycles]
    for number, times in sorted(Counter(numbers).items()):
        if times > 1:
            yield f"cycle {number} stands {times} times"
    if numbers != sorted(numbers):
        yield f"the cycles stand in the order {numbers}"
    first = min(case.past_cycles, default=1)
    for cycle, number in zip(case.cycles, range(first, first + len(case.cycles)), strict=True):
        if cycle.cycle != number:
            yield f"cycle {cycle.cycle} stands where cycle {number} has to"
            break
    for before, later in pairwise(case.cycles):
        infused = run(case, before.cycle)
        if infused is not None and later.start < infused.disconnect:
            yield (
                f"cycle {later.cycle} starts on {later.start}, before cycle {before.cycle} is "
                f"disconnected on {infused.disconnect}"
            )


def bag_chain(case: Case) -> Iterator[str]:
    """The bags of a cycle cover its infusion days, each once: no gap, no overlap."""
    known = {cycle.cycle for cycle in case.cycles}
    for bag in case.plan.bags:
        if bag.cycle not in known:
            yield f"the bag of {bag.hang} belongs to cycle {bag.cycle}, which is not in the plan"
    for cycle in case.cycles:
        fault = _chain_fault(case, cycle)
        if fault is not None:
            yield fault


def _chain_fault(case: Case, cycle: PlannedCycle) -> str | None:
    infused = run(case, cycle.cycle)
    days = infused.days if infused else ()
    covered = 0
    for bag in case.bags(cycle.cycle):
        if covered == len(days):
            return f"cycle {cycle.cycle} has a bag on {bag.hang}, after its {len(days)} days"
        if bag.hang != days[covered]:
            what = "overlaps the one before" if bag.hang < days[covered] else "leaves a gap"
            return (
                f"cycle {cycle.cycle}: the bag of {bag.hang} {what}, "
                f"the next infusion day is {days[covered]}"
            )
        held = days[covered : covered + bag.days]
        if len(held) < bag.days:
            return (
                f"cycle {cycle.cycle}: the bag of {bag.hang} runs {bag.days} days, "
                f"{len(held)} are left"
            )
        if held[-1] != after(bag.hang, bag.days - 1):
            return f"cycle {cycle.cycle}: the bag of {bag.hang} runs into an interruption"
        covered += bag.days
    if covered < len(days):
        return f"cycle {cycle.cycle} has no bag on {days[covered]}"
    return None


def one_dose(case: Case) -> Iterator[str]:
    """A bag to be hung has one daily dose: it does not run over a change of dose."""
    for cycle in case.cycles:
        due = doses_by_day(case, cycle.cycle)
        for bag in case.bags(cycle.cycle):
            held = [due[day] for day in _days(bag) if day in due]
            if not bag.past and len({day.due for day in held}) > 1:
                yield (
                    f"cycle {cycle.cycle}: the bag of {bag.hang} for {bag.days} days runs over "
                    f"the change from {held[0].due} to {held[-1].due} mcg a day"
                )


def _days(bag: PlannedBag) -> list[date]:
    return [after(bag.hang, i) for i in range(bag.days)]


def mcg(case: Case) -> Iterator[str]:
    """A bag holds its daily dose for each of its days."""
    for bag in case.plan.bags:
        due = bag.mcg_per_day * bag.days
        if bag.mcg != due:
            yield (
                f"the bag of {bag.hang} holds {bag.mcg} mcg: {bag.mcg_per_day} x {bag.days} = {due}"
            )


def vials_per_bag(case: Case) -> Iterator[str]:
    """A bag takes the vials of the drug file's preparation rows. What the history states of a
    past bag is a fact."""
    for cycle in case.cycles:
        weight, due = weight_at(case, cycle.start), doses_by_day(case, cycle.cycle)
        for bag in case.bags(cycle.cycle):
            name, dose = bag_name(case, bag.days), due.get(bag.hang)
            if name is None or dose is None or weight is None:
                continue  # pharmacy.bags, nature.bag_chain and the dose clause say so
            if bag.past and not bags_assumed(case, cycle.cycle):
                continue
            vials = vials_for(case, name, dose, weight)
            if vials is None:
                yield f"the drug file has no row for {name} at {dose.due} mcg a day"
            elif bag.vials != vials:
                yield (
                    f"the bag of {bag.hang} ({name}, {dose.due} mcg a day) takes {vials} vials, "
                    f"not {bag.vials}"
                )


def dispensed(case: Case) -> Iterator[str]:
    """Every vial of a bag is named with the day it was sent, was sent before it is hung, for the
    bag's cycle or left over in the past, and serves one bag: a dispense's vials are those that bags
    take and the spare ones."""
    seen: set[tuple[int, date]] = set()
    for dispense in case.plan.dispenses:
        if (dispense.cycle, dispense.date) in seen:
            yield f"cycle {dispense.cycle} has two dispenses on {dispense.date}"
        seen.add((dispense.cycle, dispense.date))
        if case.cycle(dispense.cycle) is None:
            yield f"the dispense of {dispense.date} is for cycle {dispense.cycle}, not in the plan"
    for bag in case.plan.bags:
        yield from _sources(case, bag)
    found = supplies(case)
    for bag, source, missing in found.short:
        yield (
            f"the bag of {bag.hang} in cycle {bag.cycle} takes {source.vials} vials of "
            f"{source.dispense}, {source.vials - missing} are there for it"
        )
    unknown = sum(bag.vials for bag in case.plan.bags if bag.past and not bag.from_)
    for supply in found.all:
        yield from _used(supply, unknown=bool(unknown))
    sent = sum(dispense.vials for dispense in case.plan.dispenses)
    spare = sum(dispense.spare for dispense in case.plan.dispenses)
    used = sum(supply.taken for supply in found.all) + unknown
    if used + spare != sent:
        yield f"{used} vials are opened and {spare} spare, {sent} were dispensed"


def _sources(case: Case, bag: PlannedBag) -> Iterator[str]:
    days = [source.dispense for source in bag.from_]
    if bag.dispense != (days[0] if days else None):
        yield f"the bag of {bag.hang} names the dispense {bag.dispense}, not the first of its vials"
    if not days:
        if not bag.past:
            yield f"the bag of {bag.hang} names no dispense"
        return
    if any(later <= before for before, later in pairwise(days)):
        yield f"the bag of {bag.hang} does not name its dispenses in order, each once"
    if any(source.vials < 1 for source in bag.from_):
        yield f"the bag of {bag.hang} names a dispense of which it takes no vial"
    total = sum(source.vials for source in bag.from_)
    if total != bag.vials:
        yield f"the bag of {bag.hang} takes {bag.vials} vials, its dispenses give {total}"
    if len(days) > 1 and not bag.past and served_whole(case):
        yield f"the bag of {bag.hang} has vials of {len(days)} dispenses, it has to be of one"
    for day in days:
        if day > bag.hang:
            yield f"the bag of {bag.hang} is dispensed on {day}, after it is hung"


def _used(supply: Supply, *, unknown: bool) -> Iterator[str]:
    dispense = supply.dispense
    total = supply.taken + dispense.spare
    if total > dispense.vials or (total < dispense.vials and not (unknown and dispense.past)):
        yield (
            f"the dispense of {dispense.date} for cycle {dispense.cycle} has {dispense.vials} "
            f"vials: {supply.taken} in bags and {dispense.spare} spare are {total}"
        )


def days_supply(case: Case) -> Iterator[str]:
    """The days supply of a dispense is the infusion days of the bags whose first vials it sent."""
    unknown = any(bag.past and not bag.from_ for bag in case.plan.bags)
    for supply in supplies(case).all:
        dispense = supply.dispense
        if dispense.past and unknown:
            continue
        days = sum(bag.days for bag in supply.first)
        if dispense.days_supply != days:
            yield (
                f"the dispense of {dispense.date} for cycle {dispense.cycle} is "
                f"{dispense.days_supply} days supply, its bags run {days} days"
            )
