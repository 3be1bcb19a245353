"""The same batch on a scheduler and workers of dask.distributed, as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from planner.fleet.cluster import AHEAD
from tests.fleet.held import POISON, WAITS
from tests.fleet.test_batch import batch, lines_of, results, scenario, start, wait_for_lines

distributed: Any = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = pytest.mark.long

Process = subprocess.Popen[bytes]


def wait_until(is_so: Callable[[], object], *processes: Process) -> None:
    """Waits as long as it takes on a busy machine, but not for processes that have ended."""
    until = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < until
        assert all(process.poll() is None for process in processes)
        time.sleep(0.02)


@dataclass
class Cluster:
    """A scheduler with workers of one thread, which hold scenarios that wait until ``let_go``."""

    address: str
    scheduler: Process
    place: Path
    workers: list[Process] = field(default_factory=list)

    def add_workers(self, count: int) -> None:
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--preload", "tests.fleet.held")
        for _ in range(count):
            self.workers.append(spawn("dask_worker", self.address, *alone, place=self.place))

    def let_go(self) -> None:
        (self.place / "hold").unlink()

    def holds(self, worker: Process) -> bool:
        return (self.place / str(worker.pid)).exists()

    def client(self) -> Any:
        return distributed.Client(self.address, timeout=60, set_as_default=False)


def spawn(module: str, *arguments: str, place: Path, failures: int = 3) -> Process:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + module, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=place,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "HELD": str(place),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(failures),
        },
    )


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A scheduler that has no workers yet. A parameter says how many workers a scenario may lose
    and be handed to one more."""
    port, place = free_port(), tmp_path / "cluster"
    place.mkdir()
    (place / "hold").touch()
    here = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    failures = getattr(request, "param", 3)
    scheduler = spawn("dask_scheduler", *here, place=place, failures=failures)
    started = Cluster(f"tcp://127.0.0.1:{port}", scheduler, place)
    try:
        wait_until(lambda: answers(port), started.scheduler)
        yield started
    finally:
        for process in (*started.workers, started.scheduler):
            process.kill()
            process.wait()


def impatient(*arguments: str | Path) -> Process:
    """A batch that is without workers no longer than a second."""
    program = (
        "import planner.fleet.cluster as cluster; cluster.DESERTED = 1; "
        "from planner.cli.main import run; run()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, "batch", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def titled(path: Path, *titles: str) -> Path:
    many = ({**scenario(number), "title": title} for number, title in enumerate(titles))
    path.write_text("".join(json.dumps(one) + "\n" for one in many))
    return path


def sources(count: int) -> list[str]:
    return sorted(f"many.jsonl:{n}" for n in range(1, count + 1))


def test_a_killed_worker_loses_nothing_and_nothing_is_planned_twice(
    cluster: Cluster, tmp_path: Path
) -> None:
    titles = ["runs"] * 6 + [WAITS] * 24
    source, out = titled(tmp_path / "many.jsonl", *titles), tmp_path / "out.jsonl"
    cluster.add_workers(3)
    doomed = cluster.workers[0]
    with cluster.client() as client:
        client.wait_for_workers(3, timeout=60)
        process = start(source, "-o", out, "--cluster", cluster.address)
        wait_for_lines(out, 2, process)
        wait_until(lambda: cluster.holds(doomed), process)
        (address,) = (at for at, pid in client.run(os.getpid).items() if pid == doomed.pid)
        assert client.processing()[address]
        os.kill(doomed.pid, signal.SIGKILL)
        wait_until(lambda: address not in client.processing(), process)
        cluster.let_go()
    assert process.wait(timeout=120) == 0
    found = results(out)  # asserts that each source stands there once
    assert sorted(found) == sources(len(titles))
    assert {one["status"] for one in found.values()} == {"planned"}
    assert all(one["result"]["audit"]["violations"] == [] for one in found.values())
    here = batch(source, "--workers", "1")
    assert results(here.stdout) == found  # the same plans as on this machine


def test_workers_that_join_late_have_their_share(cluster: Cluster, tmp_path: Path) -> None:
    source, out = titled(tmp_path / "many.jsonl", *[WAITS] * 20), tmp_path / "out.jsonl"
    cluster.add_workers(1)
    with cluster.client() as client:
        process = start(source, "-o", out, "--cluster", cluster.address)
        wait_until(lambda: under_way(client) == AHEAD, process)
        cluster.add_workers(2)
        wait_until(lambda: under_way(client) == 3 * AHEAD, process)
        wait_until(lambda: all(map(cluster.holds, cluster.workers)), process)
        cluster.let_go()
    assert process.wait(timeout=120) == 0
    assert sorted(results(out)) == sources(20)


def under_way(client: Any) -> int:
    """How many scenarios the scheduler has, with workers or waiting for one."""
    counted = client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
    assert isinstance(counted, int)
    return counted


def test_a_scheduler_without_workers_is_bad_input(cluster: Cluster, tmp_path: Path) -> None:
    process = impatient(lines_of(tmp_path / "one.jsonl", 1), "--cluster", cluster.address)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.decode() == (
        f"{cluster.address}: --cluster: found no worker in 1 seconds, allowed a scheduler with "
        f"workers\n  Maybe start some: dask worker {cluster.address} --nthreads 1\n"
    )


@pytest.mark.parametrize("lost", ["scheduler", "workers"])
def test_a_batch_whose_cluster_is_lost_says_so_and_goes_on_with_resume(
    cluster: Cluster, tmp_path: Path, lost: str
) -> None:
    titles = ["runs"] * 4 + [WAITS] * 12
    source, out = titled(tmp_path / "many.jsonl", *titles), tmp_path / "out.jsonl"
    cluster.add_workers(1)
    with cluster.client() as client:
        client.wait_for_workers(1, timeout=60)
    process = impatient(source, "-o", out, "--cluster", cluster.address)
    wait_for_lines(out, 2, process)
    wait_until(lambda: cluster.holds(cluster.workers[0]), process)
    os.kill((cluster.scheduler if lost == "scheduler" else cluster.workers[0]).pid, signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    what = {
        "scheduler": f"the scheduler {cluster.address} is lost",
        "workers": f"{cluster.address} has lost all its workers; start some "
        f"(dask worker {cluster.address} --nthreads 1) that have this version of the program",
    }
    assert said.decode() == f"planner: {what[lost]}; go on with --resume\n"
    before = out.read_bytes()
    assert before.endswith(b"\n")
    assert 2 <= len(results(before)) <= 4
    assert batch(source, "-o", out, "--resume", "--workers", "1").returncode == 0
    assert out.read_bytes().startswith(before)
    assert sorted(results(out)) == sources(len(titles))


@pytest.mark.parametrize("cluster", [0], indirect=True)
def test_a_scenario_that_kills_its_workers_is_a_fault_and_no_other_is(
    cluster: Cluster, tmp_path: Path
) -> None:
    titles = ["runs"] * 5 + [POISON] + ["runs"] * 6
    source, out = titled(tmp_path / "many.jsonl", *titles), tmp_path / "out.jsonl"
    cluster.add_workers(3)  # it kills one with all that this one has, and one when it is alone
    with cluster.client() as client:
        client.wait_for_workers(3, timeout=60)
    process = start(source, "-o", out, "--cluster", cluster.address)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (1, b"")
    found = results(out)
    assert sorted(found) == sources(len(titles))
    faults = {name: one.get("errors") for name, one in found.items() if one["status"] != "planned"}
    assert faults == {"many.jsonl:6": ["a fault of the program: its workers died"]}


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "tcp://127.0.0.1:99999"])
def test_an_address_without_a_scheduler_is_bad_input(tmp_path: Path, address: str) -> None:
    source = lines_of(tmp_path / "one.jsonl", 1)
    done = batch(source, "--cluster", address)
    assert done.returncode == 2
    assert b"--cluster" in done.stderr
    assert b"Traceback" not in done.stderr
