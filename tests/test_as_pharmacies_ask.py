"""Courses as pharmacies ask for them, each with its arithmetic, from the scenario to the answer."""

from __future__ import annotations

from datetime import date
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
