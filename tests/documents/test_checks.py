"""Checks over several fields, at their edges; more refusals in tests/scenarios/invalid."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner.documents.load import (
    InputErrors,
    check_against,
    load_drug,
    load_policy,
    parse_scenario,
)

POLICY, DRUG = load_policy("eocco-0382").policy, load_drug("blinatumomab").drug


def problems(**parts: Any) -> list[str]:
    """The paths that are refused in a sound scenario with ``parts`` put in."""
    document: dict[str, Any] = {
        "format": "planner-scenario/1",
        "policy": "eocco-0382",
        "patient": {"weight_kg": 70},
        "indication": "adult-rr",
        "request": {"first_infusion": "2026-01-05"},
    }
    for key, value in parts.items():
        merges = isinstance(value, dict) and key in document
        document[key] = {**document[key], **value} if merges else value
    try:
        loaded = parse_scenario(json.dumps(document))
    except InputErrors as errors:
        return [problem.path for problem in errors.problems]
    return [problem.path for problem in check_against(loaded, POLICY, DRUG)]


def test_age_may_be_unknown() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("birth", "age", "refused"),
    [
        ("1985-01-05", 41, False),  # the birthday itself
        ("1985-01-06", 41, True),  # 40 until the day after
        ("1985-01-06", 40, False),
        ("2025-07-05", 0.5, False),
        ("2025-07-20", 0.5, False),  # five completed months: within one of six
        ("2025-09-05", 0.5, True),  # four
    ],
)
def test_age_and_birth_date_agree_to_the_day(birth: str, age: float, refused: bool) -> None:
    weight = 70 if age > 1 else 7
    body = {"birth_date": birth, "age": age, "weight_kg": weight, "bsa_m2": 1.8 if age > 1 else 0.4}
    assert problems(patient=body) == (["patient.age"] if refused else [])


def test_a_window_for_the_first_infusion_leaves_age_its_room() -> None:
    """Born 1985-01-20: 40 at its beginning, 41 at its end."""
    window = {"first_infusion": {"earliest": "2026-01-05", "latest": "2026-02-02"}}
    for age, refused in ((40, []), (41, []), (42, ["patient.age"])):
        body = {"birth_date": "1985-01-20", "age": age}
        assert problems(patient=body, request=window) == refused


def test_a_birth_on_the_first_infusion_day_is_not_in_the_future() -> None:
    body = {"birth_date": "2026-01-05", "weight_kg": 3.4, "bsa_m2": 0.22}
    assert problems(patient=body) == []
    assert problems(patient={**body, "birth_date": "2026-01-06"}) == ["patient.birth_date"]
    assert problems(patient=body, as_of="2026-01-04") == ["patient.birth_date"]


@pytest.mark.parametrize(
    ("kg", "height", "surface_needed"),
    [(45, None, False), (44.99, None, True), (44.99, 150, False)],
)
def test_a_surface_is_needed_below_the_policy_s_weight(
    kg: float, height: int | None, surface_needed: bool
) -> None:
    found = problems(patient={"weight_kg": kg, "height_cm": height})
    assert found == (["patient"] if surface_needed else [])


def test_one_light_weight_among_dated_ones_needs_a_surface() -> None:
    weights = [{"date": "2026-01-01", "kg": 44}, {"date": "2026-03-01", "kg": 46}]
    assert problems(patient={"weight_kg": weights}) == ["patient"]
    assert problems(patient={"weight_kg": weights, "bsa_m2": 1.4}) == []


def test_as_of_is_the_day_after_the_last_of_history() -> None:
    history = {"cycles": [{"cycle": 1, "start": "2026-01-05"}]}
    assert problems(history=history, as_of="2026-01-06") == []
    assert problems(history=history, as_of="2026-01-05") == ["history.cycles[0].start"]


def test_vials_may_be_sent_ahead_for_the_next_cycle_only() -> None:
    for cycle, refused in ((2, []), (3, ["history.dispenses[0].cycle"])):
        history = {
            "cycles": [{"cycle": 1, "start": "2026-01-05"}],
            "dispenses": [{"date": "2026-02-13", "vials": 24, "cycle": cycle}],
        }
        assert problems(history=history, as_of="2026-02-14") == refused


def test_as_many_vials_are_used_as_were_sent() -> None:
    bags = [{"hang": "2026-01-05", "days": 2, "vials": 2}]
    for sent, refused in ((3, []), (2, ["history.cycles[0].bags"])):
        history = {
            "cycles": [{"cycle": 1, "start": "2026-01-05", "bags": bags}],
            "dispenses": [{"date": "2026-01-02", "vials": sent, "cycle": 1}],
            "wasted": [{"date": "2026-01-06", "vials": 1, "cycle": 1}],
        }
        assert problems(history=history, as_of="2026-01-07") == refused


def test_an_interruption_begins_after_the_first_day() -> None:
    for start, refused in (
        ("2026-01-05", ["history.interruptions[0].start"]),
        ("2026-01-06", []),
    ):
        history = {
            "cycles": [{"cycle": 1, "start": "2026-01-05"}],
            "interruptions": [{"cycle": 1, "start": start, "days": 2}],
        }
        assert problems(history=history, as_of="2026-01-20") == refused


def test_a_bag_hangs_when_the_one_before_is_empty_or_the_interruption_is_over() -> None:
    """The first bag is empty on 12 January; two days without infusion move the next to the 14th."""
    told = [{"cycle": 1, "start": "2026-01-12", "days": 2}]
    for hang, interruptions, refused in (
        ("2026-01-12", [], []),
        ("2026-01-13", [], ["history.cycles[0].bags[1].hang"]),
        ("2026-01-13", told, ["history.cycles[0].bags[1].hang"]),
        ("2026-01-14", told, []),
    ):
        bags = [
            {"hang": "2026-01-05", "days": 7, "vials": 4},
            {"hang": hang, "days": 7, "vials": 6},
        ]
        history = {
            "cycles": [{"cycle": 1, "start": "2026-01-05", "bags": bags}],
            "interruptions": interruptions,
        }
        assert problems(history=history, as_of="2026-01-19") == refused


def test_no_interruption_begins_inside_a_bag() -> None:
    bags = [{"hang": "2026-01-05", "days": 7, "vials": 4}]
    for start, refused in (
        ("2026-01-11", ["history.interruptions[0].start"]),
        ("2026-01-12", []),
    ):
        history = {
            "cycles": [{"cycle": 1, "start": "2026-01-05", "bags": bags}],
            "interruptions": [{"cycle": 1, "start": start, "days": 3}],
        }
        assert problems(history=history, as_of="2026-01-14") == refused


def test_a_bag_names_a_dispense_that_is_listed_and_has_its_vials() -> None:
    for sent, vials, refused in (
        ("2026-01-02", 4, []),
        ("2026-01-02", 5, ["history.cycles[0].bags[0].dispense"]),
        ("2026-01-03", 4, ["history.cycles[0].bags[0].dispense"]),
    ):
        bag = {"hang": "2026-01-05", "days": 7, "vials": vials, "dispense": sent}
        history = {
            "cycles": [{"cycle": 1, "start": "2026-01-05", "bags": [bag]}],
            "dispenses": [
                {"date": "2026-01-02", "vials": 4, "cycle": 1},
                {"date": "2026-01-05", "vials": 6, "cycle": 1},
            ],
        }
        assert problems(history=history, as_of="2026-01-08") == refused


def test_interruptions_of_a_cycle_follow_one_another() -> None:
    for start, refused in (("2026-01-12", []), ("2026-01-11", ["history.interruptions[1].start"])):
        history = {
            "cycles": [{"cycle": 1, "start": "2026-01-05"}],
            "interruptions": [
                {"cycle": 1, "start": "2026-01-10", "days": 2},
                {"cycle": 1, "start": start, "days": 1},
            ],
        }
        assert problems(history=history, as_of="2026-01-20") == refused


@pytest.mark.parametrize(("share", "refused"), [(0.75, False), (1, False), (1.01, True)])
def test_a_share_is_above_0_and_up_to_1(share: float, refused: bool) -> None:
    found = problems(readings={"refill_threshold": share})
    assert found == (["readings.refill_threshold"] if refused else [])


def test_the_word_share_is_no_choice_of_its_own() -> None:
    assert problems(readings={"refill_threshold": "share"}) == ["readings.refill_threshold"]
    assert problems(readings={"refill_threshold": "off"}) == []


def test_a_policy_s_first_day_is_within_it() -> None:
    assert problems(request={"first_infusion": "2023-03-31"}) == []
    assert problems(request={"first_infusion": "2023-03-30"}) == ["request.first_infusion"]


def test_a_bag_that_the_drug_file_lacks_is_refused() -> None:
    loaded = parse_scenario(
        "format: planner-scenario/1\npolicy: eocco-0382\npatient: {weight_kg: 70}\n"
        "indication: adult-rr\nrequest: {first_infusion: 2026-01-05}\n"
        "pharmacy:\n  bags: [24h, 96h]\n"
    )
    bags = {name: bag for name, bag in DRUG.bags.items() if name != "96h"}
    found = check_against(loaded, POLICY, DRUG.model_copy(update={"bags": bags}))
    assert [(problem.path, problem.line) for problem in found] == [("pharmacy.bags[1]", 7)]


def test_a_drug_that_is_not_the_policy_s_is_refused() -> None:
    loaded = parse_scenario(
        "format: planner-scenario/1\npolicy: eocco-0382\ndrug: other\npatient: {weight_kg: 70}\n"
        "indication: adult-rr\nrequest: {first_infusion: 2026-01-05}\n"
    )
    found = check_against(loaded, POLICY, DRUG.model_copy(update={"id": "other"}))
    assert [problem.path for problem in found] == ["drug"]


def test_every_error_of_a_file_is_told_at_once() -> None:
    """A refused weight hides none of the errors beside it, nor makes any up."""
    found = problems(
        patient={"weight_kg": "154 lb", "birth_date": "2030-01-01", "height_cm": 175},
        history={"cycles": [{"cycle": 1, "start": "2026-01-05"}]},
        objectives=["delay", "delay"],
    )
    assert sorted(found) == ["as_of", "objectives[1]", "patient.birth_date", "patient.weight_kg"]
