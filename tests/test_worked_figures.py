"""The worked figures of the specification, from a scenario file to an audited plan.

Dispenses on any day, no holidays, vials there on the day of their dispense.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from planner import audit, load_scenario, plan
from planner.documents.outcome import Infeasible, Undecided
from planner.documents.plan import Plan

FIRST = date(2026, 1, 5)
DAILY, THREE = "24h", "24h, 48h, 7d"
HARD = Path(__file__).parent.parent / "scenarios" / "adult-rr-weekly-weekdays.yaml"

Outcome = Plan | Infeasible | Undecided
Planned = Callable[[str], Outcome]

HEAD = """\
format: planner-scenario/1
policy: eocco-0382
indication: {indication}
patient: {patient}
pharmacy:
  bags: [{bags}]
  dispense_days: [mon, tue, wed, thu, fri, sat, sun]
  holidays: none
  transit_days: 0
"""
ADULT = "{weight_kg: 70, diagnosis: C91.02, state: OR}"
INFANT = "{age: 0.5, weight_kg: 7, bsa_m2: 0.36, diagnosis: C91.00}"


def text(request: str, *, bags: str = DAILY, indication: str = "adult-rr", rest: str = "") -> str:
    """A scenario file; ``request`` holds what follows the first infusion."""
    patient = INFANT if indication == "infant-interfant" else ADULT
    head = HEAD.format(indication=indication, patient=patient, bags=bags)
    return f"{head}request: {{first_infusion: {FIRST}, {request}}}\n{rest}"


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    """Writes a scenario, plans it, and holds every plan against the audit."""

    def run(scenario: str) -> Outcome:
        path = tmp_path / "scenario.yaml"
        path.write_text(scenario, encoding="utf-8")
        outcome = plan(load_scenario(path))
        if isinstance(outcome, Plan):
            assert outcome.audit.violations == ()
            assert audit(outcome).violations == ()
            assert all(one.proven and one.bound == one.value for one in outcome.objectives)
        return outcome

    return run


def plan_in(outcome: Outcome) -> Plan:
    assert isinstance(outcome, Plan)
    return outcome


def on(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def vials_by_cycle(made: Plan) -> list[int]:
    return [
        sum(bag.vials for bag in made.bags if bag.cycle == cycle.cycle) for cycle in made.cycles
    ]


# Nine cycles -------------------------------------------------------------------------------------


def test_nine_cycles_of_24_h_bags_take_252_vials_and_8820_units(planned: Planned) -> None:
    made = plan_in(planned(text("cycles: 9")))
    offsets = [(cycle.start - FIRST).days for cycle in made.cycles]
    # 42 days a cycle up to the fifth, then 84
    assert offsets == [0, 42, 84, 126, 168, 210, 294, 378, 462]
    assert vials_by_cycle(made) == [28] * 9
    # 9 x 28 = 252 vials, x 35 = 8,820 units
    assert (made.totals.vials, made.totals.vials_dispensed) == (252, 252)
    assert made.totals.units_billed == 8820
    # 7 x 9 + 21 x 28 = 651 and 28 x 28 = 784; 651 + 8 x 784 = 6,923; 8,820 - 6,923 = 1,897
    assert made.totals.mcg_administered == Decimal(6923)
    assert made.totals.units_discarded == 1897
    assert made.totals.delay_days == 0


def test_each_cycle_of_24_h_bags_bills_980_units_on_its_hang_days(planned: Planned) -> None:
    made = plan_in(planned(text("cycles: 2")))
    for cycle in made.cycles:
        lines = [line for line in made.claims if line.cycle == cycle.cycle]
        assert sum(line.units for line in lines) == 980  # 28 x 35
        assert sum(line.ndc_units for line in lines) == 28
        assert {line.date for line in lines} == {cycle.start + timedelta(days=n) for n in range(28)}
    assert {(one.clause, one.peak, one.limit) for one in made.limits} == {
        ("II.A", 28, 28),
        ("II.B.cycles-1-5", 980, 980),
    }


def test_with_bags_of_two_and_seven_days_nine_cycles_take_214_vials(planned: Planned) -> None:
    made = plan_in(planned(text("cycles: 9", bags=THREE)))
    # the step week in three bags of 48 h and one of 24 h: 4; then 3 x 6 = 18, or 4 x 6 = 24
    assert vials_by_cycle(made) == [22] + [24] * 8
    assert made.totals.vials == 214  # 22 + 8 x 24
    step = [bag for bag in made.bags if bag.cycle == 1 and bag.mcg_per_day == 9]
    assert sorted(bag.days for bag in step) == [1, 2, 2, 2]
    assert made.totals.mcg_administered == Decimal(6923)


# The window of II.A ------------------------------------------------------------------------------


def two_dispenses(second: int) -> str:
    """28 vials on day 0, one on the given day, and the 27 others of cycle 2 on day 43."""
    sent = (
        f"{{date: {on(0)}, vials: 28, cycle: 1}}, {{date: {on(second)}, vials: 1, cycle: 2}}, "
        f"{{date: {on(43)}, vials: 27, cycle: 2}}"
    )
    return text(f"cycles: 2, dispenses: [{sent}]")


def test_28_vials_on_day_0_and_one_on_day_41_pass_the_limit(planned: Planned) -> None:
    assert isinstance(planned(two_dispenses(41)), Infeasible)  # 0 .. 41 are 42 dates: 29 > 28


def test_28_vials_on_day_0_and_one_on_day_42_keep_the_limit(planned: Planned) -> None:
    made = plan_in(planned(two_dispenses(42)))
    (limit,) = (one for one in made.limits if one.clause == "II.A")
    assert limit.peak == 28
    assert [(d.date, d.vials) for d in made.dispenses] == [(on(0), 28), (on(42), 1), (on(43), 27)]


# How many cycles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indication", "most"),
    [("adult-consolidation", 4), ("pediatric-mrd", 4), ("infant-interfant", 1), ("adult-rr", 9)],
)
def test_as_many_cycles_as_the_clauses_give_can_be_planned(
    planned: Planned, indication: str, most: int
) -> None:
    made = plan_in(planned(text(f"cycles: {most}", indication=indication)))
    assert len(made.cycles) == most


@pytest.mark.parametrize(
    ("indication", "cycles"),
    [("adult-consolidation", 9), ("pediatric-mrd", 5), ("infant-interfant", 2), ("adult-rr", 10)],
)
def test_more_cycles_than_the_clauses_give_are_infeasible(
    planned: Planned, indication: str, cycles: int
) -> None:
    assert isinstance(planned(text(f"cycles: {cycles}", indication=indication)), Infeasible)


# A broken vial -----------------------------------------------------------------------------------


def broken_vial(bags: str) -> str:
    """Ten daily bags of 28 vials are hung and one more vial broke: 17 for the 18 days to come."""
    hung = ", ".join(f"{{hang: {on(n)}, days: 1, vials: 1}}" for n in range(10))
    history = f"""\
as_of: {on(10)}
history:
  cycles:
    - {{cycle: 1, start: {on(0)}, bags: [{hung}]}}
  dispenses:
    - {{date: {on(0)}, vials: 28, cycle: 1}}
  wasted:
    - {{date: {on(9)}, vials: 1, cycle: 1}}
"""
    return text("cycles: 1", bags=bags, rest=history)


def test_a_broken_vial_cannot_be_replaced_inside_the_window(planned: Planned) -> None:
    assert isinstance(planned(broken_vial(DAILY)), Infeasible)  # 28 + 1 = 29 > 28


def test_with_one_bag_of_seven_days_a_broken_vial_need_not_be_replaced(planned: Planned) -> None:
    made = plan_in(planned(broken_vial("24h, 7d")))
    assert [d for d in made.dispenses if not d.past] == []
    # at least one 7-day bag of 6 vials and 11 daily ones: 17
    assert made.totals.vials <= 17
    assert any(bag.days == 7 for bag in made.bags)


# A late cycle ------------------------------------------------------------------------------------


def late(*delays: int) -> str:
    """Five cycles, each pinned so many days behind the length of the cycles before it."""
    pins = ", ".join(f"{n}: {on(42 * (n - 1) + d)}" for n, d in enumerate(delays, start=1))
    return text(f"cycles: 5, max_delay_days: 60, cycle_starts: {{{pins}}}")


@pytest.mark.parametrize("delays", [(0, 0, 0, 0, 14), (0, 14, 14, 14, 14), (0, 3, 7, 7, 14)])
def test_the_initial_30_weeks_hold_five_cycles_with_14_days_of_delay(
    planned: Planned, delays: tuple[int, ...]
) -> None:
    made = plan_in(planned(late(*delays)))
    (initial,) = made.authorizations
    # 30 x 7 = 210 days from the first infusion day; 4 x 42 + 14 + 28 = 210
    assert (initial.start, initial.end) == (on(0), on(209))
    assert made.cycles[-1].last_infusion_day == on(209)
    assert made.cycles[-1].latest_start == on(182)


@pytest.mark.parametrize("delays", [(0, 0, 0, 0, 15), (0, 15, 15, 15, 15)])
def test_the_15th_day_of_delay_is_infeasible(planned: Planned, delays: tuple[int, ...]) -> None:
    assert isinstance(planned(late(*delays)), Infeasible)


def test_the_window_opens_with_a_late_first_infusion(planned: Planned) -> None:
    window = f"first_infusion: {{earliest: {FIRST}, latest: {on(20)}}}"
    pinned = text("cycles: 1, cycle_starts: {1: 2026-01-20}").replace(
        f"first_infusion: {FIRST}", window
    )
    made = plan_in(planned(pinned))
    assert made.authorizations[0].start == date(2026, 1, 20)


# Weekly dispenses and weekday nursing ------------------------------------------------------------


def test_the_hard_course_is_planned_to_proven_optima(planned: Planned) -> None:
    made = plan_in(planned(HARD.read_text(encoding="utf-8")))
    assert len(made.cycles) == 9
    weekdays = [bag.hang.weekday() for bag in made.bags]
    assert max(weekdays) <= 4
    assert {d.date.weekday() for d in made.dispenses} == {1}


def test_without_bags_of_three_and_four_days_no_step_week_bridges_a_weekend(
    planned: Planned,
) -> None:
    scenario = HARD.read_text(encoding="utf-8")
    bags = "bags: [24h, 48h, 72h, 96h, 7d]"
    assert bags in scenario
    assert isinstance(planned(scenario.replace(bags, "bags: [24h, 48h, 7d]")), Infeasible)
