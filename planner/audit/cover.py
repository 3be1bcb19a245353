"""Which authorization covers which cycle, and on which days it has to be open."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Literal

from planner.audit.case import Case
from planner.audit.days import after, run
from planner.documents.plan import PlannedAuthorization
from planner.documents.policy import AuthorizationClause, Span
from planner.documents.scenario import Authorization

Kind = Literal["initial", "continued"]
KINDS: tuple[Kind, ...] = ("initial", "continued")


@dataclass(frozen=True)
class Slot:
    """An authorization as the scenario and the policy together make it: ``given`` by the payer,
    or to be asked for under ``clause``; ``cycles`` are those of the plan that it covers. Where
    nothing says how many (``by_dates``), the plan says which fit its dates."""

    id: str
    kind: Kind
    given: Authorization | None
    clause: AuthorizationClause | None
    cycles: tuple[int, ...]
    by_dates: bool = False

    @property
    def most(self) -> int | None:
        """How many cycles it may cover: as given, else by the policy; None: as many as fit."""
        if self.given is not None and self.given.cycles is not None:
            named = self.given.cycles
            return named if isinstance(named, int) else len(named)
        return None if self.clause is None else self.clause.cycles


def last_day(start: date, span: Span) -> date:
    """The last day of a window of that length that opens on ``start``; months end on the day
    before the same day or, where there is no such day, with their last month."""
    if span.unit == "months":
        month = start.month - 1 + span.count
        year, month = start.year + month // 12, month % 12 + 1
        days = monthrange(year, month)[1]
        if start.day > days:
            return date(year, month, days)
        return after(date(year, month, start.day), -1)
    return after(start, span.count * (7 if span.unit == "weeks" else 1) - 1)


def by_day(case: Case) -> bool:
    """Whether a cycle may cross from one authorization into the next."""
    return case.reading("authorization.per") == "day"


def slots(case: Case) -> list[Slot]:
    """The authorizations in order: those given first, then those the policy allows beyond them,
    each with the cycles allotted to it."""
    opened = [slot for kind in KINDS for slot in _of_kind(case, kind)]
    allotted, dated = _allot(case, opened)
    return [
        replace(slot, cycles=tuple(allotted[slot.id]), by_dates=slot.id in dated) for slot in opened
    ]


def _of_kind(case: Case, kind: Kind) -> list[Slot]:
    given = [one for one in case.scenario.authorizations if one.kind == kind]
    clause = next(
        (one for _, one in case.clauses_of(AuthorizationClause) if one.kind == kind), None
    )
    if clause is not None and clause.at_most == "any":
        listed = {one.id for one in case.plan.authorizations}
        several = next(i for i in count(len(given)) if _name(kind, i) not in listed)
    else:
        several = max(len(given), int(clause.at_most) if clause else 0)
    return [
        Slot(_name(kind, i), kind, given[i] if i < len(given) else None, clause, ())
        for i in range(several)
    ]


def _name(kind: Kind, index: int) -> str:
    if kind == "initial":
        return "initial" if index == 0 else f"initial-{index + 1}"
    return f"continued-{index + 1}"


def _allot(case: Case, opened: list[Slot]) -> tuple[dict[str, list[int]], set[str]]:
    """Cycles 1, 2, .. to the authorizations in order, each up to its number of cycles and short of
    any that a later one names in the scenario. Of these, the plan's cycles are kept. From the first
    on that ends on a day and for which no number is said, it is the plan that says which cycles
    fit; so it is for all where a cycle may cross from one into the next."""
    allotted: dict[str, list[int]] = {}
    dated: set[str] = set()
    present = {cycle.cycle for cycle in case.cycles}
    of_kind = {kind: 0 for kind in KINDS}
    number, last = 1, max(present, default=0)
    for place, slot in enumerate(opened):
        named = _named(slot)
        ends = slot.clause is not None and slot.clause.length is not None
        ends = ends or (slot.given is not None and slot.given.end is not None)
        if by_day(case) or (not named and (dated or (slot.most is None and ends))):
            dated.add(slot.id)
            listed = case.authorization(slot.id)
            allotted[slot.id] = [n for n in (listed.cycles if listed else ()) if n in present]
            continue
        ahead = [cycle for later in opened[place + 1 :] for cycle in _named(later)]
        end = min([last + 1, *ahead])
        taken = list(named)
        before = of_kind[slot.kind]
        while not named and number < end and _has_room(slot, len(taken), before + len(taken)):
            taken.append(number)
            number += 1
        number = max([number, *(cycle + 1 for cycle in taken)])
        of_kind[slot.kind] += len(taken)
        allotted[slot.id] = [cycle for cycle in taken if cycle in present]
    return allotted, dated


def _named(slot: Slot) -> tuple[int, ...]:
    """The cycles that the scenario names for an authorization; none where it counts them."""
    cycles = None if slot.given is None else slot.given.cycles
    return cycles if isinstance(cycles, tuple) else ()


def _has_room(slot: Slot, taken: int, of_kind: int) -> bool:
    counted = None if slot.given is None else slot.given.cycles
    if isinstance(counted, int):
        return taken < counted
    if slot.clause is None:
        return True
    one = slot.clause.cycles is None or taken < slot.clause.cycles
    return one and (slot.clause.cycles_in_all is None or of_kind < slot.clause.cycles_in_all)


def service_days(case: Case, number: int) -> list[tuple[date, str]]:
    """The days of a cycle that its authorization has to cover, each with what it is: infusion
    days and claims, and dispenses where ``authorization.covers`` says all."""
    infused = run(case, number)
    days = [(day, "infusion day") for day in (infused.days if infused else ())]
    days += [(line.date, "claim") for line in case.plan.claims if line.cycle == number]
    if case.reading("authorization.covers") == "all":
        days += [(dispense.date, "dispense") for dispense in case.dispenses(number)]
    return sorted(days)


def due_end(slot: Slot, start: date) -> date | None:
    """The last day of an authorization that opens on ``start``: given, or by the policy."""
    if slot.given is not None and slot.given.end is not None:
        return slot.given.end
    if slot.clause is None or slot.clause.length is None:
        return None
    return last_day(start, slot.clause.length)


def due_start(case: Case, slot: Slot, previous_end: date | None) -> date | None:
    """The day an authorization opens: given; else, for the first, its first covered day; for
    the next ones the day after the one before ends, or as many days later as it takes to hold
    the last covered day. None where there is nothing to cover.
    """
    if slot.given is not None and slot.given.start is not None:
        return slot.given.start
    covered = [day for number in slot.cycles for day, _ in service_days(case, number)]
    if not covered:
        return None
    if previous_end is None:
        return min(covered)
    start = after(previous_end, 1)
    given_end = slot.given is not None and slot.given.end is not None
    if slot.clause is None or slot.clause.length is None or given_end:
        return start
    while last_day(start, slot.clause.length) < max(covered):
        start = after(start, 1)
    return start


def crossing_start(case: Case, slot: Slot, before: Sequence[PlannedAuthorization]) -> date | None:
    """The same where a cycle may cross from one into the next: given, or the first day that is to
    be covered and that none ``before`` covers."""
    if slot.given is not None and slot.given.start is not None:
        return slot.given.start
    days = [day for cycle in case.cycles for day, _ in service_days(case, cycle.cycle)]
    bare = [day for day in days if not any(holds(one, day) for one in before)]
    return min(bare, default=None)


def holds(window: PlannedAuthorization, day: date) -> bool:
    """Whether a day lies inside an authorization of the plan."""
    return window.start <= day and (window.end is None or day <= window.end)
