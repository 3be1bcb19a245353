"""What the answer to the criteria means for a calendar: a small value that a plan carries."""

from __future__ import annotations

from collections.abc import Iterable

from planner.coverage.left import authorization_days
from planner.coverage.renewals import renewals_of
from planner.documents.coverage import Asked, Contractor, Coverage
from planner.documents.criteria import CriteriaAnswer, LeafAnswer, Verdict
from planner.documents.plan import Plan
from planner.documents.policy import Policy


def covered(
    plan: Plan,
    policy: Policy,
    answer: CriteriaAnswer | None,
    contractor: Contractor | None = None,
) -> Coverage:
    """All that a plan carries: the criteria, its renewals, its authorizations day by day, and the
    contractor that serves the patient.
    """
    return coverage_of(answer).model_copy(
        update={
            "contractor": contractor,
            "renewals": tuple(renewals_of(plan, policy)),
            "authorizations": tuple(authorization_days(plan, policy)),
        }
    )


def coverage_of(answer: CriteriaAnswer | None) -> Coverage:
    """How the criteria stand, as a plan carries it; None where the policy file has no criteria.

    Of the questions that are not met or open those are listed on which the outcome turns: none
    where the criteria are met.
    """
    if answer is None:
        return Coverage(status="not-asked")
    return Coverage(
        status=answer.status,
        routes=answer.by_cases
        or tuple(r.id for r in answer.routes if r.counts and r.status == "met"),
        unmet=asked_of(answer.leaves, "not-met"),
        open=asked_of(answer.leaves, "unknown"),
        missing=answer.missing,
        depends_on_reading=answer.depends_on_reading,
        notes=answer.notes,
    )


def asked_of(leaves: Iterable[LeafAnswer], verdict: Verdict) -> tuple[Asked, ...]:
    """The questions on which the outcome turns and that have this verdict."""
    return tuple(
        Asked(id=leaf.id, section=leaf.section, says=leaf.says, verdict=verdict, found=leaf.found)
        for leaf in leaves
        if leaf.bears and leaf.verdict == verdict
    )
