"""A picture of a conflict: what stands where, in whole pixels, under which words.

It is laid out for the width of a phone, so that what is too much or too late is seen at once; where
there is room the page draws it larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from planner.report.grids import Grid
from planner.report.svg import DIGIT, MARGIN, Area, Box, Words

SPAN: Final = 312
WIDTH: Final = SPAN + 2 * MARGIN
DAYS_PER_TICK: Final = 7
TICK_DROP: Final = 20
DATE_WIDTH: Final = DIGIT * len("2026-01-05")


@dataclass(frozen=True)
class Dates:
    """``days`` dates from ``first`` on, beside one another over the whole picture."""

    first: date
    days: int

    def x(self, date_: date) -> int:
        """Where a date begins."""
        return MARGIN + (date_ - self.first).days * SPAN // self.days

    def width(self, first: date, last: date) -> int:
        """How wide the dates ``first`` .. ``last``, both included, are together."""
        return self.x(last + timedelta(days=1)) - self.x(first)


@dataclass(frozen=True)
class Rule:
    """A straight line; ``kind`` says how it is drawn."""

    kind: str
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class Drawing:
    """Shapes in the order they are drawn: ``under`` first, ``over`` after boxes."""

    height: int
    under: tuple[Rule, ...] = ()
    ticks: tuple[Words, ...] = ()
    areas: tuple[Area, ...] = ()
    boxes: tuple[Box, ...] = ()
    over: tuple[Rule, ...] = ()
    words: tuple[Words, ...] = ()

    @property
    def width(self) -> int:
        """The width of every picture, in pixels."""
        return WIDTH


@dataclass(frozen=True)
class Picture:
    """A drawing with its title, what it shows in words, how to read it, and its data."""

    id: str
    about: str
    title: str
    description: str
    key: str
    drawing: Drawing
    table: Grid


def ticks(dates: Dates, base: int) -> Iterator[tuple[Rule, Words]]:
    """Returns a mark and a date under ``base`` for as many weeks as dates fit beside another."""
    apart = DAYS_PER_TICK
    while apart * SPAN // dates.days < DATE_WIDTH + DIGIT:
        apart += DAYS_PER_TICK
    for offset in range(0, dates.days, apart):
        date_ = dates.first + timedelta(days=offset)
        x = dates.x(date_)
        if x + 3 + DATE_WIDTH <= WIDTH:
            words = Words(x + 3, base + TICK_DROP, date_.isoformat())
            yield Rule("grid", x, base, x, base + TICK_DROP), words
