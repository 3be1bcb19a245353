"""The file that says who bills whom: what it refuses, and how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.documents.errors import InputErrors
from planner.documents.parties import Parties, load_parties
from tests.report.parties import ADDRESS, PARTIES


def _changed(path: str, value: object) -> dict[str, Any]:
    head, _, rest = path.partition(".")
    part = PARTIES.get(head, {})
    return {**PARTIES, head: {**part, rest: value} if rest else value}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("provider.npi", "1234567890"),
        ("provider.npi", "123456789"),
        ("provider.npi", "3234567893"),
        ("provider.tax_id", "12-3456789"),
        ("provider.address", {**ADDRESS, "zip": "97801"}),
        ("provider.name", "A*B"),
        ("provider.name", "A~B"),
        ("provider.name", "Stra\u00dfe"),
        ("provider.name", ""),
        ("provider.name", "x" * 61),
        ("subscriber.last_name", "O:Brien"),
        ("subscriber.last_name", " Doe"),
        ("subscriber.birth_date", "1985-02-30"),
        ("subscriber.sex", "X"),
        ("submitter.phone", "541-555-0100"),
        ("payer.filing", "Medicaid"),
        ("price_per_unit", 0),
        ("price_per_unit", "4.75"),
        ("control_number", 0),
        ("place_of_service", "home"),
        ("usage", "live"),
        ("format", "planner-parties/2"),
    ],
)
def test_what_an_837_cannot_carry_is_refused_with_its_place(
    path: str, value: object, tmp_path: Path
) -> None:
    file = tmp_path / "parties.yaml"
    file.write_text(json.dumps(_changed(path, value)), encoding="utf-8")
    with pytest.raises(InputErrors) as refused:
        load_parties(file)
    assert path.split(".")[-1] in str(refused.value)


def test_names_with_the_punctuation_of_x12_are_read(tmp_path: Path) -> None:
    parties = Parties.model_validate(_changed("subscriber.last_name", "O'Brien-Smith, Jr."))
    assert parties.subscriber.last_name == "O'Brien-Smith, Jr."


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match=r"parties\.yaml"):
        load_parties(tmp_path / "parties.yaml")
