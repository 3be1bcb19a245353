"""``python -m benchmarks.realistic``: courses as pharmacies run them, and how long each takes.

Nurses on weekdays or all days, one to three dispensing days, bags of one kind or mixed, histories,
readings and orders of objectives of every kind. The same seed draws the same course. A course is
planned with its latest starts, within ``--limit`` seconds by the clock, in this process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections import Counter
from random import Random
from typing import Any, NamedTuple

from benchmarks.by_hand import laid, record
from benchmarks.drawn import CODES, CYCLES, FACTS, WEEK
from benchmarks.machine import machine
from planner.documents.scenario import DEFAULT_OBJECTIVES
from planner.search.engine import Verdict
from planner.search.find import find

KINDS = ("adult-rr", "adult-rr", "adult-consolidation", "pediatric-rr", "pediatric-mrd")
CHILDREN = ((7, 24, 124), (11, 40.9, 142), (12, 44, 150), (13, 44.9, 155), (15, 48.7, 166))
BAGS = (None, None, ["24h", "48h"], ["24h", "48h", "72h", "96h", "7d"], ["24h", "48h", "96h", "7d"])
HOSPITAL = {"adult-rr": (9, 2), "pediatric-rr": (9, 2)}
READINGS: tuple[dict[str, Any], ...] = (
    {"window": "cycle"},
    {"refill_threshold": 0.75},
    {"refill_threshold": 0.85},
    {"date_of_service": "dispense"},
    {"interruption.length": "absorbed"},
)
READ_OTHERWISE = 0.15  # share of courses with a reading of their own
BEGUN = 0.25  # share of courses under way
MEDIAN, MOST = 0.5, 0.99  # shares of the courses whose time is told


class Took(NamedTuple):
    """A course: its seed, what became of it, and processor seconds."""

    seed: int
    what: str
    seconds: float


def draw(seed: int) -> dict[str, Any]:
    """A scenario as a document."""
    rng = Random(f"realistic {seed}")
    indication = rng.choice(KINDS)
    first = dt.date(2026, 1, 5) + dt.timedelta(days=rng.randrange(500))
    patient: dict[str, Any] = {"ref": f"REAL-{seed}", "diagnosis": CODES.get(indication, "C91.02")}
    if indication.startswith("pediatric"):
        age, weight, height = rng.choice(CHILDREN)
        patient |= {"age": age, "weight_kg": weight, "height_cm": height}
    else:
        weight = rng.choice([39, 52, 64, 73, 84, 104])
        patient |= {"age": rng.randrange(19, 78), "weight_kg": weight, "height_cm": 168}
    document: dict[str, Any] = {
        "format": "planner-scenario/1",
        "title": f"Realistic {seed}",
        "policy": "eocco-0382",
        "indication": indication,
        "patient": {**patient, "facts": rng.choice(FACTS[indication])},
        "pharmacy": _pharmacy(rng, indication),
        "request": _request(rng, indication, first),
    }
    if rng.random() < 2 / 3:
        order = rng.sample(DEFAULT_OBJECTIVES, len(DEFAULT_OBJECTIVES))
        document["objectives"] = order[: rng.randrange(1, len(order) + 1)]
    if rng.random() < READ_OTHERWISE:
        document["readings"] = rng.choice(READINGS)
    elif rng.random() < BEGUN:
        document = _begun(rng, document)
    return document


def _pharmacy(rng: Random, indication: str) -> dict[str, Any]:
    days = rng.choice([1, 2, 2, 3, 5])
    pharmacy: dict[str, Any] = {
        "bag_change_days": list(WEEK[: rng.choice([5, 6, 7, 7])]),
        "dispense_days": sorted(rng.sample(WEEK[:5], days), key=WEEK.index),
        "transit_days": rng.choice([0, 1, 1, 2]),
        "max_days_ahead": rng.choice([9, 10, 12, 14, 21, 30]),
        "spare_vials": rng.choice([0, 0, 0, 0, 1, 2]),
    }
    bags = rng.choice(BAGS)
    if bags is not None:
        pharmacy["bags"] = bags
    if rng.random() < 1 / 3:
        pharmacy["holidays"] = "none"
    if rng.random() < 1 / 2:
        first, second = HOSPITAL.get(indication, (3, 2))
        pharmacy["hospital_days"] = {1: first, 2: second}
    return pharmacy


def _request(rng: Random, indication: str, first: dt.date) -> dict[str, Any]:
    request: dict[str, Any] = {"first_infusion": first.isoformat()}
    if rng.random() < 1 / 3:
        latest = first + dt.timedelta(days=rng.choice([4, 7, 14]))
        request["first_infusion"] = {"earliest": first.isoformat(), "latest": latest.isoformat()}
    if rng.random() < 1 / 2:
        request["cycles"] = rng.randrange(1, CYCLES[indication] + 1)
    if rng.random() < 1 / 4:
        request["max_delay_days"] = rng.choice([14, 42])
    return request


def _begun(rng: Random, document: dict[str, Any]) -> dict[str, Any]:
    """The course some days after its first or second cycle began; as it was where its bags do not
    fit its days."""
    request = {key: value for key, value in document["request"].items() if key != "cycles"}
    past = min(rng.choice([1, 1, 2]), CYCLES[document["indication"]] - 1)
    course = laid({**document, "request": request})
    found = record(course, past, rng.choice([17, 32, 37]), weekly=rng.random() < 1 / 2)
    if found is None:
        return document
    request["first_infusion"] = found["history"]["cycles"][0]["start"]
    return {**document, "request": request, **found}


def took(seed: int, limit: float) -> Took:
    """Plans one course."""
    course = laid(draw(seed))
    start = time.process_time()
    found = find(course, limit=limit)
    seconds = time.process_time() - start
    what = found.verdict.value
    if found.verdict is Verdict.FEASIBLE:
        what = f"planned, {next(r.name for r in found.reached if not r.proven)} unproven"
    return Took(seed, what, seconds)


def main() -> int:
    """Prints what became of the courses and how long they took; 1 where one is undecided."""
    parser = argparse.ArgumentParser(prog="benchmarks.realistic")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--limit", type=float, default=10.0)
    options = parser.parse_args()
    every = [took(seed, options.limit) for seed in range(options.count)]
    times = sorted(one.seconds for one in every)
    print(machine())
    print(f"\n{options.count} courses, limit {options.limit} s\n\n| what | figure |\n|---|---|")
    for what, count in sorted(Counter(one.what for one in every).items()):
        print(f"| {what} | {count} |")
    for share in (MEDIAN, MOST):
        print(f"| {share:.0%} within | {times[int(share * (len(times) - 1))]:.2f} s |")
    print(f"| under 2 s | {sum(t < 2 for t in times) / len(times):.1%} |")
    for one in sorted(every, key=lambda one: -one.seconds)[:5]:
        print(f"| seed {one.seed}, {one.what} | {one.seconds:.2f} s |")
    print(json.dumps([one.seed for one in every if one.what not in ("optimal", "infeasible")]))
    return int(any(one.what == Verdict.UNDECIDED.value for one in every))


if __name__ == "__main__":
    sys.exit(main())
