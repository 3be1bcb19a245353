"""Renewals with their evidence, and authorizations day by day, over a plan laid out by hand.

Nine cycles of 24 h bags from Monday 2026-01-05: 980 units a cycle, 35 a day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from planner import api, audit
from planner.coverage import covered
from planner.documents.coverage import AuthorizationDays, Coverage, Renewal
from planner.documents.load import load_policy, parse_scenario, shipped
from planner.documents.plan import Plan
from planner.documents.policy import Policy
from planner.report.artefacts import write_artefacts
from tests.report.pages import read
from tests.report.plans import FIRST, plan
from tests.report.test_terminal import printed

POLICY = load_policy("eocco-0382").policy
IV = {"IV.still-met", "IV.toxicity", "IV.response"}


def with_facts(made: Plan, **facts: Any) -> Plan:
    """The plan of a patient of whom these facts are known."""
    document = made.scenario.document.model_dump(mode="json", exclude_unset=True)
    document["patient"]["facts"] = facts
    stamp = made.scenario.model_copy(
        update={"document": type(made.scenario.document).model_validate(document)}
    )
    return made.model_copy(update={"scenario": stamp})


def coverage(made: Plan, policy: Policy = POLICY) -> Coverage:
    return covered(made, policy, None)


def left_on(days: AuthorizationDays, day: date) -> tuple[int | None, int, int | None]:
    (run,) = [run for run in days.days if run.first <= day <= run.last]
    return run.cycles_left, run.units_billed, run.units_left


def renewal(made: Plan, policy: Policy = POLICY) -> Renewal:
    return coverage(made, policy).renewals[0]


def test_each_renewal_is_listed_with_its_dates_and_the_therapy_behind_it() -> None:
    """30 weeks from 2026-01-05 end 2026-08-02, 24 more 2027-01-17; 14 days before each, cycles 1
    to 5 (the last infusion on day 168 + 27) and 1 to 7 are behind."""
    found = coverage(plan(9)).renewals
    assert [(r.authorization, r.cycles) for r in found] == [
        ("continued-1", (6, 7)),
        ("continued-2", (8, 9)),
    ]
    assert [str(r.request_by) for r in found] == ["2026-07-20", "2027-01-04"]
    assert [str(r.opens) for r in found] == ["2026-08-03", "2027-01-18"]
    assert [str(r.ends) for r in found] == ["2027-01-17", "2027-07-04"]
    assert {r.therapy_from for r in found} == {FIRST}
    # cycle 5 starts on day 168, cycle 7 on day 294
    assert [r.therapy_to for r in found] == [FIRST + timedelta(168 + 27), FIRST + timedelta(321)]


def test_a_course_within_its_first_authorization_asks_for_no_renewal() -> None:
    assert coverage(plan(5)).renewals == ()


def test_unknown_facts_are_evidence_to_bring_by_the_day_of_the_request() -> None:
    found = renewal(with_facts(plan(9), therapy="single-agent", philadelphia="negative"))
    assert found.status == "undecided"
    open_now = {item.id for item in found.checklist if item.verdict == "unknown"}
    assert open_now == {*IV, "III.universal.live-vaccine-during"}
    assert {item.by for item in found.checklist} == {found.request_by}
    # by the way that is gone, the other two are not asked
    ways = {item.id for item in found.checklist if item.id.startswith("III.adult.rr")}
    assert ways == {"III.adult.rr.ph-negative-single-agent"}


@pytest.mark.parametrize(
    ("response", "status"), [("responded", "met"), ("stable", "met"), ("progressed", "not-met")]
)
def test_the_checklist_says_how_each_question_stands(response: str, status: str) -> None:
    facts = {
        "therapy": "single-agent",
        "philadelphia": "negative",
        "live_vaccine": {"during_therapy": False},
        "renewal": {"toxicity": "none", "response": response, "criteria_still_met": True},
    }
    found = renewal(with_facts(plan(9), **facts))
    assert found.status == status
    verdicts = {item.id: item.verdict for item in found.checklist}
    assert verdicts["IV.response"] == ("not-met" if status == "not-met" else "met")
    assert {verdicts[name] for name in IV - {"IV.response"}} == {"met"}


def test_without_renewal_criteria_the_dates_stand_and_nothing_is_asked() -> None:
    found = renewal(plan(9), POLICY.model_copy(update={"criteria": None}))
    assert (found.status, found.checklist) == ("not-asked", ())
    assert str(found.request_by) == "2026-07-20"


# Day by day --------------------------------------------------------------------------------------


def test_cycles_and_units_of_an_authorization_are_counted_day_by_day() -> None:
    first, second, third = coverage(plan(9)).authorizations
    assert (first.cycles, second.cycles, third.cycles) == (5, 2, 2)
    # 9 + 26 = 35 units on the first day, and every day
    assert left_on(first, FIRST) == (4, 35, None)
    assert left_on(first, FIRST + timedelta(1)) == (4, 70, None)
    assert left_on(first, FIRST + timedelta(27)) == (4, 980, None)
    assert left_on(first, FIRST + timedelta(41)) == (4, 980, None)
    assert left_on(first, FIRST + timedelta(42)) == (3, 1015, None)
    assert left_on(first, date(2026, 8, 2)) == (0, 4900, None)
    assert (first.days[0].first, first.days[-1].last) == (FIRST, date(2026, 8, 2))
    # cycle 8 starts on the day after the one before ends, 2027-01-18
    assert left_on(third, date(2027, 1, 18)) == (1, 35, None)


def test_days_follow_one_another_and_change_from_one_to_the_next() -> None:
    for one in coverage(plan(9)).authorizations:
        for before, after in zip(one.days, one.days[1:], strict=False):
            assert after.first == before.last + timedelta(1)
            said = [(run.cycles_left, run.units_billed, run.units_left) for run in (before, after)]
            assert said[0] != said[1]


@pytest.fixture(scope="module")
def given() -> Plan:
    """The shipped scenario of authorizations that the payer gave: 5 cycles and 4,900 units."""
    file = shipped("scenarios").joinpath("adult-rr-authorizations-given.yaml")
    loaded = parse_scenario(file.read_bytes())
    made = api.plan(loaded)
    assert isinstance(made, Plan)
    return api.covered(made, api.criteria(loaded))


def test_units_granted_are_left_until_they_are_billed(given: Plan) -> None:
    """Cycle 1 takes 22 vials, the others 24: 770 + 4 x 840 = 4,130 of 4,900."""
    assert given.coverage is not None
    first, second, third = given.coverage.authorizations
    assert (first.units, second.units, third.units) == (4900, 1960, None)
    assert left_on(first, first.days[-1].last) == (0, 4130, 770)
    assert left_on(second, second.days[-1].last) == (0, 1680, 280)
    assert [one.authorization for one in given.coverage.renewals] == ["continued-2"]


def test_an_authorization_that_covers_nothing_leaves_the_next_its_own_numbers() -> None:
    """Continued-1 is for no cycle and has no dates, so the plan does not list it; continued-2 is
    for 3 cycles and 2,000 units."""
    made = plan(8)
    document = made.scenario.document.model_dump(mode="json", exclude_unset=True)
    document["authorizations"] = [
        {"kind": "continued", "units": 7},
        {"kind": "continued", "cycles": [6, 7, 8], "units": 2000},
    ]
    stamp = made.scenario.model_copy(
        update={"document": type(made.scenario.document).model_validate(document)}
    )
    second = made.authorizations[1].model_copy(
        update={"id": "continued-2", "given": True, "cycles": (6, 7, 8)}
    )
    found = coverage(
        made.model_copy(
            update={"scenario": stamp, "authorizations": (made.authorizations[0], second)}
        )
    )
    left = found.authorizations[1]
    assert (left.authorization, left.cycles, left.units) == ("continued-2", 3, 2000)


def test_the_audit_counts_all_of_it_again(given: Plan) -> None:
    assert audit(given).violations == ()
    coverage = given.coverage
    assert coverage is not None
    first = coverage.authorizations[0]
    run = first.days[3]
    wrong: list[dict[str, Any]] = [
        {"days": (*first.days[:3], run.model_copy(update=change), *first.days[4:])}
        for change in (
            {"units_billed": run.units_billed + 1},
            {"cycles_left": 3},
            {"units_left": None},
        )
    ]
    for update in (*wrong, {"units": 5000}, {"cycles": 6}, {"days": first.days[:-1]}):
        other = (first.model_copy(update=update), *coverage.authorizations[1:])
        lie = coverage.model_copy(update={"authorizations": other})
        found = audit(given.model_copy(update={"coverage": lie})).violations
        assert {violation.clause for violation in found} == {"figures.authorization_days"}


def test_the_audit_knows_the_renewals_to_ask_for(given: Plan) -> None:
    assert given.coverage is not None
    (asked,) = given.coverage.renewals
    later = asked.model_copy(update={"request_by": asked.request_by + timedelta(1)})
    late = asked.checklist[0].model_copy(update={"by": asked.opens})
    evidence = asked.model_copy(update={"checklist": (late, *asked.checklist[1:])})
    for renewals in ((), (later,), (evidence,)):
        lie = given.coverage.model_copy(update={"renewals": renewals})
        found = audit(given.model_copy(update={"coverage": lie})).violations
        assert {violation.clause for violation in found} == {"figures.renewals"}


def test_reports_show_the_checklist_and_what_is_left(given: Plan, tmp_path: Any) -> None:
    out = printed(given)
    assert "continued-2  by Wed 2026-12-30, for cycles 8-9" in out
    assert "IV.toxicity: Is the patient free of unacceptable toxicity" in out
    write_artefacts(given, tmp_path, ("html", "ics", "xlsx"))
    page = read((tmp_path / "report.html").read_text(encoding="utf-8"))
    rows = page.by_id("renewals").rows()
    assert {row[1] for row in rows} == {"Wed 2026-12-30"}
    assert {row[0] for row in rows} > IV
    assert rows[0][0] == "all"
    assert "from 2026-01-05 to 2026-11-24" in rows[0][3]
    assert page.by_id("left-1").rows()[-1][2:] == ["0", "4,130", "770"]
    assert page.by_id("left-3").rows()[-1][2:] == ["0", "1,680", "no limit"]
    billing = (tmp_path / "calendar-billing.ics").read_text(encoding="utf-8")
    assert "IV.toxicity" in billing.replace("\n ", "").replace("\r", "")


def test_a_scenario_read_from_its_file_is_covered_by_the_same_policy() -> None:
    """``covered`` finds the policy by the plan alone."""
    made = api.covered(plan(6), None)
    assert made.coverage is not None
    assert made.coverage == covered(plan(6), POLICY, None)
