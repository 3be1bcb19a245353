"""Scenarios drawn by a seed: what pharmacies ask for, in all its variety, as documents.

The same seed draws the same scenario. None holds a real patient.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CYCLES = {
    "adult-rr": 9,
    "adult-consolidation": 4,
    "pediatric-rr": 9,
    "pediatric-mrd": 4,
    "infant-interfant": 1,
}
CODES = {"adult-consolidation": "C91.01", "pediatric-mrd": "C91.01"}
CHILDREN = (  # years, kg, m2
    (2, 12, 0.55),
    (6, 20, 0.80),
    (10, 32, 1.10),
    (13, 44, 1.34),
    (13, 45, 1.36),
    (15, 50, 1.45),
)
BAGS = (
    None,
    ["24h"],
    ["24h", "48h"],
    ["24h", "7d"],
    ["24h", "48h", "7d"],
    ["24h", "72h", "7d"],
    ["24h", "48h", "72h", "96h", "7d"],
)


def draw(seed: int) -> dict[str, Any]:
    """A scenario as a document; about one in twelve asks for what no calendar can give."""
    rng = Random(seed)
    indication = rng.choice(list(CYCLES))
    first = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randrange(360))
    document: dict[str, Any] = {
        "format": "planner-scenario/1",
        "title": f"Drawn {seed}",
        "policy": "eocco-0382",
        "patient": _patient(rng, indication),
        "indication": indication,
        "pharmacy": _pharmacy(rng),
        "request": _request(rng, indication, first),
    }
    if rng.random() < 0.2 and CYCLES[indication] > 1:
        _begin(rng, document, indication, first)
    return document


def _patient(rng: Random, indication: str) -> dict[str, Any]:
    infant = indication == "infant-interfant"
    patient: dict[str, Any] = {
        "ref": "DRAWN",
        "diagnosis": CODES.get(indication, "C91.02"),
        "state": rng.choice(["OR", "WA", "CA"]),
    }
    if infant:
        return {**patient, "age": 0.5, "weight_kg": rng.choice([5, 6, 7, 8]), "bsa_m2": 0.36}
    if indication.startswith("pediatric"):
        age, weight, surface = rng.choice(CHILDREN)
        return {**patient, "age": age, "weight_kg": weight, "bsa_m2": surface}
    weight = rng.choice([40, 58, 70, 82.5, 101])
    return {**patient, "age": rng.randrange(19, 79), "weight_kg": weight, "bsa_m2": 1.7}


def _pharmacy(rng: Random) -> dict[str, Any]:
    pharmacy: dict[str, Any] = {
        "transit_days": rng.choice([0, 1, 1, 1, 2]),
        "max_days_ahead": rng.choice([30, 30, 30, 9, 14, 21]),
    }
    bags = rng.choice(BAGS)
    if bags is not None:
        pharmacy["bags"] = bags
    changes = rng.choice([7, 7, 6, 5])
    if changes < 7:
        pharmacy["bag_change_days"] = list(WEEK[:changes])
    dispenses = rng.choice([None, None, WEEK[:4], WEEK[:5], [rng.choice(WEEK[:5])]])
    if dispenses is not None:
        pharmacy["dispense_days"] = list(dispenses)
    if rng.random() < 0.15:
        pharmacy["holidays"] = "none"
    if rng.random() < 0.2:
        pharmacy["spare_vials"] = rng.choice([1, 2])
    if rng.random() < 0.25:
        pharmacy["hospital_days"] = rng.choice([{"1": 3, "2": 2}, {"1": 9, "2": 2}])
    if pharmacy["max_days_ahead"] == 9 and pharmacy["transit_days"] > 1:
        pharmacy["transit_days"] = 1
    return pharmacy


def _request(rng: Random, indication: str, first: dt.date) -> dict[str, Any]:
    most = CYCLES[indication]
    request: dict[str, Any] = {"max_delay_days": rng.choice([28, 28, 7, 14, 42])}
    last = first + dt.timedelta(days=rng.choice([7, 14, 28]))
    request["first_infusion"] = {"earliest": first.isoformat(), "latest": last.isoformat()}
    wanted = rng.choice([None, None, most, max(1, most - 1), max(1, most // 2)])
    if wanted is not None:
        request["cycles"] = wanted
    if rng.random() < 0.04:
        request["cycles"] = most + 1
    return request


def _begin(rng: Random, document: dict[str, Any], indication: str, first: dt.date) -> None:
    """Lets one or two cycles lie in the past, the last of them perhaps still running."""
    past = min(rng.choice([1, 1, 2]), CYCLES[indication] - 1)
    start = first
    cycles = []
    for number in range(1, past + 1):
        cycles.append({"cycle": number, "start": start.isoformat()})
        start += dt.timedelta(days=42)
    as_of = start - dt.timedelta(days=rng.choice([5, 10, 25]))
    document["history"] = {"cycles": cycles}
    document["as_of"] = as_of.isoformat()
    document["request"]["first_infusion"] = first.isoformat()
    document["request"].pop("cycles", None)
