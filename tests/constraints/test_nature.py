"""Bags that follow each other, and vials that are used once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.constraints.model import build
from planner.constraints.schedule import values_on
from planner.constraints.system import Linear
from planner.constraints.variables import Hang
from planner.search.engine import solve
from tests.constraints.boards import NOT_OPEN, board_for, breaks, laid, of_bags, on, without
from tests.oracle.builders import day, small_drug, small_policy
from tests.oracle.hand import FULL, STEP, courses, daily, sent_for
from tests.oracle.values import Bag, Calendar, Dispense
from tests.search.decisions import schedule_of

BAGS = daily(1, 0, step_days=2)
ROOMY = small_policy(quantity=(40, 6), units=(400, 6))


def bag(hang: int, days: int, vials: int, dose: Decimal = FULL, sent: int | None = None) -> Bag:
    return Bag(1, day(hang), days, dose, vials, day(hang if sent is None else sent))


def test_a_course_by_hand_keeps_every_row() -> None:
    assert breaks(laid(cycles=2), courses(0, 6)) == []


def test_a_cycle_starts_once() -> None:
    course = laid()
    calendar = of_bags(*BAGS)
    board = board_for(course, calendar)
    values = values_on(board, schedule_of(course, calendar))
    assert values is not None
    values[board.cycles[1].origins[on(0)]] = 0
    broken = board.system.broken(values)
    assert broken is not None
    assert broken.instance == ("start", 1)


def test_a_day_without_a_bag_breaks_the_chain() -> None:
    # and three bags are not the four vials that four days take
    found = breaks(laid(ROOMY), of_bags(*BAGS[:2], BAGS[3]))
    assert found == ["nature: whole-bags", "nature: chain"]


def test_two_bags_on_one_day_break_the_chain() -> None:
    twice = bag(2, 2, 2)
    assert "nature: chain" in breaks(laid(ROOMY), of_bags(*BAGS, twice))


def test_a_chain_may_end_with_its_segment_and_not_after_it() -> None:
    whole = (bag(0, 2, 1, STEP), bag(2, 2, 2))
    assert breaks(laid(ROOMY), of_bags(*whole)) == []
    over = (BAGS[0], bag(1, 2, 1, STEP), BAGS[3])  # the step ends with day 1
    assert breaks(laid(ROOMY), of_bags(*over)) == [NOT_OPEN]


def test_a_bag_of_two_days_may_not_run_past_the_last_infusion_day() -> None:
    assert breaks(laid(ROOMY), of_bags(*BAGS[:3], bag(3, 2, 2))) == [NOT_OPEN]


def test_a_bag_is_hung_no_sooner_than_its_vials_arrive() -> None:
    travel = {"transit_days": 1}
    ahead = tuple(b._replace(dispense=day(n - 1)) for n, b in enumerate(BAGS))
    assert breaks(laid(pharmacy=travel), of_bags(*ahead)) == []
    assert breaks(laid(pharmacy=travel), of_bags(*ahead[:3], BAGS[3])) == [NOT_OPEN]


def test_a_bag_is_hung_no_later_than_its_vials_keep() -> None:
    two_days = {"max_days_ahead": 2}
    at_limit = (*BAGS[:2], bag(2, 1, 1, sent=0), bag(3, 1, 1, sent=1))
    assert breaks(laid(ROOMY, pharmacy=two_days), of_bags(*at_limit)) == []
    over = (*BAGS[:2], bag(2, 1, 1, sent=0), bag(3, 1, 1, sent=0))
    assert breaks(laid(ROOMY, pharmacy=two_days), of_bags(*over)) == [NOT_OPEN]
    # the same vials shared out otherwise: none waits more than two days
    swapped = (
        BAGS[0],
        BAGS[1]._replace(dispense=day(0)),
        bag(2, 1, 1, sent=0),
        bag(3, 1, 1, sent=1),
    )
    assert breaks(laid(ROOMY, pharmacy=two_days), of_bags(*swapped)) == []


def test_a_ready_made_bag_ends_within_its_storage_days() -> None:
    drug = small_drug(bags=("24h", "48h"), storage_days={"24h": 2, "48h": 3})
    ready = {"ready_made": True}
    # dispensed on day 1, hung on 2 for two days, ends on 4: 3 days
    at_limit = (*BAGS[:2], bag(2, 2, 2, sent=1))
    assert breaks(laid(ROOMY, drug, pharmacy=ready), of_bags(*at_limit)) == []
    over = (*BAGS[:2], bag(2, 2, 2, sent=0))
    assert breaks(laid(ROOMY, drug, pharmacy=ready), of_bags(*over)) == [NOT_OPEN]
    assert breaks(laid(ROOMY, drug), of_bags(*over)) == []


def test_vials_sent_are_those_of_the_bags() -> None:
    course = laid(ROOMY)
    exact = of_bags(*BAGS)
    for change in (-1, 1):
        sent = (*exact.dispenses[:3], exact.dispenses[3]._replace(vials=1 + change))
        found = breaks(course, Calendar(exact.starts, exact.bags, sent))
        assert found == [NOT_OPEN]  # more or less is sent in the end than hung


def test_a_dispense_without_a_bag_is_not_made() -> None:
    alone = (*sent_for(BAGS), Dispense(day(-1), 1, 1))
    found = breaks(laid(ROOMY), Calendar(((1, day(0)),), BAGS, tuple(sorted(alone))))
    assert found == [NOT_OPEN]  # five vials are sent, and four are hung


def test_a_bag_needs_its_dispense() -> None:
    found = breaks(laid(ROOMY), Calendar(((1, day(0)),), BAGS, sent_for(BAGS[:3])))
    assert NOT_OPEN in found or "nature: made" in found


@pytest.mark.parametrize(
    ("first", "later", "kept"),
    [(2, 1, True), (1, 1, False), (3, 1, False), (1, 2, False)],
)
def test_spare_vials_go_out_with_the_first_dispense_alone(
    first: int, later: int, kept: bool
) -> None:
    one_spare = laid(ROOMY, pharmacy={"spare_vials": 1})
    sent = tuple(Dispense(day(n), 1, later if n else first) for n in range(4))
    assert (breaks(one_spare, Calendar(((1, day(0)),), BAGS, sent)) == []) is kept


def test_a_spare_vial_does_not_travel_alone() -> None:
    one_spare = laid(ROOMY, pharmacy={"spare_vials": 1})
    sent = (Dispense(day(-1), 1, 1), *(Dispense(day(n), 1, 1) for n in range(4)))
    assert breaks(one_spare, Calendar(((1, day(0)),), BAGS, sent)) == ["nature: empty"]


def test_vials_of_the_past_serve_as_many_bags_as_are_left() -> None:
    begun = {"cycles": [{"cycle": 1, "start": day(0), "bags": [row(0), row(1)]}]}
    for vials, kept in ((4, True), (3, False)):
        sent = {"dispenses": [{"date": day(0), "vials": vials, "cycle": 1}]}
        course = laid(ROOMY, history=begun | sent, as_of=day(2), pharmacy={"max_days_ahead": 4})
        rest = (bag(2, 1, 1, sent=0), bag(3, 1, 1, sent=0))
        found = breaks(course, Calendar((), rest, ()))
        assert found == ([] if kept else [NOT_OPEN])


def row(hang: int) -> dict[str, object]:
    return {"hang": day(hang), "days": 1, "vials": 1}


def test_a_cycle_that_history_has_dispensed_for_needs_no_first_dispense() -> None:
    sent = {"dispenses": [{"date": day(-1), "vials": 4, "cycle": 1}]}
    course = laid(ROOMY, history=sent, as_of=day(0), pharmacy={"max_days_ahead": 4})
    stock = tuple(b._replace(dispense=day(-1)) for b in BAGS)
    assert breaks(course, Calendar(((1, day(0)),), stock, ())) == []


def test_a_chain_may_stop_early_where_the_clause_on_days_is_left_out() -> None:
    course = laid(ROOMY)
    short = of_bags(*BAGS[:3])
    assert breaks(course, short) == ["nature: whole-bags", "nature: chain"]
    assert breaks(course, short, without("V.rr.days")) == []


def test_a_chain_that_may_stop_early_does_not_run_past_the_last_infusion_day() -> None:
    # starts on days 0 and 1, so that bags run up to day 4: from day 0 the cycle is over on day 3
    window = {"first_infusion": {"earliest": day(0), "latest": day(1)}, "max_delay_days": 1}
    policy = small_policy(quantity=(40, 6), units=(400, 6), step_days=0)
    board = build(laid(policy, request=window), without("V.rr.days"))
    own = board.cycles[1]
    [two_days] = [h for h in own.hangs if (h.day, h.option.days) == (on(3), 2)]
    [one_day] = [h for h in own.hangs if (h.day, h.option.days) == (on(3), 1)]

    def possible(origin: int, bag: Hang) -> bool:
        held = {own.origins[on(origin)], bag.variable}
        zero = {v for v in own.origins.values() if v not in held}
        most = Linear(((bag.variable, -1),))
        return solve(board.system, most, zero=frozenset(zero)).value == -1

    assert possible(0, one_day)
    assert not possible(0, two_days)
    assert possible(1, two_days)
