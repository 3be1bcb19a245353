"""A certificate for a system without a solution: weights of rows, or cases with weights in each.

What is searched for here is found in floating point and by shortcuts; a certificate leaves only
after exact arithmetic, and then the checker, have accepted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor, gcd, lcm
from typing import TYPE_CHECKING

from planner.constraints.system import Key, System
from planner.documents.base import FIRST_DAY, LAST_DAY
from planner.documents.conflict import (
    Certificate,
    CertificateRow,
    CertificateVariable,
    ProofNode,
)
from planner.proof import checker
from planner.proof.bounds import LEAST, MOST, End, Implied, Sum, summed
from planner.proof.lp import relax

if TYPE_CHECKING:
    from planner.proof.judge import Ruling

DENOMINATORS = (1, 12, 420, 10**4, 10**6)
TINY = 1e-9
WHOLE = 1e-6
BRANCH_ON = ("s", "y", "x", "h")

DEEPEST = 60  # cases within cases

Bounds = Sequence[int]


class DisagreementError(Exception):
    """The first engine says that no calendar exists, the second found one: no verdict (exit 5).

    Both answers are kept: ``first`` and ``second`` in words, and ``values``, what the second engine
    found for each variable of the system, which exact evaluation has confirmed.
    """

    def __init__(self, engine: str, values: tuple[int, ...]) -> None:
        super().__init__(engine, values)
        self.first = "the search for calendars proved that none exists"
        self.second = f"{engine} found one"
        self.values = values

    def __str__(self) -> str:
        return f"engines disagree: {self.first}; {self.second}"


@dataclass(frozen=True)
class _Leaf:
    weights: Mapping[int, int]


@dataclass(frozen=True)
class _Split:
    variable: int
    at: int
    below: _Leaf | _Split
    above: _Leaf | _Split


_Node = _Leaf | _Split


class _GivenUpError(Exception):
    """No certificate within the leaves, or none at all."""


def certify(system: System, *, leaves: int = 200) -> Certificate | None:
    """An exact proof that a system has no solution, or None where none was found.

    Args:
        system: the rows of the conflict, believed to have no solution.
        leaves: the most cases that the proof may have.
    """
    if any(low > high for low, high in zip(system.low, system.high, strict=True)):
        return None
    try:
        certificate = _Search(system, leaves).found(system)
    except _GivenUpError:
        return None
    members = dict.fromkeys(m for row in certificate.rows for m in row.members)
    refused = checker.check(
        {
            "format": checker.FORMAT,
            "status": "infeasible",
            "conflict": [{"id": member} for member in members],
            "certificate": certificate.model_dump(mode="json"),
        }
    )
    if refused:
        raise AssertionError(f"the checker refuses a certificate: {refused[0]}")
    return certificate


def certificate_for(
    system: System, *, leaves: int = 200, timeout_ms: int = 5_000
) -> tuple[Certificate | None, Ruling]:
    """The certificate of a system believed to have no solution, and the ruling it supports.

    Exact where one is found, else the word of a second engine, else (None, UNKNOWN).

    Args:
        system: the rows of the conflict.
        leaves: the most cases that an exact proof may have.
        timeout_ms: milliseconds for the second engine, above 0.

    Raises:
        DisagreementError: the second engine found a solution.
    """
    from planner.proof.judge import Ruling
    from planner.proof.second import asked

    certificate = certify(system, leaves=leaves)
    if certificate is not None:
        return certificate, Ruling.NO
    opinion = asked(system, timeout_ms)
    if opinion is None or opinion.ruling is Ruling.UNKNOWN:
        return None, Ruling.UNKNOWN
    if opinion.values is not None:
        raise DisagreementError(opinion.engine, opinion.values)
    word = Certificate(kind="second-engine", checked=True, engine=opinion.engine)
    return sealed(word), Ruling.NO


def sealed(certificate: Certificate) -> Certificate:
    """The certificate with its digest made anew, as after a change of ``barred``."""
    digest = checker.digest(certificate.model_dump(mode="json"))
    return certificate.model_copy(update={"sha256": digest})


class _Search:
    """Looks for a proof. Every step narrows the rows to some that are still contradictory."""

    def __init__(self, system: System, leaves: int) -> None:
        self.rows = [
            summed(index, row)
            for index, row in enumerate(system.rows)
            if row.low is not None or row.high is not None
        ]
        self._keys = system.keys
        self._by_index = {row.index: row for row in self.rows}
        self._splits_left = leaves - 1
        self._depth = 0

    def found(self, system: System) -> Certificate:
        """The certificate of the system. Raises _GivenUpError."""
        proof = self.prove(self.rows, system.low, system.high)
        return _written(system, self._by_index, proof)

    def prove(self, rows: Sequence[Sum], low: Bounds, high: Bounds) -> _Node:
        """A proof that the rows cannot all be kept within the bounds.

        Raises:
            _GivenUpError: none was found.
        """
        implied = Implied(rows, low, high)
        if implied.conflict is not None:
            position, _ = implied.conflict
            behind = implied.behind(implied.rests_on(implied.conflict))
            return self._prove_core(_at(rows, {position, *behind}), low, high)
        open_rows = [i for i, row in enumerate(rows) if not implied.keeps(row)]
        relaxed = relax(_at(rows, open_rows), implied.low, implied.high) if open_rows else None
        if relaxed is None:
            raise _GivenUpError
        if not relaxed.contradictory:
            return self._split(rows, low, high, relaxed.values)
        weights = {i: w for i, w in zip(open_rows, relaxed.weights, strict=True) if abs(w) > TINY}
        behind = implied.behind(_ends(rows, weights))
        return self._prove_core(_at(rows, {*weights, *behind}), low, high)

    def _prove_core(self, core: Sequence[Sum], low: Bounds, high: Bounds) -> _Node:
        """As ``prove``, for few rows, and in the bounds as they are given."""
        for row in core:
            for weight in (1, -1):
                if _contradicts({row.index: weight}, {row.index: row}, low, high):
                    return _Leaf({row.index: weight})
        relaxed = relax(core, low, high)
        if relaxed is None:
            raise _GivenUpError
        if not relaxed.contradictory:
            return self._split(core, low, high, relaxed.values)
        weights = _exact(core, relaxed.weights, low, high)
        if weights is None:
            raise _GivenUpError
        return _Leaf(weights)

    def _split(
        self, rows: Sequence[Sum], low: Bounds, high: Bounds, values: Mapping[int, float]
    ) -> _Node:
        """Two cases of one variable, or the proof of one of them where it does for both."""
        chosen = self._fractional(values)
        self._splits_left -= 1
        if chosen is None or self._splits_left < 0 or self._depth == DEEPEST:
            raise _GivenUpError
        at = floor(values[chosen])
        self._depth += 1
        below = self.prove(rows, low, _with(high, chosen, at))
        if not _proves(below, self._by_index, low, high):
            above = self.prove(rows, _with(low, chosen, at + 1), high)
            whole = _proves(above, self._by_index, low, high)
            below = above if whole else _Split(chosen, at, below, above)
        self._depth -= 1
        return below

    def _fractional(self, values: Mapping[int, float]) -> int | None:
        """The variable to split: starts first, then the value nearest to one half."""

        def order(variable: int) -> tuple[int, float, int]:
            kind = self._keys[variable][0]
            rank = BRANCH_ON.index(kind) if kind in BRANCH_ON else len(BRANCH_ON)
            return rank, round(abs(values[variable] % 1 - 0.5), 6), variable

        broken = [v for v, value in values.items() if abs(value - round(value)) > WHOLE]
        return min(broken, key=order, default=None)


def _at(rows: Sequence[Sum], positions: Iterable[int]) -> list[Sum]:
    return [rows[i] for i in sorted(positions)]


def _with(bounds: Bounds, variable: int, value: int) -> Bounds:
    changed = list(bounds)
    changed[variable] = value
    return changed


def _ends(rows: Sequence[Sum], weights: Mapping[int, float]) -> list[End]:
    """The ends of variables at which the weighted sum of rows is at its most."""
    total: dict[int, float] = {}
    for position, weight in weights.items():
        for variable, coefficient in rows[position].terms:
            total[variable] = total.get(variable, 0.0) + weight * coefficient
    return [(v, MOST if c > 0 else LEAST) for v, c in total.items() if abs(c) > TINY]


def _exact(
    rows: Sequence[Sum], weights: Sequence[float], low: Bounds, high: Bounds
) -> dict[int, int] | None:
    """Whole weights near to multiples of those given that contradict the bounds, exactly."""
    by_index = {row.index: row for row in rows}
    for denominator in DENOMINATORS:
        near: dict[int, Fraction] = {}
        for row, weight in zip(rows, weights, strict=True):
            bound = row.low if weight > 0 else row.high
            fraction = Fraction(weight).limit_denominator(denominator)
            if abs(weight) > TINY and bound is not None and fraction:
                near[row.index] = fraction
        if near:
            scale = lcm(*(f.denominator for f in near.values()))
            shared = gcd(*(int(f * scale) for f in near.values()))
            whole = {i: int(f * scale) // shared for i, f in near.items()}
            if _contradicts(whole, by_index, low, high):
                return whole
    return None


def _contradicts(
    weights: Mapping[int, int], rows: Mapping[int, Sum], low: Bounds, high: Bounds
) -> bool:
    """Whether the weighted rows ask for more than their sum can be within the bounds."""
    total: dict[int, int] = {}
    asked = 0
    for index, weight in weights.items():
        row = rows[index]
        bound = row.low if weight > 0 else row.high
        if bound is None:
            return False
        asked += weight * bound
        for variable, coefficient in row.terms:
            total[variable] = total.get(variable, 0) + weight * coefficient
    return sum(c * (high[v] if c > 0 else low[v]) for v, c in total.items()) < asked


def _proves(node: _Node, rows: Mapping[int, Sum], low: Bounds, high: Bounds) -> bool:
    """Whether a proof holds within the bounds as well."""
    if isinstance(node, _Leaf):
        return _contradicts(node.weights, rows, low, high)
    return _proves(node.below, rows, low, _with(high, node.variable, node.at)) and _proves(
        node.above, rows, _with(low, node.variable, node.at + 1), high
    )


def _nodes(node: _Node) -> Iterator[_Node]:
    yield node
    if isinstance(node, _Split):
        yield from _nodes(node.below)
        yield from _nodes(node.above)


def _written(system: System, rows: Mapping[int, Sum], proof: _Node) -> Certificate:
    """The proof as a document: only the rows and variables it uses, numbered anew."""
    nodes = list(_nodes(proof))
    used = sorted({i for n in nodes if isinstance(n, _Leaf) for i in n.weights})
    split = {n.variable for n in nodes if isinstance(n, _Split)}
    named = sorted(split.union(v for i in used for v, _ in rows[i].terms))
    row_at = {index: i for i, index in enumerate(used)}
    variable_at = {variable: i for i, variable in enumerate(named)}

    def numbered(node: _Node) -> ProofNode:
        if isinstance(node, _Leaf):
            return ProofNode(
                weights={row_at[i]: str(node.weights[i]) for i in sorted(node.weights)}
            )
        return ProofNode(
            split=variable_at[node.variable],
            at=node.at,
            below=numbered(node.below),
            above=numbered(node.above),
        )

    return sealed(
        Certificate(
            kind="farkas" if isinstance(proof, _Leaf) else "cases",
            checked=True,
            variables=tuple(
                CertificateVariable(
                    name=words(system.keys[v]), low=system.low[v], high=system.high[v]
                )
                for v in named
            ),
            rows=tuple(
                CertificateRow(
                    members=system.rows[i].members,
                    about=words(system.rows[i].instance),
                    terms=tuple((variable_at[v], c) for v, c in rows[i].terms),
                    low=rows[i].low,
                    high=rows[i].high,
                )
                for i in used
            ),
            proof=numbered(proof),
        )
    )


def words(key: Key) -> str:
    """A key in words, the ordinals of days as dates."""
    return " ".join(_word(part) for part in key)


def _word(part: str | int) -> str:
    if isinstance(part, int) and FIRST_DAY.toordinal() <= part <= LAST_DAY.toordinal():
        return date.fromordinal(part).isoformat()
    return str(part)
