"""The ``planner`` command: its list of commands, and what becomes of every error.

Commands import the rooms they need when they run, so that help and input errors answer at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import typer

from planner.cli.batch import plan_batch
from planner.cli.check import check_scenario
from planner.cli.compare import compare_policies
from planner.cli.criteria import criteria_command
from planner.cli.exits import ExitCode
from planner.cli.explain import explain_plan
from planner.cli.history import read_history
from planner.cli.log import log_plans
from planner.cli.model import write_model
from planner.cli.models import list_model_files
from planner.cli.new import print_new_scenario
from planner.cli.plan import plan_scenario
from planner.cli.replan import replan_course
from planner.cli.schema import print_schema
from planner.cli.trade import trade_options
from planner.cli.verify import verify_document

DEBUG = "PLANNER_DEBUG"
COMPLETE = "_PLANNER_COMPLETE"  # what a shell sets that asks how a word may go on

app = typer.Typer(
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Exit codes: 0 good, 1 a fault of the program itself, 2 wrong usage or bad input, "
    "3 proven infeasible or not compliant, 4 undecided in the time given, "
    "5 engines disagree.",
)
app.command("plan")(plan_scenario)
app.command("check")(check_scenario)
app.command("batch")(plan_batch)
app.command("compare")(compare_policies)
app.command("options")(trade_options)
app.command("explain")(explain_plan)
app.command("criteria")(criteria_command)
app.command("model")(write_model)
app.command("replan")(replan_course)
app.command("log")(log_plans)
app.command("history")(read_history)
app.command("verify")(verify_document)
app.command("new")(print_new_scenario)
app.command("schema")(print_schema)
app.command("models")(list_model_files)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"planner {version('planner')}")
        raise typer.Exit


@app.callback()
def _planner(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    """Plans when blinatumomab is dispensed, hung and billed under a payer's policy.

    It plans dates and quantities; it gives no advice on treatment.
    """


def run() -> None:
    """Runs the command line and leaves with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code.

    No error reaches the user as a traceback: bad input and wrong usage are explained, a fault of
    the program is one line that holds nothing of the input (PLANNER_DEBUG=1 shows the traceback).
    """
    _write_utf8()
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()
    except Exception as fault:
        return _explained(fault)
    return code


def _invoke(arguments: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    if COMPLETE in os.environ:
        command.main(prog_name="planner")  # answers the shell, and leaves
    try:
        with command.make_context("planner", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as leaving:
        return leaving.exit_code
    return ExitCode.GOOD


def _explained(fault: Exception) -> int:
    from planner.documents.errors import InputErrors, place_of

    if isinstance(fault, InputErrors):
        print(fault, file=sys.stderr)
        return ExitCode.BAD_INPUT
    if isinstance(fault, typer.TyperException):
        print(_usage(fault), file=sys.stderr)
        return ExitCode.BAD_INPUT
    if os.environ.get(DEBUG):
        traceback.print_exception(fault)
    else:
        kind, where = type(fault).__name__, place_of(fault)
        print(
            f"planner: a fault of the program: {kind} at {where} ({DEBUG}=1 shows the traceback, "
            "which may hold parts of the input)",
            file=sys.stderr,
        )
    return ExitCode.FAULT


def _usage(error: typer.TyperException) -> str:
    context: typer.Context | None = getattr(error, "ctx", None)
    message = error.format_message()
    if context is None or message.startswith("Usage:"):
        return message
    return f"{context.command_path}: {message}\nTry '{context.command_path} --help'."


def _closed_pipe() -> int:
    """Turns what is left to write away, as a reader such as ``head`` has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.CLOSED_PIPE


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
