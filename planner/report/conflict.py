"""A conflict for the counter: what clashes, how it is proven, what would help."""

from __future__ import annotations

from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

from planner.documents.conflict import Conflict, ConflictMember, Remedy, Window
from planner.report.layout import Column, items, lines, table
from planner.report.overflow import overflow_bars, overflow_title, running, when
from planner.report.text import bag_left_out, count, shown

WIDE: Final = 80
WIDE_BAR: Final = 30
NARROW_BAR: Final = 18

NO_ADVICE: Final = (
    "This says which dates and quantities a payer's policy leaves no room for. It gives no advice "
    "on treatment; whether and how to treat is for the prescriber to decide."
)
_PROOF = {
    "farkas": "one weighted sum of its rules contradicts itself, recomputed in exact fractions",
    "cases": "in every case a weighted sum of its rules contradicts itself, recomputed in exact "
    "fractions",
    "second-engine": "a second engine agrees",
}
_BY = {"request": "", "pharmacy": "the pharmacy: ", "payer": ""}


def render(conflict: Conflict, console: Console) -> None:
    """Prints the conflict: one sentence, its members with their lines, the proof, the remedies."""
    title = conflict.scenario.title
    _say(console, Text(f"No compliant calendar exists: {shown(title)}" if title else _NONE))
    _say(console, Text(f"{shown(conflict.because).rstrip('.')}."))
    if conflict.window is not None:
        _window(console, conflict.window)
    console.print()
    _say(console, Text("What cannot hold together"))
    for member in conflict.conflict:
        _item(console, f"{shown(member.id)}{_where(member)}: {shown(member.says)}")
    minimal = (
        "Leave any one of them out and a calendar exists."
        if conflict.minimal
        else "It is not proven that each of them is needed."
    )
    _say(console, Text(minimal))
    _say(console, Text(f"Proof: {_PROOF[conflict.certificate.kind]}."))
    if conflict.left_out:
        console.print()
        _say(console, Text("Bag lengths left out"))
        for one in conflict.left_out:
            _item(console, bag_left_out(one))
    _remedies(console, conflict.remedies)
    if conflict.also:
        console.print()
        _say(console, Text("It also fails for"))
        for other in conflict.also:
            _item(console, shown(f"{', '.join(other.members)}: {other.because}"))
    console.print()
    _say(console, Text(NO_ADVICE, style="dim"))


_NONE = "No compliant calendar exists"


def _window(console: Console, window: Window) -> None:
    """The window as a table, an entry a row, with a bar that passes the mark of the limit."""
    bars = overflow_bars(window, NARROW_BAR if console.width < WIDE else WIDE_BAR)
    columns = (
        Column("Date"),
        Column(window.unit.capitalize(), right=True),
        Column("So far", right=True),
        Column(f"| is {window.limit:,}"),
    )
    rows = (
        (when(entry), f"{entry.amount:,}", f"{so_far:,}", bar)
        for (entry, so_far), bar in zip(running(window), bars, strict=True)
    )
    console.print()
    _say(console, Text(overflow_title(window)))
    _say(console, table(columns, rows))


def _where(member: ConflictMember) -> str:
    if member.kind == "clause":
        return ""
    if member.event is not None:
        return f" (event: {shown(member.event)})"
    if member.line is not None:
        return f" (line {member.line})"
    return " (assumed)" if member.assumed else ""


def _remedies(console: Console, remedies: tuple[Remedy, ...]) -> None:
    console.print()
    if not remedies:
        _say(console, Text("No single change that was tried gives a calendar."))
        return
    _say(console, Text("What would help (each was tried)"))
    for remedy in remedies:
        costs = remedy.costs
        cost = ""
        if costs:
            cost = (
                f" [{count(costs.get('delay', 0), 'day')} of delay, "
                f"{count(costs.get('vials', 0), 'vial')}, "
                f"{count(costs.get('dispenses', 0), 'dispense')}]"
            )
        _item(console, f"{_BY[remedy.by]}{shown(remedy.says)}{cost}")


def _item(console: Console, text: str) -> None:
    _say(console, items([("-", text)]))


def _say(console: Console, part: RenderableType) -> None:
    """Prints a part as wide as the screen, nothing blank at a line's end."""
    for line in lines(part, console, console.width):
        console.print(line)
