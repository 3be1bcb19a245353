"""The files of a conflict: which, where, and whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.documents.conflict import Conflict
from planner.documents.printed import document_json
from planner.report.artefacts import UnknownFormatError, write_conflict
from tests.report.conflicts import conflict


def test_the_json_is_the_printed_document_and_reads_back_as_the_same_conflict(
    tmp_path: Path,
) -> None:
    made = conflict()
    json, html = write_conflict(made, tmp_path / "new" / "out")
    assert [json.name, html.name] == ["conflict.json", "report.html"]
    assert json.read_text(encoding="utf-8") == document_json(made)
    assert Conflict.model_validate_json(json.read_bytes()) == made


def test_the_same_conflict_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    first = write_conflict(conflict(), tmp_path / "a")
    second = write_conflict(conflict(), tmp_path / "b")
    assert [f.read_bytes() for f in first] == [f.read_bytes() for f in second]


def test_formats_a_conflict_lacks_are_passed_over_and_unknown_ones_refused(tmp_path: Path) -> None:
    (only,) = write_conflict(conflict(), tmp_path / "a", ["csv", "json"])
    assert only.name == "conflict.json"
    assert write_conflict(conflict(), tmp_path / "b", ["csv"]) == []
    with pytest.raises(UnknownFormatError, match="'pdf' is none of"):
        write_conflict(conflict(), tmp_path / "b", ["html", "pdf"])
    assert not (tmp_path / "b").exists()


def test_where_a_file_cannot_be_renamed_no_draft_stays_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_conflict(conflict(), tmp_path)
    assert list(tmp_path.iterdir()) == []
