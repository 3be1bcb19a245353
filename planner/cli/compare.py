"""``planner compare``: one scenario under several policies."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import IgnoreCriteria, Json, Models, Policies, ScenarioFile, TimeLimit
from planner.cli.plan import named_scenario


def compare_policies(
    scenario: ScenarioFile,
    models: Models,
    policies: Policies = None,
    json: Json = False,
    ignore_criteria: IgnoreCriteria = False,
    time_limit: TimeLimit = 60.0,
) -> None:
    """Show where policies differ for one patient: criteria, calendar, limits, claims.

    Leaves with the gravest of the exit codes that 'planner plan' would have under each policy.
    """
    from planner import api
    from planner.cli.output import document_json, progress, screen

    known, loaded = api.Known(models), named_scenario(scenario, models)
    from planner.fleet.compare import BrokenPlanError, compare, exit_code
    from planner.report.compare import render

    with progress("Comparing"):
        try:
            found = compare(
                loaded,
                _names(policies, loaded.scenario.policy, models),
                known,
                ignore_criteria=ignore_criteria,
                time_limit=time_limit,
            )
        except BrokenPlanError as fault:
            print(f"planner: a fault of the program: {fault}", file=sys.stderr)
            raise typer.Exit(ExitCode.FAULT) from None
    if json:
        sys.stdout.write(document_json(found))
    else:
        render(found, screen())
    if exit_code(found) != ExitCode.GOOD:
        raise typer.Exit(exit_code(found))


def _names(policies: str | None, own: str, models: list[Path]) -> list[str]:
    from planner.documents.find import list_models

    if policies is None:
        known = [file.id for file in list_models(models) if file.kind == "policies"]
        return list(dict.fromkeys([own, *known]))
    names = [name.strip() for name in policies.split(",")]
    if not all(names) or len(set(names)) != len(names):
        raise typer.BadParameter("takes names of policies, each once, separated by commas")
    return names
