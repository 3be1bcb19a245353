"""The spreadsheet, read back by another library than the one that writes it."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from planner.documents.plan import Plan
from planner.report.tables import Value, sheets
from planner.report.workbook import MOST_CHARACTERS, workbook
from tests.report.plans import plan


def _opened(made: Plan) -> Any:
    return load_workbook(io.BytesIO(workbook(made)))


def _plain(cell: Any) -> Any:
    return cell.value.date() if isinstance(cell.value, datetime) else cell.value


def _stored(value: Value) -> object:
    """What a cell can hold of a value: a number is a double, and empty text is no cell."""
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value


def test_every_sheet_equals_the_plan_cell_by_cell() -> None:
    made = plan(6, number="PA-1")
    book = _opened(made)

    assert book.sheetnames == [*(sheet.name for sheet in sheets(made)), "about"]
    for sheet in sheets(made):
        read = [[_plain(cell) for cell in row] for row in book[sheet.name].iter_rows(min_row=2)]
        assert read == [[_stored(value) for value in row] for row in sheet.rows], sheet.name


def test_dates_are_dates_and_codes_are_text() -> None:
    claims = _opened(plan(1))["claims"]
    head = [cell.value for cell in claims[1]]
    first = dict(zip(head, claims[2], strict=True))

    assert first["date"].is_date
    assert first["date"].number_format == "yyyy-mm-dd"
    assert (first["ndc"].data_type, first["ndc"].value) == ("s", "55513016001")
    assert first["ndc"].number_format == "@"
    assert first["units"].data_type == "n"


def test_headers_stay_in_view_and_are_repeated_in_print() -> None:
    book = _opened(plan(1))
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"


def test_the_same_plan_gives_the_same_bytes_at_another_time() -> None:
    first = workbook(plan(1))
    time.sleep(2.1)  # a zip's clock ticks every two seconds
    assert workbook(plan(1)) == first


def test_the_file_names_no_moment_but_the_plans_own() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(plan(1)))) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = packed.read("docProps/core.xml").decode()
    assert "2026-01-04T00:00:00Z" in core


def test_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    book = _opened(plan(1, number="9" * 40_000))
    value = book["authorizations"]["C2"].value
    assert len(value) == MOST_CHARACTERS
    assert value.endswith("9 (cut)")


@pytest.mark.parametrize("text", ["=1+1", "{=1}", "https://example.org", "0012", "1e5", "TRUE"])
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    book = _opened(plan(1, number=text))
    cell = book["authorizations"]["C2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)
