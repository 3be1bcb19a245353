"""Authorizations: cycles allotted in order, windows opened as decided, days held inside.

Small courses: 4 infusion days in cycles of 6; the initial authorization lasts 12 days and covers
two cycles, the renewal lasts 12 days and covers one.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planner.documents.policy import Span
from tests.oracle.brute import Calendar, Case, authorizations, violations
from tests.oracle.grants import allotments, end_of
from tests.oracle.hand import courses, sent_for
from tests.oracle.small import day, small_drug, small_policy, small_scenario

LAX: dict[str, Any] = {"quantity": (99, 6), "units": (990, 6)}


def windows(calendar: Calendar, policy: dict[str, Any] | None = None, **scenario: Any) -> list[Any]:
    """(id, first day, last day, cycles) of every authorization, days counted from day 0."""
    scenario = {"cycles": len(calendar.starts)} | scenario
    rules = small_policy(**(LAX | (policy or {})))
    found = authorizations(calendar, small_scenario(**scenario), rules, small_drug())
    return [
        (one.id, (one.start - day(0)).days, one.end and (one.end - day(0)).days, one.cycles)
        for one in found
    ]


def broken(calendar: Calendar, policy: dict[str, Any] | None = None, **scenario: Any) -> list[str]:
    known: dict[str, Any] = {"cycles": len(calendar.starts), "request": {"max_delay_days": 9}}
    rules = small_policy(**(LAX | (policy or {})))
    return violations(calendar, small_scenario(**(known | scenario)), rules, small_drug())


def test_a_renewal_opens_the_day_after_the_initial_authorization_ends() -> None:
    found = windows(courses(0, 6, 12))
    assert found == [("initial", 0, 11, (1, 2)), ("continued-1", 12, 23, (3,))]
    assert broken(courses(0, 6, 12)) == []


def test_a_renewal_opens_as_many_days_later_as_it_takes_to_hold_its_last_day() -> None:
    """Cycle 3 on days 22 to 25 needs an end on day 25 or later: opened on day 25 - 11 = 14."""
    assert windows(courses(0, 6, 22))[1] == ("continued-1", 14, 25, (3,))
    assert broken(courses(0, 6, 22), request={"max_delay_days": 10}) == []


def test_a_renewal_that_would_open_after_its_first_day_is_refused() -> None:
    """The initial window lasts to day 13, so cycle 3 on day 12 lies before the renewal."""
    found = broken(courses(0, 6, 12), {"initial": (2, "weeks")})
    assert found == [
        f"I.rr.continued: cycle 3 on {day(n)}, continued-1 covers {day(14)} to {day(25)}"
        for n in (12, 12, 13, 13)
    ]


@pytest.mark.parametrize(("start", "kept"), [(8, True), (9, False)])
def test_the_initial_window_holds_its_slack_and_no_day_more(start: int, kept: bool) -> None:
    """12 days from day 0 hold cycle 2 on days 8 to 11, and not on days 9 to 12."""
    found = broken(courses(0, start))
    assert (found == []) is kept
    assert all(sentence.startswith("I.rr.initial: cycle 2 on 2026-01-17") for sentence in found)


def test_the_days_free_of_treatment_need_not_be_covered() -> None:
    """10 days hold the infusion days 0-3 and 6-9; cycle 2 lasts to day 11."""
    assert broken(courses(0, 6), {"initial": (10, "days")}) == []
    assert broken(courses(0, 6), {"initial": (9, "days")})


def test_as_read_dispenses_lie_inside_too_and_open_the_window() -> None:
    plain = courses(0, 6)
    bags = (plain.bags[0]._replace(dispense=day(-1)), *plain.bags[1:])
    early = Calendar(plain.starts, bags, sent_for(bags))
    assert windows(early)[0][1:3] == (0, 11)
    every = {"authorization.covers": "all"}
    assert windows(early, readings=every)[0][1:3] == (-1, 10)
    assert broken(early, {"initial": (10, "days")}) == []
    assert broken(early, {"initial": (10, "days")}, readings=every)


def test_a_claim_dated_by_its_dispense_opens_the_window() -> None:
    plain = courses(0, 6)
    bags = (plain.bags[0]._replace(dispense=day(-1)), *plain.bags[1:])
    early = Calendar(plain.starts, bags, sent_for(bags))
    assert windows(early, readings={"date_of_service": "dispense"})[0][1:3] == (-1, 10)


def test_given_dates_win() -> None:
    given = [{"kind": "initial", "start": day(-2)}, {"kind": "continued", "start": day(11)}]
    assert windows(courses(0, 6, 12), authorizations=given) == [
        ("initial", -2, 9, (1, 2)),
        ("continued-1", 11, 22, (3,)),
    ]
    ended = [{"kind": "initial", "start": day(0), "end": day(8)}]
    assert (
        broken(courses(0, 6), authorizations=ended)
        == [f"I.rr.initial: cycle 2 on {day(9)}, initial covers {day(0)} to {day(8)}"] * 2
    )


def test_cycles_go_to_authorizations_in_order_or_as_the_scenario_says() -> None:
    def allotted(*given: dict[str, Any], cycles: int = 3) -> list[tuple[str, tuple[int, ...]]]:
        scenario = small_scenario(cycles=cycles, authorizations=given)
        case = Case(scenario, small_policy(), small_drug())
        return [(one.id, one.cycles) for one in allotments(case)]

    assert allotted() == [("initial", (1, 2)), ("continued-1", (3,))]
    assert allotted(cycles=2) == [("initial", (1, 2))]
    assert allotted({"kind": "initial", "cycles": 3}) == [("initial", (1, 2, 3))]
    assert allotted({"kind": "continued", "cycles": [3]}) == [
        ("initial", (1, 2)),
        ("continued-1", (3,)),
    ]
    assert allotted({"kind": "continued", "cycles": [2]}) == [
        ("initial", (1,)),
        ("continued-1", (2,)),
    ]
    first, second = {"kind": "initial", "cycles": [1]}, {"kind": "continued", "cycles": [3]}
    assert allotted(first, second) == [("initial", (1,)), ("continued-1", (3,))]


def test_a_cycle_without_authorization_and_a_renewal_too_many_are_refused() -> None:
    plain = courses(0, 6, 12)
    assert broken(plain, {"renewals": 0}) == ["authorizations: cycle 3 has 0"]
    twice = [{"kind": "continued", "cycles": [2]}, {"kind": "continued", "cycles": [3]}]
    found = broken(courses(0, 12, 24), authorizations=twice, request={"max_delay_days": 12})
    assert [sentence.split(":")[0] for sentence in found] == [
        "I.rr.continued",
        "I.rr.continued",
        "IV.rr.continued-cycles",
    ]


def test_coverage_that_is_never_renewed_refuses_a_given_renewal() -> None:
    policy = small_policy(**LAX, renewals=0)
    given = [{"kind": "continued", "cycles": [3], "start": day(12)}]
    scenario = small_scenario(cycles=3, authorizations=given)
    assert violations(courses(0, 6, 12), scenario, policy, small_drug())


def test_a_cycle_named_under_a_renewal_that_there_is_none_of_is_left_bare() -> None:
    policy = small_policy(**LAX, renewals=0)
    named = [{"kind": "continued", "cycles": [2]}]
    scenario = small_scenario(cycles=2, authorizations=named)
    found = violations(courses(0, 6), scenario, policy, small_drug())
    assert found == ["authorizations: cycle 2 has 0"]


def test_granted_units_bound_the_claims_of_the_cycles_covered() -> None:
    """Two cycles of four vials: 80 units."""
    assert broken(courses(0, 6), authorizations=[{"kind": "initial", "units": 80}]) == []
    assert broken(courses(0, 6), authorizations=[{"kind": "initial", "units": 79}]) == [
        "authorizations: 80 units under initial, 79 granted"
    ]


@pytest.mark.parametrize(
    ("count", "unit", "last"),
    [
        (28, "days", dt.date(2026, 2, 1)),
        (30, "weeks", dt.date(2026, 8, 2)),
        (9, "months", dt.date(2026, 10, 4)),
        (12, "months", dt.date(2027, 1, 4)),
    ],
)
def test_a_length_of_time_ends_on_its_last_day(count: int, unit: Any, last: dt.date) -> None:
    """From Monday 5 January 2026: 28 days end on day 27, 30 weeks on day 209."""
    assert end_of(day(0), Span(count=count, unit=unit)) == last
