"""The reports that the browser is shown, and what it is asked of every one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planner.documents.conflict import Conflict
from planner.documents.load import load_policy
from planner.documents.plan import Plan
from planner.documents.policy import Policy
from planner.report.conflict_html import conflict_html
from planner.report.html import report_html
from tests.report.chromium import Page
from tests.report.conflicts import conflict, late_conflict, two_pictures
from tests.report.hostile import TEXTS, hostile, hostile_policy
from tests.report.planned import planned
from tests.report.plans import plan

POLICY = load_policy("eocco-0382").policy


def _hostile(name: str, *, violations: bool = True) -> tuple[Plan, Policy]:
    text = TEXTS[name]
    return hostile(text, violations=violations), hostile_policy(POLICY, text)


PLANS: dict[str, Callable[[], tuple[Plan, Policy]]] = {
    "nine cycles": lambda: (plan(9, number="PA-1", notes=("a note",)), POLICY),
    "one cycle": lambda: (plan(1), POLICY),
    "weekly": lambda: (planned("adult-rr-weekly-weekdays"), POLICY),
    "open criteria": lambda: (planned("pediatric-rr-20kg", facts=False), POLICY),
    "script": lambda: _hostile("script"),
    "long": lambda: _hostile("long"),
    "direction": lambda: _hostile("direction", violations=False),
}
CONFLICTS: dict[str, Conflict] = {
    "a window": conflict(),
    "two pictures": two_pictures(),
    "a late cycle": late_conflict("2026-07-07"),
    "no window": conflict().model_copy(update={"window": None}),
    "nothing helps": conflict().model_copy(update={"remedies": (), "also": ()}),
    "hostile script": two_pictures(TEXTS["script"]),
    "hostile long": two_pictures(TEXTS["long"]),
    "hostile direction": two_pictures(TEXTS["direction"]),
}


def file_of(name: str, folder: Path) -> Path:
    """Writes the report of that name into a folder."""
    text = report_html(*PLANS[name]()) if name in PLANS else conflict_html(CONFLICTS[name], POLICY)
    file = folder / "report.html"
    file.write_bytes(text.encode("utf-8", "backslashreplace"))
    return file


def spoken(screen: Page) -> list[tuple[str, str]]:
    """Role and name of everything that a screen reader is told of."""
    screen.send("Accessibility.enable")
    nodes = screen.send("Accessibility.getFullAXTree")["nodes"]
    screen.send("Accessibility.disable")
    return [
        (node.get("role", {}).get("value", ""), node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored")
    ]
