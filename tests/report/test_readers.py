"""The files of real plans, each read by libraries that did not write it, and held against the plan
as plan.json states it.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fhirkit
import pandas
import pytest
from fhir.resources.R4B.bundle import Bundle
from ical.calendar_stream import IcsCalendarStream
from openpyxl import load_workbook
from x12sdk.io import X12ModelReader

from planner import load_scenario
from planner import plan as plan_scenario
from planner.documents.find import shipped
from planner.documents.parties import Parties
from planner.documents.plan import Plan
from planner.report.artefacts import FORMATS, write_artefacts
from tests.report.parties import PARTIES

# weeks and weekdays; a past; doses with decimals and discarded drug; one cycle
NAMES = (
    "adult-rr-weekly-weekdays",
    "adult-rr-in-progress",
    "pediatric-mrd-20kg",
    "infant-interfant-6kg",
)


@dataclass(frozen=True)
class Written:
    """A folder of files, and the plan in it as a reader of JSON sees it."""

    folder: Path
    plan: dict[str, Any]

    def text(self, name: str) -> str:
        """A file as it is, line ends and all."""
        return (self.folder / name).read_bytes().decode()


@pytest.fixture(params=NAMES, scope="module")
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    made = plan_scenario(load_scenario(str(shipped("scenarios").joinpath(f"{request.param}.yaml"))))
    assert isinstance(made, Plan)
    folder = tmp_path_factory.mktemp(request.param)
    write_artefacts(made, folder, FORMATS, parties=Parties.model_validate(PARTIES))
    return Written(folder, json.loads((folder / "plan.json").read_bytes()))


def test_the_calendar(written: Written) -> None:
    events = IcsCalendarStream.calendar_from_ics(written.text("calendar.ics")).events
    found = Counter((e.categories[0], str(e.dtstart)) for e in events)
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
            if isinstance(stated[name], str) and isinstance(value, int | float):
                assert value == float(stated[name])  # an exact decimal, a string in JSON
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


def test_the_fhir_bundle(written: Written) -> None:
    text = written.text("plan.fhir.json")
    Bundle.model_validate_json(text)
    assert fhirkit.validate(json.loads(text)) == []
    kinds = Counter(e["resource"]["resourceType"] for e in json.loads(text)["entry"])
    plan = written.plan
    claims = {(line["cycle"], line["date"]) for line in plan["claims"]}
    assert kinds == {
        "Patient": 1,
        "Coverage": 1,
        "CarePlan": 1,
        "MedicationRequest": len(plan["cycles"]),
        "MedicationDispense": len(plan["dispenses"]),
        "Claim": len(plan["authorizations"]) + len(claims),
    }


def test_the_837(written: Written) -> None:
    with X12ModelReader(written.text("claims.837")) as reader:
        transaction: Any
        (transaction,) = reader.models()
    found = [
        (
            line.dtp_segment[0].date_time_period.isoformat(),
            int(line.sv1_segment.service_unit_count),
            line.loop_2410.lin_segment.national_drug_code_universal_product_number,
        )
        for claim in transaction.claims()
        for line in claim.claim.loop_2400
    ]
    ahead = sorted(
        (line for line in written.plan["claims"] if not line.get("past")),
        key=lambda line: (line["date"], line["cycle"]),
    )
    assert found == [(line["date"], line["units"], line["ndc"]) for line in ahead]
