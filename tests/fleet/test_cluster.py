"""The same batch on a scheduler and workers of dask.distributed, as processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.test_batch import batch, lines_of, results, start, wait_for_lines

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = pytest.mark.slow


def spawn(module: str, *arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + module, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def worker(address: str, cwd: Path) -> subprocess.Popen[bytes]:
    one = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
    return spawn("dask_worker", address, *one, cwd=cwd)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    place = tmp_path / "scheduler"
    place.mkdir()
    here = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    process = spawn("dask_scheduler", *here, cwd=place)
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)
    yield f"tcp://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def workers(scheduler: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    places = [tmp_path / f"worker-{n}" for n in range(3)]
    for place in places:
        place.mkdir()
    started = [worker(scheduler, place) for place in places]
    yield started
    for process in started:
        process.kill()
        process.wait()


def test_a_killed_worker_loses_nothing_and_nothing_is_planned_twice(
    scheduler: str, workers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    count = 60
    source, out = lines_of(tmp_path / "many.jsonl", count), tmp_path / "out.jsonl"
    process = start(source, "-o", out, "--cluster", scheduler)
    wait_for_lines(out, 5, process)
    os.kill(workers[0].pid, signal.SIGKILL)
    assert process.wait(timeout=120) == 0
    found = results(out)  # asserts that each source stands there once
    assert sorted(found) == sorted(f"many.jsonl:{n}" for n in range(1, count + 1))
    assert {one["status"] for one in found.values()} == {"planned"}
    assert all(one["result"]["audit"]["violations"] == [] for one in found.values())
    here = batch(source, "--workers", "1")
    assert results(here.stdout) == found  # the same plans as on this machine


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "tcp://127.0.0.1:99999"])
def test_an_address_without_a_scheduler_is_bad_input(tmp_path: Path, address: str) -> None:
    source = lines_of(tmp_path / "one.jsonl", 1)
    done = batch(source, "--cluster", address)
    assert done.returncode == 2
    assert b"--cluster" in done.stderr
    assert b"Traceback" not in done.stderr
