"""Blocks of cycles at fixed starts, apart from the rest of the course."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings

from planner.constraints.model import build
from planner.constraints.schedule import ChosenCycle, Schedule
from planner.regimen.course import Course
from planner.search.blocks import Patterns, blended, starts_decide_authorizations
from planner.search.engine import Verdict, solve
from tests.constraints.boards import laid, on, without
from tests.oracle.builders import day, small_policy
from tests.search.decisions import broken
from tests.search.drawn import courses

LIMIT = 20.0


def cost(course: Course, cycles: Sequence[ChosenCycle]) -> tuple[int, ...]:
    """Vials, dispenses, bag changes and days of waiting, in the course's order."""
    each = [c.cost(course.scenario.pharmacy.transit_days) for c in cycles]
    names = [name for name in course.objectives if name != "delay"]
    return tuple(sum(one[name] for one in each) for name in names)


def by_model(course: Course, starts: dict[int, int]) -> tuple[int, ...] | None:
    """The least cost of all cycles at their starts, authorizations aside."""
    free = without("I.rr.initial", "I.rr.continued", "request.first_infusion", "V.rr.length")
    board = build(course, free, origins={n: (o,) for n, o in starts.items()})
    answer = solve(board.system, blended(board.system, course))
    assert answer.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
    if answer.values is None:
        return None
    return tuple(
        sum(c * answer.values[v] for v, c in board.system.objectives[name].terms)
        for name in course.objectives
        if name != "delay"
    )


@settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(courses())
def test_a_block_costs_what_the_model_of_its_cycles_costs(course: Course) -> None:
    block = [(cycle, cycle.earliest) for cycle in course.cycles]
    apart = Patterns(course, limit=LIMIT).apart(block)
    assert apart.proven
    best = by_model(course, {cycle.number: origin for cycle, origin in block})
    assert (cost(course, apart.cycles) if apart.cycles else None) == best


@settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(courses())
def test_a_cycle_remembered_by_its_pattern_is_what_it_would_be_anew(course: Course) -> None:
    any_day = without("request.first_infusion", "request.max_delay_days")
    shared = Patterns(course, any_day, limit=LIMIT)
    for cycle in course.cycles:
        for origin in range(cycle.earliest, cycle.earliest + 8):
            anew = Patterns(course, any_day, limit=LIMIT).apart([(cycle, origin)])
            known = shared.apart([(cycle, origin)])
            assert known.proven is anew.proven
            assert cost(course, known.cycles) == cost(course, anew.cycles)
            assert [c.number for c in known.cycles] == [c.number for c in anew.cycles]
            assert all(c.origin == origin for c in known.cycles)


def test_two_cycles_that_share_a_window_make_do_together() -> None:
    # five vials in seven dates: each cycle alone takes four at once, together they may not
    course = laid(
        small_policy(quantity=(5, 7), units=(400, 6)), cycles=2, pharmacy={"max_days_ahead": 3}
    )
    patterns = Patterns(course, limit=LIMIT)
    first, second = course.cycles[:2]
    alone = [patterns.apart([(c, c.earliest)]).cycles[0] for c in (first, second)]
    assert [len(c.sent) for c in alone] == [1, 1]
    assert broken(course, Schedule(tuple(alone))) is not None
    together = patterns.apart([(first, first.earliest), (second, second.earliest)])
    assert broken(course, Schedule(together.cycles)) is None


def test_a_fixed_cycle_stays_as_it_stands() -> None:
    course = laid(small_policy(quantity=(40, 6), units=(400, 6)), cycles=2)
    patterns = Patterns(course, limit=LIMIT)
    first, second = course.cycles[:2]
    # dispensed day by day, which costs more than need be
    changed = laid(
        small_policy(quantity=(40, 6), units=(400, 6)), cycles=2, pharmacy={"max_days_ahead": 0}
    )
    dear = Patterns(changed, limit=LIMIT).apart([(first, first.earliest)]).cycles[0]
    block = [(first, first.earliest), (second, second.earliest)]
    apart = patterns.apart(block, {1: dear})
    assert apart.cycles[0] == dear
    assert apart.cycles[1] == patterns.apart([(second, second.earliest)]).cycles[0]


def test_a_block_that_cannot_be_is_empty_and_proven() -> None:
    course = laid(small_policy(quantity=(2, 6)))
    apart = Patterns(course, limit=LIMIT).apart([(course.cycles[0], on(0))])
    assert (apart.cycles, apart.proven) == ((), True)


def test_authorizations_are_a_matter_of_starts_unless_a_reading_or_grant_says_otherwise() -> None:
    assert starts_decide_authorizations(laid())
    for reading in ({"authorization.covers": "all"}, {"date_of_service": "dispense"}):
        assert not starts_decide_authorizations(laid(readings=reading))
    granted = [{"kind": "initial", "units": 80}]
    assert not starts_decide_authorizations(laid(authorizations=granted))
    dated = [{"kind": "initial", "start": day(0)}]
    assert starts_decide_authorizations(laid(authorizations=dated))
