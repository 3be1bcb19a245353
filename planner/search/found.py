"""What a search has found of a course."""

from __future__ import annotations

from dataclasses import dataclass

from planner.constraints.schedule import Schedule
from planner.search.engine import Verdict


@dataclass(frozen=True)
class Reached:
    """An objective's value, the bound proven for it, and whether the two meet."""

    name: str
    value: int
    bound: int
    proven: bool


@dataclass(frozen=True)
class Found:
    """OPTIMAL or FEASIBLE with a schedule; INFEASIBLE (proven once) or UNDECIDED.

    ``latest`` holds, by cycle, the latest start that leaves a plan for the rest; a cycle is missing
    where this was not determined. ``stopped``: the time was up, so that another run may find more.
    """

    verdict: Verdict
    schedule: Schedule | None = None
    reached: tuple[Reached, ...] = ()
    latest: tuple[tuple[int, int], ...] = ()
    stopped: bool = False
