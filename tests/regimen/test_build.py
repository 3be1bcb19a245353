"""From documents to a course."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.regimen.build import course_of, most_cycles, readings_of
from planner.regimen.course import Window
from tests.oracle.builders import small_drug, small_policy, small_scenario
from tests.regimen.samples import DRUG, POLICY, at, course, on, scenario

STARTS = [0, 42, 84, 126, 168, 210, 294, 378, 462]


def test_nine_cycles_stand_behind_each_other_by_their_lengths() -> None:
    assert [(c.number, c.earliest) for c in course().cycles] == [
        (n, on(day)) for n, day in enumerate(STARTS, start=1)
    ]


def test_the_authorization_of_each_cycle_is_its_slot() -> None:
    laid = course()
    found = [laid.slots[c.slot].id for c in laid.cycles if c.slot is not None]
    assert found == ["initial"] * 5 + ["continued-1"] * 2 + ["continued-2"] * 2


def test_a_request_for_fewer_cycles_lays_out_fewer() -> None:
    assert [c.number for c in course(request={"cycles": 3}).cycles] == [1, 2, 3]


def test_a_date_is_exact_and_a_window_is_kept() -> None:
    assert course().first_infusion == Window(on(0), on(0))
    asked = {"first_infusion": {"earliest": at(2), "latest": at(9)}}
    laid = course(request=asked)
    assert laid.first_infusion == Window(on(2), on(9))
    assert laid.cycles[0].earliest == on(2)


def test_a_first_infusion_at_or_before_the_history_is_a_fact_and_no_wish() -> None:
    history = {"cycles": [{"cycle": 1, "start": at(0)}]}
    laid = course(history=history, as_of=at(30))
    assert laid.first_infusion is None
    assert [(c.number, c.earliest) for c in laid.cycles][:2] == [(2, on(42)), (3, on(84))]


def test_a_first_infusion_after_the_history_is_where_the_next_cycle_starts() -> None:
    history = {"cycles": [{"cycle": 1, "start": at(0)}]}
    later = {"first_infusion": {"earliest": at(50), "latest": at(60)}}
    laid = course(history=history, as_of=at(30), request=later)
    assert laid.first_infusion == Window(on(50), on(60))
    assert [c.earliest for c in laid.cycles][:2] == [on(50), on(92)]


def test_a_wish_before_the_past_cycle_is_over_waits_for_its_length() -> None:
    history = {"cycles": [{"cycle": 1, "start": at(0)}]}
    early = {"first_infusion": {"earliest": at(35), "latest": at(60)}}
    laid = course(history=history, as_of=at(30), request=early)
    assert laid.cycles[0].earliest == on(42)


def test_objectives_left_out_follow_in_the_default_order() -> None:
    laid = course(objectives=["stock_days", "vials"])
    assert laid.objectives == ("stock_days", "vials", "delay", "dispenses", "bag_changes")


def test_the_policys_readings_are_the_default_and_the_scenarios_choices_win() -> None:
    default = readings_of(scenario(), POLICY)
    assert default.rolling
    assert default.service_by_hang
    assert default.opened_billed
    assert not default.dispenses_covered
    assert not default.supply_rate
    assert default.refill_threshold is None
    assert default.interruption_extends
    chosen = {
        "window": "cycle",
        "date_of_service": "dispense",
        "units.billed": "administered",
        "authorization.covers": "all",
        "quantity.days_supply": "on",
        "refill_threshold": Decimal("0.75"),
        "interruption.length": "absorbed",
    }
    read = readings_of(scenario(readings=chosen), POLICY)
    assert not read.rolling
    assert not read.service_by_hang
    assert not read.opened_billed
    assert read.dispenses_covered
    assert read.supply_rate
    assert read.refill_threshold == Decimal("0.75")
    assert not read.interruption_extends
    assert {name: read.chosen[name] for name in chosen} == chosen


def test_only_the_clauses_of_the_indication_are_laid_out() -> None:
    found = course(indication="infant-interfant", patient={"bsa_m2": Decimal("0.4")}).clauses
    assert "V.interfant.dose" in found
    assert "V.rr.dose" not in found


def test_a_policy_without_a_number_of_cycles_needs_one_from_the_request() -> None:
    policy = small_policy()
    clauses = {key: c for key, c in policy.clauses.items() if c.rule != "cycles"}
    bare = policy.model_copy(update={"clauses": clauses})
    assert most_cycles(clauses) is None
    with pytest.raises(LookupError, match=r"request\.cycles"):
        course_of(small_scenario(cycles=None), bare, small_drug())
    assert len(course_of(small_scenario(cycles=2), bare, small_drug()).cycles) == 2


def test_past_cycles_count_among_those_asked_for() -> None:
    history = {"cycles": [{"cycle": 1, "start": at(0)}, {"cycle": 2, "start": at(42)}]}
    laid = course(history=history, as_of=at(80), request={"cycles": 3})
    assert [p.number for p in laid.past] == [1, 2]
    assert [c.number for c in laid.cycles] == [3]


def test_the_same_documents_lay_out_the_same_course() -> None:
    given = scenario(pharmacy={"hospital_days": {1: 9}})
    assert course_of(given, POLICY, DRUG) == course_of(given, POLICY, DRUG)
