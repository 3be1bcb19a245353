"""Listed dispenses that cannot have fed a course's bags, or had what broke."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.documents.errors import counted
from planner.documents.findings import Finding
from planner.regimen.begun import shortest_bag
from planner.regimen.course import Course, PastBag
from planner.regimen.sent import listed_rows


def unfed(course: Course) -> Iterator[Finding]:
    """Of every cycle that lists dispenses: bags that take more vials than were there, of all that
    was sent by then for any cycle, and losses of vials that were not there. Where the bags were
    assumed, they are asked for."""
    history = course.scenario.history
    for index, cycle in enumerate(history.cycles):
        if not listed_rows(course.scenario, cycle.cycle):
            continue
        bags = [bag for bag in course.past_bags if bag.cycle == cycle.cycle]
        bare = next((place for place, bag in enumerate(bags) if not bag.sources), None)
        if cycle.bags is None:
            yield from _assumed(course, index, bags, bare)
        elif bare is not None:
            yield _bag(course, index, bare, bags[bare])
        else:
            yield from _losses(course, cycle.cycle)
    yield from _losses(course, len(history.cycles) + 1)


def _assumed(
    course: Course, index: int, bags: list[PastBag], bare: int | None
) -> Iterator[Finding]:
    """Bags of a day for each day infused, which the listed dispenses contradict."""
    number = bags[0].cycle
    history = course.scenario.history
    days = [bags[-1].hang, *(w.date.toordinal() for w in history.wasted if w.cycle == number)]
    if bare is not None:
        days.append(bags[bare].hang)
    elif not any(history.wasted[place].cycle == number for place, _ in course.not_there):
        return
    # the last day by which more was used than sent, else the first that had to wait for its vials
    last = sorted(days, reverse=True)
    until = next((day for day in last if _left(course, number, day) < 0), days[-1])
    needed = sum(bag.vials for bag in bags if bag.hang <= until)
    broke = sum(
        w.vials for w in history.wasted if w.cycle == number and w.date.toordinal() <= until
    )
    there = needed + broke + _left(course, number, until)
    more = f" and {broke} broke" if broke else ""
    path = ("history", "cycles", index)
    yield Finding(
        (*path, "bags"),
        f"none, while a {shortest_bag(course.drug)} bag a day takes {counted(needed, 'vial')} up "
        f"to {date.fromordinal(until)}{more}, of {there} dispensed by then",
        "the bags that were hung, each with hang, days and vials",
        about=(("history", "dispenses"), ("history", "wasted")),
        at=path,
    )


def _left(course: Course, number: int, until: int) -> int:
    """Vials sent for a cycle by a day, and those that the bags and losses of others leave then,
    less those used and broken."""
    own, others = 0, 0
    for sent in course.past_dispenses:
        vials = sent.vials if sent.day <= until else 0
        own, others = (own + vials, others) if sent.cycle == number else (own, others + vials)
    for bag in course.past_bags:
        if bag.hang <= until and bag.cycle == number:
            own -= bag.vials
        elif bag.hang <= until and bag.sources:
            others -= bag.vials
    for lost in course.scenario.history.wasted:
        vials = lost.vials if lost.date.toordinal() <= until else 0
        own, others = (own - vials, others) if lost.cycle == number else (own, others - vials)
    return own + max(others, 0)


def _bag(course: Course, index: int, place: int, bag: PastBag) -> Finding:
    left = sum(sent.vials for sent in course.past_dispenses if sent.day <= bag.hang)
    left -= sum(vials for fed in course.past_bags for day, vials in fed.sources if day <= bag.hang)
    wasted = course.scenario.history.wasted
    left -= sum(lost.vials for lost in wasted if lost.date.toordinal() <= bag.hang)
    return Finding(
        ("history", "cycles", index, "bags", place, "vials"),
        counted(bag.vials, "vial"),
        f"up to {max(left, 0)}, which bags and losses leave of those dispensed by "
        f"{date.fromordinal(bag.hang)}",
        about=(("history", "dispenses"), ("history", "wasted")),
    )


def _losses(course: Course, number: int) -> Iterator[Finding]:
    for place, vials in course.not_there:
        entry = course.scenario.history.wasted[place]
        if entry.cycle != number:
            continue
        yield Finding(
            ("history", "wasted", place, "vials"),
            counted(entry.vials, "vial"),
            f"up to {entry.vials - vials}, which bags and losses leave of those dispensed by "
            f"{entry.date}",
            about=(("history", "dispenses"), ("history", "cycles")),
        )
