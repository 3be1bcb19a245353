"""Screens of shipped scenarios, kept as files; ``python -m tests.report.golden`` writes them."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from planner import api
from planner.deadline import Deadline
from planner.documents.plan import Plan
from planner.documents.roles import Role
from planner.fleet.options import small_steps
from planner.report.screen import render

FOLDER = Path(__file__).parent / "screens"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
PATIENTS = (
    "adult-rr-70kg",
    "adult-rr-in-progress",
    "adult-rr-weekly-weekdays",
    "adult-consolidation-42kg",
    "pediatric-rr-20kg",
    "infant-interfant-6kg",
)
WIDTHS = (80, 120)
KNOWN = api.Known()


def planned(patient: str) -> Plan:
    """The plan as ``planner plan`` prints it."""
    scenario = api.load_scenario(SCENARIOS / f"{patient}.yaml")
    plan = api.plan(scenario, known=KNOWN)
    assert isinstance(plan, Plan)
    made = api.covered(plan, api.criteria(scenario, known=KNOWN), known=KNOWN)
    steps = small_steps(scenario, KNOWN, made, Deadline())
    return made.model_copy(update={"options": steps})


def screen(plan: Plan, width: int, role: Role | None = None) -> str:
    """What a terminal of so many columns shows."""
    out = io.StringIO()
    render(plan, Console(file=out, width=width), role=role)
    return out.getvalue()


def write() -> None:
    """Writes every screen."""
    FOLDER.mkdir(exist_ok=True)
    for patient in PATIENTS:
        plan = planned(patient)
        for width in WIDTHS:
            FOLDER.joinpath(f"{patient}-{width}.txt").write_text(screen(plan, width))


if __name__ == "__main__":
    write()
