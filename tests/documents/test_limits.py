"""A policy's caps, in the form of the files and in the earlier one."""

from __future__ import annotations

from typing import Any

import pytest

from planner.documents.clause import CycleRange
from planner.documents.limits import LimitClause, PerDays, as_limit

SCOPE: dict[str, Any] = {"section": "II", "says": "A cap.", "indications": ["adult-rr"]}
VIALS = LimitClause(rule="limit", of="vials", limit=28, per=PerDays(days=42), **SCOPE)
UNITS = LimitClause(
    rule="limit",
    of="units",
    limit=980,
    per=PerDays(days=84),
    cycles=CycleRange(first=6, last=9),
    **SCOPE,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"rule": "quantity", "limit": 28, "per_days": 42}, VIALS),
        ({"rule": "limit", "of": "vials", "limit": 28, "per_days": 42}, VIALS),
        (
            {"rule": "units", "limit": 980, "per_days": 84, "cycles": {"first": 6, "last": 9}},
            UNITS,
        ),
    ],
)
def test_a_cap_in_the_earlier_form_is_read_as_the_one_of_today(
    written: dict[str, Any], meant: LimitClause
) -> None:
    assert LimitClause.model_validate(as_limit(SCOPE | written)) == meant


def test_days_in_both_forms_are_left_for_the_form_to_refuse() -> None:
    both = SCOPE | {"rule": "limit", "of": "vials", "limit": 1, "per": {"days": 4}, "per_days": 4}
    assert as_limit(both) == both


@pytest.mark.parametrize(("cycle", "named"), [(5, False), (6, True), (9, True), (10, False)])
def test_a_cap_counts_the_first_and_the_last_cycle_that_it_names(cycle: int, named: bool) -> None:
    assert UNITS.names(cycle) is named
    assert VIALS.names(cycle)
