"""The command line as a whole: help, wrong usage, faults, pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from planner.cli.main import app, main
from tests.cli.running import planner

COMMANDS = (
    "plan",
    "check",
    "batch",
    "compare",
    "options",
    "explain",
    "criteria",
    "model",
    "replan",
    "log",
    "history",
    "verify",
    "new",
    "schema",
    "models",
)
HEAVY = ("ortools", "numpy", "pandas", "ruamel", "rich", "holidays")
SOLVER = ("ortools", "pandas", "z3", "planner.constraints", "planner.search")


def test_help_lists_every_command_and_the_exit_codes() -> None:
    done = planner("--help")

    assert done.returncode == 0
    assert done.stderr == ""
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [word for word in listed if word in COMMANDS] == list(COMMANDS)
    assert len(app.registered_commands) == len(COMMANDS)
    assert "Exit codes: 0 good" in done.stdout


def _imported(arguments: tuple[str, ...], modules: tuple[str, ...]) -> tuple[int, list[str]]:
    """The exit code of a command, and which of some modules it has imported."""
    probe = (
        "import sys; from planner.cli.main import main; "
        f"code = main({list(arguments)!r}); "
        f"sys.stderr.write('\\n' + ' '.join(sorted(set({modules!r}) & set(sys.modules)))); "
        "sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )

    return done.returncode, done.stderr.splitlines()[-1].split() if done.stderr.strip() else []


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("plan", "--help"), ("new",), ("schema",), ("schema", "plan")],
)
def test_what_needs_no_scenario_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert _imported(arguments, HEAVY) == (0, [])


@pytest.mark.parametrize("command", ["plan", "check", "criteria", "compare"])
def test_a_file_with_errors_is_refused_before_anything_heavy_is_imported(
    command: str, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("format: planner-scenario/1\npatient: {weight_kg: -3}\n")
    heavy = (*(name for name in HEAVY if name != "ruamel"), *SOLVER)
    assert _imported((command, str(file)), heavy) == (2, [])


def test_a_plan_is_verified_without_the_solver(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(planner("plan", "infant-interfant-6kg", "--json").stdout)
    assert _imported(("verify", str(file)), SOLVER) == (0, [])


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
        (("plan", "x", "--time-limit", "-1"), "Invalid value for '--time-limit'"),
        (("schema", "bag"), "'bag' is none of scenario, plan, conflict, options, parties"),
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
