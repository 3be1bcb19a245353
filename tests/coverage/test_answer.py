"""The answer for one patient: routes, ages, dates, readings, notes."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest

from planner.documents.criteria import CriteriaAnswer
from tests.coverage.asking import BY_LEVEL, EXPERIENCED, NEGATIVE, POSITIVE, answer
from tests.coverage.outcomes import CONNECTOR, SINGLE_AGENT
from tests.coverage.patients import BASES, START, Plain, born, put, reading


def verdict(written: Plain, leaf: str, *, renewal: bool = False) -> str:
    return next(q.verdict for q in answer(written, renewal=renewal).leaves if q.id == leaf)


def starting(written: Plain, first: date, last: date | None = None) -> Plain:
    """A copy whose first infusion is on a day, or in a window."""
    changed = deepcopy(written)
    window = {"earliest": first.isoformat(), "latest": (last or first).isoformat()}
    changed["request"]["first_infusion"] = window if last else first.isoformat()
    return changed


# Ages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "met"),
    [
        (date(2011, 1, 12), "met"),  # 15 on the first infusion day
        (date(2011, 1, 13), "not-met"),  # on the day after
        (date(2010, 12, 31), "met"),
    ],
)
def test_fifteen_years_are_completed_on_the_birthday(birth: date, met: str) -> None:
    assert verdict(born(BASES[EXPERIENCED], birth), "III.adult.age") == met


def test_a_leap_day_birthday_comes_on_the_first_of_march() -> None:
    base = born(BASES[EXPERIENCED], date(2012, 2, 29))
    assert verdict(starting(base, date(2027, 2, 28)), "III.adult.age") == "not-met"
    assert verdict(starting(base, date(2027, 3, 1)), "III.adult.age") == "met"


@pytest.mark.parametrize(
    ("birth", "start", "met"),
    [
        (date(2025, 12, 12), date(2026, 1, 12), "met"),
        (date(2025, 12, 13), date(2026, 1, 12), "not-met"),
        (date(2026, 1, 31), date(2026, 2, 28), "not-met"),  # February has no 31st
        (date(2026, 1, 31), date(2026, 3, 1), "met"),
        (date(2026, 2, 28), date(2026, 3, 28), "met"),  # 28 days are a month here
    ],
)
def test_a_month_is_completed_by_calendar(birth: date, start: date, met: str) -> None:
    base = starting(born(BASES["pediatric.interfant"], birth), start)
    assert verdict(base, "III.pediatric.age") == met


@pytest.mark.parametrize(
    ("age", "met"),
    [
        (0.07, "not-met"),  # below 0.08 years, 0.96 months
        (0.08, "unknown"),  # from 0.96 to below 1.08 months
        (0.083, "unknown"),  # from 0.996 months
        (0.084, "met"),  # from 1.008 months
        (0.1, "met"),
        (0, "unknown"),  # any day of the first year
        (1, "met"),
    ],
)
def test_an_age_in_years_counts_to_its_last_digit(age: float, met: str) -> None:
    base = put(BASES["pediatric.interfant"], "age", age)
    assert verdict(base, "III.pediatric.age") == met


def test_an_age_too_rough_to_tell_is_settled_by_the_date_of_birth() -> None:
    found = answer(put(BASES["pediatric.interfant"], "age", 0))
    assert (found.status, found.missing) == ("undecided", ("patient.birth_date",))
    assert [step.needs for step in found.to_meet] == ["at least 1 month"]


def test_an_age_too_low_is_named_as_it_was_given() -> None:
    [step] = answer(put(BASES[EXPERIENCED], "age", 14)).to_meet
    assert (step.fact, step.found, step.needs) == ("patient.age", "14 years", "at least 15 years")


def test_the_age_is_that_of_the_first_infusion_day() -> None:
    """Fifteen on 20 January: too young on the 12th, not on the 20th, unknown in a window."""
    base = born(BASES[EXPERIENCED], date(2011, 1, 20))
    assert answer(starting(base, date(2026, 1, 12))).status == "not-met"
    assert answer(starting(base, date(2026, 1, 20))).status == "met"
    found = answer(starting(base, date(2026, 1, 12), date(2026, 1, 30)))
    assert (found.status, found.missing) == ("undecided", ("request.first_infusion",))
    assert [step.needs for step in found.to_meet] == ["2026-01-20 to 2026-01-30"]


def test_a_course_under_way_is_held_to_the_day_it_began() -> None:
    base = born(BASES[EXPERIENCED], date(2011, 1, 20))
    base["as_of"] = "2026-03-01"
    base["history"] = {"cycles": [{"cycle": 1, "start": "2026-01-12"}]}
    found = answer(starting(base, date(2026, 3, 1)))
    assert (found.status, found.start_from, found.start_to) == ("not-met", START, START)


# Live vaccines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "met"), [(15, "met"), (14, "not-met"), (1, "not-met"), (0, "not-met")]
)
def test_the_last_live_vaccine_lies_more_than_two_weeks_back(days: int, met: str) -> None:
    last = (START - timedelta(days)).isoformat()
    base = put(BASES[EXPERIENCED], "facts.live_vaccine.last", last)
    assert verdict(base, "III.universal.live-vaccine-before") == met


def test_a_start_in_a_window_is_long_enough_after_a_vaccine_on_its_later_days() -> None:
    """Vaccine on 1 January: 15 days on the 16th."""
    base = put(BASES[EXPERIENCED], "facts.live_vaccine.last", "2026-01-01")
    found = answer(starting(base, date(2026, 1, 12), date(2026, 1, 20)))
    assert (found.status, found.missing) == ("undecided", ("request.first_infusion",))
    assert [step.needs for step in found.to_meet] == ["2026-01-16 to 2026-01-20"]


# Names -------------------------------------------------------------------------------------------


def test_a_name_the_policy_does_not_list_is_left_to_a_reviewer() -> None:
    base = put(BASES[EXPERIENCED], "facts.tki.refractory", ["asciminib"])
    found = answer(base)
    assert (found.status, found.missing) == ("undecided", ("patient.facts.tki.refractory",))
    assert [note for note in found.notes if "'asciminib'" in note]


def test_a_list_left_out_beside_a_given_one_is_unknown() -> None:
    base = put(BASES[EXPERIENCED], "facts.tki", {"refractory": []})
    assert verdict(base, "III.adult.rr.tki-refractory") == "not-met"
    assert verdict(base, "III.adult.rr.tki-intolerant") == "unknown"


# Readings ----------------------------------------------------------------------------------------


def test_the_outcome_depends_on_a_reading_where_single_agent_and_level_differ() -> None:
    """A single agent at 0.02 percent: met by OR as printed, not met by AND."""
    found = answer(BASES[POSITIVE])
    assert (found.status, found.depends_on_reading) == ("met", True)
    outcomes = {
        (way.readings[CONNECTOR], way.readings[SINGLE_AGENT]): (way.status, way.can_be_met)
        for way in found.outcomes
    }
    assert outcomes == {
        ("or", "or"): ("met", True),
        ("or", "and"): ("not-met", True),
        ("and", "or"): ("not-met", False),
        ("and", "and"): ("not-met", False),
    }
    other = answer(reading(BASES[POSITIVE], {SINGLE_AGENT: "and"}))
    assert (other.status, other.depends_on_reading) == ("not-met", True)
    assert other.readings == {CONNECTOR: "or", SINGLE_AGENT: "and"}


def test_the_outcome_depends_on_no_reading_where_both_hold_or_neither_counts() -> None:
    both = put(BASES[POSITIVE], "facts.mrd.percent", 0.1)
    assert not answer(both).depends_on_reading
    assert not answer(BASES[NEGATIVE]).depends_on_reading
    assert not answer(BASES[EXPERIENCED]).depends_on_reading
    assert answer(BASES[EXPERIENCED]).outcomes == ()


@pytest.mark.parametrize("base", [POSITIVE, BY_LEVEL, NEGATIVE])
def test_the_printed_connector_approves_nobody_and_says_why(base: str) -> None:
    found = answer(reading(BASES[base], {CONNECTOR: "and"}))
    assert (found.status, found.depends_on_reading, found.to_meet) == ("not-met", True, ())
    [never] = found.never_met
    assert (never.reading, never.choice, never.chosen, never.proven) == (
        CONNECTOR,
        "and",
        True,
        True,
    )
    assert "patient.facts.mrd.status would have to be positive and negative" in never.says
    assert never.engine.startswith("CP-SAT ")


def test_the_printed_connector_is_shown_to_be_empty_wherever_it_bears_or_is_chosen() -> None:
    assert [never.chosen for never in answer(BASES[NEGATIVE]).never_met] == [False]
    assert answer(BASES[EXPERIENCED]).never_met == ()
    chosen = answer(reading(BASES[EXPERIENCED], {CONNECTOR: "and"}))
    assert ([never.chosen for never in chosen.never_met], chosen.status) == ([True], "met")


# Routes and notes --------------------------------------------------------------------------------


def routes(found: CriteriaAnswer, **flags: bool) -> dict[str, str]:
    return {
        way.id: way.status
        for way in found.routes
        if all(getattr(way, name) == flag for name, flag in flags.items())
    }


def test_a_young_adult_is_tried_by_adult_and_pediatric_criteria() -> None:
    """At 20 both footnotes reach the patient; the indication counts, the other group is shown."""
    found = answer(BASES["aya.rr"])
    assert routes(found, counts=True) == {
        "adult.rr.ph-positive.tki-experienced": "met",
        "adult.rr.ph-positive.tki-intolerant": "not-met",
        "adult.rr.ph-negative": "not-met",
        "adult.rr.inotuzumab": "not-met",
    }
    assert routes(found, overlap=True) == {
        "pediatric.mrd": "unknown",
        "pediatric.rr": "met",
        "pediatric.interfant": "not-met",
    }
    [note] = found.notes
    assert note.startswith("Pediatric, relapsed or refractory (pediatric.rr) is met as well")


def test_a_route_of_another_indication_never_counts() -> None:
    """Without a TKI behind it the adult route fails, though the pediatric one would do."""
    found = answer(put(BASES["aya.rr"], "facts.tki", {"refractory": [], "intolerant": []}))
    assert found.status == "not-met"
    assert routes(found, overlap=True)["pediatric.rr"] == "met"


@pytest.mark.parametrize(
    ("base", "age", "reached"),
    [
        (EXPERIENCED, 30, True),
        (EXPERIENCED, 31, False),
        ("pediatric.rr", 14, False),
        ("pediatric.rr", 15, True),
        ("pediatric.rr", 39, True),
        ("pediatric.rr", 40, False),
    ],
)
def test_footnotes_reach_from_15_to_39_and_up_to_30(base: str, age: int, reached: bool) -> None:
    assert bool(routes(answer(put(BASES[base], "age", age)), overlap=True)) == reached


def test_beyond_thirty_the_pediatric_criteria_are_left_to_a_reviewer() -> None:
    found = answer(put(BASES["pediatric.rr"], "age", 31))
    assert found.status == "met"
    assert [note for note in found.notes if "The patient is 31 years old" in note]
    assert not answer(put(BASES["pediatric.rr"], "age", 30)).notes


# The document ------------------------------------------------------------------------------------


def test_the_answer_has_the_published_names() -> None:
    shown = json.loads(answer(put(BASES[EXPERIENCED], "facts.disease", None)).model_dump_json())
    assert shown["format"] == "planner-criteria/1"
    assert shown["status"] == "undecided"
    assert {"id", "status"} <= set(shown["routes"][0])
    assert {"id", "section", "says", "verdict"} <= set(shown["leaves"][0])
    assert shown["missing"] == ["patient.facts.disease"]
    assert shown["depends_on_reading"] is False
    assert shown["readings"] == {CONNECTOR: "or", SINGLE_AGENT: "or"}


def test_the_same_scenario_gives_the_same_bytes() -> None:
    written = put(BASES[POSITIVE], "facts.mrd.status", None)
    assert answer(written).model_dump_json() == answer(written).model_dump_json()
