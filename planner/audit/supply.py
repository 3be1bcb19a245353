"""Where vials come from: which dispense a bag's vials were sent by, and what is left of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from planner.audit.case import Case
from planner.documents.plan import PlannedBag, PlannedDispense, VialSource


@dataclass
class Supply:
    """A dispense with the bags that take of it: ``taken`` vials in all, ``first`` the bags whose
    first vials they are."""

    dispense: PlannedDispense
    taken: int = 0
    first: list[PlannedBag] = field(default_factory=list)


@dataclass
class Supplies:
    """Every dispense, and the sources of bags that no dispense has the vials for."""

    all: list[Supply]
    short: list[tuple[PlannedBag, VialSource, int]] = field(default_factory=list)


def may_serve(bag: PlannedBag, dispense: PlannedDispense) -> bool:
    """A new dispense serves its own cycle. What was sent in the past is stock for the bags of
    later cycles too; and what a past bag took is a fact, whichever cycle it was sent for."""
    if dispense.cycle == bag.cycle:
        return True
    return dispense.past and (bag.past or dispense.cycle < bag.cycle)


def supplies(case: Case) -> Supplies:
    """The plan's dispenses and what its bags take of each.

    A bag names days. Of two dispenses on one day it takes those of its own cycle first, then of
    the lowest cycle; bags choose in order of cycle and day.
    """
    found = Supplies([Supply(dispense) for dispense in case.plan.dispenses])
    for bag in sorted(case.plan.bags, key=lambda bag: (bag.cycle, bag.hang)):
        first = True
        for source in bag.from_:
            missing = source.vials
            for supply in _open(bag, source, found.all):
                took = min(missing, supply.dispense.vials - supply.taken)
                if took <= 0:
                    continue
                missing -= took
                supply.taken += took
                if first:
                    supply.first.append(bag)
                first = False
            if missing > 0:
                found.short.append((bag, source, missing))
    return found


def _open(bag: PlannedBag, source: VialSource, of: Sequence[Supply]) -> list[Supply]:
    fits = [
        supply
        for supply in of
        if supply.dispense.date == source.dispense and may_serve(bag, supply.dispense)
    ]
    return sorted(fits, key=lambda one: (one.dispense.cycle != bag.cycle, one.dispense.cycle))


def served_whole(case: Case) -> bool:
    """Whether a bag has all its vials from one dispense: where bags are sent ready-made, and where
    something counts a dispense by its bags."""
    return (
        case.scenario.pharmacy.ready_made
        or case.reading("date_of_service") == "dispense"
        or case.reading("quantity.days_supply") != "off"
        or case.reading("refill_threshold") != "off"
    )
