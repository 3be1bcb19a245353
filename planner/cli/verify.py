"""``planner verify``: audits a plan from its own file."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import Json, Models


def verify_plan(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN.json", help="A plan as 'planner plan --json' wrote it, '-' for stdin."
        ),
    ],
    models: Models,
    json: Json = False,
) -> None:
    """Check a finished plan against every clause of its policy.

    The check is made by code that shares nothing with the search for plans.
    """
    from planner.audit import audit
    from planner.cli.output import document_json
    from planner.cli.plan_file import load_plan
    from planner.report.text import count, shown

    found = audit(load_plan(plan), models_dirs=models)
    if json:
        sys.stdout.write(document_json(found))
    else:
        violations = (
            count(len(found.violations), "violation") if found.violations else "no violation"
        )
        print(f"{count(found.clauses, 'clause')} checked, {violations}")
        for violation in found.violations:
            print(f"  {shown(violation.clause)}: {shown(violation.says)}")
    if found.violations:
        raise typer.Exit(ExitCode.INFEASIBLE)
