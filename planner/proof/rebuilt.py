"""Whether a certificate's rows are those of the problem: built again from scenario, policy, drug.

The checker proves that rows contradict each other. Here the rows are held against the model of the
members named, so that a row, a bound or a clause that somebody has changed is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from planner.constraints.system import System
from planner.constraints.words import in_words
from planner.documents.conflict import Certificate
from planner.relaxation.rows import sums


class _Row(NamedTuple):
    """A row in words: the variables by name, each once, in the order of their names."""

    members: tuple[str, ...]
    about: str
    terms: tuple[tuple[str, int], ...]
    low: int | None
    high: int | None


def foreign(certificate: Certificate, system: System) -> Iterator[str]:
    """What in a certificate is not of a system: variables, their bounds, rows.

    Args:
        certificate: one with rows, as the checker accepts it.
        system: the part of the problem that it names, under the members of the conflict.
    """
    bounds = _bounds(system)
    for variable in certificate.variables:
        own = bounds.get(variable.name)
        if own is None:
            yield f"there is no decision '{variable.name}'"
        elif own != (variable.low, variable.high):
            yield (
                f"'{variable.name}' lies between {own[0]} and {own[1]}, "
                f"not {variable.low} and {variable.high}"
            )
    rows = set(_rows(system))
    names = [variable.name for variable in certificate.variables]
    for index, row in enumerate(certificate.rows):
        terms = tuple(sorted((names[v], c) for v, c in row.terms))
        if _Row(row.members, row.about, terms, row.low, row.high) not in rows:
            yield f"row {index} ({row.about or ', '.join(row.members)}) is no row of the problem"


def _bounds(system: System) -> Mapping[str, tuple[int, int]]:
    ends = zip(system.keys, system.low, system.high, strict=True)
    return {_words(key): (low, high) for key, low, high in ends}


def _rows(system: System) -> Iterator[_Row]:
    names = [_words(key) for key in system.keys]
    for row in sums(system.rows):
        given = system.rows[row.index]
        terms = tuple(sorted((names[v], c) for v, c in row.terms))
        yield _Row(given.members, _words(given.instance), terms, row.low, row.high)


def _words(key: tuple[str | int, ...]) -> str:
    return " ".join(in_words(key))
