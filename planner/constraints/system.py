"""A system of linear rows over whole numbers: what the clauses come to.

One form serves every engine: CP-SAT solves it, exact arithmetic certifies it, a second engine
repeats it, and a finished calendar is checked against it by plain evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

Key = tuple[str | int, ...]
Term = tuple[int, int]


class Active(Protocol):
    """Which rules stand. ``member`` is a clause id or a path of the scenario; ``instance`` a day,
    window or cycle within it. An empty instance asks for the member as a whole."""

    def __call__(self, member: str, instance: Key = ()) -> bool:
        """Whether the member stands in the instance."""
        ...


def everything(member: str, instance: Key = ()) -> bool:
    """All rules stand."""
    return True


@dataclass(frozen=True)
class Only:
    """Just the named members stand, each in all of its instances but the ones left out."""

    members: frozenset[str]
    without: frozenset[tuple[str, Key]] = frozenset()

    def __call__(self, member: str, instance: Key = ()) -> bool:
        """Whether the member is named, and the instance not left out."""
        return member in self.members and (member, instance) not in self.without


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum(coefficient x variable) <= high; None is no bound.

    ``members`` are the rules it comes from, none for the nature of the problem; ``instance`` says
    which day, window or cycle of them.
    """

    members: tuple[str, ...]
    instance: Key
    terms: tuple[Term, ...]
    low: int | None
    high: int | None

    def holds(self, values: Sequence[int]) -> bool:
        """Whether the row is kept by a value for each variable."""
        total = sum(coefficient * values[variable] for variable, coefficient in self.terms)
        return (self.low is None or total >= self.low) and (self.high is None or total <= self.high)


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of terms and a constant."""

    terms: tuple[Term, ...]
    constant: int = 0


class System:
    """Variables with bounds and names, and the rows over them, in the order they were added."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self.rows: list[Row] = []
        self.sums: dict[int, tuple[int, int]] = {}
        self.definitions: dict[int, Linear] = {}
        self.objectives: dict[str, Linear] = {}

    def variable(self, key: Key, low: int = 0, high: int = 1) -> int:
        """Adds a whole-number variable and returns its index. Keys are unique."""
        self.keys.append(key)
        self.low.append(low)
        self.high.append(high)
        return len(self.keys) - 1

    def define(self, key: Key, linear: Linear, low: int, high: int) -> int:
        """Adds a variable that is a sum of earlier ones, with the row that says so."""
        variable = self.variable(key, low, high)
        self.definitions[variable] = linear
        terms = [(variable, 1), *((v, -c) for v, c in linear.terms)]
        self.add((), key, terms, low=linear.constant, high=linear.constant)
        return variable

    def add(
        self,
        members: tuple[str, ...],
        instance: Key,
        terms: Iterable[Term],
        *,
        low: int | None = None,
        high: int | None = None,
    ) -> None:
        """Adds a row. A row without terms stays: it is a plain contradiction or a plain truth."""
        self.rows.append(Row(members, instance, tuple(terms), low, high))

    def broken(self, values: Sequence[int]) -> Row | None:
        """The first row that the values do not keep, or None."""
        return next((row for row in self.rows if not row.holds(values)), None)


def gathered(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The same sum with each variable once, and those that cancel left out."""
    if len({variable for variable, _ in terms}) < len(terms):
        added: dict[int, int] = {}
        for variable, coefficient in terms:
            added[variable] = added.get(variable, 0) + coefficient
        terms = tuple(added.items())
    if any(coefficient == 0 for _, coefficient in terms):
        terms = tuple(term for term in terms if term[1] != 0)
    return terms
