"""``planner criteria``: whether a scenario meets the payer's criteria."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import Json, Models
from planner.cli.plan import named_scenario

if TYPE_CHECKING:
    from planner.documents.criteria import CriteriaAnswer
    from planner.documents.load import LoadedPolicy, LoadedScenario

_CODES = {
    "met": ExitCode.GOOD,
    "not-met": ExitCode.INFEASIBLE,
    "undecided": ExitCode.UNDECIDED,
}


def criteria_command(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A scenario file, '-' for standard input, or the name of a shipped scenario.",
        ),
    ],
    models: Models,
    renewal: Annotated[
        bool, typer.Option("--renewal", help="Ask the criteria of a renewal.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell whether a scenario meets the approval criteria, and what is missing.

    Exit code 0 met, 3 not met, 4 not decided.
    """
    from planner import api
    from planner.cli.output import document_json, screen

    loaded, known = named_scenario(scenario, models), api.Known(models)
    from planner.documents.load import fitted  # a file with errors is refused before all this

    policy, _ = fitted(loaded, known.policy, known.drug)
    answer = _answer(loaded, policy, renewal=renewal)
    if json:
        sys.stdout.write(document_json(answer))
    else:
        from planner.report.criteria import render

        render(answer, screen())
    if answer.status != "met":
        raise typer.Exit(_CODES[answer.status])


def _answer(loaded: LoadedScenario, policy: LoadedPolicy, *, renewal: bool) -> CriteriaAnswer:
    from planner.coverage import DisagreementError, NoCriteriaError, criteria
    from planner.documents.errors import InputErrors, Problem

    try:
        return criteria(loaded.scenario, policy.policy, renewal=renewal)
    except NoCriteriaError:
        wanted = f"criteria with the key '{'renewal' if renewal else 'initial'}'"
        problem = Problem(policy.file, 0, 0, "criteria", "nothing", wanted)
        raise InputErrors([problem]) from None
    except DisagreementError as fault:
        print(f"planner: a fault of the program: {fault}", file=sys.stderr)
        raise typer.Exit(ExitCode.DISAGREEMENT) from fault
