"""How a plan stands with the payer's criteria, as it is written beside the calendar."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from planner.documents.base import Day, Document, Flag, Whole
from planner.documents.criteria import Verdict

CoverageStatus = Literal["met", "not-met", "undecided", "not-asked"]


class Asked(Document):
    """A criterion that was asked, what the scenario says of it, and the verdict."""

    id: str
    section: str
    says: str
    verdict: Verdict
    found: str


class Evidence(Asked):
    """A question of a renewal's criteria, to be answered with evidence ``by`` that day."""

    by: Day


class Renewal(Document):
    """A renewal still to be asked for: until when, for which cycles, and what the payer asks.

    ``status`` as the scenario's facts stand now; 'not-asked': the policy file has no criteria of a
    renewal. Evidence of response and toxicity speaks of the therapy from ``therapy_from`` to
    ``therapy_to``, the last infusion day before the request.
    """

    authorization: str
    request_by: Day
    opens: Day
    ends: Day | None
    cycles: tuple[Whole, ...]
    therapy_from: Day | None
    therapy_to: Day | None
    status: CoverageStatus
    missing: tuple[str, ...] = ()
    checklist: tuple[Evidence, ...] = ()


class Left(Document):
    """How an authorization stands at the end of each of the days ``from`` .. ``to``, all alike:
    cycles not begun, units billed for its cycles, and units left where the payer granted a number.
    """

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    cycles_left: Whole | None
    units_billed: Whole
    units_left: Whole | None


class AuthorizationDays(Document):
    """An authorization day by day; ``cycles`` and ``units`` it grants, null where unlimited."""

    authorization: str
    cycles: Whole | None
    units: Whole | None
    days: tuple[Left, ...]


class Contractor(Document):
    """Who serves the patient's place for Medicare Part B, by the policy's table.

    ``open_county``: the state has places that belong to another jurisdiction, and the scenario does
    not say in which the patient lives; the row is then that of the rest of the state.
    """

    clause: str
    state: str
    county: str | None
    jurisdiction: str
    contractor: str
    open_county: Flag
    table: str = Field(description="The table's title and revision.")


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
    renewals: tuple[Renewal, ...] = ()
    authorizations: tuple[AuthorizationDays, ...] = ()
    contractor: Contractor | None = Field(
        default=None, description="Null without a state, or where the policy has no table."
    )
