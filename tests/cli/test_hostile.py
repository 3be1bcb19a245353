"""A scenario file whose every free field means harm: refused as a whole, or text in every file."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from ical.calendar_stream import IcsCalendarStream
from openpyxl import load_workbook

from planner.cli.main import main
from planner.report.tables import FORMULA_STARTS
from planner.report.text import shown
from tests.report.hostile import every_text
from tests.report.pages import read
from tests.report.parties import PARTIES

FILES = ["json", "html", "ics", "csv", "xlsx", "fhir"]


def scenario(title: str, ref: str, county: str, number: str) -> dict[str, Any]:
    return {
        "format": "planner-scenario/1",
        "title": title,
        "policy": "eocco-0382",
        "patient": {
            "ref": ref,
            "age": 0.5,
            "weight_kg": 6,
            "bsa_m2": 0.34,
            "diagnosis": "C91.00",
            "state": "VA",
            "county": county,
            "facts": {"tki": {"refractory": [title], "intolerant": [ref]}},
        },
        "indication": "infant-interfant",
        "authorizations": [{"kind": "initial", "number": number, "start": "2026-01-12"}],
        "request": {"first_infusion": "2026-01-12"},
    }


@pytest.fixture
def planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Plans a document into a folder; returns code, folder, standard output and error."""

    def run(document: dict[str, Any], formats: list[str], *options: str) -> Any:
        file, out = tmp_path / "hostile.json", tmp_path / "out"
        file.write_text(json.dumps(document), encoding="utf-8")
        code = main(["plan", str(file), "-o", str(out), "--format", ",".join(formats), *options])
        printed = capsys.readouterr()
        return code, out, printed.out, printed.err

    return run


@every_text
def test_hostile_fields_of_a_scenario_are_text_in_every_file(text: str, planned: Any) -> None:
    title = ref = text
    code, out, printed, told = planned(scenario(title, ref, ref, text), FILES)
    assert all(mark.isprintable() or mark == "\n" for mark in printed + told)
    if code == 2:  # what no file may hold, such as half a surrogate
        assert not out.exists()
        assert "patient.ref" in told
        return
    assert code == 0

    plan = json.loads((out / "plan.json").read_bytes())
    document = plan["scenario"]["document"]
    assert (plan["scenario"]["title"], document["patient"]["ref"]) == (title, ref)
    assert plan["authorizations"][0]["number"] == text

    page = read((out / "report.html").read_text(encoding="utf-8"))
    assert page.all("h1")[0].text() == shown(title)
    assert page.by_id("authorizations").rows()[0][1] == shown(text).strip()
    assert not page.all("script")
    assert len(page.all("style")) == 1

    bundle: Any = Bundle.model_validate_json((out / "plan.fhir.json").read_bytes())
    assert bundle.entry[0].resource.identifier[0].value == shown(ref).strip()
    assert bundle.entry[-1].resource.insurance[0].preAuthRef == [shown(text).strip()]

    expected = f"'{text}" if text.startswith(FORMULA_STARTS) else text
    rows = list(csv.reader(io.StringIO((out / "claims.csv").read_bytes().decode(), newline="")))
    assert {row[rows[0].index("authorization_number")] for row in rows[1:]} == {expected}

    cell = load_workbook(out / "plan.xlsx")["authorizations"]["C2"]
    value = re.sub(r"_x(00[01][0-9A-F])_", lambda found: chr(int(found[1], 16)), cell.value)
    assert (cell.data_type, value) == ("s", text)

    for file in out.glob("*.ics"):
        for event in IcsCalendarStream.calendar_from_ics(file.read_bytes().decode()).events:
            words = f"{event.summary} {event.description} {event.uid}"
            assert ref[:20] not in words
            assert shown(ref)[:20] not in words


@every_text
def test_hostile_numbers_of_an_authorization_are_carried_by_an_837_or_refused(
    text: str, planned: Any, tmp_path: Path
) -> None:
    parties = tmp_path / "parties.json"
    parties.write_text(json.dumps(PARTIES), encoding="utf-8")
    document = scenario("t", "r", "c", text)
    code, out, _, told = planned(document, ["837"], "--parties", str(parties))
    if code == 2:
        assert not out.exists()
        assert "patient" in told or "authorization number" in told or "authorizations" in told
        return
    written = (out / "claims.837").read_text(encoding="ascii")
    assert f"\nREF*G1*{text}~\n" in written
    harmless = planned(scenario("t", "r", "c", "PA-1"), ["837"], "--parties", str(parties))[1]
    plain = (harmless / "claims.837").read_text(encoding="ascii")
    assert written.replace(f"*{text}~", "*PA-1~") == plain
