"""Appendix 2: who serves a place for Medicare Part B."""

from __future__ import annotations

import pytest

from planner.documents.contractors import Contractors, contractor, needs_county
from planner.documents.load import load_contractors

TABLE: Contractors = load_contractors().contractors


@pytest.mark.parametrize(
    ("state", "jurisdiction"),
    [("OR", "F (2 & 3)"), ("CNMI", "E (1)"), ("MP", "E (1)"), ("OH", "15"), ("DC", "L (12)")],
)
def test_a_state_has_its_jurisdiction(state: str, jurisdiction: str) -> None:
    row = contractor(TABLE, state)
    assert row is not None
    assert row.jurisdiction == jurisdiction


@pytest.mark.parametrize(
    "place",
    [
        "Arlington",
        "Fairfax",
        "fairfax county",
        "Alexandria",
        "City of Alexandria",
        "Alexandria city",
    ],
)
def test_three_places_of_virginia_belong_with_the_capital(place: str) -> None:
    row = contractor(TABLE, "VA", place)
    assert row is not None
    assert row.jurisdiction == "L (12)"


@pytest.mark.parametrize("place", [None, "Henrico", "City of Fairfax", "Alexandria County"])
def test_the_rest_of_virginia_does_not(place: str | None) -> None:
    """The exception names Fairfax county, not the city of that name."""
    row = contractor(TABLE, "VA", place)
    assert row is not None
    assert row.jurisdiction == "M (11)"


def test_the_exception_holds_in_virginia_only() -> None:
    assert needs_county(TABLE, "VA")
    assert not needs_county(TABLE, "TX")
    row = contractor(TABLE, "TX", "Arlington")
    assert row is not None
    assert row.jurisdiction == "H (4 & 7)"


def test_an_unknown_state_has_no_contractor() -> None:
    assert contractor(TABLE, "XX") is None


def test_every_state_and_territory_is_served_once() -> None:
    """50 states, the District of Columbia, and AS, GU, CNMI, PR, VI."""
    states = [state for row in TABLE.rows for state in row.states]
    assert len(states) == len(set(states)) == 56
