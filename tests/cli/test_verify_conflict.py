"""``planner verify``: the proof in a conflict, recomputed from its own file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.cli.main import main
from tests.cli.running import planner
from tests.proof.test_checker import put, resealed
from tests.proof.test_recheck import document


def written(folder: Path, conflict: dict[str, Any]) -> str:
    file = folder / "conflict.json"
    file.write_text(json.dumps(conflict, indent=2), encoding="utf-8")
    return str(file)


def test_a_proof_that_holds_is_accepted_and_what_was_checked_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", written(tmp_path, document("broken-vial"))]) == 0

    out = capsys.readouterr().out
    assert "22 rows over 74 whole-number variables, 1 of them from members" in out
    assert "1 weighted sum contradicts the variables' bounds." in out
    assert "  pharmacy.bags: bags of 24h" in out
    assert "The rows were built again from the scenario, the policy and the drug file" in out


def test_a_proof_comes_from_standard_input() -> None:
    assert planner("verify", "-", stdin=json.dumps(document("broken-vial"))).returncode == 0


def test_a_changed_proof_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """29 vials in the window in the place of 28: then nothing contradicts."""
    given = document("broken-vial")
    [at] = [i for i, row in enumerate(given["certificate"]["rows"]) if "II.A" in row["members"]]
    changed = resealed(put(given, ("certificate", "rows", at, "high"), 29))

    assert main(["verify", written(tmp_path, changed)]) == 3
    assert capsys.readouterr().out.startswith("refused: no contradiction: the weighted sum can be")

    assert main(["verify", "--json", written(tmp_path, changed)]) == 3
    assert json.loads(capsys.readouterr().out)["valid"] is False


def test_a_second_engines_word_leaves_the_matter_undecided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = document("broken-vial")
    given["certificate"].update(
        kind="second-engine", engine="z3 5.4.1", variables=[], rows=[], proof=None, part=None
    )
    given["certificate"]["barred"] = [f"{m['id']}: {m['says']}" for m in given["conflict"]]
    assert main(["verify", written(tmp_path, resealed(given))]) == 4
    assert "z3 5.4.1" in capsys.readouterr().out


@pytest.mark.parametrize("cut", [-2, 40])
def test_a_broken_file_is_unreadable(
    cut: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "conflict.json"
    file.write_text(json.dumps(document("broken-vial"))[:cut], encoding="utf-8")

    assert main(["verify", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"{file}:")


def test_no_solver_is_loaded_to_check_a_proof(tmp_path: Path) -> None:
    probe = (
        "import sys; from planner.cli.main import main; "
        f"code = main(['verify', {written(tmp_path, document('broken-vial'))!r}]); "
        "loaded = {'ortools', 'z3', 'numpy', 'pandas'} & set(sys.modules); "
        "sys.exit(code or len(loaded))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
    assert done.returncode == 0
