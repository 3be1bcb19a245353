"""Listed dispenses that cannot have fed a cycle's bags, or had what broke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planner.documents.errors import counted
from planner.documents.findings import Finding
from planner.documents.scenario import Scenario, Wasted
from planner.regimen.begun import shortest_bag
from planner.regimen.course import Course, PastBag
from planner.regimen.sent import Row, listed_rows, lost


def unfed(course: Course) -> Iterator[Finding]:
    """Of every cycle that lists dispenses: bags that none of them had the vials for, and losses of
    vials that were not there. Where the bags were assumed, they are asked for."""
    scenario = course.scenario
    for index, cycle in enumerate(scenario.history.cycles):
        rows = listed_rows(scenario, cycle.cycle)
        if not rows:
            continue
        bags = [bag for bag in course.past_bags if bag.cycle == cycle.cycle]
        bare = next((place for place, bag in enumerate(bags) if bag.dispense is None), None)
        if cycle.bags is None:
            yield from _assumed(course, index, rows, bags, bare)
        elif bare is not None:
            yield _bag(index, bare, rows, bags)
        else:
            yield from _losses(scenario, cycle.cycle, rows, bags)
    following = len(scenario.history.cycles) + 1
    yield from _losses(scenario, following, listed_rows(scenario, following), [])


def _assumed(
    course: Course, index: int, rows: Sequence[Row], bags: list[PastBag], bare: int | None
) -> Iterator[Finding]:
    """Bags of a day for each day infused, which the listed dispenses contradict."""
    number = bags[0].cycle
    losses = [w for w in course.scenario.history.wasted if w.cycle == number]
    beyond = lost(course.scenario, number, rows, bags).beyond
    days = [bags[-1].hang, *(w.date.toordinal() for w in losses)]
    if bare is not None:
        days.append(bags[bare].hang)
    elif not beyond:
        return
    # the last day by which more was used than sent, else the first that had to wait for its vials
    last = sorted(days, reverse=True)
    until = next((day for day in last if _short(day, rows, bags, losses) > 0), days[-1])
    needed = sum(bag.vials for bag in bags if bag.hang <= until)
    broke = sum(w.vials for w in losses if w.date.toordinal() <= until)
    sent = sum(row.vials for row in rows if row.day <= until)
    more = f" and {broke} broke" if broke else ""
    path = ("history", "cycles", index)
    yield Finding(
        (*path, "bags"),
        f"none, while a {shortest_bag(course.drug)} bag a day takes {counted(needed, 'vial')} up "
        f"to {date.fromordinal(until)}{more}, of {sent} dispensed by then",
        "the bags that were hung, each with hang, days and vials",
        about=(("history", "dispenses"), ("history", "wasted")),
        at=path,
    )


def _short(
    until: int, rows: Sequence[Row], bags: Sequence[PastBag], losses: Sequence[Wasted]
) -> int:
    """Vials used by a day less those sent by then."""
    used = sum(bag.vials for bag in bags if bag.hang <= until)
    used += sum(w.vials for w in losses if w.date.toordinal() <= until)
    return used - sum(row.vials for row in rows if row.day <= until)


def _bag(index: int, place: int, rows: Sequence[Row], bags: list[PastBag]) -> Finding:
    bag = bags[place]
    left = dict.fromkeys((row.day for row in rows if row.day <= bag.hang), 0)
    for row in rows:
        if row.day in left:
            left[row.day] += row.vials
    for other in bags:
        if other.dispense in left:
            left[other.dispense] -= other.vials
    return Finding(
        ("history", "cycles", index, "bags", place, "vials"),
        counted(bag.vials, "vial"),
        f"up to {max(left.values(), default=0)}, the most that one listed dispense has left then",
        "say under dispense which one fed each bag.",
        about=(("history", "dispenses"),),
    )


def _losses(
    scenario: Scenario, number: int, rows: Sequence[Row], bags: Sequence[PastBag]
) -> Iterator[Finding]:
    if not rows:
        return
    for place, vials in lost(scenario, number, rows, bags).beyond.items():
        entry = scenario.history.wasted[place]
        yield Finding(
            ("history", "wasted", place, "vials"),
            counted(entry.vials, "vial"),
            f"up to {entry.vials - vials}, which bags and losses leave of those dispensed by "
            f"{entry.date}",
            about=(("history", "dispenses"), ("history", "cycles")),
        )
