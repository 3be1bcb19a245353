from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from planner.audit.case import Case
from planner.audit.dose import course_doses
from planner.documents.plan import Plan
from planner.documents.policy import DoseClause
from tests.audit.plans import (
    DRUG,
    POLICY,
    Cycle,
    adult_dose,
    changed,
    day,
    lay_out,
    refused,
    scenario,
    starts,
)

DAILY = (1,) * 28


def light(dose: Callable[[int, int], Decimal | int], surface: float, **changes: Any) -> Plan:
    """A cycle of daily bags for a patient of 40 kg with that body surface."""
    document = scenario(patient={"weight_kg": 40, "bsa_m2": surface}, **changes)
    plan = lay_out(
        document, [Cycle(1, day(0))], dose=dose, vials=lambda days, mcg: 1, surface=surface
    )
    assert plan.bsa_m2 is not None
    return plan


def test_a_bag_across_the_change_of_dose_on_day_8_is_refused() -> None:
    # four bags of 48 h: the fourth covers days 7 and 8
    plan = lay_out(scenario(), [Cycle(1, day(0), (2, 2, 2, 2) + (1,) * 20)])
    found = refused(plan)
    assert found["nature.one_dose"] == [
        "cycle 1: the bag of 2026-01-11 for 2 days runs over the change from 9 to 28 mcg a day"
    ]
    assert set(found) == {"nature.one_dose", "V.rr.dose"}
    assert refused(lay_out(scenario(), [Cycle(1, day(0), (2, 2, 2, 1, 2) + (1,) * 19)])) == {}


def test_below_45_kg_the_dose_goes_by_body_surface() -> None:
    # 5 x 1.2 = 6 and 15 x 1.2 = 18 mcg a day
    plan = light(lambda cycle, index: 6 if index < 7 else 18, 1.2)
    assert refused(plan) == {}


def test_a_dose_by_body_surface_stops_at_its_cap() -> None:
    # 5 x 1.9 = 9.5 > 9 and 15 x 1.9 = 28.5 > 28
    assert refused(light(lambda cycle, index: 9 if index < 7 else 28, 1.9)) == {}
    over = light(lambda cycle, index: Decimal("9.5") if index < 7 else Decimal("28.5"), 1.9)
    assert (
        refused(over)["V.rr.dose"][0]
        == "cycle 1 gets 9.5 mcg on 2026-01-05: 9.5 > 9 (28 such bags)"
    )


def with_rate(rate: str) -> Case:
    """The consolidation clause with another rate, for a patient of 40 kg and 0.33 m2."""
    clause = POLICY.clauses["V.consolidation.dose"]
    assert isinstance(clause, DoseClause)
    step = (
        clause.brackets[1].rows[0].steps[0].model_copy(update={"mcg_per_m2_per_day": Decimal(rate)})
    )
    row = clause.brackets[1].rows[0].model_copy(update={"steps": (step,)})
    bracket = clause.brackets[1].model_copy(update={"rows": (row,)})
    changed_clause = clause.model_copy(update={"brackets": (clause.brackets[0], bracket)})
    policy = POLICY.model_copy(
        update={"clauses": {**POLICY.clauses, "V.consolidation.dose": changed_clause}}
    )
    document = scenario(indication="adult-consolidation", patient={"weight_kg": 40, "bsa_m2": 0.33})
    return Case(lay_out(document, [Cycle(1, day(0))], surface=0.33), policy, DRUG)


def test_a_dose_is_rounded_down_to_a_hundredth_of_a_microgram() -> None:
    # 7.5 x 0.33 = 2.475
    assert course_doses(with_rate("7.5"), 1)[0].due == Decimal("2.47")


def test_a_dose_a_hundredth_above_its_cap_is_refused() -> None:
    # 15 x 1.9 = 28.5, capped at 28
    plan = light(lambda cycle, index: 9 if index < 7 else Decimal("28.01"), 1.9)
    assert refused(plan)["V.rr.dose"] == [
        "cycle 1 gets 28.01 mcg on 2026-01-12: 28.01 > 28 (21 such bags)"
    ]


def test_the_bracket_is_that_of_the_latest_weight_known_at_a_cycle_s_start() -> None:
    weights = [
        {"date": "2025-12-20", "kg": 44.9},
        {"date": day(42).isoformat(), "kg": 45},
    ]
    document = scenario(patient={"weight_kg": weights, "bsa_m2": 1.4}, request={"cycles": 2})

    def dose(cycle: int, index: int) -> int:
        # 5 x 1.4 = 7 and 15 x 1.4 = 21 below 45 kg; 28 from the second cycle's start on
        return 28 if cycle == 2 else 7 if index < 7 else 21

    plan = lay_out(document, starts(0, 42), dose=dose, vials=lambda days, mcg: 1, surface=1.4)
    assert refused(plan) == {}
    weights[1]["date"] = day(43).isoformat()
    late = scenario(patient={"weight_kg": weights, "bsa_m2": 1.4}, request={"cycles": 2})
    plan = lay_out(late, starts(0, 42), dose=dose, vials=lambda days, mcg: 1, surface=1.4)
    assert "V.rr.dose" in refused(plan)


def test_a_first_weight_taken_after_the_start_stands_for_the_start() -> None:
    weights = [{"date": day(3).isoformat(), "kg": 70}]
    assert refused(lay_out(scenario(patient={"weight_kg": weights}), [Cycle(1, day(0))])) == {}


def test_height_and_weight_give_the_surface_where_none_is_given() -> None:
    # Mosteller: root of 150 x 40 / 3600 = 1.291, so 1.29; 5 x 1.29 = 6.45, 15 x 1.29 = 19.35
    document = scenario(patient={"weight_kg": 40, "height_cm": 150})

    def dose(cycle: int, index: int) -> Decimal:
        return Decimal("6.45") if index < 7 else Decimal("19.35")

    plan = lay_out(document, [Cycle(1, day(0))], dose=dose, vials=lambda days, mcg: 1, surface=1.29)
    assert refused(plan) == {}
    assert set(refused(changed(plan, "bsa_m2", 1.3))) == {"figures.patient"}
    assert set(refused(changed(plan, "bsa_m2", None))) == {"figures.patient"}


def test_without_height_and_surface_no_dose_can_be_told() -> None:
    plan = lay_out(scenario(patient={"weight_kg": 40}), [Cycle(1, day(0))])
    assert refused(plan)["V.rr.dose"] == [
        "cycle 1: at 40 kg the dose goes by body surface, and no height is given"
    ]


def asked(dose: Any, laid: Callable[[int, int], Decimal | int], vials: int = 1) -> dict[str, Any]:
    """What is refused of a plan for a requested dose, laid out with other ones."""
    document = scenario(request={"daily_dose_mcg": dose})
    return refused(lay_out(document, [Cycle(1, day(0))], dose=laid, vials=lambda days, mcg: vials))


def test_a_requested_dose_takes_the_place_of_the_full_dose_and_leaves_the_step() -> None:
    assert asked(20, lambda cycle, index: 9 if index < 7 else 20) == {}
    assert set(asked(20, adult_dose)) == {"request.daily_dose_mcg", "V.rr.dose"}
    assert asked({"1": 20}, lambda cycle, index: 9 if index < 7 else 20) == {}
    assert asked({"2": 20}, adult_dose) == {}


def test_a_step_dose_is_never_above_the_requested_dose() -> None:
    assert asked(8, lambda cycle, index: 8) == {}
    found = asked(8, lambda cycle, index: 9 if index < 7 else 8)
    assert "request.daily_dose_mcg" in found


def test_a_requested_dose_above_the_cap_violates_the_clause() -> None:
    found = asked(28.5, lambda cycle, index: 9 if index < 7 else Decimal("28.5"))
    assert found["V.rr.dose"] == [
        "cycle 1 is asked for at 28.5 mcg a day: 28.5 > 28",
        "cycle 1 gets 28.5 mcg on 2026-01-12: 28.5 > 28 (21 such bags)",
    ]


@pytest.mark.parametrize("bags", [DAILY[:27], (*DAILY, 1)])
def test_27_or_29_infusion_days_are_refused(bags: tuple[int, ...]) -> None:
    found = refused(lay_out(scenario(), [Cycle(1, day(0), bags)]))
    assert {"V.rr.days", "nature.bag_chain"} <= set(found)
    assert found["V.rr.days"] == [f"cycle 1 has bags for {len(bags)} infusion days, due are 28"]


@pytest.mark.parametrize(("offset", "clauses"), [(41, {"V.rr.length"}), (42, set())])
def test_the_next_cycle_starts_after_the_length_of_the_one_before(
    offset: int, clauses: set[str]
) -> None:
    # bags of a week: 22 + 24 vials would pass the window of II.A on day 41, so look for one clause
    plan = lay_out(scenario(request={"cycles": 2}), starts(0, offset))
    assert clauses == set(refused(plan)) & {"V.rr.length"}


def test_cycles_6_to_9_last_84_days() -> None:
    offsets = (0, 42, 84, 126, 168, 210, 293)
    found = refused(lay_out(scenario(request={"cycles": 7}), starts(*offsets)))
    assert found["V.rr.length"] == [
        "cycle 6 starts on 2026-08-03 and lasts 84 days: cycle 7 may start on 2026-10-26, "
        "not on 2026-10-25"
    ]


def test_a_child_s_cap_is_the_rate_times_the_surface_although_more_is_printed() -> None:
    # 15 x 0.8 = 12: 20 mcg a day are below the printed 28 and above the child's 12
    document = scenario(
        indication="pediatric-mrd",
        patient={"weight_kg": 20, "bsa_m2": 0.8},
        request={"daily_dose_mcg": 20},
    )
    plan = lay_out(
        document,
        [Cycle(1, day(0))],
        dose=lambda cycle, index: 20,
        vials=lambda days, mcg: 1,
        surface=0.8,
    )
    assert refused(plan) == {
        "V.mrd.dose": [
            "cycle 1 is asked for at 20 mcg a day: 20 > 12",
            "cycle 1 gets 20 mcg on 2026-01-05: 20 > 12 (28 such bags)",
        ]
    }
    document["request"]["daily_dose_mcg"] = 11.5
    lower = lay_out(
        document,
        [Cycle(1, day(0))],
        dose=lambda cycle, index: Decimal("11.5"),
        vials=lambda days, mcg: 1,
        surface=0.8,
    )
    assert refused(lower) == {}
