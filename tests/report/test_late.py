"""The picture of a cycle that ends after its authorization: it says what the conflict says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from planner import explain, load_scenario
from planner.documents.conflict import Conflict
from planner.documents.load import load_policy
from planner.report.conflict_html import conflict_html
from planner.report.late import Late, late_cycle, late_drawing
from planner.report.svg import MARGIN
from planner.report.text import day
from tests.report.conflicts import late_conflict
from tests.report.pages import read

POLICY = load_policy("eocco-0382").policy
SUITE = Path("scenarios/infeasible")
FIRST = date(2026, 1, 5)


def _short(date_: date) -> str:
    return f"{date_.day} {date_:%b} {date_.year}"


def _late(made: Conflict) -> Late:
    found = late_cycle(made, POLICY)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["fifth-cycle-late", "renewal-none-given", "authorized-dates"])
def test_the_picture_says_what_the_conflict_says(name: str) -> None:
    made = explain(load_scenario(SUITE / f"{name}.yaml"))
    assert made is not None
    late = _late(made)
    over = late.cycles[-1]

    assert made.because == (
        f"Cycle {over.cycle} infuses until {_short(over.last)} at the earliest, and the {late.id} "
        f"authorization from {_short(late.first)} ends on {_short(late.last)}: 1 day too late"
    )
    assert late.days == 1
    page = read(conflict_html(made, POLICY))
    assert len(page.pictures()) == 1
    assert page.by_id("window-1-table").rows() == [
        [
            str(one.cycle),
            day(one.first),
            day(one.last),
            day(late.last),
            "1" if one is over else "0",
        ]
        for one in late.cycles
    ]


def test_thirty_weeks_hold_a_fifth_cycle_14_days_late_and_not_15() -> None:
    # four cycles of 42 days, then 14: day 182 infuses up to day 209, the last of 210
    assert late_cycle(late_conflict("2026-07-06"), POLICY) is None
    late = _late(late_conflict("2026-07-07"))
    assert (late.first, late.last, late.days) == (FIRST, FIRST + timedelta(days=209), 1)
    assert [one.cycle for one in late.cycles] == [1, 2, 3, 4, 5]


def test_a_pin_that_the_conflict_does_not_name_moves_nothing() -> None:
    made = late_conflict("2026-07-07")
    members = tuple(m for m in made.conflict if m.id != "request.cycle_starts.5")
    assert late_cycle(made.model_copy(update={"conflict": members}), POLICY) is None


def test_without_an_authorization_in_the_clash_nothing_is_drawn() -> None:
    assert late_cycle(late_conflict("2026-07-07", named=()), POLICY) is None


def test_without_one_first_date_nothing_is_drawn() -> None:
    either = {"earliest": "2026-01-05", "latest": "2026-01-06"}
    assert late_cycle(late_conflict("2026-07-07", first_infusion=either), POLICY) is None


def test_every_box_stands_where_its_dates_fall() -> None:
    late = _late(late_conflict("2026-07-07"))
    drawing = late_drawing(late)

    def at(day: int) -> int:
        """5 January to 3 August are 211 days on 312 pixels."""
        return MARGIN + day * 312 // 211

    def where(kind: str) -> list[tuple[int, int]]:
        return [(box.x, box.x + box.width) for box in drawing.boxes if box.kind == kind]

    assert where("asked") == [(at(0), at(210))]
    assert where("infusion") == [(at(n), at(n + 28)) for n in (0, 42, 84, 126, 183)]
    assert where("over") == where("excess") == [(at(210), at(211))]
    (cap,) = [rule for rule in drawing.over if rule.kind == "cap"]
    assert cap.x1 == cap.x2 == at(210)
    assert max(box.x + box.width for box in drawing.boxes) == drawing.width - MARGIN


def test_dates_under_the_picture_do_not_run_into_one_another() -> None:
    for late in (_late(late_conflict("2026-07-07")), _late(late_conflict("2026-07-20"))):
        drawing = late_drawing(late)
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", tick.text) for tick in drawing.ticks)
        starts = [tick.x for tick in drawing.ticks]
        assert all(b - a >= 70 for a, b in pairwise(starts))
        assert starts[-1] + 70 <= drawing.width
