"""The engines side by side: one course in, seconds and the values of its objectives out.

Seconds are those of building the model and solving it, after the course is laid out and with the
solver loaded, so that they compare.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.textbook import textbook
from planner.constraints.model import build
from planner.constraints.system import System
from planner.regimen.course import Course
from planner.search.engine import Verdict, solve
from planner.search.find import find


@dataclass(frozen=True)
class Timed:
    """What an engine made of a course: 'planned' with the optimum proven, 'infeasible' or 'limit'
    where the time ran out."""

    status: str
    seconds: float
    values: tuple[int, ...] = ()


Engine = Callable[[Course, float], Timed]


def product(course: Course, limit: float) -> Timed:
    """``find``: cycle by cycle, joined and proven, with the latest start of each cycle on top."""
    begun = time.perf_counter()
    found = find(course, limit=limit)
    seconds = time.perf_counter() - begun
    values = tuple(stage.value for stage in found.reached)
    return _timed(found.verdict, seconds, values)


def arcs(course: Course, limit: float) -> Timed:
    """The product's own rows as one model, one CP-SAT solve an objective."""
    return _in_stages(course, lambda: build(course).system, limit)


def by_textbook(course: Course, limit: float) -> Timed:
    """The textbook encoding, one CP-SAT solve an objective."""
    return _in_stages(course, lambda: textbook(course), limit)


def _in_stages(course: Course, system_of: Callable[[], System], limit: float) -> Timed:
    begun = time.perf_counter()
    system = system_of()
    caps: dict[str, int] = {}
    hint = None
    for name in course.objectives:
        left = limit - (time.perf_counter() - begun)
        if left <= 0:
            return Timed("limit", time.perf_counter() - begun)
        objective = system.objectives[name]
        answer = solve(system, objective, caps=caps, hint=hint, limit=limit, wall=left)
        if answer.verdict is not Verdict.OPTIMAL:
            return _timed(answer.verdict, time.perf_counter() - begun, ())
        caps[name], hint = answer.value, answer.values
    return Timed("planned", time.perf_counter() - begun, tuple(caps.values()))


class Highs:
    """HiGHS on the product's own rows, in a process that stays."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("highs.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, course: Course, limit: float) -> Timed:
        begun = time.perf_counter()
        system = build(course).system
        built = time.perf_counter() - begun
        if any(not row.terms and not row.holds(()) for row in system.rows):
            return Timed("infeasible", built)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(_plain(system, course, limit)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        values = tuple(answer.get("values", ()))
        return Timed(answer["status"], built + answer["seconds"], values)

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _plain(system: System, course: Course, limit: float) -> dict[str, object]:
    return {
        "low": system.low,
        "high": system.high,
        "rows": [(row.terms, row.low, row.high) for row in system.rows if row.terms],
        "objectives": [
            (system.objectives[name].terms, system.objectives[name].constant)
            for name in course.objectives
        ],
        "limit": limit,
    }


def _timed(verdict: Verdict, seconds: float, values: tuple[int, ...]) -> Timed:
    if verdict is Verdict.OPTIMAL:
        return Timed("planned", seconds, values)
    return Timed("infeasible" if verdict is Verdict.INFEASIBLE else "limit", seconds)
