"""Exact numbers, whole days, nothing coerced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planner.documents.base import CycleKey, Day, Document, Exact, Flag, Whole


class Sample(Document):
    """One field of each kind."""

    exact: Exact = Decimal(0)
    whole: Whole = 0
    flag: Flag = False
    day: Day = date(2026, 1, 5)
    by_cycle: Mapping[CycleKey, Whole] = {}


@given(st.decimals(-(10**9), 10**9, places=6, allow_nan=False))
def test_an_exact_number_comes_back_from_json_unchanged(number: Decimal) -> None:
    text = Sample(exact=number).model_dump_json()
    assert Sample.model_validate_json(text).exact == number
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal)["exact"] == number


def test_a_float_is_read_by_its_shortest_decimal_form() -> None:
    assert Sample.model_validate({"exact": 0.1}).exact == Decimal("0.1")


@pytest.mark.parametrize(
    "values",
    [
        {"exact": "1"},
        {"exact": True},
        {"exact": float("nan")},
        {"exact": float("inf")},
        {"exact": Decimal("1e31")},
        {"exact": Decimal("1.2345678901234567")},
        {"whole": "1"},
        {"whole": True},
        {"whole": 1.0},
        {"flag": 1},
        {"flag": "yes"},
        {"day": "2026-02-30"},
        {"day": "2026-1-5"},
        {"day": "2026-01-05T00:00:00"},
        {"day": datetime(2026, 1, 5)},  # a time of day is no part of a whole day
        {"day": 20260105},
        {"day": "1989-12-31"},
        {"day": "2101-01-01"},
        {"by_cycle": {"0": 1}},
        {"by_cycle": {"one": 1}},
        {"more": 1},
    ],
    ids=str,
)
def test_refuses_what_would_have_to_be_guessed(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate(values)


def test_cycles_as_keys_are_text_in_files_and_numbers_in_code() -> None:
    sample = Sample.model_validate({"by_cycle": {"6": 1, 7: 2}})
    assert sample.by_cycle == {6: 1, 7: 2}
    assert Sample.model_validate_json(sample.model_dump_json()) == sample
