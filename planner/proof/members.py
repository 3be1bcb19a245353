"""Everything that can have a part in a conflict: clauses, requests, settings, facts of history.

The nature of the problem is not among them, nor that what lies before ``as_of`` stays as it is.
Order is blame: of two conflicts the search prefers the one whose members stand earlier here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.documents.base import WEEKDAYS
from planner.documents.conflict import MemberKind
from planner.documents.in_force_calendar import Pin
from planner.documents.scenario import Authorization, DateWindow
from planner.proof.words import counted
from planner.regimen.bags import default_bags
from planner.regimen.course import Course, PastDispense
from planner.regimen.days import changes_on_holidays

BINDING = (
    "authorization",
    "limit",
    "dose",
    "infusion-days",
    "cycle-length",
    "cycles",
    "renewal",
    "diagnoses",
)


@dataclass(frozen=True)
class Member:
    """A clause id, or a path of the scenario, with what it says in a few words."""

    kind: MemberKind
    id: str
    says: str


def members_of(course: Course) -> tuple[Member, ...]:
    """The members of a course in order of blame: clauses first, then what was asked for, then
    what the pharmacy set, then what has happened."""
    return (*_clauses(course), *_requests(course), *_settings(course), *_history(course))


def _clauses(course: Course) -> Iterator[Member]:
    for key, clause in course.clauses.items():
        if clause.rule in BINDING:
            yield Member("clause", key, clause.says)


def _requests(course: Course) -> Iterator[Member]:
    request = course.scenario.request
    for i, d in enumerate(request.dispenses):
        yield Member(
            "request",
            f"request.dispenses.{i}",
            f"{counted(d.vials, 'vial')} on {d.date} for cycle {d.cycle}",
        )
    for i, c in enumerate(request.claims):
        yield Member(
            "request", f"request.claims.{i}", f"{c.units:,} units on {c.date} for cycle {c.cycle}"
        )
    for i, pin in enumerate(request.pins):
        yield Member("request", f"request.pins.{i}", _pinned(pin))
    for number, day in sorted(request.cycle_starts.items()):
        yield Member("request", f"request.cycle_starts.{number}", f"cycle {number} starts on {day}")
    if request.daily_dose_mcg is not None:
        yield Member("request", "request.daily_dose_mcg", f"{_dose(course)} mcg a day")
    total = max((c.number for c in course.cycles), default=0)
    yield Member("request", "request.cycles", f"{total} cycles in all")
    if course.first_infusion is not None:
        yield Member("request", "request.first_infusion", _first(course))
    if request.finish_by is not None:
        yield Member("request", "request.finish_by", f"the last disconnect by {request.finish_by}")
    yield Member(
        "request",
        "request.max_delay_days",
        f"no cycle starts more than {request.max_delay_days} days behind its earliest day",
    )
    if request.dispenses:
        yield Member("request", "request.dispenses", "no dispenses but those listed")
    if request.claims:
        yield Member("request", "request.claims", "no claims but those listed")


def _pinned(pin: Pin) -> str:
    parts = [] if pin.start is None else [f"starts on {pin.start}"]
    if pin.visit is not None:
        bag = "a bag" if pin.days is None else f"a bag of {counted(pin.days, 'day')}"
        parts.append(f"has {bag} hung on {pin.visit}")
    if pin.free is not None:
        parts.append(f"has no bag hung on {pin.free}")
    if pin.dispense is not None:
        sent = "a dispense" if pin.vials is None else f"{counted(pin.vials, 'vial')}"
        parts.append(f"has {sent} sent on {pin.dispense}")
    return f"cycle {pin.cycle} {' and '.join(parts)}"


def _settings(course: Course) -> Iterator[Member]:
    scenario, pharmacy = course.scenario, course.scenario.pharmacy
    if scenario.patient.diagnosis is not None:
        yield Member("setting", "patient.diagnosis", f"diagnosis {scenario.patient.diagnosis}")
    for i, a in enumerate(scenario.authorizations):
        yield Member("setting", f"authorizations.{i}", _authorization(a))
    if course.readings.refill_threshold is not None:
        share = course.readings.refill_threshold
        yield Member("setting", "readings.refill_threshold", f"the next fill after {share} of one")
    bags = ", ".join(pharmacy.bags or default_bags(course.drug))
    yield Member("setting", "pharmacy.bags", f"bags of {bags}")
    if set(pharmacy.bag_change_days) != set(WEEKDAYS):
        days = " ".join(pharmacy.bag_change_days)
        yield Member("setting", "pharmacy.bag_change_days", f"bag changes on {days}")
    if set(pharmacy.dispense_days) != set(WEEKDAYS):
        days = " ".join(pharmacy.dispense_days)
        yield Member("setting", "pharmacy.dispense_days", f"dispenses on {days}")
    if pharmacy.holidays != "none" and pharmacy.holidays:
        named = "US federal holidays" if pharmacy.holidays == "us-federal" else "listed holidays"
        what = "dispenses" if changes_on_holidays(pharmacy) else "dispenses and bag changes"
        yield Member("setting", "pharmacy.holidays", f"no {what} on {named}")
    if pharmacy.closed:
        yield Member("setting", "pharmacy.closed", f"closed on {len(pharmacy.closed)} dates")
    if pharmacy.transit_days:
        yield Member(
            "setting",
            "pharmacy.transit_days",
            f"vials are there {_days(pharmacy.transit_days)} after their dispense",
        )
    yield Member(
        "setting",
        "pharmacy.max_days_ahead",
        f"vials hang at most {_days(pharmacy.max_days_ahead)} after their dispense",
    )
    if pharmacy.spare_vials:
        yield Member(
            "setting", "pharmacy.spare_vials", f"{counted(pharmacy.spare_vials, 'vial')} spare"
        )
    if pharmacy.ready_made:
        yield Member("setting", "pharmacy.ready_made", "bags leave the pharmacy ready to hang")


def _history(course: Course) -> Iterator[Member]:
    history = course.scenario.history
    for i, p in enumerate(history.cycles):
        member = f"history.cycles.{i}"
        sent = [d for d in course.past_dispenses if d.member == member]
        supplied = f", and is taken as supplied with {_supply(sent)}" if sent else ""
        yield Member("history", member, f"cycle {p.cycle} started on {p.start}{supplied}")
    for i, d in enumerate(history.dispenses):
        yield Member("history", f"history.dispenses.{i}", f"{counted(d.vials, 'vial')} on {d.date}")
    for i, c in enumerate(history.claims):
        yield Member("history", f"history.claims.{i}", f"{c.units:,} units billed on {c.date}")
    for i, w in enumerate(history.wasted):
        yield Member(
            "history", f"history.wasted.{i}", f"{counted(w.vials, 'vial')} lost on {w.date}"
        )


def _supply(sent: Sequence[PastDispense]) -> str:
    first, last = (date.fromordinal(sent[i].day) for i in (0, -1))
    if len(sent) == 1:
        return f"{counted(sent[0].vials, 'vial')} on {first}"
    vials = counted(sum(d.vials for d in sent), "vial")
    return f"{vials} in {len(sent)} dispenses from {first} to {last}"


def _authorization(given: Authorization) -> str:
    """All that the payer gave; what it left to the policy is not there."""
    says = f"{'an' if given.kind == 'initial' else 'a'} {given.kind} authorization"
    if given.start is not None:
        says += f" from {given.start}"
    if given.end is not None:
        says += f" to {given.end}"
    holds = []
    if isinstance(given.cycles, int):
        holds.append("1 cycle" if given.cycles == 1 else f"{given.cycles} cycles")
    elif given.cycles is not None:
        word = "cycle" if len(given.cycles) == 1 else "cycles"
        holds.append(f"{word} {', '.join(map(str, given.cycles))}")
    if given.units is not None:
        holds.append(f"{given.units:,} units")
    return f"{says} for {' and '.join(holds)}" if holds else says


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _dose(course: Course) -> str:
    asked = course.scenario.request.daily_dose_mcg
    if asked is None or isinstance(asked, Decimal):
        return str(asked)
    return ", ".join(f"{dose} (cycle {cycle})" for cycle, dose in asked.items())


def _first(course: Course) -> str:
    first = course.scenario.request.first_infusion
    if isinstance(first, DateWindow):
        return f"the first infusion from {first.earliest} to {first.latest}"
    return f"the first infusion on {first}"
