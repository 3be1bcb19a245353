"""A batch over many machines: the workers of a dask.distributed scheduler (extra ``cluster``)."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from planner.documents.errors import InputErrors, Problem
from planner.fleet.jobs import Job
from planner.fleet.one import Line, Options, line, plan_one

AHEAD = 4  # scenarios a worker's thread has waiting
PATIENCE = 30  # seconds until a scheduler or a first worker has answered


def on_cluster(jobs: Iterable[Job], options: Options, address: str) -> Iterator[Line]:
    """Plans scenarios on the workers of a scheduler and yields each result as it is ready.

    Scenarios travel with their bytes; folders of models must be there under the same path on each
    worker. What a lost worker had, the scheduler gives to another; a scenario that loses several
    workers is reported as a fault.

    Raises InputErrors where the extra is missing or no scheduler answers.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise _refused(
            address, "no dask.distributed on this machine", "the extra 'cluster'"
        ) from None
    killed = import_module("distributed.scheduler").KilledWorker
    _reachable(address)
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _refused(address, type(error).__name__, "the address of a scheduler") from None
    pending = iter(jobs)
    with client:
        client.wait_for_workers(1, timeout=PATIENCE)
        most = AHEAD * max(1, sum(client.nthreads().values()))
        waiting: dict[str, Job] = {}
        done = distributed.as_completed([], loop=client.loop)
        while True:
            while len(waiting) < most:
                job = next(pending, None)
                if job is None:
                    break
                future = client.submit(plan_one, job, options, pure=False)
                waiting[future.key] = job
                done.add(future)
            if not waiting:
                return
            future = next(done)
            job = waiting.pop(future.key)
            if isinstance(future.exception(), killed):
                yield line(
                    job, options, "fault", errors=["a fault of the program: its workers died"]
                )
            else:
                yield future.result()
            future.release()


def _reachable(address: str) -> None:
    """Knocks at the address first: an answer in words, and at once, where nobody is there."""
    found = re.fullmatch(r"(?:\w+://)?\[?([^\s\[\]]+?)\]?:(\d{1,5})", address)
    if found is None:
        raise _refused(address, "something else", "HOST:PORT or tcp://HOST:PORT")
    try:
        socket.create_connection((found[1], int(found[2])), PATIENCE).close()
    except (OSError, OverflowError) as error:
        found_there = getattr(error, "strerror", None) or "no such port"
        raise _refused(address, found_there, "the address of a scheduler") from None


def _refused(address: str, found: str, allowed: str) -> InputErrors:
    return InputErrors([Problem(address, 0, 0, "--cluster", found, allowed)])
