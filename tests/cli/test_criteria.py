"""``planner criteria``: exit codes, the JSON document, and what is not imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.cli.new import EXAMPLES, scenario_text
from planner.coverage import DisagreementError
from planner.documents.load import shipped
from tests.cli.running import planner

SHIPPED = sorted(
    name.removesuffix(".yaml")
    for name in (file.name for file in shipped("scenarios").iterdir())
    if name.endswith(".yaml")
)


def written(folder: Path, indication: str, old: str = "", new: str = "") -> str:
    """A new scenario of an indication, one part of it replaced."""
    text = scenario_text(indication)
    assert old in text
    file = folder / "scenario.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_meets_the_criteria(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["criteria", name]) == 0
    assert "\nMET by " in capsys.readouterr().out


@pytest.mark.parametrize("indication", EXAMPLES)
def test_every_new_scenario_meets_the_criteria(indication: str, tmp_path: Path) -> None:
    assert main(["criteria", written(tmp_path, indication)]) == 0


def test_exit_codes_are_0_met_3_not_met_and_4_not_decided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disease = "disease: relapsed-refractory"
    assert main(["criteria", written(tmp_path, "adult-rr")]) == 0
    changed = written(tmp_path, "adult-rr", disease, "disease: complete-response")
    assert main(["criteria", changed]) == 3
    assert "\nNOT MET\n" in capsys.readouterr().out
    assert main(["criteria", written(tmp_path, "adult-rr", f"\n    {disease}", "")]) == 4
    out = capsys.readouterr().out
    assert "\nNOT DECIDED\n" in out
    assert "\n  patient.facts.disease\n" in out


def test_a_renewal_is_asked_for_by_a_flag(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["criteria", "adult-rr-70kg", "--renewal"]) == 4
    assert "patient.facts.renewal.toxicity" in capsys.readouterr().out
    assert main(["criteria", "adult-rr-authorizations-given", "--renewal"]) == 0
    assert main(["criteria", "pediatric-mrd-20kg", "--renewal"]) == 3
    assert "No fact would meet them" in capsys.readouterr().out


def test_json_is_one_document_on_standard_output() -> None:
    done = planner("criteria", "-", "--json", stdin=scenario_text("adult-consolidation"))
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (answer["format"], answer["status"]) == ("planner-criteria/1", "met")
    assert [never["proven"] for never in answer["never_met"]] == [True]


@pytest.mark.parametrize(
    ("scenario", "loads_solver"), [("adult-rr-40kg", False), ("adult-consolidation-70kg", True)]
)
def test_the_solver_is_imported_for_a_proof_alone(scenario: str, loads_solver: bool) -> None:
    probe = (
        "import sys; from planner.cli.main import main; "
        f"code = main(['criteria', {scenario!r}, '--json']); "
        "sys.stderr.write(str('ortools' in sys.modules)); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, str(loads_solver))


def test_a_policy_without_criteria_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shipped("models").joinpath("policies/eocco-0382.yaml").read_text(encoding="utf-8")
    begin, end = text.index("criteria:\n"), text.index("\nreadings:\n")
    policy = tmp_path / "policy.yaml"
    policy.write_text(text[:begin] + text[end:], encoding="utf-8")
    changed = written(tmp_path, "adult-rr", "policy: eocco-0382", "policy: ./policy.yaml")
    assert main(["criteria", changed]) == 2
    assert "criteria: found nothing, allowed criteria" in capsys.readouterr().err


def test_a_scenario_that_does_not_fit_its_policy_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = written(tmp_path, "adult-rr", "#readings:\n#  window", "readings:\n  windows")
    assert main(["criteria", changed]) == 2
    assert "the unknown reading 'windows'" in capsys.readouterr().err


def test_engines_that_disagree_leave_with_code_5(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def disagree(*_: object, **__: object) -> None:
        raise DisagreementError("one finds a patient, the other none")

    monkeypatch.setattr("planner.coverage.criteria", disagree)
    assert main(["criteria", "adult-rr-70kg"]) == 5
    assert "a fault of the program: one finds a patient" in capsys.readouterr().err
