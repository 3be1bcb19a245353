"""The calendar in force: what of an earlier plan is still to come, and what changing it weighs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.documents.base import CycleNumber, Day, Document, Flag, Vials, Whole

Weight = Annotated[int, Field(strict=True, ge=0, le=1_000)]


class ForceCycle(Document):
    """A cycle of the calendar in force, its start and its disconnect. One that has begun has no
    start to keep."""

    cycle: CycleNumber
    start: Day | None = None
    disconnect: Day


class ForceVisit(Document):
    """A bag change of the calendar in force."""

    date: Day
    cycle: CycleNumber
    days: Annotated[int, Field(strict=True, ge=1, le=14)]
    shipped: Flag = Field(default=False, description="Its vials have left the pharmacy.")


class ForceDispense(Document):
    """A dispense of the calendar in force."""

    date: Day
    cycle: CycleNumber
    vials: Vials


class InForce(Document):
    """What of the calendar in force is still to come: the objective ``changes`` counts against it.

    ``told_until``: patient and payer know of what lies before this day. ``unused``: the vials that
    are left when the plan is done.
    """

    plan: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="The SHA-256 of the plan."
    )
    told_until: Day | None = None
    unused: Whole = Field(default=0, ge=0, le=10_000)
    cycles: tuple[ForceCycle, ...] = ()
    visits: tuple[ForceVisit, ...] = ()
    dispenses: tuple[ForceDispense, ...] = ()


class Band(Document):
    """Up to ``days`` days from the nearest row: this factor."""

    days: Annotated[int, Field(strict=True, ge=1, le=365)]
    factor: Weight


class ChangeWeights(Document):
    """What changing a row of the calendar in force weighs, in the objective ``changes``.

    A row that goes weighs its kind's number, times ``told`` where patient and payer know of it,
    times ``shipped`` where its vials have left. A row that comes weighs its kind's number, times
    the factor of the band of days in which it lies from the nearest row of its kind and cycle. So
    a row that moves weighs both; where a cycle has more rows of a kind than it had, each weighs its
    kind's number times ``more``, besides. Vials weigh where a dispense stays on its day with
    others, where a cycle's sum is another, and where more of them are left in the end.
    """

    start: Weight = 25
    visit: Weight = 4
    dispense: Weight = 2
    vials: Weight = Field(
        default=1,
        description="Each vial more or fewer on a dispense's day, and in a cycle's sum.",
    )
    unused: Weight = Field(
        default=3, description="Each vial more than by the plan in force that no bag takes."
    )
    claim: Weight = Field(default=1, description="A date of service.")
    told: Weight = 3
    shipped: Weight = 5
    told_days: Whole = Field(
        default=14, ge=0, le=365, description="Told of what lies within so many days of as_of."
    )
    bands: tuple[Band, ...] = Field(
        default=(
            Band(days=1, factor=1),
            Band(days=2, factor=2),
            Band(days=4, factor=3),
            Band(days=7, factor=5),
            Band(days=14, factor=8),
        ),
        description="By how far a row lies from the nearest of its kind, nearest first.",
    )
    more: Weight = Field(
        default=20, description="The factor of each visit or dispense more than a cycle had."
    )
    beyond: Weight = Field(default=10, description="The factor of more days, or of none near.")


class Pin(Document):
    """What of the calendar is to stay: each field that is named, and no other, holds exactly."""

    cycle: CycleNumber
    start: Day | None = Field(default=None, description="The cycle starts on this day.")
    visit: Day | None = Field(default=None, description="A bag is hung on this day.")
    days: Annotated[int, Field(strict=True, ge=1, le=14)] | None = Field(
        default=None, description="That bag runs so many days; needs visit."
    )
    free: Day | None = Field(default=None, description="No bag is hung on this day.")
    dispense: Day | None = Field(default=None, description="Vials leave on this day.")
    vials: Vials | None = Field(default=None, description="So many of them; needs dispense.")
