"""Rows as the relaxation takes them: each variable named once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.constraints.system import Row, Term, gathered


@dataclass(frozen=True, slots=True)
class Sum:
    """A row of a system with each variable named once: low <= sum <= high.

    ``index`` is the row's place in the system.
    """

    index: int
    terms: tuple[Term, ...]
    low: int | None
    high: int | None


def summed(index: int, row: Row) -> Sum:
    """A row with its repeated variables added up and those that cancel left out."""
    return Sum(index, gathered(row.terms), row.low, row.high)


def sums(rows: Sequence[Row]) -> list[Sum]:
    """The rows of a system that bound anything, in their order."""
    return [
        summed(index, row)
        for index, row in enumerate(rows)
        if row.low is not None or row.high is not None
    ]
