"""``planner models``: what a scenario can name."""

from __future__ import annotations

from importlib.resources import as_file
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.documents.find import shipped


def policy_text() -> str:
    return shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")


@pytest.fixture
def own_models(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    text = policy_text().replace("id: eocco-0382", "id: a-payer", 1)
    (tmp_path / "policies" / "a-payer.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_shipped_policy_and_drug_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0

    out = capsys.readouterr().out
    with as_file(shipped("models")) as folder:
        files = [*folder.glob("policies/*.yaml"), *folder.glob("drugs/*.yaml")]
    assert files
    for file in files:
        assert f"\n  {file.stem} " in out
    assert "55513-0160-01" in out


def test_a_folder_of_ones_own_is_listed_with_its_name(
    own_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "--models", str(own_models)]) == 0

    out = capsys.readouterr().out
    assert "\n  a-payer " in out
    assert "\n  eocco-0382 " in out


def test_a_broken_model_file_is_refused_with_its_place(
    own_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_models / "policies" / "a-payer.yaml").write_text("format: [", encoding="utf-8")

    assert main(["models", "--models", str(own_models)]) == 2
    assert "a-payer.yaml:1:" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--models", "no/such/folder"]) == 2
    assert capsys.readouterr().err.startswith("no/such/folder:")
