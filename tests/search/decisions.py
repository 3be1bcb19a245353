"""An enumerated calendar as the decisions of the search, and back."""

from __future__ import annotations

from datetime import date

from planner.constraints.model import build
from planner.constraints.schedule import ChosenBag, ChosenCycle, Schedule, cycle_keys, values_on
from planner.regimen.course import Course, CourseCycle, Segment
from tests.oracle.values import Bag, Calendar, Dispense


def schedule_of(course: Course, calendar: Calendar) -> Schedule:
    """The calendar's starts, bags and dispenses as a schedule of the course.

    Raises:
        LookupError: a bag is none that the course offers on its infusion day.
    """
    return Schedule(tuple(_cycle(cycle, calendar) for cycle in course.cycles))


def _cycle(cycle: CourseCycle, calendar: Calendar) -> ChosenCycle:
    if cycle.progress is not None:
        origin = cycle.progress.resume - cycle.progress.infused
    else:
        origin = dict(calendar.starts)[cycle.number].toordinal()
    begun = cycle.pinned if cycle.pinned is not None else origin
    variant = next(
        i for i, v in enumerate(cycle.variants) if v.first_start <= begun <= v.last_start
    )
    segments = cycle.variants[variant].segments
    bags = tuple(
        _bag(bag, variant, segments, bag.hang.toordinal() - origin)
        for bag in calendar.bags
        if bag.cycle == cycle.number
    )
    sent = tuple(
        (one.day.toordinal(), one.vials) for one in calendar.dispenses if one.cycle == cycle.number
    )
    return ChosenCycle(cycle.number, origin, bags, sent)


def _bag(bag: Bag, variant: int, segments: tuple[Segment, ...], offset: int) -> ChosenBag:
    for place, segment in enumerate(segments):
        if segment.first <= offset < segment.first + segment.days:
            for option in segment.options:
                if (option.days, option.vials, segment.mcg_per_day) == (
                    bag.days,
                    bag.vials,
                    bag.dose,
                ):
                    sources = tuple((d.toordinal(), vials) for d, vials in bag.sources)
                    return ChosenBag(bag.hang.toordinal(), place, variant, option, sources)
    raise LookupError(f"no such bag on infusion day {offset}")


def calendar_of(course: Course, schedule: Schedule) -> Calendar:
    """A schedule in the oracle's terms."""
    cycles = {cycle.number: cycle for cycle in course.cycles}
    bags = [
        Bag(
            chosen.number,
            date.fromordinal(bag.day),
            bag.option.days,
            cycles[chosen.number].variants[bag.variant].segments[bag.segment].mcg_per_day,
            bag.option.vials,
            date.fromordinal(bag.source),
            tuple((date.fromordinal(day), vials) for day, vials in bag.sources[1:]),
        )
        for chosen in schedule.cycles
        for bag in chosen.bags
    ]
    return Calendar(
        tuple(
            (chosen.number, date.fromordinal(chosen.origin))
            for chosen in schedule.cycles
            if cycles[chosen.number].progress is None
        ),
        tuple(bags),
        tuple(
            sorted(
                Dispense(date.fromordinal(day), chosen.number, vials)
                for chosen in schedule.cycles
                for day, vials in chosen.sent
            )
        ),
    )


def broken(course: Course, schedule: Schedule) -> str | None:
    """What a schedule breaks under all rules: a row's members and instance, or that it takes a
    decision that is not open; None where it keeps every row."""
    board = build(
        course,
        origins={number: (origin,) for number, origin in schedule.origins().items()},
        only={key for chosen in schedule.cycles for key in cycle_keys(chosen)},
    )
    values = values_on(board, schedule)
    if values is None:
        return "not open"
    row = board.system.broken(values)
    return None if row is None else f"{row.members} {row.instance}"
