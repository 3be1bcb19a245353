"""The command line as a whole: help, wrong usage, faults, pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version

import pytest

from planner.cli.main import app, main
from tests.cli.running import planner

COMMANDS = ("plan", "check", "batch", "compare", "criteria", "verify", "new", "schema", "models")
HEAVY = ("ortools", "numpy", "pandas", "ruamel", "rich", "holidays")


def test_help_lists_every_command_and_the_exit_codes() -> None:
    done = planner("--help")

    assert done.returncode == 0
    assert done.stderr == ""
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [word for word in listed if word in COMMANDS] == list(COMMANDS)
    assert len(app.registered_commands) == len(COMMANDS)
    assert "Exit codes: 0 good" in done.stdout


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("plan", "--help"), ("new",)])
def test_what_needs_no_scenario_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    probe = (
        "import sys; from planner.cli.main import main; "
        f"code = main({list(arguments)!r}); "
        f"sys.stderr.write(' '.join(sorted(set({HEAVY!r}) & set(sys.modules)))); sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_the_packages() -> None:
    assert planner("--version").stdout == f"planner {version('planner')}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Usage: planner"),
        (("dispense",), "No such command 'dispense'"),
        (("plan",), "Missing argument 'FILE'"),
        (("plan", "--colour", "x"), "No such option: --colour"),
        (("plan", "x", "--time-limit", "soon"), "Invalid value for '--time-limit'"),
        (("plan", "x", "--time-limit", "0"), "Invalid value for '--time-limit'"),
        (("schema", "bag"), "'bag' is none of scenario, plan, parties"),
        (("new", "--indication", "adult"), "'adult' is none of adult-rr, "),
    ],
)
def test_wrong_usage_is_explained_on_standard_error(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def _fail(_: str) -> str:
    raise ValueError("Ana Lopez, 41")


def _interrupt(_: str) -> str:
    raise KeyboardInterrupt


def test_a_fault_of_the_program_is_one_line_without_the_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PLANNER_DEBUG", raising=False)
    monkeypatch.setattr("planner.cli.new.scenario_text", _fail)

    assert main(["new"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("planner: a fault of the program: ValueError at planner/cli/new.py:")
    assert err.count("\n") == 1
    assert "Ana" not in err


def test_the_debug_variable_shows_the_traceback_of_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANNER_DEBUG", "1")
    monkeypatch.setattr("planner.cli.new.scenario_text", _fail)

    assert main(["new"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_from_the_keyboard_leaves_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("planner.cli.new.scenario_text", _interrupt)

    assert main(["new"]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", [("schema", "plan"), ("models",), ("--help",)])
def test_a_reader_that_leaves_early_is_no_error(command: tuple[str, ...]) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "planner", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()

    assert writer.stderr.read() == b""
    assert writer.wait(timeout=60) == 141
    writer.stderr.close()


def test_output_is_utf_8_whatever_the_locale() -> None:
    done = planner("schema", env={"PYTHONIOENCODING": "latin-1", "LC_ALL": "C", "PYTHONUTF8": "0"})

    assert done.returncode == 0
    assert json.loads(done.stdout)["title"] == "Scenario"
