"""A picture of a conflict: what stands where, in whole pixels, under which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from planner.report.grids import Grid
from planner.report.svg import DIGIT, MARGIN, Area, Box, Words

LEAST_WIDTH: Final = 640
DAYS_PER_TICK: Final = 7
TICK_DROP: Final = 20


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

    width: int
    height: int
    under: tuple[Rule, ...] = ()
    ticks: tuple[Words, ...] = ()
    areas: tuple[Area, ...] = ()
    boxes: tuple[Box, ...] = ()
    over: tuple[Rule, ...] = ()
    words: tuple[Words, ...] = ()


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


def ticks(first: date, days: int, per_day: int, base: int) -> Iterator[tuple[Rule, Words]]:
    """Returns a mark and a date under ``base`` for as many weeks as dates fit beside another."""
    apart = DAYS_PER_TICK * -(-DIGIT * len("2026-01-05 ") // (DAYS_PER_TICK * per_day))
    for offset in range(0, days, apart):
        x = MARGIN + offset * per_day
        mark = Rule("grid", x, base, x, base + TICK_DROP)
        if (days - offset) * per_day >= DIGIT * len("2026-01-05"):
            yield mark, Words(x + 3, base + TICK_DROP, (first + timedelta(days=offset)).isoformat())
