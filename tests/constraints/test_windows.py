"""Section II: vials and units in runs of dates, at each limit and one step over it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from planner.documents.policy import Policy
from tests.constraints.boards import breaks, broken_rows, laid, of_bags, on, without
from tests.oracle.builders import day, small_policy
from tests.oracle.hand import FULL, STEP, courses, daily
from tests.oracle.values import Bag, Calendar, Dispense

A, EARLY, LATE = "II.A", "II.B.cycles-1-5", "II.B.cycles-6-9"


def policy(**numbers: Any) -> Policy:
    """A policy of two cycles, roomy but for what is said."""
    roomy: dict[str, Any] = {
        "cycles": 2,
        "quantity": (99, 6),
        "units": (990, 6),
        "initial": (40, "days"),
    }
    return small_policy(**{**roomy, **numbers})


def sent(cycle: int, start: int, *days: int) -> tuple[Bag, ...]:
    """Four daily bags of a cycle from the dispenses of these days."""
    step_days = 2 if cycle == 1 else 0
    return tuple(
        bag._replace(dispense=day(n))
        for bag, n in zip(daily(cycle, start, step_days), days, strict=True)
    )


FAR: dict[str, Any] = {"pharmacy": {"max_days_ahead": 9}, "cycles": 2}
TWO = of_bags(*sent(1, 0, 0, 0, 0, 0), *sent(2, 6, 6, 6, 6, 6), c1=0, c2=6)


# II.A --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "found"), [(4, []), (3, [A])])
def test_the_vials_of_a_run_of_dates_may_reach_the_limit(limit: int, found: list[str]) -> None:
    assert breaks(laid(policy(quantity=(limit, 6)), **FAR), TWO) == found


@pytest.mark.parametrize(
    ("per_days", "found"),
    [
        (6, []),  # 0 .. 5 and 6 .. 11 hold four vials each
        (7, [A]),  # 0 .. 6 holds eight
    ],
)
def test_a_run_holds_its_first_and_its_last_date(per_days: int, found: list[str]) -> None:
    assert breaks(laid(policy(quantity=(4, per_days)), **FAR), TWO) == found


def test_the_run_that_is_too_full_is_named_by_its_first_and_last_date() -> None:
    (row,) = broken_rows(laid(policy(quantity=(4, 7)), **FAR), TWO)
    assert row.instance == (on(0), on(6))


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (5, [A]),  # the run 0 .. 5 ends on the dispense: 4 + 1 = 5
        (6, []),
    ],
)
def test_a_dispense_on_the_last_date_of_a_run_counts_and_one_day_later_does_not(
    last: int, found: list[str]
) -> None:
    bags = (*sent(1, 0, 0, 0, 0, 0), *sent(2, 6, last, 7, 8, 9))
    assert breaks(laid(policy(quantity=(4, 6)), **FAR), of_bags(*bags, c1=0, c2=6)) == found


@pytest.mark.parametrize(
    ("first", "found"),
    [
        (0, [A]),  # 0 .. 5: one, two and two vials
        (-1, []),  # 0 .. 5 holds four, -1 .. 4 three
    ],
)
def test_a_dispense_on_the_first_date_of_a_run_counts_and_one_day_earlier_does_not(
    first: int, found: list[str]
) -> None:
    cycle_1 = sent(1, 0, first, 0, 1, 1)
    cycle_2 = sent(2, 6, 5, 6, 7, 7)
    # run -1 .. 4 or 0 .. 5; the run 1 .. 6 holds 2 + 2 = 4 either way
    calendar = of_bags(*cycle_1, *cycle_2, c1=0, c2=6)
    assert breaks(laid(policy(quantity=(4, 6)), **FAR), calendar) == found


def test_spare_vials_count() -> None:
    spare = {"pharmacy": {"max_days_ahead": 9, "spare_vials": 1}}
    calendar = of_bags(*sent(1, 0, 0, 0, 0, 0))
    with_spare = Calendar(calendar.starts, calendar.bags, (Dispense(day(0), 1, 5),))
    assert breaks(laid(policy(quantity=(5, 6)), **spare), with_spare) == []
    assert breaks(laid(policy(quantity=(4, 6)), **spare), with_spare) == [A]


def lived(vials: int, **rest: Any) -> dict[str, Any]:
    """A cycle 1 of four daily bags in the past, with so many vials dispensed on day 0."""
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(4)]
    return {
        "history": {
            "cycles": [{"cycle": 1, "start": day(0), "bags": rows}],
            "dispenses": [{"date": day(0), "vials": vials, "cycle": 1}],
            **rest,
        },
        "as_of": day(4),
        **FAR,
    }


def second(start: int, *days: int) -> Calendar:
    bags = sent(2, start, *days)
    return Calendar(((2, day(start)),), bags, of_bags(*bags, c2=start).dispenses)


@pytest.mark.parametrize(("vials", "found"), [(4, []), (5, [f"{A} + history.dispenses.0"])])
def test_what_history_dispensed_counts_in_the_runs_it_shares(vials: int, found: list[str]) -> None:
    # 0 .. 5 holds the past vials and the one of day 5
    course = laid(policy(quantity=(5, 6)), **lived(vials))
    assert breaks(course, second(6, 5, 7, 8, 9)) == found


def test_a_limit_that_history_alone_passes_is_broken_whatever_is_planned() -> None:
    course = laid(policy(quantity=(4, 6)), **lived(5))
    assert breaks(course, second(8, 8, 8, 8, 8)) == [f"{A} + history.dispenses.0"]
    spared = without("history.dispenses.0")
    assert breaks(course, second(8, 8, 8, 8, 8), spared) == []


def test_broken_vials_count_as_dispensed() -> None:
    wasted = {"wasted": [{"date": day(3), "vials": 1, "cycle": 1}]}
    course = laid(policy(quantity=(5, 6)), **lived(5, **wasted))
    assert breaks(course, second(6, 5, 7, 8, 9)) == [f"{A} + history.dispenses.0"]


# II.A read by cycle ------------------------------------------------------------------------------

BY_CYCLE = {"readings": {"window": "cycle"}}


def test_read_by_cycle_each_cycles_own_vials_count_from_its_first_dispense() -> None:
    assert breaks(laid(policy(quantity=(4, 7)), **FAR, **BY_CYCLE), TWO) == []
    assert breaks(laid(policy(quantity=(3, 7)), **FAR, **BY_CYCLE), TWO) == [A]


@pytest.mark.parametrize(("per_days", "found"), [(5, [A]), (4, [])])
def test_read_by_cycle_the_count_ends_with_the_last_of_its_dates(
    per_days: int, found: list[str]
) -> None:
    # first dispense on day -1; days -1 .. 3 hold all four vials, days -1 .. 2 three
    calendar = of_bags(*sent(1, 0, -1, 1, 1, 3))
    course = laid(policy(quantity=(3, per_days)), pharmacy={"max_days_ahead": 9}, **BY_CYCLE)
    assert breaks(course, calendar) == found


def test_read_by_cycle_the_past_of_a_cycle_counts_with_it_alone() -> None:
    course = laid(policy(quantity=(4, 40)), **lived(4), **BY_CYCLE)
    assert breaks(course, second(6, 6, 6, 6, 6)) == []
    course = laid(policy(quantity=(4, 40)), **lived(5), **BY_CYCLE)
    assert breaks(course, second(6, 6, 6, 6, 6)) == [f"{A} + history.dispenses.0"]


# II.B --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "found"), [(40, []), (39, [EARLY])])
def test_the_units_opened_in_a_run_may_reach_the_limit(limit: int, found: list[str]) -> None:
    # four vials of 10 mcg on days 0 .. 3
    assert breaks(laid(policy(units=(limit, 6))), courses(0)) == found


@pytest.mark.parametrize(("limit", "found"), [(18, []), (17, [EARLY])])
def test_read_as_administered_only_what_is_given_counts(limit: int, found: list[str]) -> None:
    # 3 + 3 + 6 + 6 = 18
    given = {"readings": {"units.billed": "administered"}}
    assert breaks(laid(policy(units=(limit, 6)), **given), courses(0)) == found


@pytest.mark.parametrize(("per_days", "found"), [(3, []), (4, [EARLY])])
def test_units_are_dated_by_the_hang(per_days: int, found: list[str]) -> None:
    # all dispensed on day 0, hung on 0 .. 3: three in any three dates
    calendar = of_bags(*sent(1, 0, 0, 0, 0, 0))
    assert breaks(laid(policy(units=(30, per_days)), **FAR | {"cycles": 1}), calendar) == found


def test_read_by_dispense_units_are_dated_by_the_dispense() -> None:
    by_dispense = {"readings": {"date_of_service": "dispense"}, "pharmacy": {"max_days_ahead": 9}}
    together = of_bags(*sent(1, 0, 0, 0, 0, 0))
    apart = of_bags(*sent(1, 0, -4, 0, 0, 0))
    course = laid(policy(units=(30, 3)), **by_dispense)
    assert breaks(course, together) == [EARLY]
    assert breaks(course, apart) == []


def test_a_claim_by_dispense_is_rounded_up_once() -> None:
    # 2 x 1.84 + 2 x 4.60 = 12.88 mcg: 13 units, bag by bag 14
    child = {"weight_kg": 30, "bsa_m2": Decimal("0.92")}
    read = {"date_of_service": "dispense", "units.billed": "administered"}
    bags = tuple(
        bag._replace(dose=Decimal("1.84") if n < 2 else Decimal("4.6"))
        for n, bag in enumerate(sent(1, 0, 0, 0, 0, 0))
    )
    for limit, found in ((13, []), (12, [EARLY])):
        course = laid(
            policy(units=(limit, 6)),
            patient=child,
            readings=read,
            pharmacy={"max_days_ahead": 9},
        )
        assert breaks(course, of_bags(*bags)) == found


def test_each_line_of_ii_b_counts_the_cycles_it_names() -> None:
    # by day 6 the run 0 .. 6 holds cycle 1's 40 units and 10 of cycle 2: one line would be 50
    split = policy(early=1, units=(40, 7), late_units=(40, 7))
    assert breaks(laid(split, cycles=2), courses(0, 6)) == []
    together = policy(early=2, units=(40, 7))
    assert breaks(laid(together, cycles=2), courses(0, 6)) == [EARLY]
    late = policy(early=1, units=(40, 7), late_units=(39, 7))
    assert breaks(laid(late, cycles=2), courses(0, 6)) == [LATE]


def test_what_history_billed_counts_by_its_cycle() -> None:
    claims = {"claims": [{"date": day(3), "units": 31, "cycle": 1}]}
    rolling = policy(early=2, units=(40, 6))
    # 3 .. 8: 31 + 10 = 41 with the first bag of cycle 2 on day 8
    assert breaks(laid(rolling, **lived(4, **claims)), second(8, 8, 8, 8, 8)) == [
        f"{EARLY} + history.claims.0"
    ]
    late = {"max_delay_days": 3}
    assert breaks(laid(rolling, request=late, **lived(4, **claims)), second(9, 9, 9, 9, 9)) == []
    apart = policy(early=1, units=(40, 6), late_units=(40, 6))
    assert breaks(laid(apart, **lived(4, **claims)), second(8, 8, 8, 8, 8)) == []


# A limit as a rate, and refills ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        (6, []),  # 2 vials x 6 days <= 6 x 2 days supply
        (5, [A]),  # 12 > 10
    ],
)
def test_read_as_a_rate_each_dispense_keeps_to_the_limits_vials_a_day(
    limit: int, found: list[str]
) -> None:
    rate = {"readings": {"quantity.days_supply": "on"}}
    bags = (*daily(1, 0, step_days=2)[:2], Bag(1, day(2), 2, FULL, 2, day(2)))
    assert breaks(laid(policy(quantity=(limit, 6)), **rate), of_bags(*bags)) == found


def test_a_rate_counts_spare_vials_against_the_days_of_the_bags() -> None:
    rate = {"readings": {"quantity.days_supply": "on"}, "pharmacy": {"spare_vials": 1}}
    bags = daily(1, 0, step_days=2)
    calendar = Calendar(
        ((1, day(0)),), bags, tuple(Dispense(day(n), 1, 2 if n == 0 else 1) for n in range(4))
    )
    # 2 vials x 6 = 12 for one day: the limit has to be 12
    assert breaks(laid(policy(quantity=(12, 6)), **rate), calendar) == []
    assert breaks(laid(policy(quantity=(11, 6)), **rate), calendar) == [A]


@pytest.mark.parametrize(
    ("share", "found"),
    [
        (Decimal("0.5"), []),  # half of 2 days is 1: day 1 is late enough
        (Decimal("0.51"), ["readings.refill_threshold"]),  # 1.02 days, so day 2
    ],
)
def test_a_refill_waits_for_its_share_of_the_days_supply(share: Decimal, found: list[str]) -> None:
    course = laid(policy(), readings={"refill_threshold": share})
    two_days = Bag(1, day(0), 2, STEP, 1, day(0))
    bags = (two_days, Bag(1, day(2), 1, FULL, 1, day(1)), Bag(1, day(3), 1, FULL, 1, day(3)))
    assert breaks(course, of_bags(*bags)) == found
    assert breaks(course, of_bags(*bags), without("readings.refill_threshold")) == []


@pytest.mark.parametrize(
    ("start", "found"), [(7, []), (6, ["readings.refill_threshold + history.cycles.0"])]
)
def test_a_refill_waits_for_a_past_dispense_too(start: int, found: list[str]) -> None:
    # four days' supply on day 3, and all of it has to pass: day 7
    rows = [{"hang": day(n), "days": 1, "vials": 1, "dispense": day(3)} for n in range(3, 7)]
    history = {"cycles": [{"cycle": 1, "start": day(3), "bags": rows}]}
    course = laid(
        policy(length=3, days=4),
        history=history,
        as_of=day(6),
        readings={"refill_threshold": 1},
        **FAR,
    )
    calendar = second(start + 1, start, start, start, start)
    assert breaks(course, calendar) == found


def test_a_refill_waits_for_the_past_dispense_of_a_cycle_in_progress() -> None:
    # no dispense is listed: the bag of day 0 for two days was sent on day 0
    rows = [{"hang": day(0), "days": 2, "vials": 1}]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    course = laid(policy(), history=history, as_of=day(1), readings={"refill_threshold": 1})
    for sent_on, found in ((1, ["readings.refill_threshold + history.cycles.0"]), (2, [])):
        rest = (Bag(1, day(2), 2, FULL, 2, day(sent_on)),)
        calendar = Calendar((), rest, (Dispense(day(sent_on), 1, 2),))
        assert breaks(course, calendar) == found
