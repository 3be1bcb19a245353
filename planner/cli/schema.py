"""``planner schema``: JSON Schema of the files this program reads and writes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def print_schema(
    document: Annotated[
        str,
        typer.Argument(
            metavar="[scenario|plan|conflict|options|parties|events]", help="Which document."
        ),
    ] = "scenario",
) -> None:
    """Print the JSON Schema of a document: scenario, plan, conflict, options, parties, events."""
    from planner.cli.output import to_json
    from planner.documents.schema import (
        conflict_schema,
        events_schema,
        options_schema,
        parties_schema,
        plan_schema,
        scenario_schema,
    )

    schemas = {
        "scenario": scenario_schema,
        "plan": plan_schema,
        "conflict": conflict_schema,
        "options": options_schema,
        "parties": parties_schema,
        "events": events_schema,
    }
    if document not in schemas:
        raise typer.BadParameter(f"'{document}' is none of {', '.join(schemas)}")
    sys.stdout.write(to_json(schemas[document]()))
