"""The criteria come first: what ``plan``, ``check`` and ``batch`` make of each answer."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from planner import api, audit
from planner.cli.main import main
from planner.cli.new import scenario_text
from planner.documents.coverage import Coverage
from planner.documents.load import load_scenario, shipped
from planner.documents.parties import Parties
from planner.documents.plan import Plan
from planner.fleet.jobs import Job
from planner.fleet.one import Options, plan_one
from planner.report.artefacts import write_artefacts
from planner.report.x12 import ClaimError, claims_837
from tests.cli.running import planner
from tests.report.pages import read
from tests.report.parties import PARTIES
from tests.report.plans import plan as plan_by_hand

REGIMEN = "therapy: interfant"
WRONG = "III.pediatric.interfant.regimen"
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A new scenario of one cycle, the facts of its therapy replaced."""

    def write(therapy: str = REGIMEN) -> Path:
        file = tmp_path / "one.yaml"
        text = scenario_text("infant-interfant")
        assert REGIMEN in text
        file.write_text(text.replace(REGIMEN, therapy), encoding="utf-8")
        return file

    return write


@pytest.fixture
def not_met(written: Written) -> Path:
    return written("therapy: single-agent")


@pytest.fixture
def unknown(written: Written) -> Path:
    return written("induction: other")


@pytest.fixture
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """No calendar may be looked for."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a calendar was looked for")

    monkeypatch.setattr("planner.api.plan", refuse)


@pytest.mark.usefixtures("no_search")
@pytest.mark.parametrize("command", ["plan", "check"])
def test_without_met_criteria_there_is_no_calendar_and_the_reason_is_told(
    command: str, not_met: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(not_met)]) == 3
    out = capsys.readouterr().out
    assert "No calendar: the payer's criteria of approval are not met." in out
    assert f"NOT MET  {WRONG} (III, pediatric, Interfant)" in out
    assert "patient.facts.therapy" in out
    assert "App1" not in out  # the diagnosis is covered, so it is no reason


@pytest.mark.usefixtures("no_search")
@pytest.mark.parametrize("command", ["plan", "check"])
def test_the_refusal_in_json_is_the_answer_to_the_criteria(
    command: str, not_met: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(not_met), "--json"]) == 3
    refused = json.loads(capsys.readouterr().out)
    assert (refused["format"], refused["status"]) == ("planner-criteria/1", "not-met")
    assert main(["criteria", str(not_met), "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == refused


@pytest.mark.usefixtures("no_search")
def test_a_refusal_leaves_criteria_json_in_the_folder_and_nothing_else(
    not_met: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert main(["plan", str(not_met), "-o", str(out), "--format", "ics"]) == 3
    assert not out.exists()
    assert main(["plan", str(not_met), "-o", str(out)]) == 3
    assert [file.name for file in out.iterdir()] == ["criteria.json"]
    assert json.loads((out / "criteria.json").read_text())["status"] == "not-met"


def test_no_solver_is_needed_to_refuse(not_met: Path) -> None:
    done = planner("plan", str(not_met), env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 3
    assert "ortools" not in done.stderr


def test_ignored_criteria_give_a_plan_that_every_file_calls_not_covered(
    not_met: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    formats = "json,html,ics,csv,xlsx,fhir"
    asked = ["plan", str(not_met), "--ignore-criteria", "-o", str(out), "--format", formats]
    assert main(asked) == 0
    mark = f"NOT COVERED: the payer's approval criteria are not met: {WRONG}"
    assert mark in " ".join(capsys.readouterr().out.split())  # wrapped at 80 columns

    made: dict[str, Any] = json.loads((out / "plan.json").read_text())
    assert made["coverage"]["status"] == "not-met"
    assert [leaf["id"] for leaf in made["coverage"]["unmet"]] == [WRONG]
    page = read((out / "report.html").read_text())
    assert page.by_id("coverage").text().startswith(mark)
    assert [row[0] for row in page.by_id("criteria").rows()] == [WRONG]
    for name in ("dispenses.csv", "claims.csv"):
        rows = list(csv.DictReader((out / name).read_text().splitlines()))
        assert {row["criteria"] for row in rows} == {"not-met"}
    about = load_workbook(BytesIO((out / "plan.xlsx").read_bytes()))["about"]
    assert mark in [row[1].value for row in about.iter_rows()]
    bundle = json.loads((out / "plan.fhir.json").read_text())
    care = next(e["resource"] for e in bundle["entry"] if "CarePlan" in e["resource"].values())
    assert {"text": mark} in care["note"]
    for name in ("pharmacy", "billing"):
        text = (out / f"calendar-{name}.ics").read_text().replace("\r\n ", "").replace("\n ", "")
        assert text.count("NOT COVERED: ") == text.count("BEGIN:VEVENT")
    assert "NOT COVERED" not in (out / "calendar-patient.ics").read_text()


def test_check_marks_a_request_that_is_compliant_but_not_covered(
    not_met: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(not_met), "--ignore-criteria"]) == 0
    assert "NOT COVERED" in capsys.readouterr().out
    assert main(["check", str(not_met), "--ignore-criteria", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["coverage"]["status"] == "not-met"


def test_no_claims_are_written_for_what_is_not_covered_and_not_authorized() -> None:
    """A payer's own authorization stands above the criteria: what it covers may be billed."""
    made = plan_by_hand(1).model_copy(update={"coverage": Coverage(status="not-met")})
    with pytest.raises(ClaimError, match="not covered"):
        claims_837(made, Parties.model_validate(PARTIES))
    given = tuple(a.model_copy(update={"given": True}) for a in made.authorizations)
    assert claims_837(
        made.model_copy(update={"authorizations": given}), Parties.model_validate(PARTIES)
    )


def test_unknown_facts_are_planned_and_listed_as_open(
    unknown: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(unknown), "-o", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "Criteria not decided: open are patient.facts.therapy\n" in out
    assert f"unknown  {WRONG}" in out
    made = json.loads((tmp_path / "out" / "plan.json").read_text())
    assert made["coverage"]["status"] == "undecided"
    assert made["coverage"]["missing"] == ["patient.facts.therapy"]
    assert [leaf["id"] for leaf in made["coverage"]["open"]] == [WRONG]
    page = read((tmp_path / "out" / "report.html").read_text())
    assert "patient.facts.therapy" in page.by_id("coverage").text()
    assert [row[:2] for row in page.by_id("criteria").rows()] == [[WRONG, "unknown"]]


def test_met_criteria_are_named_by_their_route_and_list_nothing(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(written()), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["coverage"]
    assert (found["status"], found["routes"]) == ("met", ["pediatric.interfant"])
    assert (found["unmet"], found["open"], found["missing"]) == ([], [], [])


def test_a_policy_without_criteria_is_planned_and_says_so(
    written: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    text = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
    head, rest = text.split("\ncriteria:\n")
    bare = head + rest[rest.index("\nreadings:\n") :]
    (policies / "eocco-0382.yaml").write_text(bare, encoding="utf-8")
    assert main(["plan", str(written()), "--models", str(tmp_path)]) == 0
    assert "Criteria not known: the policy file has no criteria" in capsys.readouterr().out
    assert main(["criteria", str(written()), "--models", str(tmp_path)]) == 2


@pytest.mark.parametrize(
    ("therapy", "ignore", "status", "result"),
    [
        ("therapy: single-agent", False, "not-covered", "planner-criteria/1"),
        ("therapy: single-agent", True, "planned", "planner-plan/1"),
        ("induction: other", False, "planned", "planner-plan/1"),
    ],
)
def test_a_batch_tells_what_is_not_covered_in_a_status_of_its_own(
    therapy: str, ignore: bool, status: str, result: str, written: Written
) -> None:
    raw = written(therapy).read_bytes()
    line = json.loads(plan_one(Job("one", "", raw), Options(ignore_criteria=ignore)).text)
    assert (line["status"], line["result"]["format"]) == (status, result)
    if status == "planned":
        assert line["result"]["coverage"]["status"] == ("not-met" if ignore else "undecided")


def test_a_batch_with_a_scenario_that_is_not_covered_leaves_with_3(not_met: Path) -> None:
    file = not_met.with_name("one.jsonl")
    document = load_scenario(not_met).scenario.model_dump(mode="json", exclude_unset=True)
    file.write_text(json.dumps(document) + "\n")
    done = planner("batch", str(file), "--workers", "1")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (3, "not-covered")
    assert planner("batch", str(file), "--workers", "1", "--ignore-criteria").returncode == 0


def test_a_plan_that_states_other_criteria_than_its_scenario_gives_is_refused(
    not_met: Path,
) -> None:
    loaded = load_scenario(not_met)
    made = api.plan(loaded)
    assert isinstance(made, Plan)
    honest = api.covered(made, api.criteria(loaded))
    assert audit(honest).violations == ()
    assert honest.coverage is not None
    told = honest.coverage.model_copy(update={"status": "met"})
    lie = made.model_copy(update={"coverage": told})
    assert [v.says for v in audit(lie).violations] == [
        "the criteria are not-met, the plan says met"
    ]


def test_a_diagnosis_outside_the_list_is_told_by_the_criteria_and_by_the_conflict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Appendix 1 is a criterion and a clause: without the one, the other still bars a calendar."""
    file = shipped("scenarios").joinpath("infeasible", "diagnosis-not-covered.yaml")
    path = tmp_path / "diagnosis.yaml"
    path.write_bytes(file.read_bytes())
    assert main(["plan", str(path)]) == 3
    assert "NOT MET  App1.diagnosis" in capsys.readouterr().out
    assert main(["plan", str(path), "--json", "--ignore-criteria"]) == 3
    conflict = json.loads(capsys.readouterr().out)
    assert {member["id"] for member in conflict["conflict"]} == {"App1", "patient.diagnosis"}


def test_the_files_of_a_plan_that_nobody_asked_the_criteria_of_say_nothing(tmp_path: Path) -> None:
    written = write_artefacts(plan_by_hand(1), tmp_path, ("html", "ics"))
    assert not any("overed" in file.read_text(encoding="utf-8") for file in written)
