"""The targets of the Makefile, as ``make help`` lists them: what each would run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGETS = re.findall(r"make (\w+) ", (ROOT / "Makefile").read_text(encoding="utf-8"))


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("target", sorted(set(TARGETS)))
def test_what_a_target_calls_pip_for_is_to_install(target: str) -> None:
    # --always-make: as on a machine where nothing is there yet
    command = ["make", "--dry-run", "--always-make", target]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    lines = [line for line in ran.stdout.splitlines() if " -m pip " in line]
    assert ran.stdout
    assert all(" install " in line for line in lines), lines


def test_every_target_is_looked_at() -> None:
    assert {"plan", "test", "lint", "browser", "mutants", "bench", "many", "clean"} == set(TARGETS)
