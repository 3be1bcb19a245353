"""What an unknown word was perhaps meant to be."""

from __future__ import annotations

import pytest

from planner.documents.kinds import is_document, step
from planner.documents.scenario import Patient, Pharmacy, Request, Scenario
from planner.documents.suggest import MEANINGS, near

PATIENT = [*Patient.model_fields, *Patient.in_other_units]
PHARMACY = list(Pharmacy.model_fields)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("dob", PATIENT, "birth_date"),
        ("weight", PATIENT, "weight_kg or weight_lb"),
        ("nurse_days", PHARMACY, "bag_change_days"),
        ("Ship Days", PHARMACY, "dispense_days"),
        ("qty", ["date", "vials", "cycle"], "vials"),
        ("qty", ["date", "units", "cycle"], "units"),
        ("start_date", list(Request.model_fields), "first_infusion"),
    ],
)
def test_a_word_is_known_by_its_meaning(word: str, known: list[str], meant: str) -> None:
    assert near(word, known) == f"you meant {meant}."


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("weigth_kg", PATIENT, "weight_kg"),
        ("wieght_kg", PATIENT, "weight_kg"),
        ("vial", ["delay", "vials"], "vials"),
        ("quantities", ["quantity", "units"], "quantity"),
        ("eocco-382", ["eocco-0382", "dme-mac-l33794"], "eocco-0382"),
        ("birthdate", PATIENT, "birth_date"),
    ],
)
def test_a_slip_of_the_fingers_is_seen_through(word: str, known: list[str], meant: str) -> None:
    assert near(word, known) == f"you meant {meant}."


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("36h", ["24h", "48h", "72h", "96h", "7d"]),
        ("hold_days", PHARMACY),
        ("freight", PATIENT),
        ("gender", PATIENT),
        ("weekly", ["delay", "vials", "dispenses"]),
        ("x" * 10_000, PATIENT),
    ],
)
def test_what_is_only_spelt_like_a_known_word_is_not_suggested(word: str, known: list[str]) -> None:
    assert near(word, known) is None


def test_no_known_key_is_taken_for_another_in_its_own_place() -> None:
    """A word of the table that is a key itself means itself where it stands."""
    for kind in (Patient, Pharmacy, Request, Scenario):
        for name in kind.model_fields:
            assert name not in MEANINGS or is_document(step(kind, name)[0])
