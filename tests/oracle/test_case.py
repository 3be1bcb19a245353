"""The oracle's facts about days, cycles and doses, on cases worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.oracle.case import Case
from tests.oracle.small import MONDAY, day, small_drug, small_policy, small_scenario


def case(policy: dict[str, Any] | None = None, **scenario: Any) -> Case:
    return Case(small_scenario(**scenario), small_policy(**(policy or {})), small_drug())


def mcg(of: Case, cycle: int, start: dt.date = MONDAY) -> list[str]:
    return [str(dose.mcg) for dose in of.doses(cycle, start)]


def test_a_first_cycle_opens_with_the_step_dose_and_later_ones_do_not() -> None:
    assert mcg(case(), 1) == ["3", "3", "6", "6"]
    assert mcg(case(), 2) == ["6", "6", "6", "6"]


def test_a_dose_by_surface_is_rounded_down_and_capped() -> None:
    # 5 x 1.11 = 5.55; 5 x 1.33 = 6.65, above the cap of 6
    below = {"weight_kg": 30, "bsa_m2": Decimal("1.11")}
    above = {"weight_kg": 44, "bsa_m2": Decimal("1.33")}
    assert mcg(case(patient=below), 2) == ["5.55"] * 4
    assert mcg(case(patient=above), 2) == ["6.00"] * 4


def test_mosteller_surface_is_rounded_half_up() -> None:
    # sqrt(118 x 23.5 / 3600) = sqrt(0.77027...) = 0.87765 -> 0.88; 5 x 0.88 = 4.40
    child = case(patient={"weight_kg": Decimal("23.5"), "height_cm": 118})
    assert child.surface(MONDAY) == Decimal("0.88")
    assert mcg(child, 2) == ["4.40"] * 4


def test_the_weight_bracket_is_that_of_the_latest_weight_at_the_cycle_start() -> None:
    dated = [{"date": day(0), "kg": 44}, {"date": day(6), "kg": 45}]
    child = case(patient={"weight_kg": dated, "bsa_m2": 1})
    assert mcg(child, 2, day(5)) == ["5.00"] * 4
    assert mcg(child, 2, day(6)) == ["6"] * 4
    assert mcg(child, 2, day(-1)) == ["5.00"] * 4  # before the first weight: the first one


def test_a_requested_dose_replaces_the_full_dose_and_bounds_the_step_dose() -> None:
    assert mcg(case(request={"daily_dose_mcg": 5}), 1) == ["3", "3", "5", "5"]
    assert mcg(case(request={"daily_dose_mcg": 2}), 1) == ["2", "2", "2", "2"]
    assert mcg(case(request={"daily_dose_mcg": {2: 5}}), 1) == ["3", "3", "6", "6"]
    assert mcg(case(request={"daily_dose_mcg": {2: 5}}), 2) == ["5"] * 4


def test_vials_come_from_the_fixed_row_then_the_volume_rule_then_the_safer_band() -> None:
    # 5.5 mcg x 2 days x 1.1 / 5 per ml / 2 ml a vial = 1.21 -> 2 vials; x 3 days = 1.815 -> 2
    child = small_scenario(patient={"weight_kg": 30, "bsa_m2": Decimal("1.1")})
    plain = Case(child, small_policy(), small_drug())
    safer = Case(child, small_policy(), small_drug(uncertain={"72h": 3}))
    dose = plain.doses(2, MONDAY)[0]
    assert [plain.vials(name, dose, MONDAY) for name in ("24h", "48h", "72h")] == [1, 2, 2]
    assert [safer.vials(name, dose, MONDAY) for name in ("24h", "48h", "72h")] == [1, 2, 3]
    adult = case()
    step, full = adult.doses(1, MONDAY)[0], adult.doses(1, MONDAY)[3]
    assert [adult.vials("48h", one, MONDAY) for one in (step, full)] == [1, 2]


def test_holidays_stop_bag_changes_unless_somebody_is_on_call_all_week() -> None:
    holidays = {"holidays": [day(1)]}
    assert case(pharmacy=holidays).is_change_day(day(1))
    six = holidays | {"bag_change_days": ["mon", "tue", "wed", "thu", "fri", "sat"]}
    assert not case(pharmacy=six).is_change_day(day(1))
    assert case(pharmacy=six | {"bag_change_on_holidays": True}).is_change_day(day(1))
    assert not case(pharmacy=holidays).is_dispense_day(day(1))
    assert not case(pharmacy={"closed": [day(1)]}).is_change_day(day(1))
    assert not case(pharmacy={"closed": [day(1)]}).is_dispense_day(day(1))


def test_new_year_is_a_federal_holiday() -> None:
    federal = case(pharmacy={"holidays": "us-federal"})
    assert not federal.is_dispense_day(dt.date(2026, 1, 1))
    assert federal.is_dispense_day(dt.date(2026, 1, 2))


def test_the_earliest_day_of_a_cycle_adds_the_lengths_of_the_planned_ones_before_it() -> None:
    late = case(policy={"early": 1, "late_length": 9}, cycles=3)
    # cycle 1 lasts 6 days, cycle 2 lasts 9: days 0, 6, 15
    assert [late.earliest(cycle) for cycle in (1, 2, 3)] == [day(0), day(6), day(15)]


def history(*interruptions: dict[str, Any], **rest: Any) -> dict[str, Any]:
    cycles = [{"cycle": 1, "start": day(0), "bags": [{"hang": day(0), "days": 1, "vials": 1}]}]
    return {"history": {"cycles": cycles, "interruptions": list(interruptions)}, **rest}


def test_a_short_interruption_moves_the_last_infusion_day_and_as_read_the_next_start() -> None:
    broken = {"cycle": 1, "start": day(1), "days": 2}
    kept = case(cycles=2, as_of=day(2), **history(broken))
    # infuses on days 0, 3, 4, 5, disconnected on 6; the next starts on 0 + 6 + 2
    assert kept.infusion_dates(1, day(0)) == (day(0), day(3), day(4), day(5))
    assert kept.disconnect(1, day(0)) == day(6)
    assert kept.earliest(2) == day(8)
    absorbed = {"interruption.length": "absorbed"}
    assert case(cycles=2, readings=absorbed, as_of=day(2), **history(broken)).earliest(2) == day(6)


def test_a_long_interruption_ends_the_cycle_and_the_next_begins_when_it_is_over() -> None:
    ended = case(cycles=2, as_of=day(2), **history({"cycle": 1, "start": day(1), "days": 3}))
    assert ended.infusion_dates(1, day(0)) == (day(0),)
    assert ended.disconnect(1, day(0)) is None
    assert ended.earliest(2) == day(4)


@pytest.mark.parametrize(
    ("first", "earliest"),
    [
        (day(0), day(6)),  # the past cycle's own start: a fact
        (day(-3), day(6)),
        (day(9), day(9)),  # a wish for the next cycle
        (day(2), day(6)),  # a wish that lies before the next cycle can start
    ],
)
def test_a_first_infusion_of_the_past_is_a_fact(first: dt.date, earliest: dt.date) -> None:
    assert case(cycles=2, first=first, as_of=day(1), **history()).earliest(2) == earliest
