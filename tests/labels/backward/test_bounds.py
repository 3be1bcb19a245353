"""What cycles cost at least on fixed starts, and how much windows leave to each."""

from __future__ import annotations

from typing import Any

import pytest

from planner.labels.backward.bounds import CompletionBound, Prices
from planner.labels.backward.fixed import Fixed, NoWayError
from planner.labels.backward.residual import ResidualCapacity
from planner.labels.packed import NEVER
from planner.regimen.course import Course
from planner.search.instance import Instance
from tests.constraints.boards import laid, on
from tests.oracle.builders import day, small_policy
from tests.regimen import samples

ALL: dict[str, Any] = {"initial": (60, "days"), "initial_cycles": 3, "renewals": 0}


def least(course: Course, *starts: int, first: int = on(0)) -> CompletionBound:
    """The bounds of a course on these days, counted from a day."""
    instance = Instance(course)
    days = {c.number: first + s for c, s in zip(course.cycles, starts, strict=True)}
    problem = instance.problem(starts=days)
    return CompletionBound(ResidualCapacity(Fixed(problem)), Prices(problem, course.objectives))


def daily(**parts: Any) -> Course:
    """Two cycles of four daily bags, one vial and ten units each."""
    policy = small_policy(length=5, **{"quantity": (40, 6), "units": (400, 6), **ALL, **parts})
    return laid(policy, cycles=2, pharmacy={"bags": ["24h"], "max_days_ahead": 2})


def test_costs_are_packed_in_the_order_of_the_objectives() -> None:
    course = daily()
    prices = Prices(Instance(course).problem(), ["delay", "stock_days", "dispenses"])
    assert prices.unpacked(3 * prices.stock_day + 2 * prices.dispense) == (3, 2)
    assert 1 * prices.stock_day > 1000 * prices.dispense


def test_a_cycle_costs_what_its_best_chain_costs() -> None:
    own = least(daily(), 0, 6)
    whole = own.whole(0)
    assert whole is not None
    # vials that keep two days: a dispense on day 0 for days 0 .. 2 and one on day 3, or two and
    # two: 4 vials, 2 dispenses, 4 changes, and 0 + 1 + 0 + 1 days waited
    assert own.prices.unpacked(whole) == (4, 2, 4, 2)


def test_what_is_open_saves_a_dispense_and_makes_its_vials_wait() -> None:
    own = least(daily(), 0, 6)
    price = own.prices

    def rest(vials: int, low: int) -> tuple[int, ...]:
        found = own.rest(0, on(2), vials, on(2), low, NEVER)
        assert found is not None
        return price.unpacked(found)

    # days 0 and 1 behind a dispense on day 2 that feeds a vial: they come from one on day 0, the
    # second of them waits a day; or from the open one, made on day 0, whose vial waits two days
    assert rest(1, on(2)) == (2, 1, 2, 1)
    assert rest(1, on(0)) == (2, 0, 2, 3)


def test_units_of_a_cycle_are_bounded_by_what_the_cycle_before_needs() -> None:
    # 60 in 6 dates: those that end on day 5 + n hold days n .. 3 of cycle 1, 10 each
    own = least(daily(units=(60, 6)), 0, 5)
    assert own.rooms.caps[0] == {on(n): 60 for n in range(4)}
    assert own.rooms.caps[1] == {on(5): 60 - 40, on(6): 60 - 30, on(7): 60 - 20, on(8): 60 - 10}


def test_bounds_go_on_from_cycle_to_cycle() -> None:
    # the shipped policy, 24 h and 48 h bags from day 0, 42 and 84: cycle 1 has its 7 days of the
    # step dose on 4 vials and needs 21 for days 7 .. 27, so cycle 2 has 7 by day 6; then it needs
    # 21 as well, and so cycle 3 has 7 by day 6. A vial is 35 units, 28 are the limit
    course = samples.course(pharmacy={"bags": ["24h", "48h"]}, request={"cycles": 3})
    own = least(course, 0, 42, 84, first=samples.on(0))
    assert own.rooms.caps[1][samples.on(42 + 6)] == 35 * 7
    assert own.rooms.caps[2][samples.on(84 + 6)] == 35 * 7
    # 48 h bags alone were 8 vials by day 6: a cycle of 14 changes becomes one of 15
    second = own.whole(1)
    assert second is not None
    assert own.prices.unpacked(second)[2] == 15


def test_a_cycle_that_cannot_keep_its_bound_has_no_way() -> None:
    # 49 in 6 dates: days 0 .. 3 take 40, and day 5 would be ten more
    with pytest.raises(NoWayError):
        least(daily(units=(49, 6)), 0, 5)


def test_vials_of_a_cycle_are_bounded_by_what_the_cycle_before_sends() -> None:
    # 6 vials in 6 dates, vials keep two days. Cycle 1 sends 1 for day 3 on day 1 or later, so the
    # window of days 1 .. 6 leaves 5 to cycle 2
    own = least(daily(quantity=(6, 6)), 0, 5)
    assert own.rooms.sent(0).by(on(3)) == 6
    assert own.rooms.sent(1).by(on(6)) == 5
    # of days 5 .. 8 only day 8 cannot be sent before day 6, and no more has to be: 4 < 5
    assert own.rooms.sent(1).since(on(6)) == 1


def test_a_past_dispense_bounds_what_a_cycle_sends() -> None:
    history = {
        "cycles": [{"cycle": 1, "start": day(0), "bags": _past(4)}],
        "dispenses": [{"date": day(0), "vials": 4, "cycle": 1}],
    }
    policy = small_policy(length=5, quantity=(6, 6), units=(400, 6), **ALL)
    pharmacy = {"bags": ["24h"], "max_days_ahead": 2}
    course = laid(policy, cycles=2, history=history, as_of=day(4), pharmacy=pharmacy)
    own = least(course, 5)
    # 4 of the 6 are gone on day 0: 2 by day 5, and 6 by day 6, when day 0 is out of the window
    assert own.rooms.sent(0).by(on(5)) == 2
    assert own.rooms.sent(0).by(on(6)) == 6


def _past(days: int) -> list[dict[str, Any]]:
    return [{"hang": day(n), "days": 1, "vials": 1, "dispense": day(0)} for n in range(days)]
