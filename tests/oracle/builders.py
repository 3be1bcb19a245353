"""Small policies, drugs and scenarios: a real policy's shape with numbers that can be enumerated.

The clause ids are those of the relapsed/refractory row, so that nothing depends on their names:
a small policy's II.B lines may name other cycles than their ids say. Vials hold 10 mcg; the step
dose is 3 mcg a day, the full dose 6 mcg a day, below 45 kg 2 and 5 mcg/m2 a day with caps 3 and 6.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from planner.documents.drug import Drug
from planner.documents.policy import Policy
from planner.documents.scenario import DateWindow, Scenario

MONDAY = dt.date(2026, 1, 5)


def day(number: int) -> dt.date:
    """The date ``number`` days after `MONDAY`, the day on which small courses begin."""
    return MONDAY + dt.timedelta(days=number)


BAG_DAYS = {"24h": 1, "48h": 2, "72h": 3}
SOURCED = {"source": "a small example", "revision": "1", "grade": "A"}

READINGS: dict[str, tuple[str, ...]] = {
    "window": ("rolling", "cycle"),
    "units.range": ("by-cycle",),
    "date_of_service": ("hang", "dispense"),
    "units.billed": ("opened", "administered"),
    "authorization.covers": ("service", "all"),
    "authorization.per": ("cycle", "day"),
    "authorization.start": ("first-service",),
    "quantity.days_supply": ("off", "on"),
    "refill_threshold": ("off", "share"),
    "interruption.length": ("extends", "absorbed"),
    "III.adult.consolidation.connector": ("or", "and"),
    "III.adult.consolidation.mrd-single-agent": ("or", "and"),
}


def small_policy(
    *,
    indication: str = "adult-rr",
    days: int = 4,
    length: int = 6,
    late_length: int | None = None,
    early: int = 2,
    cycles: int = 3,
    quantity: tuple[int, int] = (4, 6),
    units: tuple[int, int] = (40, 6),
    late_units: tuple[int, int] | None = None,
    step_days: int = 2,
    initial: tuple[int, str] | None = (12, "days"),
    initial_cycles: int | None = 2,
    continued: tuple[int, str] | None = (12, "days"),
    continued_cycles: int | None = 1,
    renewals: int | str = 1,
    mcg_per_unit: int = 1,
    readings: Mapping[str, str] | None = None,
    caps: Mapping[str, Mapping[str, Any]] | None = None,
) -> Policy:
    """A policy of one indication.

    ``early`` is the last cycle of ``length`` and of the first II.B line; later cycles have
    ``late_length`` and the second line (both default to the first ones). ``quantity``, ``units``
    and ``late_units`` are (limit, days). ``step_days`` infusion days of cycle 1 have the step
    dose. ``initial`` and ``continued`` are (count, unit) of an authorization's length, None where
    none is printed; without ``renewals`` coverage is never renewed, with "any" as often as need be.
    ``readings`` replaces defaults; ``caps`` are further limits by id: of, limit, per, cycles.
    """
    whole = {"first": 1, "last": cycles}
    first, rest = {"first": 1, "last": min(early, cycles)}, {"first": early + 1, "last": cycles}
    late_length, late_units = late_length or length, late_units or units
    clauses: dict[str, dict[str, Any]] = {
        "I.rr.initial": {
            "rule": "authorization",
            "kind": "initial",
            "length": _span(initial),
            "cycles": initial_cycles,
            "phases": [{"phase": "induction", "cycles": initial_cycles or cycles}],
        },
        "II.A": {
            "rule": "limit",
            "of": "vials",
            "limit": quantity[0],
            "per": {"days": quantity[1]},
        },
        "II.B.cycles-1-5": {
            "rule": "limit",
            "of": "units",
            "limit": units[0],
            "per": {"days": units[1]},
            "cycles": first,
        },
        "IV.rr.continued-cycles": {"rule": "renewal", "renewable": renewals != 0},
        "V.rr.dose": {
            "rule": "dose",
            "brackets": [
                {"from_kg": 45, "rows": _dose_rows(days, step_days, cycles, fixed=True)},
                {"below_kg": 45, "rows": _dose_rows(days, step_days, cycles, fixed=False)},
            ],
        },
        "V.rr.days": {"rule": "infusion-days", "days": days},
        "V.rr.length": {"rule": "cycle-length", "rows": [{"cycles": first, "days": length}]},
        "V.rr.cycles": {"rule": "cycles", "at_most": cycles},
        "VI.hcpcs": {"rule": "hcpcs", "code": "J9039", "mcg_per_unit": mcg_per_unit},
        "VI.ndc": {"rule": "ndc", "labeler_product": "55513-0160"},
        "App1": {"rule": "diagnoses", "codes": [{"code": "C91.02", "says": "in relapse"}]},
    }
    if rest["first"] <= cycles:
        clauses["II.B.cycles-6-9"] = {
            "rule": "limit",
            "of": "units",
            "limit": late_units[0],
            "per": {"days": late_units[1]},
            "cycles": rest,
        }
        clauses["V.rr.length"]["rows"].append({"cycles": rest, "days": late_length})
    if renewals:
        in_all = None
        if isinstance(renewals, int) and continued_cycles is not None:
            in_all = continued_cycles * renewals
        clauses["I.rr.continued"] = {
            "rule": "authorization",
            "kind": "continued",
            "length": _span(continued),
            "cycles": continued_cycles,
            "at_most": renewals,
            "cycles_in_all": in_all,
            "phases": [{"phase": "continued", "cycles": in_all or cycles}],
        }
        clauses["IV.rr.continued-cycles"]["continued_cycles"] = in_all
        clauses["IV.rr.total-cycles"] = {
            "rule": "renewal",
            "renewable": True,
            "total_cycles": max(whole["last"], 1),
        }
    for name, cap in (caps or {}).items():
        clauses[name] = {"rule": "limit", **cap}
    for name, clause in clauses.items():
        clause |= {"section": name, "says": name, "indications": [indication]}
    return Policy.model_validate(
        {
            "format": "planner-policy/1",
            "id": "small-policy",
            "payer": "A small payer",
            "title": "A small policy",
            "document": "SMALL-1",
            "revision": "1",
            "from": dt.date(2020, 1, 1),
            "drug": "small-drug",
            "clauses": clauses,
            "readings": {
                name: {
                    "default": (readings or {}).get(name, choices[0]),
                    "choices": dict.fromkeys(choices, ""),
                    "why": "a small example",
                }
                for name, choices in READINGS.items()
            },
            "billing": {"why": "a small example"},
        }
    )


def _span(length: tuple[int, str] | None) -> dict[str, Any] | None:
    return None if length is None else {"count": length[0], "unit": length[1]}


def _dose_rows(days: int, step_days: int, cycles: int, *, fixed: bool) -> list[dict[str, Any]]:
    """Cycle 1 opens with the step dose; the others have the full dose throughout."""
    step: dict[str, Any] = {"days": step_days, "step_dose": True}
    full: dict[str, Any] = {}
    if fixed:
        step |= {"mcg_per_day": 3}
        full |= {"mcg_per_day": 6}
    else:
        step |= {"mcg_per_m2_per_day": 2, "not_above": 3}
        full |= {"mcg_per_m2_per_day": 5, "not_above": 6}
    opening = [step] if step_days else []
    if step_days < days:
        opening.append(full | {"days": days - step_days})
    rows: list[dict[str, Any]] = [{"cycles": {"first": 1, "last": 1}, "steps": opening}]
    if cycles > 1:
        rows.append({"cycles": {"first": 2, "last": cycles}, "steps": [full | {"days": days}]})
    return rows


def small_drug(
    *,
    bags: Sequence[str] = ("24h", "48h", "72h"),
    defaults: Sequence[str] | None = None,
    for_step_dose: Sequence[str] = ("24h", "48h"),
    min_weight: Mapping[str, int] | None = None,
    storage_days: Mapping[str, int] | None = None,
    uncertain: Mapping[str, int] | None = None,
    same_cycle_up_to: int = 2,
) -> Drug:
    """A drug in vials of 10 mcg with bags of 1, 2 and 3 days.

    Fixed rows (from 45 kg): at 3 mcg a day 1 vial for 24 h and 48 h; at 6 mcg a day 1, 2 and 2
    vials for 24 h, 48 h and 72 h. Otherwise the volume rule: a vial for every 10 mcg of 1.1 times
    what is infused, and from 1.05 to 1.15 m2 at the full dose at least the ``uncertain`` vials of a
    bag. ``defaults`` are the bags offered where a scenario names none (all).
    """
    vials = {("24h", 3): 1, ("48h", 3): 1, ("24h", 6): 1, ("48h", 6): 2, ("72h", 6): 2}
    return Drug.model_validate(
        {
            "format": "planner-drug/1",
            "id": "small-drug",
            "name": "small drug",
            "brand": "Small",
            "packages": [{"ndc": "55513-0160-01", "source": "a small example", "grade": "A"}],
            "vial": {"mcg": 10, "mcg_per_ml": 5, "usable_ml": 2, **SOURCED},
            "bags": {
                name: {
                    "days": BAG_DAYS[name],
                    "min_weight_kg": (min_weight or {}).get(name),
                    "for_step_dose": name in for_step_dose,
                    "default": defaults is None or name in defaults,
                    "generation": "small",
                    **SOURCED,
                }
                for name in bags
            },
            "fixed": [
                {"bag": bag, "mcg_per_day": dose, "vials": count, "from_kg": 45, **SOURCED}
                for (bag, dose), count in vials.items()
                if bag in bags
            ],
            "volumes": [
                {"bag": name, "prepared_ml": 11, "infused_ml": 10, **SOURCED} for name in bags
            ],
            "storage": [
                {"bag": name, "days_refrigerated": days, **SOURCED}
                for name, days in (storage_days or {}).items()
            ],
            "uncertain": [
                {
                    "bag": name,
                    "mcg_per_m2_per_day": 5,
                    "bsa_from": Decimal("1.05"),
                    "bsa_to": Decimal("1.15"),
                    "vials": count,
                    "says": "uncertain",
                    **SOURCED,
                }
                for name, count in (uncertain or {}).items()
            ],
            "interruption": {"same_cycle_up_to": same_cycle_up_to, **SOURCED},
        }
    )


def small_scenario(
    *,
    first: dt.date | DateWindow = MONDAY,
    cycles: int | None = 1,
    patient: Mapping[str, Any] | None = None,
    pharmacy: Mapping[str, Any] | None = None,
    request: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Scenario:
    """A scenario of a 70 kg adult under `small_policy`.

    Dispenses and bag changes on any day, no holidays, vials there on the day of dispense and hung
    at most 2 days after it, cycles at most 2 days late: ``patient``, ``pharmacy`` and ``request``
    add to or replace that. ``rest`` are further keys of the scenario file.
    """
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return Scenario.model_validate(
        {
            "format": "planner-scenario/1",
            "title": "a small case",
            "policy": "small-policy",
            "drug": "small-drug",
            "patient": {"weight_kg": 70, "diagnosis": "C91.02", **(patient or {})},
            "indication": "adult-rr",
            "pharmacy": {
                "dispense_days": week,
                "holidays": "none",
                "transit_days": 0,
                "max_days_ahead": 2,
                **(pharmacy or {}),
            },
            "request": {
                "first_infusion": first,
                "cycles": cycles,
                "max_delay_days": 2,
                **(request or {}),
            },
            **rest,
        }
    )
