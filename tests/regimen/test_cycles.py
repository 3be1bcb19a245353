"""Phases, lengths and segments of cycles (V.*)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from planner.documents.policy import DoseClause
from planner.regimen.build import indication_clauses
from planner.regimen.course import Segment
from planner.regimen.cycles import Therapy, freer, segment_at, therapy, variants
from tests.regimen.samples import DRUG, POLICY, course, scenario


def plan(indication: str = "adult-rr") -> Therapy:
    return therapy(indication_clauses(POLICY, indication))


def first_segments(cycle: int, **parts: Any) -> tuple[Segment, ...]:
    return next(c for c in course(**parts).cycles if c.number == cycle).variants[0].segments


def test_cycles_1_to_5_last_42_days_and_6_to_9_last_84() -> None:
    assert [plan().length(n) for n in range(1, 10)] == [42] * 5 + [84] * 4


def test_a_cycle_past_the_last_row_takes_the_last_length() -> None:
    assert plan().length(10) == 84


def test_where_no_length_is_printed_a_cycle_lasts_as_long_as_it_infuses() -> None:
    assert plan("infant-interfant").length(1) == 28


def test_phases_follow_each_other_over_all_authorizations() -> None:
    assert [plan().phase(n) for n in range(1, 10)] == (
        ["induction"] * 2 + ["consolidation"] * 3 + ["continued"] * 4
    )
    assert plan().phase(10) == "continued"
    assert [plan("pediatric-mrd").phase(n) for n in (1, 2, 4)] == [
        "induction",
        "consolidation",
        "consolidation",
    ]


def test_a_policy_without_phases_calls_them_treatment() -> None:
    assert replace(plan(), phases=()).phase(1) == "treatment"


def test_without_a_clause_on_infusion_days_the_dose_steps_say_how_many() -> None:
    clauses = indication_clauses(POLICY, "adult-rr")
    bare = {key: c for key, c in clauses.items() if c.rule != "infusion-days"}
    assert therapy(bare).infusion_days == 28  # 7 + 21


def test_a_policy_without_a_dose_is_an_error() -> None:
    clauses = indication_clauses(POLICY, "adult-rr")
    bare = {key: c for key, c in clauses.items() if not isinstance(c, DoseClause)}
    with pytest.raises(LookupError, match="no dose"):
        therapy(bare)


def test_a_stay_in_hospital_cuts_the_segments() -> None:
    # 9 days in hospital: the step week and two full-dose days, then 19 at home
    found = first_segments(1, pharmacy={"hospital_days": {1: 9}})
    assert [(s.first, s.days, s.mcg_per_day, s.site) for s in found] == [
        (0, 7, Decimal(9), "hospital"),
        (7, 2, Decimal(28), "hospital"),
        (9, 19, Decimal(28), "home"),
    ]


def test_a_stay_that_ends_with_the_step_makes_no_empty_segment() -> None:
    found = first_segments(1, pharmacy={"hospital_days": {1: 7}})
    assert [(s.first, s.days, s.site) for s in found] == [(0, 7, "hospital"), (7, 21, "home")]


def test_a_stay_longer_than_the_cycle_holds_all_of_it() -> None:
    found = first_segments(2, pharmacy={"hospital_days": {2: 40}})
    assert [(s.first, s.days, s.site) for s in found] == [(0, 28, "hospital")]


def test_each_infusion_day_lies_in_one_segment() -> None:
    variant = next(c for c in course().cycles if c.number == 1).variants[0]
    assert segment_at(variant, 6).mcg_per_day == 9
    assert segment_at(variant, 7).mcg_per_day == 28
    with pytest.raises(LookupError, match="offset 28"):
        segment_at(variant, 28)


def test_a_freer_scenario_has_every_bag_and_the_clauses_dose() -> None:
    asked = scenario(pharmacy={"bags": ["24h"], "ready_made": True}, request={"daily_dose_mcg": 20})
    free = freer(asked, DRUG, dose=True, bags=True, ready_made=True)
    (variant,) = variants(free, DRUG, plan(), 2)
    (full,) = variant.segments
    assert full.mcg_per_day == 28
    assert [(o.name, o.kept_days) for o in full.options] == [
        ("24h", None),
        ("48h", None),
        ("72h", None),
        ("96h", None),
        ("7d", None),
    ]


def test_what_is_not_freed_stays() -> None:
    asked = scenario(pharmacy={"bags": ["24h"], "ready_made": True}, request={"daily_dose_mcg": 20})
    assert freer(asked, DRUG, dose=False, bags=False, ready_made=False) == asked
