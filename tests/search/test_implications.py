"""Starts decided by implications, against the solver and against all rows one by one."""

from __future__ import annotations

from hypothesis import given, settings

from planner.constraints.model import build_starts
from planner.constraints.system import Only, System
from planner.proof.members import members_of
from planner.regimen.build import course_of
from planner.search.engine import Verdict, solve
from planner.search.implications import implied
from tests.oracle.small import Triple, small_cases


def agrees(system: System) -> bool:
    """Whether the implications said anything, and if so, what the solver says."""
    known = implied(system)
    if known is None:
        return False
    possible = solve(system, limit=20.0).verdict is not Verdict.INFEASIBLE
    assert known[0] is possible
    if possible:
        values = [int(v in known[1]) for v in range(len(system.keys))]
        assert all(
            system.low[v] <= value <= system.high[v] or v not in known[1]
            for v, value in enumerate(values)
        )
    return True


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(small_cases(max_candidates=400))
def test_implications_rule_on_starts_as_the_solver_does(triple: Triple) -> None:
    course = course_of(*triple)
    agrees(build_starts(course).system)
    members = [m.id for m in members_of(course)]
    for position in range(0, len(members), 3):
        some = Only(frozenset(members[:position] + members[position + 1 :]))
        agrees(build_starts(course, some).system)


def test_a_day_that_is_out_leaves_the_days_before() -> None:
    system = System()
    first, second = system.variable(("s", 0)), system.variable(("s", 1))
    system.add((), ("one",), [(first, 1), (second, 1)], low=1, high=1)
    system.add(("rule",), ("out", 1), [(second, 1)], high=0)
    assert implied(system) == (True, {first})
    system.add(("rule",), ("out", 0), [(first, 1)], high=0)
    assert implied(system) == (False, set())


def test_a_row_of_another_kind_is_not_ruled_on() -> None:
    system = System()
    days = [system.variable(("s", n)) for n in range(3)]
    system.add((), ("pair",), [(v, 1) for v in days], low=2, high=2)
    assert implied(system) is None
