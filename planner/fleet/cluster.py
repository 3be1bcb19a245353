"""A batch over many machines: the workers of a dask.distributed scheduler (extra ``cluster``)."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from planner.documents.errors import InputErrors, Problem
from planner.fleet.jobs import Job
from planner.fleet.one import Line, Options, line, plan_one

AHEAD = 4  # scenarios a worker's thread has waiting
BEAT = 1  # seconds from one look at the cluster's workers to the next
PATIENCE = 30  # seconds until a scheduler has answered
DESERTED = 30  # seconds that it may be without any worker
LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")


class ClusterError(Exception):
    """A cluster that cannot go on with a batch it has begun; says why, in words for a user."""


def on_cluster(jobs: Iterable[Job], options: Options, address: str) -> Iterator[Line]:
    """Plans scenarios on the workers of a scheduler and yields each result as it is ready.

    Scenarios travel with their bytes; folders of models must be there under the same path on each
    worker. Workers may come and go: the number of scenarios under way follows their threads. What a
    lost worker had, the scheduler gives to another; what has lost several is tried again alone
    when all others are done, for it may only have been next to the one that kills its workers.
    A scenario that does so alone too is reported as a fault.

    Raises InputErrors where the extra is missing, no scheduler answers or no worker comes;
    ClusterError where the scheduler or all workers are lost later, or workers lack this program.
    """
    cluster = _Cluster(_connected(address), address, options)
    with cluster.client:
        lost: list[Job] = []
        yield from cluster.planned(iter(jobs), lost)
        for job in lost:
            again: list[Job] = []
            yield from cluster.planned(iter([job]), again)
            if again:
                said = "a fault of the program: its workers died"
                yield line(job, options, "fault", errors=[said])


class _LateError(Exception):
    """A result that is not there yet."""


class _Cluster:
    """A scheduler's workers, as one batch uses them."""

    def __init__(self, client: Any, address: str, options: Options) -> None:
        self.client = client
        self._address = address
        self._options = options
        self._killed = import_module("distributed.scheduler").KilledWorker
        self._threads = 0
        self._had_workers = False
        self._next_look = self._last_seen = monotonic()

    def planned(self, pending: Iterator[Job], lost: list[Job]) -> Iterator[Line]:
        """The results of scenarios, but of those that lost their workers: they go to ``lost``."""
        waiting: dict[str, Job] = {}
        done: SimpleQueue[Any] = SimpleQueue()
        late: list[Any] = []
        while True:
            self._look()
            for future in [future for future in late if future.done()]:
                late.remove(future)
                done.put(future)
            for job in islice(pending, max(0, AHEAD * self._threads - len(waiting))):
                with self._or_lost():
                    future = self.client.submit(plan_one, job, self._options, pure=False)
                waiting[future.key] = job
                future.add_done_callback(done.put)
            if not waiting and self._threads:
                return
            try:
                future = done.get(timeout=BEAT)
            except Empty:
                continue
            try:
                answer = self._answer(future)
            except _LateError:
                late.append(future)
                continue
            job = waiting.pop(future.key)
            if answer is None:
                lost.append(job)
            else:
                yield answer

    def _answer(self, future: Any) -> Line | None:
        """The line of a scenario; None where its workers died. Raises _LateError where it
        was on a worker that is lost, and is planned again."""
        with self._or_lost():
            if not future.done():
                raise _LateError
            try:
                error = future.exception(timeout=BEAT)
                if error is None:
                    answer: Line = future.result(timeout=BEAT)
                    future.release()
                    return answer
            except TimeoutError:
                raise _LateError from None
        if isinstance(error, self._killed):
            return None
        raise ClusterError(
            f"a worker of {self._address} cannot plan ({type(error).__name__}): install the same "
            "version on every machine, the scheduler's too"
        )

    def _look(self) -> None:
        """Counts the threads of the workers that are there now, at most once a ``BEAT``."""
        now = monotonic()
        if now < self._next_look:
            return
        with self._or_lost():
            if self.client.status != "running":
                raise ConnectionError
            self._threads = sum(self.client.nthreads().values())
        self._next_look = now + BEAT
        if self._threads:
            self._had_workers, self._last_seen = True, now
        elif now > self._last_seen + DESERTED:
            raise self._deserted()

    def _deserted(self) -> Exception:
        start = f"dask worker {self._address} --nthreads 1"
        if self._had_workers:
            return ClusterError(
                f"{self._address} has lost all its workers; start some ({start}) that have this "
                "version of the program"
            )
        return _refused(
            self._address, f"no worker in {DESERTED} seconds", "a scheduler with workers", start
        )

    @contextmanager
    def _or_lost(self) -> Iterator[None]:
        """Says in words that the scheduler is gone."""
        try:
            yield
        except (OSError, CancelledError):
            raise ClusterError(f"the scheduler {self._address} is lost") from None


def _connected(address: str) -> Any:
    """A client of the scheduler. Raises InputErrors where there is none."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise _refused(
            address, "no dask.distributed on this machine", "the extra 'cluster'"
        ) from None
    for name in LOGGERS:  # to the end of this process: they also speak when it leaves
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    _reachable(address)
    try:
        kind = asyncio.run(asyncio.wait_for(_kind(distributed, address), PATIENCE))
    except Exception as error:  # whatever comes of speaking to something else
        found = f"no answer of a scheduler ({type(error).__name__})"
        raise _refused(address, found, "the address of a scheduler") from None
    if kind != "Scheduler":
        raise _refused(address, f"a {kind.lower()}", "the address of a scheduler")
    return distributed.Client(address, timeout=PATIENCE, set_as_default=False)


async def _kind(distributed: Any, address: str) -> str:
    """What answers at the address: 'Scheduler', 'Worker'. Asked before there is a client, which
    takes long to give up, and does so loudly."""
    arguments = distributed.Security().get_connection_args("client")
    async with distributed.rpc(address, connection_args=arguments) as there:
        return str((await there.identity())["type"])


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


def _refused(address: str, found: str, allowed: str, start: str | None = None) -> InputErrors:
    maybe = None if start is None else f"start some: {start}"
    return InputErrors([Problem(address, 0, 0, "--cluster", found, allowed, maybe)])
