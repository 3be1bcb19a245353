"""Tables and paragraphs for a terminal: plain text cells, no line wider than the screen.

What is given as ``str`` is shown and never obeyed, markup and control characters in it included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planner.report.text import shown

Cell = str | Text


@dataclass(frozen=True)
class Column:
    """A table's column. Figures stand ``right``; ``wraps`` marks the ones with free text, as
    wide as ``width`` says, or as there is room."""

    head: str
    right: bool = False
    wraps: bool = False
    width: int | None = None


def table(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Padding:
    """Returns a table with a ruled head, two spaces in from the margin.

    Cells are text, never markup. A column that does not wrap keeps its full width.
    """
    grid = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False
    )
    for column in columns:
        grid.add_column(
            Text(shown(column.head)),
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            width=column.width,
            overflow="fold",
        )
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(shown(cell)) for cell in row))
    return Padding(grid, (0, 0, 0, 2))


def items(lines: Iterable[tuple[str, str]], widest_term: int = 36) -> Padding:
    """Returns a list of ``(term, explanation)``; long ones wrap beside one another."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=False, overflow="fold", max_width=widest_term)
    grid.add_column(overflow="fold")
    for term, explanation in lines:
        grid.add_row(Text(shown(term)), Text(shown(explanation)))
    return Padding(grid, (0, 0, 0, 2))


def paragraph(words: str, style: str = "") -> Padding:
    """Returns running text, two spaces in from the margin."""
    return Padding(Text(shown(words), style=style, overflow="fold"), (0, 0, 0, 2))


def heading(words: str) -> Text:
    """Returns the heading of a section, a blank line above it."""
    return Text(f"\n{shown(words)}", style="bold")


def lines(part: RenderableType, console: Console, width: int) -> Iterator[Text]:
    """Returns a part line by line at ``width`` columns, nothing blank at a line's end.

    The width holds even on a console that is narrower.
    """
    options = console.options.update(width=width, highlight=False)
    for segments in console.render_lines(part, options, pad=False):
        line = Text()
        for segment in segments:
            line.append(segment.text, segment.style)
        line.rstrip()
        yield line
