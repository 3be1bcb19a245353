"""``make bench``: every engine on the same courses in one run; ratios, not absolute times, count.

Refuses to print a table where two engines prove different optima.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

from benchmarks.engines import Engine, Highs, Timed, arcs, by_textbook, product
from benchmarks.instances import HARD, drawn, growing, shipped
from planner.constraints.system import System
from planner.regimen.course import Course
from planner.search.engine import solve

Results = dict[str, Timed]


def main() -> int:
    """Runs the benchmark as asked on the command line and prints Markdown."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--drawn", type=int, default=200, help="drawn courses (200)")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds for a scenario (30)")
    parser.add_argument("--drawn-limit", type=float, default=2.0, help="for a drawn one (2)")
    parser.add_argument("--only", metavar="NAME", help="just this scenario, no drawn ones")
    asked = parser.parse_args()
    solve(System())  # loads the solver
    highs = Highs()
    engines: Mapping[str, Engine] = {
        "product": product,
        "HiGHS": highs,
        "arcs": arcs,
        "textbook": by_textbook,
    }
    print(_machine())
    try:
        chosen = ((n, c) for n, c in shipped() if asked.only in (None, n))
        scenarios = dict(_measured(chosen, engines, asked.limit, repeat=3))
        print(_table(scenarios, list(engines)))
        if HARD in scenarios:
            print(_hard(scenarios[HARD], list(engines)), flush=True)
        if asked.only is not None:
            return 0
        few = {name: engines[name] for name in ("product", "HiGHS", "arcs")}
        some = dict(_measured(drawn(range(asked.drawn)), few, asked.drawn_limit))
        print(_summary(some, list(few)), flush=True)
        print(_growth(), flush=True)
    except DifferentOptimaError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    finally:
        highs.close()
    return 0


class DifferentOptimaError(Exception):
    """Two engines proved different things of one course."""


def _measured(
    courses: Iterator[tuple[str, Course]],
    engines: Mapping[str, Engine],
    limit: float,
    repeat: int = 1,
) -> Iterator[tuple[str, Results]]:
    for name, course in courses:
        results = {
            engine: min(
                (run(course, limit) for _ in range(repeat if engine == "product" else 1)),
                key=lambda timed: timed.seconds,
            )
            for engine, run in engines.items()
        }
        proven = {(t.status, t.values) for t in results.values() if t.status != "limit"}
        if len(proven) > 1:
            raise DifferentOptimaError(f"{name}: {results}")
        print(
            f"{name}: {' '.join(f'{e} {_shown(t)}' for e, t in results.items())}",
            file=sys.stderr,
            flush=True,
        )
        yield name, results


def _shown(timed: Timed) -> str:
    return f"> {timed.seconds:.0f}" if timed.status == "limit" else f"{timed.seconds:.2f}"


def _table(results: Mapping[str, Results], engines: Sequence[str]) -> str:
    lines = [
        "\n## Every scenario, in seconds to the proven optimum of all objectives\n",
        f"| scenario | {' | '.join(engines)} |",
        f"|---|{'---|' * len(engines)}",
    ]
    lines += [
        f"| {name} | {' | '.join(_shown(found[e]) for e in engines)} |"
        for name, found in results.items()
    ]
    return "\n".join(lines)


def _hard(found: Results, engines: Sequence[str]) -> str:
    own = found["product"].seconds
    lines = [f"\n## The hard course ({HARD}), as multiples of the product's time\n"]
    for engine in engines:
        least = "at least " if found[engine].status == "limit" else ""
        lines.append(f"- {engine}: {least}{found[engine].seconds / own:.0f}")
    return "\n".join(lines)


def _summary(results: Mapping[str, Results], engines: Sequence[str]) -> str:
    lines = [
        f"\n## {len(results)} drawn courses\n",
        "| engine | proven | median s | 9 in 10 below s | not settled in the time |",
        "|---|---|---|---|---|",
    ]
    for engine in engines:
        times = sorted(found[engine].seconds for found in results.values())
        open_ = sum(found[engine].status == "limit" for found in results.values())
        lines.append(
            f"| {engine} | {len(times) - open_} | {median(times):.2f} "
            f"| {times[int(len(times) * 0.9)]:.2f} | {open_} |"
        )
    return "\n".join(lines)


def _growth() -> str:
    lines = [
        "\n## How the product's time grows, from the hard course\n",
        "| what grows | size | s | result |",
        "|---|---|---|---|",
    ]
    for what, size, course in growing():
        found = min((product(course, 20.0) for _ in range(3)), key=lambda timed: timed.seconds)
        lines.append(f"| {what} | {size} | {found.seconds:.2f} | {found.status} |")
    return "\n".join(lines)


def _machine() -> str:
    import os

    versions = ", ".join(f"{name} {version(name)}" for name in ("planner", "ortools", "highspy"))
    load = os.getloadavg()[0]
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    begun = time.process_time()
    sum(i * i for i in range(3_000_000))
    return (
        f"{now}; Python {platform.python_version()}, {versions}; {platform.machine()}, "
        f"{os.cpu_count()} cores, load {load:.1f} at the start; adding three million squares "
        f"took {time.process_time() - begun:.2f} s of processor time."
    )


if __name__ == "__main__":
    sys.exit(main())
