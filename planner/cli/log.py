"""``planner log``: the chain of plans that a plan follows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli.options import Json


def log_plans(
    plan: Annotated[str, typer.Argument(metavar="PLAN.json", help="The newest plan.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--in",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Where the plans before it are; default: the folder of PLAN.json. Folders in it "
            "are looked through, too.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show what each plan has changed, from this one back to the first."""
    from planner.cli.output import to_json
    from planner.cli.plan_file import chain
    from planner.report.text import shown

    steps: list[dict[str, Any]] = []
    for one in chain(plan, Path(plan).parent if folder is None else folder):
        made = one.plan.replan
        steps.append(
            {
                "file": one.file,
                "sha256": one.sha256,
                "as_of": str(one.plan.scenario.document.as_of or "") or None,
                "happened": [] if made is None else list(made.happened),
                "summary": "the first plan" if made is None else made.summary,
                "changes": one.plan.changes,
                "follows": one.plan.follows,
            }
        )
    missing = steps[-1]["follows"]
    if json:
        sys.stdout.write(to_json({"format": "planner-log/1", "plans": steps}))
        return
    for step in steps:
        print(f"{step['sha256'][:12]}  {shown(step['file'])}  as of {step['as_of'] or 'the start'}")
        for said in step["happened"]:
            print(f"    {shown(said)}")
        print(f"    {shown(step['summary'])}")
    if missing is not None:
        print(f"{missing[:12]}  is not among the plans here")
