"""The calendar that a label of the search from the last day back stands for."""

from __future__ import annotations

from dataclasses import replace

from planner.constraints.schedule import ChosenBag, ChosenCycle
from planner.labels.backward.bounds import CompletionBound
from planner.labels.backward.label import Label
from planner.labels.place import sent_for


def read(
    least: CompletionBound, first: int, end: int, label: Label
) -> tuple[ChosenCycle, ...] | None:
    """The cycles of a way to the first day; None where a bag that is sent whole has its vials from
    two dispenses."""
    bags: list[dict[int, ChosenBag]] = [{} for _ in range(first, end)]
    taken: list[dict[int, dict[int, int]]] = [{} for _ in range(first, end)]
    at, made = label, label.shut
    while at.behind is not None:
        if at.bag is not None:
            bags[at.index - first][at.bag.day] = at.bag
            own = taken[at.index - first].setdefault(at.bag.day, {})
            parts = at.fed
            if at.part:
                assert made is not None
                parts = (*parts, (made, at.part))
            for source, vials in parts:
                own[source] = own.get(source, 0) + vials
        made = made if at.shut is None else at.shut
        at = at.behind
    problem = least.fixed.problem
    cycles = []
    for index in range(first, end):
        own_bags = [
            replace(bag, sources=tuple(sorted(taken[index - first][day].items())))
            for day, bag in sorted(bags[index - first].items())
        ]
        if problem.rules.whole and any(len(bag.sources) > 1 for bag in own_bags):
            return None
        place, start = problem.places[index], least.fixed.starts[index]
        shipped = tuple(sorted(sent_for(place, own_bags).items()))
        cycles.append(ChosenCycle(place.cycle.number, start, tuple(own_bags), shipped))
    return tuple(cycles)
