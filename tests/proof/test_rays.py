"""Weights that refuted one set of rows, tried on others."""

from __future__ import annotations

from planner.constraints.system import System
from planner.proof.rays import Rays


def rows(*, limit: int = 6, days: int = 4, member: str = "II.A", cap: bool = True) -> System:
    """So many days of 2 vials each, at most 6 in all; and a row that has no part in it."""
    system = System()
    vials = [system.variable(("q", day), 0, 9) for day in range(days)]
    for day, quantity in enumerate(vials):
        system.add(("days",), ("asked", day), [(quantity, 1)], low=2)
    system.add(("idle",), ("idle",), [(vials[0], 1)], high=9)
    if cap:
        system.add((member, "history.dispenses.0"), (0, 42), [(q, 1) for q in vials], high=limit)
    return system


def test_the_linear_relaxation_names_the_members_that_it_refutes() -> None:
    # 4 x 2 = 8 > 6
    cited = Rays().learn(rows())
    assert cited is not None
    assert sorted(cited) == ["II.A", "days", "history.dispenses.0"]
    assert Rays().learn(rows(limit=8)) is None


def test_what_refuted_one_set_of_rows_refutes_another_that_has_them_too() -> None:
    rays = Rays()
    assert not rays
    assert not rays.refute(rows())  # nothing is known yet
    rays.learn(rows())
    assert rays
    # a day more, and a limit of 7, change nothing: 8 > 7
    assert rays.refute(rows(limit=7))
    assert rays.refute(rows(days=5, limit=7))


def test_weights_prove_nothing_where_a_row_they_need_is_gone_or_has_room() -> None:
    rays = Rays()
    rays.learn(rows())
    assert not rays.refute(rows(limit=8))
    assert not rays.refute(rows(cap=False))
    assert not rays.refute(rows(member="II.B"))  # a row of another clause
