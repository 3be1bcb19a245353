"""``planner model``: which form is written where, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import load_scenario
from planner.api import model
from planner.cli.main import main
from tests.cli.running import planner

SCENARIO = "infant-interfant-6kg"
FILE = Path(__file__).parents[2] / "scenarios" / f"{SCENARIO}.yaml"


@pytest.fixture(scope="module")
def as_mps() -> str:
    return model(load_scenario(FILE))


@pytest.mark.parametrize("more", [(), ("-o", "-")])
def test_without_a_file_the_model_is_printed_as_mps(
    more: tuple[str, ...], as_mps: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", SCENARIO, *more]) == 0

    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (as_mps, "")
    assert "\nNAME planner\nROWS\n N delay\n N vials\n" in as_mps
    assert as_mps.endswith("\nENDATA\n")


def test_rows_are_named_after_their_clause_and_window(as_mps: str) -> None:
    # 42 dates from the day of the first dispense that there may be
    assert "\n L II.A:2025-12-15..2026-01-25\n" in as_mps
    assert "\n s.1.2026-01-12 " in as_mps


def test_neither_the_patient_nor_the_title_is_in_the_model(as_mps: str) -> None:
    loaded = load_scenario(FILE)
    assert loaded.sha256 in as_mps
    assert loaded.scenario.title not in as_mps


@pytest.mark.parametrize("name", ["course.mps", "course.txt", "course.textproto"])
def test_the_ending_of_the_file_says_which_form(
    name: str, tmp_path: Path, as_mps: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", SCENARIO, "-o", str(tmp_path / name)]) == 0

    written = (tmp_path / name).read_text(encoding="ascii")
    if name.endswith("mps"):
        assert written == as_mps
    else:
        assert written == model(load_scenario(FILE), form="cp-sat")
        assert 'constraints { name: "II.A:2025-12-15..2026-01-25" linear {' in written
    assert [file.name for file in tmp_path.iterdir()] == [name]
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"Written to {tmp_path}: {name}\n")


def test_the_same_scenario_gives_the_same_bytes_under_any_hash_seed(as_mps: str) -> None:
    for seed in ("1", "4242"):
        assert planner("model", SCENARIO, env={"PYTHONHASHSEED": seed}).stdout == as_mps


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("course.lp", "ends in none of .mps, .txt, .textproto"),
        ("course", "ends in none of .mps, .txt, .textproto"),
        ("absent/course.mps", "there is no folder"),
        ("", "is a directory"),
    ],
)
def test_a_file_that_cannot_be_is_wrong_usage_and_nothing_is_written(
    out: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", SCENARIO, "-o", str(tmp_path / out)]) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_in_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)

    assert main(["model", SCENARIO, "-o", str(tmp_path / "course.mps")]) == 2
    assert "no space left on device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_bad_scenario_leaves_the_earlier_file_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, out = tmp_path / "bad.yaml", tmp_path / "course.mps"
    bad.write_text(FILE.read_text(encoding="utf-8").replace("weight_kg", "wieght_kg"))
    out.write_text("earlier")

    assert main(["model", str(bad), "-o", str(out)]) == 2
    assert "wieght_kg" in capsys.readouterr().err
    assert out.read_text() == "earlier"
