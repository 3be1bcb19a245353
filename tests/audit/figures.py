"""The sums that a laid-out plan states: limits, objectives, totals, by loops over dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any

from tests.audit.items import claims_of, counted
from tests.audit.tables import LIMITS, Cycle, length


def limits_of(
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


def figures_of(
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
    billed = [claim for claim in claims_of(bags, dispenses, readings) if not claim["past"]]
    values = {
        "delay": _delay(document, cycles, readings),
        "vials": sum(bag["vials"] for bag in new_bags),
        "dispenses": len(new_sent),
        "bag_changes": len(new_bags),
        "stock_days": sum(
            part["vials"] * ((bag["hang"] - part["dispense"]).days - transit)
            for bag in new_bags
            for part in bag["from"]
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
