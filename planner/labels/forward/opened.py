"""The cycles that the search of ``early.py`` goes through, with what stands before them."""

from __future__ import annotations

from dataclasses import replace

from planner.labels.authorized import Openings
from planner.labels.packed import NEVER
from planner.labels.place import Place
from planner.labels.problem import Problem
from planner.regimen.dated import Opened


class ForwardProblem:
    """The open cycles of a problem, each without the starts that come too late for the
    authorization in force before them. ``opened`` is where history and given cycles leave the
    authorizations; None where they overstep one."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        course = problem.course
        before = {c.number for c in problem.given}
        self.openings = Openings(
            course,
            problem.rules,
            [c for c in course.cycles if c.number in before] + [p.cycle for p in problem.places],
        )
        self.opened = self._opened()
        self.places = [self._in_time(place) for place in problem.places]

    def _opened(self) -> Opened | None:
        opened = self.openings.begin()
        for chosen in self.problem.given:
            if opened is not None:
                cycle = next(c for c in self.problem.course.cycles if c.number == chosen.number)
                opened = self.openings.after(opened, cycle, chosen.origin)
        return opened

    def _in_time(self, place: Place) -> Place:
        opened = self.opened
        last = NEVER if opened is None else self.openings.last_start(opened, place.cycle)
        if place.cycle.progress is not None or last == NEVER:
            return place
        return replace(place, origins=tuple(day for day in place.origins if day <= last))
