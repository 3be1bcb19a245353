"""The keys of variables and rows in words."""

from __future__ import annotations

from datetime import date
from typing import TypeGuard

from planner.constraints.system import Key
from planner.documents.base import FIRST_DAY, LAST_DAY


def in_words(key: Key) -> tuple[str, ...]:
    """The parts of a key, ordinals of days as dates."""
    return tuple(date.fromordinal(part).isoformat() if is_day(part) else str(part) for part in key)


def is_day(part: str | int) -> TypeGuard[int]:
    """Whether a part of a key is the ordinal of a day."""
    return isinstance(part, int) and FIRST_DAY.toordinal() <= part <= LAST_DAY.toordinal()
