"""Listed dispenses against the bags they fed, listed or assumed."""

from __future__ import annotations

from typing import Any

import pytest

from planner.regimen.unfed import unfed
from tests.regimen.test_history import lived, weeks

STARTED = [{"cycle": 1, "start": 0}]


def sent(*rows: tuple[int, int]) -> list[dict[str, Any]]:
    """Vials of cycle 1 by day."""
    return [{"cycle": 1, "date": day, "vials": vials} for day, vials in rows]


def found(*args: Any, **parts: Any) -> list[tuple[str, str]]:
    return [(".".join(map(str, one.path)), one.found) for one in unfed(lived(*args, **parts))]


@pytest.mark.parametrize("vials", [28, 29])
def test_a_vial_for_each_day_fits_24_h_bags(vials: int) -> None:
    assert found(40, STARTED, dispenses=sent((-1, vials))) == []


@pytest.mark.parametrize(("as_of", "needed", "until"), [(40, 28, "02-01"), (24, 24, "01-28")])
def test_fewer_vials_than_days_ask_for_the_bags(as_of: int, needed: int, until: str) -> None:
    assert found(as_of, STARTED, dispenses=sent((-1, 23))) == [
        (
            "history.cycles.0.bags",
            f"none, while a 24h bag a day takes {needed} vials up to 2026-{until}, of 23 dispensed "
            "by then",
        )
    ]


def test_vials_that_came_after_the_start_ask_for_the_bags() -> None:
    assert found(40, STARTED, dispenses=sent((2, 28))) == [
        (
            "history.cycles.0.bags",
            "none, while a 24h bag a day takes 1 vial up to 2026-01-05, of 0 dispensed by then",
        )
    ]


def test_a_vial_that_broke_of_those_for_all_days_asks_for_the_bags() -> None:
    wasted = [{"cycle": 1, "date": 5, "vials": 1}]
    (problem,) = found(40, STARTED, dispenses=sent((-1, 28)), wasted=wasted)
    assert problem[1].endswith("28 vials up to 2026-02-01 and 1 broke, of 28 dispensed by then")
    assert found(40, STARTED, dispenses=sent((-1, 29)), wasted=wasted) == []
    # under way there are vials left
    assert found(20, STARTED, dispenses=sent((-1, 28)), wasted=wasted) == []


def test_a_listed_bag_has_its_vials_from_any_dispenses_that_were_there() -> None:
    # 6 vials on day 0 and 6 on day 7
    cycles = [{**STARTED[0], "bags": weeks(0, 7)}]
    short = [("history.cycles.0.bags.1.vials", "6 vials")]
    assert found(14, cycles, dispenses=sent((-1, 8), (6, 6))) == []
    assert found(14, cycles, dispenses=sent((-1, 8), (6, 4))) == []
    assert found(14, cycles, dispenses=sent((-1, 8), (6, 3))) == short
    assert found(14, cycles, dispenses=sent((-1, 8), (8, 4))) == short


def test_vials_sent_for_another_cycle_are_there_too() -> None:
    # 28 sent and 24 used leave 4 for cycle 2, which needs 6 on day 42
    cycles = [
        {**STARTED[0], "bags": weeks(0, 7, 14, 21)},
        {"cycle": 2, "start": 42, "bags": weeks(42)},
    ]
    for vials, refused in ((2, []), (1, [("history.cycles.1.bags.0.vials", "6 vials")])):
        ahead = [*sent((-1, 28)), {"cycle": 2, "date": 41, "vials": vials}]
        assert found(49, cycles, dispenses=ahead) == refused


def test_what_broke_was_there() -> None:
    cycles = [{**STARTED[0], "bags": weeks(0)}]
    for day, refused in ((2, [("history.wasted.0.vials", "2 vials")]), (3, [])):
        wasted = [{"cycle": 1, "date": day, "vials": 2}]
        assert found(7, cycles, dispenses=sent((-1, 7), (3, 7)), wasted=wasted) == refused


def test_what_broke_of_a_cycle_not_begun_was_sent_for_it() -> None:
    for vials, refused in ((2, []), (3, [("history.wasted.0.vials", "3 vials")])):
        wasted = [{"cycle": 2, "date": 40, "vials": vials}]
        ahead = [{"cycle": 2, "date": 39, "vials": 2}]
        assert found(41, STARTED, dispenses=ahead, wasted=wasted) == refused


def test_where_no_dispense_is_listed_nothing_is_asked() -> None:
    wasted = [{"cycle": 1, "date": 5, "vials": 1}]
    assert found(40, STARTED, wasted=wasted) == []
