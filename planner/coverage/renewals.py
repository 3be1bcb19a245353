"""What a plan's renewals ask for: until when, and which evidence."""

from __future__ import annotations

from collections.abc import Iterator

from planner.coverage.answer import NoCriteriaError, criteria
from planner.documents.coverage import Evidence, Renewal
from planner.documents.criteria import CriteriaAnswer
from planner.documents.plan import Plan, PlannedAuthorization
from planner.documents.policy import Policy
from planner.documents.scenario import Scenario


def renewals_of(plan: Plan, policy: Policy) -> Iterator[Renewal]:
    """The renewals still to be asked for, in order, each with its checklist.

    The criteria are asked for the cycles up to the last one that the renewal covers, by the facts
    that the scenario gives now. Listed are the questions that are met and those on which the
    outcome still turns; a way that is not gone is left out.
    """
    for window in plan.authorizations:
        if window.kind == "continued" and window.request_by is not None:
            yield _renewal(plan, policy, window)


def _renewal(plan: Plan, policy: Policy, window: PlannedAuthorization) -> Renewal:
    assert window.request_by is not None
    by = window.request_by
    answer = _answer(plan.scenario.document, policy, window)
    infused = [min(cycle.last_infusion_day, by) for cycle in plan.cycles if cycle.start <= by]
    listed = () if answer is None else answer.leaves
    return Renewal(
        authorization=window.id,
        request_by=by,
        opens=window.start,
        ends=window.end,
        cycles=window.cycles,
        therapy_from=min((c.start for c in plan.cycles if c.start <= by), default=None),
        therapy_to=max(infused, default=None),
        status="not-asked" if answer is None else answer.status,
        missing=() if answer is None else answer.missing,
        checklist=tuple(
            Evidence(
                id=leaf.id,
                section=leaf.section,
                says=leaf.says,
                verdict=leaf.verdict,
                found=leaf.found,
                by=by,
            )
            for leaf in listed
            if leaf.counts and (leaf.bears or leaf.verdict == "met")
        ),
    )


def _answer(
    scenario: Scenario, policy: Policy, window: PlannedAuthorization
) -> CriteriaAnswer | None:
    request = scenario.request.model_copy(update={"cycles": max(window.cycles, default=None)})
    asked = scenario.model_copy(update={"request": request})
    try:
        return criteria(asked, policy, renewal=True)
    except NoCriteriaError:
        return None
