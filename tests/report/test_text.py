"""Words and figures of the printed reports."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.text import bar, count, figure, runs, shown


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
