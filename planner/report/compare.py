"""Several policies side by side, for a terminal of 80 to 100 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

from planner.documents.compare import Comparison, Difference, FirstDifference
from planner.report.layout import Column, heading, items, lines, paragraph, table
from planner.report.terminal import LEAST_WIDTH, MOST_WIDTH, NO_ADVICE
from planner.report.text import day, in_force, shown, titled

_MOST_EVENTS: Final = 4
_LEAST_LABEL: Final = 14
_LEAST_VALUE: Final = 14
_MARGINS: Final = 2
_CRITERIA: Final = {"not-asked": "not known"}


def render(comparison: Comparison, console: Console) -> None:
    """Prints each policy's answer, what is not the same, and from which day on."""
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    for part in _parts(comparison):
        for line in lines(part, console, width):
            console.print(line, soft_wrap=True, highlight=False)


def _parts(comparison: Comparison) -> Iterator[RenderableType]:
    yield Text(titled(comparison.title), style="bold", overflow="fold")
    yield Text(comparison.indication)
    yield heading("Answers")
    heads = ("Policy", "Answer", "Criteria", "In force", "")
    columns = [Column(head, wraps=head == "") for head in heads]
    yield table(
        columns,
        (
            (
                one.policy.id,
                one.status,
                _CRITERIA.get(one.criteria, one.criteria),
                in_force(one.policy.effective_from, one.policy.effective_until),
                shown(one.says),
            )
            for one in comparison.policies
        ),
    )
    for one in comparison.policies:
        if one.set_aside:
            yield paragraph(f"{one.policy.id} was asked without {', '.join(one.set_aside)}.")
    ids = [one.policy.id for one in comparison.policies]
    if comparison.differences:
        yield heading("What differs")
        rows = ((row.what, *(_value(row, name) for name in ids)) for row in comparison.differences)
        yield table([Column("", wraps=True), *_columns(ids)], rows)
    elif len(ids) > 1:
        yield heading("Nothing differs")
    if comparison.first_differences:
        yield heading("First day on which they differ")
        yield items(_first(found) for found in comparison.first_differences)
    yield Text(f"\n{NO_ADVICE}")


def _columns(names: Sequence[str]) -> Iterator[Column]:
    """A column for each policy, none narrower than its name where there is room for all."""
    room = LEAST_WIDTH - _MARGINS * (len(names) + 1) - _LEAST_LABEL
    share = room // len(names)
    pinned = [name for name in names if len(name) > share]
    fit = sum(len(name) for name in pinned) + _LEAST_VALUE * (len(names) - len(pinned)) <= room
    for name in names:
        yield Column(name, wraps=True, width=len(name) if fit and name in pinned else None)


def _value(row: Difference, policy: str) -> str:
    value = row.values[policy]
    return shown(_CRITERIA.get(value, value) if row.what == "criteria" else value)


def _first(found: FirstDifference) -> tuple[str, str]:
    ours, theirs = found.policies
    says = f"{ours}: {_events(found.events[0])}. {theirs}: {_events(found.events[1])}."
    return f"{day(found.date)}, {found.kind}", says


def _events(events: Sequence[str]) -> str:
    more = len(events) - _MOST_EVENTS
    listed = [*events[:_MOST_EVENTS], *([f"{more} more"] if more > 0 else [])]
    return ", ".join(shown(event) for event in listed) or "nothing"
