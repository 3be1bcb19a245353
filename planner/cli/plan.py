"""``planner plan``: a calendar for a scenario."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.answer import no_calendar, write_files
from planner.cli.exits import ExitCode
from planner.cli.gate import criteria_first
from planner.cli.options import (
    Engine,
    Evidence,
    IgnoreCriteria,
    Json,
    Models,
    ScenarioFile,
    TimeLimit,
    folder,
)
from planner.deadline import Deadline
from planner.documents.roles import Role

if TYPE_CHECKING:
    from planner.documents.parties import Parties
    from planner.documents.plan import Plan
    from planner.documents.proof import Proof
    from planner.documents.read_scenario import LoadedScenario


def plan_scenario(
    scenario: ScenarioFile,
    models: Models,
    json: Json = False,
    full: Annotated[
        bool,
        typer.Option("--full", help="List every dispense, bag and claim line, and the grounds."),
    ] = False,
    role: Annotated[
        Role | None, typer.Option("--role", help="Only what one role has to do, to the end.")
    ] = None,
    out: Annotated[
        Path | None,
        folder(
            "Also write the plan's files into a folder: plan.json, report.html, calendars, "
            "CSV tables and a spreadsheet; of a conflict, conflict.json and report.html."
        ),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="LIST",
            help="Which files, separated by commas, of json, html, ics, csv, xlsx, fhir, 837. "
            "Default: the first five.",
        ),
    ] = None,
    parties: Annotated[
        Path | None,
        typer.Option(
            "--parties",
            metavar="FILE",
            help="Who bills whom for whom, for --format 837 (planner schema parties).",
        ),
    ] = None,
    ignore_criteria: IgnoreCriteria = False,
    evidence: Evidence = False,
    time_limit: TimeLimit = 60.0,
    engine: Engine = "auto",
    prove: Annotated[
        bool,
        typer.Option(
            "--prove",
            help="With -o DIR: also write plan.proof.json, exact certificates that no calendar is "
            "better (planner verify DIR/plan.json).",
        ),
    ] = False,
) -> None:
    """Print the best calendar for a scenario, or that none exists.

    The payer's criteria of approval come first: where they are not met there is no calendar.
    """
    from planner import api
    from planner.cli.output import document_json, paged, progress, screen

    deadline = Deadline(time_limit or None)
    chosen = chosen_formats(formats, out)
    if prove and out is None:
        raise typer.BadParameter("--prove writes plan.proof.json; -o DIR says where")
    billing = _parties(parties, chosen)
    loaded, known = named_scenario(scenario, models), api.Known(models)
    known.matched(loaded)
    from planner.documents.plan import Plan  # a file with errors is refused before all this

    answer = criteria_first(
        loaded, known, ignore=ignore_criteria, json=json, out=out, formats=chosen
    )
    with progress("Planning"):
        outcome = api.plan(
            loaded, known=known, time_limit=time_limit, engine=engine, deadline=deadline
        )
    if not isinstance(outcome, Plan):
        no_calendar(
            outcome,
            loaded,
            known,
            json=json,
            evidence=evidence,
            out=out,
            formats=chosen,
            deadline=deadline,
        )
    refuse_violations(outcome)
    made = api.covered(outcome, answer, known=known)
    refuse_violations(made)
    if time_limit > 0 and engine == "auto":
        from planner.fleet.options import small_steps

        with progress("Looking for small steps"):
            steps = small_steps(loaded, known, made, deadline)
        made = made.model_copy(update={"options": steps})
    proof = None
    if prove:
        with progress("Certifying"):
            made, proof = api.prove(made, known=known, deadline=deadline)
    if out is not None:
        _write(made, out, chosen, models, billing, proof)
    if json:
        sys.stdout.write(document_json(made))
    else:
        from planner.report.screen import render

        console = screen()
        with paged(console):
            render(made, console, full=full, role=role)


def chosen_formats(formats: str | None, out: Path | None) -> tuple[str, ...]:
    """Reads the list of formats before anything is planned."""
    from planner.report.artefacts import DEFAULT_FORMATS, FORMATS

    if formats is None:
        return DEFAULT_FORMATS
    if out is None:
        raise typer.BadParameter("--format says which files to write; -o DIR says where")
    chosen = tuple(name.strip() for name in formats.split(","))
    for name in chosen:
        if name not in FORMATS:
            raise typer.BadParameter(f"'{name}' is none of {', '.join(FORMATS)}")
    return chosen


def _parties(file: Path | None, formats: tuple[str, ...]) -> Parties | None:
    """Reads who bills whom before anything is planned, where claims are asked for."""
    if "837" not in formats:
        return None
    from planner.documents.parties import load_parties

    if file is None:
        raise typer.BadParameter("--format 837 needs --parties FILE: who bills whom for whom")
    return load_parties(file)


def _write(
    plan: Plan,
    out: Path,
    formats: tuple[str, ...],
    models: list[Path],
    parties: Parties | None,
    proof: Proof | None,
) -> None:
    from planner.report.artefacts import write_artefacts

    write_files(
        out,
        lambda: write_artefacts(
            plan, out, formats, models_dirs=models, parties=parties, proof=proof
        ),
    )


def named_scenario(scenario: str, models: Sequence[Path]) -> LoadedScenario:
    """Reads the file of that name, else the shipped scenario of that name; what it names has to be
    found among ``models``, the folders given, or the shipped files.
    """
    from planner.documents.find import shipped_scenario
    from planner.documents.read_scenario import load_scenario, parse_scenario

    named = shipped_scenario(scenario)
    if named is not None:
        shown = f"scenarios/{scenario}.yaml"
        return parse_scenario(named.read_bytes(), shown, models_dirs=models)
    return load_scenario(scenario, models)


def refuse_violations(plan: Plan) -> None:
    """Stops where the audit finds a plan wrong. Where it is only that the best plan runs past the
    dates of the policy, the policy and the request are at odds; all else is a fault of the search.
    """
    from planner.audit.table import DATES

    violated = dict.fromkeys(violation.clause for violation in plan.audit.violations)
    if list(violated) == [DATES]:
        for violation in plan.audit.violations:
            print(f"planner: outside the policy's dates: {violation.says}", file=sys.stderr)
        raise typer.Exit(ExitCode.INFEASIBLE)
    if violated:
        print(
            f"planner: a fault of the program: the plan breaks {', '.join(violated)}",
            file=sys.stderr,
        )
        raise typer.Exit(ExitCode.FAULT)
