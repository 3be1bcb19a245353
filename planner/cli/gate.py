"""The criteria come first: what ``plan`` and ``check`` do before they look for a calendar."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli.answer import write_files
from planner.cli.exits import ExitCode

if TYPE_CHECKING:
    from planner import api
    from planner.documents.criteria import CriteriaAnswer
    from planner.documents.read_scenario import LoadedScenario


def criteria_first(
    scenario: LoadedScenario,
    known: api.Known,
    *,
    ignore: bool,
    json: bool,
    out: Path | None = None,
    formats: Sequence[str] | None = None,
) -> CriteriaAnswer | None:
    """The answer to the initial criteria; None where the policy file has none.

    Where they are not met and ``ignore`` does not say to go on, prints which are not and ends the
    command; into the folder ``out`` goes criteria.json, where ``formats`` have json.
    """
    from planner import api
    from planner.coverage import DisagreementError

    try:
        answer = api.criteria(scenario, known=known)
    except DisagreementError as fault:
        print(f"planner: a fault of the program: {fault}", file=sys.stderr)
        raise typer.Exit(ExitCode.DISAGREEMENT) from fault
    if answer is None or answer.status != "not-met" or ignore:
        return answer
    if out is not None:
        from planner.report.artefacts import CONFLICT_FORMATS, write_criteria

        chosen = CONFLICT_FORMATS if formats is None else formats
        write_files(out, lambda: write_criteria(answer, out, chosen))
    _refuse(answer, json=json)
    raise typer.Exit(ExitCode.INFEASIBLE)


def _refuse(answer: CriteriaAnswer, *, json: bool) -> None:
    from planner.cli.output import document_json, screen
    from planner.report.criteria import render_refusal

    if json:
        sys.stdout.write(document_json(answer))
    else:
        render_refusal(answer, screen())
