"""The window of a conflict: counted again from the scenario, for every conflict of the suite."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.documents.conflict import Window
from planner.documents.limits import LimitClause
from planner.documents.load import parse_scenario
from planner.proof.members import members_of
from planner.proof.window import in_words, overflowing
from planner.regimen.build import course_of
from tests.proof.explained import NAMES, conflict_in, expected_of
from tests.proof.models import DRUG, POLICY

SUITE = {name: expected_of(name) for name in NAMES}
WITH_WINDOW = [name for name, e in SUITE.items() if "-day window" in e["because"]]
OTHERS = [
    "cycles-adult-rr",
    "dose-adult-rr",
    "fifth-cycle-late",
    "length-mrd",
    "third-continuation",
]


def window_in(name: str) -> Window:
    window = conflict_in(name).window
    assert window is not None
    return window


def test_only_conflicts_that_clash_over_a_clause_of_section_two_have_a_window() -> None:
    of_two = [n for n, e in SUITE.items() if any(m.startswith("II.") for m in e["members"])]
    assert set(WITH_WINDOW) <= set(of_two)
    # a rate, a pause that bags have to reach over, and vials that no date holds are no window that
    # overflows by itself
    assert len(of_two) - len(WITH_WINDOW) <= 5
    assert {"broken-vial", "units-cycles-1-5", "units-cycles-6-9", "vials-in-42-days"} < set(
        WITH_WINDOW
    )


@pytest.mark.parametrize("name", WITH_WINDOW)
def test_the_sentence_is_that_of_the_window(name: str) -> None:
    assert conflict_in(name).because == in_words(window_in(name)) == SUITE[name]["because"]


@pytest.mark.parametrize("name", WITH_WINDOW)
def test_the_window_is_one_of_its_clause_and_holds_more_than_the_clause_allows(name: str) -> None:
    window = window_in(name)
    clause = POLICY.clauses[window.clause]
    assert isinstance(clause, LimitClause)
    assert window.clause in SUITE[name]["members"]
    assert window.window_to == window.window_from + timedelta(days=clause.days - 1)
    assert window.limit == clause.limit
    assert window.sum == sum(e.amount for e in window.entries) > window.limit
    days = [e.date for e in window.entries]
    assert days == sorted(days)
    assert window.window_from <= days[0]
    assert days[-1] <= window.window_to


@pytest.mark.parametrize("name", WITH_WINDOW)
def test_every_entry_is_stated_in_the_scenario_by_a_member_or_still_to_come(name: str) -> None:
    made, window = conflict_in(name), window_in(name)
    document, kind = made.scenario.document, window.unit == "vials"
    members = {m.id for m in made.conflict}
    for entry in window.entries:
        if entry.member is None:
            assert document.as_of is not None
            assert entry.date >= document.as_of
            continue
        assert entry.member in members
        where, what, index = entry.member.split(".")
        assert what == ("dispenses" if kind else "claims")
        row = getattr(getattr(document, where), what)[int(index)]
        assert (row.date, row.cycle) == (entry.date, entry.cycle)
        assert entry.amount == (row.vials if kind else row.units)


@pytest.mark.parametrize("name", OTHERS)
def test_other_conflicts_have_none(name: str) -> None:
    assert conflict_in(name).window is None


def window_of(body: str, *ids: str) -> Window | None:
    scenario = parse_scenario(body).scenario
    course = course_of(scenario, POLICY, DRUG)
    assert set(ids) <= {m.id for m in members_of(course)}
    return overflowing(course, ids)


BROKEN = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-rr
patient: {{age: 41, weight_kg: 70, diagnosis: C91.02}}
pharmacy: {{bags: [24h], transit_days: {transit}, holidays: none, max_days_ahead: 50}}
request: {{first_infusion: 2026-01-05, cycles: 1}}
readings: {{window: {reading}}}
as_of: 2026-01-15
history:
  cycles: [{{cycle: 1, start: 2026-01-05}}]
  dispenses: [{{date: {sent}, vials: 28, cycle: 1}}]
  wasted: [{{date: 2026-01-14, vials: 1, cycle: 1}}]
"""
MEMBERS = ("II.A", "V.rr.days", "pharmacy.bags", "history.dispenses.0", "history.wasted.0")


@pytest.mark.parametrize("reading", ["rolling", "cycle"])
@pytest.mark.parametrize(("sent", "inside"), [("2025-12-22", True), ("2025-12-21", False)])
def test_what_is_missing_counts_only_where_its_last_day_lies_in_the_window(
    sent: str, inside: bool, reading: str
) -> None:
    # the last bag hangs on 1 February, the last of the 42 dates from 22 December
    window = window_of(BROKEN.format(sent=sent, transit=0, reading=reading), *MEMBERS)
    assert (window is not None) == inside


def test_transit_moves_the_last_day_where_it_is_a_member() -> None:
    # two days on the way: the vial for 1 February goes out on 30 January
    body = BROKEN.format(sent="2026-01-02", transit=2, reading="rolling")
    window = window_of(body, *MEMBERS, "pharmacy.transit_days")
    assert window is not None
    assert window.entries[-1].date == date(2026, 1, 30)
    without = window_of(body, *MEMBERS)
    assert without is not None
    assert without.entries[-1].date == date(2026, 2, 1)


def test_nothing_is_missing_where_the_broken_vial_is_no_member() -> None:
    body = BROKEN.format(sent="2026-01-05", transit=0, reading="rolling")
    assert window_of(body, *(m for m in MEMBERS if m != "history.wasted.0")) is None


def test_nothing_is_known_to_be_missing_without_the_infusion_days_or_the_bags() -> None:
    body = BROKEN.format(sent="2026-01-05", transit=0, reading="rolling")
    for left_out in ("V.rr.days", "pharmacy.bags"):
        assert window_of(body, *(m for m in MEMBERS if m != left_out)) is None


FILL = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-rr
patient: {{age: 41, weight_kg: 70, diagnosis: C91.02}}
pharmacy: {{bags: [24h], transit_days: 0, holidays: us-federal}}
request: {{first_infusion: {first}, cycles: 2, max_delay_days: 0{more}}}
as_of: {as_of}
history:
  cycles: [{{cycle: 1, start: {first}}}]
  dispenses: [{{date: {sent}, vials: 28, cycle: 1}}]
"""
FILLED = ("II.A", "request.max_delay_days", "pharmacy.holidays", "history.dispenses.0")


def fill(**more: str) -> str:
    given = {"first": "2026-01-05", "sent": "2026-01-05", "as_of": "2026-02-10", "more": ""}
    return FILL.format(**{**given, **more})


def test_a_fill_that_a_holiday_pushes_forward_falls_into_the_window_before() -> None:
    window = window_of(fill(), *FILLED)
    assert window is not None
    # cycle 2 starts on 16 February, a holiday; 28 + 1 = 29
    assert [(e.date, e.amount) for e in window.entries] == [
        (date(2026, 1, 5), 28),
        (date(2026, 2, 15), 1),
    ]


@pytest.mark.parametrize("left_out", ["pharmacy.holidays", "request.max_delay_days"])
def test_without_the_holiday_or_with_time_to_wait_the_fill_falls_outside(left_out: str) -> None:
    assert window_of(fill(), *(m for m in FILLED if m != left_out)) is None


def test_a_fill_on_the_day_after_the_window_is_outside() -> None:
    # sent a day earlier, the 42 dates end on 14 February
    assert window_of(fill(sent="2026-01-04"), *FILLED) is None


def test_a_cycle_whose_dispenses_are_listed_asks_for_no_other() -> None:
    listed = ", dispenses: [{date: 2026-02-17, vials: 28, cycle: 2}]"
    assert window_of(fill(more=listed), *FILLED) is None


DAILY = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-rr
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
pharmacy:
  {bags: [24h], transit_days: 0, max_days_ahead: 0, holidays: none,
   dispense_days: [mon, tue, wed, thu, fri, sat, sun]}
request: {first_infusion: 2026-01-05, cycles: 1}
as_of: 2026-02-02
history:
  cycles: [{cycle: 1, start: 2026-01-05}]
  wasted: [{date: 2026-01-14, vials: 1, cycle: 1}]
"""


def test_many_entries_are_summed_up_in_the_sentence_and_kept_in_the_window() -> None:
    # no dispense is listed, and no vial waits: 28 bags and a broken vial, each sent on its day
    window = window_of(DAILY, "II.A", "history.cycles.0", "history.wasted.0")
    assert window is not None
    assert len(window.entries) == 29
    assert in_words(window) == (
        "29 vials from 5 Jan 2026 to 1 Feb 2026 fall in one 42-day window: 29 > 28"
    )
