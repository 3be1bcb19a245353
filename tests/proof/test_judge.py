"""The judge of subsets of members: three values, each ruling remembered for later ones."""

from __future__ import annotations

import pytest

from planner.constraints.schedule import Schedule
from planner.constraints.system import Only
from planner.documents.load import parse_scenario
from planner.proof.judge import Judge, Judged, Ruling, Without
from planner.proof.members import members_of
from planner.regimen.build import course_of
from planner.regimen.course import Course
from tests.proof.models import DRUG, POLICY

OVER = ("V.interfant.dose", "request.daily_dose_mcg")
DATED = ("request.first_infusion", "request.cycles")


def course_over_its_dose() -> Course:
    """5.41 mcg a day where 15 mcg/m2 on 0.36 m2 allow 5.4."""
    text = """\
format: planner-scenario/1
policy: eocco-0382
indication: infant-interfant
patient: {age: 0.5, weight_kg: 7, bsa_m2: 0.36}
pharmacy: {bags: [24h], holidays: none, transit_days: 0, max_days_ahead: 7}
request: {first_infusion: 2026-01-05, daily_dose_mcg: 5.41}
"""
    return course_of(parse_scenario(text).scenario, POLICY, DRUG)


def judge() -> Judge:
    course = course_over_its_dose()
    return Judge(course, [m.id for m in members_of(course)])


def test_both_members_of_a_clash_leave_no_calendar_and_either_alone_does() -> None:
    asked = judge()
    assert asked.ruling([*DATED, *OVER]) is Ruling.NO
    for one in OVER:
        judged = asked([*DATED, one])
        assert judged.ruling is Ruling.YES
        assert judged.schedule is not None


def test_what_follows_from_a_ruling_is_not_solved_again() -> None:
    asked = judge()
    assert asked.ruling([*DATED, *OVER]) is Ruling.NO
    assert asked.ruling([*DATED, OVER[0], "II.A"]) is Ruling.YES
    solved = asked.solved
    assert asked.ruling([*DATED, *OVER, "II.A"]) is Ruling.NO  # more rules than those that clash
    assert asked.ruling([*DATED, "II.A"]) is Ruling.YES  # fewer than a calendar keeps
    assert asked.solved == solved


def test_an_undecided_ruling_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = judge()
    answers = [Judged(Ruling.UNKNOWN), Judged(Ruling.YES, Schedule(()))]
    monkeypatch.setattr(asked, "_judge", lambda active, part: answers.pop(0))
    assert asked.ruling(["II.A"]) is Ruling.UNKNOWN
    assert asked.ruling(["II.A"]) is Ruling.YES


def test_a_calendar_of_some_cycles_shows_where_one_of_all_may_be() -> None:
    """Cycle 2 is wished for three days late: on the starts of the wish the rest is planned, too."""
    text = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-rr
patient: {age: 41, weight_kg: 70}
pharmacy: {bags: [24h], holidays: none, transit_days: 0}
request: {first_infusion: 2026-01-05, cycles: 4, cycle_starts: {2: 2026-02-19}}
"""
    course = course_of(parse_scenario(text).scenario, POLICY, DRUG)
    ids = [m.id for m in members_of(course)]
    part = Judge(course, ids, cycles=course.cycles[:2])(ids).schedule
    assert part is not None
    freer = [i for i in ids if i != "request.cycle_starts.2"]
    starts = part.origins()
    assert Judge(course, ids)(freer).schedule is not None
    judged = Judge(course, ids)(freer, part)
    assert judged.schedule is not None
    assert {n: judged.schedule.origins()[n] for n in starts} == starts


def test_all_rules_stand_but_the_members_and_instances_named() -> None:
    without = Without(frozenset({"II.A"}), frozenset({("V.rr.days", (1,))}))
    assert not without("II.A")
    assert not without("II.A", (3,))
    assert not without("V.rr.days", (1,))
    assert without("V.rr.days", (2,))
    assert without("V.rr.days") is Only(frozenset({"V.rr.days"}))("V.rr.days")
