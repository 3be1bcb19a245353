"""A course whose dates may leave those that a plan can name."""

from __future__ import annotations

from typing import Any

import pytest

from planner.regimen.reach import out_of_reach
from tests.regimen.samples import course


def found(pharmacy: dict[str, Any] | None = None, **request: Any) -> list[str]:
    made = course(pharmacy=pharmacy, request={"cycles": 1, "max_delay_days": 0, **request})
    return [finding.found for finding in out_of_reach(made)]


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("2100-06-05", []),
        ("2100-06-06", ["a course that may last until 2101-01-01"]),
    ],
)
def test_the_last_authorization_ends_by_the_last_date(first: str, says: list[str]) -> None:
    """30 weeks from 5 June 2100 are 210 days, the last of them 31 December."""
    assert found(first_infusion=first) == says


def test_the_delay_that_is_allowed_counts() -> None:
    assert found(first_infusion="2100-06-05", max_delay_days=1) != []
    assert found(first_infusion={"earliest": "2100-06-04", "latest": "2100-06-06"}) != []


def test_vials_leave_from_the_first_date_on() -> None:
    # 9 days ahead of 10 January, and no renewal is asked for
    ahead = {"max_days_ahead": 9, "renewal_lead_days": 0}
    assert found(pharmacy=ahead, first_infusion="1990-01-10") == []
    assert found(pharmacy=ahead, first_infusion="1990-01-09") == [
        "a course with dates from 1989-12-31 on"
    ]
