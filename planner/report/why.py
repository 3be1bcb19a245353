"""Why a calendar is as it is, for a terminal of 80 to 100 columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.text import Text

from planner.documents.why import Against, Why
from planner.report.layout import heading, items, lines, paragraph
from planner.report.terminal import LEAST_WIDTH, MOST_WIDTH
from planner.report.text import shown


def render(why: Why, console: Console) -> None:
    """Prints question by question what there is to say."""
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    for part in _parts(why):
        for line in lines(part, console, width):
            console.print(line, soft_wrap=True, highlight=False)


def _parts(why: Why) -> Iterator[RenderableType]:
    yield Text(shown(why.what), style="bold", overflow="fold")
    for answer in why.answers:
        yield heading(answer.asks)
        for says in answer.says:
            yield paragraph(says)
        if answer.against:
            yield items((_named(one), shown(one.says)) for one in answer.against)


def _named(one: Against) -> str:
    where = f" (line {one.line})" if one.line is not None else ""
    return f"{shown(one.named)}{where}"
