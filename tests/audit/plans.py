"""Lays out whole plans by hand for the audit's tests: starts, bags and fills in, a Plan out.

Everything a plan states is worked out here a second time, plainly: sums are loops over dates,
doses and vials are tables. Nothing of ``planner.audit`` is used but the audit itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from planner.audit import audit
from planner.documents.drug import Drug
from planner.documents.load import load_drug, load_policy
from planner.documents.plan import AuditResult, Plan
from planner.documents.policy import Policy
from tests.audit.figures import figures_of, limits_of
from tests.audit.items import (
    authorizations_of,
    claims_of,
    fills_of,
    hung_bags,
    lines_of,
    sent_by_vials,
)
from tests.audit.tables import (
    MONDAY,
    PLAN_READINGS,
    VIAL,
    WINDOWS,
    Cycle,
    Dose,
    adult_dose,
    adult_vials,
    full_dose,
    length,
)

EOCCO = load_policy("eocco-0382")


BLINATUMOMAB = load_drug("blinatumomab")


POLICY, DRUG = EOCCO.policy, BLINATUMOMAB.drug


def scenario(**changes: Any) -> dict[str, Any]:
    """An adult of 70 kg with relapsed disease, every day a working day, nothing in transit.

    ``pharmacy``, ``request``, ``patient`` and so on replace single keys of theirs.
    """
    document: dict[str, Any] = {
        "format": "planner-scenario/1",
        "title": "worked by hand",
        "policy": "eocco-0382",
        "drug": "blinatumomab",
        "patient": {"weight_kg": 70, "diagnosis": "C91.02"},
        "indication": "adult-rr",
        "pharmacy": {
            "dispense_days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "holidays": "none",
            "transit_days": 0,
        },
        "request": {"first_infusion": MONDAY.isoformat(), "cycles": 1},
    }
    for key, value in changes.items():
        if isinstance(document.get(key), dict) and isinstance(value, dict):
            document[key] = {**document[key], **value}
        else:
            document[key] = value
    return document


def day(offset: int, since: date = MONDAY) -> date:
    """The date ``offset`` days after ``since``."""
    return since + timedelta(days=offset)


def starts(*offsets: int) -> list[Cycle]:
    """Cycles 1, 2, .. of 28 bags for a day each, on days after 2026-01-05."""
    return [Cycle(number, day(offset)) for number, offset in enumerate(offsets, 1)]


def lay_out(
    document: dict[str, Any],
    cycles: Sequence[Cycle],
    *,
    dose: Dose = adult_dose,
    vials: Callable[[int, Decimal | int], int] = adult_vials,
    surface: float | None = None,
    windows: Sequence[tuple[str, int, int]] | None = None,
    modifiers: bool = True,
    vial: int = VIAL,
) -> Plan:
    """The plan that these cycles make under the scenario, with every figure worked out."""
    pharmacy = document.get("pharmacy", {})
    transit = pharmacy.get("transit_days", 1)
    bags: list[dict[str, Any]] = []
    dispenses: list[dict[str, Any]] = []
    for cycle in cycles:
        hung = hung_bags(document, cycle, dose, vials)
        if cycle.sent is None:
            dispenses += fills_of(document, cycle, hung, transit)
        else:
            dispenses += sent_by_vials(document, cycle, hung, transit, dispenses)
        bags += hung
    for sent in dispenses:
        sent["spare"] += sent.pop("broken", 0)
    readings = {**PLAN_READINGS, **document.get("readings", {})}
    claims = [
        line
        for claim in claims_of(bags, dispenses, readings)
        for line in lines_of(claim, readings, modifiers, vial, document["patient"].get("diagnosis"))
    ]
    indication = document["indication"]
    tables = windows if windows is not None else WINDOWS[indication]
    authorizations = authorizations_of(document, cycles, bags, claims, dispenses, tables, readings)
    holder = {n: one["id"] for one in authorizations for n in one["cycles"]}
    for item in (*dispenses, *claims):
        item["authorization"] = holder.get(item["cycle"])
    return Plan.model_validate(
        {
            "scenario": {"title": document["title"], "sha256": "0" * 64, "document": document},
            "policy": {"id": POLICY.id, "revision": POLICY.revision, "sha256": EOCCO.sha256},
            "drug": {"id": DRUG.id, "sha256": BLINATUMOMAB.sha256},
            "indication": indication,
            "weight_kg": _first_weight(document),
            "bsa_m2": surface,
            "cycles": [
                _cycle(document, cycle, bags, holder.get(cycle.number), tables, readings)
                for cycle in cycles
            ],
            "bags": bags,
            "dispenses": dispenses,
            "claims": claims,
            "authorizations": authorizations,
            "limits": limits_of(dispenses, claims, readings),
            **figures_of(document, cycles, bags, dispenses, claims, readings, transit, vial),
            "readings": readings,
            "assumed": [],
            "audit": {"clauses": 0},
            "solver": {"name": "by hand", "version": "0", "seed": 0},
        }
    )


def _first_weight(document: dict[str, Any]) -> Any:
    weight = document["patient"]["weight_kg"]
    return weight[0]["kg"] if isinstance(weight, list) else weight


def _end(cycle: Cycle) -> date:
    """The disconnect: the start, the bags' days and the days without infusion."""
    return cycle.start + timedelta(days=sum(cycle.bags) + sum(cycle.gaps.values()))


def _phase(indication: str, number: int) -> str:
    if indication.endswith("-rr"):
        return "induction" if number <= 2 else "consolidation" if number <= 5 else "continued"
    one = number == 1 or indication == "infant-interfant"
    return "induction" if one else "consolidation"


def _cycle(
    document: dict[str, Any],
    cycle: Cycle,
    bags: list[dict[str, Any]],
    holder: str | None,
    windows: Sequence[tuple[str, int, int]],
    readings: Mapping[str, Any],
) -> dict[str, Any]:
    end = _end(cycle)
    moved = sum(cycle.gaps.values()) if readings["interruption.length"] == "extends" else 0
    days = cycle.length or length(document["indication"], cycle.number)
    return {
        "cycle": cycle.number,
        "phase": _phase(document["indication"], cycle.number),
        "start": cycle.start,
        "last_infusion_day": end - timedelta(days=1),
        "disconnect": end,
        "earliest_next": max(cycle.start + timedelta(days=days + moved), end),
        "authorization": holder,
        "latest_start": None if cycle.past else cycle.start,
        "past": cycle.past,
    }


def audited(plan: Plan, policy: Policy = POLICY, drug: Drug = DRUG) -> AuditResult:
    """The audit under the shipped documents, or others."""
    return audit(plan, policy=policy, drug=drug)


def refused(plan: Plan, policy: Policy = POLICY, drug: Drug = DRUG) -> dict[str, list[str]]:
    """What the audit finds: sentences by clause or rule."""
    found: dict[str, list[str]] = {}
    for violation in audited(plan, policy, drug).violations:
        found.setdefault(violation.clause, []).append(violation.says)
    return found


def changed(plan: Plan, path: str | Sequence[str | int], value: Any) -> Plan:
    """The plan with one value replaced; ``path`` as in 'bags.3.hang', or its keys."""
    document = plan.model_dump(mode="json", by_alias=True)
    at: Any = document
    keys = (
        [int(key) if key.isdigit() else key for key in path.split(".")]
        if isinstance(path, str)
        else path
    )
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value
    return Plan.model_validate(document)


__all__ = [
    "DRUG",
    "EOCCO",
    "MONDAY",
    "POLICY",
    "VIAL",
    "Cycle",
    "adult_dose",
    "adult_vials",
    "audited",
    "changed",
    "day",
    "full_dose",
    "lay_out",
    "length",
    "refused",
    "replace",
    "scenario",
    "starts",
]
