"""``planner check``: is the request compliant exactly as written?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.answer import no_calendar
from planner.cli.options import Evidence, Json, Models, ScenarioFile, TimeLimit
from planner.cli.plan import named_scenario, refuse_violations


def check_scenario(
    scenario: ScenarioFile,
    models: Models,
    json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="DIR",
            file_okay=False,
            help="Where the request is not compliant, also write conflict.json and report.html "
            "into a folder.",
        ),
    ] = None,
    evidence: Evidence = False,
    time_limit: TimeLimit = 60.0,
) -> None:
    """Say whether a request is compliant as written: each clause with its room, or the conflict."""
    from planner import api
    from planner.cli.output import progress, screen, to_json
    from planner.documents.load import load_policy
    from planner.documents.plan import Plan
    from planner.report.check import render, verdicts

    loaded = named_scenario(scenario)
    with progress("Checking"):
        outcome = api.plan(loaded, models=models, time_limit=time_limit)
    if not isinstance(outcome, Plan):
        no_calendar(outcome, loaded, models, json=json, evidence=evidence, out=out)
    refuse_violations(outcome)
    found = verdicts(outcome, load_policy(loaded.scenario.policy, models).policy)
    if json:
        answer = {
            "format": "planner-check/1",
            "status": "compliant",
            "scenario": {"title": loaded.scenario.title, "sha256": loaded.sha256},
            "policy": outcome.policy.model_dump(mode="json"),
            "clauses": [asdict(clause) for clause in found],
            "audit": outcome.audit.model_dump(mode="json"),
        }
        sys.stdout.write(to_json(answer))
    else:
        render(outcome, found, screen())
