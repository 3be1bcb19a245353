"""``planner check`` and what ``plan`` prints where there is no calendar."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from planner.proof import checker
from tests.cli.running import planner

REQUEST = """\
format: planner-scenario/1
title: Two fills
policy: eocco-0382
patient: {ref: RR-70, age: 41, weight_kg: 70, diagnosis: C91.02, state: OR}
indication: adult-rr
pharmacy:
  bags: [24h]
  dispense_days: [mon, tue, wed, thu, fri, sat, sun]
  holidays: none
  transit_days: 0
request:
  first_infusion: 2026-01-05
  cycles: 2
  dispenses:
    - {date: 2026-01-05, vials: 28, cycle: 1}
    - {date: SECOND, vials: 28, cycle: 2}
"""


@pytest.fixture
def day_41(tmp_path: Path) -> str:
    """28 vials on day 0 and 28 on day 41: 42 dates hold 56 > 28 vials."""
    file = tmp_path / "day-41.yaml"
    file.write_text(REQUEST.replace("SECOND", "2026-02-15"))
    return str(file)


@pytest.fixture
def day_42(tmp_path: Path) -> str:
    """The second fill a day later lies outside every window that holds the first."""
    file = tmp_path / "day-42.yaml"
    file.write_text(REQUEST.replace("SECOND", "2026-02-16"))
    return str(file)


def test_a_compliant_request_lists_every_clause_with_its_room(day_42: str) -> None:
    done = planner("check", day_42)

    assert done.returncode == 0, done.stderr
    said = {
        line.split()[1]: (line, below)
        for line, below in pairwise(done.stdout.splitlines())
        if line.split()[:1] == ["kept"]
    }
    assert said["II.A"] == (
        "  kept  II.A [0 of 28 vials]",  # 28 - 28
        "        No more than 28 vials of 35 mcg are supplied for 42 days.",
    )
    assert "0 of 980 units" in said["II.B.cycles-1-5"][0]  # 980 - 28 x 35
    assert "7 of 9 cycles" in said["V.rr.cycles"][0]  # 9 - 2


def test_a_compliant_request_says_so_in_json(day_42: str) -> None:
    done = planner("check", day_42, "--json")

    answer = json.loads(done.stdout)
    assert answer["format"] == "planner-check/1"
    assert answer["status"] == "compliant"
    assert {"id": "II.A", "verdict": "kept"}.items() <= next(
        clause for clause in answer["clauses"] if clause["id"] == "II.A"
    ).items()


def test_a_clash_is_one_sentence_with_its_arithmetic(day_41: str) -> None:
    done = planner("plan", day_41, env={"COLUMNS": "200"})

    assert done.returncode == 3, done.stderr
    assert "No compliant calendar exists" in done.stdout
    sentence = "28 vials on 5 Jan 2026 and 28 vials on 15 Feb 2026 fall in one 42-day window"
    assert f"{sentence}: 56 > 28" in " ".join(done.stdout.split())  # 28 + 28 = 56
    assert "request.dispenses.0 (line 15)" in done.stdout
    assert "request.dispenses.1 (line 16)" in done.stdout
    assert "2026-02-16" in done.stdout  # the nearest day that works


def test_a_conflict_verifies_from_its_file_and_a_changed_one_does_not(
    day_41: str, tmp_path: Path
) -> None:
    done = planner("check", day_41, "--json", "--evidence", env={"PYTHONHASHSEED": "1"})
    conflict = json.loads(done.stdout)
    ids = [member["id"] for member in conflict["conflict"]]

    assert ids == ["II.A", "request.dispenses.0", "request.dispenses.1"]
    assert conflict["minimal"]
    assert conflict["proven"]
    assert [e["without"] for e in conflict["evidence"]] == ids
    assert checker.check(conflict) == []
    again = planner("check", day_41, "--json", "--evidence", env={"PYTHONHASHSEED": "2"})
    assert again.stdout == done.stdout

    file = tmp_path / "conflict.json"
    file.write_text(done.stdout)
    assert planner("verify", str(file)).returncode == 0
    conflict["certificate"]["variables"][0]["high"] += 1
    file.write_text(json.dumps(conflict))
    assert planner("verify", str(file)).returncode == 3
