"""``planner plan -o DIR``: which files are written, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.cli.new import scenario_text
from planner.documents.find import shipped
from planner.report.artefacts import FORMATS
from tests.cli.running import planner
from tests.report.parties import PARTIES


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    file = tmp_path / "one.yaml"
    file.write_text(scenario_text("infant-interfant"), encoding="utf-8")
    return str(file)


def test_files_are_written_beside_the_printed_plan_and_named_on_standard_error(
    scenario: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = planner("plan", scenario, "--json", "-o", str(out))

    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads((out / "plan.json").read_text())
    assert done.stdout == (out / "plan.json").read_text()
    assert done.stderr == (
        f"Written to {out}: plan.json, report.html, calendar.ics, calendar-patient.ics, "
        "calendar-pharmacy.ics, calendar-billing.ics, dispenses.csv, claims.csv, plan.xlsx\n"
    )


def test_only_the_formats_asked_for_are_written(scenario: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert planner("plan", scenario, "-o", str(out), "--format", "csv, json").returncode == 0
    assert sorted(file.name for file in out.iterdir()) == [
        "claims.csv",
        "dispenses.csv",
        "plan.json",
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ["-o", "OUT", "--format", "html,pdf"],
            "'pdf' is none of json, html, ics, csv, xlsx, fhir, 837",
        ),
        (["-o", "OUT", "--format", ""], "'' is none of"),
        (["--format", "html"], "-o DIR says where"),
        (["-o", "OUT", "--format", "837"], "needs --parties FILE"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_planned(
    options: list[str], says: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = planner("plan", "no-such-file.yaml", *(str(out) if o == "OUT" else o for o in options))
    assert done.returncode == 2
    assert says in done.stderr
    assert not out.exists()


def test_a_foreign_calendar_in_the_folder_is_named_and_kept(scenario: str, tmp_path: Path) -> None:
    foreign = tmp_path / "calendar.ics"
    foreign.write_text("mine")
    done = planner("plan", scenario, "-o", str(tmp_path), "--format", "ics")
    assert done.returncode == 2
    assert f"{foreign}: not a calendar that this program has written" in done.stderr
    assert foreign.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_bad_input(scenario: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = planner("plan", scenario, "-o", str(tmp_path / "file" / "out"), "--format", "json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_claims_are_written_for_the_parties_named(scenario: str, tmp_path: Path) -> None:
    parties = tmp_path / "parties.json"
    parties.write_text(json.dumps(PARTIES), encoding="utf-8")
    out = tmp_path / "out"
    done = planner("plan", scenario, "-o", str(out), "--format", "837", "--parties", str(parties))
    assert done.returncode == 0
    assert (out / "claims.837").read_text().startswith("ISA*00*")
    for secret in ("Doe", "AB12345C"):
        assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "options", "files"),
    [
        ("infant-interfant-6kg", [], ["plan.json"]),
        ("infeasible/broken-vial", [], ["conflict.json"]),
        ("infeasible/diagnosis-not-covered", ["--json"], ["criteria.json"]),
    ],
)
def test_files_are_written_even_where_nobody_reads_what_is_printed(
    name: str, options: list[str], files: list[str], tmp_path: Path
) -> None:
    out, file = tmp_path / "out", str(shipped("scenarios").joinpath(f"{name}.yaml"))
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "planner", "plan", file, "-o", str(out), "--format", "json"]
    done = subprocess.run([*command, *options], stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert b"Traceback" not in done.stderr
    assert sorted(file.name for file in out.iterdir()) == files


EVERYWHERE = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "COLUMNS": "80"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "COLUMNS": "80"},
)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("adult-rr-in-progress", 11),
        pytest.param("infeasible/broken-vial", 2, marks=pytest.mark.long),
    ],
    ids=["a plan", "a conflict"],
)
def test_the_same_scenario_gives_the_same_bytes_in_every_format_wherever_it_is_planned(
    name: str, files: int, tmp_path: Path
) -> None:
    parties = tmp_path / "parties.json"
    parties.write_text(json.dumps(PARTIES), encoding="utf-8")
    file = str(shipped("scenarios").joinpath(f"{name}.yaml"))
    chosen = ["--format", ",".join(FORMATS), "--parties", str(parties)]
    seen = []
    for number, env in enumerate(EVERYWHERE):
        out = tmp_path / str(number)
        done = planner("plan", file, "-o", str(out), *chosen, env=env)
        assert done.returncode in (0, 3), done.stderr
        seen.append((done.stdout, {f.name: f.read_bytes() for f in sorted(out.iterdir())}))
    assert len(seen[0][1]) == files
    assert seen[0] == seen[1]


def test_the_parties_have_a_schema() -> None:
    schema = json.loads(planner("schema", "parties").stdout)
    assert "subscriber" in schema["required"]
