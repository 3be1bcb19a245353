"""Options side by side: on a terminal of 80 to 100 columns, and as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

from planner.documents.options import Option, Options
from planner.documents.printed import document_json
from planner.report.artefacts import write_whole
from planner.report.layout import Column, heading, items, lines, paragraph, table
from planner.report.terminal import LEAST_WIDTH, MOST_WIDTH, NO_ADVICE, TIME_UP
from planner.report.text import count, figure, shown, titled

MOST_GAPS: Final = 4
EACH: Final = (
    "Each is a calendar that exists. None is better than another in delay, visits (bag changes), "
    "vials or dispenses without being worse in one of them."
)
IDEAL: Final = (
    "The plan is the best in everything at once: however late, no calendar has fewer visits (bag "
    "changes), vials or dispenses."
)
HEADS: Final = ("Option", "Delay", "Visits", "Vials to send", "Dispenses", "Last day")


def render(options: Options, console: Console) -> None:
    """Prints the options, what was not looked through, and what readings cost."""
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    for part in _parts(options):
        for line in lines(part, console, width):
            console.print(line, soft_wrap=True, highlight=False)


def write_options(options: Options, folder: Path) -> list[Path]:
    """Writes options.json and options.html into a folder, made if need be; returns their paths.

    Raises:
        OSError: a file cannot be written; then none is, but where the fault is in a last renaming.
    """
    from planner.report.options_html import options_html

    texts = {"options.json": document_json(options), "options.html": options_html(options)}
    return write_whole(folder, {name: text.encode() for name, text in texts.items()})


def says_of_all(options: Options) -> str:
    """What the options are together, in a sentence or two."""
    if options.complete and len(options.options) == 1 and options.options[0].as_planned:
        return IDEAL
    return EACH


def cells(option: Option) -> tuple[str, ...]:
    """An option's figures, under ``HEADS``."""
    return (
        f"{option.option}{'' if option.proven else '?'}",
        count(option.delay_days, "day"),
        figure(option.bag_changes),
        figure(option.vials_dispensed),
        figure(option.dispenses),
        option.last_day.isoformat() if option.last_day else "",
    )


def gaps_told(options: Options) -> list[str]:
    """What was not looked through, the first few one by one."""
    told = [shown(gap.says) for gap in options.gaps[:MOST_GAPS]]
    more = len(options.gaps) - len(told)
    return [*told, *([f"{more} more like these (--json)"] if more else [])]


def _parts(options: Options) -> Iterator[RenderableType]:
    title = titled(options.scenario.title)
    yield Text(title, style="bold", overflow="fold")
    yield Text(f"{options.indication}, policy {shown(options.policy.id)}", overflow="fold")
    yield heading("Options")
    numbers = HEADS[:5]
    columns = [Column(head, right=head in numbers) for head in HEADS]
    rows = ((*cells(one), shown(one.says)) for one in options.options)
    yield table([*columns, Column("Beside the plan", wraps=True)], rows)
    yield paragraph(says_of_all(options))
    if not all(option.proven for option in options.options):
        yield paragraph("? A better one may exist: this was not settled.")
    if options.gaps:
        yield heading("Not looked through")
        yield items(("-", words) for words in gaps_told(options))
    if options.readings:
        yield heading("Were the policy read otherwise")
        yield items(
            (f"{shown(one.reading)}: {shown(one.other)} for {shown(one.chosen)}", shown(one.says))
            for one in options.readings
        )
    if options.stopped is not None:
        yield paragraph(f"\n{TIME_UP}")
    if len(options.options) > 1:
        yield Text("\n  --take N plans an option; -o DIR draws a picture of all.", style="dim")
    yield Text(f"\n{NO_ADVICE}")
