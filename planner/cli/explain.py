"""``planner explain``: why this date and no other, why a clause binds, what a word means."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.answer import no_calendar
from planner.cli.options import Json, Models, TimeLimit
from planner.cli.plan import named_scenario
from planner.deadline import Deadline

if TYPE_CHECKING:
    from planner.documents.why import Why


def explain_plan(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT FILE",
            help="A clause (II.A), a date (2026-06-08), 'cycle 4', or a word of the glossary; then "
            "the scenario. A word needs no scenario.",
        ),
    ],
    models: Models,
    json: Json = False,
    time_limit: TimeLimit = 60.0,
) -> None:
    """Say why a date, a cycle or a clause is as it is in the plan, and what forbids another day.

    A date is asked after by wishing for it: there is a calendar with it, or what stands against it.
    """
    from planner import api
    from planner.cli.output import progress
    from planner.fleet.why import Ground, UnknownError, meaning, why

    for words in (what, what[:-1]):
        found = meaning(" ".join(words))
        if found is not None:
            _print(found, json)
            return
    if len(what) < 2:
        raise typer.BadParameter(f"'{what[0]}' is no word of the glossary; for a plan: WHAT FILE")
    deadline = Deadline(time_limit or None)
    loaded, known = named_scenario(what[-1], models), api.Known(models)
    from planner.documents.plan import Plan

    with progress("Explaining"):
        outcome = api.plan(loaded, known=known, time_limit=time_limit, deadline=deadline)
        if not isinstance(outcome, Plan):
            no_calendar(outcome, loaded, known, json=json, evidence=False, deadline=deadline)
        try:
            found = why(" ".join(what[:-1]), Ground(loaded, known, outcome, deadline))
        except UnknownError as fault:
            raise typer.BadParameter(str(fault)) from None
    _print(found, json)


def _print(found: Why, json: bool) -> None:
    from planner.cli.output import document_json, screen
    from planner.report.why import render

    if json:
        sys.stdout.write(document_json(found))
    else:
        render(found, screen())
