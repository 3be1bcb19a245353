"""One patient under several policies: what each makes of the scenario, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.documents.base import Day, Document
from planner.documents.coverage import CoverageStatus
from planner.documents.plan import (
    Limit,
    Objective,
    PlannedAuthorization,
    PlannedCycle,
    PolicyStamp,
    Totals,
)

ComparedStatus = Literal[
    "planned", "not-covered", "infeasible", "undecided", "refused", "out-of-dates"
]


class Compared(Document):
    """What one policy makes of the scenario. ``status`` as in a batch; ``says`` why there is no
    calendar. ``set_aside``: parts of the scenario that this policy does not know, so that it was
    asked without them: readings of another policy, and another payer's authorizations.
    """

    policy: PolicyStamp
    payer: str
    status: ComparedStatus
    says: str = ""
    criteria: CoverageStatus
    set_aside: tuple[str, ...] = ()
    cycles: tuple[PlannedCycle, ...] = ()
    authorizations: tuple[PlannedAuthorization, ...] = ()
    limits: tuple[Limit, ...] = ()
    totals: Totals | None = None
    objectives: tuple[Objective, ...] = ()


class Difference(Document):
    """One thing that is not the same under all policies: its value under each, by policy id."""

    what: str
    values: Mapping[str, str]


class FirstDifference(Document):
    """The first date on which two calendars, or their claims, are not the same, and what each has
    on it; nothing where it has nothing.
    """

    kind: Literal["calendar", "claims"]
    policies: tuple[str, str]
    date: Day
    events: tuple[tuple[str, ...], tuple[str, ...]]


class Comparison(Document):
    """All of it, the policies in the order asked for."""

    format: Literal["planner-compare/1"] = "planner-compare/1"
    title: str
    sha256: str
    indication: str
    policies: tuple[Compared, ...] = Field(min_length=1)
    differences: tuple[Difference, ...]
    first_differences: tuple[FirstDifference, ...] = Field(
        description="Each planned policy against the first planned one."
    )
