"""One scenario under several policies, each asked as ``planner plan`` asks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from planner import api
from planner.audit.table import DATES
from planner.coverage import coverage_of
from planner.documents.compare import (
    Compared,
    ComparedStatus,
    Comparison,
    Difference,
    FirstDifference,
)
from planner.documents.coverage import CoverageStatus
from planner.documents.errors import InputErrors
from planner.documents.load import LoadedPolicy, LoadedScenario
from planner.documents.plan import Plan, PolicyStamp
from planner.fleet.one import CODES, gravest

NONE = "none"
_OBJECTIVES = ("vials", "dispenses", "bag_changes", "delay_days", "stock_days")  # totals as well
Events = Mapping[date, tuple[str, ...]]


class BrokenPlanError(RuntimeError):
    """A plan that its audit refuses: a fault of the program."""


@dataclass(frozen=True)
class _Answer:
    compared: Compared
    plan: Plan | None


def compare(
    scenario: LoadedScenario,
    policies: Sequence[str],
    known: api.Known,
    *,
    ignore_criteria: bool = False,
    time_limit: float = api.DEFAULT_LIMIT,
) -> Comparison:
    """What each policy makes of a scenario, and where they differ.

    Readings that a policy does not have are set aside for it, and so are authorizations for all
    policies but the scenario's own: they are another payer's. What a policy then still cannot
    answer (an indication of which it does not speak) is its answer, 'refused'.

    Raises:
        InputErrors: a policy is not found, or its file is wrong.
        BrokenPlanError: a plan fails its audit.
    """
    answers = [_answer(scenario, name, known, ignore_criteria, time_limit) for name in policies]
    planned = [(a.compared.policy.id, a.plan) for a in answers if a.plan is not None]
    return Comparison(
        title=scenario.scenario.title,
        sha256=scenario.sha256,
        indication=scenario.scenario.indication,
        policies=tuple(a.compared for a in answers),
        differences=tuple(_differences([a.compared for a in answers])),
        first_differences=tuple(
            found for other in planned[1:] for found in _first_differences(planned[0], other)
        ),
    )


def exit_code(comparison: Comparison) -> int:
    """The gravest of the codes with which ``planner plan`` would leave."""
    return gravest({CODES[one.status] for one in comparison.policies})


def _answer(
    scenario: LoadedScenario, name: str, known: api.Known, ignore: bool, time_limit: float
) -> _Answer:
    policy = known.policy(name)
    asked, set_aside = _under(scenario, name, policy)
    try:
        criteria = api.criteria(asked, known=known)
        status = coverage_of(criteria).status
        if status == "not-met" and not ignore:
            unmet = ", ".join(leaf.id for leaf in coverage_of(criteria).unmet)
            return _without(policy, "not-covered", f"not met: {unmet}", status, set_aside)
        outcome = api.plan(asked, known=known, time_limit=time_limit)
    except InputErrors as errors:
        says = "; ".join(f"found {one.found}, allowed {one.allowed}" for one in errors.problems)
        return _without(policy, "refused", says, "not-asked", set_aside)
    if isinstance(outcome, Plan):
        return _with(policy, outcome, status, set_aside)
    says = "the time ran out" if outcome.status == "undecided" else _because(asked, known)
    return _without(policy, outcome.status, says, status, set_aside)


def _under(
    scenario: LoadedScenario, name: str, policy: LoadedPolicy
) -> tuple[LoadedScenario, tuple[str, ...]]:
    """The scenario as asked of a policy, and the paths of what was set aside."""
    own = scenario.scenario
    strange = [reading for reading in own.readings if reading not in policy.policy.readings]
    readings = {key: value for key, value in own.readings.items() if key not in strange}
    given = own.authorizations if name == own.policy else ()
    asked = own.model_copy(update={"policy": name, "readings": readings, "authorizations": given})
    aside = tuple(f"readings.{reading}" for reading in strange)
    if given != own.authorizations:
        aside = (*aside, "authorizations")
    return replace(scenario, scenario=asked), aside


def _because(asked: LoadedScenario, known: api.Known) -> str:
    conflict = api.explain(asked, known=known, remedies=False)
    return conflict.because if conflict is not None else "not proven"


def _with(
    policy: LoadedPolicy, plan: Plan, status: CoverageStatus, set_aside: tuple[str, ...]
) -> _Answer:
    broken = dict.fromkeys(violation.clause for violation in plan.audit.violations)
    if list(broken) == [DATES]:
        says = "; ".join(violation.says for violation in plan.audit.violations)
        return _without(policy, "out-of-dates", says, status, set_aside)
    if broken:
        raise BrokenPlanError(f"the plan breaks {', '.join(broken)}")
    compared = Compared(
        policy=plan.policy,
        payer=policy.policy.payer,
        status="planned",
        criteria=status,
        set_aside=set_aside,
        cycles=plan.cycles,
        authorizations=plan.authorizations,
        limits=plan.limits,
        totals=plan.totals,
        objectives=plan.objectives,
    )
    return _Answer(compared, plan)


def _without(
    policy: LoadedPolicy,
    status: ComparedStatus,
    says: str,
    criteria: CoverageStatus,
    set_aside: tuple[str, ...],
) -> _Answer:
    own = policy.policy
    stamp = PolicyStamp(
        id=own.id,
        revision=own.revision,
        sha256=policy.sha256,
        effective_from=own.effective_from,
        effective_until=own.effective_until,
    )
    compared = Compared(
        policy=stamp,
        payer=own.payer,
        status=status,
        says=says,
        criteria=criteria,
        set_aside=set_aside,
    )
    return _Answer(compared, None)


def _differences(answers: Sequence[Compared]) -> Iterator[Difference]:
    """What the policies do not say alike, from the criteria to the objectives."""
    rows: dict[str, dict[str, str]] = {}
    for one in answers:
        for what, value in _values(one):
            rows.setdefault(what, {})[one.policy.id] = value
    for what, values in rows.items():
        every = {one.policy.id: values.get(one.policy.id, NONE) for one in answers}
        if len(set(every.values())) > 1:
            yield Difference(what=what, values=every)


def _values(one: Compared) -> Iterator[tuple[str, str]]:
    yield "answer", one.status
    yield "criteria", one.criteria
    if one.totals is None:
        return
    yield "cycles", str(len(one.cycles))
    yield "last disconnect", str(one.cycles[-1].disconnect)
    for window in one.authorizations:
        yield (
            f"authorization {window.id}",
            f"{window.start} to {window.end or 'a day that the payer sets'}",
        )
    for limit in one.limits:
        rule = f"{limit.unit} {limit.within}"
        yield f"limit of {rule}", f"{limit.peak:,} of {limit.limit:,} ({limit.clause})"
    for name, value in one.totals.model_dump().items():
        if name not in _OBJECTIVES:
            yield f"total {name.replace('_', ' ')}", f"{value:,}"
    for objective in one.objectives:
        best = "" if objective.proven else f" (not proven, at least {objective.bound:,})"
        yield f"objective {objective.name.replace('_', ' ')}", f"{objective.value:,}{best}"


def _first_differences(
    first: tuple[str, Plan], other: tuple[str, Plan]
) -> Iterator[FirstDifference]:
    kinds: tuple[tuple[Literal["calendar", "claims"], Events, Events], ...] = (
        ("calendar", _calendar(first[1]), _calendar(other[1])),
        ("claims", _claims(first[1]), _claims(other[1])),
    )
    for kind, ours, theirs in kinds:
        days = sorted({*ours, *theirs})
        day = next((day for day in days if ours.get(day, ()) != theirs.get(day, ())), None)
        if day is not None:
            yield FirstDifference(
                kind=kind,
                policies=(first[0], other[0]),
                date=day,
                events=(ours.get(day, ()), theirs.get(day, ())),
            )


def _calendar(plan: Plan) -> Events:
    """What is done on each day: dispenses, bags, disconnects."""
    events: dict[date, tuple[str, ...]] = {}

    def add(day: date, says: str) -> None:
        events[day] = (*events.get(day, ()), says)

    for sent in plan.dispenses:
        add(sent.date, f"dispense {sent.vials:,} vials for cycle {sent.cycle}")
    for bag in plan.bags:
        add(bag.hang, f"hang a bag of {bag.days} d in cycle {bag.cycle}")
    for cycle in plan.cycles:
        add(cycle.disconnect, f"disconnect cycle {cycle.cycle}")
    return events


def _claims(plan: Plan) -> Events:
    """What is billed on each date of service."""
    lines: dict[date, tuple[str, ...]] = {}
    for line in plan.claims:
        modifier = f" {line.modifier}" if line.modifier else ""
        says = f"{line.hcpcs}{modifier} {line.units:,} units for cycle {line.cycle}"
        lines[line.date] = (*lines.get(line.date, ()), says)
    return lines
