"""``planner plan``: a calendar for a scenario."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import Json, Models

if TYPE_CHECKING:
    from planner.documents.load import LoadedScenario
    from planner.documents.plan import Plan


def plan_scenario(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A scenario file, '-' for standard input, or the name of a shipped scenario.",
        ),
    ],
    models: Models,
    json: Json = False,
    full: Annotated[
        bool, typer.Option("--full", help="List every dispense, bag and claim line.")
    ] = False,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            min=0.1,
            help="Undecided after this long (deterministic seconds).",
        ),
    ] = 60.0,
) -> None:
    """Print the best calendar for a scenario, or that none exists."""
    from planner import api
    from planner.cli.output import document_json, progress, screen, to_json
    from planner.documents.plan import Plan
    from planner.report.terminal import render

    loaded = _load(scenario)
    with progress("Planning"):
        outcome = api.plan(loaded, models=models, time_limit=time_limit)
    if not isinstance(outcome, Plan):
        if json:
            sys.stdout.write(to_json(asdict(outcome)))
        else:
            print(_WORDS[outcome.status])
        raise typer.Exit(_CODES[outcome.status])
    _refuse_violations(outcome)
    if json:
        sys.stdout.write(document_json(outcome))
    else:
        render(outcome, screen(), full=full)


_CODES = {"infeasible": ExitCode.INFEASIBLE, "undecided": ExitCode.UNDECIDED}
_WORDS = {
    "infeasible": "Infeasible: no calendar keeps every rule of the policy and every request.",
    "undecided": "Undecided: the time ran out before a calendar was found or ruled out. "
    "Maybe give --time-limit more seconds.",
}


def _load(scenario: str) -> LoadedScenario:
    """Reads the file of that name, else the shipped scenario of that name."""
    from planner.documents.find import shipped
    from planner.documents.load import load_scenario, parse_scenario

    named = shipped("scenarios").joinpath(f"{scenario}.yaml")
    is_name = Path(scenario).name == scenario and not Path(scenario).exists()
    if is_name and named.is_file():
        return parse_scenario(named.read_bytes(), f"scenarios/{scenario}.yaml")
    return load_scenario(scenario)


def _refuse_violations(plan: Plan) -> None:
    """Stops where the audit finds a plan wrong: a fault of the search, never shown as a plan."""
    violated = dict.fromkeys(violation.clause for violation in plan.audit.violations)
    if violated:
        print(
            f"planner: a fault of the program: the plan breaks {', '.join(violated)}",
            file=sys.stderr,
        )
        raise typer.Exit(ExitCode.FAULT)
