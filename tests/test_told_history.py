"""Whole plans on histories that leave things out: what is assumed has to carry a calendar."""

from __future__ import annotations

from typing import Any

import pytest

import planner
from planner.documents.plan import Plan
from planner.documents.read_scenario import parse_scenario
from tests.sampled import sampled

HEAD = """\
format: planner-scenario/1
policy: eocco-0382
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
indication: adult-rr
"""
STARTS = ("2026-01-05", "2026-02-16", "2026-03-30", "2026-05-11", "2026-06-22")


def planned(body: str) -> Plan:
    made: Any = planner.plan(parse_scenario(HEAD + body))
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    return made


def begun(as_of: str, rest: str = "", pharmacy: str = "{}") -> Plan:
    """Cycle 1 by its start alone."""
    return planned(
        f"pharmacy: {pharmacy}\nrequest: {{first_infusion: 2026-01-05, cycles: 2}}\n"
        f"as_of: {as_of}\nhistory:\n  cycles: [{{cycle: 1, start: 2026-01-05}}]\n{rest}"
    )


@pytest.mark.parametrize(
    "as_of", sampled(["2026-01-06", "2026-01-14", "2026-02-01", "2026-02-02"], 2)
)
@pytest.mark.parametrize(
    "pharmacy",
    ["{}", "{bags: [24h]}", "{transit_days: 3}", "{max_days_ahead: 9}", "{ready_made: true}"],
)
def test_a_cycle_under_way_told_by_its_start_alone_goes_on(as_of: str, pharmacy: str) -> None:
    made = begun(as_of, pharmacy=pharmacy)
    assert made.totals.delay_days <= 1
    fills = [d for d in made.dispenses if d.cycle == 1 and d.past]
    assert fills
    shown = [a for a in made.assumed if a.path == "history.dispenses"]
    assert [a.value.count(" on ") for a in shown] == [len(fills)]


def test_the_next_cycle_is_filled_a_window_after_an_assumed_fill() -> None:
    made = begun("2026-01-14", pharmacy="{bags: [24h]}")
    # two Fridays, 42 days apart, and the start on Monday
    assert [str(d.date) for d in made.dispenses] == ["2026-01-02", "2026-02-13"]
    assert made.totals.delay_days == 0


def test_the_rest_of_an_assumed_fill_is_hung() -> None:
    made = begun("2026-01-14", pharmacy="{bags: [24h]}")
    own = [d for d in made.dispenses if d.cycle == 1]
    assert [(d.past, d.vials, d.spare) for d in own] == [(True, 28, 0)]


@pytest.mark.parametrize("readings", ["opened", "administered"])
def test_an_assumed_fill_is_billed_by_dispense_with_what_is_still_hung_of_it(readings: str) -> None:
    begun(
        "2026-01-14",
        f"readings: {{date_of_service: dispense, units.billed: {readings}}}\n",
        pharmacy="{transit_days: 0}",
    )


def test_a_short_interruption_leaves_the_last_days_to_a_fill_of_their_own() -> None:
    made = begun(
        "2026-01-20",
        "  interruptions: [{cycle: 1, start: 2026-01-10, days: 5}]\n",
        pharmacy="{bags: [24h], dispense_days: [sun, mon, tue, wed, thu, fri], holidays: none}",
    )
    own = [d for d in made.dispenses if d.cycle == 1]
    # sent on 4 January and hung up to 3 February: 30 days without the five of the interruption
    assert [(d.past, d.vials) for d in own] == [(True, 25), (False, 3)]


def test_a_broken_vial_of_a_cycle_under_way_need_not_be_replaced_beside_longer_bags() -> None:
    made = begun("2026-01-14", "  wasted: [{date: 2026-01-10, vials: 1, cycle: 1}]\n")
    assert [d.vials for d in made.dispenses if d.cycle == 1] == [28]


def test_after_cycles_told_by_their_starts_the_next_has_one_fill() -> None:
    rows = "".join(f"    - {{cycle: {n}, start: {s}}}\n" for n, s in enumerate(STARTS, 1))
    made = planned(
        "pharmacy: {bags: [24h], holidays: none, transit_days: 0,\n"
        "  dispense_days: [mon, tue, wed, thu, fri, sat, sun]}\n"
        "request: {first_infusion: 2026-01-05, cycles: 9}\n"
        f"as_of: 2026-07-25\nhistory:\n  cycles:\n{rows}"
    )
    assert [d.vials for d in made.dispenses if not d.past] == [28] * 4
    assert made.totals.delay_days == 0


def test_two_cycles_told_by_their_starts_and_an_interruption_keep_the_window() -> None:
    made = planned(
        "pharmacy: {bags: [24h]}\nrequest: {first_infusion: 2026-01-05, cycles: 3}\n"
        "as_of: 2026-04-01\nhistory:\n"
        "  cycles: [{cycle: 1, start: 2026-01-05}, {cycle: 2, start: 2026-02-21}]\n"
        "  interruptions: [{cycle: 1, start: 2026-01-10, days: 5}]\n"
    )
    assert [d.vials for d in made.dispenses] == [28] * 3


@pytest.mark.parametrize("wasted", [0, 1])
def test_listed_vials_and_the_bags_asked_for_make_a_plan(wasted: int) -> None:
    rows = "".join(
        f"        - {{hang: 2026-01-{day:02}, days: {days}, vials: {vials}}}\n"
        for day, days, vials in (
            *((5, 2, 1), (7, 2, 1), (9, 2, 1), (11, 1, 1)),
            *((12, 7, 6), (19, 7, 6), (26, 7, 6)),
        )
    )
    lost = "  wasted: [{date: 2026-01-10, vials: 1, cycle: 1}]\n" if wasted else ""
    made = planned(
        "request: {first_infusion: 2026-01-05, cycles: 2}\nas_of: 2026-02-10\nhistory:\n"
        f"  cycles:\n    - cycle: 1\n      start: 2026-01-05\n      bags:\n{rows}"
        f"  dispenses: [{{date: 2026-01-02, vials: {22 + wasted}, cycle: 1}}]\n{lost}"
    )
    assert [(d.vials, d.spare) for d in made.dispenses if d.past] == [(22 + wasted, wasted)]
