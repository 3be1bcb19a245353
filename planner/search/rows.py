"""What labels leave open, by the rows of the whole course: their linear relaxation first, then
CP-SAT."""

from __future__ import annotations

from planner.constraints.model import build
from planner.deadline import Deadline
from planner.labels.backward.bounds import Costs
from planner.labels.starts import StartSearch
from planner.regimen.course import Course
from planner.relaxation.bounds import bounds
from planner.relaxation.relax import infeasible
from planner.search.best import Best
from planner.search.engine import Verdict
from planner.search.found import Found
from planner.search.whole import solve_rows

MOST_CHOICES = 60  # choices of starts that differ in the later objectives
MANY_LABELS = 40_000  # for each of them
LIMIT = 1e9  # deterministic seconds: only the clock ends it


def relaxed_away(course: Course, deadline: Deadline) -> bool:
    """Whether the relaxation of all rows says that there is no calendar."""
    return infeasible(build(course).system, seconds=deadline.left())


def by_rows(best: Best, search: StartSearch | None, least: Costs, *, thorough: bool) -> Found:
    """The answer where labels have not proven theirs.

    Args:
        best: what labels have found.
        search: choices of starts of the course; None where none are known.
        least: what every calendar costs at least, as far as that is known.
        thorough: whether there is time for more than to refuse what has no calendar.
    """
    instance, course = best.instance, best.instance.course
    deadline = instance.deadline
    origins = None if best.costs is None or search is None else search.through(best.costs)
    variables = build(course, origins=origins)
    known = () if best.costs is None else best.costs
    relaxed = bounds(variables.system, course.objectives, known=known, seconds=deadline.left())
    if relaxed.infeasible and best.schedule is None:
        return Found(Verdict.INFEASIBLE)
    floor = tuple(bound for bound in relaxed.least if bound is not None)
    if best.costs is not None and best.schedule is not None:
        met = _met(best.costs, floor)
        least = max(least, (*best.costs[:met], *floor[met : met + 1]))
        if least == best.costs or not thorough:
            return best.found(least)
        delay = best.costs[best.objectives.index("delay")]
        rest = best.objectives[met:]
        if "delay" not in rest and rest:
            best.open.clear()
            choices = StartSearch(instance.problem(), rest, delay).in_order()
            best.look(choices, MOST_CHOICES, since=met, labels=MANY_LABELS)
            least = max(least, best.least())
            if least == best.costs:
                return best.found(least)
    elif not thorough:
        return Found(Verdict.UNDECIDED)
    whole = solve_rows(variables, limit=LIMIT, hint=best.schedule, bounds=least, deadline=deadline)
    return Found(whole.verdict, whole.schedule, whole.reached)


def _met(costs: Costs, floor: Costs) -> int:
    """How many objectives, from the first on, come to no more than their bounds."""
    count = 0
    while count < min(len(costs), len(floor)) and costs[count] <= floor[count]:
        count += 1
    return count
