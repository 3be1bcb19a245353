"""A demand is met, missed or not known, and says which."""

from __future__ import annotations

from benchmarks import asked
from benchmarks.asked import Asked


def _told(demand: Asked) -> str:
    return asked.table([demand]).splitlines()[-1]


def test_a_demand_of_seconds_is_met_up_to_its_bound_and_missed_beyond() -> None:
    assert _told(asked.at_most("solving", 0.3, 0.3)) == (
        "| solving | at most 0.3 s | 0.300 s | met |"
    )
    assert "**missed**" in _told(asked.at_most("solving", 0.3, 0.31))
    assert "**missed**" in _told(asked.below("--help", 0.2, 0.2))


def test_a_ratio_that_is_only_known_to_be_larger_misses_nothing() -> None:
    assert "at least 60.0 times | met" in _told(asked.at_least("x", 50, 60, " times", known=False))
    assert "not known" in _told(asked.at_least("x", 50, 40, " times", known=False))
    assert "**missed**" in _told(asked.at_least("x", 50, 40, " times"))


def test_what_was_not_measured_is_not_met() -> None:
    for demand in (asked.at_most("x", 1, None), asked.below("x", 1, None)):
        assert "not measured | not known" in _told(demand)
    assert asked.at_least("x", 1, None).met is None
