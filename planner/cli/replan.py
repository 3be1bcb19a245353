"""``planner replan``: the plan that follows another after what has happened."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.answer import no_calendar, write_files
from planner.cli.exits import ExitCode
from planner.cli.gate import criteria_first
from planner.cli.options import Evidence, IgnoreCriteria, Json, Models, TimeLimit, folder
from planner.cli.plan import chosen_formats, refuse_violations
from planner.deadline import Deadline

if TYPE_CHECKING:
    from planner.documents.events import LoadedEvents
    from planner.documents.plan import Plan
    from planner.replan.placed import LoadedPlan


def replan_course(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN.json",
            help="The plan in force, as 'planner plan --json' wrote it, '-' for standard input.",
        ),
    ],
    models: Models,
    events: Annotated[
        str | None,
        typer.Option(
            "--with", metavar="EVENTS.yaml", help="What has happened (planner schema events)."
        ),
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            metavar="EVENT",
            help="One event, as '2026-03-04 broken vial' or '2026-03-04 interruption, days: 4'; "
            "may be given again.",
        ),
    ] = None,
    json: Json = False,
    full: Annotated[bool, typer.Option("--full", help="Print the whole new plan, too.")] = False,
    out: Annotated[
        Path | None,
        folder("Also write the new plan's files into a folder; never over the plan in force."),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", metavar="LIST", help="Which files, as of 'planner plan'."),
    ] = None,
    ignore_criteria: IgnoreCriteria = False,
    evidence: Evidence = False,
    time_limit: TimeLimit = 60.0,
) -> None:
    """Change a plan as little as can be after what has happened, and say whom to tell.

    What no event contradicts has happened as planned. With nothing to tell nothing changes.
    """
    from planner import api
    from planner.cli.output import document_json, progress, screen
    from planner.cli.plan_file import load_whole
    from planner.documents.plan import Plan
    from planner.replan.run import replan, with_events

    deadline = Deadline(time_limit or None)
    chosen = chosen_formats(formats, out)
    told = _events(events, event)
    loaded, known = load_whole(plan), api.Known(models)
    _not_over(plan, out)
    with progress("Replanning"):
        outcome = replan(loaded, told, known=known, time_limit=time_limit, deadline=deadline)
    scenario = outcome.following.scenario
    answer = criteria_first(
        scenario, known, ignore=ignore_criteria, json=json, out=out, formats=chosen
    )
    if not isinstance(outcome.plan, Plan):
        no_calendar(
            outcome.plan,
            scenario,
            known,
            json=json,
            evidence=evidence,
            out=out,
            formats=chosen,
            deadline=deadline,
            told=partial(with_events, outcome.following, told),
        )
    refuse_violations(outcome.plan)
    made = api.covered(outcome.plan, answer, known=known)
    refuse_violations(made)
    if out is not None:
        _write(made, loaded, plan, out, chosen, models)
    if json:
        sys.stdout.write(document_json(made))
        return
    from planner.report.replan import render_replan
    from planner.report.screen import render

    render_replan(made, screen())
    if full:
        print()
        render(made, screen())


def _events(file: str | None, event: list[str] | None) -> LoadedEvents:
    from planner.documents.events import load_events, spoken

    if file is not None and event:
        raise typer.BadParameter("give either --with FILE or --event, which may be given again")
    return spoken(event or []) if file is None else load_events(file)


def _not_over(source: str, out: Path | None) -> None:
    """The plan in force stays as it is."""
    if (
        out is not None
        and source != "-"
        and (out / "plan.json").resolve() == Path(source).resolve()
    ):
        print(
            f"{source}: the plan in force is not written over: name another folder", file=sys.stderr
        )
        raise typer.Exit(ExitCode.BAD_INPUT)


def _write(
    made: Plan,
    old: LoadedPlan,
    source: str,
    out: Path,
    formats: tuple[str, ...],
    models: list[Path],
) -> None:
    """Events of a calendar that is out already, beside the plan in force or by that plan, come as
    updates and cancellations."""
    from planner.report.artefacts import write_artefacts
    from planner.report.calendar_ics import ALL_FILE, published

    beside = Path(source).parent / ALL_FILE
    known = source != "-" and beside.is_file()
    previous = published(beside.read_bytes()) if known else old.plan
    write_files(
        out,
        lambda: write_artefacts(made, out, formats, models_dirs=models, previous=previous),
    )
