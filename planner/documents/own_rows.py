"""Rows of the pharmacy's own: how long its bags keep, and how many vials it takes for one.

They stand beside the drug file's and are shown as the pharmacy's, never as the label's.
"""

from __future__ import annotations

from pydantic import Field

from planner.documents.base import MOST_MCG, BagName, DayCount, Document, Exact, Vials

MOST_TEXT = 20_000


class OwnStorage(Document):
    """How long a ready-made bag keeps by the pharmacy's own procedure."""

    days: DayCount = Field(
        description="Days from the bag's dispense to the end of its infusion at most."
    )
    source: str = Field(
        min_length=1, max_length=MOST_TEXT, description="The procedure that says so."
    )


class OwnPreparation(Document):
    """Vials for one bag of a daily dose by the pharmacy's own procedure: of a dose in mcg a day,
    or of the clause's dose by body surface. A step dose may then be in that bag.
    """

    bag: BagName
    mcg_per_day: Exact | None = Field(default=None, gt=0, le=MOST_MCG)
    mcg_per_m2_per_day: Exact | None = Field(
        default=None, gt=0, le=MOST_MCG, description="The rate of the policy's dose."
    )
    vials: Vials
    source: str = Field(
        min_length=1, max_length=MOST_TEXT, description="The procedure that says so."
    )
