"""What is due when, joined where it repeats."""

from __future__ import annotations

from datetime import date, timedelta

from planner.documents.plan import Plan
from planner.report.agenda import (
    Event,
    asked_words,
    bag_runs,
    events,
    opening_day,
    to_ask_for,
)
from planner.report.html import report_html
from planner.report.occasions import occasions
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


def under_way(as_of: date, number: str | None = None) -> Plan:
    """Returns a plan of six cycles, whose initial authorization opens on the first day."""
    made = plan(6, number=number)
    document = made.scenario.document.model_copy(update={"as_of": as_of})
    stamp = made.scenario.model_copy(update={"document": document})
    return made.model_copy(update={"scenario": stamp})


def test_an_authorization_in_use_is_not_asked_for_but_its_number_is() -> None:
    made = under_way(FIRST + timedelta(days=1))
    initial, continued = made.authorizations
    assert to_ask_for(made, initial) is None
    assert to_ask_for(made, continued) == continued.request_by
    asked = [event for event in events(made) if event.what in {"request", "check"}]
    assert [(event.what, event.date) for event in asked] == [
        ("check", FIRST + timedelta(days=1)),
        ("request", continued.request_by),
    ]
    assert "initial, in use since Mon 2026-01-05, is not in the scenario" in asked[0].detail
    assert opening_day(made) == FIRST + timedelta(days=1)


def test_an_authorization_that_opens_today_has_still_to_be_asked_for() -> None:
    made = under_way(FIRST)
    initial = made.authorizations[0]
    assert to_ask_for(made, initial) == initial.request_by
    assert [event.what for event in events(made) if event.what == "check"] == []


def test_an_authorization_that_is_given_is_neither_asked_for_nor_checked() -> None:
    made = under_way(FIRST + timedelta(days=1))
    given = tuple(
        a.model_copy(update={"given": True, "request_by": None}) for a in made.authorizations
    )
    made = made.model_copy(update={"authorizations": given})
    assert [event for event in events(made) if event.what in {"request", "check"}] == []
    assert [asked_words(made, a) for a in given] == ["given", "given"]


def test_no_file_asks_for_an_authorization_in_use() -> None:
    made = under_way(FIRST + timedelta(days=1))
    initial = made.authorizations[0]
    assert initial.request_by is not None
    assert asked_words(made, initial) == "in use, not in the scenario"
    summaries = [one.summary for one in occasions(made)]
    assert "Ask for authorization initial" not in summaries
    assert "Ask for authorization continued-1" in summaries
    page = report_html(made, None)
    assert "Ask for authorization initial" not in page
    assert initial.request_by.isoformat() not in page
    assert "Ask for authorization continued-1" in page


def test_bags_that_are_sent_ready_are_prepared_on_the_day_they_are_sent() -> None:
    made = plan(1)
    assert not [event for event in events(made) if event.what == "prepare"]
    document = made.scenario.document
    pharmacy = document.pharmacy.model_copy(update={"ready_made": True})
    stamp = made.scenario.model_copy(
        update={"document": document.model_copy(update={"pharmacy": pharmacy})}
    )
    ready = events(made.model_copy(update={"scenario": stamp}))
    prepared = [event for event in ready if event.what == "prepare"]
    assert {event.date for event in prepared} == {made.dispenses[0].date}
    assert [event.detail.partition(" to ")[0] for event in prepared] == [
        "7 bags for 1 day at 9 mcg/day, each of 1 vial,",
        "21 bags for 1 day at 28 mcg/day, each of 1 vial,",
    ]
    dispense = next(i for i, event in enumerate(ready) if event.what == "dispense")
    assert all(ready.index(event) < dispense for event in prepared)
