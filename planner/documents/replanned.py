"""What a plan changes of the one it follows, as records: ``replan`` in the plan's document."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from planner.documents.base import Day, Document, Exact, Whole

RowKind = Literal["start", "visit", "disconnect", "dispense", "claim", "authorization"]
Role = Literal["patient", "pharmacy", "billing"]


class Change(Document):
    """One row that the plan has (``+``), has not any more (``-``), or has otherwise (``~``).

    ``role``: who is told. ``old`` and ``new`` say the row in words, ``from`` and ``to`` its days;
    those that it has not are null. ``because``: clauses, settings, requests and events (as
    ``events[0]``) that force it, the nearest first.
    """

    sign: Literal["+", "~", "-"]
    kind: RowKind
    role: Role
    cycle: Whole | None
    from_: Day | None = Field(alias="from")
    to: Day | None
    old: str | None
    new: str | None
    because: tuple[str, ...] = ()


class Compared(Document):
    """A total of what was still to come, by the old plan and by the new one."""

    name: str
    before: Exact
    after: Exact


class Replanned(Document):
    """How a plan came from the one before.

    ``happened``: the events in words, in their file's order. ``drift``: what was otherwise than
    planned before ``as_of``; ``diff``: what the plan changes from then on.
    """

    as_of: Day | None
    happened: tuple[str, ...]
    summary: str
    stay: Whole
    drift: tuple[Change, ...]
    diff: tuple[Change, ...]
    totals: tuple[Compared, ...]
