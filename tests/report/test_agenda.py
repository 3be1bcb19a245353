"""What is due when, joined where it repeats."""

from __future__ import annotations

from datetime import timedelta

from planner.documents.plan import Plan
from planner.report.agenda import Event, bag_runs, events
from tests.report.plans import FIRST, plan


def _bills(made: Plan) -> list[Event]:
    return [event for event in events(made) if event.what == "bill"]


def test_the_claims_of_equal_bags_are_one_event_on_the_first_ones_day() -> None:
    assert [(event.date, event.cycle, event.detail) for event in _bills(plan(1))] == [
        # 7 days at 9 mcg and 21 at 28, each of a vial of 35
        (FIRST, 1, "35 units in 2 lines, daily until Sun 2026-01-11 (7 claims)"),
        (
            FIRST + timedelta(days=7),
            1,
            "35 units in 2 lines, daily until Sun 2026-02-01 (21 claims)",
        ),
    ]


def test_a_claim_that_differs_parts_its_run() -> None:
    made = plan(1)
    longer = made.claims[0].model_copy(update={"units": 10})
    made = made.model_copy(update={"claims": (longer, *made.claims[1:])})
    first, *rest = _bills(made)
    assert (first.date, first.detail) == (FIRST, "36 units in 2 lines")
    assert len(rest) == 7  # six days of the low dose one by one, then the run of 21


def test_claims_that_no_bag_is_hung_for_stand_alone_and_past_ones_do_not_stand() -> None:
    made = plan(2)
    sent = {d.cycle: d.date for d in made.dispenses}
    lines = tuple(
        c.model_copy(update={"date": sent[c.cycle], "past": c.cycle == 1}) for c in made.claims
    )
    (only,) = _bills(made.model_copy(update={"claims": lines}))
    # 28 bags with two lines each come to 980 units
    assert (only.date, only.cycle, only.detail) == (sent[2], 2, "980 units in 56 lines")


def test_every_bag_of_the_plan_is_in_one_run() -> None:
    made = plan(3)
    runs = bag_runs(made.bags)
    assert [hang for run in runs for hang in run.hangs] == [bag.hang for bag in made.bags]
