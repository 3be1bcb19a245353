"""Caps: how much of something a policy allows in how much time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.documents.base import DayCount, Document, Whole
from planner.documents.clause import ClauseBase, CycleRange

LimitUnit = Literal["vials", "units"]
_EARLIER: Mapping[object, LimitUnit] = {"quantity": "vials", "units": "units"}


class PerDays(Document):
    """In any ``days`` consecutive dates."""

    days: DayCount


class LimitClause(ClauseBase):
    """Section II: at most ``limit`` of something, of the named cycles, in some time.

    Vials count by date of dispense, billable units by date of service.
    """

    rule: Literal["limit"]
    of: LimitUnit
    limit: Whole = Field(gt=0, le=1_000_000)
    per: PerDays
    cycles: CycleRange | None = Field(default=None, description="None: all cycles.")

    @property
    def days(self) -> int:
        """The consecutive dates that the limit is counted in."""
        return self.per.days

    def names(self, cycle: int) -> bool:
        """Whether the limit counts what is for a cycle."""
        return self.cycles is None or self.cycles.first <= cycle <= self.cycles.last


def as_limit(clause: object) -> object:
    """A clause in the form of ``LimitClause`` where it is written in the earlier one: the rules
    ``quantity`` (vials) and ``units``, and ``per_days`` for ``per: {days: ...}``."""
    if not isinstance(clause, Mapping) or clause.get("rule") not in {"limit", *_EARLIER}:
        return clause
    read = dict(clause)
    if read["rule"] in _EARLIER:
        read["of"] = read.get("of", _EARLIER[read["rule"]])
        read["rule"] = "limit"
    if "per_days" in read and "per" not in read:
        read["per"] = {"days": read.pop("per_days")}
    return read
