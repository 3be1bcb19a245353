"""CP-SAT by itself: one model of every row, one objective after the other, and nothing else.

No label, no bound and no calendar found otherwise helps it or steers it, so that its answers can be
held against those of all engines together: with time enough the same values, never better ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.constraints.model import build
from planner.constraints.schedule import Schedule
from planner.constraints.system import Linear
from planner.deadline import Deadline
from planner.regimen.course import Course
from planner.search.engine import Verdict, solve
from planner.search.found import Found
from planner.search.whole import solve_whole

DECISIONS = ("s", "x", "h", "y", "q")  # starts, bags, what each is fed by, dispenses, their vials


def alone(
    course: Course, *, limit: float, latest: bool = True, deadline: Deadline | None = None
) -> Found:
    """The best schedule in the course's order of objectives, by CP-SAT alone.

    Args:
        course: a patient under a policy.
        limit: deterministic seconds, shared by the objectives; the latest starts have as many.
        latest: whether to ask for the latest start of each cycle, too.
        deadline: when it ends in any case.
    """
    deadline = Deadline() if deadline is None else deadline
    whole = solve_whole(course, limit=limit, deadline=deadline)
    starts: tuple[tuple[int, int], ...] = ()
    if whole.schedule is not None and latest:
        starts = _latest(course, whole.schedule, whole.values, limit, deadline)
    return Found(whole.verdict, whole.schedule, whole.reached, starts)


def _latest(
    course: Course, schedule: Schedule, planned: Sequence[int], limit: float, deadline: Deadline
) -> tuple[tuple[int, int], ...]:
    """Each cycle's latest start with the cycles before it as planned; a cycle of which CP-SAT has
    not proven it in its share of the time is left out."""
    variables = build(course)
    system = variables.system
    found: list[tuple[int, int]] = []
    for chosen in schedule.cycles:
        own = variables.cycles[chosen.number]
        if own.cycle.progress is None:
            early = Linear(tuple((variable, -origin) for origin, variable in own.origins.items()))
            share = limit / len(schedule.cycles)
            answer = solve(system, early, hint=planned, limit=share, deadline=deadline)
            if answer.verdict is Verdict.OPTIMAL:
                found.append((chosen.number, -answer.value))
        for variable, key in enumerate(system.keys):
            if key[0] in DECISIONS and key[1] == chosen.number:
                system.low[variable] = system.high[variable] = planned[variable]
    return tuple(found)
