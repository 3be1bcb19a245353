"""How a plan stands with the payer's criteria, as it is written beside the calendar."""

from __future__ import annotations

from typing import Literal

from planner.documents.base import Document, Flag
from planner.documents.criteria import Verdict

CoverageStatus = Literal["met", "not-met", "undecided", "not-asked"]


class Asked(Document):
    """A criterion that was asked, what the scenario says of it, and the verdict."""

    id: str
    section: str
    says: str
    verdict: Verdict
    found: str


class Coverage(Document):
    """Whether the plan's course is covered by the criteria of a first authorization.

    ``status``: 'not-met' stands only on a plan that was asked for in spite of its criteria: it is
    not covered. 'undecided' waits for facts; 'not-asked': the policy file has no criteria.
    """

    status: CoverageStatus
    routes: tuple[str, ...] = ()
    unmet: tuple[Asked, ...] = ()
    open: tuple[Asked, ...] = ()
    missing: tuple[str, ...] = ()
    depends_on_reading: Flag = False
    notes: tuple[str, ...] = ()
