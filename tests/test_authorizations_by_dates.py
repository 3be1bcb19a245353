"""Authorizations by dates alone, by cycles alone, and without a length, against brute force.

Small cases: a cycle infuses for 4 days of 6; day 0 is Monday 5 January 2026.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st

import planner
from planner.documents.errors import InputErrors
from planner.documents.plan import Plan
from planner.documents.policy import Policy
from planner.documents.scenario import Authorization
from tests.oracle.brute import Case
from tests.oracle.builders import day, small_drug, small_policy, small_scenario
from tests.oracle.drawn_fresh import often
from tests.sampled import examples
from tests.test_agreement import (
    assert_audit_agrees,
    assert_rows_agree,
    assert_same_best,
)
from tests.written import written

ROOMY: dict[str, Any] = {"quantity": (40, 6), "units": (400, 6)}


def _policy(rng: Random, readings: dict[str, str], *, printed: bool) -> Policy:
    """Lengths near what one or two cycles take, all ``printed`` or not; numbers of cycles now and
    then."""
    days = rng.choice([2, 3])
    length = days + rng.choice([1, 2])
    cycles = rng.choice([2, 2, 3])
    near = [days - 1, days, length, length + days - 1, length + days, length + days + 1]
    return small_policy(
        days=days,
        length=length,
        cycles=cycles,
        early=cycles,
        quantity=(40, length),
        units=(400, length),
        step_days=0,
        initial=(rng.choice(near), "days") if printed or rng.random() < 0.9 else None,
        initial_cycles=rng.choice([None, None, None, 1, 2]),
        continued=(rng.choice(near), "days") if printed or rng.random() < 0.9 else None,
        continued_cycles=rng.choice([None, None, None, 1]),
        renewals=2 if rng.random() < 0.2 else often(rng, 1, 0, "any"),
        readings=readings,
    )


def _given(rng: Random) -> list[dict[str, Any]]:
    """One or two authorizations with dates, and now and then their cycles."""
    rows = []
    start = rng.choice([-1, 0, 0, 1])
    for kind in rng.choice([(), (), ("initial",), ("initial", "continued"), ("continued",)]):
        end = start + rng.choice([3, 5, 6, 8])
        row: dict[str, Any] = {"kind": kind}
        if rng.random() < 0.8:
            row["start"] = day(start)
        if rng.random() < 0.8:
            row["end"] = day(end)
        row |= often(rng, {}, {"cycles": 1}, {"cycles": 2}, {"cycles": (2,)})
        rows.append(row)
        start = end + rng.choice([1, 1, 1, 2, 3])
    return rows


def drawn_case(rng: Random) -> Case:
    """A case whose authorizations say little of cycles."""
    readings = {
        "authorization.per": rng.choice(["cycle", "cycle", "day"]),
        "authorization.covers": often(rng, "service", "all"),
    }
    by_day = readings["authorization.per"] == "day"
    policy = _policy(rng, readings, printed=by_day)
    rows = _given(rng)
    if by_day:  # no two that hold a day, of which either may count a cycle
        rows = [{**row, "cycles": None} for row in rows if rows[0]["kind"] == "initial"]
    given = [Authorization.model_validate(row) for row in rows]
    scenario = small_scenario(
        cycles=rng.choice([1, 2, 2, 3]),
        authorizations=given,
        pharmacy={"bags": ["24h"], "max_days_ahead": rng.choice([0, 0, 1])},
        request={"max_delay_days": rng.choice([0, 1, 2, 4])},
        objectives=["delay", *rng.sample(["vials", "dispenses", "stock_days"], 2)],
    )
    return Case(scenario, policy, small_drug(bags=("24h",), for_step_dose=("24h",)))


dated = st.builds(drawn_case, st.integers(0, 10**9).map(Random))


def test_a_renewal_without_a_start_opens_behind_one_that_dates_allot() -> None:
    """The first authorization lasts five days, 5 to 9 January; the one given for cycle 2 says its
    end alone: it opens on the 10th, though the cycle starts on the 11th."""
    assert_rows_agree(drawn_case(Random(9934)))


@examples(210, dated)
def test_the_search_finds_the_best_calendar_or_that_there_is_none(case: Case) -> None:
    assert_same_best(case)


@examples(210, dated)
def test_a_calendar_keeps_all_rows_just_where_brute_force_keeps_it(case: Case) -> None:
    assert_rows_agree(case)


@examples(210, dated)
def test_the_audit_refuses_just_what_brute_force_refuses(case: Case) -> None:
    assert_audit_agrees(case)


# As a policy prints it: six months, then twelve, and no number of cycles -------------------------

QUALCHOICE: dict[str, Any] = {
    "format": "planner-scenario/1",
    "policy": "qualchoice-bi477",
    "patient": {"age": 41, "weight_kg": 70, "diagnosis": "C91.02"},
    "indication": "adult-rr",
    "request": {"first_infusion": "2026-01-05", "cycles": 5},
}
BOTH = [
    {"number": "A1", "kind": "initial", "start": "2026-01-05", "end": "2026-07-04"},
    {"number": "A2", "kind": "continued", "start": "2026-07-05", "end": "2027-07-04"},
]
BY_DAY = {"authorization.per": "day"}


def covered(**parts: Any) -> tuple[int, list[tuple[str, str, str, tuple[int, ...]]]]:
    """The delay of the audited plan, and its authorizations."""
    made = planner.plan(written({**QUALCHOICE, **parts}))
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    return made.totals.delay_days, [
        (one.id, str(one.start), str(one.end), one.cycles) for one in made.authorizations
    ]


@pytest.mark.parametrize("given", [[], BOTH])
def test_a_cycle_on_the_border_of_six_months_waits_for_the_renewal(
    given: list[dict[str, str]],
) -> None:
    # six months from 5 January end on 4 July; cycle 5 could start on day 168, 22 June, and infuse
    # until 19 July: it starts on 5 July, 13 days later
    assert covered(authorizations=given) == (
        13,
        [
            ("initial", "2026-01-05", "2026-07-04", (1, 2, 3, 4)),
            ("continued-1", "2026-07-05", "2027-07-04", (5,)),
        ],
    )


def test_an_extension_of_fifteen_days_holds_the_fifth_cycle() -> None:
    # until 19 July, 15 days behind 4 July; a day less, and it waits 13 days as before
    assert covered(authorizations=[{**BOTH[0], "end": "2026-07-19"}])[0] == 0
    delay, found = covered(authorizations=[{**BOTH[0], "end": "2026-07-18"}])
    assert delay == 27  # the renewal opens on 19 July, 27 days behind 22 June
    assert found[0][3] == (1, 2, 3, 4)


@pytest.mark.parametrize("given", [[], BOTH])
def test_where_authorizations_cover_day_by_day_a_cycle_crosses_from_one_into_the_next(
    given: list[dict[str, str]],
) -> None:
    assert covered(authorizations=given, readings=BY_DAY) == (
        0,
        [
            ("initial", "2026-01-05", "2026-07-04", (1, 2, 3, 4, 5)),
            ("continued-1", "2026-07-05", "2027-07-04", (5,)),
        ],
    )


def test_claims_of_a_cycle_that_crosses_name_the_authorization_of_their_day() -> None:
    made = planner.plan(written({**QUALCHOICE, "authorizations": BOTH, "readings": BY_DAY}))
    assert isinstance(made, Plan)
    fifth = [(line.date, line.authorization) for line in made.claims if line.cycle == 5]
    border = date(2026, 7, 4)
    assert {name for day_, name in fifth if day_ <= border} == {"initial"}
    assert {name for day_, name in fifth if day_ > border} == {"continued-1"}


def test_nine_months_from_the_end_of_may_end_with_february() -> None:
    parts = {"policy": "healthpartners-045816", "request": {"first_infusion": "2026-05-31"}}
    assert covered(**parts)[1] == [("initial", "2026-05-31", "2027-02-28", (1, 2, 3, 4, 5))]


def test_given_dates_without_a_number_of_cycles_cover_what_fits_and_no_more() -> None:
    # 5 January to 14 March hold cycle 1 (to 1 February) and cycle 2 (16 February to 15 March) lacks
    # a day; nothing covers it, for a policy that prints no authorization has none to ask for
    given = {"kind": "initial", "start": "2026-01-05", "end": "2026-03-14"}
    parts = {"policy": "dme-mac-l33794", "request": {"first_infusion": "2026-01-05", "cycles": 2}}
    parts |= {"readings": {"date_of_service": "hang"}}
    conflict = planner.explain(written({**QUALCHOICE, **parts, "authorizations": [given]}))
    assert conflict is not None
    assert conflict.minimal
    assert "authorizations.0" in {member.id for member in conflict.conflict}
    longer = {**given, "end": "2026-03-15"}
    assert covered(**parts, authorizations=[longer])[0] == 0


def test_units_granted_by_date_count_as_their_claims_are_dated() -> None:
    # what cycle 5 is billed with from 5 July on is the renewal's, the rest the first one's
    made = planner.plan(written({**QUALCHOICE, "authorizations": BOTH, "readings": BY_DAY}))
    assert isinstance(made, Plan)
    own = sum(line.units for line in made.claims if line.authorization == "continued-1")
    granted = [BOTH[0], {**BOTH[1], "units": own}]
    assert covered(authorizations=granted, readings=BY_DAY)[0] == 0
    fewer = [BOTH[0], {**BOTH[1], "units": own - 1}]
    other = planner.plan(written({**QUALCHOICE, "authorizations": fewer, "readings": BY_DAY}))
    assert isinstance(other, Plan)
    assert sum(c.units for c in other.claims if c.authorization == "continued-1") <= own - 1
    assert other.audit.violations == ()


def test_units_of_dates_that_are_not_given_are_refused_where_cycles_may_cross() -> None:
    given = [{"kind": "initial", "units": 980}]
    with pytest.raises(InputErrors) as refusal:
        planner.plan(written({**QUALCHOICE, "authorizations": given, "readings": BY_DAY}))
    assert [error.path for error in refusal.value.problems] == [
        "authorizations[0].end",
        "authorizations[0].start",
    ]


def test_a_renewal_given_before_the_first_authorization_ends_opens_as_given() -> None:
    # the first 30 weeks last until 2 August; the payer renews from 20 July
    given = [{"kind": "continued", "start": "2026-07-20"}]
    parts = {"policy": "eocco-0382", "request": {"first_infusion": "2026-01-05", "cycles": 7}}
    assert covered(**parts, authorizations=given) == (
        0,
        [
            ("initial", "2026-01-05", "2026-08-02", (1, 2, 3, 4, 5)),
            ("continued-1", "2026-07-20", "2027-01-03", (6, 7)),
        ],
    )
