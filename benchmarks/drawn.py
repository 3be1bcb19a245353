"""Scenarios drawn by a seed: what pharmacies ask for, in all its variety, as documents.

The same seed draws the same scenario. None holds a real patient.

A pharmacy knows its own trade: where its bags do not reach from one change day to the next it
changes them on holidays, on Saturdays, on all days; a course under way comes with its bags and
fills. What it gets wrong is drawn too: one in 25 asks for a cycle more than the policy has, one in
25 has days that its bags do not reach over, and nobody has looked at what spare vials, short stocks
or one delivery a week do in the policy's windows. Of the first 150 seeds 18 have no calendar.
"""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from random import Random
from typing import Any

from benchmarks.by_hand import laid, record, suits

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
RELAPSED = {"b_cell_precursor": True, "disease": "relapsed-refractory", "therapy": "single-agent"}
MRD = {"status": "positive", "percent": 0.3, "method": "pcr"}
FACTS: dict[str, tuple[dict[str, Any], ...]] = {  # of patients who meet the criteria
    "adult-rr": (
        {**RELAPSED, "philadelphia": "negative"},
        {**RELAPSED, "philadelphia": "positive", "tki": {"refractory": ["dasatinib"]}},
    ),
    "adult-consolidation": (
        {
            "b_cell_precursor": True,
            "disease": "complete-response",
            "mrd": MRD,
            "therapy": "single-agent",
            "philadelphia": "negative",
        },
    ),
    "pediatric-rr": (RELAPSED,),
    "pediatric-mrd": (
        {
            "b_cell_precursor": True,
            "disease": "minimal-residual-disease",
            "mrd": MRD,
            "remission": "second",
            "therapy": "single-agent",
        },
    ),
    "infant-interfant": ({"disease": "infant", "therapy": "interfant"},),
}
CARELESS = 0.04  # share of pharmacies whose days nobody has held against their bags
TOO_MANY = 0.04  # share of requests for a cycle more than the policy has
BEGUN = 0.2  # share of courses under way
UNKNOWN = 0.15  # share of patients of whom a fact is not known yet
NOT_MET = 0.04  # share of patients who do not meet the criteria


def draw(seed: int) -> dict[str, Any]:
    """A scenario as a document, which the planner reads without an error."""
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
    document["patient"]["facts"] = _facts(rng, indication)
    if rng.random() >= CARELESS:
        document = _suited(document)
    if rng.random() < BEGUN and CYCLES[indication] > 1:
        document = _begun(rng, document, indication)
    if rng.random() < TOO_MANY:
        document["request"]["cycles"] = CYCLES[indication] + 1
    return document


def _patient(rng: Random, indication: str) -> dict[str, Any]:
    infant = indication == "infant-interfant"
    patient: dict[str, Any] = {
        "ref": "DRAWN",
        "diagnosis": CODES.get(indication, "C91.02"),
        "state": rng.choice(["OR", "WA", "CA"]),
        "weight_confirmed": True,  # drawn apart from the body surface
    }
    if infant:
        return {**patient, "age": 0.5, "weight_kg": rng.choice([5, 6, 7, 8]), "bsa_m2": 0.36}
    if indication.startswith("pediatric"):
        age, weight, surface = rng.choice(CHILDREN)
        return {**patient, "age": age, "weight_kg": weight, "bsa_m2": surface}
    kilograms = rng.choice([40, 58, 70, 82.5, 101])
    return {**patient, "age": rng.randrange(19, 79), "weight_kg": kilograms, "bsa_m2": 1.7}


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
    return request


def _facts(rng: Random, indication: str) -> dict[str, Any]:
    """What is known for the criteria: mostly enough, sometimes not yet, seldom to the contrary."""
    facts = deepcopy(rng.choice(FACTS[indication]))
    facts["live_vaccine"] = {"last": "never", "during_therapy": False}
    luck = rng.random()
    if luck < NOT_MET:
        facts["live_vaccine"]["during_therapy"] = True
    elif luck < NOT_MET + UNKNOWN:
        del facts[rng.choice(sorted(facts))]
    return facts


def _suited(document: dict[str, Any]) -> dict[str, Any]:
    """The scenario with change days that its bags reach over: as few as were drawn, if they do."""
    pharmacy = document["pharmacy"]
    drawn = len(pharmacy.get("bag_change_days", WEEK))
    for days in range(drawn, len(WEEK)):
        for on_holidays in ({}, {"bag_change_on_holidays": True}):
            changed = {**pharmacy, "bag_change_days": list(WEEK[:days]), **on_holidays}
            suited = {**document, "pharmacy": changed}
            if suits(laid(suited)):
                return suited
    every_day = {key: value for key, value in pharmacy.items() if key != "bag_change_days"}
    return {**document, "pharmacy": every_day}


def _begun(rng: Random, document: dict[str, Any], indication: str) -> dict[str, Any]:
    """The scenario with one or two cycles begun, the last of them perhaps still running; as it was
    where its bags do not fit its days."""
    past = min(rng.choice([1, 1, 2]), CYCLES[indication] - 1)
    since = rng.choice([17, 32, 37])
    weekly = document["pharmacy"]["max_days_ahead"] < 30
    request = {key: value for key, value in document["request"].items() if key != "cycles"}
    course = laid({**document, "request": request})
    tried = (record(course, cycles, since, weekly=weekly) for cycles in range(past, 0, -1))
    found = next(filter(None, tried), None)
    if found is None:
        return document
    request["first_infusion"] = found["history"]["cycles"][0]["start"]
    return {**document, "request": request, **found}
