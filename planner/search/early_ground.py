"""The cycles that the search of ``early.py`` goes through, with what stands before them."""

from __future__ import annotations

from dataclasses import replace

from planner.search.openings import Opened, Openings
from planner.search.places import NEVER, Ground, Place


class EarlyGround:
    """The open cycles of a ground, each without the starts that come too late for the authorization
    in force before them. ``opened`` is where history and given cycles leave the authorizations;
    None where they overstep one."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        course = ground.course
        before = {c.number for c in ground.given}
        self.openings = Openings(
            course,
            ground.rules,
            [c for c in course.cycles if c.number in before] + [p.cycle for p in ground.places],
        )
        self.opened = self._opened()
        self.places = [self._in_time(place) for place in ground.places]

    def _opened(self) -> Opened | None:
        opened = self.openings.begin()
        for chosen in self.ground.given:
            if opened is not None:
                cycle = next(c for c in self.ground.course.cycles if c.number == chosen.number)
                opened = self.openings.after(opened, cycle, chosen.origin)
        return opened

    def _in_time(self, place: Place) -> Place:
        opened = self.opened
        last = NEVER if opened is None else self.openings.last_start(opened, place.cycle)
        if place.cycle.progress is not None or last == NEVER:
            return place
        return replace(place, origins=tuple(day for day in place.origins if day <= last))
