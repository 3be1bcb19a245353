"""The growth table as data, and what is read between its rows."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from planner.documents.growth import GrowthRow, bounds, growth, least_at, months_of, most_at

TABLES = {"kg": growth().kg, "cm": growth().cm}


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_a_growth_table_rises_with_age_up_to_twenty_years(rows: tuple[GrowthRow, ...]) -> None:
    assert rows[0].months == 0
    assert rows[-1].months == 240
    for young, old in pairwise(rows):
        assert young.months < old.months
        for sex in ("female", "male"):
            low, high = getattr(young, sex)
            assert low < high
            assert low < getattr(old, sex)[0]
            assert high < getattr(old, sex)[1]


def test_the_table_says_where_it_comes_from() -> None:
    table = growth()
    assert (table.revision, table.grade) == ("2000", "A")
    assert [int(percentile) for percentile in table.percentiles] == [3, 97]
    assert "CDC" in table.source


def test_the_widest_of_both_sexes_counts() -> None:
    """At 84.5 months: girls 17.73 to 33.37 kg, boys 18.26 to 32.53."""
    assert least_at(growth().kg, Decimal("84.5")) == Decimal("17.73")
    assert most_at(growth().kg, Decimal("84.5")) == Decimal("33.37")


def test_between_two_rows_values_lie_on_a_straight_line() -> None:
    # half-way from 84.5 to 96.5 months: (33.37 + 38.54) / 2
    assert most_at(growth().kg, Decimal("90.5")) == Decimal("35.955")
    assert most_at(growth().kg, Decimal(300)) == Decimal("100.78")


def test_a_height_is_that_of_a_usual_child_of_some_age() -> None:
    # 84.5 months: (111.87 + 132.73) / 2 = 122.3 cm
    assert months_of(growth().cm, Decimal("122.3")) == Decimal("84.5")
    assert months_of(growth().cm, Decimal(30)) == 0


def test_what_is_unlikely_lies_within_what_is_possible() -> None:
    own = bounds()
    for span in (own.child.kg, own.child.cm, own.adult.kg, own.adult.kg_per_m2, own.surface):
        (least, most), (low, high) = span.impossible, span.unlikely
        assert least < low < high < most
