"""Replanning: from a plan and what has happened to the plan that follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner import api
from planner.documents.conflict import Conflict, ConflictMember
from planner.documents.errors import InputErrors
from planner.documents.events import LoadedEvents
from planner.documents.outcome import Infeasible, Undecided
from planner.documents.plan import Plan
from planner.regimen.build import course_of
from planner.replan.diff import replanned
from planner.replan.follow import Following, follow
from planner.replan.placed import LoadedPlan, cause_of, told_of_event
from planner.replan.words import event_words

if TYPE_CHECKING:
    from planner.deadline import Deadline


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
    following = follow(plan, events, known.drug(document.drug).drug)
    try:
        made = api.plan(following.scenario, known=known, time_limit=time_limit, deadline=deadline)
    except InputErrors as errors:
        problems = (told_of_event(problem, following.causes, events) for problem in errors.problems)
        raise InputErrors(problems) from None
    if not isinstance(made, Plan):
        return Outcome(following, made)
    policy, drug = known.matched(following.scenario)
    course = course_of(following.scenario.scenario, policy.policy, drug.drug)
    changed = replanned(plan.plan, made, events.events, following, course)
    updates = {"follows": plan.sha256, "changes": len(changed.diff), "replan": changed}
    return Outcome(following, made.model_copy(update=updates))
