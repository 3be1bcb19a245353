"""Policies side by side as printed."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from planner.documents.compare import Compared, Comparison, Difference
from planner.documents.plan import PolicyStamp
from planner.report.compare import render
from planner.report.text import shown
from tests.report.hostile import every_text

NAMES = ("eocco-0382", "dme-mac-l33794", "healthpartners-045816")


def printed(width: int, names: tuple[str, ...] = NAMES, text: str = "none") -> str:
    made = Comparison(
        title=text,
        sha256="0" * 64,
        indication="adult-rr",
        policies=tuple(
            Compared(
                policy=PolicyStamp(id=name, revision="1", sha256="1" * 64),
                payer="a payer",
                status="refused",
                says=text,
                criteria="not-asked",
            )
            for name in names
        ),
        differences=(
            Difference(what="total mcg administered", values=dict.fromkeys(names, text)),
            Difference(
                what="limit of units in 42 days",
                values={name: f"980 of 980 (II.B.cycles-{n}-5)" for n, name in enumerate(names)},
            ),
        ),
        first_differences=(),
    )
    out = io.StringIO()
    render(made, Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 80, 100])
def test_the_name_of_a_policy_stands_on_one_line(width: int) -> None:
    text = printed(width)
    (head,) = [line for line in text.splitlines() if line.split() == list(NAMES)]
    assert head
    assert max(map(len, text.splitlines())) <= max(width, 80)


def test_more_policies_than_a_screen_has_room_for_still_fit_it() -> None:
    names = tuple(f"a-policy-of-another-payer-{n}" for n in range(6))
    assert max(map(len, printed(80, names).splitlines())) <= 80


@every_text
def test_hostile_text_arrives_as_text_and_is_never_obeyed(text: str) -> None:
    out = printed(80, text=text)
    assert all(mark.isprintable() or mark == "\n" for mark in out)
    # the title; says and values are cells, whose lines stand beside those of other cells
    assert "".join(out.split()).startswith("".join(shown(text).split()))
