"""The conflict as it is printed at the counter."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from planner import explain, load_scenario
from planner.documents.conflict import Conflict
from planner.report.conflict import render
from planner.report.overflow import overflow_bars
from planner.report.text import shown
from tests.report.conflicts import conflict as made_by_hand
from tests.report.conflicts import window_of
from tests.report.hostile import every_text

TEN = """\
format: planner-scenario/1
title: "[red]Ten\\e[31m cycles"
policy: eocco-0382
patient: {ref: RR-70, age: 41, weight_kg: 70, diagnosis: C91.02}
indication: adult-rr
request: {first_infusion: 2026-01-05, cycles: 10}
"""


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Conflict:
    file: Path = tmp_path_factory.mktemp("conflict") / "ten.yaml"
    file.write_text(TEN.replace("\\e[31m", ""))
    conflict = explain(load_scenario(file))
    assert conflict is not None
    return conflict


def printed(conflict: Conflict, width: int = 80) -> str:
    out = io.StringIO()
    render(conflict, Console(file=out, width=width))
    return out.getvalue()


def test_ten_cycles_clash_with_each_clause_that_allows_nine(ten: Conflict) -> None:
    text = " ".join(printed(ten).split())

    assert "10 cycles are asked for" in text
    assert "10 > 9" in text
    assert "request.cycles (line 6)" in text
    assert "V.rr.cycles" in text  # among what it also fails for
    assert "Leave any one of them out and a calendar exists." in text


def test_markup_in_a_title_arrives_as_text(ten: Conflict) -> None:
    assert "[red]Ten cycles" in printed(ten)


def test_no_line_is_wider_than_the_screen(ten: Conflict) -> None:
    assert all(len(line) <= 60 for line in printed(ten, width=60).splitlines())


@every_text
def test_hostile_text_arrives_as_text_and_is_never_obeyed(text: str) -> None:
    out = printed(made_by_hand(text))

    assert all(mark.isprintable() or mark == "\n" for mark in out)
    # title, sentence, three members, one remedy, one other conflict: nothing is lost but spaces
    joined = "".join(out.split())
    assert joined.count("".join(shown(text).split())) >= 7


def test_the_window_is_shown_with_a_bar_that_passes_the_mark_of_the_limit() -> None:
    out = printed(made_by_hand())
    assert "II.A: vials in the 42 dates Mon 2026-01-05 to Sun 2026-02-15, at most 28" in out
    # 28 of 56 are half of a bar of 29 marks
    assert f"Mon 2026-01-05     28      28  {'#' * 14}|\n" in out
    assert f"Mon 2026-02-09     28      56  {' ' * 14}|{'!' * 15}\n" in out


def test_without_a_window_none_is_shown() -> None:
    assert "dates Mon" not in printed(made_by_hand().model_copy(update={"window": None}))


@pytest.mark.parametrize(
    ("entries", "marks"),
    [
        # one above 28 still shows, and so does one of 29
        ((28, 1), ["#########|", "         |!"]),
        ((1, 28), ["#        |", "#########|!"]),
        # 100 alone: 28 of 100 in ten marks
        ((100,), ["##|!!!!!!!!"]),
    ],
)
def test_bars_stand_behind_one_another(entries: tuple[int, ...], marks: list[str]) -> None:
    window = window_of(*((f"2026-01-{5 + n:02}", amount, None) for n, amount in enumerate(entries)))
    assert list(overflow_bars(window, 11)) == marks


@pytest.mark.parametrize("width", [3, 18, 30])
@pytest.mark.parametrize("entries", [(28, 28), (1,) * 40, (900, 1), (29,), (27, 1, 1000)])
def test_a_bar_is_never_longer_than_asked_and_always_shows_something(
    entries: tuple[int, ...], width: int
) -> None:
    window = window_of(*((f"2026-01-{5 + n % 20:02}", a, None) for n, a in enumerate(entries)))
    drawn = list(overflow_bars(window, width))
    assert all(len(line) <= width and ("#" in line or "!" in line) for line in drawn)
    assert "!" in drawn[-1]
    assert len({line.index("|") for line in drawn}) == 1
