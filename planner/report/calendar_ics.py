"""The plan as iCalendar files (RFC 5545): whole days, an identity that outlives a replan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from planner.documents.plan import Plan
from planner.report.errors import ArtefactError
from planner.report.occasions import AUDIENCES, Audience, Occasion, occasions
from planner.report.stamp import stamp
from planner.report.text import shown

ALL_FILE: Final = "calendar.ics"
FILES: Final[Mapping[str, tuple[Audience, ...]]] = {
    ALL_FILE: AUDIENCES,
    **{f"calendar-{audience}.ics": (audience,) for audience in AUDIENCES},
}
_NAMESPACE: Final = UUID("6f6f6d3c-6a52-5b0e-9d2e-6d0a3b3e7c11")
_CONFIRMED, _CANCELLED = "CONFIRMED", "CANCELLED"


class NotOurCalendarError(ArtefactError):
    """A file that should be a calendar written by this program and is not."""


@dataclass(frozen=True)
class Entry:
    """One event of a calendar file."""

    uid: str
    audience: Audience
    date: date
    summary: str
    detail: str
    sequence: int = 0
    cancelled: bool = False

    def says_the_same_as(self, other: Entry) -> bool:
        """Whether whoever has the one misses nothing of the other."""
        return (self.date, self.summary, self.detail, self.cancelled) == (
            other.date,
            other.summary,
            other.detail,
            other.cancelled,
        )


@dataclass(frozen=True)
class Published:
    """What a calendar file that is already out says: whose course, and which events."""

    course: str
    entries: tuple[Entry, ...]


def calendar_files(plan: Plan, previous: Plan | Published | None = None) -> dict[str, bytes]:
    """Returns file name to content: one file with everything, and one for each audience.

    ``previous`` is what is already out: a plan whose calendar was published once, or a calendar
    file as read by :func:`published`. Where it is of the same course, an event that has changed
    gets a higher SEQUENCE, and one that is no longer in the plan comes again as cancelled. Events
    are of the same course where patient reference (or, without one, the scenario's title), policy,
    drug and indication are the same; an event keeps its UID as the n-th of its kind in its cycle.
    """
    course = course_id(plan)
    now = _entries(plan)
    if isinstance(previous, Plan):
        before = Published(course_id(previous), _entries(previous))
    else:
        before = previous or Published(course, ())
    entries = _revised(now, before.entries if before.course == course else ())
    moment = stamp(plan)
    return {
        name: _file(course, [e for e in entries if e.audience in audiences], moment)
        for name, audiences in FILES.items()
    }


def course_id(plan: Plan) -> str:
    """Returns an id of the course, the same for every plan of it. It tells nothing of the patient
    to who does not already know the reference.
    """
    document = plan.scenario.document
    whose = document.patient.ref or plan.scenario.title
    parts = (whose, plan.policy.id, plan.drug.id, plan.indication)
    return str(uuid5(_NAMESPACE, "\x1f".join(shown(part) for part in parts)))


def published(content: bytes) -> Published:
    """Reads a calendar file that :func:`calendar_files` wrote.

    Raises:
        NotOurCalendarError: the content is something else.
    """
    try:
        calendar = Calendar.from_ical(content)
        events = tuple(_read(event) for event in calendar.events)
        return Published(str(calendar["UID"]), events)
    except (ValueError, KeyError, AttributeError, IndexError) as fault:
        raise NotOurCalendarError("not a calendar that this program has written") from fault


def _entries(plan: Plan) -> tuple[Entry, ...]:
    course = course_id(plan)
    return tuple(_entry(course, occasion) for occasion in occasions(plan))


def _entry(course: str, occasion: Occasion) -> Entry:
    name = f"{occasion.kind}\x1f{shown(occasion.part)}\x1f{occasion.ordinal}"
    return Entry(
        uid=f"{uuid5(UUID(course), name)}@planner",
        audience=occasion.audience,
        date=occasion.date,
        summary=occasion.summary,
        detail=occasion.detail,
    )


def _revised(now: tuple[Entry, ...], before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    old = {entry.uid: entry for entry in before}
    kept = {entry.uid for entry in now}
    current = [_following(entry, old.get(entry.uid)) for entry in now]
    gone = [_withdrawn(entry) for entry in before if entry.uid not in kept]
    return (*current, *gone)


def _following(entry: Entry, old: Entry | None) -> Entry:
    if old is None:
        return entry
    changed = not entry.says_the_same_as(old)
    return replace(entry, sequence=old.sequence + changed)


def _withdrawn(entry: Entry) -> Entry:
    if entry.cancelled:
        return entry
    return replace(entry, sequence=entry.sequence + 1, cancelled=True)


def _file(course: str, entries: list[Entry], moment: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//planner//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("uid", course)
    for entry in entries:
        calendar.add_component(_event(entry, moment))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, moment: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", moment)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.date)
    event.add("dtend", entry.date + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("description", entry.detail)
    event.add("categories", [entry.audience])
    event.add("status", _CANCELLED if entry.cancelled else _CONFIRMED)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _read(event: Event) -> Entry:
    audience = next((a for a in AUDIENCES if [a] == event.categories), None)
    day = event.DTSTART
    if audience is None or day is None or isinstance(day, datetime):
        raise NotOurCalendarError("an event is of no audience, or has a time of day")
    return Entry(
        uid=str(event["UID"]),
        audience=audience,
        date=day,
        summary=str(event.summary),
        detail=str(event.description),
        sequence=event.sequence,
        cancelled=event.status == _CANCELLED,
    )
