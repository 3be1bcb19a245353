"""``planner model``: the rows of a scenario, for any other solver."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import Models, ScenarioFile

if TYPE_CHECKING:
    from planner.api import ModelForm

FORMS: dict[str, ModelForm] = {".mps": "mps", ".txt": "cp-sat", ".textproto": "cp-sat"}


def write_model(
    scenario: ScenarioFile,
    models: Models,
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            dir_okay=False,
            allow_dash=True,
            help="Write into a file: FILE.mps, or FILE.txt or FILE.textproto for the text form of "
            "CP-SAT. Default: MPS on standard output.",
        ),
    ] = Path("-"),
) -> None:
    """Write the whole model of a scenario: every rule as rows, for any other solver.

    Variables and rows are named after rules, dates and cycles.
    """
    from planner import api
    from planner.cli.answer import write_files
    from planner.cli.plan import named_scenario

    form = _form(out)
    text = api.model(named_scenario(scenario, models), form=form, models=models)
    if out == Path("-"):
        sys.stdout.write(text)
        return
    from planner.report.artefacts import write_whole

    write_files(out.parent, lambda: write_whole(out.parent, {out.name: text.encode("ascii")}))


def _form(out: Path) -> ModelForm:
    """The form that a file's ending asks for, before anything is read."""
    if out == Path("-"):
        return "mps"
    if out.suffix not in FORMS:
        raise typer.BadParameter(
            f"'{out}' ends in none of {', '.join(FORMS)}", param_hint="'--out'"
        )
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder '{out.parent}'", param_hint="'--out'")
    return FORMS[out.suffix]
