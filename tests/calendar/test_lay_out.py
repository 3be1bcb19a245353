"""The finished plan: everything that follows from the decisions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.audit import audit
from planner.calendar.lay_out import Stamps, plan_of
from planner.documents.plan import Plan
from planner.search.engine import SEED, Verdict, solver_version
from planner.search.find import find
from planner.search.found import Found
from tests.regimen.samples import DRUG, POLICY, at, course

STAMPS = Stamps("1" * 64, "2" * 64, "3" * 64)


def planned(**parts: Any) -> Plan:
    laid = course(**parts)
    plan = plan_of(laid, find(laid, limit=20.0), STAMPS)
    assert audit(plan, policy=POLICY, drug=DRUG).violations == ()
    return plan


@pytest.fixture(scope="module")
def nine() -> Plan:
    return planned(pharmacy={"transit_days": 2, "renewal_lead_days": 21}, title="Nine cycles")


def test_a_plan_says_what_it_was_made_from_and_by(nine: Plan) -> None:
    assert (nine.scenario.title, nine.scenario.sha256) == ("Nine cycles", "1" * 64)
    assert (nine.policy.id, nine.policy.sha256) == ("eocco-0382", "2" * 64)
    assert (nine.drug.id, nine.drug.sha256) == ("blinatumomab", "3" * 64)
    assert (nine.solver.version, nine.solver.seed) == (solver_version(), SEED)
    assert (nine.indication, nine.weight_kg, nine.bsa_m2) == ("adult-rr", Decimal(70), None)
    assert nine.audit.clauses == 0  # not audited yet


def test_the_scenario_of_a_plan_is_the_one_it_was_made_from(nine: Plan) -> None:
    assert nine.scenario.document.title == "Nine cycles"
    assert nine.readings["window"] == "rolling"
    assert {a.path for a in nine.assumed} >= {"request.cycles", "objectives"}


def test_each_cycle_says_its_days(nine: Plan) -> None:
    sixth = nine.cycles[5]
    assert (sixth.cycle, sixth.phase, sixth.authorization) == (6, "continued", "continued-1")
    assert sixth.start == at(210)
    assert sixth.last_infusion_day == at(237)  # 210 + 27
    assert sixth.disconnect == at(238)
    assert sixth.earliest_next == at(294)  # 210 + 84
    assert not sixth.past
    assert sixth.latest_start is not None
    assert sixth.start <= sixth.latest_start <= sixth.start + timedelta(days=28)


def test_each_bag_says_what_it_holds_and_where_its_vials_come_from(nine: Plan) -> None:
    first = nine.bags[0]
    assert (first.cycle, first.hang, first.site) == (1, at(0), "home")
    assert first.mcg_per_day == 9
    assert first.mcg == first.mcg_per_day * first.days
    for bag in nine.bags:
        assert bag.dispense is not None
        assert bag.dispense + timedelta(days=2) <= bag.hang


def test_each_dispense_says_its_arrival_and_its_days_supply(nine: Plan) -> None:
    assert len(nine.dispenses) == 9
    for dispense, cycle in zip(nine.dispenses, nine.cycles, strict=True):
        assert dispense.delivered == dispense.date + timedelta(days=2)
        assert dispense.days_supply == 28
        assert (dispense.cycle, dispense.authorization) == (cycle.cycle, cycle.authorization)
        assert dispense.spare == 0


def test_each_authorization_says_when_to_ask_for_it(nine: Plan) -> None:
    assert [(a.id, a.start, a.end, a.cycles) for a in nine.authorizations] == [
        ("initial", at(0), at(209), (1, 2, 3, 4, 5)),  # 30 weeks
        ("continued-1", at(210), at(377), (6, 7)),  # 24 weeks
        ("continued-2", at(378), at(545), (8, 9)),
    ]
    assert [a.request_by for a in nine.authorizations] == [at(-21), at(189), at(357)]
    assert not any(a.given for a in nine.authorizations)


def test_an_authorization_that_is_given_needs_no_request() -> None:
    rows = [{"kind": "initial", "start": at(0), "number": "A-1"}]
    plan = planned(authorizations=rows, request={"cycles": 1})
    (initial,) = plan.authorizations
    assert (initial.number, initial.given, initial.request_by) == ("A-1", True, None)
    assert initial.end == at(209)


def test_each_limit_says_its_fullest_window(nine: Plan) -> None:
    found = {one.clause: (one.per_days, one.limit, one.unit, one.peak) for one in nine.limits}
    # a later cycle opens 24 vials, 840 units; days 2 .. 43 hold three of the step week's bags, the
    # three bags of seven days and the first of cycle 2: 3 + 18 + 6 = 27 vials, 945 units
    assert found == {
        "II.A": (42, 28, "vials", 24),
        "II.B.cycles-1-5": (42, 980, "units", 945),
        "II.B.cycles-6-9": (84, 980, "units", 840),
    }
    for one in nine.limits:
        assert one.per_days is not None
        assert one.window_to == one.window_from + timedelta(days=one.per_days - 1)


def test_the_objectives_stand_in_their_order_with_their_proof(nine: Plan) -> None:
    assert [(o.name, o.value == o.bound, o.proven) for o in nine.objectives] == [
        (name, True, True) for name in ("delay", "vials", "dispenses", "bag_changes", "stock_days")
    ]


def test_the_rows_used_are_those_of_the_bags_in_the_plan(nine: Plan) -> None:
    assert [row.row for row in nine.rows_used] == [
        "24h at 9 mcg/day",
        "48h at 9 mcg/day",
        "7d at 28 mcg/day",
    ]


def test_spare_vials_are_dispensed_and_not_opened() -> None:
    plan = planned(pharmacy={"spare_vials": 2}, request={"cycles": 1})
    assert plan.dispenses[0].spare == 2
    assert plan.totals.vials_dispensed == plan.totals.vials + 2


def test_a_hospital_stay_shorter_than_advised_is_noted() -> None:
    stays = {"hospital_days": {1: 9, 2: 1}}
    plan = planned(pharmacy=stays, request={"cycles": 2})
    (note,) = plan.notes
    assert "first 2 days of cycle 2" in note
    assert {b.site for b in plan.bags if b.hang < at(9)} == {"hospital"}
    assert {b.site for b in plan.bags if at(9) <= b.hang < at(42)} == {"home"}


def test_a_preparation_that_is_uncertain_is_noted() -> None:
    child = {"weight_kg": 30, "bsa_m2": Decimal("1.05")}
    plan = planned(
        patient=child, indication="pediatric-mrd", pharmacy={"bags": ["48h"], "max_days_ahead": 27}
    )
    assert any("the safer two are planned" in note for note in plan.notes)
    assert {bag.vials for bag in plan.bags} == {2}


# History -----------------------------------------------------------------------------------------


def begun(**rest: Any) -> dict[str, Any]:
    hung = [{"hang": at(7 * n), "days": 7, "vials": 6, "dispense": at(-1)} for n in range(2)]
    return {
        "history": {
            "cycles": [{"cycle": 1, "start": at(0), "bags": hung}],
            "dispenses": [
                {"date": at(-1), "vials": 7, "cycle": 1},
                {"date": at(-1), "vials": 6, "cycle": 1},
            ],
            **rest,
        },
        "as_of": at(14),
        "indication": "adult-consolidation",
        "request": {"cycles": 2},
    }


def test_a_cycle_in_progress_stands_in_the_plan_as_past_and_its_new_bags_do_not() -> None:
    plan = planned(**begun())
    assert [(c.cycle, c.past) for c in plan.cycles] == [(1, True), (2, False)]
    assert plan.cycles[0].latest_start is None
    assert [(b.hang, b.past) for b in plan.bags if b.cycle == 1] == [
        (at(0), True),
        (at(7), True),
        (at(14), False),
        (at(21), False),
    ]


def test_past_dispenses_of_one_day_are_one_with_what_is_left_of_them() -> None:
    plan = planned(**begun())
    past = [d for d in plan.dispenses if d.past]
    assert [(d.date, d.vials, d.spare, d.days_supply) for d in past] == [(at(-1), 13, 1, 14)]


def test_totals_speak_of_what_is_still_to_come() -> None:
    plan = planned(**begun())
    # two bags of six vials, and cycle 2's four
    assert plan.totals.vials == 36
    assert plan.totals.mcg_administered == Decimal(28 * 42)
    assert plan.totals.units_billed == 36 * 35


def test_a_course_with_nothing_left_to_plan_has_a_plan() -> None:
    hung = [{"hang": at(7 * n), "days": 7, "vials": 6} for n in range(4)]
    plan = planned(
        history={"cycles": [{"cycle": 1, "start": at(0), "bags": hung}]},
        as_of=at(40),
        indication="adult-consolidation",
        request={"cycles": 1},
    )
    assert [c.past for c in plan.cycles] == [True]
    assert plan.totals.vials == 0
    assert plan.weight_kg == Decimal(70)


def test_without_a_schedule_there_is_no_plan() -> None:
    with pytest.raises(ValueError, match="no schedule"):
        plan_of(course(), Found(Verdict.INFEASIBLE), STAMPS)
