"""The targets of the Makefile, as ``make help`` lists them: what each would run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGETS = re.findall(r"make ([\w-]+) ", (ROOT / "Makefile").read_text(encoding="utf-8"))
OF_TESTS = ("test", "test-long", "browser")
# a test for every way to be marked; the targets select by marks alone, see collected()
MARKED = """
import pytest
long, browser = pytest.mark.long, pytest.mark.browser
def test_plain(): ...
@long
def test_long(): ...
@browser
def test_browser(): ...
@long
@browser
def test_long_browser(): ...
@pytest.mark.parametrize("n", [1, pytest.param(2, marks=long)])
def test_sampled(n): ...
"""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def would_run(target: str) -> str:
    """What a target would run on a machine where nothing is there yet (``--always-make``)."""
    command = ["make", "--dry-run", "--always-make", target]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return ran.stdout


def collected(target: str, file: Path) -> list[str]:
    """The tests of a file that a target selects, with its own options of pytest and this tree's."""
    [line] = [line for line in would_run(target).splitlines() if "/pytest " in line]
    options = shlex.split(line.partition("/pytest ")[2])
    ways = {"-n", "2", "--dist", "worksteal", "--benchmark-disable"}
    # nothing but the marks chooses: no folder, name or list of what is left out
    assert [option for option in options if option not in ways][:-1] == ["-m"]
    here = ["-c", str(ROOT / "pyproject.toml"), "--collect-only", "-q", "-n", "0", str(file)]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *here],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return re.findall(r"::(\S+)", ran.stdout)


@pytest.mark.parametrize("target", sorted(set(TARGETS)))
def test_what_a_target_calls_pip_for_is_to_install(target: str) -> None:
    said = would_run(target)
    lines = [line for line in said.splitlines() if " -m pip " in line]
    assert said
    assert all(" install " in line for line in lines), lines


def test_every_target_is_looked_at() -> None:
    expected = {"plan", *OF_TESTS, "lint", "mutants", "bench", "many", "clean"}
    assert expected == set(TARGETS)


def test_every_test_is_run_by_one_target_and_none_by_two(tmp_path: Path) -> None:
    file = tmp_path / "test_marked.py"
    file.write_text(MARKED, encoding="utf-8")
    runs = {target: collected(target, file) for target in OF_TESTS}
    assert runs["test"] == ["test_plain", "test_sampled[1]"]
    assert runs["test-long"] == ["test_long", "test_sampled[2]"]
    assert runs["browser"] == ["test_browser", "test_long_browser"]
