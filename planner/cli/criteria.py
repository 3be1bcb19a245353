"""``planner criteria``: whether a scenario meets the payer's criteria."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import Json, Models
from planner.cli.plan import _load as load

if TYPE_CHECKING:
    from planner.documents.criteria import CriteriaAnswer
    from planner.documents.load import LoadedScenario

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
    from planner.cli.output import document_json, screen

    answer = _answer(load(scenario), models, renewal)
    if json:
        sys.stdout.write(document_json(answer))
    else:
        from planner.report.criteria import render

        render(answer, screen())
    if answer.status != "met":
        raise typer.Exit(_CODES[answer.status])


def _answer(loaded: LoadedScenario, models: Models, renewal: bool) -> CriteriaAnswer:
    from planner.coverage import DisagreementError, NoCriteriaError, criteria
    from planner.documents.errors import InputErrors, Problem
    from planner.documents.load import check_against, load_drug, load_policy

    policy = load_policy(loaded.scenario.policy, models)
    drug = load_drug(loaded.scenario.drug, models)
    problems = check_against(loaded, policy.policy, drug.drug)
    if problems:
        raise InputErrors(problems)
    try:
        return criteria(loaded.scenario, policy.policy, renewal=renewal)
    except NoCriteriaError:
        wanted = f"criteria with the key '{'renewal' if renewal else 'initial'}'"
        problem = Problem(policy.file, 0, 0, "criteria", "nothing", wanted)
        raise InputErrors([problem]) from None
    except DisagreementError as fault:
        print(f"planner: a fault of the program: {fault}", file=sys.stderr)
        raise typer.Exit(ExitCode.DISAGREEMENT) from fault
