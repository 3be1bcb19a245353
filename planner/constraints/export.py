"""The rows written out for any other solver: as MPS, and as CP-SAT's own text form.

Names are those of rules, dates and cycles. Either form has one objective, the first; the others
follow it, in their order, as rows without bounds. The same rows give the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.constraints.system import Linear, Row, System, Term, gathered
from planner.constraints.words import in_words, is_day

UNSAFE = re.compile(r"[^A-Za-z0-9._:+-]")
INT_MIN, INT_MAX = -(2**63), 2**63 - 1  # no bound, in CP-SAT


@dataclass(frozen=True)
class _Written:
    """A system with a name for everything in it; ``objectives`` in their order."""

    system: System
    columns: Sequence[str]
    rows: Sequence[tuple[str, Row]]
    objectives: Sequence[tuple[str, Linear]]


def mps(system: System, order: Sequence[str], about: Iterable[str] = ()) -> str:
    """The rows as free MPS, integers marked and every bound written out.

    Args:
        system: the rows, with their objectives.
        order: the names of the objectives, the first to be minimised first.
        about: what to say of them, a comment a line.
    """
    written = _named(system, order)
    lines = [f"* {line}" for line in (*about, *_how(order))]
    lines += ["NAME planner", "ROWS"]
    lines += [f" N {name}" for name, _ in written.objectives]
    lines += [f" {_kind(row)} {name}" for name, row in written.rows]
    lines += ["COLUMNS", " INTEGERS 'MARKER' 'INTORG'", *_columns(written)]
    lines += [" INTEGERS 'MARKER' 'INTEND'", "RHS", *_sides(written)]
    ranges = list(_ranges(written))
    lines += ["RANGES", *ranges] if ranges else []
    lines += ["BOUNDS", *_bounds(written), "ENDATA"]
    return "\n".join(lines) + "\n"


def cp_sat(system: System, order: Sequence[str], about: Iterable[str] = ()) -> str:
    """The rows as the text of a CpModelProto; arguments as of ``mps``."""
    written = _named(system, order)
    lines = [f"# {line}" for line in (*about, *_how(order))]
    lines.append('name: "planner"')
    for name, low, high in zip(written.columns, system.low, system.high, strict=True):
        lines.append(f'variables {{ name: "{name}" domain: [{low}, {high}] }}')
    for name, row in written.rows:
        lines.append(_constraint(name, row.terms, row.low, row.high))
    (_, first), *others = written.objectives
    lines += [_constraint(name, linear.terms, None, None) for name, linear in others]
    lines.append(f"objective {{ {_proto_sum(first.terms)} offset: {first.constant} }}")
    return "\n".join(lines) + "\n"


def _how(order: Sequence[str]) -> Iterator[str]:
    """How the objectives are to be taken."""
    yield f"Minimise, each under the values of those before it: {', '.join(order)}."
    yield "The first is the objective here; each of the others is a row of its name without bounds."


def _named(system: System, order: Sequence[str]) -> _Written:
    names = _Names()
    objectives = [(names.unique(name), system.objectives[name]) for name in order]
    rows = [(names.unique(_row_name(row)), row) for row in system.rows]
    names = _Names()
    columns = [names.unique(".".join(in_words(key))) for key in system.keys]
    return _Written(system, columns, rows, objectives)


class _Names:
    """Names without blanks or quotes, each given out once."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """The name; from the second time on with its number, behind a sign that no name has."""
        name = UNSAFE.sub("_", name)
        self._given[name] = times = self._given.get(name, 0) + 1
        return name if times == 1 else f"{name}#{times}"


def _row_name(row: Row) -> str:
    """The rules a row comes from, then which day, window or cycle of them: two days are a
    window."""
    window = len(row.instance) == 2 and all(is_day(part) for part in row.instance)
    instance = (".." if window else ".").join(in_words(row.instance))
    return ":".join(part for part in ("+".join(row.members), instance) if part) or "row"


# MPS ---------------------------------------------------------------------------------------------


def _kind(row: Row) -> str:
    if row.low == row.high:
        return "E"
    return "L" if row.low is None else "G"


def _columns(written: _Written) -> Iterator[str]:
    entries: list[list[str]] = [[] for _ in written.columns]
    sums = [(name, linear.terms) for name, linear in written.objectives]
    sums += [(name, row.terms) for name, row in written.rows]
    for name, terms in sums:
        for variable, coefficient in gathered(terms):
            entries[variable].append(f"{name} {coefficient}")
    nothing = [f"{written.objectives[0][0]} 0"]  # a column has to be named to be there
    for column, own in zip(written.columns, entries, strict=True):
        yield from (f" {column} {entry}" for entry in own or nothing)


def _sides(written: _Written) -> Iterator[str]:
    for name, linear in written.objectives:
        if linear.constant:
            yield f" RHS {name} {-linear.constant}"
    for name, row in written.rows:
        side = row.high if row.low is None else row.low
        if side:
            yield f" RHS {name} {side}"


def _ranges(written: _Written) -> Iterator[str]:
    for name, row in written.rows:
        if row.low is not None and row.high is not None and row.low != row.high:
            yield f" RANGE {name} {row.high - row.low}"


def _bounds(written: _Written) -> Iterator[str]:
    system = written.system
    for column, low, high in zip(written.columns, system.low, system.high, strict=True):
        if low == high:
            yield f" FX BOUND {column} {low}"
        elif (low, high) == (0, 1):
            yield f" BV BOUND {column}"
        else:
            yield f" LO BOUND {column} {low}"
            yield f" UP BOUND {column} {high}"


# CP-SAT ------------------------------------------------------------------------------------------


def _constraint(name: str, terms: tuple[Term, ...], low: int | None, high: int | None) -> str:
    least, most = INT_MIN if low is None else low, INT_MAX if high is None else high
    linear = f"linear {{ {_proto_sum(terms)} domain: [{least}, {most}] }}"
    return f'constraints {{ name: "{name}" {linear} }}'


def _proto_sum(terms: tuple[Term, ...]) -> str:
    added = gathered(terms)
    variables, coefficients = (", ".join(str(term[i]) for term in added) for i in (0, 1))
    return f"vars: [{variables}] coeffs: [{coefficients}]"
