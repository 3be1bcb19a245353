"""Which authorization covers which cycle, by the policy's numbers or as the scenario says (I.*)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Literal

from planner.documents.policy import (
    AuthorizationClause,
    InfusionDaysClause,
    Policy,
    RenewalClause,
    reading_value,
)
from planner.documents.scenario import Authorization, Scenario
from planner.regimen.course import Course, Slot

Kind = Literal["initial", "continued"]
KINDS: tuple[Kind, ...] = ("initial", "continued")


def authorization_clauses(policy: Policy, indication: str) -> dict[str, AuthorizationClause]:
    """The indication's authorization clauses by id, initial before continued."""
    found = {
        key: clause
        for key, clause in policy.clauses.items()
        if clause.rule == "authorization" and indication in clause.indications
    }
    return dict(sorted(found.items(), key=lambda item: item[1].kind != "initial"))


def renewable(policy: Policy, indication: str) -> bool:
    """Whether no clause says that an indication's coverage is never renewed."""
    return not any(
        isinstance(clause, RenewalClause)
        and indication in clause.indications
        and not clause.renewable
        for clause in policy.clauses.values()
    )


def by_day(scenario: Scenario, policy: Policy) -> bool:
    """Whether a cycle may cross from one authorization into the next (authorization.per)."""
    name = "authorization.per"
    return name in policy.readings and reading_value(policy, scenario.readings, name) == "day"


def allot(scenario: Scenario, policy: Policy, cycles: int) -> tuple[Slot, ...]:
    """Authorizations in order until ``cycles`` cycles are covered, or no clause is left.

    A given authorization stands for the next of its kind. One that does not name its cycles takes
    those that follow, as many as it says or its clause, and stops short of any that a later one
    names. From the first on of which neither says how many, though it ends on a day, dates allot
    what is left; so they do with all where a cycle may cross from one into the next. Beyond
    ``at_most`` of a kind the slots go on, so that a course with one renewal too many
    can be laid out and refused by its clause. Where a policy never renews, cycles past the initial
    authorization stay without a slot, whatever the payer gave; where it prints no authorization of
    a kind, just those that the payer gave have one.
    """
    clauses = authorization_clauses(policy, scenario.indication)
    named = [n for a in scenario.authorizations if isinstance(a.cycles, tuple) for n in a.cycles]
    crossing = by_day(scenario, policy)
    slots: list[Slot] = []
    first = 1
    dated: tuple[int, ...] | None = None
    for kind in KINDS:
        if kind == "continued" and not renewable(policy, scenario.indication):
            break
        printed = next((item for item in clauses.items() if item[1].kind == kind), None)
        given = [one for one in enumerate(scenario.authorizations) if one[1].kind == kind]
        for index in count(1):
            own = given[index - 1] if index <= len(given) else None
            over = printed is None or (kind == "initial" and not printed[1].may_be(index))
            if own is None and (first > cycles or over):
                break
            asked = own[1].cycles if own is not None else None
            if asked is None and printed is not None:
                asked = printed[1].cycles
            slot = _slot(kind, index, printed, own)
            ends = slot.end is not None or slot.length is not None
            if dated is None and (crossing or (asked is None and ends)):
                dated = tuple(n for n in range(first, cycles + 1) if n not in named)
            if dated is not None and (crossing or not isinstance(asked, tuple)):
                if own is None and index > _enough(scenario, policy, printed, len(given), dated):
                    break
                if isinstance(asked, tuple):
                    may = tuple(n for n in asked if n <= cycles)
                    slots.append(replace(slot, by_dates=True, may=may))
                    first = max([first, *(n + 1 for n in asked)])
                    continue
                behind = min([cycles + 1, *(n for n in named if n >= first)])
                may = tuple(n for n in dated if first <= n < behind)
                slots.append(replace(slot, by_dates=True, may=may, most=asked))
                continue
            if not isinstance(asked, tuple):
                end = max(cycles + 1, first) if asked is None else first + asked
                asked = tuple(range(first, min([end, *(n for n in named if n >= first)])))
            first = max([first, *(n + 1 for n in asked)])
            slots.append(replace(slot, cycles=asked))
    return tuple(slots)


def _enough(
    scenario: Scenario,
    policy: Policy,
    printed: tuple[str, AuthorizationClause] | None,
    given: int,
    dated: Sequence[int],
) -> int:
    """How many authorizations of a kind are enough for cycles that dates allot: one for each cycle
    or, where it may cross, for each part of its infusion days; one more than the clause gives is
    there to be refused by it."""
    if printed is None:
        return given
    days = [
        clause.days
        for clause in policy.clauses.values()
        if isinstance(clause, InfusionDaysClause) and scenario.indication in clause.indications
    ]
    length, parts = printed[1].length, 1
    if by_day(scenario, policy) and length is not None:
        shortest = {"days": 1, "weeks": 7, "months": 28}[length.unit] * length.count
        parts = 1 + -(-max(days, default=1) // shortest)
    most, at_most = given + parts * len(dated), printed[1].at_most
    return most if at_most == "any" else min(most, max(given, at_most) + 1)


def under(course: Course, active: Callable[[str], bool]) -> Course:
    """The course with its cycles allotted as the authorizations that stand say: those left out
    leave the number of their cycles to the clause."""
    given = course.scenario.authorizations
    stands = [a.cycles is None or active(f"authorizations.{i}") for i, a in enumerate(given)]
    if all(stands):
        return course
    changed = tuple(
        a if stays else a.model_copy(update={"cycles": None})
        for a, stays in zip(given, stands, strict=True)
    )
    scenario = course.scenario.model_copy(update={"authorizations": changed})
    numbers = [*(p.number for p in course.past), *(c.number for c in course.cycles)]
    slots = allot(scenario, course.policy, max(numbers, default=0))
    own = {number: i for i, slot in enumerate(slots) for number in slot.cycles}
    return replace(
        course,
        slots=slots,
        cycles=tuple(replace(c, slot=own.get(c.number)) for c in course.cycles),
        past=tuple(replace(p, slot=own.get(p.number)) for p in course.past),
    )


def _slot(
    kind: Kind,
    index: int,
    printed: tuple[str, AuthorizationClause] | None,
    own: tuple[int, Authorization] | None,
) -> Slot:
    key, clause = printed if printed is not None else (None, None)
    position, given = own if own is not None else (None, None)
    return Slot(
        id="initial" if (kind, index) == ("initial", 1) else f"{kind}-{index}",
        kind=kind,
        index=index,
        number=given.number if given is not None else None,
        start=given.start.toordinal() if given is not None and given.start is not None else None,
        end=given.end.toordinal() if given is not None and given.end is not None else None,
        length=clause.length if clause is not None else None,
        cycles=(),
        units=given.units if given is not None else None,
        member=key,
        setting=f"authorizations.{position}" if position is not None else None,
    )
