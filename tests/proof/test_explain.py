"""Explanations of small courses, against brute force that shares nothing with them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import planner
from benchmarks.by_hand import laid
from benchmarks.drawn import draw
from planner.documents.load import parse_scenario
from planner.documents.policy import Policy
from planner.documents.scenario import Scenario
from planner.proof.because import because
from planner.proof.certificate import certify
from planner.proof.explain import Explanation, explain
from planner.proof.members import members_of
from planner.regimen.build import course_of
from tests.oracle.brute import candidates, count_candidates, keeps
from tests.oracle.case import Case
from tests.oracle.small import Triple, small_cases
from tests.proof.models import DRUG, POLICY

MOST = 4000  # candidates of an edited case that brute force tries


def feasible(case: Case) -> bool:
    return any(keeps(case, calendar) for calendar in candidates(case))


def without(case: Case, member: str) -> Case | None:
    """The case as it is written without a member; None where a file cannot say so.

    A vial limit is as good as none at a million.
    """
    scenario, policy = case.scenario, case.policy
    if member in policy.clauses:
        clause = policy.clauses[member]
        if clause.rule != "limit":
            return None
        clauses = {**policy.clauses, member: clause.model_copy(update={"limit": 1_000_000})}
        return Case(scenario, _policy(policy, clauses), case.drug)
    request, pharmacy = scenario.request, scenario.pharmacy
    changed: dict[str, Any]
    if member == "request.finish_by":
        changed = {"request": request.model_copy(update={"finish_by": None})}
    elif member.startswith("request.cycle_starts."):
        number = int(member.rsplit(".", 1)[1])
        pins = {k: v for k, v in request.cycle_starts.items() if k != number}
        changed = {"request": request.model_copy(update={"cycle_starts": pins})}
    elif member == "pharmacy.closed":
        changed = {"pharmacy": pharmacy.model_copy(update={"closed": ()})}
    elif member == "pharmacy.spare_vials":
        changed = {"pharmacy": pharmacy.model_copy(update={"spare_vials": 0})}
    else:
        return None
    return Case(_scenario(scenario, changed), policy, case.drug)


def _scenario(scenario: Scenario, changed: dict[str, Any]) -> Scenario:
    return scenario.model_copy(update=changed)


def _policy(policy: Policy, clauses: dict[str, Any]) -> Policy:
    return policy.model_copy(update={"clauses": clauses})


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(small_cases(max_candidates=400))
def test_a_course_has_a_conflict_just_where_brute_force_finds_no_calendar(triple: Triple) -> None:
    case = Case(*triple)
    found = explain(course_of(*triple))
    assert (found is None) is feasible(case)
    if found is not None:
        assert_needed(case, found)


def assert_needed(case: Case, found: Explanation) -> None:
    """Every member has its evidence, and where a file without it is feasible, no other conflict
    can have been left: so the member is in all conflicts that brute force knows of."""
    members = [m.id for m in found.members]
    assert found.minimal
    assert [left_out for left_out, _ in found.evidence] == members
    for conflict in ([m.id for m in other.members] for other in found.others):
        assert not set(members) <= set(conflict)
    for member in (m.id for m in found.members):
        edited = without(case, member)
        if edited is None or count_candidates(edited) > MOST:
            continue
        if feasible(edited):
            others = [[m.id for m in other.members] for other in found.others]
            assert all(member in other for other in others)


def test_days_without_dispenses_are_not_called_days_without_bag_changes() -> None:
    """Bags are changed on all seven days, holidays or not; the holiday bars a fill alone."""
    text = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-rr
patient: {age: 41, weight_kg: 70}
pharmacy: {bags: [24h], dispense_days: [mon], transit_days: 0}
request: {first_infusion: 2026-01-06, cycles: 2, cycle_starts: {2: 2026-02-17}}
as_of: 2026-01-05
"""
    course = course_of(parse_scenario(text).scenario, POLICY, DRUG)
    ids = (
        "II.A",
        "V.rr.days",
        "request.cycle_starts.2",
        "pharmacy.bags",
        "pharmacy.dispense_days",
        "pharmacy.holidays",
    )
    sentence = because(course, [m for m in members_of(course) if m.id in ids])
    assert "reach over every gap" not in sentence
    assert all(member in sentence for member in ids)


def test_one_start_stands_for_all_in_a_course_under_way_too() -> None:
    """28 vials and a spare one within 42 dates, 29 > 28, on whatever day cycle 2 starts: nothing
    that clashes has a date, and ``as_of`` bars no day that a later start would need."""
    text = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-consolidation
patient: {age: 41, weight_kg: 70}
pharmacy: {bags: [24h], max_days_ahead: 14, transit_days: 0, spare_vials: 1, holidays: none}
request: {first_infusion: 2026-01-05, cycles: 2}
history: {cycles: [{cycle: 1, start: 2026-01-05}]}
as_of: 2026-02-09
"""
    found = planner.explain(parse_scenario(text), remedies=False)
    assert found is not None
    assert [m.id for m in found.conflict] == [
        "II.A",
        "V.consolidation.days",
        "pharmacy.bags",
        "pharmacy.max_days_ahead",
        "pharmacy.spare_vials",
    ]
    assert found.minimal
    assert found.certificate.kind == "farkas"
    assert "no member names a date, so one start stands for every other" in found.certificate.barred


@pytest.mark.long
def test_a_rate_shows_in_the_cycles_of_one_authorization() -> None:
    """Nine cycles of 28 daily bags and a spare vial, 28 vials sent for the first: the first five
    take 28 + 4 x 29 = 144 in 30 weeks, of which two at most are sent behind five windows of 28. Any
    four cycles fit, and nine are too many rows for a certificate."""
    course = laid(draw(3913))
    found = explain(course)
    assert found is not None
    assert found.minimal
    assert [m.id for m in found.members] == [
        "I.rr.initial",
        "II.A",
        "V.rr.days",
        "request.cycles",
        "pharmacy.bags",
        "pharmacy.spare_vials",
        "history.dispenses.0",
    ]
    certificates = (certify(system) for system in found.systems())
    assert next(c for c in certificates if c is not None).kind == "farkas"
