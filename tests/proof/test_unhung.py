"""The sentence for a cycle whose bags cannot follow one another from any start."""

from __future__ import annotations

import pytest

import planner
from planner.documents.conflict import Conflict
from planner.documents.load import parse_scenario
from planner.proof.unhung import unhung
from planner.regimen.build import course_of
from tests.proof.models import DRUG, POLICY, known

MONDAYS = """\
format: planner-scenario/1
policy: eocco-0382
indication: pediatric-mrd
patient: {age: 15, weight_kg: 50, bsa_m2: 1.45, diagnosis: C91.01}
pharmacy: {bags: [24h], transit_days: 0, dispense_days: [mon], max_days_ahead: 9}
request: {first_infusion: {earliest: 2026-10-02, latest: 2026-10-16}, max_delay_days: 28, cycles: 1}
"""
MEMBERS = (
    "V.mrd.days",
    "request.first_infusion",
    "pharmacy.bags",
    "pharmacy.dispense_days",
    "pharmacy.holidays",
    "pharmacy.max_days_ahead",
)


def sentences(text: str, *ids: str) -> list[str]:
    course = course_of(parse_scenario(text).scenario, POLICY, DRUG)
    return list(unhung(course, ids))


def test_days_without_vials_between_two_dispenses_are_named() -> None:
    # 12 October is a holiday: Mondays are 5 and 19 October. What is sent on the 5th hangs up to
    # 9 days later, the 14th, so 15 to 18 October stay without; 28 days from any start from the
    # 2nd to the 16th hold one of these
    assert sentences(MONDAYS, *MEMBERS) == [
        "Cycle 1 has to start from 2 Oct 2026 to 16 Oct 2026: no bag reaches over 15 Oct 2026 to "
        "18 Oct 2026, when no vials may hang: none are sent between 5 Oct 2026 and 19 Oct 2026, "
        "and they hang up to 9 days after"
    ]


def test_days_in_transit_are_days_without_vials() -> None:
    # sent on 19 October and two days on their way, vials hang from the 21st on
    slower = MONDAYS.replace("transit_days: 0", "transit_days: 2")
    [says] = sentences(slower, *MEMBERS, "pharmacy.transit_days")
    assert "no bag reaches over 15 Oct 2026 to 20 Oct 2026" in says
    assert says.endswith("and they hang 2 to 9 days after")


@pytest.mark.parametrize("left_out", MEMBERS)
def test_without_one_of_its_members_there_is_no_such_day(left_out: str) -> None:
    assert not sentences(MONDAYS, *(m for m in MEMBERS if m != left_out))


def test_vials_that_hang_long_enough_leave_no_such_day() -> None:
    # from 5 October 13 days reach to the 18th, and the next are sent on the 19th
    assert not sentences(MONDAYS.replace("ahead: 9", "ahead: 13"), *MEMBERS)
    assert sentences(MONDAYS.replace("ahead: 9", "ahead: 12"), *MEMBERS)


def test_starts_that_clash_for_another_reason_are_told_apart_the_most_of_them_last() -> None:
    # dispenses on Wednesdays but 11 November, a holiday: 4 and 18 November; 14 to 17 stay without.
    # On the 4th a start would end on the 2nd of December, a Wednesday: that is no change day here
    text = MONDAYS.replace("[mon]", "[wed], bag_change_days: [mon, tue, thu, fri, sat, sun]")
    text = text.replace("10-02", "11-03").replace("10-16", "11-06")
    [says] = sentences(text.replace("24h", "24h, 48h"), *MEMBERS, "pharmacy.bag_change_days")
    assert says.startswith(
        "Cycle 1 has to start from 3 Nov 2026 to 6 Nov 2026: on 4 Nov 2026 its first bag, a step "
        "of the dose or its end falls on a day without bag changes; else no bag reaches over "
        "14 Nov 2026 to 17 Nov 2026"
    )


def test_a_day_without_bag_changes_that_no_bag_reaches_over_is_named() -> None:
    # Sunday 24 and Memorial Day, Monday 25 May 2026: the longest bag hung on Saturday ends on
    # Monday, one hung on Friday on Sunday
    text = MONDAYS.replace("24h", "24h, 48h").replace("dispense_days: [mon], ", "")
    text = text.replace("max_days_ahead: 9", "bag_change_days: [mon, tue, wed, thu, fri, sat]")
    text = text.replace("10-02", "05-04").replace("10-16", "05-08")
    members = ("V.mrd.days", "request.first_infusion", "pharmacy.bags", "pharmacy.holidays")
    assert sentences(text, *members, "pharmacy.bag_change_days") == [
        "Cycle 1 has to start from 4 May 2026 to 8 May 2026: its bags reach 25 May 2026 at the "
        "furthest, a day without bag changes"
    ]
    assert not sentences(text, *members)


def test_a_start_on_a_day_without_bag_changes_needs_no_more_than_that() -> None:
    # 10 January 2026 is a Saturday
    text = MONDAYS.replace("{earliest: 2026-10-02, latest: 2026-10-16}", "2026-01-10")
    text = text.replace("[mon]", "[mon], bag_change_days: [mon, tue, wed, thu, fri]")
    assert sentences(text, "request.first_infusion", "pharmacy.bag_change_days") == [
        "Cycle 1 has to start on 10 Jan 2026: its first bag falls on a day without bag changes"
    ]


def test_a_later_cycle_is_reached_by_the_lengths_of_those_before_it() -> None:
    # cycle 2 starts 42 to 42 + 7 days after 24 August, from 5 to 12 October, as above
    text = MONDAYS.replace("{earliest: 2026-10-02, latest: 2026-10-16}", "2026-08-24")
    text = text.replace("max_delay_days: 28, cycles: 1", "max_delay_days: 7, cycles: 2")
    later = ("V.mrd.length", "request.cycles", "request.max_delay_days")
    text = text.replace("transit_days: 0", "transit_days: 0, holidays: [2026-10-12]")
    [says] = sentences(text, *MEMBERS, *later)
    assert says.startswith(
        "Cycle 2 has to start from 5 Oct 2026 to 12 Oct 2026: no bag reaches over"
    )
    assert not sentences(text, *MEMBERS, "request.max_delay_days")  # one cycle has to be, no more


def test_the_answer_to_such_a_request_says_so() -> None:
    loaded = parse_scenario(MONDAYS)
    answer = planner.explain(loaded, remedies=False, known=known())
    assert isinstance(answer, Conflict)
    assert {member.id for member in answer.conflict} == set(MEMBERS)
    assert [answer.because] == sentences(MONDAYS, *MEMBERS)
