"""A plan on one screen: what comes first, who does what next, and figures that add up."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import pytest

from planner.documents.plan import Plan
from planner.report.agenda import opening_day
from planner.report.roles import ROLES, actions
from planner.report.screen import SCREEN, totals_told
from planner.report.slips import delay_words, slips
from tests.report import golden
from tests.report.plans import plan as by_hand

SLACK = 2  # lines: a course of nine cycles with a note on each of its first two


@lru_cache
def planned(patient: str) -> Plan:
    return golden.planned(patient)


@pytest.mark.parametrize("width", golden.WIDTHS)
@pytest.mark.parametrize("patient", golden.PATIENTS)
def test_a_screen_is_the_one_that_was_looked_at(patient: str, width: int) -> None:
    kept = golden.FOLDER / f"{patient}-{width}.txt"
    shown = golden.screen(planned(patient), width)
    assert shown == kept.read_text(encoding="utf-8")
    assert len(shown.splitlines()) <= SCREEN + SLACK
    assert max(map(len, shown.splitlines())) <= max(80, min(width, 100))


@pytest.mark.parametrize("patient", golden.PATIENTS)
def test_no_date_to_act_on_lies_before_its_heading_and_dates_of_a_role_are_in_order(
    patient: str,
) -> None:
    text = golden.screen(planned(patient), 80)
    heading, body = re.split(r"\n\nNext, from ", text, maxsplit=1)[1].split("\n", 1)
    first = date.fromisoformat(heading[4:14])
    rows = [line for line in body.split("\n\n")[0].splitlines()[1:] if line[22:26].strip()]
    days = [date.fromisoformat(row[26:36]) for row in rows if re.match(r"\d{4}-", row[26:36])]
    assert days
    assert min(days) == first
    for role in ROLES:
        opening = opening_day(planned(patient))
        assert opening is not None
        own = [action.date for action in actions(planned(patient), role, opening)]
        assert own == sorted(own)


@pytest.mark.parametrize("patient", golden.PATIENTS)
def test_vials_opened_so_far_and_ahead_are_those_of_the_course(patient: str) -> None:
    made = planned(patient)
    ahead = " ".join(totals_told(made))
    past = re.search(r"(\d+) opened so far", ahead)
    stock = re.search(r"(\d+) more from stock", ahead)
    sent = re.search(r"of ([\d,]+) vial", ahead)
    assert sent is not None
    told = int(sent[1]) + sum(int(one[1]) for one in (past, stock) if one is not None)
    spare = sum(one.spare for one in made.dispenses if not one.past)
    assert told - spare >= sum(bag.vials for bag in made.bags)


def test_what_was_decided_comes_first_and_grounds_come_last() -> None:
    text = golden.screen(planned("adult-rr-70kg"), 80)
    order = ["Criteria met", "Planned: 9 cycles", "Next, from", "Course", "Grounds", "no advice"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "sha256" not in text


def test_a_role_sees_all_of_its_own_and_nothing_of_the_others() -> None:
    made = planned("adult-consolidation-42kg")
    pharmacy = golden.screen(made, 80, "pharmacy")
    assert pharmacy.count("dispense:") == len(made.dispenses)
    assert "hang:" not in pharmacy
    nurse = golden.screen(made, 80, "nurse")
    assert nurse.count("disconnect:") == len(made.cycles)
    assert "dispense:" not in nurse
    patient = golden.screen(made, 80, "patient")
    assert patient.count("the pump comes off") == len(made.cycles)
    assert "request: authorization" in golden.screen(made, 80, "billing")


def test_a_slip_is_told_once_with_the_cycles_that_it_moves() -> None:
    # cycle 2 a day late moves cycles 2 to 9: 8 days in all
    made = planned("adult-rr-weekly-weekdays")
    assert [(slip.cycle, slip.days, slip.cycles) for slip in slips(made)] == [(2, 1, 8)]
    assert delay_words(made) == "Delay 8 days in all (one slip: cycle 2 1 day late, in 8 cycles)"


def test_a_course_without_delay_says_nothing_of_it() -> None:
    assert delay_words(by_hand(2)) == ""


def test_a_surface_has_two_decimals() -> None:
    assert "20 kg, 0.80 m2" in golden.screen(planned("pediatric-rr-20kg"), 80)
