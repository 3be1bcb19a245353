"""What ``plan`` and ``check`` print where there is no calendar."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from planner.cli.exits import ExitCode

if TYPE_CHECKING:
    from planner.documents.load import LoadedScenario
    from planner.documents.outcome import Infeasible, Undecided

UNDECIDED = (
    "Undecided: the time ran out before a calendar was found or ruled out. "
    "Maybe give --time-limit more seconds."
)
UNPROVEN = (
    "Undecided: the search found no calendar, and neither a certificate nor a second engine "
    "confirms that there is none. Maybe install the extra 'certify'."
)


def no_calendar(
    outcome: Infeasible | Undecided,
    scenario: LoadedScenario,
    models: list[Path],
    *,
    json: bool,
    evidence: bool,
) -> NoReturn:
    """Explains why there is no calendar, or says that this is not decided, and ends the command."""
    from planner import api
    from planner.cli.output import document_json, progress, screen, to_json
    from planner.proof.certificate import DisagreementError
    from planner.report.conflict import render

    conflict = None
    if outcome.status == "infeasible":
        try:
            with progress("Explaining"):
                conflict = api.explain(scenario, models=models, evidence=evidence)
        except DisagreementError as fault:
            print(f"planner: {fault}", file=sys.stderr)
            raise typer.Exit(ExitCode.DISAGREEMENT) from None
    if conflict is None:
        words = UNDECIDED if outcome.status == "undecided" else UNPROVEN
        if json:
            sys.stdout.write(to_json({"status": "undecided", "because": words}))
        else:
            print(words)
        raise typer.Exit(ExitCode.UNDECIDED)
    if json:
        sys.stdout.write(document_json(conflict))
    else:
        render(conflict, screen())
    raise typer.Exit(ExitCode.INFEASIBLE)
