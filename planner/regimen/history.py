"""What happened before ``as_of``, completed by cautious assumptions where the file is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import ceil

from planner.documents.drug import Drug
from planner.documents.plan import Assumption
from planner.documents.scenario import PastCycle as ListedCycle
from planner.documents.scenario import Scenario
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
from planner.regimen.cycles import Therapy, past_bag_units, segment_at, variants


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


@dataclass(frozen=True)
class _Pause:
    first: int
    days: int

    @property
    def end(self) -> int:
        return self.first + self.days


def past_of(
    scenario: Scenario, drug: Drug, plan: Therapy, readings: Readings, slots: Sequence[Slot]
) -> Past:
    """Completes the scenario's history (docs/decisions.md, History)."""
    past = Past()
    for index, listed in enumerate(scenario.history.cycles):
        _add_cycle(past, scenario, drug, plan, readings, slots, index, listed)
    following = len(scenario.history.cycles) + 1
    _dispenses(past, scenario, None, following, [])
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
    listed: ListedCycle,
) -> None:
    pauses = [
        _Pause(i.start.toordinal(), i.days)
        for i in sorted(scenario.history.interruptions, key=lambda i: i.start)
        if i.cycle == listed.cycle
    ]
    bags = _bags(past, scenario, drug, plan, index, listed, pauses)
    bags = _dispenses(past, scenario, index, listed.cycle, bags)
    _claims(past, scenario, drug, plan, readings, index, listed.cycle, bags)
    past.bags += bags
    start = listed.start.toordinal()
    infused = sum(bag.days for bag in bags)
    end = bags[-1].hang + bags[-1].days if bags else start
    broken = next((p for p in pauses if p.days > drug.interruption.same_cycle_up_to), None)
    shift = sum(p.days for p in pauses)
    finished = broken is not None or infused >= plan.infusion_days
    past.shift = 0 if broken else shift
    past.next_shift = past.shift if readings.interruption_extends else 0
    infusing = plan.infusion_days + past.shift
    length = max(plan.length(listed.cycle) + past.next_shift, infusing)
    following = broken.end if broken else start + length
    past.cycles.append(
        PastCycle(
            number=listed.cycle,
            phase=plan.phase(listed.cycle),
            start=start,
            infused=infused,
            infusion_end=end,
            earliest_next=following,
            slot=next((i for i, s in enumerate(slots) if listed.cycle in s.cycles), None),
            finished=finished,
        )
    )
    past.progress = None
    if not finished:
        resume = next((p.end for p in pauses if p.first <= end < p.end), end)
        past.progress = Progress(infused=infused, resume=resume)


def _bags(
    past: Past,
    scenario: Scenario,
    drug: Drug,
    plan: Therapy,
    index: int,
    listed: ListedCycle,
    pauses: Sequence[_Pause],
) -> list[PastBag]:
    """The cycle's past bags: as listed, else one 24 h bag for each day infused before as_of."""
    start = listed.start.toordinal()
    variant = next(
        v
        for v in variants(scenario, drug, plan, listed.cycle)
        if v.first_start <= start <= v.last_start
    )
    if listed.bags is not None:
        rows = [
            (b.hang.toordinal(), b.days, b.vials, b.dispense.toordinal() if b.dispense else None)
            for b in sorted(listed.bags, key=lambda b: b.hang)
        ]
    else:
        rows = []
        shortest = min(drug.bags, key=lambda name: drug.bags[name].days)
        until = scenario.as_of.toordinal() if scenario.as_of is not None else start
        day, done = start, 0
        while day < until and done < plan.infusion_days:
            pause = next((p for p in pauses if p.first <= day < p.end), None)
            if pause is not None and pause.days > drug.interruption.same_cycle_up_to:
                break
            if pause is None:
                segment = segment_at(variant, done)
                vials, _ = past_bag_units(
                    drug, shortest, segment, variant.weight_kg, 1, plan.mcg_per_unit
                )
                rows.append((day, 1, vials, None))
                done += 1
            day += 1
        past.assumed.append(
            Assumption(
                path=f"history.cycles.{index}.bags",
                value=f"{len(rows)} bags of {shortest}",
                says=f"Cycle {listed.cycle}: no bags are listed, so one {shortest} bag is taken "
                "for each day infused before as_of.",
            )
        )
    bags = []
    offset = 0
    for hang, days, vials, dispense in rows:
        segment = segment_at(variant, min(offset, plan.infusion_days - 1))
        bags.append(
            PastBag(
                cycle=listed.cycle,
                hang=hang,
                days=days,
                vials=vials,
                mcg_per_day=segment.mcg_per_day,
                administered=ceil(segment.mcg_per_day * days / plan.mcg_per_unit),
                opened=drug.vial.mcg * vials // plan.mcg_per_unit,
                dispense=dispense,
                site=segment.site,
            )
        )
        offset += days
    return bags


def _dispenses(
    past: Past, scenario: Scenario, index: int | None, cycle: int, bags: list[PastBag]
) -> list[PastBag]:
    """Adds the cycle's past dispenses and its unused stock; the bags with their dispense."""
    listed = sorted(
        (d.date.toordinal(), d.vials, position)
        for position, d in enumerate(scenario.history.dispenses)
        if d.cycle == cycle
    )
    if not listed:
        return _assumed_dispenses(past, scenario, f"history.cycles.{index}", cycle, bags)
    left = {day: 0 for day, _, _ in listed}
    for day, vials, _ in listed:
        left[day] += vials
    placed = []
    for bag in bags:
        source = bag.dispense
        if source is None:
            source = next(
                (d for d in left if d <= bag.hang and left[d] >= bag.vials),
                None,
            )
        if source in left:
            left[source] -= bag.vials
        placed.append(replace(bag, dispense=source))
    supply = {day: sum(b.days for b in placed if b.dispense == day) for day in left}
    for day, vials, position in listed:
        past.dispenses.append(
            PastDispense(day, cycle, vials, supply.pop(day, 0), f"history.dispenses.{position}")
        )
    _stock(past, scenario, cycle, left)
    return placed


def _assumed_dispenses(
    past: Past, scenario: Scenario, member: str, cycle: int, bags: Sequence[PastBag]
) -> list[PastBag]:
    """Each past bag's vials, and those that broke, as dispensed ``transit_days`` before, where a
    bag does not name its dispense."""
    transit = scenario.pharmacy.transit_days
    placed = [b if b.dispense is not None else replace(b, dispense=b.hang - transit) for b in bags]
    for day in sorted({b.dispense for b in placed if b.dispense is not None}):
        fed = [b for b in placed if b.dispense == day]
        past.dispenses.append(
            PastDispense(day, cycle, sum(b.vials for b in fed), sum(b.days for b in fed), member)
        )
    for position, waste in enumerate(scenario.history.wasted):
        if waste.cycle == cycle:
            day = waste.date.toordinal() - transit
            past.dispenses.append(
                PastDispense(day, cycle, waste.vials, 0, f"history.wasted.{position}")
            )
    if placed:
        past.assumed.append(
            Assumption(
                path="history.dispenses",
                value=f"{len(placed)} bags",
                says=f"Cycle {cycle}: no dispenses are listed, so each past bag's vials are "
                f"taken as dispensed {transit} days before its hang, unless the bag says when.",
            )
        )
    return placed


def _stock(past: Past, scenario: Scenario, cycle: int, left: dict[int, int]) -> None:
    broken = dict.fromkeys(left, 0)
    for waste in sorted(scenario.history.wasted, key=lambda w: w.date):
        if waste.cycle != cycle:
            continue
        vials = waste.vials
        for day in left:
            if day <= waste.date.toordinal():
                taken = min(vials, max(left[day], 0))
                left[day] -= taken
                broken[day] += taken
                vials -= taken
    for day, vials in left.items():
        past.stock.append(Stock(day, cycle, max(vials, 0), broken[day]))


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
