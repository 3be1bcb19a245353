"""``planner options``: what a little more of one objective buys in the others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.answer import no_calendar, write_files
from planner.cli.exits import ExitCode
from planner.cli.gate import criteria_first
from planner.cli.options import IgnoreCriteria, Json, Models, ScenarioFile, TimeLimit, folder
from planner.cli.plan import named_scenario
from planner.deadline import Deadline

if TYPE_CHECKING:
    from planner.documents.plan import Plan
    from planner.fleet.options import Offered


def trade_options(
    scenario: ScenarioFile,
    models: Models,
    json: Json = False,
    take: Annotated[
        int | None,
        typer.Option("--take", metavar="N", min=1, help="Plan the option of that number."),
    ] = None,
    out: Annotated[
        Path | None,
        folder(
            "Also write files into a folder: options.json and options.html, a picture and a "
            "table; with --take the files of the plan."
        ),
    ] = None,
    ignore_criteria: IgnoreCriteria = False,
    time_limit: TimeLimit = 60.0,
) -> None:
    """Show what a little more of one objective buys in the others: later starts for fewer visits.

    Each option is a calendar that exists, and none is better in delay, bag changes, vials or
    dispenses and no worse in the others; what the time did not suffice for is named.
    """
    from planner import api
    from planner.cli.output import document_json, progress, screen

    deadline = Deadline(time_limit or None)
    loaded, known = named_scenario(scenario, models), api.Known(models)
    known.matched(loaded)
    from planner.fleet.compare import BrokenPlanError
    from planner.fleet.options import Offered, options
    from planner.report.options import render, write_options

    answer = criteria_first(loaded, known, ignore=ignore_criteria, json=json)
    with progress("Looking through options"):
        try:
            offered = options(loaded, known, deadline, rows=time_limit > 0)
            if not isinstance(offered, Offered):
                no_calendar(offered, loaded, known, json=json, evidence=False, deadline=deadline)
            plan = None if take is None else offered.take(_number(take, offered), deadline)
        except BrokenPlanError as fault:
            print(f"planner: a fault of the program: {fault}", file=sys.stderr)
            raise typer.Exit(ExitCode.FAULT) from None
    if plan is not None:
        _print(api.covered(plan, answer, known=known), json, out, models)
        return
    document = offered.options
    if out is not None:
        write_files(out, lambda: write_options(document, out))
    if json:
        sys.stdout.write(document_json(document))
    else:
        render(document, screen())


def _number(take: int, offered: Offered) -> int:
    """The number of an option that there is."""
    last = len(offered.points)
    if take > last:
        raise typer.BadParameter(f"--take {take} is none of the options 1 to {last}")
    return take


def _print(plan: Plan, json: bool, out: Path | None, models: list[Path]) -> None:
    """Prints an option as ``planner plan`` prints its plan."""
    from planner.cli.output import document_json, screen
    from planner.cli.plan import refuse_violations
    from planner.report.artefacts import DEFAULT_FORMATS, write_artefacts
    from planner.report.screen import render

    refuse_violations(plan)
    if out is not None:
        write_files(out, lambda: write_artefacts(plan, out, DEFAULT_FORMATS, models_dirs=models))
    if json:
        sys.stdout.write(document_json(plan))
    else:
        render(plan, screen())
