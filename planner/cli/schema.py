"""``planner schema``: JSON Schema of the files this program reads and writes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def print_schema(
    document: Annotated[
        str, typer.Argument(metavar="[scenario|plan]", help="Which document.")
    ] = "scenario",
) -> None:
    """Print the JSON Schema of a scenario, or of a plan."""
    if document not in ("scenario", "plan"):
        raise typer.BadParameter(f"'{document}' is neither 'scenario' nor 'plan'")
    from planner.cli.output import to_json
    from planner.documents.schema import plan_schema, scenario_schema

    schema = scenario_schema() if document == "scenario" else plan_schema()
    sys.stdout.write(to_json(schema))
