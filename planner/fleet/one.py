"""One scenario of a batch, from its bytes to its line of results. Runs in a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from planner import api
from planner.audit.table import DATES
from planner.documents.errors import InputErrors
from planner.documents.outcome import OUT_OF_TIME, UNPROVEN, Infeasible, Undecided, undecided
from planner.documents.plan import Plan
from planner.documents.printed import document_json
from planner.documents.read_scenario import parse_scenario
from planner.fleet.jobs import Job
from planner.fleet.memory import give_back

FORMAT = "planner-batch/1"
GOOD, FAULT, BAD_INPUT, INFEASIBLE, UNDECIDED, DISAGREEMENT = range(6)
CODES: Mapping[str, int] = {
    "planned": GOOD,
    "infeasible": INFEASIBLE,
    "not-covered": INFEASIBLE,
    "out-of-dates": INFEASIBLE,
    "undecided": UNDECIDED,
    "refused": BAD_INPUT,
    "disagreement": DISAGREEMENT,
    "fault": FAULT,
}
# From the gravest: what the program did wrong, what it could not read, what it left open.
GRAVITY = (FAULT, DISAGREEMENT, BAD_INPUT, UNDECIDED, INFEASIBLE, GOOD)


@dataclass(frozen=True)
class Options:
    """What holds for every scenario of a batch; ``time_limit`` in deterministic seconds each,
    ``remedies`` whether a conflict comes with the changes that would help."""

    time_limit: float = api.DEFAULT_LIMIT
    models: tuple[str, ...] = ()
    ignore_criteria: bool = False
    remedies: bool = True


@dataclass(frozen=True)
class Line:
    """One result: a whole line of JSON, with its line end, and its status."""

    status: str
    text: bytes


def plan_one(job: Job, options: Options) -> Line:
    """Plans one scenario, audited; never raises: whatever goes wrong is the scenario's result.

    The criteria come first: where they are not met the answer to them is the result. Where no
    calendar exists the result is the conflict with its certificate. A fault of the program names
    its kind and nothing of the input.
    """
    if job.raw is None:
        return line(job, "refused", errors=[f"{job.source}: {job.fault}"])
    from planner.coverage import DisagreementError as ReadingsDisagreeError
    from planner.proof.certificate import DisagreementError

    try:
        return _answered(job, options)
    except InputErrors as errors:
        return line(job, "refused", errors=[str(problem) for problem in errors.problems])
    except (DisagreementError, ReadingsDisagreeError) as fault:
        return line(job, "disagreement", errors=[str(fault)])
    except Exception as fault:
        return line(job, "fault", errors=[f"a fault of the program: {type(fault).__name__}"])
    finally:
        give_back()


def _answered(job: Job, options: Options) -> Line:
    """The line of a scenario that was read. Raises what ``planner.api`` does."""
    loaded = parse_scenario(job.raw or b"", job.source, Path(job.folder), options.models)
    known = _known(options.models)
    answer = api.criteria(loaded, known=known)
    if answer is not None and answer.status == "not-met" and not options.ignore_criteria:
        return line(job, "not-covered", result=json.loads(document_json(answer)))
    outcome = api.plan(loaded, time_limit=options.time_limit, known=known)
    if isinstance(outcome, Undecided):
        return line(job, "undecided", result=undecided(OUT_OF_TIME))
    if isinstance(outcome, Infeasible):
        conflict = api.explain(loaded, known=known, remedies=options.remedies)
        if conflict is None:
            return line(job, "undecided", result=undecided(UNPROVEN))
        return line(job, "infeasible", result=json.loads(document_json(conflict)))
    refused = _refused(job, outcome)
    if refused is not None:
        return refused
    made = api.covered(outcome, answer, known=known)
    refused = _refused(job, made)
    if refused is not None:
        return refused
    return line(job, "planned", result=json.loads(document_json(made)))


def _refused(job: Job, plan: Plan) -> Line | None:
    """The line of a plan that the audit finds wrong."""
    broken = dict.fromkeys(v.clause for v in plan.audit.violations)
    if not broken:
        return None
    if list(broken) == [DATES]:
        return line(job, "out-of-dates", errors=[v.says for v in plan.audit.violations])
    said = f"a fault of the program: the plan breaks {', '.join(broken)}"
    return line(job, "fault", errors=[said])


def line(job: Job, status: str, **more: Any) -> Line:
    """A line of results: which scenario, what became of it, and the document or the errors."""
    record = {"format": FORMAT, "source": job.source, "sha256": job.sha256, "status": status}
    text = json.dumps({**record, **more}, ensure_ascii=False, allow_nan=False)
    return Line(status, text.encode() + b"\n")


def gravest(codes: set[int]) -> int:
    """The gravest of several exit codes."""
    return next((code for code in GRAVITY if code in codes), GOOD)


@cache
def _known(models: tuple[str, ...]) -> api.Known:
    return api.Known(models)
