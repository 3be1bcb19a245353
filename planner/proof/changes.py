"""Changes that could help: the other values of a request, setting or clause, nearest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from planner.constraints.schedule import Schedule
from planner.documents.base import FIRST_DAY, LAST_DAY
from planner.documents.policy import Clause, Policy
from planner.documents.scenario import Pharmacy, Request, Scenario
from planner.regimen.course import Course

By = Literal["request", "pharmacy", "payer"]
FARTHEST = 60  # days that a date is moved either way
Explain = Callable[[Course, Schedule], str]


@dataclass(frozen=True)
class Case:
    """A scenario under a policy, with the changes made so far as (path, value)."""

    scenario: Scenario
    policy: Policy
    made: tuple[tuple[str, str], ...] = ()

    def with_request(self, **values: Any) -> Case:
        """The case with parts of its request replaced."""
        request: Request = self.scenario.request.model_copy(update=values)
        return self.with_scenario(request=request)

    def with_pharmacy(self, **values: Any) -> Case:
        """The case with settings of its pharmacy replaced."""
        pharmacy: Pharmacy = self.scenario.pharmacy.model_copy(update=values)
        return self.with_scenario(pharmacy=pharmacy)

    def with_scenario(self, **values: Any) -> Case:
        """The case with parts of its scenario replaced."""
        return Case(self.scenario.model_copy(update=values), self.policy, self.made)

    def with_clause(self, key: str, **values: Any) -> Case:
        """The case with the numbers of one clause replaced."""
        clause: Clause = self.policy.clauses[key].model_copy(update=values)
        clauses = {k: clause if k == key else c for k, c in self.policy.clauses.items()}
        return Case(self.scenario, self.policy.model_copy(update={"clauses": clauses}), self.made)


@dataclass(frozen=True)
class Change:
    """One value in place of another.

    ``says`` is an order in plain words, without its full stop. ``steps`` is how far the value lies
    from the one asked for: days, cycles, vials, units, mcg or entries of a list. ``explain``, where
    given, says it better once a calendar is known.
    """

    path: str
    asked: str
    value: str
    says: str
    steps: int
    apply: Callable[[Case], Case] = field(compare=False)
    explain: Explain | None = field(default=None, compare=False)

    def made_in(self, case: Case) -> Case:
        """The case with this change."""
        changed = self.apply(case)
        return Case(changed.scenario, changed.policy, (*case.made, (self.path, self.value)))


@dataclass(frozen=True)
class Move:
    """The other values of one member in one direction, nearest first.

    ``monotone``: where a value works every further one does. ``drops`` are the members without
    which every value of the move is allowed; empty where leaving members out is no such freedom.
    ``nearest`` says of the first value that works what it is.
    """

    member: str
    by: By
    changes: tuple[Change, ...]
    monotone: bool = False
    drops: tuple[str, ...] = ()
    nearest: str = ""
    pin: int | None = None


def kept(moves: Sequence[Move | None]) -> tuple[Move, ...]:
    """The moves that have any value to offer."""
    return tuple(move for move in moves if move is not None and move.changes)


def days_from(day: date, sign: int, most: int = FARTHEST) -> list[tuple[date, int]]:
    """Days after (+1) or before (-1) a day, with their distance."""
    room = (LAST_DAY - day if sign > 0 else day - FIRST_DAY).days
    return [(day + timedelta(days=sign * n), n) for n in range(1, min(most, room) + 1)]


def nearest_day(sign: int) -> str:
    """What the first day that works is, after (+1) or before (-1) the one asked for."""
    return f"the nearest {'later' if sign > 0 else 'earlier'} day that works"


def nearest_number(sign: int) -> str:
    """What the first number that works is, above (+1) or below (-1) the one asked for."""
    return f"the nearest {'higher' if sign > 0 else 'lower'} number that works"


def cycles_named(cycles: Sequence[int]) -> str:
    """Cycles by number: cycle 2; cycles 2, 4."""
    shown = ", ".join(str(c) for c in cycles)
    return f"cycle {shown}" if len(cycles) == 1 else f"cycles {shown}"
