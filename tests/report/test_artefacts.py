"""The files of a plan: which, where, and whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.documents.load import load_policy
from planner.documents.parties import Parties
from planner.documents.plan import Plan
from planner.report.artefacts import DEFAULT_FORMATS, FORMATS, UnknownFormatError, write_artefacts
from planner.report.calendar_ics import NotOurCalendarError
from planner.report.errors import ArtefactError
from tests.report.parties import PARTIES
from tests.report.plans import plan

NAMES = {
    "json": ["plan.json"],
    "html": ["report.html"],
    "ics": [
        "calendar.ics",
        "calendar-patient.ics",
        "calendar-pharmacy.ics",
        "calendar-billing.ics",
    ],
    "csv": ["dispenses.csv", "claims.csv"],
    "xlsx": ["plan.xlsx"],
    "fhir": ["plan.fhir.json"],
    "837": ["claims.837"],
}


BILLING = Parties.model_validate(PARTIES)


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_files_for_people_are_written_unless_others_are_chosen(tmp_path: Path) -> None:
    written = write_artefacts(plan(1), tmp_path / "new" / "folder")

    assert [file.name for file in written] == [
        name for chosen in DEFAULT_FORMATS for name in NAMES[chosen]
    ]
    assert all(file.is_file() for file in written)
    assert len(list((tmp_path / "new" / "folder").iterdir())) == len(written)


@pytest.mark.parametrize("chosen", FORMATS)
def test_a_chosen_format_is_written_alone(chosen: str, tmp_path: Path) -> None:
    written = write_artefacts(plan(1), tmp_path, [chosen, chosen], parties=BILLING)
    assert [file.name for file in written] == NAMES[chosen]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(NAMES[chosen])


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownFormatError, match="'pdf' is none of json, html, ics, csv, xlsx, fhir, 837"
    ):
        write_artefacts(plan(1), tmp_path / "out", ["html", "pdf"])
    assert not (tmp_path / "out").exists()


def test_claims_without_parties_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="837 needs a file of parties"):
        write_artefacts(plan(1), tmp_path / "out", ["html", "837"])
    assert not (tmp_path / "out").exists()


def test_plan_json_reads_back_as_the_same_plan(tmp_path: Path) -> None:
    made = plan(2, number="PA-1")
    (file,) = write_artefacts(made, tmp_path, ["json"])
    assert Plan.model_validate_json(file.read_bytes()) == made


def test_the_same_plan_gives_the_same_bytes_in_every_folder_and_again_in_the_same(
    tmp_path: Path,
) -> None:
    write_artefacts(plan(2), tmp_path / "a", FORMATS, parties=BILLING)
    write_artefacts(plan(2), tmp_path / "b", FORMATS, parties=BILLING)
    first = _contents(tmp_path / "a")
    assert _contents(tmp_path / "b") == first
    write_artefacts(plan(2), tmp_path / "a", FORMATS, parties=BILLING)
    assert _contents(tmp_path / "a") == first


def test_a_replan_into_the_same_folder_cancels_what_is_gone(tmp_path: Path) -> None:
    write_artefacts(plan(2), tmp_path, ["ics"])
    write_artefacts(plan(1), tmp_path, ["ics"])
    # cycle 2: 28 bags hung, prepared and billed, one dispense, disconnect and latest start
    assert (tmp_path / "calendar.ics").read_bytes().count(b"STATUS:CANCELLED") == 3 * 28 + 3


def test_a_calendar_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "calendar.ics").write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    with pytest.raises(NotOurCalendarError, match=r"calendar\.ics: not a calendar that this"):
        write_artefacts(plan(1), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["calendar.ics"]


def test_a_file_that_fails_leaves_the_old_one_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_artefacts(plan(1), tmp_path, ["html"])
    before = _contents(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_artefacts(plan(2), tmp_path, ["html"])
    assert _contents(tmp_path) == before


def test_files_can_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        (file,) = write_artefacts(plan(1), tmp_path, ["json"])
    finally:
        os.umask(mask)
    assert file.stat().st_mode & 0o777 == 0o640


def test_limits_are_drawn_where_the_policy_is_the_one_of_the_plan(tmp_path: Path) -> None:
    made = plan(1)
    (file,) = write_artefacts(made, tmp_path, ["html"])
    assert "was not at hand" in file.read_text()

    stamp = made.policy.model_copy(update={"sha256": load_policy("eocco-0382").sha256})
    write_artefacts(made.model_copy(update={"policy": stamp}), tmp_path, ["html"])
    assert "was not at hand" not in file.read_text()
    assert 'id="use-1"' in file.read_text()
