"""Whether all that a course may come to lies between the first and the last date allowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.documents.base import FIRST_DAY, LAST_DAY
from planner.documents.findings import Finding
from planner.regimen.course import Course


def out_of_reach(course: Course) -> Iterator[Finding]:
    """A course whose dates, however its cycles fall, may leave the dates that a plan can name."""
    path = ("request", "first_infusion")
    allowed = f"a course from {FIRST_DAY} to {LAST_DAY}"
    last, first = _last_day(course), _first_day(course)
    if last > LAST_DAY.toordinal():
        found = f"a course that may last until {date.fromordinal(last)}"
        yield Finding(path, found, allowed, "ask for fewer cycles, or begin earlier.")
    if first < FIRST_DAY.toordinal():
        found = f"a course with dates from {date.fromordinal(first)} on"
        yield Finding(path, found, allowed, "begin later.")


def _last_day(course: Course) -> int:
    """No later day stands in any calendar: the last cycle starts as late as it may, and an
    authorization opens with it."""
    request, pharmacy = course.scenario.request, course.scenario.pharmacy
    days = [cycle.earliest_next for cycle in course.past]
    days += [sent.day + pharmacy.transit_days for sent in course.past_dispenses]
    for cycle in course.cycles:
        window = course.first_infusion
        spread = 0 if window is None else window.last - window.first
        start = cycle.earliest + max(request.max_delay_days, spread)
        if cycle.progress is not None:
            start = cycle.progress.resume
        days.append(start + cycle.until_next)
        opened = [slot.last(start if slot.start is None else slot.start) for slot in course.slots]
        days += [end for end in opened if end is not None]
    return max(days, default=FIRST_DAY.toordinal())


def _first_day(course: Course) -> int:
    """No earlier day stands in any calendar: vials leave, and renewals are asked for, ahead."""
    pharmacy = course.scenario.pharmacy
    ahead = max(pharmacy.max_days_ahead, pharmacy.renewal_lead_days)
    days = [cycle.start for cycle in course.past]
    days += [cycle.earliest - ahead for cycle in course.cycles if cycle.progress is None]
    days += [slot.start - pharmacy.renewal_lead_days for slot in course.slots if slot.start]
    return min(days, default=LAST_DAY.toordinal())
