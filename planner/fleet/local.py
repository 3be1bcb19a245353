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
from functools import cache
from itertools import chain
from multiprocessing import resource_tracker
from multiprocessing.connection import wait as wait_for

from planner.fleet.jobs import Job
from planner.fleet.memory import resident
from planner.fleet.one import Line, Options, line, plan_one

AHEAD = 3  # scenarios a worker has waiting
ROOM = 96_000_000  # bytes that a worker may come to hold beyond what it begins with
GARBAGE = (50_000, 20, 20)  # thresholds of the collector in a worker
TRIES = 2  # a scenario whose worker died is tried this often in all


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_cores(jobs: Iterable[Job], options: Options, workers: int) -> Iterator[Line]:
    """Plans scenarios on ``workers`` processes and yields each result as it is ready.

    Reads only a few jobs ahead. Workers give way to new ones where a scenario leaves much behind
    in one of them, as a rare one does: memory does not grow with the number of scenarios.
    """
    pending = iter(jobs)
    for first in pending:
        yield from _by_one_pool(chain([first], pending), options, workers)


def _by_one_pool(pending: Iterator[Job], options: Options, workers: int) -> Iterator[Line]:
    """Plans scenarios until there are no more, or until a worker has grown. A worker that dies
    takes nothing with it: what it had is tried again, alone, and what kills its worker again is
    reported as a fault."""
    pool = _pool(workers)
    waiting: dict[Future[tuple[Line, bool]], Job] = {}
    lost: list[Job] = []
    grown = False
    try:
        while True:
            while len(waiting) < workers * AHEAD and not lost and not grown:
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
                    answer, more = future.result()
                    grown |= more
                    yield answer
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
        pool = _pool(1)
        try:
            answer, _ = _submitted(pool, job, options).result()
            return answer
        except BrokenProcessPool:
            continue
        finally:
            _stop(pool)
    return line(job, options, "fault", errors=["a fault of the program: its worker died"])


def _pool(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_ready)


def _submitted(pool: ProcessPoolExecutor, job: Job, options: Options) -> Future[tuple[Line, bool]]:
    """Hands a scenario to a pool. A worker that is started for it never sees Ctrl-C, not even while
    it imports; this process sees it a moment later.
    """
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(_planned, job, options, ROOM)
    resource_tracker.ensure_running()  # it would lift the mask when started later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_planned, job, options, ROOM)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _planned(job: Job, options: Options, room: int) -> tuple[Line, bool]:
    """The line of a scenario, and whether its worker holds more now than it has room for."""
    answer = plan_one(job, options)
    return answer, resident() - _at_first() > room


@cache
def _at_first() -> int:
    """The bytes that this process held when it was first asked, with the solver loaded."""
    from ortools.sat.python import cp_model  # noqa: F401

    return resident()


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
    _at_first()


def _stop(pool: ProcessPoolExecutor) -> None:
    """Ends the workers at once; what they were planning is planned again when resumed."""
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join()
