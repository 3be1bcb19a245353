"""Where model files are looked for, and in which order."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from planner.api import Known
from planner.documents.find import shipped_scenario
from planner.documents.load import (
    InputErrors,
    list_models,
    load_policy,
    load_scenario,
    parse_scenario,
    shipped,
)

SHIPPED = shipped("models").joinpath("policies/eocco-0382.yaml").read_text(encoding="utf-8")
SCENARIO = """format: planner-scenario/1
policy: {policy}
patient: {{weight_kg: 70}}
indication: adult-rr
request: {{first_infusion: 2026-01-05}}
"""


def folder_with(path: Path, payer: str, name: str = "eocco-0382") -> Path:
    """A folder of models with one policy of another payer."""
    (path / "policies").mkdir(parents=True)
    text = SHIPPED.replace("payer: Eastern", f"payer: {payer}", 1)
    (path / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def test_a_folder_given_wins_over_the_environment_and_that_over_the_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_policy("eocco-0382").policy.payer.startswith("Eastern")
    monkeypatch.setenv("PLANNER_MODELS", str(folder_with(tmp_path / "env", "Environment")))
    assert load_policy("eocco-0382").policy.payer.startswith("Environment")
    given = folder_with(tmp_path / "given", "Given")
    assert load_policy("eocco-0382", [given]).policy.payer.startswith("Given")


def test_shipped_models_stay_visible_beside_a_folder_given(tmp_path: Path) -> None:
    given = folder_with(tmp_path, "Given", "other")
    found = [(file.kind, file.id, file.origin) for file in list_models([given])]
    assert ("policies", "other", str(given)) in found
    assert ("policies", "eocco-0382", "shipped") in found
    assert ("drugs", "blinatumomab", "shipped") in found


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="found no such folder"):
        load_policy("eocco-0382", [tmp_path / "nowhere"])


def test_an_unknown_id_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputErrors, match=r"Maybe you meant eocco-0382\."):
        load_policy("eocco-382")


def test_a_scenario_may_name_a_policy_beside_it(tmp_path: Path) -> None:
    folder_with(tmp_path, "Beside")
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO.format(policy="policies/eocco-0382.yaml"), encoding="utf-8")
    policy, _ = Known().matched(load_scenario(file))
    assert policy.policy.payer.startswith("Beside")


def test_errors_of_the_policy_named_are_told_with_its_file_and_what_is_not_found(
    tmp_path: Path,
) -> None:
    folder_with(tmp_path, "Beside")
    policy = tmp_path / "policies" / "eocco-0382.yaml"
    policy.write_text(SHIPPED.replace("limit: 28", "limit: 0", 1), encoding="utf-8")
    file = tmp_path / "scenario.yaml"
    text = SCENARIO.format(policy="policies/eocco-0382.yaml") + "drug: blina\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as refused:
        Known().matched(load_scenario(file))
    files = {Path(problem.file).name: problem.path for problem in refused.value.problems}
    assert files == {"scenario.yaml": "drug", "eocco-0382.yaml": "clauses.II.A.limit"}


def test_names_that_nothing_is_found_by_are_told_with_the_errors_beside_them() -> None:
    text = SCENARIO.format(policy="eocco-382") + "drug: blina\nmore: 1\n"
    with pytest.raises(InputErrors) as refused:
        parse_scenario(text, models_dirs=())
    assert {problem.path for problem in refused.value.problems} == {"policy", "drug", "more"}


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="no such file"):
        load_scenario(tmp_path / "nothing.yaml")
    with pytest.raises(InputErrors, match="found a folder, allowed a readable file"):
        load_scenario(tmp_path)
    with pytest.raises(InputErrors, match="a readable file"):
        load_scenario("\0")


def test_standard_input_is_a_file_named_by_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = SCENARIO.format(policy="eocco-0382").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    loaded = load_scenario("-")
    assert loaded.file == "-"
    assert loaded.scenario.indication == "adult-rr"


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    """Printf 'x' | sha256sum is not asked: the digest changes with any byte, even a comment's."""
    text = SCENARIO.format(policy="eocco-0382")
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yaml"]
    for file, more in zip(files, ("", "", "# a comment\n"), strict=True):
        file.write_text(text + more, encoding="utf-8")
    first, second, third = (load_scenario(file) for file in files)
    assert first.sha256 == second.sha256 != third.sha256
    assert first.scenario == third.scenario


def test_a_shipped_scenario_goes_by_its_name_and_a_file_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = shipped_scenario("adult-rr-70kg")
    assert found is not None
    assert found.name == "adult-rr-70kg.yaml"
    assert shipped_scenario("-") is None
    assert shipped_scenario("folder/adult-rr-70kg") is None
    (tmp_path / "adult-rr-70kg").write_text("a file of that name")
    assert shipped_scenario("adult-rr-70kg") is None


def test_a_name_of_nothing_is_answered_with_the_nearest_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputErrors) as refused:
        shipped_scenario("adult-rr-70k")
    assert str(refused.value) == (
        "adult-rr-70k: found no such file, allowed a file, or the name of a shipped scenario\n"
        "  Maybe you meant adult-rr-70kg."
    )
