"""The plan that follows: what it changes, by whom to tell, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planner import api
from planner.documents.conflict import Conflict
from planner.documents.events import spoken
from planner.documents.plan import Plan
from planner.documents.replanned import Replanned
from planner.replan.run import replan, with_events
from tests.replan.courses import KNOWN, after, loaded, new_plan, planned, told


def changed(*events: str) -> Replanned:
    made = new_plan(planned(), *events).replan
    assert made is not None
    return made


def calendar(plan: Plan) -> dict[str, Any]:
    """The rows of a plan, whether over or to come."""
    rows = plan.model_dump(
        include={"cycles", "bags", "dispenses", "claims", "authorizations", "limits"}
    )
    for kind in ("cycles", "bags", "dispenses", "claims"):
        rows[kind] = [{k: v for k, v in one.items() if k != "past"} for one in rows[kind]]
    for one in rows["cycles"]:
        one.pop("latest_start")
    return rows


@pytest.mark.parametrize("day", ["2026-01-04", "2026-01-20", "2026-02-13", "2026-05-30"])
def test_with_no_event_nothing_changes_but_as_of(day: str) -> None:
    plan = planned()
    made = new_plan(plan, f"{day} as planned")
    assert calendar(made) == calendar(plan.plan)
    assert (made.changes, made.objectives[0].value) == (0, 0)
    assert made.follows == plan.sha256


def test_with_nothing_told_a_plan_is_the_same_in_every_figure() -> None:
    plan = planned()
    made = new_plan(plan)
    own = {"scenario", "objectives", "follows", "changes", "replan", "audit", "assumed"}
    assert made.model_dump(exclude=own) == plan.plan.model_dump(exclude=own)
    known = [one for one in plan.plan.assumed if one.path != "objectives"]
    assert list(made.assumed) == known


def test_a_broken_vial_is_one_more_dispense_of_one_vial() -> None:
    made = changed("2026-03-01 broken vial")
    assert [(c.sign, c.kind, c.new, c.because) for c in made.diff] == [
        ("+", "dispense", "1 vial", ("events[0]",))
    ]
    assert made.summary.endswith("1 is new")


def test_a_closed_day_is_named_with_the_event_that_closed_it() -> None:
    start = next(c for c in changed("2026-03-30 closed").diff if c.kind == "start")
    assert (start.sign, start.cycle, start.from_, start.to) == (
        "~",
        3,
        date(2026, 3, 30),
        date(2026, 3, 31),
    )
    assert start.because == ("pharmacy.closed", "events[0]")


def test_every_change_has_a_cause() -> None:
    for event in (
        "2026-02-20 interruption, days: 4",
        "2026-02-20 interruption, days: 10",
        "2026-03-30 closed",
        "2026-02-13 late dispense",
        "2026-02-16 moved visit, to: 2026-02-18",
    ):
        made = changed(event)
        assert made.diff
        assert all(change.because for change in made.diff)


def test_after_more_than_seven_days_the_next_cycle_stays_and_the_vials_left_are_used() -> None:
    """Bags of 7 days: one of four was hung, 18 vials are left, and 18 fewer are sent: 48 to 30."""
    plan = new_plan(planned(), "2026-02-20 interruption, days: 10")
    assert plan.replan is not None
    starts = {c.cycle: c.start for c in plan.cycles}
    assert starts[3] == date(2026, 3, 30)
    sent = next(total for total in plan.replan.totals if total.name == "vials dispensed")
    assert [int(sent.before), int(sent.after)] == [48, 30]


def test_drift_is_apart_from_what_is_changed() -> None:
    made = changed("2026-02-20 interruption, days: 10")
    assert [(c.kind, c.old, c.new) for c in made.drift] == [
        ("start", "bag for 7 days", "bag for 4 days")
    ]
    assert made.as_of is not None
    assert all(max(d for d in (c.from_, c.to) if d) >= made.as_of for c in made.diff)


def test_a_visit_moves_where_it_is_told_and_its_old_day_is_free() -> None:
    made = new_plan(planned(), "2026-02-23 moved visit, to: 2026-02-24")
    days = [bag.hang for bag in made.bags if bag.cycle == 2]
    assert date(2026, 2, 24) in days
    assert date(2026, 2, 23) not in days


def test_a_pin_keeps_a_visit_whose_bag_may_change() -> None:
    events = told(
        "format: planner-events/1\n"
        "events: [{date: 2026-03-30, event: closed}]\n"
        "pins: [{cycle: 3, visit: 2026-04-13}]\n"
    )
    outcome = replan(planned(), events, known=KNOWN)
    assert isinstance(outcome.plan, Plan)
    assert not outcome.plan.audit.violations
    assert date(2026, 4, 13) in [bag.hang for bag in outcome.plan.bags]


def test_a_refused_renewal_cancels_its_cycles() -> None:
    plan = planned(request={"first_infusion": "2026-01-05", "cycles": 7})
    made = new_plan(plan, "2026-07-01 refused renewal, authorization: continued-1")
    assert [cycle.cycle for cycle in made.cycles] == [1, 2, 3, 4, 5]
    assert made.replan is not None
    gone = [c for c in made.replan.diff if c.kind == "start"]
    assert [(c.sign, c.cycle) for c in gone] == [("-", 6), ("-", 7)]
    assert gone[0].because[:2] == ("request.cycles", "events[0]")


def test_a_late_renewal_moves_the_cycles_it_covers() -> None:
    """The renewal was to open on 3 August; it opens on the 20th, and cycle 6 waits for it."""
    plan = planned(request={"first_infusion": "2026-01-05", "cycles": 7})
    event = "2026-07-20 late renewal, authorization: continued-1, start: 2026-08-20"
    made = new_plan(plan, event)
    window = next(one for one in made.authorizations if one.id == "continued-1")
    assert (window.start, window.given) == (date(2026, 8, 20), True)
    assert next(c.start for c in made.cycles if c.cycle == 6) >= date(2026, 8, 20)


def test_a_conflict_names_events_beside_clauses() -> None:
    """24 vials and 6 for a broken bag are 30 in one window of 28."""
    events = spoken(["2026-02-23 broken bag"])
    outcome = after(planned(), "2026-02-23 broken bag")
    found = api.explain(outcome.following.scenario, known=KNOWN)
    assert isinstance(found, Conflict)
    conflict = with_events(outcome.following, events, found)
    said = [member.event for member in conflict.conflict if member.event]
    assert said == ["2026-02-23 broken bag"]
    assert "II.A" in [member.id for member in conflict.conflict]


def test_plans_follow_each_other() -> None:
    first = planned()
    second = loaded(new_plan(first, "2026-02-20 as planned"))
    third = new_plan(second, "2026-03-01 broken vial")
    assert third.follows == second.sha256
    assert second.plan.follows == first.sha256
    assert third.scenario.document.history.wasted[0].date == date(2026, 3, 1)


def test_the_same_events_at_once_or_one_after_the_other_are_the_same_history() -> None:
    at_once = new_plan(planned(), "2026-02-20 interruption, days: 3", "2026-02-22 broken vial")
    first = loaded(new_plan(planned(), "2026-02-20 interruption, days: 3"))
    second = new_plan(first, "2026-02-22 broken vial")
    assert [(b.hang, b.days) for b in at_once.bags if b.past] == [
        (b.hang, b.days) for b in second.bags if b.past
    ]
