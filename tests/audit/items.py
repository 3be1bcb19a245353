"""What a laid-out cycle hangs, sends and bills, and the authorizations over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from tests.audit.tables import Cycle, Dose


def before(document: dict[str, Any], when: date) -> bool:
    """Whether a date lies before ``as_of``."""
    return "as_of" in document and when < date.fromisoformat(document["as_of"])


def hung_bags(
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
                "past": before(document, hang),
            }
        )
        index += days
        hang += timedelta(days=days)
    return hung


def fills_of(
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
            bag["from"] = [{"dispense": sent, "vials": bag["vials"]}]
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
                "past": before(document, sent),
            }
        )
    return found


def sent_by_vials(
    document: dict[str, Any],
    cycle: Cycle,
    hung: list[dict[str, Any]],
    transit: int,
    left: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """The dispenses of a cycle; its bags take the oldest vials that are spare, and where ``stock``
    those of ``left`` too. What broke is counted apart."""
    found = []
    for offset, vials in cycle.sent or ():
        sent = cycle.start + timedelta(days=offset)
        found.append(
            {
                "date": sent,
                "delivered": sent + timedelta(days=transit),
                "cycle": cycle.number,
                "vials": vials,
                "spare": vials - cycle.broken.get(offset, 0),
                "broken": cycle.broken.get(offset, 0),
                "days_supply": 0,
                "past": before(document, sent),
            }
        )
    pool = [*found, *(left if cycle.stock else ())]
    pool.sort(key=lambda one: one["date"])
    for bag in hung:
        bag["from"] = []
        for one in pool:
            taken = min(one["spare"], bag["vials"] - sum(part["vials"] for part in bag["from"]))
            if taken:
                one["days_supply"] += 0 if bag["from"] else bag["days"]
                one["spare"] -= taken
                if bag["from"] and bag["from"][-1]["dispense"] == one["date"]:
                    bag["from"][-1]["vials"] += taken
                else:
                    bag["from"].append({"dispense": one["date"], "vials": taken})
        bag["dispense"] = bag["from"][0]["dispense"]
    return found


def claims_of(
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


def lines_of(
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
    # 100 / 35 parts a unit, up to the next whole hundredth
    part = -(-100 * given // vial) / 100
    if modifiers:
        rest = round(claim["vials"] - part, 2)
        discarded = {**line, "units": opened - given, "modifier": "JW", "ndc_units": rest}
        return [{**line, "ndc_units": part}, discarded]
    if readings["units.billed"] == "administered":
        return [{**line, "ndc_units": part}]
    return [{**line, "units": opened}]


def counted(claims: list[dict[str, Any]], readings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines whose units count."""
    if readings["units.billed"] == "opened":
        return claims
    return [line for line in claims if line["modifier"] != "JW"]


def authorizations_of(
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
