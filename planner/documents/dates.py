"""Dates as people write them: every day that a text can stand for.

A text with one reading is that day, one with several is none: which was meant is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ t]0{1,2}:00(?::00(?:\.0+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIGURES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9})\.?,? )?"
    r"(?:(?P<first>\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?(?P<month>[a-z]{3,9})\.?"
    r"|(?P<name>[a-z]{3,9})\.?[ -](?P<second>\d{1,2})(?:st|nd|rd|th)?)"
    r"(?:, ?|[ -])(?P<year>\d{4})"
)
_STAMP = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]")
_CENTURIES = (1800, 1900, 2000, 2100)


def readings(text: str, first: date, last: date) -> tuple[date, ...]:
    """The days from ``first`` to ``last`` that a text may stand for, in their order.

    Read are year-month-day with any of ``-/.``, eight digits, days with the month's name, and
    three figures with the year at the end in the American order and in the European one.
    """
    words = " ".join(text.casefold().split())
    found = {day for day in _days(words) if first <= day <= last}
    return tuple(sorted(found))


def meant(value: object, first: date, last: date) -> str | None:
    """What a refused date was perhaps meant to be, as an error says it."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    days = readings(value, first, last)
    stamp = _STAMP.match(value)
    if not days and stamp:
        days = tuple(_day(*stamp.groups()))
    if len(days) > 1:
        spelt = " or ".join(f"{day.isoformat()} ({_spelt(day)})" for day in days)
        return f"it is {spelt}: write the one that is meant."
    return f"write {days[0].isoformat()}." if days else None


def _spelt(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


def _days(text: str) -> Iterator[date]:
    if iso := _ISO.fullmatch(text):
        yield from _day(iso[1], iso[3], iso[4])
    elif compact := _COMPACT.fullmatch(text):
        yield from _day(*compact.groups())
    elif figures := _FIGURES.fullmatch(text):
        one, two, three = figures[1], figures[3], figures[4]
        for year in _years(three):
            yield from _day(year, one, two)
            yield from _day(year, two, one)
        if len(three) == 2:
            for year in _years(one):
                yield from _day(year, two, three)
    elif named := _NAMED.fullmatch(text):
        yield from _named(named)


def _years(text: str) -> list[str]:
    return [text] if len(text) == 4 else [str(century + int(text)) for century in _CENTURIES]


def _day(year: str, month: str, day: str) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:
        return


def _named(found: re.Match[str]) -> Iterator[date]:
    name, number = found["month"] or found["name"], found["first"] or found["second"]
    month = _place(name, _MONTHS)
    if month is None:
        return
    for day in _day(found["year"], str(month + 1), number):
        weekday = found["weekday"]
        if weekday is None or _place(weekday, _WEEKDAYS) == day.weekday():
            yield day


def _place(word: str, names: tuple[str, ...]) -> int | None:
    """Where the one name stands that begins with a word of three letters or more."""
    word = "sep" if word == "sept" else word
    places = [place for place, name in enumerate(names) if name.startswith(word)]
    return places[0] if len(places) == 1 and len(word) >= 3 else None
