"""Courses as pharmacies ask for them, each with its arithmetic, from the scenario to the answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

import planner
from planner.api import Known
from planner.documents.conflict import Conflict
from planner.documents.plan import Plan
from tests.written import written

PATIENT = {"age": 41, "weight_kg": 70, "diagnosis": "C91.02"}
BASE: dict[str, Any] = {
    "format": "planner-scenario/1",
    "policy": "eocco-0382",
    "patient": PATIENT,
    "indication": "adult-rr",
}


@lru_cache
def known() -> Known:
    """The shipped policies and drugs, read once."""
    return Known()


def planned(**parts: Any) -> Plan:
    """The audited plan of a course."""
    outcome = planner.plan(written({**BASE, **parts}), known=known())
    assert isinstance(outcome, Plan)
    assert outcome.audit.violations == ()
    return outcome


def refused(**parts: Any) -> Conflict:
    """The conflict of a course, with its exact certificate."""
    scenario = written({**BASE, **parts})
    assert planner.plan(scenario, known=known()).status == "infeasible"
    conflict = planner.explain(scenario, known=known(), remedies=False)
    assert conflict is not None
    assert conflict.certificate.kind in ("farkas", "cases")
    return conflict


def granted(units: int) -> dict[str, Any]:
    """Two cycles under an authorization of so many units."""
    given = [{"kind": "initial", "start": "2026-01-05", "units": units}]
    return {"authorizations": given, "request": {"first_infusion": "2026-01-05", "cycles": 2}}


@pytest.mark.long
def test_1610_units_granted_hold_two_cycles_and_1609_do_not() -> None:
    # 22 vials in cycle 1 and 24 in cycle 2, 35 units each: 770 + 840 = 1,610
    assert planned(**granted(1610)).totals.units_billed == 1610
    conflict = refused(**granted(1609))
    assert "authorizations.0" in [member.id for member in conflict.conflict]


def test_a_bag_may_cross_into_the_next_step_where_the_dose_stays() -> None:
    # 9 mcg a day throughout: nobody has to come on day 8, a Monday holiday
    pharmacy = {"bag_change_days": ["mon", "tue", "wed", "thu", "fri"]}
    pharmacy["bags"] = ["24h", "48h", "72h", "96h"]
    request = {"first_infusion": "2026-01-12", "cycles": 1, "daily_dose_mcg": 9}
    plan = planned(pharmacy=pharmacy, request=request)
    assert sum(bag.days for bag in plan.bags) == 28


def test_no_row_offers_a_7_day_bag_at_9_mcg() -> None:
    patient = {**PATIENT, "diagnosis": "C91.01"}
    request = {"first_infusion": "2026-02-23", "cycles": 1, "daily_dose_mcg": 9}
    plan = planned(indication="adult-consolidation", patient=patient, request=request)
    assert max(bag.days for bag in plan.bags) == 2


def test_two_initial_authorizations_leave_the_third_cycle_without_one() -> None:
    given = [
        {"kind": "initial", "start": "2026-01-05", "end": "2026-02-15", "cycles": [1]},
        {"kind": "initial", "start": "2026-02-16", "cycles": [2]},
    ]
    request = {"first_infusion": "2026-01-05", "cycles": 3}
    conflict = refused(authorizations=given, request=request)
    assert "request.cycles" in [member.id for member in conflict.conflict]


def test_vials_that_an_ended_cycle_left_serve_the_next_one() -> None:
    # 24 vials of 13 February, 6 hung in the first bag, then ten days without infusion: a new cycle,
    # begun on 5 March with the 18 that are left, and 7 more days of it are sent. Cycle 1 had 22
    # vials: two days a bag for six days, a day, then three bags of seven days
    first = [("2026-01-05", 2, 1), ("2026-01-07", 2, 1), ("2026-01-09", 2, 1), ("2026-01-11", 1, 1)]
    first += [(day, 7, 6) for day in ("2026-01-12", "2026-01-19", "2026-01-26")]
    bags = [
        {"hang": day, "days": days, "vials": vials, "dispense": "2026-01-02"}
        for day, days, vials in first
    ]
    history = {
        "cycles": [
            {"cycle": 1, "start": "2026-01-05", "bags": bags},
            {
                "cycle": 2,
                "start": "2026-02-16",
                "bags": [{"hang": "2026-02-16", "days": 7, "vials": 6, "dispense": "2026-02-13"}],
            },
        ],
        "dispenses": [
            {"date": "2026-01-02", "vials": 22, "cycle": 1},
            {"date": "2026-02-13", "vials": 24, "cycle": 2},
        ],
        "interruptions": [{"cycle": 2, "start": "2026-02-23", "days": 10}],
    }
    plan = planned(
        authorizations=[{"kind": "initial", "start": "2026-01-05"}],
        pharmacy={"max_days_ahead": 60},
        request={"first_infusion": "2026-01-05", "cycles": 3, "max_delay_days": 60},
        as_of="2026-03-04",
        history=history,
    )
    assert plan.totals.delay_days == 0
    ahead = [bag for bag in plan.bags if not bag.past]
    stock = [part.vials for bag in ahead for part in bag.from_ if part.dispense < date(2026, 3, 4)]
    assert sum(stock) == 18


def test_every_cycle_has_a_latest_start_where_dispenses_are_covered_too() -> None:
    # 30 weeks from the first dispense. Friday 19 June is a holiday, so cycle 5 is sent on the 18th,
    # and each cycle before it 42 days earlier: 7 May, 26 March, 12 February, 31 December. From that
    # day the window ends on 28 July; 28 infusion days end then from 1 July
    plan = planned(
        readings={"authorization.covers": "all"},
        request={"first_infusion": "2026-01-05", "cycles": 5},
    )
    assert plan.dispenses[0].date == date(2025, 12, 31)
    assert plan.cycles[4].latest_start == date(2026, 7, 1)
    assert all(cycle.latest_start is not None for cycle in plan.cycles)


# Ready-made bags that are made and sent on Fridays and hung on Mondays
FRIDAYS = {
    "bags": ["7d"],
    "ready_made": True,
    "dispense_days": ["fri"],
    "transit_days": 0,
    "max_days_ahead": 9,
}
CONSOLIDATION: dict[str, Any] = {
    "indication": "adult-consolidation",
    "patient": {**PATIENT, "diagnosis": "C91.01"},
    "request": {"first_infusion": "2026-02-23", "cycles": 1},
}


def test_7_day_bags_are_sent_ready_by_the_pharmacy_s_own_storage_row() -> None:
    # four bags of 6 vials; made on Friday 20 February and over on Monday 2 March: 10 days of 14
    storage = {"7d": {"days": 14, "source": "procedure 12"}}
    plan = planned(**CONSOLIDATION, pharmacy={**FRIDAYS, "storage": storage})
    assert [bag.days for bag in plan.bags] == [7, 7, 7, 7]
    assert plan.totals.vials == 24
    [own] = [row for row in plan.rows_used if row.own]
    assert (own.row, own.source, own.grade) == ("7d storage", "procedure 12", None)
    assert plan.left_out == ()


def test_a_storage_row_of_9_days_is_a_day_too_short_from_friday_to_the_monday_after_next() -> None:
    # from Friday 20 February to Monday 2 March are 10 days
    storage = {"7d": {"days": 9, "source": "procedure 12"}}
    conflict = refused(**CONSOLIDATION, pharmacy={**FRIDAYS, "storage": storage})
    assert "pharmacy.ready_made" in [member.id for member in conflict.conflict]


def test_a_bag_without_a_storage_row_is_left_out_by_name_and_the_conflict_says_so() -> None:
    conflict = refused(**CONSOLIDATION, pharmacy=FRIDAYS)
    [left] = conflict.left_out
    assert (left.bag, left.cycles, left.mcg_per_day) == ("7d", (1,), Decimal(28))
    assert "no storage row" in left.reason
    assert "`pharmacy.storage`" in left.reason
    assert left.reason in conflict.because


def test_beside_other_bags_it_is_not_left_out_in_silence() -> None:
    plan = planned(**CONSOLIDATION, pharmacy={"ready_made": True, "bags": ["24h", "48h", "7d"]})
    assert {bag.days for bag in plan.bags} <= {1, 2}
    assert [(left.bag, "no storage row" in left.reason) for left in plan.left_out] == [("7d", True)]


@pytest.mark.long
def test_only_7_day_bags_hold_no_step_dose_and_two_more_lengths_help() -> None:
    # no other length alone: from Tuesday 5 January the step week needs changes on weekdays; 3 days
    # to Friday and 4 to the Tuesday after are seven
    scenario = written(
        {
            **BASE,
            "pharmacy": {
                "bags": ["7d"],
                "bag_change_days": ["mon", "tue", "wed", "thu", "fri"],
                "dispense_days": ["tue", "thu"],
            },
            "request": {"first_infusion": "2027-01-05", "cycles": 5},
        }
    )
    conflict = planner.explain(scenario, known=known())
    assert conflict is not None
    assert "the step dose" in conflict.because
    [remedy] = conflict.remedies
    added = remedy.nearest.split(", ")
    assert len(added) == 3
    pharmacy = {**scenario.scenario.pharmacy.model_dump(exclude_unset=True), "bags": added}
    plan = planned(pharmacy=pharmacy, request={"first_infusion": "2027-01-05", "cycles": 5})
    assert plan.totals.vials == remedy.costs["vials"]


def test_a_dose_above_the_clause_is_refused_of_a_course_that_is_over_too() -> None:
    """Four 7-day bags from 5 January, over by 10 February, and 35 mcg a day asked: 35 > 28."""
    bags = [
        {"hang": day, "days": 7, "vials": 6}
        for day in ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")
    ]
    over: dict[str, Any] = {
        "indication": "adult-consolidation",
        "patient": {"weight_kg": 70},
        "history": {"cycles": [{"cycle": 1, "start": "2026-01-05", "bags": bags}]},
        "as_of": "2026-02-10",
    }
    request = {"first_infusion": "2026-01-05", "cycles": 1}
    conflict = refused(**over, request={**request, "daily_dose_mcg": 35})
    assert conflict.because.endswith("35 > 28")
    assert planned(**over, request={**request, "daily_dose_mcg": 28}).totals.vials == 0
