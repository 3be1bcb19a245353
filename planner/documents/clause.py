"""What every clause of a policy has, whatever its family."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from planner.documents.base import CycleNumber, Day, Document, Indication


class CycleRange(Document):
    """Cycles ``first`` to ``last`` of a course, both included; the first cycle is 1."""

    first: CycleNumber
    last: CycleNumber


class ClauseBase(Document):
    """What every clause has: section, wording, scope and dates."""

    section: str = Field(description="Where the document says it, for example 'II.A'.")
    says: str = Field(description="The clause in our own words.")
    indications: tuple[Indication, ...] = Field(
        description="The indications the clause speaks of.", min_length=1
    )
    effective_from: Day | None = Field(default=None, alias="from")
    effective_until: Day | None = Field(default=None, alias="until")

    def in_force(self, day: date) -> bool:
        """Whether the clause speaks of a day; both its first and its last day belong to it."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )
