"""A batch's processes on one machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from planner.fleet import local
from planner.fleet.jobs import Job
from planner.fleet.one import Options

REFUSED = b"{}"


def jobs(count: int) -> Iterator[Job]:
    return (Job(source=f"{n}", folder=".", raw=REFUSED) for n in range(count))


@pytest.mark.parametrize(("count", "pools"), [(0, 0), (1, 1), (4, 1), (5, 2), (11, 3)])
def test_workers_are_replaced_after_their_share_and_every_scenario_is_answered_once(
    count: int, pools: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # two workers with two scenarios each are four a pool: eleven are 4 + 4 + 3
    made: list[ProcessPoolExecutor] = []
    make = local._pool

    def counted(workers: int) -> ProcessPoolExecutor:
        made.append(make(workers))
        return made[-1]

    monkeypatch.setattr(local, "LIFE", 2)
    monkeypatch.setattr(local, "_pool", counted)
    answered = [json.loads(line.text) for line in local.on_cores(jobs(count), Options(), 2)]
    assert sorted(one["source"] for one in answered) == sorted(str(n) for n in range(count))
    assert {one["status"] for one in answered} <= {"refused"}
    assert len(made) == pools
    assert not any(pool._processes for pool in made)  # each has ended before the next begins
