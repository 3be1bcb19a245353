"""Whatever stands in a free field arrives as text, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pandas
import pytest
from ical.calendar_stream import IcsCalendarStream
from openpyxl import load_workbook
from rich.console import Console

from planner.documents.load import load_policy
from planner.documents.printed import document_json
from planner.report import check
from planner.report.calendar_ics import calendar_files, published
from planner.report.html import report_html
from planner.report.screen import render
from planner.report.tables import FORMULA_STARTS, claim_sheet, csv_text
from planner.report.text import shown
from planner.report.workbook import workbook
from tests.report import pages, rfc5545
from tests.report.conflicts import conflict
from tests.report.hostile import every_text, hostile, hostile_policy
from tests.report.plans import plan

POLICY = load_policy("eocco-0382").policy


@every_text
def test_the_page_has_the_elements_of_a_harmless_one(text: str) -> None:
    made = hostile(text, violations=True)
    page = pages.read(report_html(made, hostile_policy(POLICY, text)))
    plain = hostile("harmless", violations=True)
    harmless = pages.read(report_html(plain, hostile_policy(POLICY, "harmless")))

    def bones(node: pages.Node) -> Any:
        classes = {*node.attributes.get("class", "").split()} - {"short", "long", "stays"}
        inside = [bones(child) for child in node.children if isinstance(child, pages.Node)]
        if node.tag in ("svg", "details"):  # labels that do not fit are left out
            inside = [name for name in inside if name[0] != "text"]
        return (node.tag, sorted(node.attributes), sorted(classes), inside)

    assert _without_labels(bones(page)) == _without_labels(bones(harmless))
    written = [page.text(), *(v for node in page.walk() for v in node.attributes.values())]
    assert all(mark.isprintable() or mark == "\n" for piece in written for mark in piece)
    assert not page.all("script")
    assert len(page.all("style")) == 1


def _without_labels(bone: Any) -> Any:
    tag, attributes, classes, inside = bone
    return tag, attributes, classes, [_without_labels(b) for b in inside if b[0] != "text"]


@every_text
def test_the_page_shows_the_text_to_the_letter_with_what_cannot_be_read_as_escapes(
    text: str,
) -> None:
    page = pages.read(report_html(hostile(text), hostile_policy(POLICY, text)))

    assert page.all("h1")[0].text() == shown(text)
    assert page.by_id("authorizations").rows()[0][:2] == [shown(text).strip()] * 2
    assert page.by_id("claims").rows()[0][1] == shown(text).strip()
    assert page.all("title")[0].text() == f"Plan: {shown(text)}"
    assert page.by_id("limits").rows()[0][:2] == [shown(text).strip()] * 2
    (criterion, *_) = page.by_id("criteria").rows()
    assert [criterion[at] for at in (0, 2, 3, 4)] == [shown(text).strip()] * 4
    assert page.by_id("renewals").rows()[1][0] == shown(text).strip()
    assert shown(text) in page.by_id("coverage").text()
    assert page.by_id("grounds").text().count(shown(text)) >= 8


@every_text
def test_json_gives_the_text_back_unchanged(text: str) -> None:
    written = document_json(hostile(text)).encode("utf-8", "backslashreplace")
    read = json.loads(written)
    assert read["scenario"]["title"] == text
    assert read["authorizations"][0]["number"] == text


@every_text
def test_the_json_of_a_conflict_gives_the_text_back_unchanged(text: str) -> None:
    written = document_json(conflict(text)).encode("utf-8", "backslashreplace")
    read = json.loads(written)
    told = [read["because"], read["scenario"]["title"]]
    told += [item["says"] for part in ("conflict", "remedies", "assumed") for item in read[part]]
    told += [entry["says"] for entry in read["window"]["entries"]]
    assert set(told) == {text}


@every_text
@pytest.mark.parametrize("full", [False, True])
def test_the_terminal_shows_the_text_and_never_obeys_it(text: str, full: bool) -> None:
    out = io.StringIO()
    made = hostile(text, violations=True)
    render(made, Console(file=out, width=80), full=full)
    printed = out.getvalue()

    assert all(mark.isprintable() or mark == "\n" for mark in printed)
    assert max(map(len, printed.splitlines())) <= 80
    assert printed.startswith(shown(text)[:60])
    # title, policy, routes, criteria, notes, rows, violations, ...: nothing is lost but spaces
    assert "".join(printed.split()).count("".join(shown(text).split())) >= 12


@every_text
def test_a_check_shows_the_text_and_never_obeys_it(text: str) -> None:
    out = io.StringIO()
    made = hostile(text, violations=True)
    check.render(made, check.verdicts(made, hostile_policy(POLICY, text)), Console(file=out))

    assert all(mark.isprintable() or mark == "\n" for mark in out.getvalue())
    assert "".join(shown(text).split()) in "".join(out.getvalue().split())


@every_text
def test_csv_gives_the_text_back_with_at_most_an_apostrophe_before_it(text: str) -> None:
    written = csv_text(claim_sheet(hostile(text))).encode("utf-8", "backslashreplace")
    rows = list(csv.reader(io.StringIO(written.decode(), newline=""), strict=True))
    expected = text.encode("utf-8", "backslashreplace").decode()
    if text.startswith(FORMULA_STARTS):
        expected = f"'{expected}"

    assert len(rows) == 1 + 56
    theirs = pandas.read_csv(io.BytesIO(written), dtype=str, na_filter=False)
    assert [list(theirs.columns), *theirs.to_numpy().tolist()] == rows
    for column in ("hcpcs", "ndc", "diagnosis", "authorization", "authorization_number"):
        assert {row[rows[0].index(column)] for row in rows[1:]} == {expected}
    assert not any(cell.startswith(FORMULA_STARTS) for row in rows for cell in row)


@every_text
def test_the_spreadsheet_gives_the_text_back_as_text(text: str) -> None:
    book = load_workbook(io.BytesIO(workbook(hostile(text))))
    cell = book["authorizations"]["C2"]

    assert cell.data_type == "s"
    assert cell.hyperlink is None
    # the reader leaves control characters escaped, as the file format writes them
    value = re.sub(r"_x(00[01][0-9A-F])_", lambda found: chr(int(found[1], 16)), cell.value)
    assert value == text.encode("utf-8", "backslashreplace").decode()
    asked = [sheet.cell(2, at).value for sheet in (book["renewals"],) for at in (1, 3, 4)]
    assert {*asked, book["about"]["B2"].value} == {cell.value}
    for sheet in book.worksheets:
        assert not any(one.data_type == "f" for row in sheet.iter_rows() for one in row)


@every_text
def test_the_calendar_stays_whole_and_gives_the_text_back_readable(text: str) -> None:
    made = hostile(text)
    files = calendar_files(made)
    events = rfc5545.read(files["calendar.ics"]).inside

    assert len(events) == len(rfc5545.read(calendar_files(plan(1))["calendar.ics"]).inside)
    (asked,) = [e for e in events if e.text("SUMMARY").startswith("Ask for")]
    assert asked.text("SUMMARY") == f"Ask for authorization {shown(text)}"
    claim = next(e for e in events if "bill" in e.text("SUMMARY"))
    assert claim.text("DESCRIPTION").startswith(
        f"{shown(text)} 9 units, NDC {shown(text)}, quantity 0.26 UN"
    )
    assert calendar_files(made, published(files["calendar.ics"])) == files
    theirs = IcsCalendarStream.calendar_from_ics(files["calendar.ics"].decode()).events
    assert [e.summary for e in theirs] == [e.text("SUMMARY") for e in events]


@every_text
def test_why_a_plan_is_not_covered_is_read_in_calendars_but_not_in_the_patient_s(
    text: str,
) -> None:
    files = calendar_files(hostile(text, coverage="not-met"))
    warning = f"NOT COVERED: the payer's approval criteria are not met: {shown(text)}. "
    for event in rfc5545.read(files["calendar.ics"]).inside:
        own = event.values["CATEGORIES"] == "patient"
        assert event.text("DESCRIPTION").startswith(warning) is not own
        assert "NOT COVERED" not in event.text("SUMMARY")
    mine = IcsCalendarStream.calendar_from_ics(files["calendar-patient.ics"].decode()).events
    assert not [e for e in mine if e.description and shown(text) in e.description]
