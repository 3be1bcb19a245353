"""Single values as people spell them: each reader gives the form of the files, or None.

A reader takes what has one meaning and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args

from planner.documents.base import WEEKDAYS, BagName, Weekday
from planner.documents.codes import diagnosis_form, state_named

_FLAGS = {"yes": True, "y": True, "on": True, "true": True} | {
    "no": False,
    "n": False,
    "off": False,
    "false": False,
}
_DAY_WORDS: dict[str, Weekday] = {
    spelling: day
    for day, spellings in zip(
        WEEKDAYS,
        (
            "mon monday mondays",
            "tue tues tuesday tuesdays",
            "wed weds wednesday wednesdays",
            "thu thur thurs thursday thursdays",
            "fri friday fridays",
            "sat saturday saturdays",
            "sun sunday sundays",
        ),
        strict=True,
    )
    for spelling in spellings.split()
}
_DAY_GROUPS: dict[str, tuple[Weekday, ...]] = {
    "weekdays": WEEKDAYS[:5],
    "weekend": WEEKDAYS[5:],
    "weekends": WEEKDAYS[5:],
    "daily": WEEKDAYS,
    "every day": WEEKDAYS,
    "any day": WEEKDAYS,
    "all days": WEEKDAYS,
}
_SPAN = re.compile(r"([a-z]+)\.? ?(?:-|\u2013|to|through|thru) ?([a-z]+)\.?")
_BAG = re.compile(r"(\d{1,3})[ -]?(h|hr|hrs|hour|hours|d|day|days)(?:[ -]bags?)?")
_NUMBER = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)) ?([a-z\u00b5\u03bc]+[2\u00b2]?(?:/day|/d)?)?")
# the unit that a key's last part stands for, and how people write it
_UNITS = {
    "kg": ("kg", "kgs", "kilogram", "kilograms"),
    "cm": ("cm", "centimeter", "centimeters", "centimetres"),
    "m2": ("m2", "m\u00b2"),
    "lb": ("lb", "lbs", "pound", "pounds"),
    "in": ("in", "inch", "inches"),
    "mcg": ("mcg", "ug", "\u00b5g", "\u03bcg", "mcg/day", "mcg/d"),
    "days": ("d", "day", "days"),
    "ahead": ("d", "day", "days"),
    "age": ("y", "yr", "yrs", "year", "years"),
    "vials": ("vial", "vials"),
    "units": ("unit", "units"),
    "cycles": ("cycle", "cycles"),
    "percent": ("%", "percent"),
}


def bag_hours(name: str) -> int:
    """The hours of a bag's name: '24h' has 24, '7d' has 168."""
    return int(name[:-1]) * (24 if name.endswith("d") else 1)


_BAGS: dict[int, str] = {bag_hours(name): name for name in get_args(BagName)}


def flag(text: str) -> bool | None:
    """``yes``, ``No``, ``on``, ``off``."""
    return _FLAGS.get(text.strip().casefold())


def weekdays(text: str) -> tuple[Weekday, ...] | None:
    """The weekdays of ``Tue``, ``mondays``, ``Mon-Fri``, ``sat to mon``, ``weekdays``."""
    words = " ".join(text.casefold().split()).removesuffix(".")
    if words in _DAY_GROUPS:
        return _DAY_GROUPS[words]
    if words in _DAY_WORDS:
        return (_DAY_WORDS[words],)
    span = _SPAN.fullmatch(words)
    if span is None or not {span[1], span[2]} <= _DAY_WORDS.keys():
        return None
    first, last = (WEEKDAYS.index(_DAY_WORDS[word]) for word in span.groups())
    return tuple(WEEKDAYS[(first + n) % 7] for n in range((last - first) % 7 + 1))


def bag(text: str) -> str | None:
    """The bag of ``7 days``, ``7-day``, ``7D``, ``24 hours``, ``1 day``."""
    found = _BAG.fullmatch(" ".join(text.casefold().split()))
    if found is None:
        return None
    return _BAGS.get(int(found[1]) * (24 if found[2].startswith("d") else 1))


def word(text: str, known: Sequence[str]) -> str | None:
    """The one of the known words that differs in case, hyphens, underscores and blanks at most."""
    fitting = [choice for choice in known if _bare(choice) == _bare(text)]
    return fitting[0] if len(fitting) == 1 else None


def _bare(text: str) -> str:
    return re.sub(r"[-_ ]+", "-", text.strip(" ").casefold())


def number(text: str, key: str) -> int | Decimal | None:
    """A number in quotes, or with the unit that its key stands for: ``70 kg`` under weight_kg."""
    found = _NUMBER.fullmatch(" ".join(text.casefold().split()))
    if found is None or len(found[1]) > 16:
        return None
    if found[2] and found[2] not in _UNITS.get(key.rsplit("_", 1)[-1], ()):
        return None
    return Decimal(found[1]) if "." in found[1] else int(found[1])


def whole(value: object) -> int | None:
    """A decimal without a fraction: ``28.0`` is 28."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < 10**16:
        return int(value) if value == value.to_integral_value() else None
    return None


def coded(text: str, key: str) -> str | None:
    """A state by its name or postal code, an ICD-10-CM code in small letters or without its dot."""
    readers: dict[str, Any] = {"state": state_named, "diagnosis": diagnosis_form}
    found: str | None = readers[key](text) if key in readers else None
    return found
