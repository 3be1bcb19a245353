"""``planner check``: is the request compliant exactly as written?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from planner.cli.answer import no_calendar
from planner.cli.gate import criteria_first
from planner.cli.options import (
    Evidence,
    IgnoreCriteria,
    Json,
    Models,
    ScenarioFile,
    TimeLimit,
    folder,
)
from planner.cli.plan import named_scenario, refuse_violations
from planner.deadline import Deadline


def check_scenario(
    scenario: ScenarioFile,
    models: Models,
    json: Json = False,
    out: Annotated[
        Path | None,
        folder(
            "Where the request is not compliant, also write conflict.json and report.html "
            "into a folder, or criteria.json where the criteria are not met."
        ),
    ] = None,
    ignore_criteria: IgnoreCriteria = False,
    evidence: Evidence = False,
    time_limit: TimeLimit = 60.0,
) -> None:
    """Say whether a request is compliant as written: each clause with its room, or the conflict.

    The payer's criteria of approval come first: where they are not met the request is not
    compliant, whatever its dates.
    """
    from planner import api
    from planner.cli.output import progress, screen, to_json

    deadline = Deadline(time_limit or None)
    loaded, known = named_scenario(scenario, models), api.Known(models)
    known.matched(loaded)
    from planner.documents.plan import Plan  # a file with errors is refused before all this
    from planner.report.check import render, verdicts

    answer = criteria_first(loaded, known, ignore=ignore_criteria, json=json, out=out)
    with progress("Checking"):
        outcome = api.plan(loaded, known=known, time_limit=time_limit, deadline=deadline)
    if not isinstance(outcome, Plan):
        no_calendar(
            outcome, loaded, known, json=json, evidence=evidence, out=out, deadline=deadline
        )
    refuse_violations(outcome)
    made = api.covered(outcome, answer, known=known)
    refuse_violations(made)
    found = verdicts(made, known.policy(loaded.scenario.policy).policy)
    if json:
        checked = {
            "format": "planner-check/1",
            "status": "compliant",
            "scenario": {"title": loaded.scenario.title, "sha256": loaded.sha256},
            "policy": made.policy.model_dump(mode="json"),
            "coverage": made.model_dump(mode="json")["coverage"],
            "clauses": [asdict(clause) for clause in found],
            "audit": made.audit.model_dump(mode="json"),
        }
        sys.stdout.write(to_json(checked))
    else:
        render(made, found, screen())
