"""``python -m benchmarks.profile``: where the processor time of drawn scenarios goes.

Plans them one after the other in this process, as a worker of ``planner batch`` does, with a timer
around the calls that do the work. What one of these calls in another counts for the other alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from benchmarks.drawn import draw
from benchmarks.machine import machine
from planner.fleet import one
from planner.fleet.jobs import Job
from planner.fleet.one import Options

REST = "the rest"
WRITING = "writing JSON"
WARMED_UP = 20  # scenarios before those that count: they load modules
CALLS = (  # what the time is spent on, and the call that does it, by the name it is called by
    ("reading the scenario", "planner.fleet.one.parse_scenario"),
    ("holding it against its policy", "planner.api.Known.matched"),
    ("criteria", "planner.api.criteria"),
    ("laying the course out", "planner.regimen.build.course_of"),
    ("search", "planner.search.find.find"),
    ("the plan from what was found", "planner.calendar.lay_out.plan_of"),
    ("explanation and certificate", "planner.api.explain"),
    ("audit", "planner.audit.audit"),
    ("coverage of the plan", "planner.api.covered"),
    (WRITING, "planner.fleet.one.document_json"),
    ("returning memory", "planner.fleet.one.give_back"),
)


class Clock:
    """Processor seconds by what they are spent on, from its making on."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._now, self._since = REST, time.process_time()

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Counts what follows for something, and then again for what was before."""
        before = self._turn(what)
        try:
            yield
        finally:
            self._turn(before)

    def timed(self, what: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, counted."""

        @wraps(call)
        def counted(*arguments: Any, **named: Any) -> Any:
            with self.on(what):
                return call(*arguments, **named)

        return counted

    def _turn(self, what: str) -> str:
        before, moment = self._now, time.process_time()
        self.spent[before] += moment - self._since
        self._now, self._since = what, moment
        return before


def main() -> int:
    """Profiles as asked on the command line; 1 where a scenario meets a fault of the program."""
    parser = argparse.ArgumentParser(prog="benchmarks.profile")
    parser.add_argument("--count", type=int, default=300, help="scenarios (300)")
    parser.add_argument("--time-limit", type=float, default=0.0, help="for each, as of a batch (0)")
    parser.add_argument("--remedies", action="store_true", help="look for remedies too")
    asked = parser.parse_args()
    options = Options(time_limit=asked.time_limit, remedies=asked.remedies)
    jobs = [
        Job(f"drawn {seed}", str(Path.cwd()), json.dumps(draw(seed)).encode())
        for seed in range(WARMED_UP + asked.count)
    ]
    print(machine(), flush=True)
    for job in jobs[:WARMED_UP]:
        one.plan_one(job, options)
    clock, statuses = profiled(jobs[WARMED_UP:], options)
    told = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
    print(table(clock, f"{asked.count} drawn scenarios ({told})"))
    return 1 if statuses["fault"] or statuses["refused"] else 0


def profiled(jobs: list[Job], options: Options) -> tuple[Clock, Counter[str]]:
    """Plans scenarios: where the time went, and how many came to which status."""
    clock = Clock()
    with ExitStack() as stack:
        for what, name in CALLS:
            stack.enter_context(patch(name, clock.timed(what, resolve_name(name))))
        stack.enter_context(patch.object(one, "json", _json(clock)))
        with clock.on(REST):
            statuses = Counter(one.plan_one(job, options).status for job in jobs)
    return clock, statuses


def table(clock: Clock, title: str) -> str:
    """The time by what it was spent on, the most first, in Markdown."""
    whole = sum(clock.spent.values())
    lines = [
        f"\n## Where the processor time goes: {title}\n",
        "| what | processor s | share |",
        "|---|---|---|",
    ]
    lines += [
        f"| {what} | {seconds:.2f} | {seconds / whole:.1%} |"
        for what, seconds in sorted(clock.spent.items(), key=lambda spent: -spent[1])
    ]
    return "\n".join([*lines, f"| all | {whole:.2f} | |"])


def _json(clock: Clock) -> SimpleNamespace:
    """What a worker uses of ``json``, counted: a document is read back and put into a line."""
    return SimpleNamespace(
        dumps=clock.timed(WRITING, json.dumps), loads=clock.timed(WRITING, json.loads)
    )


if __name__ == "__main__":
    sys.exit(main())
