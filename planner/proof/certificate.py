"""A certificate for a system without a solution: weights of rows, or cases with weights in each.

What is searched for here is found in floating point and by shortcuts; a certificate leaves only
after exact arithmetic, and then the checker, have accepted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import floor

from planner.constraints.system import System
from planner.constraints.words import in_words
from planner.deadline import Deadline
from planner.documents.conflict import (
    Certificate,
    CertificateRow,
    CertificateVariable,
    ProofNode,
)
from planner.proof import checker
from planner.proof.bounds import LEAST, MOST, End, Implied
from planner.relaxation.branch import refuted
from planner.relaxation.exact import Bounds, Weights, contradicts
from planner.relaxation.relax import Relaxed, relax
from planner.relaxation.rows import Sum, sums
from planner.relaxation.tree import Leaf, Node, Split, fractional, nodes, proves, with_bound

DEEPEST = 60  # cases within cases
WORK = 250_000  # terms of relaxations after which no new case is opened: a few seconds


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


class _GivenUpError(Exception):
    """No certificate within the leaves, or none at all."""


def certify(
    system: System,
    *,
    leaves: int = 200,
    work: int | None = None,
    deadline: Deadline | None = None,
) -> Certificate | None:
    """An exact proof that a system has no solution, or None where none was found.

    Args:
        system: the rows of the conflict, believed to have no solution.
        leaves: the most cases that the proof may have.
        work: terms of relaxations after which no new case is opened; None: ``WORK``.
        deadline: when the search for it ends.
    """
    if any(low > high for low, high in zip(system.low, system.high, strict=True)):
        return None
    try:
        certificate = _Search(system, leaves, WORK if work is None else work, deadline).found(
            system
        )
    except _GivenUpError:
        return None
    return _accepted(certificate)


def certify_least(
    system: System, *, leaves: int, work: int, deadline: Deadline | None = None
) -> Certificate | None:
    """As ``certify``, of a system whose last row bounds a sum from above: a search that minimises
    the sum finds longer proofs, and in less time.

    Args:
        system: the rows, believed to have no solution.
        leaves: the most cases that the proof may have.
        work: as of ``branch.refuted``.
        deadline: when the search for it ends.
    """
    proof = refuted(system, leaves=leaves, work=work, deadline=deadline)
    if proof is None:
        return None
    rows = {row.index: row for row in sums(system.rows)}
    return _accepted(_written(system, rows, proof))


def _accepted(certificate: Certificate) -> Certificate:
    """The certificate, which the checker has accepted."""
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
    systems: Iterable[System], *, leaves: int = 200, deadline: Deadline | None = None
) -> Certificate | None:
    """The certificate of a problem believed to have no solution: exact, of the first of its parts
    that gives one, else the word of a second engine on the last of them, else None.

    Args:
        systems: parts of the problem, the plainest first; the last is looked at as a whole.
        leaves: the most cases that an exact proof may have.
        deadline: when the search for it ends.

    Raises:
        DisagreementError: the second engine found a solution.
    """
    from planner.proof.judge import Ruling
    from planner.proof.second import asked

    last: System | None = None
    for last in systems:
        certificate = certify(last, leaves=leaves, deadline=deadline)
        if certificate is not None:
            return certificate
    opinion = None if last is None else asked(last, deadline)
    if opinion is None or opinion.ruling is Ruling.UNKNOWN:
        return None
    if opinion.values is not None:
        raise DisagreementError(opinion.engine, opinion.values)
    return sealed(Certificate(kind="second-engine", checked=True, engine=opinion.engine))


def sealed(certificate: Certificate) -> Certificate:
    """The certificate with its digest made anew, as after a change of ``barred``."""
    digest = checker.digest(certificate.model_dump(mode="json"))
    return certificate.model_copy(update={"sha256": digest})


class _Search:
    """Looks for a proof. Every step narrows the rows to some that are still contradictory."""

    def __init__(self, system: System, leaves: int, work: int, deadline: Deadline | None) -> None:
        self._deadline = Deadline() if deadline is None else deadline
        self.rows = sums(system.rows)
        self._keys = system.keys
        self._by_index = {row.index: row for row in self.rows}
        self._splits_left = leaves - 1
        self._depth = 0
        self._work_left = work

    def found(self, system: System) -> Certificate:
        """The certificate of the system. Raises _GivenUpError."""
        proof = self.prove(self.rows, system.low, system.high)
        return _written(system, self._by_index, proof)

    def prove(self, rows: Sequence[Sum], low: Bounds, high: Bounds) -> Node:
        """A proof that the rows cannot all be kept within the bounds.

        Raises:
            _GivenUpError: none was found.
        """
        if self._deadline.over():
            raise _GivenUpError
        implied = Implied(rows, low, high)
        if implied.conflict is not None:
            position, _ = implied.conflict
            behind = implied.behind(implied.rests_on(implied.conflict))
            return self._prove_core(_at(rows, {position, *behind}), low, high)
        open_rows = [i for i, row in enumerate(rows) if not implied.keeps(row)]
        relaxed = self._relax(_at(rows, open_rows), implied.low, implied.high)
        if relaxed.weights is None:
            return self._split(rows, low, high, relaxed.values)
        used = [i for i in open_rows if rows[i].index in relaxed.weights]
        behind = implied.behind(_ends(_at(rows, used), relaxed.weights))
        return self._prove_core(_at(rows, {*used, *behind}), low, high)

    def _prove_core(self, core: Sequence[Sum], low: Bounds, high: Bounds) -> Node:
        """As ``prove``, for few rows, and in the bounds as they are given."""
        for row in core:
            for weight in (1, -1):
                if contradicts({row.index: weight}, {row.index: row}, low, high):
                    return Leaf({row.index: weight})
        relaxed = self._relax(core, low, high)
        if relaxed.weights is None:
            return self._split(core, low, high, relaxed.values)
        return Leaf(relaxed.weights)

    def _relax(self, rows: Sequence[Sum], low: Bounds, high: Bounds) -> Relaxed:
        relaxed = relax(rows, low, high, seconds=self._deadline.left())
        self._work_left -= sum(len(row.terms) for row in rows)
        return relaxed

    def _split(
        self, rows: Sequence[Sum], low: Bounds, high: Bounds, values: Sequence[float] | None
    ) -> Node:
        """Two cases of one variable, or the proof of one of them where it does for both."""
        if values is None:
            raise _GivenUpError
        chosen = fractional(self._keys, values, low, high)
        self._splits_left -= 1
        spent = self._splits_left < 0 or self._depth == DEEPEST or self._work_left < 0
        if chosen is None or spent:
            raise _GivenUpError
        at = min(floor(values[chosen]), high[chosen] - 1)  # a value may pass its bound by a hair
        if at < low[chosen]:
            raise _GivenUpError
        self._depth += 1
        below = self.prove(rows, low, with_bound(high, chosen, at))
        if not proves(below, self._by_index, low, high):
            above = self.prove(rows, with_bound(low, chosen, at + 1), high)
            whole = proves(above, self._by_index, low, high)
            below = above if whole else Split(chosen, at, below, above)
        self._depth -= 1
        return below


def _at(rows: Sequence[Sum], positions: Iterable[int]) -> list[Sum]:
    return [rows[i] for i in sorted(positions)]


def _ends(rows: Sequence[Sum], weights: Weights) -> list[End]:
    """The ends of variables at which the weighted sum of rows is at its most."""
    total: dict[int, int] = {}
    for row in rows:
        for variable, coefficient in row.terms:
            total[variable] = total.get(variable, 0) + weights[row.index] * coefficient
    return [(v, MOST if c > 0 else LEAST) for v, c in total.items() if c]


def _written(system: System, rows: Mapping[int, Sum], proof: Node) -> Certificate:
    """The proof as a document: only the rows and variables it uses, numbered anew."""
    tree = list(nodes(proof))
    used = sorted({i for n in tree if isinstance(n, Leaf) for i in n.weights})
    split = {n.variable for n in tree if isinstance(n, Split)}
    named = sorted(split.union(v for i in used for v, _ in rows[i].terms))
    row_at = {index: i for i, index in enumerate(used)}
    variable_at = {variable: i for i, variable in enumerate(named)}

    def numbered(node: Node) -> ProofNode:
        if isinstance(node, Leaf):
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
            kind="farkas" if isinstance(proof, Leaf) else "cases",
            checked=True,
            variables=tuple(
                CertificateVariable(
                    name=" ".join(in_words(system.keys[v])), low=system.low[v], high=system.high[v]
                )
                for v in named
            ),
            rows=tuple(
                CertificateRow(
                    members=system.rows[i].members,
                    about=" ".join(in_words(system.rows[i].instance)),
                    terms=tuple((variable_at[v], c) for v, c in rows[i].terms),
                    low=rows[i].low,
                    high=rows[i].high,
                )
                for i in used
            ),
            proof=numbered(proof),
        )
    )
