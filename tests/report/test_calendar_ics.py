"""Calendar files, read back by a strict reader of our own and by a library not the writer's."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest
from ical.calendar_stream import IcsCalendarStream

from planner.documents.plan import Plan
from planner.report.calendar_ics import (
    FILES,
    NotOurCalendarError,
    calendar_files,
    course_id,
    published,
)
from planner.report.errors import ArtefactError
from tests.report.plans import plan
from tests.report.rfc5545 import Component, read


def _all(files: dict[str, bytes]) -> list[Component]:
    return read(files["calendar.ics"]).inside


def _by_uid(files: dict[str, bytes]) -> dict[str, Component]:
    return {event.values["UID"]: event for event in _all(files)}


def _moved(made: Plan, days: int) -> Plan:
    """The same plan with its last cycle started ``days`` later."""
    by, last = timedelta(days=days), made.cycles[-1]
    cycle = last.model_copy(update={"start": last.start + by, "disconnect": last.disconnect + by})
    bags = [
        bag.model_copy(update={"hang": bag.hang + by}) if bag.cycle == last.cycle else bag
        for bag in made.bags
    ]
    return made.model_copy(update={"cycles": (*made.cycles[:-1], cycle), "bags": tuple(bags)})


def test_every_bag_disconnect_dispense_claim_and_request_of_the_plan_is_there_once() -> None:
    made = plan(2)
    found = [(e.values["CATEGORIES"], e.day("DTSTART")) for e in _all(calendar_files(made))]

    claim_days = [
        (day, cycle) for (day, cycle), _ in groupby((c.date, c.cycle) for c in made.claims)
    ]
    expected = [("patient", bag.hang) for bag in made.bags]
    expected += [("patient", cycle.disconnect) for cycle in made.cycles]
    expected += [("pharmacy", sent.date) for sent in made.dispenses]
    expected += [("pharmacy", bag.hang) for bag in made.bags]  # prepared on the day
    expected += [("pharmacy", c.latest_start) for c in made.cycles if c.latest_start]
    expected += [("billing", day) for day, _ in claim_days]
    expected += [("billing", a.request_by) for a in made.authorizations if a.request_by]
    expected += [("billing", a.end) for a in made.authorizations if a.end]
    assert sorted(found) == sorted(expected)


def test_every_event_is_one_whole_day_with_an_exclusive_end() -> None:
    for event in _all(calendar_files(plan(1))):
        assert event.day("DTEND") == event.day("DTSTART") + timedelta(days=1)


def test_another_library_reads_what_ours_reads() -> None:
    before = plan(2)
    files = calendar_files(plan(1), before)  # with events that are cancelled
    for content in files.values():
        theirs = IcsCalendarStream.calendar_from_ics(content.decode()).events
        assert [
            (e.uid, e.sequence, e.dtstart, e.dtend, e.summary, e.description, e.categories)
            for e in theirs
        ] == [
            (
                *(e.values["UID"], int(e.values["SEQUENCE"])),
                *(e.day("DTSTART"), e.day("DTEND")),
                *(e.text("SUMMARY"), e.text("DESCRIPTION"), [e.values["CATEGORIES"]]),
            )
            for e in read(content).inside
        ]
        stated = [event.values["STATUS"] for event in read(content).inside]
        assert [e.status.value for e in theirs if e.status] == stated


def test_three_files_hold_one_audience_each_and_together_what_the_whole_holds() -> None:
    files = calendar_files(plan(2))
    parts = [
        event for name in FILES if name != "calendar.ics" for event in read(files[name]).inside
    ]

    assert sorted(e.values["UID"] for e in parts) == sorted(_by_uid(files))
    for audience in ("patient", "pharmacy", "billing"):
        own = read(files[f"calendar-{audience}.ics"]).inside
        assert {event.values["CATEGORIES"] for event in own} == {audience}


def test_the_stamp_is_the_first_date_of_the_plan_and_no_clock() -> None:
    event = _all(calendar_files(plan(1)))[0]
    assert event.values["DTSTAMP"] == "20260104T000000Z"  # the dispense of Sunday 4 January


def test_the_stamp_is_as_of_where_the_scenario_has_one() -> None:
    made = plan(1)
    document = made.scenario.document.model_copy(update={"as_of": date(2026, 1, 20)})
    stamped = made.model_copy(
        update={"scenario": made.scenario.model_copy(update={"document": document})}
    )
    assert _all(calendar_files(stamped))[0].values["DTSTAMP"] == "20260120T000000Z"


def test_source_date_epoch_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert _all(calendar_files(plan(1)))[0].values["DTSTAMP"] == "19700102T000000Z"


@pytest.mark.parametrize("value", ["yesterday", "", "9" * 30])
def test_a_source_date_epoch_that_is_no_number_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(ArtefactError, match="SOURCE_DATE_EPOCH"):
        calendar_files(plan(1))


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert calendar_files(plan(3)) == calendar_files(plan(3))


def test_no_two_events_share_a_uid() -> None:
    events = _all(calendar_files(plan(9)))
    assert len({event.values["UID"] for event in events}) == len(events)


def test_two_patients_never_share_a_uid() -> None:
    one, other = plan(1), plan(1)
    document = other.scenario.document
    patient = document.patient.model_copy(update={"ref": "RR-71"})
    document = document.model_copy(update={"patient": patient})
    other = other.model_copy(
        update={"scenario": other.scenario.model_copy(update={"document": document})}
    )
    assert not _by_uid(calendar_files(one)).keys() & _by_uid(calendar_files(other)).keys()


def test_a_replan_keeps_uids_and_raises_the_sequence_of_what_moved_alone() -> None:
    before, after = plan(2), _moved(plan(2), 3)
    old = _by_uid(calendar_files(before))
    new = _by_uid(calendar_files(after, before))

    assert old.keys() == new.keys()
    moved = {uid for uid in new if new[uid].day("DTSTART") != old[uid].day("DTSTART")}
    # 28 bags hung, 28 prepared, one disconnect of cycle 2
    assert len(moved) == 28 + 28 + 1
    for uid, event in new.items():
        says = ("SUMMARY", "DESCRIPTION", "DTSTART")
        changed = any(event.values[name] != old[uid].values[name] for name in says)
        assert event.values["SEQUENCE"] == ("1" if changed else "0")
        assert changed or uid not in moved


def test_what_a_replan_drops_comes_as_cancelled() -> None:
    before, after = plan(2), plan(1)
    dropped = _by_uid(calendar_files(before)).keys() - _by_uid(calendar_files(after)).keys()

    events = _by_uid(calendar_files(after, before))

    # cycle 2: 28 bags hung, prepared and billed, one dispense, disconnect and latest start
    assert len(dropped) == 3 * 28 + 3
    for uid, event in events.items():
        assert event.values["STATUS"] == ("CANCELLED" if uid in dropped else "CONFIRMED")
        assert uid not in dropped or event.values["SEQUENCE"] == "1"


def test_a_chain_of_replans_never_lowers_a_sequence() -> None:
    files = calendar_files(plan(2))
    chain = [files]
    for made in (_moved(plan(2), 1), plan(1), _moved(plan(2), 2), _moved(plan(2), 2)):
        chain.append(calendar_files(made, published(chain[-1]["calendar.ics"])))

    for earlier, later in pairwise(chain):
        old, new = _by_uid(earlier), _by_uid(later)
        assert old.keys() <= new.keys()
        for uid in old:
            rise = int(new[uid].values["SEQUENCE"]) - int(old[uid].values["SEQUENCE"])
            same = all(
                old[uid].values[name] == new[uid].values[name]
                for name in ("DTSTART", "SUMMARY", "DESCRIPTION", "STATUS")
            )
            assert rise == (0 if same else 1)
    assert chain[-1] == chain[-2]


def test_a_calendar_of_another_course_changes_nothing() -> None:
    other = plan(2, title="another")
    document = other.scenario.document
    patient = document.patient.model_copy(update={"ref": "RR-71"})
    other = other.model_copy(
        update={
            "scenario": other.scenario.model_copy(
                update={"document": document.model_copy(update={"patient": patient})}
            )
        }
    )
    assert course_id(other) != course_id(plan(2))
    assert calendar_files(plan(2), other) == calendar_files(plan(2))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff\xfe",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nUID:x\r\nBEGIN:VEVENT\r\nUID:y\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)
def test_a_file_that_is_not_ours_is_refused(content: bytes) -> None:
    with pytest.raises(NotOurCalendarError):
        published(content)


def test_nothing_of_the_patient_stands_in_any_calendar() -> None:
    made = plan(1, title="Jane Doe, C91.02", number="PA-777")
    for content in calendar_files(made).values():
        for secret in (b"Jane", b"RR-70", b"C91", b"PA-777", b"blinatumomab", b"70 kg"):
            assert secret not in content


def test_ready_made_bags_are_prepared_with_their_dispense() -> None:
    made = plan(1)
    document = made.scenario.document
    pharmacy = document.pharmacy.model_copy(update={"ready_made": True})
    made = made.model_copy(
        update={
            "scenario": made.scenario.model_copy(
                update={"document": document.model_copy(update={"pharmacy": pharmacy})}
            )
        }
    )
    prepared = [e for e in _all(calendar_files(made)) if "prepare" in e.text("SUMMARY")]

    assert len(prepared) == 28
    assert {event.day("DTSTART") for event in prepared} == {made.dispenses[0].date}
