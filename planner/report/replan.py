"""What a plan changes of the one before, on a screen: whom to tell of what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

from planner.documents.plan import Plan
from planner.documents.replanned import Change, Replanned, Role
from planner.report.layout import heading, lines, paragraph
from planner.report.terminal import LEAST_WIDTH, MOST_WIDTH
from planner.report.text import count, day, figure, shown, titled

TOLD: Final[dict[Role, str]] = {
    "patient": "Patient: visits",
    "pharmacy": "Pharmacy: dispenses",
    "billing": "Billing: claims and authorizations",
}


def render_replan(plan: Plan, console: Console) -> None:
    """Prints what a plan that follows another changes of it, by role."""
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    for part in parts(plan):
        for line in lines(part, console, width):
            console.print(line, soft_wrap=True, highlight=False)


def parts(plan: Plan) -> Iterator[RenderableType]:
    """The parts of the change: what happened, the diff by role, the totals."""
    made = plan.replan
    if made is None:
        return
    yield Text(titled(plan.scenario.title), style="bold", overflow="fold")
    yield Text(_so_far(made))
    yield Text(made.summary, style="bold")
    if made.happened:
        yield heading("What happened")
        for place, said in enumerate(made.happened):
            yield Text(f"  events[{place}] {shown(said)}", overflow="fold")
    if made.drift:
        yield heading("Otherwise than planned, and over")
        yield from _lines(made.drift)
    for role, title in TOLD.items():
        own = [change for change in made.diff if change.role == role]
        if own:
            yield heading(title)
            yield from _lines(own)
    yield heading("Still to come, before and after")
    for total in made.totals:
        yield Text(f"  {total.name}: {figure(total.before)} -> {figure(total.after)}")
    yield from _objective(plan)


def _so_far(made: Replanned) -> str:
    return "Nothing is over yet" if made.as_of is None else f"As of {day(made.as_of)}"


def _lines(changes: list[Change] | tuple[Change, ...]) -> Iterator[RenderableType]:
    for change in changes:
        yield Text(f"  {change_words(change)}", overflow="fold")


def change_words(change: Change) -> str:
    """'~ cycle 2: Mon 2026-03-02 -> Tue 2026-03-03, bag for 7 days  (events[0])'."""
    cycle = "" if change.cycle is None else f"cycle {change.cycle} {change.kind} "
    old = "" if change.from_ is None else day(change.from_)
    new = "" if change.to is None else day(change.to)
    when = f"{old} -> {new}" if old and new and old != new else new or old
    says = change.new or change.old or ""
    if change.old is not None and change.new is not None and change.old != change.new:
        says = f"{change.old} -> {change.new}"
    because = f"  [{', '.join(change.because)}]" if change.because else ""
    return f"{change.sign} {cycle}{when}, {says}{because}"


def _objective(plan: Plan) -> Iterator[RenderableType]:
    for one in plan.objectives:
        if one.name == "changes":
            proven = "proven least" if one.proven else f"at least {figure(one.bound)}"
            yield paragraph(f"Changes weighed: {count(one.value, 'point')}, {proven}.")
