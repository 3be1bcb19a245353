"""``planner verify``: a plan audited from its own file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.cli.main import main
from planner.cli.new import scenario_text
from planner.cli.output import document_json
from planner.cli.plan_file import load_plan
from planner.documents.errors import InputErrors
from tests.cli.running import planner
from tests.report.plans import plan as plan_by_hand


@pytest.fixture(scope="module")
def planned() -> dict[str, Any]:
    done = planner("plan", "-", "--json", stdin=scenario_text("infant-interfant"))
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def written(folder: Path, plan: dict[str, Any]) -> str:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan, indent=2), encoding="utf-8")
    return str(file)


def test_a_plan_written_by_the_planner_verifies(
    planned: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", written(tmp_path, planned)]) == 0
    assert capsys.readouterr().out.endswith("checked, no violation\n")


def test_a_plan_comes_from_standard_input(planned: dict[str, Any]) -> None:
    assert planner("verify", "-", stdin=json.dumps(planned)).returncode == 0


def test_a_changed_plan_is_found_out_clause_by_clause(
    planned: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dispense = planned["dispenses"][0]
    more = {**dispense, "vials": dispense["vials"] + 20}
    changed = {**planned, "dispenses": [more, *planned["dispenses"][1:]]}

    assert main(["verify", written(tmp_path, changed)]) == 3
    assert "\n  II.A: " in capsys.readouterr().out

    assert main(["verify", "--json", written(tmp_path, changed)]) == 3
    found = json.loads(capsys.readouterr().out)["violations"]
    assert "II.A" in [violation["clause"] for violation in found]


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('"disconnect": "2026-02-02"', '"disconnect": "2026-02-30"', "cycles[0].disconnect"),
        ('"modifier": "JW"', '"modifier": "JX"', "modifier"),
        ('"status": "planned"', '"state": "planned"', "the unknown key 'state'"),
        ('"bags": [', '"bags": ', ""),
    ],
)
def test_an_unreadable_plan_is_refused_with_its_place(
    was: str, now: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = document_json(plan_by_hand(1))
    line = text[: text.index(was)].count("\n") + 1
    file = tmp_path / "plan.json"
    file.write_text(text.replace(was, now, 1), encoding="utf-8")

    assert main(["verify", str(file)]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{file}:{line if says else ''}")
    assert says in err


def test_a_missing_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "no/plan.json"]) == 2
    assert capsys.readouterr().err.startswith("no/plan.json:")


def test_a_plan_reads_back_as_it_was_written(tmp_path: Path) -> None:
    plan = plan_by_hand(9)
    file = tmp_path / "plan.json"
    file.write_text(document_json(plan), encoding="utf-8")

    assert load_plan(str(file)) == plan


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    text = document_json(plan_by_hand(1)).replace(
        '"indication":', '"indication": "pediatric-rr",\n  "indication":', 1
    )
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputErrors, match="a second time"):
        load_plan(str(file))


def test_a_scenario_is_refused_for_being_one_and_for_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("format: planner-scenario/1\ntitle: not a plan\n")
    assert main(["verify", str(file)]) == 2
    assert capsys.readouterr().err == (
        f"{file}:1:9: format: found the text 'planner-scenario/1', allowed a plan "
        "(planner-plan/1) or a conflict (planner-conflict/1)\n"
        "  Maybe 'planner check' is what you want: this is a scenario.\n"
    )


def test_a_certified_plan_is_verified_with_the_proof_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """14 vials, 490 units: each objective is certified, and each line of that is said."""
    assert main(["plan", "infant-interfant-6kg", "--prove", "-o", str(tmp_path)]) == 0
    assert "certified to be the best in this order" in " ".join(capsys.readouterr().out.split())

    assert main(["verify", str(tmp_path / "plan.json")]) == 0
    out = capsys.readouterr().out
    assert "vials 14: no calendar has less (exact, rows used: " in out

    proof = tmp_path / "plan.proof.json"
    proof.write_text(proof.read_text().replace('"value":14', '"value":13', 1))
    assert main(["verify", str(tmp_path / "plan.json")]) == 3
    assert "refused: " in capsys.readouterr().out

    proof.unlink()
    assert main(["verify", str(tmp_path / "plan.json")]) == 3
    assert "its proof cannot be read" in capsys.readouterr().out


def test_a_proof_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "infant-interfant-6kg", "--prove"]) == 2
    assert "-o DIR says where" in capsys.readouterr().err
