"""Events and rows in words."""

from __future__ import annotations

from datetime import date

from planner.documents.errors import counted
from planner.documents.events import (
    AnyEvent,
    BrokenVial,
    Closed,
    HospitalStay,
    HungBag,
    Interruption,
    LateDispense,
    MovedVisit,
    NewPayer,
    NewRequest,
    RefusedClaim,
    Renewal,
    ShortDispense,
    Weighed,
)


def event_words(event: AnyEvent, resumes: date | None = None) -> str:
    """An event in a sentence, led by its date; ``resumes`` is the day on which the infusion goes on
    where the event does not say."""
    again = f"; on again on {resumes}" if resumes is not None else ""
    return f"{event.date} {event.event}{_details(event)}{again}"


def _details(event: AnyEvent) -> str:
    parts: list[str] = []
    if isinstance(event, BrokenVial):
        parts.append(counted(event.vials, "vial"))
    elif isinstance(event, Interruption):
        if event.days is not None:
            parts.append(counted(event.days, "day"))
        parts.append(f"until {event.resumed}" if event.resumed else "")
        parts.append("" if event.days or event.resumed else "going on")
    elif isinstance(event, MovedVisit):
        parts.append(f"to {event.to}")
    elif isinstance(event, HungBag):
        parts += [counted(event.days, "day"), counted(event.vials, "vial")]
    elif isinstance(event, LateDispense):
        parts.append(f"sent {event.sent}" if event.sent else "not sent yet")
    elif isinstance(event, ShortDispense):
        parts.append(counted(event.vials, "vial"))
    elif isinstance(event, RefusedClaim):
        parts.append("billed again" if event.resubmit else "given up")
    elif isinstance(event, Renewal):
        parts += [event.authorization or "", f"from {event.start}" if event.start else ""]
        parts.append(f"to {event.end}" if event.end else "")
        parts.append(counted(event.cycles, "cycle") if event.cycles else "")
        parts.append(f"{event.units:,} units" if event.units else "")
    elif isinstance(event, Weighed):
        parts.append(f"{event.kg} kg")
    elif isinstance(event, HospitalStay):
        parts.append(counted(event.days, "day"))
    elif isinstance(event, Closed):
        parts.append(f"until {event.until}" if event.until else "")
    elif isinstance(event, NewPayer):
        parts.append(event.policy)
    elif isinstance(event, NewRequest):
        parts.append(counted(event.cycles, "cycle") if event.cycles else "")
        parts += [f"cycle {n} on {day}" for n, day in event.cycle_starts.items()]
        parts.append(f"finish by {event.finish_by}" if event.finish_by else "")
    parts.append(getattr(event, "reason", ""))
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""
