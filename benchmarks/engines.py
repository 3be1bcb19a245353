"""The engines side by side: one course in, processor seconds and the values of its objectives out.

Seconds are those of building the model and solving it, after the course is laid out and with the
solver loaded, so that they compare. Each engine runs in a process of its own on one thread; what
takes more than its processor time is ended there, whatever it is doing.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from planner.constraints.model import build
from planner.constraints.system import System
from planner.documents.engines import Engines
from planner.regimen.course import Course

LOOK = 0.02  # seconds between two looks at an engine's processor time
LONG = 1e6  # a limit that is never reached
GONE = 1.0  # seconds for a process whose pipe has closed to be gone
PATIENCE = 120.0  # seconds for a process to start and load its solver
TICKS = os.sysconf("SC_CLK_TCK")
SETTLED = ("planned", "infeasible")


@dataclass(frozen=True)
class Timed:
    """What an engine made of a course: 'planned' with the optimum proven, 'infeasible', 'limit'
    where its time ran out or it gave up, or 'fault' where it failed or its process was killed."""

    status: str
    seconds: float
    values: tuple[int, ...] = ()


Engine = Callable[[Course], Timed]


class _EndedError(Exception):
    """An engine's process has ended by itself, or does not start."""


def product(course: Course) -> Timed:
    """``find``: cycle by cycle, joined and proven, with the latest start of each cycle on top."""
    return _found(course)


def by_cp_sat(course: Course) -> Timed:
    """``find`` by CP-SAT alone: the product's own rows as one model, one solve an objective."""
    return _found(course, engine="cp-sat", latest=False)


def by_textbook(course: Course) -> Timed:
    """The textbook encoding, one CP-SAT solve an objective."""
    from benchmarks.textbook import textbook
    from planner.search.engine import Verdict, solve

    begun = time.process_time()
    system = textbook(course)
    caps: dict[str, int] = {}
    hint = None
    for name in course.objectives:
        answer = solve(system, system.objectives[name], caps=caps, hint=hint, limit=LONG)
        if answer.verdict is not Verdict.OPTIMAL:
            impossible = answer.verdict is Verdict.INFEASIBLE
            status = "infeasible" if impossible else "limit"
            return Timed(status, time.process_time() - begun)
        caps[name], hint = answer.value, answer.values
    return Timed("planned", time.process_time() - begun, tuple(caps.values()))


def by_highs(course: Course) -> Timed:
    """HiGHS on the product's own rows, one solve an objective, gap 0."""
    from benchmarks.highs import solve

    begun = time.process_time()
    status, values = solve(build(course).system, course.objectives)
    return Timed(status, time.process_time() - begun, values)


ENGINES: dict[str, Engine] = {
    "product": product,
    "HiGHS": by_highs,
    "CP-SAT": by_cp_sat,
    "textbook": by_textbook,
}


def _found(course: Course, *, engine: Engines = "auto", latest: bool = True) -> Timed:
    from planner.search.engine import Verdict
    from planner.search.find import find

    begun = time.process_time()
    found = find(course, limit=LONG, engine=engine, latest=latest)
    seconds = time.process_time() - begun
    if found.verdict is Verdict.OPTIMAL:
        return Timed("planned", seconds, tuple(stage.value for stage in found.reached))
    return Timed("infeasible" if found.verdict is Verdict.INFEASIBLE else "limit", seconds)


class Apart:
    """An engine in a process of its own, which is started anew where it had to be ended."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def __call__(self, course: Course, limit: float) -> Timed:
        """Runs the engine on a course for at most ``limit`` seconds of processor time.

        A process that ends by itself, as one does that takes too much memory, is a 'fault'; the
        next course has a new one.
        """
        spent = 0.0
        try:
            pipe, process = self._started()
            assert process.pid is not None
            before = _processor_time(process.pid)
            pipe.send(course)
            while not pipe.poll(LOOK):
                spent = _processor_time(process.pid) - before
                if spent > limit:
                    self.close()
                    return Timed("limit", spent)
            timed = pipe.recv()
        except (EOFError, OSError, _EndedError) as ended:
            if self._process is not None:
                self._process.join(GONE)
            code = self.close()
            told = f"{self.name} has ended by itself ({ended!r}, exit code {code})"
            print(told, file=sys.stderr, flush=True)
            return Timed("fault", spent)
        assert isinstance(timed, Timed)
        return timed

    def close(self) -> int | None:
        """Ends the process; its exit code, None where there was none."""
        code = None
        if self._process is not None and self._pipe is not None:
            self._process.kill()
            self._process.join()
            code = self._process.exitcode
            self._pipe.close()
        self._process = self._pipe = None
        return code

    def _started(self) -> tuple[Connection, multiprocessing.process.BaseProcess]:
        if self._process is None or self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(self.name, theirs), daemon=True)
            self._process.start()
            theirs.close()
            if not self._pipe.poll(PATIENCE):
                raise _EndedError("it does not start")
            self._pipe.recv()
        return self._pipe, self._process


def _serve(name: str, pipe: Connection) -> None:
    engine = ENGINES[name]
    if name == "HiGHS":
        import benchmarks.highs  # noqa: F401
    else:
        from planner.search.engine import solve

        solve(System())  # loads the solver
    pipe.send("ready")
    while True:
        try:
            course = pipe.recv()
        except EOFError:
            return
        begun = time.process_time()
        try:
            timed = engine(course)
        except Exception:  # one course less must not cost the whole run; it is shown and counted
            traceback.print_exc()
            timed = Timed("fault", time.process_time() - begun)
        pipe.send(timed)


def _processor_time(pid: int) -> float:
    """Seconds of processor time of a process; 0 once it has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
