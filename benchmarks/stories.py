"""Drawn stories: courses to which one to six things happen, replanned after each.

    python -m benchmarks.stories [HOW_MANY [FIRST_SEED]]

Every answer is a plan, audited, each of whose changes names a cause; or a conflict with a
certificate; or what cannot have happened (a vial that broke when none was left) is refused. None is
undecided. Prints how many of each, and how long a replan took.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from planner import api
from planner.documents.errors import InputErrors
from planner.documents.events import LoadedEvents, parse_events
from planner.documents.outcome import Infeasible
from planner.documents.plan import Plan
from planner.documents.positions import Positions
from planner.documents.printed import document_json, to_json
from planner.documents.read_scenario import parse_scenario, sha256
from planner.replan.placed import LoadedPlan
from planner.replan.run import replan

BAGS = (["24h", "48h", "7d"], ["24h", "48h"], ["24h", "72h", "96h", "7d"], ["24h", "7d"])
MOST_EVENTS = 6


@dataclass(frozen=True)
class Step:
    """One replan of a story: 'planned', 'infeasible', 'undecided' or 'refused', and seconds."""

    seed: int
    answer: str
    seconds: float
    events: str
    faults: tuple[str, ...] = ()


def course(rng: random.Random) -> dict[str, Any]:
    """A scenario with room for something to happen."""
    rr = rng.random() < 0.6
    weekdays = rng.random() < 0.4
    return {
        "format": "planner-scenario/1",
        "title": "A drawn course",
        "policy": "eocco-0382",
        "patient": {
            "ref": "D",
            "age": 41,
            "weight_kg": rng.choice([44, 52, 70, 90]),
            "height_cm": 170,
        },
        "indication": "adult-rr" if rr else "adult-consolidation",
        "pharmacy": {
            "bags": rng.choice(BAGS),
            "bag_change_days": ["mon", "tue", "wed", "thu", "fri"]
            if weekdays
            else ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "max_days_ahead": rng.choice([9, 14, 30]),
        },
        "request": {
            "first_infusion": (date(2026, 1, 5) + timedelta(days=rng.randrange(40))).isoformat(),
            "cycles": rng.randint(2, 9) if rr else rng.randint(2, 4),
        },
    }


def event(rng: random.Random, plan: Plan, day: date) -> dict[str, Any] | None:
    """Something that may happen to a plan on a day or just before it."""
    kind = rng.choice(
        ["vial", "vial", "pause", "pause", "long", "closed", "visit", "dispense", "weight", "none"]
    )
    over = [bag for bag in plan.bags if bag.hang < day]
    ahead = [bag for bag in plan.bags if bag.hang >= day]
    before = day - timedelta(days=1)
    infusing = [bag for bag in over if bag.hang < before < bag.hang + timedelta(days=bag.days)]
    if kind == "vial" and any(one.date < day for one in plan.dispenses):
        return {"date": before, "event": "broken vial"}
    if kind in ("pause", "long") and infusing:
        days = rng.randint(1, 6) if kind == "pause" else rng.randint(8, 12)
        return {"date": before, "event": "interruption", "days": days}
    if kind == "closed":
        first = day + timedelta(days=rng.randrange(60))
        until = first + timedelta(days=rng.randrange(3))
        return {"date": first, "event": "closed", "until": until}
    if kind == "visit" and ahead:
        bag = rng.choice(ahead[:6])
        to = max(bag.hang + timedelta(days=rng.choice([-1, 1, 2])), day)
        return {"date": bag.hang, "event": "moved visit", "to": to} if to != bag.hang else None
    if kind == "dispense":
        last = [one for one in plan.dispenses if one.date == before]
        if last and last[0].vials > 1:
            return {"date": before, "event": "short dispense", "vials": last[0].vials - 1}
    if kind == "weight":
        return {"date": before, "event": "weight", "kg": rng.choice([43, 46, 60])}
    return {"date": before, "event": "as planned"} if kind == "none" else None


def story(seed: int, known: api.Known) -> Iterator[Step]:
    """The replans of one drawn story, until there is no plan to go on from."""
    rng = random.Random(seed)
    made = api.plan(parse_scenario(to_json(course(rng))), known=known)
    if not isinstance(made, Plan):
        return
    plan, day = made, made.cycles[0].start
    for _ in range(rng.randint(1, MOST_EVENTS)):
        day += timedelta(days=rng.randint(2, 45))
        happened = event(rng, plan, day)
        if happened is None or day >= plan.cycles[-1].disconnect:
            continue
        events = _events(happened, day)
        raw = document_json(plan).encode()
        begun = perf_counter()
        try:
            outcome = replan(
                LoadedPlan(plan, sha256(raw), "plan", Positions()), events, known=known
            )
        except InputErrors as errors:
            yield Step(seed, "refused", perf_counter() - begun, f"{happened} {errors}")
            return
        spent = perf_counter() - begun
        if isinstance(outcome.plan, Infeasible):
            conflict = api.explain(outcome.following.scenario, known=known, remedies=False)
            certified = conflict is not None and conflict.certificate.checked
            faults = () if certified else ("no certificate",)
            yield Step(seed, "infeasible", spent, str(happened), faults)
            return
        if not isinstance(outcome.plan, Plan):
            yield Step(seed, "undecided", spent, str(happened), ("undecided",))
            return
        plan = outcome.plan
        yield Step(seed, "planned", spent, str(happened), tuple(_faults(plan)))


def _events(happened: dict[str, Any], day: date) -> LoadedEvents:
    plain = {key: str(v) if isinstance(v, date) else v for key, v in happened.items()}
    document = {"format": "planner-events/1", "as_of": str(day), "events": [plain]}
    return parse_events(to_json(document), "events")


def _faults(plan: Plan) -> Iterator[str]:
    for violation in plan.audit.violations:
        yield f"{violation.clause}: {violation.says}"
    if plan.replan is None or not all(change.because for change in plan.replan.diff):
        yield "a change without a cause"
    if not plan.objectives[0].proven:
        yield "the least change is not proven"


def main(how_many: int = 1_000, first: int = 0) -> int:
    """Replans so many stories; 1 where something is amiss."""
    known = api.Known()
    steps = [step for seed in range(first, first + how_many) for step in story(seed, known)]
    answers = Counter(step.answer for step in steps)
    seconds = sorted(step.seconds for step in steps)
    print(f"{how_many} stories, {len(steps)} replans: {dict(sorted(answers.items()))}")
    if seconds:
        print(f"median {statistics.median(seconds):.2f} s, most {seconds[-1]:.2f} s")
    amiss = [step for step in steps if step.faults]
    for step in amiss:
        print(f"seed {step.seed}: {step.events}: {', '.join(step.faults)}")
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:])))
