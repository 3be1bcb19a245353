"""Doses by weight bracket, surface, cap and request (V.rr.dose)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.documents.clause import CycleRange
from planner.documents.policy import DoseClause, DoseRow, Step
from planner.documents.scenario import Patient
from planner.regimen.course import CourseCycle
from planner.regimen.doses import (
    DosedDays,
    clause_cap,
    clause_dose,
    dose_row,
    dosed_days,
    requested_dose,
    weight_spans,
)
from tests.regimen.samples import POLICY, at, course, on, scenario


def segments(cycle: CourseCycle, variant: int = 0) -> list[tuple[int, int, Decimal, bool]]:
    return [(s.first, s.days, s.mcg_per_day, s.step_dose) for s in cycle.variants[variant].segments]


def cycle_of(number: int, **parts: Any) -> CourseCycle:
    return next(c for c in course(**parts).cycles if c.number == number)


def rr_dose() -> DoseClause:
    clause = POLICY.clauses["V.rr.dose"]
    assert isinstance(clause, DoseClause)
    return clause


def by_surface(rate: str, not_above: str | None = None) -> Step:
    cap = None if not_above is None else Decimal(not_above)
    return Step(days=1, mcg_per_m2_per_day=Decimal(rate), not_above=cap)


def test_from_45_kg_the_first_cycle_steps_from_9_to_28_mcg_after_a_week() -> None:
    cycle = cycle_of(1, patient={"weight_kg": 45})
    assert segments(cycle) == [(0, 7, Decimal(9), True), (7, 21, Decimal(28), False)]


def test_from_45_kg_the_later_cycles_have_28_mcg_throughout() -> None:
    assert segments(cycle_of(2)) == [(0, 28, Decimal(28), False)]
    assert segments(cycle_of(9)) == [(0, 28, Decimal(28), False)]


def test_below_45_kg_the_dose_goes_by_body_surface() -> None:
    # 5 x 1.40 = 7 and 15 x 1.40 = 21 mcg a day
    cycle = cycle_of(1, patient={"weight_kg": Decimal("44.99"), "bsa_m2": Decimal("1.4")})
    assert segments(cycle) == [(0, 7, Decimal(7), True), (7, 21, Decimal(21), False)]


def test_the_caps_hold_for_a_large_surface() -> None:
    # 5 x 2.00 = 10 > 9 and 15 x 2.00 = 30 > 28
    cycle = cycle_of(1, patient={"weight_kg": 44, "bsa_m2": 2})
    assert segments(cycle) == [(0, 7, Decimal(9), True), (7, 21, Decimal(28), False)]


@pytest.mark.parametrize(
    ("surface", "dose"),
    [
        ("1.86", "27.90"),  # 15 x 1.86
        ("1.87", "28"),  # 15 x 1.87 = 28.05 > 28
    ],
)
def test_a_cap_is_reached_at_the_surface_whose_dose_passes_it(surface: str, dose: str) -> None:
    assert clause_dose(by_surface("15", "28"), Decimal(surface)) == Decimal(dose)


def test_a_dose_by_surface_is_rounded_down_to_a_hundredth() -> None:
    # 2.75 x 1.05 = 2.8875: half up would be 2.89
    assert clause_dose(by_surface("2.75"), Decimal("1.05")) == Decimal("2.88")


def test_a_cap_by_surface_is_not_rounded() -> None:
    step = by_surface("2.75")
    row = DoseRow(cycles=CycleRange(first=1, last=1), steps=(step,))
    (dosed,) = dosed_days(row, Decimal("1.05"), Decimal("2.885"))
    # 2.75 x 1.05 = 2.8875: what is asked for may lie between the dose, 2.88, and that
    assert (dosed.mcg_per_day, dosed.cap) == (Decimal("2.885"), Decimal("2.8875"))
    assert clause_cap(by_surface("15", "28"), Decimal(2)) == Decimal(28)


def test_a_dose_by_surface_without_a_surface_is_an_error() -> None:
    with pytest.raises(LookupError, match="no surface"):
        clause_dose(by_surface("15"), None)


def test_a_weight_that_no_bracket_holds_is_an_error() -> None:
    heavy = rr_dose().model_copy(update={"brackets": rr_dose().brackets[:1]})
    with pytest.raises(LookupError, match=r"44\.99 kg"):
        dose_row(heavy, Decimal("44.99"), 1)


def test_a_cycle_past_the_last_row_takes_the_last_row() -> None:
    assert dose_row(rr_dose(), Decimal(70), 10).cycles == CycleRange(first=6, last=9)


def test_one_weight_counts_on_every_day() -> None:
    (span,) = weight_spans(Patient(weight_kg=Decimal(70)))
    assert (span.first, span.last, span.kg, span.bsa_m2) == (
        date.min.toordinal(),
        date.max.toordinal(),
        Decimal(70),
        None,
    )


def test_a_dated_weight_counts_from_its_day_on_and_the_first_one_before_it_too() -> None:
    rows = [{"date": at(10), "kg": 40}, {"date": at(20), "kg": 45}]
    first, second = weight_spans(Patient.model_validate({"weight_kg": rows, "height_cm": 150}))
    assert (first.first, first.last, first.kg) == (date.min.toordinal(), on(19), Decimal(40))
    assert (second.first, second.last, second.kg) == (on(20), date.max.toordinal(), Decimal(45))
    # 150 x 40 / 3600 = 1.66667, root 1.29099; 150 x 45 / 3600 = 1.875, root 1.36931
    assert (first.bsa_m2, second.bsa_m2) == (Decimal("1.29"), Decimal("1.37"))


def test_a_given_surface_wins_over_height_and_counts_as_it_is() -> None:
    patient = Patient(weight_kg=Decimal(40), height_cm=Decimal(150), bsa_m2=Decimal("1.235"))
    assert weight_spans(patient)[0].bsa_m2 == Decimal("1.235")


def test_a_child_who_passes_45_kg_has_a_variant_for_each_weight() -> None:
    rows = [{"date": at(0), "kg": Decimal("44.9")}, {"date": at(50), "kg": 45}]
    cycle = cycle_of(2, patient={"weight_kg": rows, "height_cm": 150})
    # 150 x 44.9 / 3600 = 1.87083, root 1.36779 -> 1.37; 15 x 1.37 = 20.55
    assert [(v.first_start, v.last_start) for v in cycle.variants] == [
        (date.min.toordinal(), on(49)),
        (on(50), date.max.toordinal()),
    ]
    assert segments(cycle, 0) == [(0, 28, Decimal("20.55"), False)]
    assert segments(cycle, 1) == [(0, 28, Decimal(28), False)]


def test_a_requested_dose_replaces_the_full_dose_and_leaves_a_lower_step_alone() -> None:
    cycle = cycle_of(1, request={"daily_dose_mcg": 20})
    assert segments(cycle) == [(0, 7, Decimal(9), True), (7, 21, Decimal(20), False)]
    assert cycle.variants[0].cap_exceeded is None


def test_a_requested_dose_below_the_step_bounds_the_step_too() -> None:
    cycle = cycle_of(1, request={"daily_dose_mcg": 5})
    assert segments(cycle) == [(0, 7, Decimal(5), True), (7, 21, Decimal(5), False)]


def test_a_requested_dose_may_be_given_by_cycle() -> None:
    asked = scenario(request={"daily_dose_mcg": {2: 14}})
    assert requested_dose(asked, 1) is None
    assert requested_dose(asked, 2) == Decimal(14)


@pytest.mark.parametrize(
    ("asked", "exceeded"),
    [(28, None), (Decimal("28.01"), (Decimal("28.01"), Decimal(28)))],
)
def test_a_requested_dose_may_be_the_fixed_dose_and_no_more(
    asked: object, exceeded: object
) -> None:
    cycle = cycle_of(2, request={"daily_dose_mcg": asked})
    assert cycle.variants[0].cap_exceeded == exceeded


@pytest.mark.parametrize(
    ("asked", "exceeded"),
    [
        (12, None),  # 15 x 0.80 = 12: what the clause allows this child
        (Decimal("12.01"), (Decimal("12.01"), Decimal(12))),  # although below the printed 28
    ],
)
def test_the_cap_by_surface_is_what_the_clause_allows_this_patient(
    asked: object, exceeded: object
) -> None:
    child = {"weight_kg": 20, "bsa_m2": Decimal("0.8")}
    cycle = cycle_of(2, patient=child, request={"daily_dose_mcg": asked})
    assert cycle.variants[0].cap_exceeded == exceeded


def test_the_steps_of_a_row_come_with_their_caps() -> None:
    steps = (Step(days=7, mcg_per_day=Decimal(9), step_dose=True), by_surface("15", "28"))
    row = DoseRow(cycles=CycleRange(first=1, last=1), steps=steps)
    step, full = dosed_days(row, Decimal(1), Decimal(16))
    assert step == DosedDays(7, Decimal(9), Decimal(9), step_dose=True)
    assert full == DosedDays(1, Decimal(16), Decimal(15), step_dose=False)
