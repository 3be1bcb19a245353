"""Two calendars beside each other, in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.documents.options import Measured
from planner.fleet.beside import beside, gap_words

STARTS = {4: date(2026, 12, 24), 5: date(2027, 2, 4)}


def one(
    shifts: tuple[int, int] = (0, 0), changes: int = 45, vials: int = 66, dispenses: int = 2
) -> Measured:
    moved = dict(zip(STARTS, shifts, strict=True))
    return Measured(
        delay_days=max(sum(shifts), 0),
        bag_changes=changes,
        vials=vials,
        vials_dispensed=vials - 10,
        dispenses=dispenses,
        starts={n: start + timedelta(days=moved[n]) for n, start in STARTS.items()},
        last_day=date(2027, 3, 4),
    )


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (one((4, 4), 13, 58), "4 days later: 32 visits and 8 vials fewer"),
        (one((0, 4), 29, 62), "cycle 5 4 days later: 16 visits and 4 vials fewer"),
        (one((2, 4), 23, 62, 3), "6 days later in all, over 2 cycles: 22 visits and 4 vials fewer"),
        (one((-1, -1), 46), "1 day earlier: 1 visit more"),
        (one((-1, 1), 44), "no later in all: 1 visit fewer"),
        (one((0, 0), 40, 68, 1), "on the same starts: 5 visits and 1 dispense fewer, 2 vials more"),
        (one(), "on the same starts: no other difference"),
    ],
)
def test_another_calendar_is_told_by_what_differs(other: Measured, words: str) -> None:
    told = beside(one(), other)
    assert told == (f"{words}, 1 dispense more" if other.dispenses == 3 else words)


def test_what_was_not_looked_through_is_told_by_its_caps() -> None:
    assert gap_words((5, None, 61, None)) == "calendars of at most 5 days of delay and 61 vials"
    assert gap_words((None, 12, None, 1)) == "calendars of at most 12 visits and 1 dispense"
    assert gap_words((None,) * 4) == "every other calendar"
