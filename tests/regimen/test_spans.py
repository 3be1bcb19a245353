"""Lengths of time."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from planner.documents.policy import Span
from planner.regimen.spans import last_day


@pytest.mark.parametrize(
    ("start", "count", "unit", "last"),
    [
        (date(2026, 1, 5), 28, "days", date(2026, 2, 1)),  # 5 + 27 = 32 January
        (date(2026, 1, 5), 1, "days", date(2026, 1, 5)),
        (date(2026, 1, 5), 24, "weeks", date(2026, 6, 21)),  # 168 days
        (date(2026, 1, 5), 30, "weeks", date(2026, 8, 2)),  # 210 days
        (date(2026, 1, 5), 6, "months", date(2026, 7, 4)),
        (date(2026, 1, 1), 1, "months", date(2026, 1, 31)),
        (date(2026, 11, 15), 3, "months", date(2027, 2, 14)),  # over the turn of the year
        (date(2026, 12, 1), 12, "months", date(2027, 11, 30)),
        # there is no 31 February: it ends with its month
        (date(2027, 12, 31), 2, "months", date(2028, 2, 29)),
        (date(2026, 1, 31), 1, "months", date(2026, 2, 28)),
        (date(2026, 5, 31), 9, "months", date(2027, 2, 28)),
        (date(2026, 5, 29), 9, "months", date(2027, 2, 28)),
        (date(2026, 5, 28), 9, "months", date(2027, 2, 27)),  # the day before 28 February
    ],
)
def test_the_last_day_of_a_span_belongs_to_it(
    start: date, count: int, unit: Literal["days", "weeks", "months"], last: date
) -> None:
    assert last_day(start.toordinal(), Span(count=count, unit=unit)) == last.toordinal()
