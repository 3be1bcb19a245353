"""The same system put to another engine: z3, with sums of whole numbers.

z3 comes with the extra ``certify`` and is imported when it is asked. It reads the system as SMT-LIB
text, so that nothing is shared with the first engine but the rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from planner.constraints.system import Row, System
from planner.deadline import Deadline
from planner.proof.judge import Ruling

WORK = 20_000_000  # of z3: some seconds of a common machine


@dataclass(frozen=True)
class Opinion:
    """A ruling and who gave it: name and version. ``values`` by variable where a solution was
    found; exact evaluation has confirmed it."""

    ruling: Ruling
    engine: str
    values: tuple[int, ...] | None = None


def second_opinion(
    system: System, deadline: Deadline | None = None, work: int | None = WORK
) -> Ruling | None:
    """Whether the system has a solution; None where z3 is not installed."""
    opinion = asked(system, deadline, work)
    return None if opinion is None else opinion.ruling


def asked(
    system: System, deadline: Deadline | None = None, work: int | None = WORK
) -> Opinion | None:
    """As ``second_opinion``, with the engine and the solution.

    Args:
        system: the rows.
        deadline: when the ruling is UNKNOWN.
        work: steps of z3 after which it is so too, on whatever machine; None: any number.
    """
    z3 = _z3()
    if z3 is None:
        return None
    engine = f"z3 {z3.get_version_string()}"
    solver = z3.SolverFor("QF_LIA", ctx=z3.Context())
    if work is not None:
        solver.set("rlimit", work)
    left = None if deadline is None else deadline.left()
    if left is not None:
        solver.set("timeout", max(1, int(left * 1000)))
    solver.from_string("\n".join(smt_lib(system)))
    answer = str(solver.check())
    if answer == "sat":
        found = solver.model()
        by_name = {constant.name(): found[constant].as_long() for constant in found.decls()}
        values = tuple(by_name.get(f"v{i}", low) for i, low in enumerate(system.low))
        _confirm(system, values)
        return Opinion(Ruling.YES, engine, values)
    return Opinion(Ruling.NO if answer == "unsat" else Ruling.UNKNOWN, engine)


def smt_lib(system: System) -> Iterator[str]:
    """The system as SMT-LIB 2 lines: ``v0``, ``v1``, ... within their bounds, then the rows."""
    for i, (low, high) in enumerate(zip(system.low, system.high, strict=True)):
        yield f"(declare-const v{i} Int)(assert (<= {_number(low)} v{i} {_number(high)}))"
    for row in system.rows:
        total = _sum(row)
        if row.low is not None:
            yield f"(assert (>= {total} {_number(row.low)}))"
        if row.high is not None:
            yield f"(assert (<= {total} {_number(row.high)}))"


def _sum(row: Row) -> str:
    terms = [
        f"v{variable}" if coefficient == 1 else f"(* {_number(coefficient)} v{variable})"
        for variable, coefficient in row.terms
    ]
    if len(terms) < 2:
        return terms[0] if terms else "0"
    return f"(+ {' '.join(terms)})"


def _number(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


def _confirm(system: System, values: tuple[int, ...]) -> None:
    inside = all(
        low <= value <= high
        for low, value, high in zip(system.low, values, system.high, strict=True)
    )
    if not inside or system.broken(values) is not None:
        raise AssertionError("z3 gave a solution that does not keep the rows")


def _z3() -> ModuleType | None:
    try:
        return import_module("z3")
    except ModuleNotFoundError as missing:
        if missing.name != "z3":
            raise
        return None
