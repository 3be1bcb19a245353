"""CSV files, read back by the standard library's reader."""

from __future__ import annotations

import csv
import io

import pytest

from planner.report.tables import claim_sheet, csv_text, dispense_sheet, sheets
from tests.report.plans import plan


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_claims_csv_equals_the_plan_line_by_line() -> None:
    made = plan(2, number="PA-1")
    rows = _read(csv_text(claim_sheet(made)))

    assert len(rows) == len(made.claims)
    for row, line in zip(rows, made.claims, strict=True):
        assert row == {
            "date": line.date.isoformat(),
            "cycle": str(line.cycle),
            "hcpcs": line.hcpcs,
            "units": str(line.units),
            "modifier": line.modifier or "",
            "ndc": line.ndc,
            "ndc_units": str(line.ndc_units),
            "diagnosis": line.diagnosis,
            "authorization": line.authorization,
            "authorization_number": "PA-1",
            "past": "false",
            "criteria": "",
        }


def test_dispenses_csv_equals_the_plan_row_by_row() -> None:
    made = plan(3)
    rows = _read(csv_text(dispense_sheet(made)))

    assert [(r["date"], r["delivered"], r["vials"], r["days_supply"]) for r in rows] == [
        (d.date.isoformat(), d.delivered.isoformat(), str(d.vials), str(d.days_supply))
        for d in made.dispenses
    ]


def test_lines_end_as_rfc_4180_says_and_codes_stand_in_quotes() -> None:
    text = csv_text(claim_sheet(plan(1)))

    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert '"55513016001"' in text
    assert ',9,"",' in text  # units are a number


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
    ],
)
def test_no_cell_starts_like_a_formula(text: str) -> None:
    made = plan(1, number=text)

    assert {row["authorization_number"] for row in _read(csv_text(claim_sheet(made)))} == {
        f"'{text}"
    }


def test_there_is_a_sheet_for_every_kind_of_row() -> None:
    made = plan(1)
    assert {sheet.name: len(sheet.rows) for sheet in sheets(made)} == {
        "cycles": 1,
        "bags": 28,
        "dispenses": 1,
        "claims": 56,
        "limits": 2,
        "authorizations": 1,
    }
