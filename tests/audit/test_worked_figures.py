"""The worked figures of the specification's section 6, each as a plan laid out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.documents.plan import Plan
from tests.audit.plans import (
    Cycle,
    adult_dose,
    audited,
    day,
    full_dose,
    lay_out,
    length,
    refused,
    scenario,
    starts,
)

NINE = (0, 42, 84, 126, 168, 210, 294, 378, 462)
FEWEST_FIRST = (2, 2, 2, 1, 7, 7, 7)
FEWEST = (7, 7, 7, 7)


def test_nine_cycles_of_daily_bags_are_compliant_and_add_up_to_252_vials() -> None:
    plan = lay_out(scenario(request={"cycles": 9}), starts(*NINE))
    assert audited(plan).violations == ()
    # cycle 1: 7 x 9 + 21 x 28 = 651 mcg; the others 28 x 28 = 784; 651 + 8 x 784 = 6923
    # 9 x 28 = 252 vials x 35 = 8820 units; 8820 - 6923 = 1897 discarded
    totals = plan.totals
    assert (totals.vials, totals.units_billed) == (252, 8820)
    assert (totals.mcg_administered, totals.units_discarded) == (Decimal(6923), 1897)
    assert [(limit.clause, limit.peak) for limit in plan.limits] == [
        ("II.A", 28),
        ("II.B.cycles-1-5", 980),
        ("II.B.cycles-6-9", 980),
    ]


def test_the_longest_bags_make_22_vials_in_cycle_1_and_214_in_all() -> None:
    # step dose in 48 h bags: 1 + 1 + 1 + 1 = 4; 3 x 6 = 18; 22 in cycle 1
    # 4 x 6 = 24 in each later cycle; 22 + 8 x 24 = 214
    cycles = [
        Cycle(number, day(offset), FEWEST_FIRST if number == 1 else FEWEST)
        for number, offset in enumerate(NINE, 1)
    ]
    plan = lay_out(scenario(request={"cycles": 9}), cycles)
    assert refused(plan) == {}
    assert plan.totals.vials == 214
    assert sum(bag.vials for bag in plan.bags if bag.cycle == 1) == 22


def test_a_vial_on_day_41_after_28_on_day_0_is_over_the_limit() -> None:
    # cycle 2 starts on day 42; its first vial leaves a day before, the other 27 on the day
    cycles = [Cycle(1, day(0)), Cycle(2, day(42), fills=[(-1, 1), (0, 27)])]
    assert refused(lay_out(scenario(request={"cycles": 2}), cycles)) == {
        "II.A": [
            "28 vials on 2026-01-05 and 1 on 2026-02-15 fall in the 42 dates "
            "2026-01-05 .. 2026-02-15: 29 > 28"
        ]
    }


def test_a_vial_on_day_42_after_28_on_day_0_is_compliant() -> None:
    cycles = [Cycle(1, day(0)), Cycle(2, day(42), fills=[(0, 1), (1, 27)])]
    assert refused(lay_out(scenario(request={"cycles": 2}), cycles)) == {}


@pytest.mark.parametrize(
    ("indication", "count", "clauses"),
    [
        ("adult-consolidation", 9, {"I.consolidation", "V.consolidation.cycles"}),
        ("pediatric-mrd", 5, {"I.mrd", "V.mrd.cycles"}),
        ("adult-rr", 10, {"I.rr.initial", "IV.rr.total-cycles", "V.rr.cycles"}),
    ],
)
def test_a_cycle_too_many_is_refused_by_the_clauses_of_its_indication(
    indication: str, count: int, clauses: set[str]
) -> None:
    offsets = [
        sum(length(indication, n) for n in range(1, number)) for number in range(1, count + 1)
    ]
    document = scenario(indication=indication, request={"cycles": count})
    dose = adult_dose if indication == "adult-rr" else full_dose
    assert clauses <= set(refused(lay_out(document, starts(*offsets), dose=dose)))


def test_two_cycles_with_interfant_are_refused_by_the_clauses_of_that_regimen() -> None:
    document = scenario(
        indication="infant-interfant",
        patient={"weight_kg": 6, "bsa_m2": 0.32},
        request={"cycles": 2},
    )
    # 15 mcg/m2 x 0.32 m2 = 4.8 mcg a day
    plan = lay_out(
        document,
        starts(0, 28),
        dose=lambda cycle, index: Decimal("4.8"),
        vials=lambda days, mcg: 1,
        surface=0.32,
    )
    assert {"I.interfant", "V.interfant.cycles", "V.interfant.dose"} <= set(refused(plan))


def in_progress(bags: tuple[int, ...], fills: list[tuple[int, int]]) -> Plan:
    """A cycle ten days old: 28 vials came on day 0 and one of them broke on day 9."""
    document = scenario(
        as_of=day(10).isoformat(),
        history={
            "cycles": [{"cycle": 1, "start": day(0).isoformat()}],
            "dispenses": [{"date": day(0).isoformat(), "vials": 28, "cycle": 1}],
            "wasted": [{"date": day(9).isoformat(), "vials": 1, "cycle": 1}],
        },
    )
    return lay_out(document, [Cycle(1, day(0), bags, fills, spare=1, past=True)])


def test_a_broken_vial_cannot_be_replaced_in_a_cycle_of_daily_bags() -> None:
    # 10 bags hung, 18 to come, 28 - 10 - 1 = 17 vials left: a 29th has to be dispensed
    found = refused(in_progress((1,) * 28, [(0, 27), (27, 1)]))
    assert set(found) == {"II.A"}
    assert "29 > 28" in found["II.A"][0]


def test_a_broken_vial_is_made_up_for_by_one_bag_of_seven_days() -> None:
    # 10 bags of a day hung; one of 7 days from 6 vials and 11 of a day: 6 + 11 = 17 vials
    assert refused(in_progress((1,) * 10 + (7,) + (1,) * 11, [(0, 22)])) == {}


def test_thirty_weeks_hold_five_cycles_with_fourteen_days_of_delay() -> None:
    # cycle 5 starts on day 168 + 14 = 182 and infuses to day 209, the last of 30 x 7 = 210
    plan = lay_out(scenario(request={"cycles": 5}), starts(0, 42, 84, 126, 182))
    assert refused(plan) == {}
    assert plan.totals.delay_days == 14


def test_the_fifteenth_day_of_delay_falls_outside_the_thirty_weeks() -> None:
    plan = lay_out(scenario(request={"cycles": 5}), starts(0, 42, 84, 126, 183))
    found = refused(plan)
    assert set(found) == {"I.rr.initial"}
    assert "2026-08-03 outside initial, 2026-01-05 .. 2026-08-02" in found["I.rr.initial"][0]
