"""Small cases: built by hand, or drawn."""

from __future__ import annotations

from tests.oracle.builders import MONDAY, day, small_drug, small_policy, small_scenario
from tests.oracle.drawn import Triple, small_case, small_cases

__all__ = [
    "MONDAY",
    "Triple",
    "day",
    "small_case",
    "small_cases",
    "small_drug",
    "small_policy",
    "small_scenario",
]
