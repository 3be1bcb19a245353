"""Authorizations as a search over starts carries them along: when they may have opened."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.constraints import authorizations, nature
from planner.constraints.rules import Rules
from planner.constraints.system import Active, everything
from planner.constraints.variables import Variables
from planner.documents.policy import Policy
from planner.labels.authorized import Openings
from planner.labels.packed import NEVER
from planner.regimen.course import Course
from planner.regimen.dated import EVER, Opened
from planner.search.engine import Verdict, solve
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_policy
from tests.search.agreeing import least_delay

# Cycles of 4 infusion days; the initial authorization holds cycles 1 and 2, each renewal one.
TWELVE = small_policy(cycles=4, initial=(12, "days"), continued=(12, "days"), renewals=2)


def openings(course: Course, active: Active = everything) -> Openings:
    return Openings(course, Rules(course, active), course.cycles)


def followed(course: Course, *starts: int, active: Active = everything) -> Opened | None:
    """What is known behind cycles 1, 2, .. on these days."""
    own = openings(course, active)
    opened = own.begin()
    for cycle, start in zip(course.cycles, starts, strict=False):
        if opened is not None:
            opened = own.after(opened, cycle, on(start))
    return opened


def course_of_twelve(policy: Policy = TWELVE, **parts: Any) -> Course:
    return laid(policy, cycles=4, **parts)


def test_before_any_cycle_nothing_is_known() -> None:
    assert openings(course_of_twelve()).begin() == Opened(None, EVER, NEVER)


def test_the_initial_authorization_opens_on_the_first_infusion_day() -> None:
    assert followed(course_of_twelve(), 0) == Opened(0, on(0), on(0))
    assert followed(course_of_twelve(), 2) == Opened(0, on(2), on(2))


def test_the_last_infusion_day_of_its_cycles_lies_before_its_end() -> None:
    # 12 days from day 0 are 0 .. 11; a cycle on day 8 infuses 8 .. 11, on day 9 up to day 12
    assert followed(course_of_twelve(), 0, 8) == Opened(0, on(0), on(0))
    assert followed(course_of_twelve(), 0, 9) is None
    # a day later throughout where it opens a day later
    assert followed(course_of_twelve(), 1, 9) is not None


def test_a_renewal_opens_the_day_after_or_later() -> None:
    course = course_of_twelve()
    assert followed(course, 0, 6, 11) is None  # day 11 is still the initial one's
    assert followed(course, 0, 6, 12) == Opened(1, on(12), on(12))
    assert followed(course, 0, 6, 20) == Opened(1, on(12), on(20))
    # a cycle on day 25 infuses up to day 28: 12 days that hold it open on day 17 or later
    assert followed(course, 0, 6, 25) == Opened(1, on(17), on(25))


def test_a_second_renewal_opens_behind_the_earliest_end_of_the_first() -> None:
    course = course_of_twelve()
    # renewal 1 opens on 12 .. 20 and so ends on day 23 at the earliest
    assert followed(course, 0, 6, 20, 23) is None
    assert followed(course, 0, 6, 20, 24) == Opened(2, on(24), on(24))
    # it opens on day 17 at the earliest to hold day 28, and then ends with day 28
    assert followed(course, 0, 6, 25, 28) is None
    assert followed(course, 0, 6, 25, 29) == Opened(2, on(29), on(29))


def test_a_renewal_of_two_cycles_opens_no_later_than_the_first_and_holds_the_second() -> None:
    policy = small_policy(cycles=4, continued_cycles=2, continued=(12, "days"))
    course = course_of_twelve(policy)
    # 12 days from day 12 are 12 .. 23: cycle 4 on day 20 infuses 20 .. 23
    assert followed(course, 0, 6, 12, 20) == Opened(1, on(12), on(12))
    assert followed(course, 0, 6, 12, 21) is None
    # opened a day later it holds day 24, where cycle 3 waits as long
    assert followed(course, 0, 6, 13, 21) == Opened(1, on(13), on(13))
    assert followed(course, 0, 6, 14, 21) == Opened(1, on(13), on(14))


def test_a_month_from_the_end_of_a_month_is_counted_by_the_calendar() -> None:
    policy = small_policy(initial=(1, "months"), continued=(1, "months"))
    course = laid(policy, cycles=3)
    # from 5 January to 4 February: days 0 .. 30
    assert followed(course, 0, 27) is not None
    assert followed(course, 0, 28) is None
    own = openings(course)
    third = course.cycles[2]
    unknown = own.within(third)
    # 28 February (day 54) is the last day of a month that opened on 29 January (day 24), of which
    # there is no anniversary: it ends with February, as do those from the 30th, 31st and 1st
    assert own.after(unknown, third, on(51)) == Opened(1, on(24), on(51), 0)
    # 27 February (day 53) of one that opened on 28 January (day 23)
    assert own.after(unknown, third, on(50)) == Opened(1, on(23), on(50))


def test_weeks_hold_seven_days_each() -> None:
    course = laid(small_policy(initial=(2, "weeks")), cycles=2)
    assert followed(course, 0, 10) is not None  # 10 .. 13
    assert followed(course, 0, 11) is None


# Given authorizations ----------------------------------------------------------------------------


def given_initial(**rest: Any) -> list[dict[str, Any]]:
    return [{"kind": "initial", **rest}]


def test_a_given_start_is_neither_earlier_nor_later() -> None:
    course = course_of_twelve(authorizations=given_initial(start=day(2)))
    assert followed(course, 1) is None
    assert followed(course, 2) == Opened(0, on(2), on(2))
    # 2 .. 13
    assert followed(course, 5, 10) == Opened(0, on(2), on(2))
    assert followed(course, 5, 11) is None


def test_a_given_end_holds_whatever_the_policy_says_of_its_length() -> None:
    course = course_of_twelve(authorizations=given_initial(start=day(0), end=day(5)))
    assert followed(course, 2) == Opened(0, on(0), on(0))
    assert followed(course, 3) is None


def test_a_given_renewal_opens_as_given_though_the_one_before_has_not_ended() -> None:
    def renewal(start: int) -> Course:
        return course_of_twelve(authorizations=[{"kind": "continued", "start": day(start)}])

    assert followed(renewal(11), 0, 6, 12) == Opened(1, on(11), on(11))
    assert followed(renewal(12), 0, 6, 14) == Opened(1, on(12), on(12))
    assert followed(renewal(13), 0, 6, 12) is None


def test_two_given_authorizations_may_overlap() -> None:
    both = [{"kind": "initial", "start": day(0)}, {"kind": "continued", "start": day(8)}]
    assert followed(course_of_twelve(authorizations=both), 0, 6, 12) == Opened(1, on(8), on(8))


# History and rules left out ----------------------------------------------------------------------


def begun(days: int) -> dict[str, Any]:
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(days)]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    return {"history": history, "as_of": day(days)}


def test_history_has_opened_the_initial_authorization() -> None:
    course = course_of_twelve(**begun(4))
    assert openings(course).begin() == Opened(0, on(0), on(0))
    # cycle 2 is the first that is still planned
    assert followed(course, 8) == Opened(0, on(0), on(0))
    assert followed(course, 9) is None


def test_a_cycle_in_progress_stays_in_the_authorization_that_history_opened() -> None:
    course = course_of_twelve(**begun(2))
    assert followed(course, 0, 8) == Opened(0, on(0), on(0))
    assert followed(course, 0, 9) is None


def test_claims_of_a_cycle_left_out_have_opened_the_initial_authorization_all_the_same() -> None:
    # billed on days 0 .. 3: the initial authorization covers days 0 .. 11, the renewal opens on
    # day 12. If only cycle 2 opened it, on day 6 and up to day 17, cycle 3 had to wait for day 18
    history = {
        **begun(4)["history"],
        "claims": [{"date": day(n), "units": 10, "cycle": 1} for n in range(4)],
        "dispenses": [{"date": day(n), "vials": 1, "cycle": 1} for n in range(4)],
    }
    policy = small_policy(quantity=(40, 6), units=(400, 6), continued=(20, "days"))
    course = laid(policy, cycles=3, history=history, as_of=day(6))
    free = without("history.cycles.0")
    assert openings(course, free).begin() == Opened(0, on(0), on(0))
    assert followed(course, 6, 12, active=free) == Opened(1, on(12), on(12))
    assert least_delay(course, free) == 0
    unbilled = without("history.cycles.0", *(f"history.claims.{n}" for n in range(4)))
    assert followed(course, 6, 12, active=unbilled) is None


def test_a_history_past_the_end_of_its_authorization_leaves_nothing() -> None:
    given = given_initial(start=day(0), end=day(2))
    assert openings(course_of_twelve(authorizations=given, **begun(4))).begin() is None
    barely = given_initial(start=day(0), end=day(3))
    assert openings(course_of_twelve(authorizations=barely, **begun(4))).begin() is not None


def test_a_clause_left_out_opens_nothing() -> None:
    course = course_of_twelve()
    free = without("I.rr.initial")
    assert followed(course, 0, 60, active=free) == Opened()
    # the renewal stands alone, then, and may have opened at any time before
    third = followed(course, 0, 60, 70, active=free)
    assert third == Opened(1, on(62), on(70))  # 62 .. 73


def test_an_initial_authorization_whose_first_cycle_is_elsewhere_is_left_out() -> None:
    course = course_of_twelve()
    board = Rules(course, everything)
    part = Openings(course, board, course.cycles[1:])
    assert part.after(Opened(), course.cycles[1], on(90)) == Opened()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Opened(0, 3, 9), Opened(0, 3, 9), True),
        (Opened(0, 2, 9), Opened(0, 3, 9), True),  # ends earlier
        (Opened(0, 3, 9), Opened(0, 3, 8), True),  # may open later
        (Opened(0, 4, 9), Opened(0, 3, 9), False),
        (Opened(0, 3, 8), Opened(0, 3, 9), False),
        (Opened(0, 2, 9), Opened(1, 3, 8), False),
    ],
)
def test_more_room_is_an_earlier_first_and_a_later_last_day(
    one: Opened, other: Opened, expected: bool
) -> None:
    assert one.no_tighter(other) is expected


# Against the rows --------------------------------------------------------------------------------


def drawn(rng: Random) -> tuple[Course, list[int]]:
    """A course with authorizations near what its cycles need, and starts for it."""
    cycles, first = rng.randint(2, 5), rng.randint(1, 3)
    continued = rng.randint(1, 2)
    policy = small_policy(
        cycles=cycles,
        initial=rng.choice([(rng.randint(4, 22), "days"), (2, "weeks"), (1, "months")]),
        initial_cycles=first,
        continued=rng.choice([(rng.randint(4, 18), "days"), (1, "weeks"), (1, "months")]),
        continued_cycles=continued,
        renewals=max(1, -(-(cycles - first) // continued)),
    )
    given: list[dict[str, Any]] = []
    for kind in ("initial", "continued"):
        if rng.random() < 0.3:
            start = rng.choice([-1, 0, 1]) if kind == "initial" else rng.randint(6, 24)
            row: dict[str, Any] = {"kind": kind, "start": day(start)}
            given.append(row | ({"end": day(start + rng.randint(6, 20))} if start % 2 else {}))
    course = laid(policy, cycles=cycles, request={"max_delay_days": 40}, authorizations=given)
    starts, at = [], 0
    for _ in range(cycles):
        starts.append(at)
        at += 6 + rng.choice([0, 0, 1, 2, 4, 9])
    return course, starts


def kept_by_rows(course: Course, starts: list[int], active: Active) -> bool:
    origins = {c.number: (on(s),) for c, s in zip(course.cycles, starts, strict=True)}
    board = Variables(course, active, course.cycles, origins, bags=False)
    nature.one_start(board)
    authorizations.authorizations(board)
    answer = solve(board.system)
    assert answer.verdict is not Verdict.UNDECIDED
    return answer.found


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_starts_are_followed_to_the_end_just_where_the_rows_can_be_kept(seed: int) -> None:
    rng = Random(seed)
    course, starts = drawn(rng)
    left_out = rng.choice(["", "", "I.rr.initial", "I.rr.continued", "authorizations.0"])
    active = without(left_out)
    opened = followed(course, *starts, active=active)
    assert (opened is not None) is kept_by_rows(course, starts, active)
