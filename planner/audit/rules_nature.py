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
from planner.documents.plan import PlannedBag, PlannedCycle, PlannedDispense


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
            changes = {(day.due, day.step.step_dose) for day in held}
            if not bag.past and len(changes) > 1:
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
    """Every vial is dispensed for the cycle it is hung in, before that, and serves one bag: the
    vials of a dispense are those of its bags and the spare ones."""
    seen: set[tuple[int, date]] = set()
    for dispense in case.plan.dispenses:
        if (dispense.cycle, dispense.date) in seen:
            yield f"cycle {dispense.cycle} has two dispenses on {dispense.date}"
        seen.add((dispense.cycle, dispense.date))
        if case.cycle(dispense.cycle) is None:
            yield f"the dispense of {dispense.date} is for cycle {dispense.cycle}, not in the plan"
        yield from _used(case, dispense)
    for bag in case.plan.bags:
        if bag.dispense is None and not bag.past:
            yield f"the bag of {bag.hang} names no dispense"
        elif bag.dispense is not None and (bag.cycle, bag.dispense) not in seen:
            yield f"cycle {bag.cycle} has no dispense on {bag.dispense} for the bag of {bag.hang}"
        if bag.dispense is not None and bag.dispense > bag.hang:
            yield f"the bag of {bag.hang} is dispensed on {bag.dispense}, after it is hung"
    for number in sorted({bag.cycle for bag in case.plan.bags}):
        yield from _together(case, number)


def _used(case: Case, dispense: PlannedDispense) -> Iterator[str]:
    bags = [bag for bag in case.bags(dispense.cycle) if bag.dispense == dispense.date]
    used = sum(bag.vials for bag in bags)
    unknown = any(bag.dispense is None for bag in case.bags(dispense.cycle))
    total = used + dispense.spare
    if total > dispense.vials or (total < dispense.vials and not (unknown and dispense.past)):
        yield (
            f"the dispense of {dispense.date} for cycle {dispense.cycle} has {dispense.vials} "
            f"vials: {used} in bags and {dispense.spare} spare are {total}"
        )


def _together(case: Case, number: int) -> Iterator[str]:
    used = sum(bag.vials for bag in case.bags(number))
    sent = sum(dispense.vials for dispense in case.dispenses(number))
    spare = sum(dispense.spare for dispense in case.dispenses(number))
    if used + spare != sent:
        yield f"cycle {number} opens {used} vials and has {spare} spare, {sent} were dispensed"


def days_supply(case: Case) -> Iterator[str]:
    """The days supply of a dispense is the infusion days of its bags."""
    for dispense in case.plan.dispenses:
        bags = case.bags(dispense.cycle)
        if dispense.past and any(bag.dispense is None for bag in bags):
            continue
        days = sum(bag.days for bag in bags if bag.dispense == dispense.date)
        if dispense.days_supply != days:
            yield (
                f"the dispense of {dispense.date} for cycle {dispense.cycle} is "
                f"{dispense.days_supply} days supply, its bags run {days} days"
            )
