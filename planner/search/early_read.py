"""The calendar, or the starts, that a label of ``early.py`` stands for."""

from __future__ import annotations

from planner.search.early_ground import EarlyGround
from planner.search.early_label import Label
from planner.search.places import sent_for
from planner.search.schedule import ChosenBag, ChosenCycle, Schedule


def starts_of(early: EarlyGround, label: Label) -> dict[int, int]:
    """The start of each cycle on a way, by number."""
    starts: dict[int, int] = {}
    at: Label | None = label
    while at is not None:
        if at.origin is not None:
            starts[early.places[at.index].cycle.number] = at.origin
        at = at.before
    return dict(sorted(starts.items()))


def schedule_of(early: EarlyGround, label: Label) -> Schedule:
    """The given cycles and the cycles of a way through all others."""
    bags: dict[int, list[ChosenBag]] = {}
    at: Label | None = label
    while at is not None:
        if at.bag is not None:
            bags.setdefault(at.index, []).append(at.bag)
        at = at.before
    starts = starts_of(early, label)
    cycles = list(early.ground.given)
    for index, place in enumerate(early.places):
        own = bags.get(index, [])[::-1]
        sent = sent_for(place, own)
        number = place.cycle.number
        cycles.append(ChosenCycle(number, starts[number], tuple(own), tuple(sorted(sent.items()))))
    return Schedule(tuple(cycles))
