"""What events make of the past: everything they do not contradict has happened as planned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.documents.errors import InputErrors
from planner.documents.events import spoken
from planner.documents.scenario import History, Scenario
from planner.replan.follow import follow
from tests.replan.courses import KNOWN, after, planned, told

DRUG = KNOWN.drug("blinatumomab").drug


def scenario_after(*events: str) -> Scenario:
    return follow(planned(), spoken(list(events)), DRUG).scenario.scenario


def history_after(*events: str) -> History:
    return scenario_after(*events).history


def refused(*events: str) -> str:
    with pytest.raises(InputErrors) as caught:
        scenario_after(*events)
    return str(caught.value)


def test_what_was_planned_before_as_of_has_happened() -> None:
    plan = planned().plan
    history = history_after("2026-01-20 as planned")
    assert [(c.cycle, c.start) for c in history.cycles] == [(1, date(2026, 1, 5))]
    hung = [bag.hang for bag in history.cycles[0].bags or ()]
    assert hung == [b.hang for b in plan.bags if b.hang < date(2026, 1, 21)]
    assert [(d.date, d.vials) for d in history.dispenses] == [(date(2026, 1, 2), 22)]


def test_a_bag_is_taken_down_where_an_interruption_begins() -> None:
    """Hung on 16 February for 7 days, stopped on the 20th: it ran 4."""
    history = history_after("2026-02-20 interruption, days: 4")
    assert [bag.days for bag in history.cycles[1].bags or ()] == [4]
    assert [(i.start, i.days) for i in history.interruptions] == [(date(2026, 2, 20), 4)]


def test_an_interruption_that_goes_on_lasts_to_as_of() -> None:
    history = history_after("2026-02-20 interruption", "2026-02-22 as planned")
    assert [i.days for i in history.interruptions] == [3]


def test_the_planned_visits_go_on_after_an_interruption() -> None:
    """Stopped on Friday the 20th, on again on Monday the 23rd with that day's bag."""
    history = history_after("2026-02-20 interruption, resumed: 2026-02-23", "2026-02-24 as planned")
    hung = [(bag.hang.day, bag.days) for bag in history.cycles[1].bags or ()]
    assert hung == [(16, 4), (23, 7)]


def test_where_no_bag_is_known_of_the_day_it_went_on_the_file_is_asked() -> None:
    said = refused("2026-02-20 interruption, days: 2", "2026-02-24 as planned")
    assert "--event:1:" in said
    assert "an event 'hung bag' of 2026-02-22 beside it" in said


def test_a_bag_told_of_stands_where_the_infusion_went_on() -> None:
    history = history_after(
        "2026-02-20 interruption, days: 2",
        "2026-02-22 hung bag, days: 1, vials: 1",
        "2026-02-24 as planned",
    )
    hung = [(bag.hang.day, bag.days) for bag in history.cycles[1].bags or ()]
    assert hung == [(16, 4), (22, 1), (23, 7)]


def test_a_visit_that_was_later_leaves_days_without_infusion_and_shifts_the_rest() -> None:
    history = history_after("2026-02-23 moved visit, to: 2026-02-25", "2026-03-05 as planned")
    hung = [(bag.hang.month, bag.hang.day) for bag in history.cycles[1].bags or ()]
    assert hung == [(2, 16), (2, 25), (3, 4)]
    assert [(i.start.day, i.days) for i in history.interruptions] == [(23, 2)]


def test_a_late_start_shifts_its_cycle() -> None:
    history = history_after("2026-01-05 moved visit, to: 2026-01-08", "2026-01-09 as planned")
    assert history.cycles[0].start == date(2026, 1, 8)
    assert not history.interruptions


def test_a_missed_start_has_not_begun() -> None:
    made = scenario_after("2026-02-16 missed visit")
    assert [cycle.cycle for cycle in made.history.cycles] == [1]


def test_vials_break_of_the_newest_dispense() -> None:
    history = history_after("2026-02-14 broken vial, vials: 2")
    assert [(w.date.day, w.vials, w.cycle) for w in history.wasted] == [(14, 2, 2)]


def test_a_broken_bag_wastes_its_vials() -> None:
    assert [w.vials for w in history_after("2026-02-23 broken bag").wasted] == [6]


def test_dispenses_are_as_they_left() -> None:
    short = history_after("2026-02-13 short dispense, vials: 20").dispenses
    late = history_after("2026-02-13 late dispense, sent: 2026-02-14", "2026-02-15 as planned")
    assert [(d.date.day, d.vials) for d in short if d.cycle == 2] == [(13, 20)]
    assert [(d.date.day, d.vials) for d in late.dispenses if d.cycle == 2] == [(14, 24)]


def test_a_claim_given_up_is_not_billed() -> None:
    """Of the claims of cycle 1 the one of 12 January is missing, the others are listed."""
    history = history_after("2026-01-12 refused claim, resubmit: false", "2026-01-13 as planned")
    days = [claim.date for claim in history.claims]
    assert date(2026, 1, 12) not in days
    assert len(days) == 4


def test_an_ended_course_has_no_other_cycle() -> None:
    made = scenario_after("2026-03-01 course ended")
    assert made.request.cycles == 2
    # one day more than leaves a cycle going on
    assert [i.days for i in made.history.interruptions] == [8]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("2026-02-24 moved visit, to: 2026-02-25", "the nearest are 2026-01-26"),
        ("2026-02-10 interruption, days: 2", "2026-01-06 to 2026-02-01 (cycle 1)"),
        ("2026-02-24 broken bag", "a date of the plan"),
        ("2026-02-14 short dispense, vials: 2", "a date of the plan"),
        ("2026-02-24 refused claim", "a date of the plan"),
        ("2026-02-20 interruption, resumed: 2026-02-19", "a date after 2026-02-20"),
        ("2026-02-20 interruption, resumed: 2026-02-22, days: 2", "one of the two"),
        ("2026-02-20 hospital stay, days: 3", "the start of a cycle"),
        ("2026-02-20 closed, until: 2026-02-19", "a date from 2026-02-20 on"),
        ("2026-02-20 late renewal", "one of the plan: initial"),
        ("2026-02-20 late renewal, authorization: initial", "the day on which it opens"),
        ("2026-01-01 broken vial", "a day with vials on hand"),
    ],
)
def test_what_cannot_be_of_the_plan_is_refused_with_what_can(event: str, found: str) -> None:
    said = refused(event)
    assert found in said
    assert said.startswith("--event:1:")


def test_every_error_of_a_file_is_told_by_line_and_column() -> None:
    events = told(
        "format: planner-events/1\n"
        "events:\n"
        "  - {date: 2026-02-24, event: broken bag}\n"
        "  - {date: 2026-02-10, event: interruption, days: 2}\n"
    )
    with pytest.raises(InputErrors) as caught:
        follow(planned(), events, DRUG)
    lines = [(problem.line, problem.column) for problem in caught.value.problems]
    assert lines == [(3, 12), (4, 12)]


def test_vials_that_are_missing_later_are_told_of_at_the_event() -> None:
    """22 vials for cycle 1 and one broken: the last bag, of 6, finds 5."""
    with pytest.raises(InputErrors, match=r"--event:1:\d+: .*found 6 vials, allowed up to 5"):
        after(planned(), "2026-01-13 broken vial", "2026-02-20 as planned")


def test_what_has_happened_lies_before_as_of() -> None:
    events = told(
        "format: planner-events/1\nas_of: 2026-02-20\n"
        "events: [{date: 2026-02-21, event: broken vial}]\n"
    )
    with pytest.raises(InputErrors, match="a date before as_of, 2026-02-20"):
        follow(planned(), events, DRUG)


def test_a_weight_that_asks_for_a_height_is_asked_for_where_it_is_told() -> None:
    with pytest.raises(InputErrors) as caught:
        after(planned(), "2026-02-20 weight, kg: 44")
    said = str(caught.value)
    assert said.startswith("--event:1:")
    assert "found neither height_cm nor bsa_m2 at 44 kg" in said


def test_the_rest_of_the_plan_is_the_calendar_in_force() -> None:
    made = scenario_after("2026-02-20 as planned")
    force, opening = made.in_force, date(2026, 2, 21)
    assert force is not None
    plan = planned()
    assert force.plan == plan.sha256
    assert force.told_until == opening + timedelta(days=14)
    assert [v.date for v in force.visits] == [b.hang for b in plan.plan.bags if b.hang >= opening]
    assert [d.vials for d in force.dispenses] == [24, 24]
    # all vials of cycle 2 left on 13 February
    assert [v.shipped for v in force.visits[:4]] == [True, True, True, False]
    assert made.objectives[0] == "changes"
