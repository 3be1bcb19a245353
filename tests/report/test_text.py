"""Words and figures of the printed reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.documents.plan import PlannedBag
from planner.report.text import bar, count, figure, runs, shown, sources


@given(st.text())
def test_shown_text_never_holds_a_control_character(text: str) -> None:
    safe = shown(text)

    assert safe.isprintable()
    safe.encode()


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"])))
def test_readable_text_is_shown_as_it_is(text: str) -> None:
    assert shown(text) == text


@given(st.integers(0, 2000), st.integers(1, 2000), st.integers(2, 20))
def test_a_bar_is_full_only_at_the_limit_and_empty_only_at_nothing(
    part: int, whole: int, width: int
) -> None:
    marks = bar(part, whole, width)

    assert len(marks) == width
    assert ("." not in marks) == (part >= whole)
    assert ("#" not in marks) == (part == 0)


@pytest.mark.parametrize(
    ("value", "words"),
    [(8820, "8,820"), (Decimal("28.00"), "28"), (Decimal("10.50"), "10.5"), (Decimal(0), "0")],
)
def test_figures_have_no_trailing_zeros(value: Decimal | int, words: str) -> None:
    assert figure(value) == words


def test_one_is_singular() -> None:
    assert (count(1, "vial"), count(0, "vial"), count(28, "vial")) == (
        "1 vial",
        "0 vials",
        "28 vials",
    )


@pytest.mark.parametrize(
    ("cycles", "words"),
    [((), ""), ((6,), "6"), ((1, 2, 3, 4, 5), "1-5"), ((1, 3, 4), "1, 3-4")],
)
def test_successive_cycles_are_joined(cycles: tuple[int, ...], words: str) -> None:
    assert runs(cycles) == words


def test_a_bag_names_the_dispenses_of_its_vials_and_how_many_each_sent() -> None:
    bag: dict[str, Any] = {"cycle": 1, "hang": "2026-01-12", "days": 7, "mcg_per_day": 28}
    bag |= {"mcg": 196, "vials": 6, "dispense": "2026-01-05"}
    assert sources(PlannedBag.model_validate(bag), date.isoformat) == "2026-01-05"
    bag["from"] = [{"dispense": "2026-01-05", "vials": 4}, {"dispense": "2026-01-12", "vials": 2}]
    told = sources(PlannedBag.model_validate(bag), date.isoformat)
    assert told == "2026-01-05 (4), 2026-01-12 (2)"
    unknown = PlannedBag.model_validate(bag | {"dispense": None, "from": [], "past": True})
    assert sources(unknown, date.isoformat) == ""
