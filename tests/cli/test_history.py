"""``planner history`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

from planner.cli.exits import ExitCode
from tests.cli.running import planner

EXPORTS = Path(__file__).parents[1] / "records" / "exports"
NURSING, SHIPMENTS = (str(EXPORTS / name) for name in ("nursing.txt", "shipments.tsv"))
SCENARIO = str(Path(__file__).parents[2] / "scenarios" / "adult-rr-70kg.yaml")


def test_the_columns_that_were_guessed_are_shown() -> None:
    done = planner("history", str(EXPORTS / "claims.csv"), "--start", "1=2026-01-05")
    assert done.returncode == ExitCode.GOOD
    assert "--map date=Date Filled,vials=Qty Dispensed" in done.stderr
    assert json.loads(done.stdout)["as_of"] == "2026-02-14"


def test_a_record_becomes_a_scenario_that_plans_and_replans(tmp_path: Path) -> None:
    done = planner("history", NURSING, SHIPMENTS, "--scenario", SCENARIO)
    assert done.returncode == ExitCode.GOOD
    planned = planner("plan", "-", "--json", stdin=done.stdout)
    assert planned.returncode == ExitCode.GOOD
    plan = tmp_path / "plan.json"
    plan.write_text(planned.stdout, encoding="utf-8")
    again = planner("replan", str(plan), "--event", "2026-03-10 closed")
    assert again.returncode == ExitCode.GOOD
    assert "stay" in again.stdout


def test_what_is_doubtful_prints_nothing() -> None:
    done = planner("history", SHIPMENTS)
    assert (done.returncode, done.stdout) == (ExitCode.BAD_INPUT, "")
    assert f"{SHIPMENTS}:2:1: date: found 12 vials on 2026-01-02" in done.stderr


def test_a_start_needs_a_cycle_and_a_date() -> None:
    for told in ("one=2026-01-05", "1=5 January", "1"):
        done = planner("history", SHIPMENTS, "--start", told)
        assert done.returncode == ExitCode.BAD_INPUT
