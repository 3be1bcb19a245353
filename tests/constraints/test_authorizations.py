"""Section I: every covered day lies inside the authorization of its cycle."""

from __future__ import annotations

from typing import Any

import pytest

from planner.constraints.model import build, build_starts
from planner.constraints.openings import Stands, standing
from planner.documents.policy import Policy
from tests.constraints.boards import breaks, laid, of_bags, on, without
from tests.oracle.builders import day, small_policy
from tests.oracle.hand import courses, daily
from tests.oracle.values import Calendar, Dispense

INITIAL, CONTINUED = "I.rr.initial", "I.rr.continued"


def policy(**numbers: Any) -> Policy:
    """Three cycles of four days in six, two of them under the initial authorization."""
    return small_policy(**{"quantity": (40, 6), "units": (400, 6), **numbers})


# The initial authorization -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "found"),
    [
        (10, []),  # cycle 2 infuses days 6 .. 9
        (9, [INITIAL]),
    ],
)
def test_the_last_infusion_day_lies_on_or_before_the_last_day_covered(
    length: int, found: list[str]
) -> None:
    assert breaks(laid(policy(initial=(length, "days")), cycles=2), courses(0, 6)) == found


def test_the_initial_window_opens_with_the_first_infusion_day() -> None:
    course = laid(
        policy(initial=(10, "days")),
        cycles=2,
        request={"first_infusion": {"earliest": day(0), "latest": day(2)}},
    )
    assert breaks(course, courses(1, 7)) == []
    assert breaks(course, courses(1, 8)) == [INITIAL]


def given(kind: str = "initial", **rest: Any) -> dict[str, Any]:
    dated = {k: day(v) if k in ("start", "end") else v for k, v in rest.items()}
    return {"kind": kind, **dated}


@pytest.mark.parametrize(
    ("start", "end", "kept"), [(0, 9, True), (-5, 20, True), (1, 20, False), (0, 8, False)]
)
def test_the_dates_given_win_on_either_side(start: int, end: int, kept: bool) -> None:
    course = laid(policy(), cycles=2, authorizations=[given(start=start, end=end)])
    assert breaks(course, courses(0, 6)) == ([] if kept else ["authorizations.0"])


def test_a_given_start_without_an_end_lasts_as_long_as_the_clause_says() -> None:
    for start, found in ((-2, []), (-3, ["authorizations.0 + I.rr.initial"])):
        course = laid(policy(), cycles=2, authorizations=[given(start=start)])
        # 12 days from -2 are -2 .. 9
        assert breaks(course, courses(0, 6)) == found


# Renewals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("third", "kept"),
    [
        (12, True),  # the initial window ends with day 11
        (11, False),
    ],
)
def test_a_renewal_opens_the_day_after_the_one_before_ends(third: int, kept: bool) -> None:
    course = laid(policy(length=5), cycles=3)
    calendar = courses(0, 5, third)
    assert (breaks(course, calendar) == []) is kept
    assert breaks(course, calendar, without(INITIAL)) == []
    assert breaks(course, calendar, without(CONTINUED)) == []


@pytest.mark.parametrize("third", [12, 14, 22])
def test_a_renewal_may_open_later_to_hold_its_last_day(third: int) -> None:
    late = {"max_delay_days": 20}
    course = laid(policy(continued=(4, "days")), cycles=3, request=late)
    assert breaks(course, courses(0, 6, third)) == []


@pytest.mark.parametrize(("length", "kept"), [(4, True), (3, False)])
def test_a_renewal_holds_its_cycle(length: int, kept: bool) -> None:
    course = laid(policy(continued=(length, "days")), cycles=3)
    calendar = courses(0, 6, 12)
    assert (breaks(course, calendar) == []) is kept
    assert breaks(course, calendar, without(CONTINUED)) == []


def test_a_given_renewal_is_where_the_scenario_says() -> None:
    rows = [given(start=0), given("continued", start=13, end=20)]
    course = laid(policy(), cycles=3, authorizations=rows)
    assert breaks(course, courses(0, 6, 13)) == []
    assert breaks(course, courses(0, 6, 12)) == ["authorizations.1"]


def unprinted() -> Policy:
    """The policy without any word on authorizations and renewals."""
    full = policy()
    kept = {k: c for k, c in full.clauses.items() if c.rule not in ("authorization", "renewal")}
    return full.model_copy(update={"clauses": kept})


@pytest.mark.parametrize(("end", "found"), [(9, []), (8, ["authorizations.0"])])
def test_an_authorization_that_no_clause_prints_is_where_the_scenario_says(
    end: int, found: list[str]
) -> None:
    # cycle 2 infuses days 6 .. 9
    course = laid(unprinted(), cycles=2, authorizations=[given(start=0, end=end)])
    assert breaks(course, courses(0, 6)) == found
    assert breaks(course, courses(0, 6), without("authorizations.0")) == []


@pytest.mark.parametrize(("start", "found"), [(6, []), (7, ["authorizations.1"])])
def test_a_renewal_that_no_clause_prints_is_where_the_scenario_says(
    start: int, found: list[str]
) -> None:
    rows = [given(cycles=1, start=0, end=5), given("continued", start=start, end=20)]
    course = laid(unprinted(), cycles=2, authorizations=rows)
    assert breaks(course, courses(0, 6)) == found


def test_units_granted_without_dates_count_where_no_clause_prints_an_authorization() -> None:
    # two cycles of four vials of 10 units
    for units, found in ((80, []), (79, ["authorizations.0"])):
        rows = [given(end=30, units=units)]
        course = laid(unprinted(), cycles=2, authorizations=rows)
        assert breaks(course, courses(0, 6)) == found


def test_a_cycle_that_no_authorization_covers_needs_none_where_none_is_printed() -> None:
    course = laid(unprinted(), cycles=2, authorizations=[given(cycles=1, start=0, end=5)])
    assert breaks(course, courses(0, 6)) == []


# Dispenses and claims ----------------------------------------------------------------------------


def ahead(*, days: int) -> Calendar:
    """Cycle 1 of day 0, all dispensed some days before."""
    return of_bags(*(bag._replace(dispense=day(-days)) for bag in daily(1, 0, step_days=2)))


@pytest.mark.parametrize(
    ("readings", "length", "kept"),
    [
        ({}, 4, True),  # dispenses before the window need not be covered
        ({"authorization.covers": "all"}, 4, False),
        ({"authorization.covers": "all"}, 6, True),  # -2 .. 3
        ({"date_of_service": "dispense"}, 5, False),  # the claim of day -2 is covered
        ({"date_of_service": "dispense"}, 6, True),
    ],
)
def test_dispenses_are_covered_where_the_readings_say_so(
    readings: dict[str, str], length: int, kept: bool
) -> None:
    far = {"max_days_ahead": 5}
    course = laid(policy(initial=(length, "days")), readings=readings, pharmacy=far)
    assert breaks(course, ahead(days=2)) == ([] if kept else [INITIAL])


def test_a_requested_dispense_that_feeds_no_bag_is_no_claim() -> None:
    rows = [
        {"date": day(-2), "vials": 1, "cycle": 1},
        {"date": day(0), "vials": 4, "cycle": 1},
    ]
    bags = tuple(bag._replace(dispense=day(0)) for bag in daily(1, 0, step_days=2))
    calendar = Calendar(((1, day(0)),), bags, (Dispense(day(-2), 1, 1), Dispense(day(0), 1, 4)))
    parts: dict[str, Any] = {"request": {"dispenses": rows}, "pharmacy": {"max_days_ahead": 5}}
    by_dispense = {"date_of_service": "dispense"}
    four = policy(initial=(4, "days"))
    assert breaks(laid(four, readings=by_dispense, **parts), calendar) == []
    every = by_dispense | {"authorization.covers": "all"}
    assert breaks(laid(four, readings=every, **parts), calendar) == [INITIAL]


@pytest.mark.parametrize(("units", "found"), [(80, []), (79, ["authorizations.0"])])
def test_units_granted_bound_those_of_all_cycles_covered(units: int, found: list[str]) -> None:
    # two cycles of four vials of 10 mcg
    course = laid(policy(), cycles=2, authorizations=[given(units=units)])
    assert breaks(course, courses(0, 6)) == found


# The past ----------------------------------------------------------------------------------------


def lived(start: int = 0) -> dict[str, Any]:
    rows = [{"hang": day(start + n), "days": 1, "vials": 1} for n in range(4)]
    return {
        "history": {"cycles": [{"cycle": 1, "start": day(start), "bags": rows}]},
        "as_of": day(start + 4),
        "cycles": 2,
    }


def second(start: int) -> Calendar:
    bags = daily(2, start)
    return Calendar(((2, day(start)),), bags, of_bags(*bags, c2=start).dispenses)


@pytest.mark.parametrize(("start", "found"), [(8, []), (9, [INITIAL])])
def test_the_window_of_a_cycle_that_has_begun_is_a_fact(start: int, found: list[str]) -> None:
    # opened on day 0, 12 days: up to day 11
    late = {"max_delay_days": 9}
    assert breaks(laid(policy(), request=late, **lived()), second(start)) == found


def test_a_past_day_outside_the_window_given_is_a_contradiction() -> None:
    course = laid(policy(), authorizations=[given(start=1, end=30)], **lived())
    assert breaks(course, second(6)) == ["authorizations.0 + history.cycles.0"]
    assert breaks(course, second(6), without("authorizations.0")) == []


def test_a_renewal_follows_an_authorization_that_is_all_past() -> None:
    # cycle 1 alone under 6 days: 0 .. 5; the renewal opens on day 6 at the earliest
    one = policy(initial=(6, "days"), initial_cycles=1, cycles=2, length=5)
    course = laid(one, **lived())
    assert breaks(course, second(6)) == []
    assert breaks(course, second(5)) != []


def test_vials_sent_before_the_first_cycle_open_its_window_where_dispenses_are_covered() -> None:
    sent = {"dispenses": [{"date": day(-2), "vials": 4, "cycle": 1}]}
    parts: dict[str, Any] = {
        "history": sent,
        "as_of": day(0),
        "readings": {"authorization.covers": "all"},
    }
    bags = tuple(bag._replace(dispense=day(-2)) for bag in daily(1, 0, step_days=2))
    far = {"max_days_ahead": 9}
    for length, kept in ((6, True), (5, False)):
        course = laid(policy(initial=(length, "days")), pharmacy=far, **parts)
        found = breaks(course, Calendar(((1, day(0)),), bags, ()))
        assert (found == []) is kept


# Which rules stand -------------------------------------------------------------------------------


def test_each_end_of_a_window_comes_from_the_setting_or_the_clause() -> None:
    setting = "authorizations.0"
    course = laid(policy(), cycles=3, authorizations=[given(start=0)])
    board = build_starts(course)
    initial, renewal = course.slots
    # the start is given, and the clause says how long it lasts from there
    assert standing(board, initial) == Stands((setting,), (setting, INITIAL))
    assert standing(board, renewal) == Stands((CONTINUED,), (CONTINUED,))
    full = laid(policy(), cycles=2, authorizations=[given(start=0, end=20)])
    assert standing(build_starts(full), full.slots[0]) == Stands((setting,), (setting,))
    assert standing(build_starts(course, without(setting)), initial) is None


def test_what_no_clause_prints_comes_from_the_setting_alone() -> None:
    setting = "authorizations.0"
    course = laid(unprinted(), cycles=2, authorizations=[given(end=20)])
    (only,) = course.slots
    assert standing(build_starts(course), only) == Stands((setting,), (setting,))
    assert standing(build_starts(course, without(setting)), only) is None


def test_a_start_that_is_given_bars_the_days_before_it_without_the_clause() -> None:
    course = laid(policy(), cycles=1, authorizations=[given(start=3)])
    assert standing(build_starts(course, without(INITIAL)), course.slots[0]) == Stands(
        ("authorizations.0",), None
    )
    assert breaks(course, courses(0), without(INITIAL)) == ["authorizations.0"]
    assert "authorizations.0" not in breaks(course, courses(3), without(INITIAL))


def test_without_the_clause_no_window_holds_a_cycle() -> None:
    course = laid(policy(initial=(3, "days")), cycles=1)
    assert breaks(course, courses(0)) == [INITIAL]
    assert breaks(course, courses(0), without(INITIAL)) == []


def test_a_part_of_the_course_without_its_first_cycle_knows_no_initial_window() -> None:
    course = laid(policy(initial=(9, "days")), cycles=2)
    part = build(course, cycles=course.cycles[1:], origins={2: (on(6),)})
    assert not any(INITIAL in row.members for row in part.system.rows)
