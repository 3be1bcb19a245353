"""Vials are interchangeable: where those of a bag may come from, and that none serves twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planner.documents.plan import Plan, PlannedBag
from tests.audit.plans import Cycle, changed, day, full_dose, lay_out, refused, replace, scenario

WEEKS = (7, 7, 7, 7)
# 6 vials a bag, hung on days 0, 7, 14 and 21; the second bag has 4 of day 0 and 2 of day 7
SPLIT = Cycle(1, day(0), WEEKS, sent=[(0, 10), (7, 14)])


def on(offset: int) -> str:
    """A date as the scenario writes it."""
    return day(offset).isoformat()


def consolidation(*cycles: Cycle, **changes: Any) -> Plan:
    """Cycles at the full dose from the first day on."""
    request = {"cycles": len(cycles), "max_delay_days": 90, **changes.pop("request", {})}
    document = scenario(indication="adult-consolidation", request=request, **changes)
    return lay_out(document, cycles, dose=full_dose)


def fed(bag: PlannedBag) -> list[tuple[str, int]]:
    """The day and number of the vials of a bag."""
    return [(source.dispense.isoformat(), source.vials) for source in bag.from_]


def test_a_bag_may_have_its_vials_from_two_dispenses() -> None:
    plan = consolidation(SPLIT)
    assert fed(plan.bags[1]) == [(on(0), 4), (on(7), 2)]
    assert refused(plan) == {}
    # bags of days 0 and 7 begin with vials of day 0, those of days 14 and 21 with day 7's
    assert [dispense.days_supply for dispense in plan.dispenses] == [14, 14]
    # 4 vials wait 7 days, 6 wait 7 and 6 wait 14
    assert plan.totals.stock_days == 4 * 7 + 6 * 7 + 6 * 14


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("bags.1.from.0.vials", 3),  # 3 + 2 are not 6
        ("bags.1.from.1.vials", 3),
        ("bags.1.from.1.dispense", "2026-01-11"),  # nothing was sent then
        ("bags.1.from", [{"dispense": on(0), "vials": 6}]),  # 12 of 10
        ("bags.1.from", [{"dispense": on(7), "vials": 2}, {"dispense": on(0), "vials": 4}]),
        ("bags.0.from", [{"dispense": on(0), "vials": 3}] * 2),
        ("bags.0.from", [{"dispense": on(0), "vials": 6}, {"dispense": on(7), "vials": 0}]),
        ("bags.1.dispense", on(7)),  # not the first of its vials
        ("bags.1.from", []),
    ],
)
def test_the_vials_of_a_bag_add_up_and_were_sent(path: str, value: Any) -> None:
    assert "nature.dispensed" in refused(changed(consolidation(SPLIT), path, value))


def test_every_vial_of_a_bag_is_there_when_it_is_hung() -> None:
    laid = Cycle(1, day(0), WEEKS, sent=[(-2, 10), (6, 14)])
    assert refused(consolidation(laid, pharmacy={"transit_days": 1})) == {}
    late = refused(consolidation(laid, pharmacy={"transit_days": 2}))
    assert late == {
        "pharmacy.transit_days": [
            "the bag of 2026-01-12: 2 vials dispensed on 2026-01-11 arrive on 2026-01-13"
        ]
    }
    none = refused(consolidation(replace(SPLIT, sent=[(0, 10), (8, 14)])))
    assert "nature.dispensed" in none


def test_every_new_vial_of_a_bag_is_young_enough() -> None:
    # 4 of day 0 wait 7 days, 6 of day 7 wait 14
    assert refused(consolidation(SPLIT, pharmacy={"max_days_ahead": 14})) == {}
    laid = replace(SPLIT, sent=[(0, 14), (14, 10)])
    # the bag of day 14 has two vials of day 0
    old = refused(consolidation(laid, pharmacy={"max_days_ahead": 13}))
    assert old == {
        "pharmacy.max_days_ahead": [
            "the bag of 2026-01-19: 2 vials dispensed on 2026-01-05 wait 14 days > 13"
        ]
    }


@pytest.mark.parametrize(
    "readings",
    [{"date_of_service": "dispense"}, {"quantity.days_supply": "on"}, {"refill_threshold": 0.5}],
)
def test_where_a_dispense_is_counted_by_its_bags_a_bag_is_of_one(readings: dict[str, Any]) -> None:
    assert "nature.dispensed" in refused(consolidation(SPLIT, readings=readings))
    whole = consolidation(replace(SPLIT, sent=[(0, 12), (14, 12)]), readings=readings)
    assert "nature.dispensed" not in refused(whole)


def test_a_ready_made_bag_is_sent_whole() -> None:
    fills = [(0, 7), (7, 7), (14, 7), (21, 7)]
    daily = Cycle(1, day(0), fills=fills)
    assert refused(consolidation(daily, pharmacy={"ready_made": True, "bags": ["24h"]})) == {}
    two = (2,) * 14
    bags = {"ready_made": True, "bags": ["48h"]}
    whole = Cycle(1, day(0), two, sent=[(0, 8), (8, 8), (16, 8), (24, 4)])
    assert refused(consolidation(whole, pharmacy=bags)) == {}
    split = replace(whole, sent=[(0, 7), (6, 5), (12, 8), (20, 8)])
    assert set(refused(consolidation(split, pharmacy=bags))) == {"nature.dispensed"}


def ended(later: Cycle, **pharmacy: Any) -> Plan:
    """28 vials sent, 9 hung; eight days without infusion end cycle 1 on day 9."""
    first = Cycle(1, day(0), (1,) * 9, sent=[(0, 28)], past=True, length=17)
    return consolidation(
        first,
        later,
        as_of=on(10),
        pharmacy=pharmacy,
        history={
            "cycles": [{"cycle": 1, "start": on(0)}],
            "dispenses": [{"date": on(0), "vials": 28, "cycle": 1}],
            "interruptions": [{"cycle": 1, "start": on(9), "days": 8}],
        },
    )


def test_the_unopened_vials_of_an_ended_cycle_are_stock_for_the_next() -> None:
    # 28 - 9 = 19 are left and 24 are needed; 5 more are outside of the window on day 42
    later = Cycle(2, day(25), WEEKS, sent=[(17, 5)], stock=True)
    plan = ended(later)
    assert refused(plan) == {}
    assert [fed(bag) for bag in plan.bags[9:]] == [
        *[[(on(0), 6)]] * 3,
        [(on(0), 1), (on(42), 5)],
    ]
    # the fourth bag of cycle 2 too begins with a vial of day 0
    assert [dispense.days_supply for dispense in plan.dispenses] == [9 + 28, 0]
    # 6 x (25 + 32 + 39) + 1 x 46 + 5 x 4
    assert plan.totals.stock_days == 642
    # a day before, day 41: 28 + 5
    assert set(refused(ended(replace(later, sent=[(16, 5)])))) == {"II.A"}


def test_no_vial_serves_a_bag_in_each_of_two_cycles() -> None:
    plan = ended(Cycle(2, day(25), WEEKS, sent=[(17, 5)], stock=True))
    # 9 + 3 x 6 + 2 = 29 of 28
    taken = [{"dispense": on(0), "vials": 2}, {"dispense": on(42), "vials": 4}]
    assert "nature.dispensed" in refused(changed(plan, "bags.12.from", taken))


def test_what_is_spare_of_a_cycle_still_to_be_sent_is_no_stock() -> None:
    first = Cycle(1, day(0), WEEKS, sent=[(0, 25)])
    own = consolidation(
        first, Cycle(2, day(42), WEEKS, sent=[(0, 25)]), pharmacy={"spare_vials": 1}
    )
    assert refused(own) == {}
    later = Cycle(2, day(42), WEEKS, sent=[(0, 24)], stock=True)
    found = refused(consolidation(first, later, pharmacy={"spare_vials": 1, "max_days_ahead": 50}))
    assert "nature.dispensed" in found


def test_stock_of_another_cycle_is_not_for_ready_made_bags() -> None:
    pharmacy = {"ready_made": True, "bags": ["24h"]}

    def made(before: list[tuple[int, int]], sent: list[tuple[int, int]]) -> Plan:
        """A cycle that ended after a day, and the next from day 16."""
        return consolidation(
            Cycle(1, day(0), (1,), sent=before, past=True, length=9),
            Cycle(2, day(16), sent=sent, stock=True),
            pharmacy=pharmacy,
            as_of=on(11),
            history={
                "cycles": [{"cycle": 1, "start": on(0)}],
                "dispenses": [{"date": on(at), "vials": n, "cycle": 1} for at, n in before],
                "interruptions": [{"cycle": 1, "start": on(1), "days": 8}],
            },
        )

    assert refused(made([(0, 1)], [(0, 8), (8, 8), (16, 8), (24, 2), (26, 2)])) == {}
    # a vial of day 10, hung on day 16, has waited 6 days of the 8 that it keeps
    assert refused(made([(0, 1), (10, 1)], [(1, 8), (9, 8), (17, 8), (25, 1), (26, 2)])) == {
        "pharmacy.ready_made": ["the bag of 2026-01-21 was not made for cycle 2 on 2026-01-15"]
    }


def test_vials_sent_on_one_day_for_two_cycles_serve_the_own_cycle_first() -> None:
    # day 0: 11 for cycle 1, of which 9 are hung, and 17 for cycle 2, which takes those 2 as well
    plan = consolidation(
        Cycle(1, day(0), (1,) * 9, sent=[(0, 11)], past=True, length=17),
        Cycle(2, day(25), WEEKS, sent=[(-25, 17), (17, 5)], stock=True),
        as_of=on(10),
        history={
            "cycles": [{"cycle": 1, "start": on(0)}],
            "dispenses": [
                {"date": on(0), "vials": 11, "cycle": 1},
                {"date": on(0), "vials": 17, "cycle": 2},
            ],
            "interruptions": [{"cycle": 1, "start": on(9), "days": 8}],
        },
    )
    assert refused(plan) == {}
    # three bags begin with cycle 2's own 17; the fourth with the last one of cycle 1
    supply = [(one.cycle, one.days_supply, one.spare) for one in plan.dispenses]
    assert supply == [(1, 9 + 7, 0), (2, 21, 0), (2, 0, 0)]
    assert "nature.days_supply" in refused(changed(plan, "dispenses.1.days_supply", 28))


def weekly(start: int) -> list[dict[str, Any]]:
    """Four bags of 7 days in the history."""
    return [{"hang": on(start + 7 * i), "days": 7, "vials": 6} for i in range(4)]


def test_vials_that_broke_were_of_any_dispense_that_was_there() -> None:
    # of 14 vials four were hung and one broke on day 3; three days without from day 7; the 13th
    # bag is the first of the 7 vials of day 10
    sent, broken = [(-4, 14), (10, 7), (21, 8)], {-4: 1}
    laid = Cycle(3, day(0), (1,) * 28, sent=sent, broken=broken, gaps={7: 3}, past=True)
    history = {
        "cycles": [
            *(
                {"cycle": n, "start": on(42 * (n - 3)), "bags": weekly(42 * (n - 3))}
                for n in (1, 2)
            ),
            {"cycle": 3, "start": on(0)},
        ],
        "dispenses": [
            {"date": on(-88), "vials": 24, "cycle": 1},
            {"date": on(-46), "vials": 24, "cycle": 2},
            {"date": on(-4), "vials": 14, "cycle": 3},
            {"date": on(10), "vials": 7, "cycle": 3},
        ],
        "wasted": [{"date": on(3), "vials": 1, "cycle": 3}],
        "interruptions": [{"cycle": 3, "start": on(7), "days": 3}],
    }
    earlier = [Cycle(n, day(42 * (n - 3)), WEEKS, sent=[(-4, 24)], past=True) for n in (1, 2)]
    document = scenario(
        indication="adult-consolidation",
        as_of=on(21),
        history=history,
        request={"first_infusion": on(-84), "cycles": 3},
    )

    def found(cycle: Cycle) -> dict[str, list[str]]:
        return refused(lay_out(document, [*earlier, cycle], dose=full_dose))

    # 14 + 7 and 8 more in one window
    assert list(found(laid)) == ["II.A"]
    assert "29 > 28" in found(laid)["II.A"][0]
    # a 7-day bag makes 9 vials of the 10 days left: 2 are there, 7 more make 28
    longer = replace(laid, bags=(*(1,) * 18, 7, 1, 1, 1), sent=[(-4, 14), (10, 7), (21, 7)])
    assert found(longer) == {}
    # the broken one cannot have been of those sent a week later
    late = replace(longer, broken={10: 1})
    assert found(late) == {
        "history.wasted": ["1 vials were lost up to 2026-01-08, 0 were there that no bag takes"]
    }


def test_a_bag_from_what_is_left_and_from_new_vials_saves_the_twelfth() -> None:
    # from 15 March 2027: 7 days from 6 vials, 3 of a day, a bag of 6 vials taken down after 3 days,
    # four days without from the 28th. 11 + 6 - 15 = 2 vials are left for 15 days: 7 + 7 + 1 days
    # take 6 + 6 + 1 = 13, 11 of them new; 11 + 6 + 11 = 28 in 42 days
    plan = interchangeable([(-5, 11), (9, 6), (17, 11)])
    assert refused(plan) == {}
    assert [fed(bag) for bag in plan.bags if not bag.past] == [
        [("2027-03-24", 2), ("2027-04-01", 4)],
        [("2027-04-01", 6)],
        [("2027-04-01", 1)],
    ]
    assert (plan.totals.vials, plan.totals.vials_dispensed) == (13, 11)
    assert plan.limits[0].peak == 28
    # were each bag of one dispense alone, 12 new ones
    assert set(refused(interchangeable([(-5, 11), (9, 6), (17, 12)]))) == {
        "II.A",
        "pharmacy.spare_vials",
    }


def interchangeable(sent: list[tuple[int, int]]) -> Plan:
    """A consolidation cycle in progress, as of 1 April 2027."""
    start = date(2027, 3, 15)
    hung = [(0, 7, 6), (7, 1, 1), (8, 1, 1), (9, 1, 1), (10, 3, 6)]
    document = scenario(
        indication="adult-consolidation",
        as_of="2027-04-01",
        pharmacy={"bags": ["24h", "48h", "7d"]},
        request={"first_infusion": "2027-03-15", "cycles": 1},
        history={
            "cycles": [
                {
                    "cycle": 1,
                    "start": "2027-03-15",
                    "bags": [
                        {"hang": day(at, start).isoformat(), "days": days, "vials": vials}
                        for at, days, vials in hung
                    ],
                }
            ],
            "dispenses": [
                {"date": "2027-03-10", "vials": 11, "cycle": 1},
                {"date": "2027-03-24", "vials": 6, "cycle": 1},
            ],
            "interruptions": [{"cycle": 1, "start": "2027-03-28", "days": 4}],
        },
    )
    cycle = Cycle(1, start, (7, 1, 1, 1, 3, 7, 7, 1), gaps={13: 4}, sent=sent, past=True)
    vials = {1: 1, 3: 6, 7: 6}
    return lay_out(document, [cycle], dose=full_dose, vials=lambda days, mcg: vials[days])
