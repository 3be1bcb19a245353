"""What is installed: the package with its models and scenarios."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize("folder", ["models", "scenarios"])
def test_the_wheel_holds_every_model_and_scenario_as_it_is(installed: Path, folder: str) -> None:
    files = [path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()]

    assert files
    for file in files:
        assert (installed / "planner" / file).read_bytes() == (ROOT / file).read_bytes()


def test_the_wheel_holds_every_module_and_no_test(installed: Path) -> None:
    modules = {path.relative_to(ROOT) for path in (ROOT / "planner").rglob("*.py")}

    assert {path.relative_to(installed) for path in installed.rglob("*.py")} == modules


def test_an_installed_planner_finds_its_models(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "planner", "models"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "eocco-0382" in done.stdout
