"""A batch's processes on one machine."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor

import pytest

from planner.fleet import local
from planner.fleet.jobs import Job
from planner.fleet.one import Options

REFUSED = b"{}"


def answered(count: int) -> dict[str, str]:
    """The status by source of so many scenarios, each of which is refused."""
    jobs = (Job(source=f"{n}", folder=".", raw=REFUSED) for n in range(count))
    lines = [json.loads(line.text) for line in local.on_cores(jobs, Options(), 2)]
    assert len(lines) == count
    return {line["source"]: line["status"] for line in lines}


@pytest.mark.long
def test_workers_that_have_grown_give_way_and_every_scenario_is_answered_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # where every worker holds too much, a pool of 2 answers what it was given, 2 x 3 or a little
    # more, and the next takes over
    made: list[ProcessPoolExecutor] = []
    make = local._pool

    def counted(workers: int) -> ProcessPoolExecutor:
        assert not any(pool._processes for pool in made)  # each has ended before the next begins
        made.append(make(workers))
        return made[-1]

    monkeypatch.setattr(local, "_pool", counted)
    assert answered(8) == {str(n): "refused" for n in range(8)}
    assert len(made) == 1
    monkeypatch.setattr(local, "ROOM", -(10**12))
    assert answered(8) == {str(n): "refused" for n in range(8)}
    assert len(made) == 3


def test_nothing_asked_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(local, "_pool")
    assert answered(0) == {}
