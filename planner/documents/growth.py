"""Published growth tables, and this program's bounds of a body, as data.

They are read only where a scenario's weight or height is held against them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field

from planner.documents.base import Document, Exact, Grade, Whole
from planner.documents.find import shipped
from planner.documents.positions import read_yaml

Body = Annotated[Exact, Field(gt=0, le=300)]
Share = Annotated[Exact, Field(gt=0, le=1000)]


class GrowthRow(Document):
    """The 3rd and the 97th percentile of both sexes at an age."""

    months: Exact = Field(ge=0, le=300)
    female: tuple[Body, Body]
    male: tuple[Body, Body]

    @property
    def least(self) -> Decimal:
        """The lower 3rd percentile: the sex is not asked for."""
        return min(self.female[0], self.male[0])

    @property
    def most(self) -> Decimal:
        """The higher 97th percentile."""
        return max(self.female[1], self.male[1])


class Growth(Document):
    """Weight (kg) and height (cm) by age in months, the youngest first."""

    format: Literal["planner-growth/1"]
    id: str
    title: str
    source: str
    revision: str
    grade: Grade
    percentiles: tuple[Body, Body]
    kg: tuple[GrowthRow, ...] = Field(min_length=2)
    cm: tuple[GrowthRow, ...] = Field(min_length=2)


class Range(Document):
    """Least and most, both included: outside ``impossible`` is refused, outside ``unlikely`` asked
    about.
    """

    impossible: tuple[Share, Share]
    unlikely: tuple[Share, Share]


class ChildBounds(Document):
    """Shares of a growth table's percentiles, below an age."""

    below_years: Whole = Field(gt=0, le=20)
    kg: Range
    cm: Range


class Noted(Document):
    """What is mentioned: heavier than this, while the same number of pounds would be usual."""

    kg: Share
    kg_per_m2: Share
    usual_kg_per_m2: tuple[Share, Share]


class AdultBounds(Document):
    """Kilograms, and kilograms per square metre of height."""

    kg: Range
    kg_per_m2: Range
    noted: Noted


class Bounds(Document):
    """This program's own bounds of a body."""

    format: Literal["planner-bounds/1"]
    id: str
    source: str
    revision: str
    child: ChildBounds
    adult: AdultBounds
    surface: Range


@cache
def growth() -> Growth:
    """The growth table that children are held against."""
    return Growth.model_validate(_plain("cdc-2000"))


@cache
def bounds() -> Bounds:
    """How far from the usual a body may be."""
    return Bounds.model_validate(_plain("bounds"))


def _plain(name: str) -> Any:
    file = shipped("models").joinpath("growth", f"{name}.yaml")
    return read_yaml(file.read_bytes(), f"models/growth/{name}.yaml").value


def least_at(rows: Sequence[GrowthRow], months: Decimal) -> Decimal:
    """The lower 3rd percentile at an age, straight between two rows; the last row goes on."""
    return _between([(row.months, row.least) for row in rows], months)


def most_at(rows: Sequence[GrowthRow], months: Decimal) -> Decimal:
    """The higher 97th percentile at an age, likewise."""
    return _between([(row.months, row.most) for row in rows], months)


def months_of(rows: Sequence[GrowthRow], value: Decimal) -> Decimal:
    """The age at which a value lies half-way between the two percentiles: that of a child of usual
    height, say, who is as tall.
    """
    return _between([((row.least + row.most) / 2, row.months) for row in rows], value)


def _between(points: Sequence[tuple[Decimal, Decimal]], at: Decimal) -> Decimal:
    if at <= points[0][0]:
        return points[0][1]
    for (one, low), (other, high) in pairwise(points):
        if at <= other:
            return low + (high - low) * (at - one) / (other - one)
    return points[-1][1]
