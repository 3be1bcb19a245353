from __future__ import annotations

from typing import Any

import pytest

from planner.documents.plan import Plan
from tests.audit.plans import Cycle, changed, day, lay_out, refused, replace, scenario

STARTED = {"cycle": 1, "start": day(0).isoformat()}
DAILY = (1,) * 28


def on(offset: int) -> str:
    """A date as the scenario writes it."""
    return day(offset).isoformat()


def in_progress(
    laid: Cycle, today: int, *later: Cycle, readings: Any = None, **history: Any
) -> Plan:
    """Cycle 1 begun on day 0, seen on day ``today``, with what its history says."""
    document = scenario(
        as_of=on(today),
        readings=readings or {},
        request={"cycles": 1 + len(later), "max_delay_days": 90},
        history={"cycles": [STARTED], **history},
    )
    return lay_out(document, [replace(laid, past=True), *later])


def test_where_the_history_is_silent_a_cycle_had_one_fill_and_a_bag_a_day() -> None:
    # 28 vials on the day it began (nothing is in transit), ten of them hung and billed so far
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10)
    assert refused(plan) == {}
    assert sum(bag.past for bag in plan.bags) == 10
    assert (plan.totals.vials, plan.totals.dispenses) == (18, 0)
    daily = in_progress(Cycle(1, day(0), fills=[*((i, 1) for i in range(10)), (10, 18)]), 10)
    assert set(refused(daily)) == {"history.dispenses"}


def test_an_assumed_fill_is_as_many_days_before_its_first_bag_as_the_way_takes() -> None:
    document = scenario(as_of=on(10), history={"cycles": [STARTED]}, pharmacy={"transit_days": 1})
    assert refused(lay_out(document, [Cycle(1, day(0), fills=[(-1, 28)], past=True)])) == {}
    shifted = lay_out(document, [Cycle(1, day(0), fills=[(0, 28)], past=True)])
    assert "history.dispenses" in refused(shifted)


@pytest.mark.parametrize("pharmacy", [{"max_days_ahead": 7}, {"ready_made": True}])
def test_an_assumed_fill_is_for_the_days_that_its_vials_may_wait(pharmacy: dict[str, Any]) -> None:
    # sent on day 0 for days 0 to 7, on day 8 for days 8 to 15; the next is not sent by day 10
    document = scenario(as_of=on(10), history={"cycles": [STARTED]}, pharmacy=pharmacy)
    weekly = [(0, 8), (8, 8), (16, 8), (24, 4)]
    assert refused(lay_out(document, [Cycle(1, day(0), fills=weekly, past=True)])) == {}
    monthly = refused(lay_out(document, [Cycle(1, day(0), fills=[(0, 28)], past=True)]))
    assert "history.dispenses" in monthly


def test_a_fill_on_its_way_on_as_of_was_sent() -> None:
    # the second fill is hung from day 9 on, and so left on day 8: a day before as_of
    pharmacy = {"max_days_ahead": 9, "transit_days": 1}
    document = scenario(as_of=on(9), history={"cycles": [STARTED]}, pharmacy=pharmacy)
    fills = [(-1, 9), (8, 9), (17, 9), (26, 1)]
    plan = lay_out(document, [Cycle(1, day(0), fills=fills, past=True)])
    assert refused(plan) == {}
    assert [dispense.past for dispense in plan.dispenses] == [True, True, False, False]


def test_without_dispenses_days_to_come_were_sent_beside_the_bags_listed() -> None:
    # two bags of two days from one vial each, then 24 days of a vial each
    bags = [{"hang": on(0), "days": 2, "vials": 1}, {"hang": on(2), "days": 2, "vials": 1}]
    laid = Cycle(1, day(0), (2, 2, *(1,) * 24), [(0, 26)], past=True)
    document = scenario(as_of=on(4), history={"cycles": [{**STARTED, "bags": bags}]})
    assert refused(lay_out(document, [laid])) == {}


def test_a_past_bag_that_the_history_does_not_have_is_refused() -> None:
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10)
    assert "history.bags" in refused(changed(plan, "bags.10.past", True))
    assert "history.bags" in refused(changed(plan, "bags.9.past", False))


def test_bags_that_the_history_gives_stand_in_the_plan() -> None:
    bags = [
        {"hang": on(0), "days": 2, "vials": 1, "dispense": on(0)},
        {"hang": on(2), "days": 2, "vials": 2, "dispense": on(0)},  # one more than it takes
    ]
    started = {**STARTED, "bags": bags}
    laid = Cycle(1, day(0), (2, 2, 2, 1, 7, 7, 7), [(0, 2), (4, 5)], past=True)
    document = scenario(as_of=on(4), history={"cycles": [started]})

    def vials(days: int, mcg: Any) -> int:
        return {(2, 9): 1, (1, 9): 1}.get((days, int(mcg)), 6)

    plan = lay_out(document, [laid], vials=vials)
    assert set(refused(plan)) == {"history.bags", "history.dispenses"}
    written = plan.model_dump(mode="json", by_alias=True)
    written["bags"][1]["vials"] = written["bags"][1]["from"][0]["vials"] = 2
    written["dispenses"][0]["vials"] = 3
    written["claims"][3]["units"] += 35
    written["claims"][3]["ndc_units"] = 1.48  # 18 / 35 = 0.514...: 0.52, of two vials
    for limit in written["limits"]:
        limit["peak"] += 1 if limit["unit"] == "vials" else 35
    assert refused(Plan.model_validate(written)) == {}
    written["bags"][1]["dispense"] = written["bags"][1]["from"][0]["dispense"] = on(1)
    assert "history.bags" in refused(Plan.model_validate(written))


def test_the_dispenses_of_the_history_are_all_of_its_cycle_s_past_ones() -> None:
    sent = [{"date": on(0), "vials": 28, "cycle": 1}]
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10, dispenses=sent)
    assert refused(plan) == {}
    assert plan.totals.dispenses == 0
    sent[0]["vials"] = 27
    other = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10, dispenses=sent)
    assert set(refused(other)) == {"history.dispenses"}


def test_vials_dispensed_before_a_cycle_begins_are_its_stock() -> None:
    document = scenario(
        as_of=on(-1),
        pharmacy={"transit_days": 1},
        history={"dispenses": [{"date": on(-2), "vials": 28, "cycle": 1}]},
    )
    plan = lay_out(document, [Cycle(1, day(0), fills=[(-2, 28)])])
    assert plan.dispenses[0].past
    assert refused(plan) == {}


def test_vials_that_are_there_already_may_wait_longer_than_new_ones() -> None:
    # of the 21 sent on day 0 the last is hung on day 20
    sent = [{"date": on(0), "vials": 21, "cycle": 1}]
    document = scenario(
        as_of=on(10),
        pharmacy={"max_days_ahead": 10},
        history={"cycles": [STARTED], "dispenses": sent},
    )
    laid = Cycle(1, day(0), sent=[(0, 21), (17, 7)], past=True)
    assert refused(lay_out(document, [laid])) == {}
    sooner = refused(lay_out(document, [replace(laid, sent=[(0, 21), (16, 7)])]))
    # the bag of day 27 is of a new dispense, 11 days before
    assert sooner == {
        "pharmacy.max_days_ahead": [
            "the bag of 2026-02-01: 1 vials dispensed on 2026-01-21 wait 11 days > 10"
        ]
    }


def test_lost_vials_were_dispensed_and_serve_no_bag() -> None:
    sent = [{"date": on(0), "vials": 28, "cycle": 1}]
    broken = [{"date": on(3), "vials": 1, "cycle": 1}]
    laid = Cycle(1, day(0), fills=[(0, 28)])
    found = refused(in_progress(laid, 10, dispenses=sent, wasted=broken))
    assert found == {
        "history.wasted": ["1 vials were lost up to 2026-01-08, 0 were there that no bag takes"]
    }


def test_lost_vials_were_of_the_fill_where_the_history_names_no_dispense() -> None:
    # 28 sent, one of them lost: the last day's vial is sent anew, 29 in 42 dates
    broken = [{"date": on(3), "vials": 1, "cycle": 1}]
    laid = Cycle(1, day(0), fills=[(0, 27), (27, 1)], spare=1)
    found = refused(in_progress(laid, 10, wasted=broken))
    assert set(found) == {"II.A"}
    assert "29 > 28" in found["II.A"][0]


def test_lost_vials_that_no_fill_had_left_were_sent_besides() -> None:
    # all 28 were hung; the lost one left on the day it broke
    broken = [{"date": on(3), "vials": 1, "cycle": 1}]
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 30, Cycle(2, day(45)), wasted=broken)
    assert set(refused(plan)) == {"history.dispenses", "history.wasted"}
    written = plan.model_dump(mode="json", by_alias=True)
    lost = {**written["dispenses"][0], "date": on(3), "delivered": on(3), "vials": 1, "spare": 1}
    written["dispenses"].insert(1, {**lost, "days_supply": 0})
    written["limits"][0]["peak"] = 29
    assert set(refused(Plan.model_validate(written))) == {"II.A"}


def stated(units: int) -> Plan:
    """Ten days of cycle 1, billed at once on day 5 by the history."""
    plan = in_progress(
        Cycle(1, day(0), fills=[(0, 28)]),
        10,
        claims=[{"date": on(5), "units": units, "cycle": 1}],
    )
    written = plan.model_dump(mode="json", by_alias=True)
    line = {**written["claims"][10], "units": units, "ndc_units": 10}
    written["claims"] = [line, *(one for one in written["claims"] if not one["past"])]
    limit = written["limits"][1]
    limit["peak"] = units + 18 * 35
    limit["from"], limit["to"] = on(5), on(46)
    return Plan.model_validate(written)


def test_claims_that_the_history_states_count_as_they_are() -> None:
    assert refused(stated(350)) == {}  # 350 + 18 x 35 = 980
    assert set(refused(stated(351))) == {"II.B.cycles-1-5"}
    assert set(refused(changed(stated(349), "claims.0.units", 350))) == {
        "history.claims",
        "figures.limits",
    }


def test_where_the_history_states_no_claims_the_past_bags_are_billed_like_others() -> None:
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10)
    assert "billing.lines" in refused(changed(plan, "claims.0.units", 10))


def test_a_short_interruption_goes_on_in_the_same_cycle_to_its_28_days() -> None:
    # as_of is day 10 and the history has to lie before it, so the interruption is from day 9 on;
    # a vial sent on day 0 is hung up to day 30, and so the last four days have a fill of their own
    plan = in_progress(
        Cycle(1, day(0), fills=[(0, 24), (31, 4)], gaps={9: 7}),
        10,
        interruptions=[{"cycle": 1, "start": on(9), "days": 7}],
    )
    assert refused(plan) == {}
    assert plan.cycles[0].last_infusion_day == day(34)
    assert plan.cycles[0].earliest_next == day(49)
    early = changed(plan, "bags.9.hang", on(15))
    assert "nature.bag_chain" in refused(early)


@pytest.mark.parametrize(
    ("reading", "start", "late"),
    [
        ("extends", 49, False),
        ("extends", 48, True),
        ("absorbed", 42, False),
        ("absorbed", 41, True),
    ],
)
def test_the_next_start_moves_with_an_interruption_or_does_not_as_read(
    reading: str, start: int, late: bool
) -> None:
    plan = in_progress(
        Cycle(1, day(0), fills=[(0, 24), (31, 4)], gaps={9: 7}),
        10,
        Cycle(2, day(start)),
        readings={"interruption.length": reading},
        interruptions=[{"cycle": 1, "start": on(9), "days": 7}],
    )
    assert ("V.rr.length" in refused(plan)) == late


@pytest.mark.parametrize(("start", "late"), [(17, False), (16, True)])
def test_a_long_interruption_ends_the_cycle_and_the_next_begins_when_it_is_over(
    start: int, late: bool
) -> None:
    # nine days, then eight without: over on day 17
    plan = in_progress(
        Cycle(1, day(0), (1,) * 9, [(0, 9)], spare=19, length=17),
        10,
        Cycle(2, day(start)),
        interruptions=[{"cycle": 1, "start": on(9), "days": 8}],
    )
    found = refused(plan)
    assert ("V.rr.length" in found) == late
    assert not {"V.rr.days", "nature.bag_chain", "figures.cycles"} & set(found)


def test_a_cycle_ended_by_an_interruption_is_followed_once_the_windows_allow() -> None:
    # a whole cycle's vials went out on day 0: 28 more from day 42 on
    plan = in_progress(
        Cycle(1, day(0), (1,) * 9, [(0, 9)], spare=19, length=17),
        10,
        Cycle(2, day(42)),
        interruptions=[{"cycle": 1, "start": on(9), "days": 8}],
    )
    assert refused(plan) == {}
    assert plan.totals.delay_days == 25
    sooner = in_progress(
        Cycle(1, day(0), (1,) * 9, [(0, 9)], spare=19, length=17),
        10,
        Cycle(2, day(41)),
        interruptions=[{"cycle": 1, "start": on(9), "days": 8}],
    )
    # day 0 .. 41: 28 + 28
    assert set(refused(sooner)) == {"II.A"}


def test_the_next_cycle_counts_its_delay_from_the_past_one() -> None:
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10, Cycle(2, day(52)))
    assert plan.totals.delay_days == 10
    assert refused(plan) == {}


def test_cycles_of_the_history_stand_in_the_plan_with_their_starts() -> None:
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10, Cycle(2, day(52)))
    assert "history.cycles" in refused(changed(plan, "cycles.0.past", False))
    assert "history.cycles" in refused(changed(plan, "cycles.1.past", True))
    assert "history.cycles" in refused(changed(plan, "cycles.0.start", on(1)))
    without = plan.model_copy(update={"cycles": plan.cycles[1:]})
    assert "history.cycles" in refused(without)


def test_history_over_the_limit_is_over_the_limit() -> None:
    sent = [{"date": on(0), "vials": 29, "cycle": 1}]
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)], spare=1), 10, dispenses=sent)
    assert set(refused(plan)) == {"II.A"}


def test_by_dispense_a_past_dispense_is_billed_for_all_its_bags() -> None:
    sent = [{"date": on(0), "vials": 28, "cycle": 1}]
    plan = in_progress(
        Cycle(1, day(0), fills=[(0, 28)]),
        10,
        readings={"date_of_service": "dispense"},
        dispenses=sent,
    )
    assert refused(plan) == {}
    assert [line.past for line in plan.claims] == [True, True]
    assert plan.totals.units_billed == 0


def unknown(plan: Plan, place: int) -> Plan:
    """The plan with one bag of unknown origin."""
    return changed(changed(plan, f"bags.{place}.dispense", None), f"bags.{place}.from", [])


def test_a_past_bag_may_be_of_unknown_origin() -> None:
    sent = [{"date": on(0), "vials": 28, "cycle": 1}]
    plan = in_progress(Cycle(1, day(0), fills=[(0, 28)]), 10, dispenses=sent)
    assert refused(unknown(plan, 3)) == {}
    assert "nature.dispensed" in refused(unknown(plan, 13))
    assert "nature.dispensed" in refused(changed(unknown(plan, 3), "dispenses.0.spare", 1))


def test_a_past_bag_of_unknown_origin_had_vials_that_were_there() -> None:
    # 3 vials for days 0 to 2; the bag of day 3 had one of those sent on day 4
    sent = [
        {"date": on(0), "vials": 3, "cycle": 1},
        {"date": on(4), "vials": 25, "cycle": 1},
    ]
    laid = Cycle(1, day(0), fills=[(0, 3), (4, 25)])
    late = unknown(in_progress(laid, 10, dispenses=sent), 3)
    assert set(refused(late)) == {"history.wasted"}
    laid = Cycle(1, day(0), fills=[(0, 4), (4, 24)])
    sent[0]["vials"], sent[1]["vials"] = 4, 24
    assert refused(unknown(in_progress(laid, 10, dispenses=sent), 3)) == {}
