"""Refused scenarios: each file of tests/scenarios/invalid with the errors expected beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.cli.exits import ExitCode
from planner.cli.main import main

FOLDER = Path(__file__).parents[1] / "scenarios" / "invalid"
FILES = sorted(file for file in FOLDER.iterdir() if file.suffix in {".yaml", ".json"})


# not refused before cycles and bags are laid out
CALENDAR = {"vials-of-longer-bags", "bags-without-vials", "past-the-last-date"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_refuses(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every error of the file is told, in the file's order, in the words expected."""
    monkeypatch.chdir(FOLDER)
    expected = file.with_suffix(".expected").read_text(encoding="utf-8")
    for command in ("plan",) if file.stem in CALENDAR else ("plan", "criteria"):
        assert main([command, file.name]) == ExitCode.BAD_INPUT
        assert capsys.readouterr() == ("", expected)


def test_every_expectation_belongs_to_a_file() -> None:
    expected = {file.stem for file in FOLDER.glob("*.expected")}
    assert expected == {file.stem for file in FILES}
