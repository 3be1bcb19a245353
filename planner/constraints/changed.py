"""What a schedule changes of the calendar in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.constraints.changes import Disturbance
from planner.constraints.system import Key
from planner.regimen.course import Course

if TYPE_CHECKING:
    from planner.constraints.schedule import Schedule


def compared(course: Course, schedule: Schedule) -> dict[Key, int]:
    """The value, by key, of every variable that the objective adds to those of the rules."""
    unused: dict[Key, int] = {("unused",): _unused(course, schedule)}
    return _other_vials(course, schedule) | _more(course, schedule) | unused


def changes(course: Course, schedule: Schedule) -> int:
    """The objective ``changes`` of a schedule."""
    weighed = Disturbance(course)
    cycles = {c.number: c for c in course.cycles}
    total = weighed.everything + weighed.other_vials * sum(_other_vials(course, schedule).values())
    for chosen in schedule.cycles:
        cycle, number = cycles[chosen.number], chosen.number
        total += weighed.disconnect(number, chosen.origin + cycle.infusion_days)
        if cycle.progress is None:
            total += weighed.start(number, chosen.origin)
        total += sum(weighed.visit(number, bag.day) for bag in chosen.bags)
        total += sum(weighed.dispense(number, day) for day, _ in chosen.sent)
        total += weighed.more_visits(number, len(chosen.bags))
        total += weighed.more_dispenses(number, len(chosen.sent))
    total += weighed.unplanned(chosen.number for chosen in schedule.cycles)
    return total + weighed.unused * _unused(course, schedule)


def _other_vials(course: Course, schedule: Schedule) -> dict[Key, int]:
    """How many vials more or fewer each dispense has than the one in force on its day, and each
    cycle in all."""
    weighed = Disturbance(course)
    found: dict[Key, int] = {}
    for chosen in schedule.cycles:
        number = chosen.number
        for day, sent in chosen.sent:
            if (number, day) in weighed.vials:
                found["other", number, day] = abs(sent - weighed.vials[number, day])
        found["other", number] = abs(sum(v for _, v in chosen.sent) - weighed.sent(number))
    return found


def _unused(course: Course, schedule: Schedule) -> int:
    """How many vials more no bag takes than by the plan in force."""
    left = sum(stock.vials for stock in course.stock)
    for chosen in schedule.cycles:
        left += sum(vials for _, vials in chosen.sent)
        left -= sum(bag.option.vials for bag in chosen.bags)
    return max(0, left - Disturbance(course).left)


def _more(course: Course, schedule: Schedule) -> dict[Key, int]:
    """How many bag changes and dispenses each cycle has more than in force."""
    weighed = Disturbance(course)
    found: dict[Key, int] = {}
    for chosen in schedule.cycles:
        number = chosen.number
        hung, sent = len(weighed.visits.get(number, ())), len(weighed.dispenses.get(number, ()))
        found["more", "visits", number] = max(0, len(chosen.bags) - hung)
        found["more", "dispenses", number] = max(0, len(chosen.sent) - sent)
    return found
