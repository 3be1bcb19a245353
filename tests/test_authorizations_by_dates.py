"""Authorizations by dates alone, by cycles alone, and without a length, against brute force.

Small cases: a cycle infuses for 4 days of 6; day 0 is Monday 5 January 2026.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

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


@examples(210, dated)
def test_the_search_finds_the_best_calendar_or_that_there_is_none(case: Case) -> None:
    assert_same_best(case)


@examples(210, dated)
def test_a_calendar_keeps_all_rows_just_where_brute_force_keeps_it(case: Case) -> None:
    assert_rows_agree(case)


@examples(210, dated)
def test_the_audit_refuses_just_what_brute_force_refuses(case: Case) -> None:
    assert_audit_agrees(case)
