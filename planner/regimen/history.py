"""What happened before ``as_of``, completed by cautious assumptions where the file is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil

from planner.documents.drug import Drug
from planner.documents.plan import Assumption
from planner.documents.scenario import Scenario
from planner.regimen.begun import Begun
from planner.regimen.course import (
    PastBag,
    PastCycle,
    PastDispense,
    PastUnits,
    Progress,
    Readings,
    Slot,
    Stock,
)
from planner.regimen.cycles import Therapy
from planner.regimen.sent import Sent, listed_rows, sent_as_assumed, sent_as_listed


@dataclass
class Past:
    """The completed history, one list a kind, in order of cycle and day."""

    cycles: list[PastCycle] = field(default_factory=list)
    bags: list[PastBag] = field(default_factory=list)
    dispenses: list[PastDispense] = field(default_factory=list)
    units: list[PastUnits] = field(default_factory=list)
    stock: list[Stock] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)
    progress: Progress | None = None
    shift: int = 0
    next_shift: int = 0


def past_of(
    scenario: Scenario, drug: Drug, plan: Therapy, readings: Readings, slots: Sequence[Slot]
) -> Past:
    """Completes the scenario's history (docs/decisions.md, History)."""
    past = Past()
    for index in range(len(scenario.history.cycles)):
        _add_cycle(past, scenario, drug, plan, readings, slots, index)
    following = len(scenario.history.cycles) + 1
    _take(past, sent_as_listed(scenario, following, listed_rows(scenario, following), []))
    _listed_claims(past, scenario, following)
    return past


def _add_cycle(
    past: Past,
    scenario: Scenario,
    drug: Drug,
    plan: Therapy,
    readings: Readings,
    slots: Sequence[Slot],
    index: int,
) -> None:
    begun = Begun(scenario, drug, plan, index)
    bags = begun.bags()
    if begun.listed.bags is None:
        past.assumed.append(
            Assumption(
                path=f"history.cycles.{index}.bags",
                value=f"{len(bags)} bags of {begun.shortest}",
                says=f"Cycle {begun.number}: no bags are listed, so one {begun.shortest} bag is "
                "taken for each day infused before as_of.",
            )
        )
    rows = listed_rows(scenario, begun.number)
    sent = (
        sent_as_listed(scenario, begun.number, rows, bags) if rows else sent_as_assumed(begun, bags)
    )
    _take(past, sent)
    bags = sent.bags
    _claims(past, scenario, drug, plan, readings, index, begun.number, bags)
    past.bags += bags
    infused = sum(bag.days for bag in bags)
    end = bags[-1].hang + bags[-1].days if bags else begun.start
    broken = begun.broken
    finished = broken is not None or infused >= plan.infusion_days
    past.shift = 0 if broken else sum(p.days for p in begun.pauses)
    past.next_shift = past.shift if readings.interruption_extends else 0
    infusing = plan.infusion_days + past.shift
    length = max(plan.length(begun.number) + past.next_shift, infusing)
    past.cycles.append(
        PastCycle(
            number=begun.number,
            phase=plan.phase(begun.number),
            start=begun.start,
            infused=infused,
            infusion_end=end,
            earliest_next=broken.end if broken else begun.start + length,
            slot=next((i for i, s in enumerate(slots) if begun.number in s.cycles), None),
            finished=finished,
        )
    )
    past.progress = None if finished else Progress(infused, begun.resumed(end))


def _take(past: Past, sent: Sent) -> None:
    past.dispenses += sent.dispenses
    past.stock += sent.stock
    past.assumed += sent.assumed


def _claims(
    past: Past,
    scenario: Scenario,
    drug: Drug,
    plan: Therapy,
    readings: Readings,
    index: int,
    cycle: int,
    bags: Sequence[PastBag],
) -> None:
    if _listed_claims(past, scenario, cycle) or not bags:
        return
    claims: dict[int, list[PastBag]] = {}
    for bag in bags:
        by_hang = readings.service_by_hang or bag.dispense is None
        service = bag.hang if by_hang or bag.dispense is None else bag.dispense
        claims.setdefault(service, []).append(bag)
    for service, group in claims.items():
        opened = sum(bag.opened for bag in group)
        mcg = sum((bag.mcg_per_day * bag.days for bag in group), Decimal(0))
        administered = ceil(mcg / plan.mcg_per_unit)
        past.units.append(
            PastUnits(
                service,
                cycle,
                opened if readings.opened_billed else administered,
                opened - administered,
                sum(bag.vials for bag in group),
                False,
                f"history.cycles.{index}",
            )
        )
    past.assumed.append(
        Assumption(
            path="history.claims",
            value=f"{len(bags)} bags",
            says=f"Cycle {cycle}: no claims are listed, so each past bag is taken as billed, "
            f"from {date.fromordinal(bags[0].hang)} on.",
        )
    )


def _listed_claims(past: Past, scenario: Scenario, cycle: int) -> bool:
    """Adds the claims that history lists for a cycle; whether there are any."""
    listed = [(p, c) for p, c in enumerate(scenario.history.claims) if c.cycle == cycle]
    for position, claim in listed:
        past.units.append(
            PastUnits(
                claim.date.toordinal(), cycle, claim.units, 0, 0, True, f"history.claims.{position}"
            )
        )
    return bool(listed)
