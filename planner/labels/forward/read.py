"""The calendar, or the starts, that a label of ``early.py`` stands for."""

from __future__ import annotations

from planner.constraints.schedule import ChosenBag, ChosenCycle, Schedule
from planner.labels.forward.label import Label
from planner.labels.forward.opened import ForwardProblem
from planner.labels.place import sent_for


def starts_of(early: ForwardProblem, label: Label) -> dict[int, int]:
    """The start of each cycle on a way, by number."""
    starts: dict[int, int] = {}
    at: Label | None = label
    while at is not None:
        if at.origin is not None:
            starts[early.places[at.index].cycle.number] = at.origin
        at = at.before
    return dict(sorted(starts.items()))


def schedule_of(early: ForwardProblem, label: Label) -> Schedule:
    """The given cycles and the cycles of a way through all others."""
    bags: dict[int, list[ChosenBag]] = {}
    at: Label | None = label
    while at is not None:
        if at.bag is not None:
            bags.setdefault(at.index, []).append(at.bag)
        at = at.before
    starts = starts_of(early, label)
    cycles = list(early.problem.given)
    for index, place in enumerate(early.places):
        own = bags.get(index, [])[::-1]
        sent = sent_for(place, own)
        number = place.cycle.number
        cycles.append(ChosenCycle(number, starts[number], tuple(own), tuple(sorted(sent.items()))))
    return Schedule(tuple(cycles))
