"""Certificates in the open format of pseudo-Boolean proofs (VeriPB), for checkers of other people.

The rows become an OPB file over 0-1 variables, the proof a list of cutting planes on them. A
bounded whole number is its low and bits, with a row for its high. Weights are whole multiples of
rows (one ``pol`` line); a case is the clause that its path cannot be, by reverse unit propagation
(``rup``); a split of a number that is no 0-1 variable has a literal of its own (``red``). Two forms
are written: 2.0, and 3.0 with the members of a row as its label. Source: VeriPB proof format
overview (veripb.org), versions 2.0 and 3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Literal

from planner.documents.conflict import (
    Certificate,
    CertificateVariable,
    Conflict,
    ProofNode,
)
from planner.documents.proof import Proof

Version = Literal["2.0", "3.0"]
VERSIONS: tuple[Version, ...] = ("2.0", "3.0")
Terms = tuple[tuple[int, str], ...]  # coefficients of literals


@dataclass(frozen=True)
class _Constraint:
    """Terms that come to ``least`` at least; ``label`` says where it is from."""

    terms: Terms
    least: int
    label: str

    def text(self) -> str:
        return " ".join([*(f"{c:+d} {v}" for c, v in self.terms), ">=", str(self.least)])


@dataclass
class _Formula:
    """The constraints of a certificate, and where each row's low and high are among them (from 1
    on), and each variable's high."""

    constraints: list[_Constraint] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    low: dict[int, int] = field(default_factory=dict)
    high: dict[int, int] = field(default_factory=dict)
    capped: dict[int, int] = field(default_factory=dict)
    bits: list[tuple[tuple[int, str], ...]] = field(default_factory=list)
    variables: int = 0

    def add(self, terms: Terms, least: int, label: str) -> int:
        self.constraints.append(_Constraint(terms, least, label))
        return len(self.constraints)

    def new(self) -> str:
        self.variables += 1
        return f"x{self.variables}"


def files_of(certificates: Mapping[str, Certificate]) -> dict[str, bytes]:
    """The files of certificates: of each name a formula and a proof in both forms."""
    found = {}
    for version in VERSIONS:
        for name, certificate in certificates.items():
            formula, proof = veripb(certificate, version)
            found[f"{name}.{version}.opb"] = formula.encode()
            found[f"{name}.{version}.pbp"] = proof.encode()
    return found


def of_conflict(conflict: Conflict) -> dict[str, bytes]:
    """The files of a conflict's certificate; none of a second engine's word."""
    exact = conflict.certificate.proof is not None
    return files_of({"conflict": conflict.certificate} if exact else {})


def of_plan(proof: Proof) -> dict[str, bytes]:
    """The files of every certificate of a plan's proof, named after objective and cycles."""
    return files_of(
        {
            "-".join([objective.name, *map(str, part.cycles)]): part.certificate
            for objective in proof.objectives
            for part in objective.parts
        }
    )


def veripb(certificate: Certificate, version: Version) -> tuple[str, str]:
    """The formula (OPB) and the proof that it has no solution, as the texts of two files.

    Args:
        certificate: an exact one, as the checker accepts it.
        version: of the format.
    """
    assert certificate.proof is not None
    formula = _formula(certificate)
    proof = _Proof(certificate, formula, version)
    return _opb(formula, version), "\n".join(proof.lines()) + "\n"


def _formula(certificate: Certificate) -> _Formula:
    formula = _Formula()
    for index, variable in enumerate(certificate.variables):
        bits = tuple((size, formula.new()) for size in _sizes(variable))
        formula.bits.append(bits)
        named = ", ".join(f"{size} {name}" for size, name in bits)
        formula.comments.append(f"{variable.name} = {' + '.join([str(variable.low), named])}")
        span = variable.high - variable.low
        if bits and sum(size for size, _ in bits) > span:
            negated = tuple((-size, name) for size, name in bits)
            formula.capped[index] = formula.add(negated, -span, f"most_{index}")
    for index, row in enumerate(certificate.rows):
        label = "_".join([f"r{index}", *(re.sub(r"[^A-Za-z0-9]+", "_", m) for m in row.members)])
        terms, shift = _over_bits(row.terms, certificate.variables, formula.bits)
        if row.low is not None:
            formula.low[index] = formula.add(terms, row.low - shift, f"{label}_low")
        if row.high is not None:
            negated = tuple((-c, v) for c, v in terms)
            formula.high[index] = formula.add(negated, shift - row.high, f"{label}_high")
    return formula


def _sizes(variable: CertificateVariable) -> Iterator[int]:
    """What the bits of a variable stand for, above its low."""
    size = 1
    while size <= variable.high - variable.low:
        yield size
        size *= 2


def _over_bits(
    terms: Sequence[tuple[int, int]],
    variables: Sequence[CertificateVariable],
    bits: Sequence[tuple[tuple[int, str], ...]],
) -> tuple[Terms, int]:
    """A row over bits, and what the lows of its variables come to in it."""
    shift = sum(c * variables[v].low for v, c in terms)
    return tuple((c * size, name) for v, c in terms for size, name in bits[v]), shift


def _opb(formula: _Formula, version: Version) -> str:
    lines = [f"* #variable= {formula.variables} #constraint= {len(formula.constraints)}"]
    lines += [f"* {comment}" for comment in formula.comments]
    for constraint in formula.constraints:
        label = f"@{constraint.label} " if version == "3.0" else ""
        lines.append(f"{label}{constraint.text()} ;")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Case:
    """A side of a split: the literal that holds in it; of a number that is no 0-1 variable, also
    the constraint that bounds the number where the literal holds."""

    literal: str
    variable: int
    below: bool
    bound: int
    constraint: int | None = None


class _Proof:
    """The lines of a proof. Each constraint that is derived gets the next number."""

    def __init__(self, certificate: Certificate, formula: _Formula, version: Version) -> None:
        self._certificate = certificate
        self._formula = formula
        self._version = version
        self._ends = " ;" if version == "3.0" else ""
        self._last = len(formula.constraints)
        self._rows: dict[int, Mapping[int, int]] = {
            index: _once(row.terms) for index, row in enumerate(certificate.rows)
        }

    def lines(self) -> Iterator[str]:
        root = self._certificate.proof
        assert root is not None
        yield f"pseudo-Boolean proof version {self._version}"
        yield f"f {self._last}{self._ends}"
        yield from self._node(root, ())
        yield f"output NONE{self._ends}"
        yield f"conclusion UNSAT : {self._last}{self._ends}"
        yield f"end pseudo-Boolean proof{self._ends}"

    def _node(self, node: ProofNode, path: tuple[_Case, ...]) -> Iterator[str]:
        """Derives that not all literals of a path hold: a contradiction where there are none."""
        if node.weights is not None:
            yield self._sum(node.weights, path)
        else:
            assert node.split is not None
            assert node.at is not None
            assert node.below is not None
            assert node.above is not None
            yield from self._split(node.split, node.at, (node.below, node.above), path)
        if path or node.weights is None:
            clause = " ".join(f"1 {_not(case.literal)}" for case in path)
            yield self._step(f"rup {clause}{' ' if clause else ''}>= 1 ;")

    def _step(self, line: str) -> str:
        self._last += 1
        return line

    def _split(
        self, variable: int, at: int, sides: tuple[ProofNode, ProofNode], path: tuple[_Case, ...]
    ) -> Iterator[str]:
        given = self._certificate.variables[variable]
        bits = self._formula.bits[variable]
        if len(bits) == 1:
            [(_, name)] = bits
            cases = (
                _Case(f"~{name}", variable, True, given.low),
                _Case(name, variable, False, given.high),
            )
        else:
            name = self._formula.new()
            room, most = at - given.low, sum(size for size, _ in bits)
            terms = tuple((-size, bit) for size, bit in bits)
            no_more = _Constraint((*terms, (most - room, f"~{name}")), -room, "")
            more = _Constraint((*bits, (room + 1, name)), room + 1, "")
            yield self._reified(no_more, name, 0)
            below = _Case(name, variable, True, at, self._last)
            yield self._reified(more, name, 1)
            cases = (below, _Case(f"~{name}", variable, False, at + 1, self._last))
        for side, case in zip(sides, cases, strict=True):
            yield from self._node(side, (*path, case))

    def _reified(self, constraint: _Constraint, name: str, value: int) -> str:
        between = ":" if self._version == "3.0" else ";"
        return self._step(f"red {constraint.text()} {between} {name} -> {value}{self._ends}")

    def _sum(self, weights: Mapping[int, str], path: tuple[_Case, ...]) -> str:
        """The weighted rows added up; of each variable what the sum says is taken off by its bound,
        so that what is left speaks of the path's literals alone."""
        given = {int(index): Fraction(weight) for index, weight in weights.items()}
        scale = lcm(*(weight.denominator for weight in given.values()))
        parts: list[str] = []
        left: dict[int, int] = {}

        def add(what: str | int, times: int) -> None:
            parts.extend((str(what), str(times), "*", *(("+",) if parts else ())))

        for index, weight in given.items():
            times = int(weight * scale)
            ends = self._formula.low if times > 0 else self._formula.high
            add(ends[index], abs(times))
            for variable, c in self._rows[index].items():
                left[variable] = left.get(variable, 0) + times * c
        tightest = {(case.variable, case.below): case for case in path}  # the last is the tightest
        for variable, c in left.items():
            case = tightest.get((variable, c > 0))
            if c == 0 or (case is not None and case.constraint is None):
                continue
            if case is not None and case.constraint is not None:
                add(case.constraint, abs(c))
            elif c > 0 and variable in self._formula.capped:
                add(self._formula.capped[variable], c)
            else:
                for size, name in self._formula.bits[variable]:
                    add(f"~{name}" if c > 0 else name, abs(c) * size)
        return self._step(f"pol {' '.join(parts)}{self._ends}")


def _once(terms: Sequence[tuple[int, int]]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for variable, c in terms:
        found[variable] = found.get(variable, 0) + c
    return found


def _not(literal: str) -> str:
    return literal.removeprefix("~") if literal.startswith("~") else f"~{literal}"
