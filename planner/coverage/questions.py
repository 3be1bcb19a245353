"""The closed set of questions that criteria ask of facts, one class for each kind of test.

A question rests on one fact, its ``path``. Where it is unknown, ``open`` names the facts that may
settle it; ``samples`` are values of its fact, enough to have every outcome it can have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Protocol, TypeVar

from planner.coverage.facts import AGE, CYCLES, MONTHS, NEVER, START, Facts, Months, Value
from planner.documents.criteria import (
    AgeTest,
    CodeTest,
    Criteria,
    CyclesTest,
    DaysBeforeTest,
    FlagTest,
    NamesTest,
    NumberTest,
    Test,
    Verdict,
    WordTest,
)
from planner.documents.criteria_checks import words_of
from planner.documents.errors import listed
from planner.documents.policy import (
    AuthorizationClause,
    DiagnosesClause,
    DiagnosisCode,
    Policy,
    RenewalClause,
)

OTHER_CODE = "another code"
DIAGNOSIS = "patient.diagnosis"


class Question(Protocol):
    """What every kind of question can say of itself."""

    @property
    def path(self) -> str:
        """The fact it rests on; empty where it rests on the policy alone."""

    @property
    def needs(self) -> str:
        """What the fact has to be, in words."""

    def verdict(self, facts: Facts) -> Verdict:
        """Met, not met, or unknown as far as the facts go."""

    def open(self, facts: Facts) -> tuple[str, ...]:
        """The facts that would settle an unknown verdict."""

    def samples(self, facts: Facts) -> Iterator[Value]:
        """Values of its fact, of every outcome that what is known of it leaves room for."""


def _of(held: bool) -> Verdict:
    return "met" if held else "not-met"


def _between(held_at_most: bool, held_at_least: bool) -> Verdict:
    """The verdict on a range of values of which the outermost hold or do not."""
    return "met" if held_at_least else "unknown" if held_at_most else "not-met"


@dataclass(frozen=True, eq=False)
class OneOf:
    """A yes-or-no fact or a word is one of the values wanted."""

    path: str
    wanted: tuple[bool | str, ...]
    possible: tuple[bool | str, ...]

    @property
    def needs(self) -> str:
        """The values wanted."""
        words = [str(value).lower() if value in (True, False) else value for value in self.wanted]
        return listed([str(word) for word in words])

    def verdict(self, facts: Facts) -> Verdict:
        """Unknown where the fact is."""
        value = facts[self.path]
        return "unknown" if value is None else _of(value in self.wanted)

    def open(self, facts: Facts) -> tuple[str, ...]:
        """The fact itself."""
        return (self.path,)

    def samples(self, facts: Facts) -> Iterator[Value]:
        """Every value that it can have."""
        yield from self.possible


@dataclass(frozen=True, eq=False)
class _AtLeast:
    """A number is not below a threshold."""

    path: str
    least: Decimal

    @property
    def needs(self) -> str:
        return f"at least {self.least}"

    def verdict(self, facts: Facts) -> Verdict:
        value = facts[self.path]
        return _of(value >= self.least) if isinstance(value, Decimal) else "unknown"

    def open(self, facts: Facts) -> tuple[str, ...]:
        return (self.path,)

    def samples(self, facts: Facts) -> Iterator[Value]:
        yield from (Decimal(0), self.least)


@dataclass(frozen=True, eq=False)
class _OldEnough:
    """An age has been completed on the first infusion day."""

    months: int
    needs: str
    path: str = AGE

    def verdict(self, facts: Facts) -> Verdict:
        age = facts.months()
        if age is None:
            return "unknown"
        return _between(age.most >= self.months, age.least >= self.months)

    def open(self, facts: Facts) -> tuple[str, ...]:
        return (self.path,) if facts[AGE] is None or isinstance(facts[AGE], Months) else (START,)

    def samples(self, facts: Facts) -> Iterator[Value]:
        known = facts[AGE] if isinstance(facts[AGE], Months) else None
        for months in (0, self.months):
            if known is None or known.least <= months <= known.most:
                yield Months(months, months)
        if known is not None:
            yield Months(known.least, known.least)


@dataclass(frozen=True, eq=False)
class _LongBefore:
    """Something never happened, or more than ``days`` days before the first infusion day."""

    path: str
    days: int

    @property
    def needs(self) -> str:
        return f"never, or more than {self.days} days before the first infusion"

    def verdict(self, facts: Facts) -> Verdict:
        last = facts[self.path]
        if not isinstance(last, date):
            return "met" if last == NEVER else "unknown"
        least, most = ((start - last).days for start in (facts.first_start, facts.last_start))
        return _between(most > self.days, least > self.days)

    def open(self, facts: Facts) -> tuple[str, ...]:
        start = (START,) if facts.first_start < facts.last_start else ()
        return (self.path, *start) if facts[self.path] is None else start

    def samples(self, facts: Facts) -> Iterator[Value]:
        yield NEVER
        yield facts.last_start
        yield facts.first_start - timedelta(self.days)


@dataclass(frozen=True, eq=False)
class _Names:
    """A list of names holds one of those wanted; a name that no list knows settles nothing."""

    path: str
    wanted: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]

    @property
    def needs(self) -> str:
        return f"names {listed(self.wanted)}"

    def verdict(self, facts: Facts) -> Verdict:
        names = facts[self.path]
        if not isinstance(names, tuple):
            return "unknown"
        if any(name in self.wanted for name in names):
            return "met"
        return "unknown" if unlisted(names, self.lists) else "not-met"

    def open(self, facts: Facts) -> tuple[str, ...]:
        return (self.path,)

    def samples(self, facts: Facts) -> Iterator[Value]:
        known = facts[self.path]
        names = known if isinstance(known, tuple) else ()
        sure = tuple(name for name in names if name not in unlisted(names, self.lists))
        firsts = [words[0] for words in self.lists.values()]
        for size in range(len(firsts) + 1):
            for more in combinations(firsts, size):
                yield tuple(dict.fromkeys((*sure, *more)))


def unlisted(names: Sequence[str], lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The names that stand in no list of the policy."""
    known = [name for words in lists.values() for name in words]
    return tuple(name for name in names if name not in known)


@dataclass(frozen=True, eq=False)
class _Covered:
    """The diagnosis is a code of a list, valid on the first infusion day."""

    codes: tuple[DiagnosisCode, ...]
    clause: str
    path: str = DIAGNOSIS

    @property
    def needs(self) -> str:
        return f"a code of {self.clause}"

    def verdict(self, facts: Facts) -> Verdict:
        value = facts[self.path]
        if value is None:
            return "unknown"
        code = next((code for code in self.codes if code.code == value), None)
        if code is None:
            return "not-met"
        begin = code.effective_from or facts.first_start
        end = code.effective_until or facts.last_start
        inside = begin <= facts.first_start and facts.last_start <= end
        return _between(begin <= facts.last_start and facts.first_start <= end, inside)

    def open(self, facts: Facts) -> tuple[str, ...]:
        start = (START,) if facts.first_start < facts.last_start else ()
        return (self.path, *start) if facts[self.path] is None else start

    def samples(self, facts: Facts) -> Iterator[Value]:
        yield from (code.code for code in self.codes)
        yield OTHER_CODE


@dataclass(frozen=True, eq=False)
class _WithinCycles:
    """The course's last cycle, those to be renewed included, is not beyond ``most``."""

    most: int
    path: str = CYCLES

    @property
    def needs(self) -> str:
        return f"at most cycle {self.most}"

    def verdict(self, facts: Facts) -> Verdict:
        cycles = facts[self.path]
        return _of(cycles <= self.most) if isinstance(cycles, int) else "unknown"

    def open(self, facts: Facts) -> tuple[str, ...]:
        return (self.path,)

    def samples(self, facts: Facts) -> Iterator[Value]:
        yield from (self.most, self.most + 1)


@dataclass(frozen=True, eq=False)
class _Renewable:
    """A clause of the policy allows renewal, or does not, whatever the facts."""

    allowed: bool
    path: str = ""
    needs: str = "a policy that renews"

    def verdict(self, facts: Facts) -> Verdict:
        return _of(self.allowed)

    def open(self, facts: Facts) -> tuple[str, ...]:
        return ()

    def samples(self, facts: Facts) -> Iterator[Value]:
        yield from ()


def question(test: Test, policy: Policy, criteria: Criteria) -> Question:
    """The question of a test. Raises KeyError where it names what the policy does not have."""
    if isinstance(test, FlagTest):
        return OneOf(test.fact, (test.answer,), (True, False))
    if isinstance(test, WordTest):
        return OneOf(test.fact, test.one_of, words_of(test.fact))
    if isinstance(test, NumberTest):
        return _AtLeast(test.fact, test.at_least)
    if isinstance(test, AgeTest):
        age = test.age_at_least
        months = age.count * (MONTHS if age.unit == "years" else 1)
        unit = age.unit if age.count > 1 else age.unit.removesuffix("s")
        return _OldEnough(months, f"at least {age.count} {unit}")
    if isinstance(test, DaysBeforeTest):
        return _LongBefore(test.fact, test.days_before_start_above)
    if isinstance(test, NamesTest):
        wanted = tuple(name for key in test.names_one_of for name in criteria.lists[key])
        return _Names(test.fact, wanted, criteria.lists)
    if isinstance(test, CodeTest):
        return _Covered(_clause(policy, test.code_of, DiagnosesClause).codes, test.code_of)
    if isinstance(test, CyclesTest):
        return _within(policy, test.cycles_within)
    return _Renewable(_clause(policy, test.renewable, RenewalClause).renewable)


_Clause = TypeVar("_Clause", DiagnosesClause, RenewalClause)


def _clause(policy: Policy, name: str, kind: type[_Clause]) -> _Clause:
    clause = policy.clauses[name]
    if not isinstance(clause, kind):
        raise KeyError(name)
    return clause


def _within(policy: Policy, name: str) -> _WithinCycles:
    """The counts of a renewal clause; continued cycles follow those of the first authorization."""
    clause = _clause(policy, name, RenewalClause)
    bounds = [] if clause.total_cycles is None else [clause.total_cycles]
    if clause.continued_cycles is not None:
        initial = next(
            other.cycles
            for other in policy.clauses.values()
            if isinstance(other, AuthorizationClause)
            and other.kind == "initial"
            and other.cycles is not None
            and set(other.indications) & set(clause.indications)
        )
        bounds.append(initial + clause.continued_cycles)
    return _WithinCycles(min(bounds))
