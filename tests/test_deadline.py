"""Deadlines by the clock, and by work."""

from __future__ import annotations

from planner.deadline import Deadline, Work


def test_work_is_over_after_so_many_looks_and_leaves_the_command_its_time() -> None:
    command = Deadline()
    work = Work(2, command)
    assert work.left() is None
    assert [work.over() for _ in range(4)] == [False, False, True, True]
    assert work.left() == 0.0
    assert work.stopped
    assert not command.stopped


def test_work_ends_with_the_time_of_the_command() -> None:
    command = Deadline(0.0)
    work = Work(100, command)
    assert work.over()
    assert work.left() == 0.0
    assert command.stopped
