"""What the pharmacy can change: bag lengths, weekdays, open dates, transit, spare vials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import combinations

from planner.documents.base import WEEKDAYS
from planner.proof.changes import Case, Change, Move, kept
from planner.proof.words import counted
from planner.regimen.bags import default_bags
from planner.regimen.course import Course
from planner.regimen.days import changes_on_holidays, is_holiday

MOST_AHEAD = 90  # the scenario's own bound for max_days_ahead
NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def pharmacy_moves(course: Course, member: str) -> tuple[Move, ...]:
    """The moves of a pharmacy setting, by its path; none for a path of another kind."""
    head, _, name = member.partition(".")
    if head != "pharmacy" or name not in _SETTINGS:
        return ()
    return kept(_SETTINGS[name](course, member))


def _bags(course: Course, member: str) -> Sequence[Move | None]:
    """One more bag length, the one nearest to those offered first; else two more."""
    drug = course.drug
    offered = course.scenario.pharmacy.bags or default_bags(drug)
    days = [drug.bags[name].days for name in offered]
    others = sorted(
        (name for name in drug.bags if name not in offered),
        key=lambda n: (min(abs(drug.bags[n].days - d) for d in days), drug.bags[n].days),
    )
    asked = ", ".join(offered)
    changes = tuple(
        Change(
            member,
            asked,
            f"{asked}, {', '.join(more)}",
            f"Offer bags of {' and '.join(more)} as well as {asked}",
            count,
            _setting("bags", (*offered, *more)),
        )
        for count in (1, 2)
        for more in combinations(others, count)
    )
    return [Move(member, "pharmacy", changes, drops=(member,))]


def _weekdays(name: str, what: str) -> Callable[[Course, str], Sequence[Move | None]]:
    def moves(course: Course, member: str) -> Sequence[Move | None]:
        """One more weekday."""
        asked = getattr(course.scenario.pharmacy, name)
        changes = tuple(
            Change(
                member,
                " ".join(asked),
                " ".join(d for d in WEEKDAYS if d in asked or d == day),
                f"{what} on {NAMES[day]}s too",
                1,
                _setting(name, tuple(d for d in WEEKDAYS if d in asked or d == day)),
            )
            for day in WEEKDAYS
            if day not in asked
        )
        return [Move(member, "pharmacy", changes, drops=(member,))]

    return moves


def _holidays(course: Course, member: str) -> Sequence[Move | None]:
    """One holiday of the course opened; all bag changes on holidays, where they are barred."""
    pharmacy = course.scenario.pharmacy
    barred = [day for day in _span(course) if is_holiday(pharmacy, day)]
    asked = pharmacy.holidays if isinstance(pharmacy.holidays, str) else "as listed"

    def opened(day: date) -> Callable[[Case], Case]:
        return lambda case: case.with_pharmacy(
            holidays=tuple(d for d in barred if d != day),
            bag_change_on_holidays=changes_on_holidays(case.scenario.pharmacy),
        )

    changes = tuple(
        Change(
            member,
            asked,
            f"{asked}, but open on {day}",
            f"Open on the holiday {day}",
            1,
            opened(day),
        )
        for day in barred
    )
    if not changes_on_holidays(pharmacy):
        on_all = Change(
            "pharmacy.bag_change_on_holidays",
            "false",
            "true",
            "Change bags on holidays too",
            len(barred),
            _setting("bag_change_on_holidays", True),
        )
        changes = (*changes, on_all)
    return [Move(member, "pharmacy", changes, drops=(member,))]


def _closed(course: Course, member: str) -> Sequence[Move | None]:
    """One closed date opened."""
    asked = course.scenario.pharmacy.closed
    changes = tuple(
        Change(
            member,
            ", ".join(str(d) for d in asked),
            ", ".join(str(d) for d in asked if d != day) or "none",
            f"Open on {day}, which is listed as closed",
            1,
            _setting("closed", tuple(d for d in asked if d != day)),
        )
        for day in sorted(asked)
    )
    return [Move(member, "pharmacy", changes, drops=(member,))]


def _span(course: Course) -> list[date]:
    """The days on which something of the course may happen."""
    request, pharmacy = course.scenario.request, course.scenario.pharmacy
    first = min((c.earliest for c in course.cycles), default=0) - pharmacy.max_days_ahead
    if course.as_of is not None:
        first = max(first, course.as_of)
    pinned = max((d.toordinal() for d in request.cycle_starts.values()), default=0)
    last = max(
        (max(c.earliest + request.max_delay_days, pinned) + c.infusion_days for c in course.cycles),
        default=first,
    )
    return [date.fromordinal(n) for n in range(first, last + 1)]


def _ahead(course: Course, member: str) -> Sequence[Move | None]:
    asked = course.scenario.pharmacy.max_days_ahead
    changes = tuple(
        Change(
            member,
            str(asked),
            str(days),
            f"Let vials hang up to {counted(days, 'day')} after their dispense instead of {asked}",
            days - asked,
            _setting("max_days_ahead", days),
        )
        for days in range(asked + 1, MOST_AHEAD + 1)
    )
    return [Move(member, "pharmacy", changes, monotone=True, nearest="the least that works")]


def _transit(course: Course, member: str) -> Sequence[Move | None]:
    asked = course.scenario.pharmacy.transit_days
    changes = tuple(
        Change(
            member,
            str(asked),
            str(days),
            "Deliver vials on the day of their dispense"
            if days == 0
            else f"Deliver vials within {counted(days, 'day')} instead of {asked}",
            asked - days,
            _setting("transit_days", days),
        )
        for days in range(asked - 1, -1, -1)
    )
    return [Move(member, "pharmacy", changes, monotone=True, drops=(member,))]


def _spare(course: Course, member: str) -> Sequence[Move | None]:
    asked = course.scenario.pharmacy.spare_vials
    changes = tuple(
        Change(
            member,
            str(asked),
            str(vials),
            f"Send {counted(vials, 'spare vial') if vials else 'no spare vials'} with each cycle "
            f"instead of {asked}",
            asked - vials,
            _setting("spare_vials", vials),
        )
        for vials in range(asked - 1, -1, -1)
    )
    most = "the most that works"
    return [Move(member, "pharmacy", changes, monotone=True, drops=(member,), nearest=most)]


def _ready_made(course: Course, member: str) -> Sequence[Move | None]:
    change = Change(
        member,
        "true",
        "false",
        "Send vials to be prepared where they hang, not bags ready to hang",
        1,
        _setting("ready_made", False),
    )
    return [Move(member, "pharmacy", (change,), drops=(member,))]


def _setting(name: str, value: object) -> Callable[[Case], Case]:
    return lambda case: case.with_pharmacy(**{name: value})


_SETTINGS: Mapping[str, Callable[[Course, str], Sequence[Move | None]]] = {
    "bags": _bags,
    "bag_change_days": _weekdays("bag_change_days", "Change bags"),
    "dispense_days": _weekdays("dispense_days", "Dispense"),
    "holidays": _holidays,
    "closed": _closed,
    "max_days_ahead": _ahead,
    "transit_days": _transit,
    "spare_vials": _spare,
    "ready_made": _ready_made,
}
