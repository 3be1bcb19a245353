from __future__ import annotations

from typing import Any

import pytest

from tests.audit.plans import Cycle, day, lay_out, refused, scenario, starts

IN = {name: day(offset).isoformat() for name, offset in (("zero", 0), ("one", 1), ("ten", 10))}


def found(laid: list[Cycle], **request: Any) -> set[str]:
    """What is refused of these cycles under the request."""
    return set(refused(lay_out(scenario(request=request), laid)))


def test_a_first_infusion_on_a_date_is_on_that_date() -> None:
    assert found(starts(0)) == set()
    assert found(starts(1)) == {"request.first_infusion"}


def test_a_first_infusion_in_a_window_is_within_it_and_delay_counts_from_its_opening() -> None:
    window = {"earliest": IN["zero"], "latest": IN["ten"]}
    assert found(starts(0), first_infusion=window) == set()
    assert found(starts(10), first_infusion=window) == set()
    assert found(starts(11), first_infusion=window) == {"request.first_infusion"}
    late = lay_out(scenario(request={"first_infusion": window}), starts(10))
    assert late.totals.delay_days == 10


def test_the_course_has_as_many_cycles_as_asked_for() -> None:
    assert found(starts(0), cycles=2) == {"request.cycles"}
    assert found(starts(0, 42), cycles=1) == {"request.cycles"}


def test_by_default_the_course_has_as_many_cycles_as_the_indication_allows() -> None:
    offsets = (0, 42, 84, 126)
    assert found(starts(*offsets), cycles=None) == {"request.cycles"}  # nine for this one
    document = scenario(indication="adult-consolidation", request={"cycles": None})
    plan = lay_out(document, starts(*offsets), dose=lambda cycle, index: 28)
    assert refused(plan) == {}


def test_a_pinned_cycle_starts_on_its_day() -> None:
    pinned = {"2": day(45).isoformat()}
    assert found(starts(0, 45), cycles=2, cycle_starts=pinned) == set()
    assert found(starts(0, 44), cycles=2, cycle_starts=pinned) == {"request.cycle_starts"}
    assert found(starts(0), cycle_starts=pinned) == {"request.cycle_starts"}


def test_the_dispenses_asked_for_are_those_of_their_cycle_and_no_others() -> None:
    fills = [Cycle(1, day(0), fills=[(0, 10), (10, 18)])]
    asked = [
        {"date": IN["zero"], "vials": 10, "cycle": 1},
        {"date": IN["ten"], "vials": 18, "cycle": 1},
    ]
    assert found(fills, dispenses=asked) == set()
    assert found(fills, dispenses=asked[:1]) == {"request.dispenses"}
    asked[1]["vials"] = 17
    assert found(fills, dispenses=asked) == {"request.dispenses"}
    assert found([Cycle(1, day(0), fills=[(0, 10), (9, 18)])], dispenses=asked) == {
        "request.dispenses"
    }


def test_the_claims_asked_for_are_those_of_their_cycle_in_units_that_count() -> None:
    asked = [{"date": day(i).isoformat(), "units": 35, "cycle": 1} for i in range(28)]
    assert found(starts(0), claims=asked) == set()
    assert found(starts(0), claims=asked[:27]) == {"request.claims"}
    asked[3]["units"] = 34
    assert found(starts(0), claims=asked) == {"request.claims"}


def test_by_administered_units_a_claim_asked_for_states_what_was_given() -> None:
    asked = [
        {"date": day(i).isoformat(), "units": 9 if i < 7 else 28, "cycle": 1} for i in range(28)
    ]
    document = scenario(request={"claims": asked}, readings={"units.billed": "administered"})
    assert refused(lay_out(document, starts(0))) == {}
    document = scenario(request={"claims": asked})
    assert set(refused(lay_out(document, starts(0)))) == {"request.claims"}


@pytest.mark.parametrize(("offset", "clauses"), [(28, set()), (27, {"request.finish_by"})])
def test_the_last_disconnect_is_by_the_day_asked_for(offset: int, clauses: set[str]) -> None:
    assert found(starts(0), finish_by=day(offset).isoformat()) == clauses


def test_no_cycle_starts_further_behind_than_allowed() -> None:
    # cycle 1 three days late; cycle 2 five days behind 42
    window = {"earliest": IN["zero"], "latest": IN["ten"]}
    cycles = starts(3, 47)
    assert found(cycles, cycles=2, first_infusion=window, max_delay_days=5) == set()
    late = found(cycles, cycles=2, first_infusion=window, max_delay_days=4)
    assert late == {"request.max_delay_days", "figures.cycles"}  # nor so late a latest start
    assert lay_out(
        scenario(request={"cycles": 2, "first_infusion": window}), cycles
    ).totals.delay_days == 8  # fmt: skip


@pytest.mark.parametrize(("today", "clauses"), [(0, set()), (1, {"as_of"})])
def test_nothing_new_is_set_before_today(today: int, clauses: set[str]) -> None:
    plan = lay_out(scenario(), starts(0))
    document = plan.scenario.document.model_copy(update={"as_of": day(today)})
    stamped = plan.scenario.model_copy(update={"document": document})
    assert set(refused(plan.model_copy(update={"scenario": stamped}))) == clauses


def test_a_dispense_before_today_is_new_all_the_same() -> None:
    plan = lay_out(scenario(pharmacy={"transit_days": 1}), starts(0))
    document = plan.scenario.document.model_copy(update={"as_of": day(0)})
    stamped = plan.scenario.model_copy(update={"document": document})
    assert set(refused(plan.model_copy(update={"scenario": stamped}))) == {"as_of"}
