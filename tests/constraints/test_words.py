"""Keys of variables and rows in words."""

from __future__ import annotations

from planner.constraints.words import in_words, is_day


def test_the_days_of_a_key_read_as_dates() -> None:
    assert in_words(("s", 3, 739621)) == ("s", "3", "2026-01-05")
    assert [is_day(part) for part in ("s", 3, 739621)] == [False, False, True]
