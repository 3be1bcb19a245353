"""The best chain of one cycle alone, against the model of that cycle."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.constraints.model import build
from planner.constraints.schedule import COSTS, ChosenCycle, Schedule, read
from planner.constraints.system import Key
from planner.regimen.course import Course
from planner.search.blocks import blended
from planner.search.chain import ChainSearch, least_vials
from planner.search.engine import Verdict, solve
from tests.constraints.boards import laid, on
from tests.oracle.builders import day, small_policy
from tests.regimen import samples
from tests.search.decisions import broken
from tests.search.drawn import single_cycles


def no_windows(member: str, instance: Key = ()) -> bool:
    """All rules stand but those over dates, authorizations and the wish for a day."""
    return not member.startswith(("II.", "I.", "request.first_infusion"))


def by_model(course: Course, origin: int) -> ChosenCycle | None:
    board = build(course, no_windows, origins={1: (origin,)})
    answer = solve(board.system, blended(board.system, course))
    assert answer.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
    return None if answer.values is None else read(board, answer.values).cycles[0]


def costs(course: Course, chosen: ChosenCycle | None) -> tuple[int, ...] | None:
    if chosen is None:
        return None
    cost = chosen.cost(course.scenario.pharmacy.transit_days)
    return tuple(cost[name] for name in course.objectives if name in COSTS)


@settings(
    max_examples=250, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(single_cycles(), st.integers(0, 2))
def test_the_best_chain_costs_what_the_model_of_the_cycle_costs(course: Course, delay: int) -> None:
    origin = on(0) + delay
    best = ChainSearch(course, no_windows).best(course.cycles[0], origin)
    assert costs(course, best) == costs(course, by_model(course, origin))


def chain(course: Course, cycle: int = 1, origin: int | None = None) -> ChosenCycle:
    chosen = next(c for c in course.cycles if c.number == cycle)
    best = ChainSearch(course).best(chosen, chosen.earliest if origin is None else origin)
    assert best is not None
    return best


def lengths(chosen: ChosenCycle) -> list[int]:
    return [bag.option.days for bag in chosen.bags]


def test_fewest_vials_come_from_the_longest_bags_that_fit() -> None:
    first = chain(samples.course())
    # four bags of the step week (48 h thrice, 24 h), then three of seven days
    assert sorted(lengths(first)) == [1, 2, 2, 2, 7, 7, 7]
    assert sum(bag.option.vials for bag in first.bags) == 22
    assert lengths(chain(samples.course(), 2)) == [7, 7, 7, 7]


def test_the_order_of_objectives_decides_between_vials_and_changes() -> None:
    bags = {"bags": ["24h", "48h"]}
    vials = samples.course(pharmacy=bags, objectives=["delay", "vials", "stock_days"])
    # a day is one vial in either bag; no vial waits where each bag has a dispense of its own
    apart = {"vials": 28, "dispenses": 14, "bag_changes": 14, "stock_days": 0}
    assert chain(vials, 2).cost(0) == apart
    sent = samples.course(pharmacy=bags, objectives=["delay", "dispenses", "bag_changes"])
    # all on the first day: 2 vials each wait 0, 2, .. 26 days, 2 x 182 = 364
    once = {"vials": 28, "dispenses": 1, "bag_changes": 14, "stock_days": 364}
    assert chain(sent, 2).cost(0) == once


def test_one_dispense_serves_a_cycle_whose_vials_keep() -> None:
    sent = chain(samples.course(pharmacy={"bags": ["24h"], "max_days_ahead": 27}), 2).sent
    assert sent == ((samples.on(42), 28),)
    # two where they keep a day less, and halves wait the least
    sent = chain(samples.course(pharmacy={"bags": ["24h"], "max_days_ahead": 26}), 2).sent
    assert sent == ((samples.on(42), 14), (samples.on(56), 14))


def test_spare_vials_go_out_with_the_first_dispense() -> None:
    course = samples.course(pharmacy={"bags": ["24h"], "max_days_ahead": 13, "spare_vials": 2})
    sent = [vials for _, vials in chain(course, 2).sent]
    assert len(sent) == 2
    assert sum(sent) == 30
    plain = samples.course(pharmacy={"bags": ["24h"], "max_days_ahead": 13})
    assert [vials - more for vials, more in zip(sent, (2, 0), strict=True)] == [
        vials for _, vials in chain(plain, 2).sent
    ]


def test_a_chain_keeps_every_row_where_windows_leave_it_alone() -> None:
    course = laid(small_policy(quantity=(40, 6), units=(400, 6)))
    assert broken(course, Schedule((chain(course),))) is None


def test_a_barred_start_has_no_chain() -> None:
    course = laid(pharmacy={"closed": [day(0)]})
    assert ChainSearch(course).best(course.cycles[0], on(0)) is None


def test_days_that_no_bag_bridges_leave_no_chain() -> None:
    # the step ends on day 2 and day 3 is closed: with 24 h bags alone nothing hangs on it
    closed: dict[str, Any] = {"closed": [day(3)], "bags": ["24h"]}
    course = laid(pharmacy=closed)
    assert ChainSearch(course).best(course.cycles[0], on(0)) is None
    longer = laid(pharmacy=closed | {"bags": ["24h", "48h"]})
    assert ChainSearch(longer).best(longer.cycles[0], on(0)) is not None


def test_the_bags_of_chains_with_least_vials_are_those_that_some_such_chain_has() -> None:
    course = laid(small_policy(days=4, step_days=0))
    variant = course.cycles[0].variants[0]
    # 24 h 1 vial, 48 h 2, 72 h 2: three vials for four days need the bag of 72 h and one of 24 h
    assert least_vials(variant, on(0), 3) == {
        (0, on(0), 3),
        (0, on(3), 1),
        (0, on(0), 1),
        (0, on(1), 3),
    }
    assert least_vials(variant, on(0), 2) == set()
