"""Caps of every kind: the search, its rows and the audit against brute force, and their conflicts.

A cap is put on a drawn case at what one calendar of it comes to, or one below.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import strategies as st

import planner
from planner.api import Known
from planner.calendar.lay_out import plan_of
from planner.documents.conflict import Conflict
from planner.documents.find import shipped
from planner.documents.limits import LimitClause, LimitUnit, Period
from planner.documents.plan import Limit, Plan
from planner.documents.policy import Policy
from planner.regimen.build import course_of
from planner.search.find import find
from tests.oracle.brute import Case
from tests.oracle.drawn import Triple, small_case
from tests.sampled import examples
from tests.test_agreement import (
    LIMIT,
    STAMPS,
    assert_audit_agrees,
    assert_rows_agree,
    assert_same_best,
)
from tests.test_authorizations_by_dates import drawn_case as dated_case
from tests.written import written

UNITS: tuple[LimitUnit, ...] = get_args(LimitUnit)
PERIODS: tuple[Period, ...] = get_args(Period)


def with_cap(policy: Policy, **cap: Any) -> Policy:
    """The policy with one more cap, for every indication."""
    scope = {"section": "II.C", "says": "A cap.", "indications": ["adult-rr"]}
    clause = LimitClause.model_validate({"rule": "limit", **scope, **cap})
    return policy.model_copy(update={"clauses": {**policy.clauses, "cap": clause}})


def stated(triple: Triple) -> Limit | None:
    """The cap as the best plan states it; None where there is no plan, or nothing to count."""
    scenario, policy, drug = triple
    course = course_of(scenario, policy, drug)
    found = find(course, limit=LIMIT, latest=False)
    if found.schedule is None:
        return None
    plan = plan_of(course, found, STAMPS)
    return next((one for one in plan.limits if one.clause == "cap"), None)


def capped_case(seed: int) -> Triple:
    """A drawn case with a cap on something, in some time, near what it comes to."""
    return capped(small_case(seed, 400), Random(f"cap {seed}"))


def capped(triple: Triple, rng: Random, per: Period | None = None) -> Triple:
    """The case with a cap, in any time or per one period."""
    scenario, policy, drug = triple
    spans: list[Any] = [*PERIODS, {"days": rng.choice([5, 6, 7, 12])}]
    span = per or rng.choice(spans)
    unit = rng.choice(UNITS)
    cycles = rng.choice([None, None, {"first": 1, "last": 1}, {"first": 2, "last": 3}])
    cap = {"of": unit, "per": span, "cycles": cycles}
    peak = stated((scenario, with_cap(policy, limit=1_000_000, **cap), drug))
    limit = rng.randint(1, 9) if peak is None else max(1, peak.peak + rng.choice([-1, -1, 0]))
    return scenario, with_cap(policy, limit=limit, **cap), drug


def capped_by_dates(seed: int) -> Case:
    """A drawn case under authorizations that dates allot, with a cap on each. No renewal is given:
    it may hold days of the first one, so that either might count a cycle."""
    rng = Random(f"dated {seed}")
    case = dated_case(rng)
    while any(one.kind == "continued" for one in case.scenario.authorizations):
        case = dated_case(rng)
    return Case(*capped((case.scenario, case.policy, case.drug), rng, "authorization"))


FEW, MANY = range(6), range(6, 60)


@pytest.mark.parametrize("seed", [*FEW, *(pytest.param(n, marks=pytest.mark.long) for n in MANY)])
def test_all_agree_on_a_cap_per_authorization_where_dates_allot_cycles(seed: int) -> None:
    case = capped_by_dates(seed)
    assert_same_best(case)
    assert_rows_agree(case)
    assert_audit_agrees(case)


def capped_cases() -> st.SearchStrategy[Triple]:
    return st.integers(0, 2**32 - 1).map(capped_case)


@examples(60, capped_cases())
def test_the_search_finds_the_best_calendar_under_a_cap(triple: Triple) -> None:
    assert_same_best(Case(*triple))


@examples(60, capped_cases())
def test_a_calendar_keeps_a_cap_in_the_rows_just_where_brute_force_says_so(triple: Triple) -> None:
    assert_rows_agree(Case(*triple))


@examples(60, capped_cases())
def test_the_audit_refuses_a_cap_passed_just_where_brute_force_does(triple: Triple) -> None:
    assert_audit_agrees(Case(*triple))


# Two cycles of relapsed or refractory disease at 70 kg -------------------------------------------

# 22 vials of 35 units, 4 + 3 x 6 of them, and 24 = 4 x 6; 7 x 9 + 21 x 28 = 651 mcg, 28 x 28 = 784
TWO: Mapping[LimitUnit, tuple[int, int]] = {
    "vials": (22, 24),
    "units": (770, 840),
    "mcg": (651, 784),
    "cycles": (1, 1),
    "dispenses": (1, 1),
}
KINDS = [(unit, per) for unit in UNITS for per in PERIODS if (unit, per) != ("cycles", "cycle")]


def asked(folder: Path, first: str = "2026-03-02", **cap: Any) -> Plan | Conflict:
    """The answer for two cycles under the shipped policy with one more cap."""
    text = (shipped("models") / "policies" / "eocco-0382.yaml").read_text(encoding="utf-8")
    scope = {"section": "II.C", "says": "A cap.", "indications": ["adult-rr"]}
    clause = json.dumps({"rule": "limit", **scope, **cap})
    text = text.replace("id: eocco-0382\n", "id: capped\n")
    text = text.replace("  II.A:\n", f"  cap: {clause}\n  II.A:\n")
    (folder / "policies").mkdir()
    (folder / "policies" / "capped.yaml").write_text(text, encoding="utf-8")
    scenario = written(
        {
            "format": "planner-scenario/1",
            "policy": "capped",
            "patient": {"age": 41, "weight_kg": 70, "diagnosis": "C91.02"},
            "indication": "adult-rr",
            "request": {"first_infusion": first, "cycles": 2},
        }
    )
    known = Known([folder])
    answer = planner.plan(scenario, known=known)
    if isinstance(answer, Plan):
        assert answer.audit.violations == ()
        return answer
    assert answer.status == "infeasible"
    conflict = planner.explain(scenario, known=known, remedies=False)
    assert conflict is not None
    return conflict


def peak(unit: LimitUnit, per: Period) -> int:
    return max(TWO[unit]) if per == "cycle" else sum(TWO[unit])


@pytest.mark.long
@pytest.mark.parametrize(("unit", "per"), KINDS)
def test_a_course_may_reach_its_cap(unit: LimitUnit, per: Period, tmp_path: Path) -> None:
    plan = asked(tmp_path, of=unit, limit=peak(unit, per), per=per)
    assert isinstance(plan, Plan)
    limit = next(one for one in plan.limits if one.clause == "cap")
    assert (limit.clause, limit.unit, limit.per, limit.per_days) == ("cap", unit, per, None)
    assert limit.peak == limit.limit


def refused(folder: Path, unit: LimitUnit, per: Period) -> None:
    most = peak(unit, per) - 1
    conflict = asked(folder, of=unit, limit=most, per=per)
    assert isinstance(conflict, Conflict)
    assert "cap" in [member.id for member in conflict.conflict]
    assert f"{most + 1:,} > {most:,}" in conflict.because
    assert conflict.certificate.kind in ("farkas", "cases")


def test_46_vials_do_not_fit_into_45_in_a_lifetime(tmp_path: Path) -> None:
    refused(tmp_path, "vials", "lifetime")


@pytest.mark.long
@pytest.mark.parametrize(
    ("unit", "per"), [kind for kind in KINDS if kind != ("dispenses", "cycle")]
)
def test_one_above_a_cap_is_refused_with_its_sum(
    unit: LimitUnit, per: Period, tmp_path: Path
) -> None:
    refused(tmp_path, unit, per)


def test_a_calendar_year_ends_on_its_last_day(tmp_path: Path) -> None:
    # 42 days from 7 December cycle 2 starts on 18 January: 22 vials in 2026 and 24 in 2027
    plan = asked(tmp_path, "2026-12-07", of="vials", limit=24, per="calendar-year")
    assert isinstance(plan, Plan)
    limit = next(one for one in plan.limits if one.clause == "cap")
    assert (limit.peak, limit.window_from.isoformat(), limit.window_to.isoformat()) == (
        24,
        "2027-01-01",
        "2027-12-31",
    )
