"""A course of nine cycles, planned once, and what follows it."""

from __future__ import annotations

from typing import Any

from planner import api
from planner.documents.events import LoadedEvents, parse_events, spoken
from planner.documents.plan import Plan
from planner.documents.positions import read_yaml
from planner.documents.printed import document_json
from planner.documents.read_scenario import sha256
from planner.replan.placed import LoadedPlan
from planner.replan.run import Outcome, replan
from tests.written import written

ADULT: dict[str, Any] = {
    "format": "planner-scenario/1",
    "title": "Adult",
    "policy": "eocco-0382",
    "patient": {"ref": "A", "age": 41, "weight_kg": 70},
    "indication": "adult-rr",
    "pharmacy": {"bags": ["24h", "48h", "7d"]},
    "request": {"first_infusion": "2026-01-05", "cycles": 4},
}
KNOWN = api.Known()
_PLANNED: dict[str, LoadedPlan] = {}


def loaded(plan: Plan) -> LoadedPlan:
    """A plan as if read from its file."""
    raw = document_json(plan).encode()
    return LoadedPlan(plan, sha256(raw), "plan.json", read_yaml(raw, "plan.json").positions)


def planned(**parts: Any) -> LoadedPlan:
    """The plan of the course; ``parts`` replace those of the scenario."""
    key = repr(sorted(parts.items()))
    if key not in _PLANNED:
        made = api.plan(written({**ADULT, **parts}), known=KNOWN)
        assert isinstance(made, Plan)
        _PLANNED[key] = loaded(made)
    return _PLANNED[key]


def after(plan: LoadedPlan, *events: str) -> Outcome:
    """What follows the plan where these have happened."""
    return replan(plan, spoken(list(events)), known=KNOWN)


def new_plan(plan: LoadedPlan, *events: str) -> Plan:
    """The plan that follows; its audit has found nothing."""
    outcome = after(plan, *events)
    assert isinstance(outcome.plan, Plan)
    assert not outcome.plan.audit.violations
    return outcome.plan


def told(text: str) -> LoadedEvents:
    """Events from the text of a file."""
    return parse_events(text, "events.yaml")
