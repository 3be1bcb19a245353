"""Which authorization covers which cycle, by the policy's numbers or as the scenario says (I.*)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from planner.documents.policy import AuthorizationClause, Policy, RenewalClause
from planner.documents.scenario import Authorization, Scenario
from planner.regimen.course import Course, Slot


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


def allot(scenario: Scenario, policy: Policy, cycles: int) -> tuple[Slot, ...]:
    """Authorizations in order until ``cycles`` cycles are covered, or no clause is left.

    A given authorization stands for the next of its kind. One that does not name its cycles takes
    those that follow, as many as it says or its clause, and stops short of any that a later one
    names. Beyond ``at_most`` of a kind the slots go on, so that a course with one renewal too many
    can be laid out and refused by its clause. Where a policy never renews, or knows no renewal,
    cycles past the initial authorization stay without a slot, whatever the payer gave.
    """
    clauses = authorization_clauses(policy, scenario.indication)
    given = {
        kind: [(i, a) for i, a in enumerate(scenario.authorizations) if a.kind == kind]
        for kind in ("initial", "continued")
    }
    slots: list[Slot] = []
    first = 1
    for key, clause in clauses.items():
        index = 0
        while clause.kind == "initial" or renewable(policy, scenario.indication):
            index += 1
            named = given[clause.kind][index - 1] if index <= len(given[clause.kind]) else None
            if named is None and (
                first > cycles or (clause.kind == "initial" and index > clause.at_most)
            ):
                break
            later = given[clause.kind][index:]
            if clause.kind == "initial":
                later = later + given["continued"]
            covered = _covered(clause, named[1] if named else None, later, first, cycles)
            first = max(first, *(n + 1 for n in covered)) if covered else first
            slots.append(_slot(key, clause, index, named, covered))
    return tuple(slots)


def _covered(
    clause: AuthorizationClause,
    given: Authorization | None,
    later: Sequence[tuple[int, Authorization]],
    first: int,
    cycles: int,
) -> tuple[int, ...]:
    """The cycles of an authorization, those before ``first`` being taken."""
    asked = given.cycles if given is not None and given.cycles is not None else clause.cycles
    if isinstance(asked, tuple):
        return asked
    end = first + asked if asked is not None else max(cycles + 1, first)
    ahead = [n for _, one in later if isinstance(one.cycles, tuple) for n in one.cycles]
    return tuple(range(first, min([end, *ahead])))


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
    key: str,
    clause: AuthorizationClause,
    index: int,
    named: tuple[int, Authorization] | None,
    covered: tuple[int, ...],
) -> Slot:
    position, given = named if named is not None else (None, None)
    start = given.start.toordinal() if given is not None and given.start is not None else None
    end = given.end.toordinal() if given is not None and given.end is not None else None
    return Slot(
        id="initial" if (clause.kind, index) == ("initial", 1) else f"{clause.kind}-{index}",
        kind=clause.kind,
        index=index,
        number=given.number if given is not None else None,
        start=start,
        end=end,
        length=clause.length,
        cycles=covered,
        units=given.units if given is not None else None,
        member=key,
        setting=f"authorizations.{position}" if position is not None else None,
    )
