"""One cycle, as label searches take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.schedule import ChosenBag
from planner.labels.claimed import Claims
from planner.labels.supply import Source
from planner.regimen.course import CourseCycle


@dataclass(frozen=True)
class Place:
    """One cycle: the days it may start on, and what its bags may draw on. Of ``sources``, the
    first ``stock`` are there for the cycles that follow, too.

    ``asked``: whether requests set its dispenses, so that there are no others; ``claims`` what its
    bags are billed with where claims are dated by them, None where that is open. ``since`` and
    ``until`` bound its dispenses where an authorization with dates has to cover them.
    """

    cycle: CourseCycle
    origins: tuple[int, ...]
    gap: int
    sources: tuple[Source, ...]
    stock: int
    listed: Mapping[int, int]
    asked: bool
    spare: int
    claims: Claims | None
    units: int | None
    since: int
    until: int


def sent_for(place: Place, bags: Sequence[ChosenBag]) -> dict[int, int]:
    """The vials of each new dispense of a cycle, by day: what its bags take, no less than what is
    requested, and the spare ones with the first."""
    left_over = {source.day for source in place.sources} - set(place.listed)
    taken: dict[int, int] = {}
    for bag in bags:
        for source, vials in bag.sources:
            if source not in left_over:
                taken[source] = taken.get(source, 0) + vials
    if place.spare and taken:
        taken[min(taken)] += place.spare
    return {
        day: max(taken.get(day, 0), place.listed.get(day, 0))
        for day in sorted({*taken, *place.listed})
    }
