"""Calendars and tables of real plans, each read by libraries that did not write it, and held
against the plan as plan.json states it.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import pytest
from openpyxl import load_workbook

from planner.report.artefacts import write_artefacts
from tests.report.planned import planned
from tests.report.written import Written, claims_of, read_folder

AUDIENCES = ("patient", "pharmacy", "billing")


def test_the_calendar(written: Written) -> None:
    found = Counter((e.categories[0], str(e.dtstart)) for e in written.events())
    plan = written.plan
    expected = [("patient", bag["hang"]) for bag in plan["bags"]]
    expected += [("patient", cycle["disconnect"]) for cycle in plan["cycles"]]
    expected += [("pharmacy", sent["date"]) for sent in plan["dispenses"]]
    expected += [("pharmacy", bag["hang"]) for bag in plan["bags"]]  # prepared on the day
    expected += [("pharmacy", c["latest_start"]) for c in plan["cycles"] if c["latest_start"]]
    claims = {(line["date"], line["cycle"]) for line in plan["claims"]}
    expected += [("billing", date_) for date_, _ in sorted(claims)]
    as_of = plan["scenario"]["document"].get("as_of") or plan["authorizations"][0]["start"]
    ahead = [a for a in plan["authorizations"] if a["request_by"] and a["start"] >= as_of]
    expected += [("billing", a["request_by"]) for a in ahead]
    expected += [("billing", a["end"]) for a in plan["authorizations"]]
    assert found == Counter(expected)


def test_the_calendar_says_in_words_what_the_plan_says(written: Written) -> None:
    said = Counter((str(e.dtstart), e.summary) for e in written.events())
    plan = written.plan
    for sent in plan["dispenses"]:
        vials = f"{sent['vials']} vial{'s' if sent['vials'] > 1 else ''}"
        assert said[sent["date"], f"Cycle {sent['cycle']}: dispense {vials}"]
    for cycle in plan["cycles"]:
        assert said[cycle["start"], f"Cycle {cycle['cycle']}: infusion starts"]
        assert said[cycle["disconnect"], f"Cycle {cycle['cycle']}: disconnect"]
    for (day, cycle), lines in claims_of(plan):
        units = sum(line["units"] for line in lines)
        assert said[day, f"Cycle {cycle}: bill {units} unit{'s' if units > 1 else ''}"]


def test_every_event_is_a_whole_day_of_one_of_three_audiences(written: Written) -> None:
    parts: list[str] = []
    for audience in AUDIENCES:
        events = written.events(f"calendar-{audience}.ics")
        assert events
        assert {tuple(e.categories) for e in events} == {(audience,)}
        parts += [str(e.uid) for e in events]
    events = written.events()
    assert sorted(parts) == sorted(str(e.uid) for e in events)
    assert len(set(parts)) == len(parts)
    for event in events:
        assert type(event.dtstart) is date
        assert event.dtend == event.dtstart + timedelta(days=1)
        assert event.sequence == 0


def test_no_calendar_tells_of_the_patient(written: Written) -> None:
    scenario = written.plan["scenario"]
    patient = scenario["document"]["patient"]
    secrets = [scenario["title"], patient["ref"], patient["diagnosis"], patient["state"] + ","]
    secrets += [f"{patient['weight_kg']} kg", *filter(None, written.numbers().values())]
    for name in ("calendar.ics", *(f"calendar-{audience}.ics" for audience in AUDIENCES)):
        for event in written.events(name):
            words = f"{event.summary} {event.description} {event.uid}"
            assert not [secret for secret in secrets if secret in words]


def test_a_replan_moves_keeps_and_cancels_what_is_out(tmp_path: Path) -> None:
    name = "pediatric-mrd-20kg"
    write_artefacts(planned(name), tmp_path, ["ics", "json"])
    first = read_folder(tmp_path)
    before = {e.uid: e for e in first.events()}
    # two days later, and one cycle less
    write_artefacts(planned(name, first_infusion="2026-01-14", cycles=3), tmp_path, ["ics", "json"])
    again = read_folder(tmp_path)
    after = {e.uid: e for e in again.events()}

    assert len(again.plan["cycles"]) == len(first.plan["cycles"]) - 1
    assert before.keys() <= after.keys()
    seen: Counter[str] = Counter()
    for uid, old in before.items():
        new = after[uid]
        cancelled = str(new.status).endswith("CANCELLED")
        moved = new.dtstart != old.dtstart
        assert cancelled is bool(re.search("ycle 4", f"{old.summary}{new.summary}"))
        same = (new.dtstart, new.summary, new.description) == (
            old.dtstart,
            old.summary,
            old.description,
        )
        assert new.sequence == (0 if same and not cancelled else 1)
        seen["cancelled" if cancelled else "moved" if moved else "kept"] += 1
    assert seen["cancelled"]
    assert seen["moved"]
    by_audience = [written for a in AUDIENCES for written in again.events(f"calendar-{a}.ics")]
    assert Counter(str(e.status) for e in by_audience) == Counter(
        str(e.status) for e in after.values()
    )


@pytest.mark.parametrize("sheet", ["cycles", "bags", "dispenses", "claims", "limits"])
def test_the_spreadsheet(written: Written, sheet: str) -> None:
    tab = load_workbook(written.folder / "plan.xlsx")[sheet]
    heads, *rows = tab.iter_rows(values_only=True)
    assert tab.freeze_panes == "A2"
    found = [
        dict(zip([str(head).replace(" ", "_") for head in heads], r, strict=True)) for r in rows
    ]
    assert len(found) == len(written.plan[sheet])
    for row, stated in zip(found, written.plan[sheet], strict=True):
        assert stated.keys() <= row.keys()
        for name in stated:
            value = row[name]
            as_stated = value.date().isoformat() if hasattr(value, "date") else value
            if name == "from" and sheet == "bags":
                parts = [f"{part['dispense']} ({part['vials']})" for part in stated[name]]
                assert value == ", ".join(parts)
            elif isinstance(stated[name], Decimal):
                assert value == float(stated[name])  # a cell holds a double
            else:
                assert (as_stated or None) == (stated[name] or None), name


@pytest.mark.parametrize("kind", ["dispenses", "claims"])
def test_the_csv(written: Written, kind: str) -> None:
    content = (written.folder / f"{kind}.csv").read_bytes()
    rows = pandas.read_csv(io.BytesIO(content), dtype=str, na_filter=False).to_dict("records")
    assert len(rows) == len(written.plan[kind])
    for row, stated in zip(rows, written.plan[kind], strict=True):
        assert stated.keys() <= row.keys()
        for name in stated:
            value = stated[name]
            said = str(value).lower() if isinstance(value, bool) else str(value or "")
            assert (row[name] or "0") == (said or "0"), name


def test_the_spreadsheet_has_dates_as_dates_and_codes_as_text(written: Written) -> None:
    book = load_workbook(written.folder / "plan.xlsx")
    names = ["cycles", "bags", "dispenses", "claims", "limits", "authorizations"]
    assert book.sheetnames == [*names, "authorization days", "renewals", "about"]
    dated = 0
    for tab in book.worksheets:
        assert tab.freeze_panes == "A2"
        for row in tab.iter_rows(min_row=2):
            for cell in row:
                like_a_date = isinstance(cell.value, str) and re.fullmatch(
                    r"\d{4}-\d\d-\d\d", cell.value
                )
                assert not like_a_date, (tab.title, cell.coordinate)
                dated += cell.is_date
                assert cell.data_type != "f"
    assert dated
    heads = [cell.value for cell in book["claims"][1]]
    for column in ("ndc", "hcpcs", "diagnosis"):
        cells = [row[heads.index(column)] for row in book["claims"].iter_rows(min_row=2)]
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_the_spreadsheet_on_coverage(written: Written) -> None:
    book = load_workbook(written.folder / "plan.xlsx")
    coverage = written.plan["coverage"]
    days = [
        [one["authorization"], run["from"], run["to"], run["cycles_left"], run["units_billed"]]
        for one in coverage["authorizations"]
        for run in one["days"]
    ]
    evidence = [
        [one["authorization"], leaf["by"], leaf["id"], leaf["says"], leaf["verdict"]]
        for one in coverage["renewals"]
        for leaf in one["checklist"]
    ]
    assert [row[:5] for row in _rows(book["authorization days"])] == days
    assert _rows(book["renewals"]) == evidence


def _rows(tab: Any) -> list[list[object]]:
    """The rows of a sheet, dates as JSON has them."""
    rows = tab.iter_rows(min_row=2, values_only=True)
    return [[v.date().isoformat() if hasattr(v, "date") else v for v in row] for row in rows]
