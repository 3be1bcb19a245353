"""Time is counted once, for the innermost call that it is spent in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.drawn import draw
from benchmarks.profile import CALLS, REST, WRITING, Clock, profiled, table
from planner.fleet.jobs import Job
from planner.fleet.one import Options


def test_what_one_call_spends_in_another_counts_for_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # begun at 0; plan 1 to 11, in it audit 4 to 6; the rest up to 12
    moments = iter((0.0, 1.0, 4.0, 6.0, 11.0, 12.0, 12.0))
    monkeypatch.setattr("time.process_time", lambda: next(moments))
    clock = Clock()
    audit = clock.timed("audit", lambda: None)
    clock.timed("plan", audit)()
    with clock.on(REST):
        pass

    assert clock.spent == {REST: 2.0, "plan": 8.0, "audit": 2.0}
    assert "| audit | 2.00 | 16.7% |" in table(clock, "x")


@pytest.mark.long
def test_every_call_that_is_timed_is_one_that_a_batch_makes(tmp_path: Path) -> None:
    # seeds 0 to 19 hold courses with a calendar and one without
    jobs = [Job(f"{n}", str(tmp_path), json.dumps(draw(n)).encode()) for n in range(20)]

    clock, statuses = profiled(jobs, Options(time_limit=0, remedies=False))

    assert statuses["planned"]
    assert statuses["infeasible"]
    assert set(clock.spent) == {what for what, _ in CALLS} | {WRITING, REST}
