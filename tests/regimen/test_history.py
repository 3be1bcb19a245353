"""The past: as listed, completed where the file is silent, and what of it is still of use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from planner.regimen.course import Course, PastDispense, Progress, Stock
from tests.regimen.samples import at, course, on

Rows = Sequence[Mapping[str, Any]]


def lived(
    as_of: int,
    cycles: Rows,
    *,
    dispenses: Rows = (),
    claims: Rows = (),
    wasted: Rows = (),
    interruptions: Rows = (),
    **parts: Any,
) -> Course:
    """A course with a history, by default of adult consolidation therapy, which has no step dose;
    days of the rows are offsets from the first infusion."""

    def dated(rows: Rows) -> list[dict[str, Any]]:
        named = ("date", "start", "hang", "dispense")
        return [{k: at(v) if k in named else v for k, v in row.items()} for row in rows]

    history = {
        "cycles": [
            {**row, "bags": dated(row["bags"])} if row.get("bags") is not None else row
            for row in dated(cycles)
        ],
        "dispenses": dated(dispenses),
        "claims": dated(claims),
        "wasted": dated(wasted),
        "interruptions": dated(interruptions),
    }
    parts = {"indication": "adult-consolidation"} | parts
    return course(history=history, as_of=at(as_of), **parts)


def weeks(*hangs: int) -> list[dict[str, int]]:
    """Bags of seven days at the full dose."""
    return [{"hang": hang, "days": 7, "vials": 6} for hang in hangs]


def assumed(laid: Course, path: str) -> list[str]:
    return [a.value for a in laid.assumed if a.path == path]


# What is assumed ---------------------------------------------------------------------------------


def test_without_listed_bags_a_24_h_bag_is_assumed_for_each_day_infused() -> None:
    laid = lived(10, [{"cycle": 1, "start": 0}], indication="adult-rr")
    assert [(b.hang, b.days, b.vials) for b in laid.past_bags] == [
        (on(day), 1, 1) for day in range(10)
    ]
    # the step week at 9 mcg, then 28
    assert [b.administered for b in laid.past_bags] == [9] * 7 + [28] * 3
    assert {b.opened for b in laid.past_bags} == {35}
    assert assumed(laid, "history.cycles.0.bags") == ["10 bags of 24h"]


def test_the_assumed_bags_of_a_finished_cycle_end_with_it() -> None:
    laid = lived(40, [{"cycle": 1, "start": 0}])
    assert len(laid.past_bags) == 28
    assert laid.past[0].finished


def test_without_bags_and_dispenses_a_cycle_was_sent_in_one_fill_of_which_the_rest_is_there() -> (
    None
):
    laid = lived(10, [{"cycle": 1, "start": 0}], pharmacy={"transit_days": 1})
    assert laid.past_dispenses == (PastDispense(on(-1), 1, 28, 10, "history.cycles.0"),)
    assert laid.stock == (Stock(on(-1), 1, 18, 0),)
    assert {b.dispense for b in laid.past_bags} == {on(-1)}
    assert assumed(laid, "history.dispenses") == ["28 vials on 2026-01-04; 18 of them not hung yet"]


@pytest.mark.parametrize(
    ("pharmacy", "sent"),
    [
        ({"dispense_days": ["mon", "tue", "wed", "thu", "fri"], "transit_days": 1}, -3),
        ({"holidays": [at(-1)], "transit_days": 1}, -2),
        ({"closed": [at(0)]}, -1),
        ({"dispense_days": ["sat"], "transit_days": 1, "max_days_ahead": 1}, -1),  # none is near
    ],
)
def test_a_fill_left_on_the_last_dispense_day_before_the_first_bag(
    pharmacy: Mapping[str, Any], sent: int
) -> None:
    laid = lived(10, [{"cycle": 1, "start": 0}], pharmacy=pharmacy)
    assert laid.past_dispenses[0].day == on(sent)


def test_what_an_interruption_put_off_was_hung_after_it() -> None:
    pause = [{"cycle": 1, "start": 10, "days": 7}]
    laid = lived(40, [{"cycle": 1, "start": 0}], interruptions=pause)
    assert [(d.day, d.vials) for d in laid.past_dispenses] == [(on(0), 28)]
    # under way, what cannot be hung any more by day 30 is still to be sent: 28 - 4
    laid = lived(20, [{"cycle": 1, "start": 0}], interruptions=pause)
    assert [(d.day, d.vials) for d in laid.past_dispenses] == [(on(0), 24)]


def test_a_fill_is_for_as_many_days_as_its_vials_may_wait() -> None:
    laid = lived(10, [{"cycle": 1, "start": 0}], pharmacy={"transit_days": 1, "max_days_ahead": 9})
    # sent on day -1 for days 0 to 8, on day 8 for days 9 to 17; the third not before day 17
    assert [(d.day, d.vials) for d in laid.past_dispenses] == [(on(-1), 9), (on(8), 9)]
    assert laid.stock == (Stock(on(-1), 1, 0, 0), Stock(on(8), 1, 8, 0))


def test_a_fill_of_ready_made_bags_is_for_the_days_that_they_keep() -> None:
    laid = lived(10, [{"cycle": 1, "start": 0}], pharmacy={"ready_made": True})
    # eight days from the dispense to the end of infusion
    assert [(d.day, d.vials) for d in laid.past_dispenses] == [(on(0), 8), (on(8), 8)]


def test_a_cycle_that_broke_off_was_sent_whole_and_nothing_after_it() -> None:
    pause = [{"cycle": 1, "start": 3, "days": 8}]
    laid = lived(12, [{"cycle": 1, "start": 0}], interruptions=pause)
    assert [(d.day, d.vials) for d in laid.past_dispenses] == [(on(0), 28)]
    weekly = lived(
        12, [{"cycle": 1, "start": 0}], interruptions=pause, pharmacy={"max_days_ahead": 6}
    )
    assert [(d.day, d.vials) for d in weekly.past_dispenses] == [(on(0), 7)]


def test_without_listed_dispenses_listed_bags_and_the_days_to_come_were_sent_in_one_fill() -> None:
    bags = weeks(0, 7)
    laid = lived(14, [{"cycle": 1, "start": 0, "bags": bags}], pharmacy={"transit_days": 2})
    # 6 + 6, and 14 days to come at a vial each
    assert laid.past_dispenses == (PastDispense(on(-2), 1, 26, 14, "history.cycles.0"),)
    assert laid.stock == (Stock(on(-2), 1, 14, 0),)


def test_a_bag_that_names_its_dispense_was_sent_then() -> None:
    bags = [row | {"dispense": -3} for row in weeks(0, 7)]
    laid = lived(14, [{"cycle": 1, "start": 0, "bags": bags}], pharmacy={"transit_days": 2})
    assert [b.dispense for b in laid.past_bags] == [on(-3), on(-3)]
    # the next bag is due on the day of as_of: its fill is on its way
    assert laid.past_dispenses == (
        PastDispense(on(-3), 1, 12, 14, "history.cycles.0"),
        PastDispense(on(12), 1, 14, 0, "history.cycles.0"),
    )


def test_a_fill_that_can_still_be_sent_is_not_assumed() -> None:
    bags = [row | {"dispense": -3} for row in weeks(0, 7)]
    laid = lived(10, [{"cycle": 1, "start": 0, "bags": bags}], pharmacy={"transit_days": 2})
    assert laid.past_dispenses == (PastDispense(on(-3), 1, 12, 14, "history.cycles.0"),)


def test_vials_that_broke_were_of_the_fill_where_no_dispense_is_listed() -> None:
    wasted = [{"cycle": 1, "date": 8, "vials": 1}]
    laid = lived(10, [{"cycle": 1, "start": 0}], wasted=wasted)
    assert [(d.day, d.vials) for d in laid.past_dispenses] == [(on(0), 28)]
    assert laid.stock == (Stock(on(0), 1, 17, 1),)


def test_vials_that_broke_and_that_no_fill_had_left_were_sent_too() -> None:
    wasted = [{"cycle": 1, "date": 8, "vials": 1}]
    laid = lived(30, [{"cycle": 1, "start": 0}], wasted=wasted, pharmacy={"transit_days": 1})
    assert laid.past_dispenses == (
        PastDispense(on(-1), 1, 28, 28, "history.cycles.0"),
        PastDispense(on(7), 1, 1, 0, "history.wasted.0"),
    )


def test_without_listed_claims_each_past_bag_was_billed_as_planned_ones_are() -> None:
    laid = lived(14, [{"cycle": 1, "start": 0, "bags": weeks(0, 7)}])
    # 6 x 35 = 210 opened, 7 x 28 = 196 given, 14 discarded
    assert [(u.day, u.cycle, u.units, u.discarded, u.listed) for u in laid.past_units] == [
        (on(0), 1, 210, 14, False),
        (on(7), 1, 210, 14, False),
    ]
    assert assumed(laid, "history.claims") == ["2 bags"]


@pytest.mark.parametrize(
    ("readings", "day", "units"),
    [
        ({"units.billed": "administered"}, 0, 196),
        ({"date_of_service": "dispense"}, -1, 210),
    ],
)
def test_an_assumed_claim_follows_the_readings(
    readings: Mapping[str, str], day: int, units: int
) -> None:
    laid = lived(
        7,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        readings=readings,
        pharmacy={"transit_days": 1},
    )
    assert [(u.day, u.units) for u in laid.past_units] == [(on(day), units)]


def test_listed_claims_are_complete_for_their_cycle() -> None:
    laid = lived(
        14,
        [{"cycle": 1, "start": 0, "bags": weeks(0, 7)}],
        claims=[{"cycle": 1, "date": 0, "units": 200}],
    )
    assert [(u.day, u.units, u.listed, u.member) for u in laid.past_units] == [
        (on(0), 200, True, "history.claims.0")
    ]
    assert assumed(laid, "history.claims") == []


# Stock -------------------------------------------------------------------------------------------


def test_what_was_sent_and_not_opened_is_stock_oldest_first() -> None:
    laid = lived(
        7,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        dispenses=[
            {"cycle": 1, "date": -3, "vials": 8},
            {"cycle": 1, "date": -1, "vials": 7},
        ],
    )
    # the bag takes 6 of the 8
    assert laid.past_bags[0].dispense == on(-3)
    assert laid.stock == (Stock(on(-3), 1, 2, 0), Stock(on(-1), 1, 7, 0))


def test_a_bag_takes_all_its_vials_from_one_dispense() -> None:
    laid = lived(
        7,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        dispenses=[
            {"cycle": 1, "date": -3, "vials": 5},
            {"cycle": 1, "date": -1, "vials": 7},
        ],
    )
    assert laid.past_bags[0].dispense == on(-1)
    assert laid.stock == (Stock(on(-3), 1, 5, 0), Stock(on(-1), 1, 1, 0))


def test_bags_that_name_their_dispense_come_before_those_that_do_not() -> None:
    bags = [*weeks(0), weeks(7)[0] | {"dispense": -3}]
    laid = lived(
        14,
        [{"cycle": 1, "start": 0, "bags": bags}],
        dispenses=[{"cycle": 1, "date": -3, "vials": 6}, {"cycle": 1, "date": -1, "vials": 6}],
    )
    assert [b.dispense for b in laid.past_bags] == [on(-1), on(-3)]


def test_wasted_vials_come_off_the_oldest_stock() -> None:
    laid = lived(
        7,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        dispenses=[
            {"cycle": 1, "date": -3, "vials": 7},
            {"cycle": 1, "date": -1, "vials": 7},
        ],
        wasted=[{"cycle": 1, "date": 2, "vials": 3}],
    )
    # 7 - 6 = 1 of the first dispense broke, and 2 of the second
    assert laid.stock == (Stock(on(-3), 1, 0, 1), Stock(on(-1), 1, 5, 2))


def test_vials_that_broke_before_a_dispense_are_not_of_it() -> None:
    laid = lived(
        7,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        dispenses=[
            {"cycle": 1, "date": -3, "vials": 8},
            {"cycle": 1, "date": 3, "vials": 7},
        ],
        wasted=[{"cycle": 1, "date": 2, "vials": 2}],
    )
    assert laid.stock == (Stock(on(-3), 1, 0, 2), Stock(on(3), 1, 7, 0))


def test_days_supply_is_counted_once_where_two_rows_name_one_day() -> None:
    laid = lived(
        7,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        dispenses=[{"cycle": 1, "date": -1, "vials": 3}, {"cycle": 1, "date": -1, "vials": 3}],
    )
    assert [d.days_supply for d in laid.past_dispenses] == [7, 0]
    assert laid.stock == (Stock(on(-1), 1, 0, 0),)


def test_the_leftovers_of_a_finished_cycle_are_stock() -> None:
    laid = lived(
        30,
        [{"cycle": 1, "start": 0, "bags": weeks(0, 7, 14, 21)}],
        dispenses=[{"cycle": 1, "date": -1, "vials": 26}],
    )
    assert laid.stock == (Stock(on(-1), 1, 2, 0),)


def test_vials_sent_for_a_cycle_that_has_not_begun_count_and_are_its_stock() -> None:
    laid = lived(
        41,
        [{"cycle": 1, "start": 0}],
        dispenses=[{"cycle": 2, "date": 40, "vials": 24}],
        claims=[{"cycle": 2, "date": 40, "units": 840}],
    )
    assert laid.past_dispenses[-1] == PastDispense(on(40), 2, 24, 0, "history.dispenses.0")
    assert laid.stock == (Stock(on(40), 2, 24, 0),)
    assert (laid.past_units[-1].cycle, laid.past_units[-1].units) == (2, 840)


def of_two(hangs: tuple[int, ...], *sent: tuple[int, int], **parts: Any) -> Course:
    """Cycle 1 with weekly bags of 6 vials, and its dispenses as (day, vials)."""
    return lived(
        parts.pop("as_of", 30),
        [{"cycle": 1, "start": 0, "bags": weeks(*hangs)}],
        dispenses=[{"cycle": 1, "date": day, "vials": vials} for day, vials in sent],
        **parts,
    )


def test_a_past_bag_has_vials_of_two_dispenses_where_neither_has_them_all() -> None:
    laid = of_two((0, 7), (-1, 8), (6, 5), as_of=14)
    assert [bag.sources for bag in laid.past_bags] == [
        ((on(-1), 6),),
        ((on(-1), 2), (on(6), 4)),
    ]
    assert [bag.dispense for bag in laid.past_bags] == [on(-1), on(-1)]
    # both bags begin with vials of day -1
    assert [one.days_supply for one in laid.past_dispenses] == [14, 0]
    assert [stock.vials for stock in laid.stock] == [0, 1]


def test_what_broke_was_there_when_it_did_and_bags_after_it_have_the_rest() -> None:
    # 7 are there: 6 in the first bag, one breaks on day 3; the second bag has those of day 6
    laid = of_two((0, 7), (-1, 7), (6, 6), as_of=14, wasted=[{"cycle": 1, "date": 3, "vials": 1}])
    assert [bag.sources for bag in laid.past_bags] == [((on(-1), 6),), ((on(6), 6),)]
    assert laid.stock == (Stock(on(-1), 1, 0, 1), Stock(on(6), 1, 0, 0))
    assert laid.not_there == ()


# Cycles in progress and interruptions ------------------------------------------------------------


def test_a_cycle_in_progress_goes_on_where_its_bags_end() -> None:
    laid = lived(10, [{"cycle": 1, "start": 0, "bags": weeks(0)}])
    (cycle, *_) = laid.cycles
    assert (cycle.number, cycle.progress, cycle.pinned) == (1, Progress(7, on(7)), on(0))
    assert not laid.past[0].finished


def test_a_finished_cycle_is_followed_by_the_next_after_its_length() -> None:
    laid = lived(30, [{"cycle": 1, "start": 0}])
    assert laid.past[0].earliest_next == on(42)
    assert laid.cycles[0].number == 2
    assert laid.cycles[0].progress is None


@pytest.mark.parametrize(("reading", "following"), [("extends", 49), ("absorbed", 42)])
def test_an_interruption_of_seven_days_goes_on_in_the_same_cycle(
    reading: str, following: int
) -> None:
    laid = lived(
        17,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        interruptions=[{"cycle": 1, "start": 7, "days": 7}],
        readings={"interruption.length": reading},
    )
    (cycle, *_) = laid.cycles
    assert cycle.progress == Progress(7, on(14))
    assert (cycle.shift, cycle.next_shift) == (7, following - 42)
    assert laid.past[0].earliest_next == on(following)


def test_an_interruption_of_eight_days_ends_the_cycle_and_a_new_one_may_begin_when_it_is_over() -> (
    None
):
    laid = lived(
        16,
        [{"cycle": 1, "start": 0, "bags": weeks(0)}],
        interruptions=[{"cycle": 1, "start": 7, "days": 8}],
    )
    assert laid.past[0].finished
    assert laid.past[0].earliest_next == on(15)
    assert (laid.cycles[0].number, laid.cycles[0].earliest) == (2, on(15))
    # of the fill for all its days, 21 of a vial each were not hung
    assert laid.stock == (Stock(on(0), 1, 21, 0),)


def test_no_bag_is_assumed_on_the_days_of_an_interruption() -> None:
    laid = lived(
        12,
        [{"cycle": 1, "start": 0}],
        interruptions=[{"cycle": 1, "start": 3, "days": 4}],
        indication="adult-rr",
    )
    # days 0 1 2, then 7 .. 11
    assert [b.hang - on(0) for b in laid.past_bags] == [0, 1, 2, 7, 8, 9, 10, 11]
    assert laid.cycles[0].progress == Progress(8, on(12))
    # the dose follows the infusion day, not the date: 7 step days, then the full dose
    assert [b.mcg_per_day for b in laid.past_bags] == [9] * 7 + [28]


def test_in_an_interruption_the_cycle_resumes_on_the_day_it_is_over() -> None:
    laid = lived(
        5,
        [{"cycle": 1, "start": 0}],
        interruptions=[{"cycle": 1, "start": 3, "days": 4}],
    )
    assert laid.cycles[0].progress == Progress(3, on(7))


def test_the_cycle_resumes_after_two_interruptions_on_end() -> None:
    laid = lived(
        5,
        [{"cycle": 1, "start": 0}],
        interruptions=[
            {"cycle": 1, "start": 3, "days": 1},
            {"cycle": 1, "start": 4, "days": 3},
        ],
    )
    assert laid.cycles[0].progress == Progress(3, on(7))


def test_a_later_cycle_settles_what_an_earlier_one_left_open() -> None:
    laid = lived(
        84,
        [
            {"cycle": 1, "start": 0, "bags": weeks(0)},
            {"cycle": 2, "start": 42, "bags": weeks(42, 49, 56, 63)},
        ],
    )
    assert [p.finished for p in laid.past] == [False, True]
    assert laid.cycles[0].number == 3
    assert laid.cycles[0].progress is None
