"""The calendar that leaves the most of the one in force, proven.

The relaxation of all rows says what changes come to at least, and what each decision adds to that
(its reduced cost, in exact arithmetic). So in a calendar that changes no more than a budget, no
decision is taken that adds more: these are left out, and of the rows few are left, over which
CP-SAT minimises. Where there is no calendar within a budget a greater one is looked at, the last
without any. What is found first is the best of all: whatever was left out changes more. The
objectives behind are minimised over the decisions that the least change leaves.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.constraints.model import build
from planner.constraints.schedule import read
from planner.constraints.system import System, gathered
from planner.constraints.variables import Variables
from planner.deadline import Deadline
from planner.regimen.course import Course
from planner.relaxation.exact import FINE, Priced, reduced, rounded
from planner.relaxation.program import Program
from planner.relaxation.rows import sums
from planner.search.engine import Verdict, solve
from planner.search.found import Found, Reached
from planner.search.narrow import Narrow, narrowed
from planner.search.whole import lexicographic, value_of

ABOVE = (0, 12, 48, 192, 768)  # what a budget allows above the bound of the relaxation
LIMIT = 1e9  # deterministic seconds: only the clock ends it


def least_change(course: Course, deadline: Deadline) -> Found:
    """The best calendar of a course with ``changes`` among its objectives, or with pins, of which
    labels know nothing; or that there is none."""
    variables = build(course)
    system, first = variables.system, course.objectives[0]
    if any(not row.terms and not row.holds(()) for row in system.rows):
        return Found(Verdict.INFEASIBLE)
    priced = _priced(system, first, deadline)
    if priced is not None:
        constant = system.objectives[first].constant
        least = -(-priced.total // FINE) + constant
        for above in ABOVE:
            within = _within(system, priced, least + above - constant)
            answer = solve(
                within.system,
                within.system.objectives[first],
                caps={first: least + above},
                limit=LIMIT,
                deadline=deadline,
            )
            if answer.values is not None:
                closer = _within(system, priced, answer.value - constant)
                values = closer.part(within.whole(answer.values))
                return _rest(variables, closer, course.objectives, values, answer.bound, deadline)
            if answer.verdict is not Verdict.INFEASIBLE:
                break
    whole = narrowed(system, system.low, system.high)
    found = lexicographic(whole.system, course.objectives, limit=LIMIT, deadline=deadline)
    if found.values is None:
        return Found(found.verdict)
    return Found(found.verdict, read(variables, whole.whole(found.values)), found.reached)


def _priced(system: System, name: str, deadline: Deadline) -> Priced | None:
    """What an objective comes to at least by the relaxation, its constant left out; None where that
    is not known."""
    rows = [row for row in sums(system.rows) if row.terms]
    costs = gathered(system.objectives[name].terms)
    guess = Program(rows, system.low, system.high).minimise(costs, deadline.left(), ray=False)
    if guess is None or guess.values is None:
        return None
    weights = rounded(rows, guess.weights)
    by_index = {row.index: row for row in rows}
    return reduced(weights, by_index, system.low, system.high, [(v, FINE * c) for v, c in costs])


def _within(system: System, priced: Priced, budget: int) -> Narrow:
    """The system over the decisions with which an objective can come to no more than a budget, its
    constant left out."""
    low, high = list(system.low), list(system.high)
    room = budget * FINE - priced.total
    for variable, cost in priced.left.items():
        if cost > room:
            high[variable] = low[variable]
        elif -cost > room:
            low[variable] = high[variable]
    return narrowed(system, low, high)


def _rest(
    variables: Variables,
    narrow: Narrow,
    names: Sequence[str],
    values: Sequence[int],
    bound: int,
    deadline: Deadline,
) -> Found:
    """The objectives behind the first, each under the values of those before it, from a calendar
    that has the least of the first or is near it."""
    stack = [narrow]
    first = value_of(narrow.system, names[0], values)
    reached = [Reached(names[0], first, bound, first == bound)]
    for place, name in enumerate(names[1:], 1):
        _cap(stack[-1].system, reached[-1])
        share = deadline.part(1 / (len(names) - place))
        values, least, narrow = _stage(stack[-1].system, name, values, share)
        deadline.stopped = deadline.stopped or share.stopped
        stack.append(narrow)
        value = value_of(narrow.system, name, values)
        sure = all(one.proven for one in reached)
        reached.append(Reached(name, value, least if sure else 0, sure and value == least))
    for one in reversed(stack):
        values = one.whole(values)
    proven = all(one.proven for one in reached)
    verdict = Verdict.OPTIMAL if proven else Verdict.FEASIBLE
    return Found(verdict, read(variables, values), tuple(reached))


def _cap(system: System, reached: Reached) -> None:
    """An objective may not come to more than it has."""
    capped = system.objectives[reached.name]
    system.add((), ("cap", reached.name), capped.terms, high=reached.value - capped.constant)


def _stage(
    system: System, name: str, values: Sequence[int], deadline: Deadline
) -> tuple[Sequence[int], int, Narrow]:
    """The least of an objective, from values that keep every row: the values over the decisions
    that it leaves, a bound on it, and those decisions."""
    value, constant = value_of(system, name, values), system.objectives[name].constant
    priced = _priced(system, name, deadline)
    least = 0 if priced is None else -(-priced.total // FINE) + constant
    if least < value:
        better = narrowed(system, system.low, system.high)
        if priced is not None:
            better = _within(system, priced, value - 1 - constant)
        answer = solve(
            better.system,
            better.system.objectives[name],
            caps={name: value - 1},
            limit=LIMIT,
            deadline=deadline,
        )
        if answer.values is not None:
            values, value = better.whole(answer.values), answer.value
            least = max(least, answer.bound)
        elif answer.verdict is Verdict.INFEASIBLE:
            least = value
    left = narrowed(system, system.low, system.high)
    if priced is not None:
        left = _within(system, priced, value - constant)
    return left.part(values), least, left
