"""Numbers and dates as the sentences of a conflict have them."""

from __future__ import annotations

from datetime import date


def short(day: date) -> str:
    """A date as a sentence has it: 5 Jan 2026."""
    return f"{day.day} {day:%b} {day.year}"


def short_day(ordinal: int) -> str:
    """The same, of a proleptic ordinal."""
    return short(date.fromordinal(ordinal))


def counted(count: int, one: str) -> str:
    """A count with its noun, thousands set apart: 1 day, 2 days, 1,015 units."""
    return f"{count} {one}" if count == 1 else f"{count:,} {one}s"
