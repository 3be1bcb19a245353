"""The answer to the criteria as a pharmacist reads it, on 80 to 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planner.documents.criteria import CriteriaAnswer, LeafAnswer
from planner.report.layout import Column, heading, lines, table
from planner.report.text import day, shown, titled

LEAST_WIDTH: Final = 80
MOST_WIDTH: Final = 100
NO_ADVICE: Final = (
    "These are a payer's criteria, asked of the facts that the scenario gives. Give the facts as "
    "the patient's record has them. Whether and how to treat is for the prescriber to decide."
)

_KINDS: Final = {"initial": "Initial approval criteria", "renewal": "Renewal criteria"}
_STATUS: Final = {"met": "MET", "not-met": "NOT MET", "undecided": "NOT DECIDED"}
_VERDICTS: Final = {"met": "met", "not-met": "NOT MET", "unknown": "unknown"}
_STYLES: Final = {"met": "", "not-met": "bold", "unknown": "italic"}


def render(answer: CriteriaAnswer, console: Console) -> None:
    """Prints an answer: status, routes, every question asked, what is missing, what to review.

    Free text is printed as text: neither markup nor control characters in it have any effect.
    """
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    for part in _parts(answer):
        for line in lines(part, console, width):
            console.print(line, soft_wrap=True, highlight=False)


def render_refusal(answer: CriteriaAnswer, console: Console) -> None:
    """Prints that there is no calendar because the criteria are not met: which of them, and the
    shortest way to meet them."""
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    for part in _refusal(answer):
        for line in lines(part, console, width):
            console.print(line, soft_wrap=True, highlight=False)


def _refusal(answer: CriteriaAnswer) -> Iterator[RenderableType]:
    yield from _title(answer)
    yield Text("No calendar: the payer's criteria of approval are not met.")
    yield heading("Not met")
    yield _questions(leaf for leaf in answer.leaves if leaf.bears and leaf.verdict == "not-met")
    yield from _way(answer)
    yield from _readings(answer)
    yield Text(
        "\n'planner criteria' lists every question. --ignore-criteria plans in spite of them and "
        "marks the plan as not covered.",
        overflow="fold",
    )
    yield Text(f"\n{NO_ADVICE}", overflow="fold")


def _parts(answer: CriteriaAnswer) -> Iterator[RenderableType]:
    yield from _title(answer)
    yield from _routes(answer, counts=True)
    yield from _leaves(answer)
    yield from _missing(answer)
    yield from _way(answer)
    yield from _readings(answer)
    yield from _routes(answer, counts=False)
    if answer.notes:
        yield heading("For a reviewer")
        for note in answer.notes:
            yield _indented(f"- {shown(note)}")
    yield Text(f"\n{NO_ADVICE}", overflow="fold")


def _title(answer: CriteriaAnswer) -> Iterator[RenderableType]:
    yield Text(titled(answer.title), style="bold", overflow="fold")
    start = day(answer.start_from)
    if answer.start_to != answer.start_from:
        start += f" to {day(answer.start_to)}"
    yield Text(f"{_KINDS[answer.kind]}, {answer.indication}, first infusion {start}")
    yield Text(f"Policy {shown(answer.policy)} ({shown(answer.revision)})", overflow="fold")
    met = [route.id for route in answer.routes if route.counts and route.status == "met"]
    met = met or list(answer.by_cases)
    by = f" by {shown(', '.join(met))}" if met else ""
    yield Text(f"\n{_STATUS[answer.status]}{by}", style="bold", overflow="fold")


def _routes(answer: CriteriaAnswer, *, counts: bool) -> Iterator[RenderableType]:
    """The routes of this indication, or those of others that the patient's age allows for."""
    found = [route for route in answer.routes if (route.counts if counts else route.overlap)]
    if not found:
        return
    yield heading("Routes" if counts else "Routes of other indications (they do not count)")
    columns = [Column("Outcome"), Column("Route"), Column("", wraps=True)]
    yield table(
        columns,
        (
            (Text(_VERDICTS[route.status], _STYLES[route.status]), route.id, shown(route.says))
            for route in found
        ),
    )


def _leaves(answer: CriteriaAnswer) -> Iterator[RenderableType]:
    yield heading("Criteria")
    yield _questions(leaf for leaf in answer.leaves if leaf.counts)


def _questions(leaves: Iterable[LeafAnswer]) -> Padding:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for leaf in leaves:
        says = f"{shown(leaf.id)} ({shown(leaf.section)})\n{shown(leaf.says)}"
        if leaf.found:
            says += f" Found: {shown(leaf.found)}"
        grid.add_row(Text(_VERDICTS[leaf.verdict], _STYLES[leaf.verdict]), Text(says))
    return Padding(grid, (0, 0, 0, 2))


def _missing(answer: CriteriaAnswer) -> Iterator[RenderableType]:
    if answer.missing:
        yield heading("Missing: the fewest facts that decide it, whatever they turn out to be")
        for path in answer.missing:
            yield Text(f"  {shown(path)}")


def _way(answer: CriteriaAnswer) -> Iterator[RenderableType]:
    if answer.status == "met":
        return
    if not answer.to_meet:
        yield heading("No fact would meet them")
        return
    yield heading("The shortest way to meet them")
    columns = [Column("Fact"), Column("Found", wraps=True), Column("Needs", wraps=True)]
    yield table(
        columns,
        ((change.fact, shown(change.found), shown(change.needs)) for change in answer.to_meet),
    )


def _readings(answer: CriteriaAnswer) -> Iterator[RenderableType]:
    if not (answer.outcomes or answer.never_met):
        return
    yield heading("Readings")
    used = answer.outcomes[0].readings if answer.outcomes else {}
    for name in used:
        yield Text(f"  {shown(name)}: {shown(str(answer.readings[name]))}")
    if answer.depends_on_reading:
        yield Text("  The outcome depends on a reading: a reviewer decides.", style="bold")
        for outcome in answer.outcomes:
            if outcome.can_be_met:
                choices = (f"{name}: {choice}" for name, choice in outcome.readings.items())
                yield _indented(f"{_VERDICTS[outcome.status]} with {', '.join(choices)}")
    for never in answer.never_met:
        chosen = "chosen here" if never.chosen else "not chosen"
        proof = f"proven, {never.engine}" if never.proven else "not proven by the solver"
        name = f"{never.reading}: {never.choice} ({chosen})"
        yield _indented(f"{name}. {shown(never.says)} ({shown(proof)})")


def _indented(words: str) -> Padding:
    return Padding(Text(shown(words), overflow="fold"), (0, 0, 0, 2))
