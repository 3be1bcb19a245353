"""One scenario of a batch, from its bytes to its line of results. Runs in a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planner import api
from planner.audit.table import DATES
from planner.deadline import Deadline
from planner.documents.engines import Engines
from planner.documents.errors import InputErrors, place_of
from planner.documents.find import find_model, is_path, list_models
from planner.documents.outcome import OUT_OF_TIME, UNPROVEN, Infeasible, Undecided, undecided
from planner.documents.plan import Plan
from planner.documents.printed import document_json
from planner.documents.read_scenario import parse_scenario, sha256
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
    """What holds for every scenario of a batch; ``time_limit`` in seconds by the clock each,
    ``remedies`` whether a conflict comes with the changes that would help; ``engine`` as
    ``planner.api.plan`` takes it; ``settings``, as ``settings_of`` gives it, stands in each line.
    """

    time_limit: float = 0.0
    models: tuple[str, ...] = ()
    ignore_criteria: bool = False
    remedies: bool = True
    engine: Engines = "auto"
    settings: str = ""


def settings_of(options: Options) -> str:
    """A hash of what a result depends on beside its scenario: the program's version, the options,
    and all model files that ids may name. Raises InputErrors."""
    files = [
        (file.kind, file.id, sha256(find_model(file.kind, file.id, options.models)[0]))
        for file in list_models(options.models)
    ]
    given = (options.time_limit, options.ignore_criteria, options.remedies, options.engine)
    return sha256(json.dumps([version("planner"), *given, files]).encode())


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
        return line(job, options, "refused", errors=[f"{job.source}: {job.fault}"])
    from planner.coverage import DisagreementError as ReadingsDisagreeError
    from planner.proof.certificate import DisagreementError

    try:
        return _answered(job, options)
    except InputErrors as errors:
        return line(job, options, "refused", errors=[str(problem) for problem in errors.problems])
    except (DisagreementError, ReadingsDisagreeError) as fault:
        return line(job, options, "disagreement", errors=[str(fault)])
    except Exception as fault:
        said = f"a fault of the program: {type(fault).__name__} at {place_of(fault)}"
        return line(job, options, "fault", errors=[said])
    finally:
        give_back()


def _answered(job: Job, options: Options) -> Line:
    """The line of a scenario that was read. Raises what ``planner.api`` does."""
    loaded = parse_scenario(job.raw or b"", job.source, Path(job.folder), options.models)
    known = _known(options.models, options.settings)
    if is_path(loaded.scenario.policy) or is_path(loaded.scenario.drug):
        known = api.Known(options.models)  # a file beside the scenario may change meanwhile
    deadline = Deadline(options.time_limit or None)
    answer = api.criteria(loaded, known=known)
    if answer is not None and answer.status == "not-met" and not options.ignore_criteria:
        return line(job, options, "not-covered", result=json.loads(document_json(answer)))
    outcome = api.plan(
        loaded,
        time_limit=options.time_limit,
        engine=options.engine,
        known=known,
        deadline=deadline,
    )
    if isinstance(outcome, Undecided):
        return line(job, options, "undecided", result=undecided(OUT_OF_TIME))
    if isinstance(outcome, Infeasible):
        conflict = api.explain(loaded, known=known, remedies=options.remedies, deadline=deadline)
        if conflict is None:
            words = OUT_OF_TIME if deadline.stopped else UNPROVEN
            return line(job, options, "undecided", result=undecided(words))
        return line(job, options, "infeasible", result=json.loads(document_json(conflict)))
    refused = _refused(job, options, outcome)
    if refused is not None:
        return refused
    made = api.covered(outcome, answer, known=known)
    refused = _refused(job, options, made)
    if refused is not None:
        return refused
    return line(job, options, "planned", result=json.loads(document_json(made)))


def _refused(job: Job, options: Options, plan: Plan) -> Line | None:
    """The line of a plan that the audit finds wrong."""
    broken = dict.fromkeys(v.clause for v in plan.audit.violations)
    if not broken:
        return None
    if list(broken) == [DATES]:
        return line(job, options, "out-of-dates", errors=[v.says for v in plan.audit.violations])
    said = f"a fault of the program: the plan breaks {', '.join(broken)}"
    return line(job, options, "fault", errors=[said])


def line(job: Job, options: Options, status: str, **more: Any) -> Line:
    """A line of results: which scenario, what became of it, and the document or the errors."""
    record = {
        "format": FORMAT,
        "source": job.source,
        "sha256": job.sha256,
        "settings": options.settings,
        "status": status,
    }
    text = json.dumps({**record, **more}, ensure_ascii=False, allow_nan=False)
    return Line(status, text.encode() + b"\n")


def gravest(codes: set[int]) -> int:
    """The gravest of several exit codes."""
    return next((code for code in GRAVITY if code in codes), GOOD)


@lru_cache(maxsize=1)
def _known(models: tuple[str, ...], settings: str) -> api.Known:
    """What this process has read and solved under the model files as they are."""
    return api.Known(models)
