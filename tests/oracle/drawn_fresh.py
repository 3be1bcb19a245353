"""Drawn policies, drugs and scenarios without history; numbers lie near the edge of feasibility."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from planner.documents.base import DEFAULT_OBJECTIVES, WEEKDAYS
from planner.documents.drug import Drug
from planner.documents.policy import CyclesClause, InfusionDaysClause, LengthClause, Policy
from planner.documents.scenario import DateWindow, Scenario
from tests.oracle.builders import MONDAY, small_drug, small_policy, small_scenario
from tests.oracle.values import day_after


def often(rng: Random, value: Any, *others: Any) -> Any:
    """``value`` seven times in eight, else one of the others."""
    return rng.choice([value] * (7 * len(others)) + list(others))


def policies(rng: Random, readings: dict[str, Any]) -> Policy:
    """A policy for 1 to 3 cycles of 3 to 5 infusion days, its limits near what 24 h bags need."""
    days = rng.choice([3, 4, 4, 5])
    length = days + rng.choice([0, 1, 2, 2])
    cycles = rng.choice([1, 2, 2, 3])
    late_length = length + rng.choice([0, 0, 1, 2])
    per_days = length + often(rng, 0, -1, 1)
    limit = days + rng.choice([-1, 0, 0, 1, 1, 2])
    if readings.get("quantity.days_supply") == "on":
        limit = per_days + often(rng, 0, -1, 1)
    vial = often(rng, 10, 5)
    unit_days = length + often(rng, 0, -1, 1)
    initial_cycles = rng.randint(1, cycles)
    continued_cycles = rng.choice([1, 1, 2])
    renewals = -(-(cycles - initial_cycles) // continued_cycles)
    initial = length * (initial_cycles - 1) + days + rng.choice([0, 2, 3, 5])
    continued = late_length * (continued_cycles - 1) + days + rng.choice([1, 3, 5])
    return small_policy(
        days=days,
        length=length,
        late_length=late_length,
        early=rng.randint(1, cycles),
        cycles=cycles,
        quantity=(limit, per_days),
        units=(vial * (days + often(rng, 0, -1, 1)), unit_days),
        late_units=(vial * (days + often(rng, 0, -1, 1)), unit_days),
        step_days=rng.choice([0, 1, 2]),
        initial=often(rng, (initial, "days"), (-(-initial // 7), "weeks"), (1, "months")),
        initial_cycles=often(rng, initial_cycles, None) if not renewals else initial_cycles,
        continued=often(rng, (continued, "days"), (-(-continued // 7), "weeks")),
        continued_cycles=continued_cycles,
        renewals=often(rng, renewals, max(0, renewals - 1)),
        mcg_per_unit=10 // vial,
    )


def drugs(rng: Random) -> Drug:
    """A drug with two or three bags."""
    bags = rng.choice([("24h", "48h", "72h"), ("24h", "48h"), ("24h", "72h")])
    days = rng.choice([2, 3, 4, 5])
    return small_drug(
        bags=bags,
        defaults=often(rng, None, ["24h"], ["24h", bags[-1]]),
        for_step_dose=often(rng, ("24h", "48h"), ("24h",), bags),
        min_weight=often(rng, {}, {bags[-1]: 46}, {"24h": 22}),
        storage_days=dict.fromkeys(bags, days) | {"72h": days + 1} if "72h" in bags else {},
        uncertain=often(rng, {}, {bags[-1]: 3}),
        same_cycle_up_to=rng.choice([1, 2]),
    )


def readings(rng: Random) -> dict[str, Any]:
    """Readings other than the defaults, few at a time."""
    chosen = {
        "window": often(rng, "rolling", "cycle"),
        "date_of_service": often(rng, "hang", "dispense"),
        "units.billed": often(rng, "opened", "administered"),
        "authorization.covers": often(rng, "service", "all"),
        "quantity.days_supply": often(rng, "off", "on"),
        "refill_threshold": often(rng, "off", Decimal("0.5"), Decimal("0.75"), Decimal(1)),
        "interruption.length": rng.choice(["extends", "absorbed"]),
    }
    return {name: value for name, value in chosen.items() if rng.random() < 0.9}


def scenarios(rng: Random, policy: Policy, drug: Drug, readings: dict[str, Any]) -> Scenario:
    """A scenario without history, requests or given authorizations."""
    first = day_after(MONDAY, rng.randint(0, 6))
    length, days, cycles = (_number(policy, name) for name in ("length", "days", "cycles"))
    request: dict[str, Any] = {"max_delay_days": rng.choice([0, 1, 2, 2, 3])}
    doses = (5, Decimal("4.5"), {1: 4}, {cycles: 5}, 7)
    request |= often(rng, {}, *({"daily_dose_mcg": dose} for dose in doses))
    window = DateWindow(earliest=first, latest=day_after(first, rng.randint(0, 2)))
    last = rng.randint(-1, 6) + length * (cycles - 1) + days
    return small_scenario(
        first=first if rng.random() < 0.5 else window,
        cycles=often(rng, cycles, None, max(1, cycles - 1), cycles + 1),
        patient=patients(rng, first, length),
        pharmacy=pharmacies(rng, drug, [day_after(first, n) for n in range(-3, last + 3)]),
        request=request | often(rng, {}, {"finish_by": day_after(first, last)}),
        readings=readings,
        objectives=rng.sample(DEFAULT_OBJECTIVES, rng.randint(1, 5)),
    )


def _number(policy: Policy, what: str) -> int:
    for clause in policy.clauses.values():
        if what == "length" and isinstance(clause, LengthClause):
            return clause.rows[0].days
        if what == "days" and isinstance(clause, InfusionDaysClause):
            return clause.days
        if what == "cycles" and isinstance(clause, CyclesClause):
            return clause.at_most
    raise ValueError(what)


def patients(rng: Random, first: dt.date, length: int) -> dict[str, Any]:
    """An adult of fixed dose, a child by surface, or one who passes 45 kg on the way."""
    dated = [{"date": first, "kg": Decimal("44.5")}, {"date": day_after(first, length), "kg": 45}]
    kind: dict[str, Any] = often(
        rng,
        {"weight_kg": 70},
        {"weight_kg": 30, "bsa_m2": Decimal("1.1")},
        {"weight_kg": 44, "bsa_m2": Decimal("1.33")},
        {"weight_kg": Decimal("23.5"), "height_cm": 118},
        {"weight_kg": dated, "height_cm": 150},
    )
    return kind


def pharmacies(rng: Random, drug: Drug, days: list[dt.date]) -> dict[str, Any]:
    """Opening days, holidays, transit, stock and hospital days."""
    transit = rng.choice([0, 0, 1])
    names = list(drug.bags)
    week = list(WEEKDAYS)
    return {
        "bags": often(rng, None, names, ["24h"], names[:2], names[1:]),
        "bag_change_days": often(rng, week, week[:6], week[1:], week[:5]),
        "bag_change_on_holidays": often(rng, None, True, False),
        "dispense_days": often(rng, week, week[:5], week[::2], week[:4]),
        "holidays": often(rng, "none", rng.sample(days, 2)),
        "closed": often(rng, [], rng.sample(days, 2)),
        "transit_days": transit,
        "max_days_ahead": transit + rng.randint(0, 3),
        "spare_vials": often(rng, 0, 1),
        "ready_made": often(rng, False, True),
        "hospital_days": often(rng, {}, {1: 1}, {1: 2}, {1: 2, 2: 1}, {2: 9}),
    }
