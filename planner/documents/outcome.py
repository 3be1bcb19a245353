"""Answers that are not a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Infeasible:
    """No compliant calendar exists: proven by the solver."""

    status: Literal["infeasible"] = "infeasible"


@dataclass(frozen=True)
class Undecided:
    """Neither a calendar nor a proof within the limit."""

    status: Literal["undecided"] = "undecided"
