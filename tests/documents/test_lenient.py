"""What has one meaning is read as that, and told; what has two is refused with both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.api import plan
from planner.documents.base import KG_PER_POUND
from planner.documents.dates import readings
from planner.documents.load import InputErrors, LoadedScenario, parse_scenario, shipped
from planner.documents.plan import Plan
from planner.documents.positions import read_yaml
from planner.documents.scenario import Scenario

SHIPPED = shipped("scenarios")
NAMES = sorted(file.name for file in SHIPPED.iterdir() if file.name.endswith(".yaml"))
DAY = date(2026, 1, 25)


def loaded(patient: str = "weight_kg: 70", pharmacy: str = "", request: str = "") -> LoadedScenario:
    return parse_scenario(
        "format: planner-scenario/1\npolicy: eocco-0382\nindication: adult-rr\n"
        f"patient: {{age: 41, {patient}}}\npharmacy: {{{pharmacy}}}\n"
        f"request: {{first_infusion: 2026-01-05, cycles: 1{request}}}\n"
    )


def told(scenario: LoadedScenario) -> list[str]:
    return [f"{taken.path}: {taken.says}" for taken in scenario.taken]


@pytest.mark.parametrize("written", ["Tue", "tuesday", "TUE", "[Tuesdays]", "['tues.']"])
def test_a_weekday_is_read_however_it_is_spelt(written: str) -> None:
    assert loaded(pharmacy=f"dispense_days: {written}").scenario.pharmacy.dispense_days == ("tue",)


@pytest.mark.parametrize(
    "written",
    [
        "[Mon-Fri]",
        "mon-fri",
        "Mon to Fri",
        "weekdays",
        "'Mon, Tue, Wed, Thu, Fri'",
        "[mon-thu, fri]",
    ],
)
def test_a_span_of_weekdays_is_each_of_its_days(written: str) -> None:
    """Five days, and not Monday alone."""
    days = loaded(pharmacy=f"bag_change_days: {written}").scenario.pharmacy.bag_change_days
    assert days == ("mon", "tue", "wed", "thu", "fri")


def test_a_span_of_weekdays_goes_on_over_the_weekend() -> None:
    days = loaded(pharmacy="bag_change_days: [fri-mon]").scenario.pharmacy.bag_change_days
    assert days == ("fri", "sat", "sun", "mon")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("7 days", "7d"),
        ("7-day", "7d"),
        ("7D", "7d"),
        ("168h", "7d"),
        ("3 days", "72h"),
        ("24 hr", "24h"),
        ("1 day", "24h"),
        ("96 hours", "96h"),
        ("2-day bag", "48h"),
    ],
)
def test_a_bag_is_read_by_its_length(written: str, name: str) -> None:
    assert loaded(pharmacy=f"bags: [{written}]").scenario.pharmacy.bags == (name,)
    assert loaded(pharmacy=f"bags: {written}").scenario.pharmacy.bags == (name,)


@pytest.mark.parametrize(("written", "meant"), [("yes", True), ("No", False), ("off", False)])
def test_yes_and_no_are_true_and_false(written: str, meant: bool) -> None:
    assert loaded(pharmacy=f"ready_made: {written}").scenario.pharmacy.ready_made is meant


@pytest.mark.parametrize("written", ["Oregon", "OREGON", "or", "'Oregon '"])
def test_a_state_is_read_by_its_name(written: str) -> None:
    assert loaded(patient=f"weight_kg: 70, state: {written}").scenario.patient.state == "OR"


@pytest.mark.parametrize("written", ["c91.02", "C9102", "c9102"])
def test_a_diagnosis_is_read_without_its_dot(written: str) -> None:
    patient = loaded(patient=f"weight_kg: 70, diagnosis: {written}").scenario.patient
    assert patient.diagnosis == "C91.02"


@pytest.mark.parametrize(
    "written",
    [
        "1/25/2026",
        "25/1/2026",
        "01-25-2026",
        "1/25/26",
        "2026-1-25",
        "2026/01/25",
        "20260125",
        "25 Jan 2026",
        "'Jan 25, 2026'",
        "January 25th 2026",
        "'Sunday, 25 January 2026'",
        "2026-01-25T00:00:00",
        "2026-01-25 00:00",
    ],
)
def test_a_date_with_one_reading_is_read(written: str) -> None:
    """There is no month 25, and no other century within the dates allowed."""
    read = loaded(request=f", finish_by: {written}")
    assert read.scenario.request.finish_by == DAY
    assert [taken.path for taken in read.taken] == ["request.finish_by"]


def test_a_date_whose_two_readings_are_one_day_is_read() -> None:
    assert loaded(request=", finish_by: 05/05/2026").scenario.request.finish_by == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("written", "both"),
    [
        ("03/04/2026", "2026-03-04 (4 March 2026) or 2026-04-03 (3 April 2026)"),
        ("3.4.26", "2003-04-26 (26 April 2003) or 2026-03-04 (4 March 2026) or "
         "2026-04-03 (3 April 2026)"),
    ],
)  # fmt: skip
def test_a_date_with_two_readings_is_refused_with_both(written: str, both: str) -> None:
    with pytest.raises(InputErrors) as refused:
        loaded(request=f", finish_by: {written}")
    (problem,) = refused.value.problems
    assert problem.maybe == f"it is {both}: write the one that is meant."


@pytest.mark.parametrize(
    "written", ["2026-02-30", "2026-01-25 12:00", "Mon 25 Jan 2026", "25/25/26"]
)
def test_a_date_without_a_reading_is_refused(written: str) -> None:
    """25 January 2026 is a Sunday."""
    with pytest.raises(InputErrors):
        loaded(request=f", finish_by: {written}")


def test_a_birth_date_may_lie_in_either_century() -> None:
    with pytest.raises(InputErrors, match=r"1926-01-25 .* or 2026-01-25"):
        parse_scenario("{patient: {birth_date: 1/25/26}}")


def test_pounds_and_inches_are_converted_exactly() -> None:
    # 154 x 0.45359237 = 69.853..., 69 x 2.54 = 175.26
    read = loaded(patient="weight_lb: 154, height_in: 69")
    assert read.scenario.patient.weight_kg == Decimal("69.85")
    assert read.scenario.patient.height_cm == Decimal("175.26")
    assert told(read) == [
        "patient.weight_lb: 154 lb is 69.85 kg.",
        "patient.height_in: 69 in is 175.26 cm.",
    ]
    assert read.line("patient.weight_kg") == 4


def test_dated_weights_may_be_in_pounds() -> None:
    read = loaded(patient="weight_kg: [{date: 1/25/2026, lb: 154}, {date: 2026-02-25, kg: 70}]")
    weights = read.scenario.patient.weight_kg
    assert isinstance(weights, tuple)
    assert [entry.kg for entry in weights] == [Decimal("69.85"), Decimal(70)]


@given(st.decimals(80, 220, places=2, allow_nan=False))
@example(Decimal("99.2"))
def test_no_bound_of_a_weight_is_passed_by_rounding(pounds: Decimal) -> None:
    """99.2 lb is 44.996 kg: below 45 kg, where another dose begins."""
    read = loaded(patient=f"weight_lb: {pounds}, height_cm: 160")
    kg = read.scenario.patient.weight_kg
    assert isinstance(kg, Decimal)
    assert 0 <= pounds * KG_PER_POUND - kg < Decimal("0.01")


def test_a_weight_is_given_in_one_unit() -> None:
    with pytest.raises(InputErrors) as refused:
        loaded(patient="weight_kg: 70, weight_lb: 154")
    assert [(p.path, p.found, p.allowed) for p in refused.value.problems] == [
        ("patient.weight_lb", "weight_lb beside weight_kg", "one of the two")
    ]


@pytest.mark.parametrize("written", ["'70'", "70 kg", "70.0 KG", "'70.00'"])
def test_a_number_in_quotes_or_with_its_own_unit_is_that_number(written: str) -> None:
    assert loaded(patient=f"weight_kg: {written}").scenario.patient.weight_kg == 70


@pytest.mark.parametrize("written", ["154 lb", "70 cm", "seventy", "70 kg or so", "7O", "-"])
def test_a_number_with_another_unit_is_refused(written: str) -> None:
    with pytest.raises(InputErrors):
        loaded(patient=f"weight_kg: {written}")


def test_a_count_is_read_from_a_whole_decimal_alone() -> None:
    assert loaded(request=", max_delay_days: 28.0").scenario.request.max_delay_days == 28
    with pytest.raises(InputErrors):
        loaded(request=", max_delay_days: 28.5")


def test_keys_and_words_are_read_in_any_case() -> None:
    read = parse_scenario(
        "{Format: planner-scenario/1, policy: eocco-0382, indication: Adult RR,\n"
        "patient: {Weight-KG: 70}, pharmacy: {holidays: US Federal},\n"
        "request: {First Infusion: 2026-01-05}}"
    )
    assert read.scenario.indication == "adult-rr"
    assert read.scenario.pharmacy.holidays == "us-federal"
    assert read.line("request.first_infusion") == 3


def test_a_key_in_two_spellings_is_refused() -> None:
    with pytest.raises(InputErrors, match=r"unknown key 'Weight_kg'"):
        loaded(patient="weight_kg: 70, Weight_kg: 71")


def test_an_error_behind_a_span_points_to_its_own_place() -> None:
    with pytest.raises(InputErrors) as refused:
        loaded(pharmacy="bag_change_days: [mon-fri, feiertag]")
    assert [(p.path, p.column) for p in refused.value.problems] == [
        ("pharmacy.bag_change_days[5]", 39)
    ]


def test_what_stands_in_the_form_of_the_files_is_not_told() -> None:
    read = loaded(pharmacy="bags: [24h], dispense_days: [mon], holidays: [2026-01-01]")
    assert read.taken == ()


def test_the_plan_says_what_was_understood_and_keeps_the_files_form() -> None:
    made = plan(loaded(patient="weight_lb: 154", pharmacy="dispense_days: [Mon-Fri]"))
    assert isinstance(made, Plan)
    first = [(entry.path, entry.value, entry.says) for entry in made.assumed[:2]]
    assert first == [
        ("patient.weight_lb", "69.85", "154 lb is 69.85 kg."),
        (
            "pharmacy.dispense_days",
            "mon, tue, wed, thu, fri",
            "'Mon-Fri' is read as mon, tue, wed, thu, fri.",
        ),
    ]
    again: Any = made.model_dump(mode="json", by_alias=True)["scenario"]["document"]
    assert Scenario.model_validate(again).patient.weight_kg == Decimal("69.85")


@pytest.mark.parametrize(
    "name", sorted(file.name for file in SHIPPED.iterdir() if file.name.endswith(".yaml"))
)
def test_a_shipped_scenario_is_read_as_it_is_written(name: str) -> None:
    """Leniency leaves alone what stands in the form of the files."""
    raw = SHIPPED.joinpath(name).read_bytes()
    read = parse_scenario(raw)
    assert read.taken == ()
    assert read.scenario == Scenario.model_validate(read_yaml(raw, name).value)


@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y/%m/%d", "%d %b %Y", "%B %d, %Y", "%a %d %B %Y", "%Y%m%d"]),
)
def test_a_date_is_read_in_every_form_that_names_its_parts(day: date, form: str) -> None:
    assert readings(day.strftime(form), date(1990, 1, 1), date(2100, 12, 31)) == (day,)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_figures_alone_have_one_reading_or_two(day: date) -> None:
    """Two where the day of the month could be a month, and is not that month's own number."""
    found = readings(day.strftime("%m/%d/%Y"), date(1990, 1, 1), date(2100, 12, 31))
    assert day in found
    assert len(found) == (2 if day.day <= 12 and day.day != day.month else 1)
