"""Replanning: from a plan and what has happened to the plan that follows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from planner import api
from planner.deadline import Deadline
from planner.documents.conflict import Conflict, ConflictMember
from planner.documents.errors import InputErrors
from planner.documents.events import LoadedEvents
from planner.documents.outcome import Infeasible, Undecided
from planner.documents.plan import Plan
from planner.regimen.build import course_of
from planner.replan.diff import replanned
from planner.replan.follow import Following, follow
from planner.replan.placed import LoadedPlan, cause_of, roomy, told_of_event
from planner.replan.words import event_words


@dataclass(frozen=True)
class Outcome:
    """The scenario that follows, and its plan; or that none exists, or neither."""

    following: Following
    plan: Plan | Infeasible | Undecided


def with_events(following: Following, events: LoadedEvents, conflict: Conflict) -> Conflict:
    """A conflict with the events that its members come from, in words."""

    def named(member: ConflictMember) -> ConflictMember:
        parts = (member.path or "").split(".")
        place = cause_of(following.causes, tuple(int(p) if p.isdigit() else p for p in parts))
        if place is None:
            return member
        return member.model_copy(update={"event": event_words(events.events.events[place])})

    members = tuple(named(member) for member in conflict.conflict)
    return conflict.model_copy(update={"conflict": members})


def replan(
    plan: LoadedPlan,
    events: LoadedEvents,
    *,
    known: api.Known,
    time_limit: float = api.DEFAULT_LIMIT,
    deadline: Deadline | None = None,
) -> Outcome:
    """The plan that follows another after what has happened, changing it the least; audited.

    An infusion of which nobody told when it goes on again goes on on the first day from which there
    is a calendar, within the same cycle.

    Args:
        plan: the plan in force.
        events: what has happened, and what is to stay.
        known: what earlier scenarios have read and solved.
        time_limit: seconds by the clock, as of ``api.plan``.
        deadline: as of ``api.plan``.

    Raises:
        InputErrors: it cannot have happened so.
    """
    document = plan.plan.scenario.document
    drug = known.drug(document.drug).drug
    deadline = Deadline(time_limit or None) if deadline is None else deadline
    first: Outcome | None = None
    for wait in count():
        following = follow(plan, events, drug, wait)
        try:
            policy, drugs = known.matched(following.scenario)
            scenario = roomy(following.scenario, policy.policy, drugs.drug)
            following = replace(following, scenario=scenario)
            made = api.plan(scenario, known=known, time_limit=time_limit, deadline=deadline)
        except InputErrors as errors:
            told = (told_of_event(one, following.causes, events) for one in errors.problems)
            raise InputErrors(told) from None
        outcome = Outcome(following, made)
        first = outcome if first is None else first
        if isinstance(made, Plan):
            return Outcome(following, _followed(plan, made, events, following, known))
        if not (isinstance(made, Infeasible) and following.may_wait):
            break
    assert first is not None
    return first if isinstance(outcome.plan, Infeasible) else outcome


def _followed(
    plan: LoadedPlan, made: Plan, events: LoadedEvents, following: Following, known: api.Known
) -> Plan:
    """The plan with what it changes of the one before."""
    policy, drug = known.matched(following.scenario)
    course = course_of(following.scenario.scenario, policy.policy, drug.drug)
    changed = replanned(plan.plan, made, events.events, following, course)
    updates = {"follows": plan.sha256, "changes": len(changed.diff), "replan": changed}
    return made.model_copy(update=updates)
