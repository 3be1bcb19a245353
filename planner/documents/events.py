"""The events file: what has happened to a planned course, and what of the plan is to stay.

``planner replan PLAN.json --with EVENTS.yaml`` reads one. What no event contradicts has happened
as planned, up to ``as_of``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from planner.documents.base import CycleKey, Day, Document, Flag, ObjectiveName, Units, Vials
from planner.documents.in_force_calendar import Pin
from planner.documents.lenient import understood
from planner.documents.measures import Kilograms
from planner.documents.positions import Positions, read_yaml
from planner.documents.read_scenario import source_bytes
from planner.documents.translate import validated

COMMAND_LINE = "--event"


class _Event(Document):
    """``date``: the day it happened, or the planned day it speaks of."""

    date: Day


class AsPlanned(_Event):
    """Everything up to and including ``date`` has happened as planned."""

    event: Literal["as planned"]


class BrokenVial(_Event):
    """Vials that broke or were lost before they were prepared."""

    event: Literal["broken vial", "lost vial"]
    vials: Vials = 1


class BrokenBag(_Event):
    """The bag to be hung on ``date`` broke or was lost, and another was hung from vials that were
    there; where none was, an interruption says so beside it."""

    event: Literal["broken bag", "lost bag"]


class Interruption(_Event):
    """No infusion from ``date`` on, until the day ``resumed``; without that day it goes on."""

    event: Literal["interruption"]
    resumed: Day | None = None
    days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = None
    reason: str = Field(default="", max_length=2_000)


class MovedVisit(_Event):
    """The bag change planned for ``date`` was, or will be, on the day ``to``."""

    event: Literal["moved visit"]
    to: Day


class MissedVisit(_Event):
    """Nothing was hung on ``date``, nor since, as far as no other event says."""

    event: Literal["missed visit"]


class HungBag(_Event):
    """A bag hung on ``date`` that is not in the plan."""

    event: Literal["hung bag"]
    days: Annotated[int, Field(strict=True, ge=1, le=14)]
    vials: Vials


class LateDispense(_Event):
    """The dispense planned for ``date`` left on the day ``sent``, or has not left yet."""

    event: Literal["late dispense"]
    sent: Day | None = None


class ShortDispense(_Event):
    """The dispense of ``date`` held so many vials and no more."""

    event: Literal["short dispense"]
    vials: Annotated[int, Field(strict=True, ge=0, le=1_000)]


class RefusedClaim(_Event):
    """The payer refused the claim of ``date``; it is billed again, or given up."""

    event: Literal["refused claim"]
    resubmit: Flag = True
    reason: str = Field(default="", max_length=2_000)


class Renewal(_Event):
    """On ``date`` the payer answered a request, or says when it will.

    ``authorization`` is the plan's id of it. A late one opens on ``start``; a granted one may come
    with other dates, units or cycles than planned; after a refused one the cycles that it would
    have covered are not given.
    """

    event: Literal["late renewal", "granted renewal", "refused renewal"]
    authorization: str | None = None
    number: str | None = None
    start: Day | None = None
    end: Day | None = None
    cycles: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    units: Units | None = None


class Weighed(_Event):
    """A weight taken on ``date``."""

    event: Literal["weight"]
    kg: Kilograms


class HospitalStay(_Event):
    """A stay in hospital of ``days`` days from ``date`` on, at the beginning of a cycle."""

    event: Literal["hospital stay"]
    days: Annotated[int, Field(strict=True, ge=0, le=100)]


class Closed(_Event):
    """The pharmacy is closed from ``date`` to ``until``, both included."""

    event: Literal["closed"]
    until: Day | None = None


class NewPayer(_Event):
    """From ``date`` on another payer's policy stands; nothing is authorized by it yet."""

    event: Literal["new payer"]
    policy: str = Field(min_length=1)


class NewRequest(_Event):
    """What is asked for now, in the place of what was asked."""

    event: Literal["new request"]
    cycles: Annotated[int, Field(strict=True, ge=1, le=30)] | None = None
    cycle_starts: Mapping[CycleKey, Day] = {}
    finish_by: Day | None = None
    max_delay_days: Annotated[int, Field(strict=True, ge=0, le=730)] | None = None


class CourseEnded(_Event):
    """Nothing is infused from ``date`` on, and nothing more is planned."""

    event: Literal["course ended"]
    reason: str = Field(default="", max_length=2_000)


AnyEvent = (
    AsPlanned
    | BrokenVial
    | BrokenBag
    | Interruption
    | MovedVisit
    | MissedVisit
    | HungBag
    | LateDispense
    | ShortDispense
    | RefusedClaim
    | Renewal
    | Weighed
    | HospitalStay
    | Closed
    | NewPayer
    | NewRequest
    | CourseEnded
)


class Events(Document):
    """What has happened since a plan was made, and what of it has to stay."""

    examples: ClassVar[Mapping[str, str]] = {
        "": "{format: planner-events/1, events: [{date: 2026-03-04, event: broken vial}]}",
        "events": "[{date: 2026-03-04, event: broken vial, vials: 1}]",
        "pins": "[{cycle: 3, visit: 2026-04-02}]",
    }

    format: Literal["planner-events/1"]
    as_of: Day | None = Field(
        default=None,
        description="What lies before this day is over; default: the day after the last of what "
        "has happened, or the plan's own.",
    )
    told_until: Day | None = Field(
        default=None,
        description="Patient and payer know of the dates before this day; default: as_of and the "
        "pharmacy's told_days.",
    )
    objectives: tuple[ObjectiveName, ...] | None = Field(
        default=None,
        min_length=1,
        description="The most important first; default: changes, then those of the plan.",
    )
    events: tuple[Annotated[AnyEvent, Field(discriminator="event")], ...] = ()
    pins: tuple[Pin, ...] = ()


@dataclass(frozen=True)
class LoadedEvents:
    """Events, and where each part of them stands in its file."""

    events: Events
    file: str
    positions: Positions = field(default_factory=Positions, repr=False, compare=False)


def in_time(events: Sequence[AnyEvent]) -> list[tuple[int, AnyEvent]]:
    """Events with their places, in the order of their dates."""
    return sorted(enumerate(events), key=lambda one: (one[1].date, one[0]))


def load_events(source: str | FilePath) -> LoadedEvents:
    """Reads an events file, or standard input for '-'. Raises InputErrors."""
    return parse_events(source_bytes(source), str(source))


def parse_events(text: str | bytes, name: str) -> LoadedEvents:
    """Reads events from text; ``name`` stands in its errors. Raises InputErrors."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    read = understood(read_yaml(raw, name), Events).read
    return LoadedEvents(validated(Events, read), name, read.positions)


def spoken(lines: Sequence[str], as_of: date | None = None) -> LoadedEvents:
    """Events from the command line: ``2026-03-04 interruption, days: 4, reason: fever``.

    A date comes first, then the event, then what belongs to it as in a file. Raises InputErrors.
    """
    written = "\n".join(_as_yaml(line) for line in lines)
    head = "" if as_of is None else f", as_of: {as_of}"
    return parse_events(f"{{format: planner-events/1{head}, events: [{written}]}}", COMMAND_LINE)


def _as_yaml(line: str) -> str:
    day, _, rest = line.strip().partition(" ")
    event, _, more = rest.partition(",")
    return f"{{date: {day}, event: {event.strip()}{', ' if more.strip() else ''}{more.strip()}}},"
