"""``planner replan`` and ``planner log`` as a user runs them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from planner.cli.exits import ExitCode
from planner.documents.printed import document_json
from tests.cli.running import planner
from tests.replan.courses import planned


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    file = tmp_path / "first" / "plan.json"
    file.parent.mkdir()
    file.write_text(document_json(planned().plan), encoding="utf-8")
    return file


def test_prints_what_changes_by_whom_to_tell(plan_file: Path) -> None:
    done = planner("replan", str(plan_file), "--event", "2026-03-01 broken vial")
    assert done.returncode == ExitCode.GOOD
    assert "1 is new" in done.stdout
    assert "Pharmacy: dispenses" in done.stdout
    assert "[events[0]]" in done.stdout


def test_the_document_is_the_plan_that_follows(plan_file: Path) -> None:
    done = planner("replan", str(plan_file), "--event", "2026-03-30 closed", "--json")
    made = json.loads(done.stdout)
    assert made["format"] == "planner-plan/1"
    assert made["follows"] == hashlib.sha256(plan_file.read_bytes()).hexdigest()
    assert made["changes"] == len(made["replan"]["diff"]) > 0
    assert {change["sign"] for change in made["replan"]["diff"]} <= {"+", "~", "-"}
    assert planner("verify", "-", stdin=done.stdout).returncode == ExitCode.GOOD


def test_a_plan_that_follows_can_be_followed_and_the_log_shows_the_chain(
    plan_file: Path,
) -> None:
    second = plan_file.parent / "second.json"
    done = planner("replan", str(plan_file), "--event", "2026-02-20 as planned", "--json")
    second.write_text(done.stdout, encoding="utf-8")
    third = plan_file.parent / "third.json"
    done = planner("replan", str(second), "--event", "2026-03-01 broken vial", "--json")
    third.write_text(done.stdout, encoding="utf-8")
    told = planner("log", str(third))
    assert told.returncode == ExitCode.GOOD
    lines = told.stdout.splitlines()
    assert [line for line in lines if line.endswith("as of the start")]
    assert "    2026-03-01 broken vial (1 vial)" in lines
    plans = json.loads(planner("log", str(third), "--json").stdout)["plans"]
    assert [Path(one["file"]).name for one in plans] == ["third.json", "second.json", "plan.json"]
    assert plans[0]["follows"] == plans[1]["sha256"]


def test_the_log_says_which_plan_is_missing(plan_file: Path, tmp_path: Path) -> None:
    done = planner("replan", str(plan_file), "--event", "2026-02-20 as planned", "--json")
    alone = tmp_path / "alone" / "plan.json"
    alone.parent.mkdir()
    alone.write_text(done.stdout, encoding="utf-8")
    told = planner("log", str(alone))
    assert told.stdout.rstrip().endswith("is not among the plans here")


def test_the_plan_in_force_is_never_written_over(plan_file: Path) -> None:
    before = plan_file.read_bytes()
    done = planner(
        "replan", str(plan_file), "--event", "2026-03-30 closed", "-o", str(plan_file.parent)
    )
    assert done.returncode == ExitCode.BAD_INPUT
    assert "is not written over" in done.stderr
    assert plan_file.read_bytes() == before


def test_calendars_come_as_updates_with_a_raised_sequence(plan_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "second"
    done = planner("replan", str(plan_file), "--event", "2026-03-30 closed", "-o", str(out))
    assert done.returncode == ExitCode.GOOD
    assert "SEQUENCE:1" in (out / "calendar.ics").read_text(encoding="utf-8")
    third = tmp_path / "third"
    done = planner(
        "replan", str(out / "plan.json"), "--event", "2026-05-12 closed", "-o", str(third)
    )
    assert "SEQUENCE:2" in (third / "calendar.ics").read_text(encoding="utf-8")


def test_a_conflict_is_infeasible_and_names_the_event(plan_file: Path) -> None:
    done = planner("replan", str(plan_file), "--event", "2026-02-23 broken bag")
    assert done.returncode == ExitCode.INFEASIBLE
    assert "(event: 2026-02-23 broken bag)" in done.stdout


def test_errors_name_the_events_file_by_line_and_column(plan_file: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.yaml"
    events.write_text(
        "format: planner-events/1\nevents:\n  - {date: 2026-02-24, event: broken bag}\n",
        encoding="utf-8",
    )
    done = planner("replan", str(plan_file), "--with", str(events))
    assert done.returncode == ExitCode.BAD_INPUT
    assert done.stdout == ""
    assert done.stderr.startswith(f"{events}:3:12: events[0].date: found the date 2026-02-24")


def test_a_file_and_single_events_are_not_given_together(plan_file: Path) -> None:
    done = planner("replan", str(plan_file), "--with", "e.yaml", "--event", "2026-03-01 closed")
    assert done.returncode == ExitCode.BAD_INPUT


def test_the_schema_of_events_is_published() -> None:
    schema = json.loads(planner("schema", "events").stdout)
    assert {"as_of", "events", "pins"} <= schema["properties"].keys()
