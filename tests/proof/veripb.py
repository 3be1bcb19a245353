"""A small checker of pseudo-Boolean proofs, written from the format's overview and sharing nothing
with what writes them: ``pol``, ``rup`` and ``red`` in the forms 2.0 and 3.0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping


class Refused(Exception):
    """A step that does not follow."""


class Clause:
    """Positive multiples of literals that come to ``least`` at least."""

    def __init__(self, terms: Mapping[str, int], least: int) -> None:
        self.terms: dict[str, int] = {}
        for literal, given in terms.items():
            name, c = literal.removeprefix("~"), given
            if c < 0:  # -c x = c ~x - c
                literal, least, c = _not(literal), least - c, -c
            opposite = self.terms.get(_not(literal), 0)
            both = min(opposite, c)  # x + ~x = 1
            least -= both
            if both:
                self.terms[_not(literal)] -= both
                if not self.terms[_not(literal)]:
                    del self.terms[_not(literal)]
            if c > both:
                self.terms[literal] = self.terms.get(literal, 0) + c - both
            assert name
        self.least = least

    def plus(self, other: Clause) -> Clause:
        terms = dict(self.terms)
        least = self.least + other.least
        for literal, c in other.terms.items():
            both = min(terms.get(_not(literal), 0), c)
            least -= both
            if both:
                terms[_not(literal)] -= both
                if not terms[_not(literal)]:
                    del terms[_not(literal)]
            if c > both:
                terms[literal] = terms.get(literal, 0) + c - both
        return Clause(terms, least)

    def times(self, by: int) -> Clause:
        if by < 0:
            raise Refused("a negative multiple")
        return Clause({v: c * by for v, c in self.terms.items()}, self.least * by)

    def negated(self) -> Clause:
        return Clause({v: -c for v, c in self.terms.items()}, 1 - self.least)

    def slack(self, true: set[str]) -> int:
        return sum(c for v, c in self.terms.items() if _not(v) not in true) - self.least

    def under(self, name: str, value: int) -> Clause:
        gone = {name: value, f"~{name}": 1 - value}
        least = self.least - sum(c * gone[v] for v, c in self.terms.items() if v in gone)
        return Clause({v: c for v, c in self.terms.items() if v not in gone}, least)


def _not(literal: str) -> str:
    return literal[1:] if literal.startswith("~") else f"~{literal}"


def _clause(text: str) -> Clause:
    left, right = text.split(">=")
    parts = left.split()
    terms: dict[str, int] = {}
    for c, literal in zip(parts[::2], parts[1::2], strict=True):
        terms[literal] = terms.get(literal, 0) + int(c)
    return Clause(terms, int(right))


def formula(opb: str) -> list[Clause]:
    """The constraints of a formula, and that it has as many as its first line says."""
    lines = [line for line in opb.splitlines() if line and not line.startswith("*")]
    said = re.match(r"\* #variable= (\d+) #constraint= (\d+)", opb)
    assert said
    assert int(said[2]) == len(lines)
    return [_clause(re.sub(r"^@\S+ ", "", line).removesuffix(";")) for line in lines]


def check(opb: str, proof: str) -> None:
    """Raises Refused where the proof does not show that the formula has no solution."""
    known = formula(opb)
    version = re.match(r"pseudo-Boolean proof version (2\.0|3\.0)\n", proof)
    assert version
    steps = [line.removesuffix(";").strip() for line in proof.splitlines()[1:]]
    concluded = None
    for step in steps:
        rule, _, rest = step.partition(" ")
        if rule == "f":
            assert int(rest) == len(known)
        elif rule == "pol":
            known.append(_polish(rest, known))
        elif rule == "rup":
            wanted = _clause(rest)
            if not _propagates([*known, wanted.negated()]):
                raise Refused(step)
            known.append(wanted)
        elif rule == "red":
            text, witness = re.split(r"[;:]", rest)
            wanted = _clause(text)
            name, value = witness.split(" -> ")
            for goal in [wanted, *known]:
                after = goal.under(name.strip(), int(value))
                if after.terms == goal.terms and after.least == goal.least:
                    continue  # it does not speak of the literal
                if not _follows(after, wanted.negated(), known):
                    raise Refused(step)
            known.append(wanted)
        elif rule == "conclusion":
            concluded = int(rest.removeprefix("UNSAT : "))
    if concluded is None or known[concluded - 1].slack(set()) >= 0:
        raise Refused("there is no contradiction")


def _polish(text: str, known: list[Clause]) -> Clause:
    stack: list[Clause | int] = []
    for part in text.split():
        if part == "+":
            one, other = stack.pop(), stack.pop()
            assert isinstance(one, Clause)
            assert isinstance(other, Clause)
            stack.append(other.plus(one))
        elif part == "*":
            by, what = stack.pop(), stack.pop()
            assert isinstance(by, int)
            stack.append((known[what - 1] if isinstance(what, int) else what).times(by))
        elif part.isdigit():
            stack.append(int(part))
        else:
            stack.append(Clause({part: 1}, 0))
    [found] = stack
    assert isinstance(found, Clause)
    return found


def _follows(goal: Clause, negated: Clause, known: list[Clause]) -> bool:
    """Whether a goal follows from one constraint by leaving literals out, or by propagation."""
    gone = sum(c for v, c in negated.terms.items() if v not in goal.terms)
    over = sum(max(0, c - goal.terms[v]) for v, c in negated.terms.items() if v in goal.terms)
    if negated.least - gone - over >= goal.least:
        return True
    return _propagates([*known, negated, goal.negated()])


def _propagates(clauses: list[Clause]) -> bool:
    """Whether propagating what has to be leads to a contradiction."""
    true: set[str] = set()
    moved = True
    while moved:
        moved = False
        for clause in clauses:
            slack = clause.slack(true)
            if slack < 0:
                return True
            for literal in _forced(clause, slack, true):
                true.add(literal)
                moved = True
    return False


def _forced(clause: Clause, slack: int, true: set[str]) -> Iterator[str]:
    for literal, c in list(clause.terms.items()):
        if c > slack and literal not in true and _not(literal) not in true:
            yield literal
