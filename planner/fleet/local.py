"""A batch on the cores of this machine."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import resource_tracker
from multiprocessing.connection import wait as wait_for

from planner.fleet.jobs import Job
from planner.fleet.one import Line, Options, line, plan_one

AHEAD = 3  # scenarios a worker has waiting
LIFE = 1000  # scenarios for each worker, after which new ones take over
GARBAGE = (50_000, 20, 20)  # thresholds of the collector in a worker
TRIES = 2  # a scenario whose worker died is tried this often in all


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_cores(jobs: Iterable[Job], options: Options, workers: int) -> Iterator[Line]:
    """Plans scenarios on ``workers`` processes and yields each result as it is ready.

    Reads only a few jobs ahead. Workers are replaced now and then, with all that rare scenarios
    leave in them, such as a solver once loaded: memory does not grow with the number.
    """
    pending = iter(jobs)
    for first in pending:
        share = chain([first], islice(pending, workers * LIFE - 1))
        yield from _by_one_pool(share, options, workers)


def _by_one_pool(pending: Iterator[Job], options: Options, workers: int) -> Iterator[Line]:
    """A worker that dies takes nothing with it: what it had is tried again, alone, and what kills
    its worker again is reported as a fault."""
    pool = _pool(workers)
    waiting: dict[Future[Line], Job] = {}
    lost: list[Job] = []
    try:
        while True:
            while len(waiting) < workers * AHEAD and not lost:
                job = next(pending, None)
                if job is None:
                    break
                try:
                    waiting[_submitted(pool, job, options)] = job
                except BrokenProcessPool:
                    lost.append(job)
            if not waiting and not lost:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED) if waiting else (set(), None)
            for future in done:
                job = waiting.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(job)
                else:
                    yield future.result()
            if lost and not waiting:
                pool.shutdown(wait=False, cancel_futures=True)
                for job in lost:
                    yield _alone(job, options)
                lost = []
                pool = _pool(workers)
    finally:
        _stop(pool)


def _alone(job: Job, options: Options) -> Line:
    """Plans a scenario in a process of its own, for it may be what kills its worker."""
    for _ in range(TRIES - 1):
        with _pool(1) as pool:
            try:
                return _submitted(pool, job, options).result()
            except BrokenProcessPool:
                continue
    return line(job, "fault", errors=["a fault of the program: its worker died"])


def _pool(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_ready)


def _submitted(pool: ProcessPoolExecutor, job: Job, options: Options) -> Future[Line]:
    """Hands a scenario to a pool. A worker that is started for it never sees Ctrl-C, not even while
    it imports; this process sees it a moment later.
    """
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(plan_one, job, options)
    resource_tracker.ensure_running()  # it would lift the mask when started later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(plan_one, job, options)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ready() -> None:
    """Leaves Ctrl-C to the parent, and does not outlive it; looks for cycles of garbage seldom, for
    a search makes many labels and none of them."""
    gc.set_threshold(*GARBAGE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def leave() -> None:
        wait_for([parent.sentinel])
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


def _stop(pool: ProcessPoolExecutor) -> None:
    """Ends the workers at once; what they were planning is planned again when resumed."""
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join()
