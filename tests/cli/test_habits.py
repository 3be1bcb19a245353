"""What one's fingers expect: completion, files to start from, lists of what there is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.documents.find import shipped_scenarios
from planner.documents.parties import load_parties
from tests.cli.running import planner


def completed(words: str, place: int, folder: Path) -> list[str]:
    """What bash is told that the word in a place may go on to."""
    done = subprocess.run(
        [sys.executable, "-m", "planner"],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "_PLANNER_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(place),
        },
    )
    assert done.returncode == 0
    return done.stdout.split()


def test_a_scenario_is_completed_by_files_and_by_shipped_names(tmp_path: Path) -> None:
    (tmp_path / "adult-mine.yaml").write_text("")
    (tmp_path / "adult-notes.txt").write_text("")

    found = completed("planner plan adult-", 2, tmp_path)

    assert "adult-mine.yaml" in found
    assert "adult-rr-70kg" in found
    assert "adult-notes.txt" not in found
    assert not [name for name in found if name.startswith("pediatric")]


def test_a_policy_is_completed_behind_a_comma(tmp_path: Path) -> None:
    found = completed("planner compare adult-rr-70kg --policies eocco-0382,health", 4, tmp_path)
    assert found == ["eocco-0382,healthpartners-045816"]


def test_every_shipped_scenario_is_listed() -> None:
    listed = planner("models").stdout
    assert shipped_scenarios()
    assert all(f"\n  {name} " in listed for name in shipped_scenarios())


def test_new_parties_are_read_as_they_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "parties"]) == 0
    file = tmp_path / "parties.yaml"
    file.write_text(capsys.readouterr().out)
    assert load_parties(file).subscriber.last_name == "Doe"
    assert main(["new", "claims"]) == 2
    assert "none of scenario, parties" in capsys.readouterr().err


def test_what_a_comment_of_new_parties_leaves_out_can_be_put_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "parties"]) == 0
    lines = capsys.readouterr().out.splitlines()
    put_in = [line[1:] if line.startswith("#") and line[1] != " " else line for line in lines]
    file = tmp_path / "parties.yaml"
    file.write_text("\n".join(put_in))
    assert load_parties(file).services_from is not None
