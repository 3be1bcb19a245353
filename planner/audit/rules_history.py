"""The past of the plan is the history's, completed where it is silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.past import past_bags, past_claims, past_dispenses
from planner.audit.supply import Supply, supplies


def cycles(case: Case) -> Iterator[str]:
    """The plan's past cycles are those of the history, each with its start."""
    for cycle in case.cycles:
        past = case.past_cycles.get(cycle.cycle)
        if cycle.past and past is None:
            yield f"cycle {cycle.cycle} is said to be past, the history does not have it"
        elif past is not None and not cycle.past:
            yield f"cycle {cycle.cycle} stands in the history, the plan sets it anew"
        elif past is not None and cycle.start != past.start:
            yield f"cycle {cycle.cycle} started on {past.start}, the plan says {cycle.start}"
    for number in sorted(case.past_cycles):
        if case.cycle(number) is None:
            yield f"cycle {number} of the history is not in the plan"


def bags(case: Case) -> Iterator[str]:
    """The past bags of a cycle are those of the history, or 24 h bags for every infused day."""
    for number in sorted({bag.cycle for bag in case.plan.bags} | set(case.past_cycles)):
        found = [bag for bag in case.bags(number) if bag.past]
        due = past_bags(case, number)
        if len(found) != len(due):
            yield f"cycle {number} has {len(found)} past bags, by the history {len(due)}"
            continue
        for bag, fact in zip(found, due, strict=True):
            vials = bag.vials if fact.vials is None else fact.vials
            if (bag.hang, bag.days, bag.vials) != (fact.hang, fact.days, vials):
                yield (
                    f"cycle {number} had a bag on {fact.hang} for {fact.days} days from "
                    f"{vials} vials, the plan says {bag.hang}, {bag.days} and {bag.vials}"
                )
            sources = [source.dispense for source in bag.from_]
            if fact.dispense is not None and sources != [fact.dispense]:
                yield (
                    f"the bag of {fact.hang} was dispensed on {fact.dispense}, the plan says "
                    f"{', '.join(str(day) for day in sources)}"
                )


def dispenses(case: Case) -> Iterator[str]:
    """The past dispenses are those of the history, or the fills that its days and losses ask
    for."""
    for number in _numbers(case):
        found: Counter[date] = Counter()
        for dispense in case.dispenses(number):
            if dispense.past:
                found[dispense.date] += dispense.vials
        yield from _compare(number, found, past_dispenses(case, number), "vials dispensed")


def claims(case: Case) -> Iterator[str]:
    """Where the history states a cycle's claims, the plan's past lines count up to them. Where
    it does not, ``billing.lines`` asks for those of the past bags."""
    counted = counted_lines(case, [line for line in case.plan.claims if line.past])
    for number in _numbers(case):
        due = past_claims(case, number)
        if not due:
            continue
        found: Counter[date] = Counter()
        for line in counted:
            if line.cycle == number:
                found[line.date] += line.units
        yield from _compare(number, found, due, "units billed")


def wasted(case: Case) -> Iterator[str]:
    """A vial that broke was there, of any cycle's, and serves no bag: up to every loss as many were
    sent as broke, beside those that bags take and the past bags of unknown origin took."""
    losses = case.scenario.history.wasted
    unknown = [bag for bag in case.plan.bags if bag.past and not bag.from_]
    left = [(supply.dispense.date, _left(supply)) for supply in supplies(case).all]
    for day in sorted({one.date for one in losses} | {bag.hang for bag in unknown}):
        lost = sum(one.vials for one in losses if one.date <= day)
        used = sum(bag.vials for bag in unknown if bag.hang <= day)
        there = sum(vials for sent, vials in left if sent <= day)
        if lost + used > there:
            bags = f" and {used} were used in bags of unknown origin" if used else ""
            yield f"{lost} vials were lost{bags} up to {day}, {there} were there that no bag takes"
            return


def _left(supply: Supply) -> int:
    return supply.dispense.vials - supply.taken


def _compare(number: int, found: Counter[date], due: Counter[date], what: str) -> Iterator[str]:
    for day in sorted({*found, *due}):
        if found[day] != due[day]:
            yield (
                f"cycle {number} has {found[day]} {what} on {day} in the past, by the history "
                f"{due[day]}"
            )


def _numbers(case: Case) -> list[int]:
    """Every cycle that the history or the plan's past speaks of."""
    history = case.scenario.history
    found = set(case.past_cycles)
    found.update(dispense.cycle for dispense in history.dispenses)
    found.update(claim.cycle for claim in history.claims)
    found.update(loss.cycle for loss in history.wasted)
    found.update(dispense.cycle for dispense in case.plan.dispenses if dispense.past)
    found.update(line.cycle for line in case.plan.claims if line.past)
    return sorted(found)
