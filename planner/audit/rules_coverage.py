"""What a plan says of the criteria is what the criteria say of its scenario."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case
from planner.coverage import verdict
from planner.documents.coverage import CoverageStatus
from planner.documents.criteria import Verdict

_STATUS: dict[Verdict | None, CoverageStatus] = {
    "met": "met",
    "not-met": "not-met",
    "unknown": "undecided",
    None: "not-asked",
}


def criteria(case: Case) -> Iterator[str]:
    """The status of the criteria, where the plan states one, follows from the scenario's facts."""
    stated = case.plan.coverage
    if stated is None:
        return
    due = _STATUS[verdict(case.scenario, case.policy)]
    if stated.status != due:
        yield f"the criteria are {due}, the plan says {stated.status}"
