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
from planner.regimen.doses import dose_row, dosed_days, over_cap, requested_dose, weight_spans
from planner.regimen.sent import Sent, sent_before, sent_of
from planner.regimen.settled import settled


@dataclass
class Past:
    """The completed history, one list a kind, in order of cycle and day."""

    cycles: list[PastCycle] = field(default_factory=list)
    bags: list[PastBag] = field(default_factory=list)
    dispenses: list[PastDispense] = field(default_factory=list)
    units: list[PastUnits] = field(default_factory=list)
    stock: list[Stock] = field(default_factory=list)
    not_there: list[tuple[int, int]] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)
    progress: Progress | None = None
    shift: int = 0
    next_shift: int = 0


def past_of(
    scenario: Scenario, drug: Drug, plan: Therapy, readings: Readings, slots: Sequence[Slot]
) -> Past:
    """Completes the scenario's history (docs/decisions.md, History)."""
    past = Past()
    begun = [Begun(scenario, drug, plan, i) for i in range(len(scenario.history.cycles))]
    sent = [sent_of(cycle, cycle.bags()) for cycle in begun]
    made = settled([*sent, sent_before(scenario, len(begun) + 1)])
    past.bags, past.dispenses, past.stock = made.bags, made.dispenses, made.stock
    past.not_there = [(loss.place, vials) for loss, vials in made.short]
    for cycle, supplied in zip(begun, sent, strict=True):
        _add_cycle(past, cycle, supplied, drug, plan, readings, slots)
    _listed_claims(past, scenario, len(begun) + 1)
    return past


def _add_cycle(
    past: Past,
    begun: Begun,
    sent: Sent,
    drug: Drug,
    plan: Therapy,
    readings: Readings,
    slots: Sequence[Slot],
) -> None:
    bags = [bag for bag in past.bags if bag.cycle == begun.number]
    if begun.listed.bags is None:
        past.assumed.append(
            Assumption(
                path=f"history.cycles.{begun.index}.bags",
                value=f"{len(bags)} bags of {begun.shortest}",
                says=f"Cycle {begun.number}: no bags are listed, so one {begun.shortest} bag is "
                "taken for each day infused before as_of.",
            )
        )
    past.assumed += sent.assumed
    _claims(past, begun.scenario, drug, plan, readings, begun.index, begun.number, bags)
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
            cap_exceeded=_over_cap(begun, plan),
        )
    )
    past.progress = None if finished else Progress(infused, begun.resumed(end))


def _over_cap(begun: Begun, plan: Therapy) -> tuple[Decimal, Decimal] | None:
    """Where the dose that is asked for passes what the clause allows in a past cycle."""
    spans = weight_spans(begun.scenario.patient)
    span = next(s for s in spans if s.first <= begun.start <= s.last)
    row = dose_row(plan.dose, span.kg, begun.number)
    return over_cap(dosed_days(row, span.bsa_m2, requested_dose(begun.scenario, begun.number)))


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
