"""Lays out whole plans by hand for the audit's tests: starts, bags and fills in, a Plan out.

Everything a plan states is worked out here a second time, plainly: sums are loops over dates,
doses and vials are tables. Nothing of ``planner.audit`` is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from planner.audit import audit
from planner.documents.drug import Drug
from planner.documents.load import load_drug, load_policy
from planner.documents.plan import AuditResult, Plan
from planner.documents.policy import Policy

EOCCO = load_policy("eocco-0382")
BLINATUMOMAB = load_drug("blinatumomab")
POLICY, DRUG = EOCCO.policy, BLINATUMOMAB.drug

MONDAY = date(2026, 1, 5)
VIAL = 35
# days and daily dose to vials, from 45 kg: label-facts, "Vials for one bag"
VIALS = {
    **{(days, 9): vials for days, vials in ((1, 1), (2, 1), (3, 1), (4, 2))},
    **{(days, 28): vials for days, vials in ((1, 1), (2, 2), (3, 3), (4, 4), (7, 6))},
}
# kind, cycles, days of each authorization: section I
RR_WINDOWS = (("initial", 5, 210), ("continued", 2, 168), ("continued", 2, 168))
FOUR_CYCLES = (("initial", 4, 168),)
WINDOWS = {
    "adult-rr": RR_WINDOWS,
    "pediatric-rr": RR_WINDOWS,
    "adult-consolidation": FOUR_CYCLES,
    "pediatric-mrd": FOUR_CYCLES,
    "infant-interfant": (("initial", 1, 28),),
}
LIMITS = (("II.A", 28, 42, None), ("II.B.cycles-1-5", 980, 42, (1, 5)),
          ("II.B.cycles-6-9", 980, 84, (6, 9)))  # fmt: skip
PLAN_READINGS = {
    "window": "rolling",
    "units.range": "by-cycle",
    "date_of_service": "hang",
    "units.billed": "opened",
    "authorization.covers": "service",
    "authorization.start": "first-service",
    "quantity.days_supply": "off",
    "refill_threshold": "off",
    "interruption.length": "extends",
}

Dose = Callable[[int, int], Decimal | int]


def adult_dose(cycle: int, index: int) -> int:
    """Relapsed or refractory from 45 kg: 9 mcg for 7 days of cycle 1, then 28."""
    return 9 if cycle == 1 and index < 7 else 28


def full_dose(cycle: int, index: int) -> int:
    """28 mcg on every day."""
    return 28


def adult_vials(days: int, mcg_per_day: Decimal | int) -> int:
    """Vials of one bag from 45 kg."""
    return VIALS[days, int(mcg_per_day)]


@dataclass(frozen=True)
class Cycle:
    """One cycle to lay out.

    ``bags`` are lengths in days; ``fills`` are (days from the start, number of bags) for each
    dispense, by default one fill of all bags ``transit_days`` before the start. ``spare`` goes
    with the first fill, ``gaps`` are days without infusion, by the index of the infusion day
    they come before.
    """

    number: int
    start: date
    bags: Sequence[int] = (1,) * 28
    fills: Sequence[tuple[int, int]] | None = None
    spare: int = 0
    gaps: Mapping[int, int] = field(default_factory=dict)
    past: bool = False
    length: int | None = None


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


def length(indication: str, number: int) -> int:
    """Days from start to next start: section V; 28 for the regimen that prints none."""
    if indication == "infant-interfant":
        return 28
    return 84 if indication.endswith("-rr") and number > 5 else 42


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
        hung = _bags(document, cycle, dose, vials)
        dispenses += _fill(document, cycle, hung, transit)
        bags += hung
    readings = {**PLAN_READINGS, **document.get("readings", {})}
    claims = [
        line
        for claim in _claims(bags, dispenses, readings)
        for line in _lines(claim, readings, modifiers, vial, document["patient"].get("diagnosis"))
    ]
    indication = document["indication"]
    tables = windows if windows is not None else WINDOWS[indication]
    authorizations = _authorizations(document, cycles, bags, claims, dispenses, tables, readings)
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
            "limits": _limits(dispenses, claims, readings),
            **_figures(document, cycles, bags, dispenses, claims, readings, transit, vial),
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


def _bags(
    document: dict[str, Any],
    cycle: Cycle,
    dose: Dose,
    vials: Callable[[int, Decimal | int], int],
) -> list[dict[str, Any]]:
    hospital = document.get("pharmacy", {}).get("hospital_days", {}).get(str(cycle.number), 0)
    hung: list[dict[str, Any]] = []
    index, hang = 0, cycle.start
    for days in cycle.bags:
        hang += timedelta(days=cycle.gaps.get(index, 0))
        mcg = dose(cycle.number, index)
        hung.append(
            {
                "cycle": cycle.number,
                "hang": hang,
                "days": days,
                "mcg_per_day": mcg,
                "mcg": mcg * days,
                "vials": vials(days, mcg),
                "site": "hospital" if index < hospital else "home",
                "past": _before(document, hang),
            }
        )
        index += days
        hang += timedelta(days=days)
    return hung


def _before(document: dict[str, Any], when: date) -> bool:
    """Whether a date lies before ``as_of``."""
    return "as_of" in document and when < date.fromisoformat(document["as_of"])


def _fill(
    document: dict[str, Any], cycle: Cycle, hung: list[dict[str, Any]], transit: int
) -> list[dict[str, Any]]:
    """The dispenses of a cycle; each bag is told which one it comes from."""
    found: list[dict[str, Any]] = []
    taken = 0
    for offset, count in cycle.fills or [(-transit, len(hung))]:
        sent = cycle.start + timedelta(days=offset)
        served = hung[taken : taken + count]
        taken += count
        for bag in served:
            bag["dispense"] = sent
        spare = cycle.spare if not found else 0
        found.append(
            {
                "date": sent,
                "delivered": sent + timedelta(days=transit),
                "cycle": cycle.number,
                "vials": sum(bag["vials"] for bag in served) + spare,
                "spare": spare,
                "days_supply": sum(bag["days"] for bag in served),
                "past": _before(document, sent),
            }
        )
    return found


def _claims(
    bags: list[dict[str, Any]], dispenses: list[dict[str, Any]], readings: Mapping[str, Any]
) -> list[dict[str, Any]]:
    if readings["date_of_service"] == "hang":
        return [{"date": bag["hang"], **bag} for bag in bags]
    claims = []
    for sent in dispenses:
        served = [
            bag for bag in bags if bag["cycle"] == sent["cycle"] and bag["dispense"] == sent["date"]
        ]
        claims.append(
            {
                "date": sent["date"],
                "cycle": sent["cycle"],
                "mcg": sum(bag["mcg"] for bag in served),
                "vials": sum(bag["vials"] for bag in served),
                "past": sent["past"],
            }
        )
    return claims


def _lines(
    claim: dict[str, Any],
    readings: Mapping[str, Any],
    modifiers: bool,
    vial: int,
    diagnosis: str | None,
) -> list[dict[str, Any]]:
    given, opened = ceil(claim["mcg"]), vial * claim["vials"]
    line = {
        "date": claim["date"],
        "cycle": claim["cycle"],
        "hcpcs": "J9039",
        "units": given,
        "modifier": None,
        "ndc": "55513016001",
        "ndc_units": claim["vials"],
        "diagnosis": diagnosis,
        "past": claim["past"],
    }
    if given == opened:
        return [{**line, "modifier": "JZ" if modifiers else None}]
    if modifiers:
        return [line, {**line, "units": opened - given, "modifier": "JW", "ndc_units": 0}]
    return [{**line, "units": given if readings["units.billed"] == "administered" else opened}]


def counted(claims: list[dict[str, Any]], readings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines whose units count."""
    if readings["units.billed"] == "opened":
        return claims
    return [line for line in claims if line["modifier"] != "JW"]


def _authorizations(
    document: dict[str, Any],
    cycles: Sequence[Cycle],
    bags: list[dict[str, Any]],
    claims: list[dict[str, Any]],
    dispenses: list[dict[str, Any]],
    windows: Sequence[tuple[str, int, int]],
    readings: Mapping[str, Any],
) -> list[dict[str, Any]]:
    lead = document.get("pharmacy", {}).get("renewal_lead_days", 14)
    found: list[dict[str, Any]] = []
    first = 1
    for place, (kind, count, days) in enumerate(windows):
        numbers = [c.number for c in cycles if first <= c.number < first + count]
        first += count
        if not numbers:
            continue
        covered = [
            bag["hang"] + timedelta(days=i)
            for bag in bags
            if bag["cycle"] in numbers
            for i in range(bag["days"])
        ]
        covered += [line["date"] for line in claims if line["cycle"] in numbers]
        if readings["authorization.covers"] == "all":
            covered += [sent["date"] for sent in dispenses if sent["cycle"] in numbers]
        start = min(covered)
        if found:
            after = found[-1]["end"] + timedelta(days=1)
            start = max(after, max(covered) - timedelta(days=days - 1))
        found.append(
            {
                "id": "initial" if kind == "initial" else f"continued-{place}",
                "kind": kind,
                "number": None,
                "start": start,
                "end": start + timedelta(days=days - 1),
                "cycles": numbers,
                "request_by": start - timedelta(days=lead),
            }
        )
    return found


def _phase(indication: str, number: int) -> str:
    if indication.endswith("-rr"):
        return "induction" if number <= 2 else "consolidation" if number <= 5 else "continued"
    return "induction" if number == 1 else "consolidation"


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


def _limits(
    dispenses: list[dict[str, Any]], claims: list[dict[str, Any]], readings: Mapping[str, Any]
) -> list[dict[str, Any]]:
    found = []
    for clause, limit, per_days, numbers in LIMITS:
        if numbers is None:
            events = [(sent["date"], sent["cycle"], sent["vials"]) for sent in dispenses]
        else:
            events = [
                (line["date"], line["cycle"], line["units"])
                for line in counted(claims, readings)
                if numbers[0] <= line["cycle"] <= numbers[1]
            ]
        if not events:
            continue
        peak, start = _peak(events, per_days, dispenses, readings)
        found.append(
            {
                "clause": clause,
                "per_days": per_days,
                "limit": limit,
                "unit": "vials" if numbers is None else "units",
                "peak": peak,
                "from": start,
                "to": start + timedelta(days=per_days - 1),
            }
        )
    return found


def _peak(
    events: list[tuple[date, int, int]],
    per_days: int,
    dispenses: list[dict[str, Any]],
    readings: Mapping[str, Any],
) -> tuple[int, date]:
    """The greatest sum over every run of dates that touches an event, tried one by one."""
    if readings["window"] == "cycle":
        firsts = {
            number: min(sent["date"] for sent in dispenses if sent["cycle"] == number)
            for _, number, _ in events
        }
        tried = [
            (
                sum(n for d, c, n in events if c == number and 0 <= (d - open_).days < per_days),
                open_,
            )
            for number, open_ in sorted(firsts.items())
        ]
        return max(tried, key=lambda one: one[0])
    first, last = min(e[0] for e in events), max(e[0] for e in events)
    best, start = -1, first
    for offset in range((last - first).days + 1):
        open_ = first + timedelta(days=offset)
        total = sum(n for d, _, n in events if 0 <= (d - open_).days < per_days)
        if total > best:
            best, start = total, open_
    return best, start


def _figures(
    document: dict[str, Any],
    cycles: Sequence[Cycle],
    bags: list[dict[str, Any]],
    dispenses: list[dict[str, Any]],
    claims: list[dict[str, Any]],
    readings: Mapping[str, Any],
    transit: int,
    vial: int,
) -> dict[str, Any]:
    new_bags = [bag for bag in bags if not bag["past"]]
    new_sent = [sent for sent in dispenses if not sent["past"]]
    new_lines = [line for line in claims if not line["past"]]
    billed = [claim for claim in _claims(bags, dispenses, readings) if not claim["past"]]
    values = {
        "delay": _delay(document, cycles, readings),
        "vials": sum(bag["vials"] for bag in new_bags),
        "dispenses": len(new_sent),
        "bag_changes": len(new_bags),
        "stock_days": sum(
            bag["vials"] * ((bag["hang"] - bag["dispense"]).days - transit) for bag in new_bags
        ),
    }
    names = document.get("objectives", list(values))
    return {
        "objectives": [
            {"name": name, "value": values[name], "bound": values[name], "proven": True}
            for name in names
        ],
        "totals": {
            "vials": values["vials"],
            "units_billed": sum(line["units"] for line in counted(new_lines, readings)),
            "mcg_administered": sum(bag["mcg"] for bag in new_bags),
            "units_discarded": sum(vial * one["vials"] - ceil(one["mcg"]) for one in billed),
            "dispenses": values["dispenses"],
            "bag_changes": values["bag_changes"],
            "delay_days": values["delay"],
            "vials_dispensed": sum(sent["vials"] for sent in new_sent),
            "stock_days": values["stock_days"],
        },
    }


def _delay(document: dict[str, Any], cycles: Sequence[Cycle], readings: Mapping[str, Any]) -> int:
    asked = document["request"]["first_infusion"]
    earliest = date.fromisoformat(asked["earliest"] if isinstance(asked, dict) else asked)
    past = [cycle for cycle in cycles if cycle.past]
    if past:
        moved = sum(past[-1].gaps.values()) if readings["interruption.length"] == "extends" else 0
        days = past[-1].length or length(document["indication"], past[-1].number)
        following = past[-1].start + timedelta(days=days + moved)
        earliest = max(earliest, following)
    total = 0
    for cycle in cycles:
        if cycle.past:
            continue
        total += (cycle.start - earliest).days
        earliest += timedelta(days=length(document["indication"], cycle.number))
    return total


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
    "refused",
    "replace",
    "scenario",
    "starts",
]
