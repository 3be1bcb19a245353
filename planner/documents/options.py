"""What a little more of one objective buys in the others, as ``options --json`` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.documents.base import Day, Document, Flag, Indication, Whole
from planner.documents.plan import PolicyStamp


class Measured(Document):
    """What a calendar comes to, from ``as_of`` on. ``vials`` are vials opened, ``vials_dispensed``
    those still to send; ``starts`` the start of each cycle still to begin, by its number;
    ``last_day`` the course's last disconnect."""

    delay_days: Whole
    bag_changes: Whole
    vials: Whole
    vials_dispensed: Whole
    dispenses: Whole
    starts: Mapping[int, Day]
    last_day: Day | None


class Option(Measured):
    """A calendar that exists. ``proven``: no calendar is better in delay, bag changes, vials or
    dispenses and no worse in the others. ``says`` is what it comes to beside the plan."""

    option: Whole = Field(ge=1)
    proven: Flag
    as_planned: Flag
    says: str


class Gap(Document):
    """Calendars that were not looked through: those that come to no more than this in each; null
    is any value. ``says`` the same in words."""

    delay_days: Whole | None
    bag_changes: Whole | None
    vials: Whole | None
    dispenses: Whole | None
    says: str


class ReadingCost(Document):
    """What a reading of the policy in force costs beside another: the plan under ``other``, all
    else the same. ``plan`` is null where no calendar is known under it."""

    reading: str
    chosen: str
    other: str
    plan: Measured | None
    says: str


class OptionsStamp(Document):
    """Which scenario the options are for."""

    title: str
    ref: str | None
    sha256: str


class Options(Document):
    """The options in the order of their delay. ``complete``: there is no gap, and each is proven.
    ``plan`` is what ``planner plan`` finds."""

    format: Literal["planner-options/1"] = "planner-options/1"
    scenario: OptionsStamp
    policy: PolicyStamp
    indication: Indication
    plan: Measured
    options: tuple[Option, ...]
    complete: Flag
    gaps: tuple[Gap, ...]
    readings: tuple[ReadingCost, ...] = ()
    stopped: Literal["time"] | None = None
