"""``make bench``: every engine on the same courses in one run; ratios, not absolute times, count.

Prints Markdown for docs/performance.md. Times are processor time, which other work on the machine
disturbs less than time by the clock. Refuses to print a table where two engines prove different
things of one course.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp, log
from statistics import median

from benchmarks.conflicts import conflicts
from benchmarks.engines import ENGINES, Apart, Timed
from benchmarks.instances import HARD, Instance, drawn, growing, shipped
from benchmarks.machine import machine
from benchmarks.shell import commands
from planner.regimen.course import Course

Results = dict[str, Timed]
PARTS = ("hard", "shipped", "drawn", "growth", "conflicts", "shell")
HARD_LIMIT = 120.0
LEAST = 0.001  # seconds below which two times are not compared
QUICK = 1.0  # seconds that an engine may take in all to be measured again
REPEATS = 3
SETTLED = ("planned", "infeasible")


class DifferentOptimaError(Exception):
    """Two engines proved different things of one course."""


def main() -> int:
    """Runs the benchmark as asked on the command line; 1 where it is refused or something fails."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--drawn", type=int, default=200, help="drawn courses (200)")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for a scenario (10)")
    parser.add_argument("--drawn-limit", type=float, default=2.0, help="for a drawn one (2)")
    parser.add_argument(
        "--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)} (all of them)"
    )
    parser.add_argument("--only", metavar="NAME", help="just this scenario, by every engine")
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"{unknown[0]} is none of {', '.join(PARTS)}")
    faults: list[str] = []
    engines = {name: Apart(name) for name in ENGINES}
    print(machine(), flush=True)
    try:
        if asked.only is not None:
            chosen = (one for one in shipped() if one[0] == asked.only)
            print(_table("One scenario", _measured(chosen, engines, HARD_LIMIT, faults)))
            return 1 if faults else 0
        if "hard" in parts:
            chosen = (one for one in shipped() if one[0] == HARD)
            print(_hard(dict(_measured(chosen, engines, HARD_LIMIT, faults))[HARD]), flush=True)
        if "shipped" in parts:
            chosen = (one for one in shipped() if one[0] != HARD)
            found = dict(_measured(chosen, engines, asked.limit, faults))
            print(_table("Every scenario", found.items()))
            print(_summary(f"The {len(found)} together", found, asked.limit), flush=True)
        if "drawn" in parts:
            few = drawn(range(asked.drawn))
            found = dict(_measured(few, engines, asked.drawn_limit, faults))
            print(_summary(f"{len(found)} drawn courses", found, asked.drawn_limit), flush=True)
        if "growth" in parts:
            print(_growth(engines["product"], asked.limit), flush=True)
    except DifferentOptimaError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    finally:
        for engine in engines.values():
            engine.close()
    if "conflicts" in parts:
        table, failed = conflicts()
        print(table, flush=True)
        faults += failed
    if "shell" in parts:
        print(commands(), flush=True)
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _measured(
    courses: Iterable[Instance], engines: Mapping[str, Apart], limit: float, faults: list[str]
) -> Iterator[tuple[str, Results]]:
    for name, course in courses:
        results = {engine: _best(run, course, limit) for engine, run in engines.items()}
        faults += [f"{name} by {e}" for e, t in results.items() if t.status == "fault"]
        proven = {(t.status, t.values) for t in results.values() if t.status in SETTLED}
        if len(proven) > 1:
            raise DifferentOptimaError(f"{name}: {results}")
        told = " ".join(f"{engine} {_shown(timed)}" for engine, timed in results.items())
        print(f"{name}: {told}", file=sys.stderr, flush=True)
        yield name, results


def _best(engine: Apart, course: Course, limit: float) -> Timed:
    """The least of a few runs, of one where that takes long."""
    best = engine(course, limit)
    spent = best.seconds
    for _ in range(REPEATS - 1):
        if spent > QUICK or best.status not in SETTLED:
            break
        again = engine(course, limit)
        spent += again.seconds
        best = min(best, again, key=lambda timed: timed.seconds)
    return best


def _shown(timed: Timed) -> str:
    if timed.status == "fault":
        return "fault"
    return f"> {timed.seconds:.0f}" if timed.status == "limit" else f"{timed.seconds:.3f}"


def _hard(found: Results) -> str:
    own = found["product"]
    lines = [
        f"\n## The hard course ({HARD})\n",
        "| engine | processor s | times the product's |",
        "|---|---|---|",
    ]
    for engine, timed in found.items():
        least = "" if timed.status in SETTLED else "at least "
        ratio = f"{least}{_ratio(timed, own):.0f}" if own.status in SETTLED else "not settled"
        lines.append(f"| {engine} | {_shown(timed)} | {ratio} |")
    return "\n".join(lines)


def _table(title: str, results: Iterable[tuple[str, Results]]) -> str:
    lines = [
        f"\n## {title}, in processor seconds to the proof\n",
        f"| scenario | {' | '.join(ENGINES)} | result |",
        f"|---|{'---|' * len(ENGINES)}---|",
    ]
    for name, found in results:
        times = " | ".join(_shown(found[engine]) for engine in ENGINES)
        settled = next((t.status for t in found.values() if t.status in SETTLED), "none")
        lines.append(f"| {name} | {times} | {settled} |")
    return "\n".join(lines)


def _summary(title: str, results: Mapping[str, Results], limit: float) -> str:
    """What engines come to on many courses. A course that was not settled counts with its limit, so
    that the ratio of an engine that fails often is too kind to it."""
    lines = [
        f"\n## {title}, at most {limit:g} s for each engine\n",
        "| engine | settled | median s | 9 in 10 below s | all s "
        "| times the product's (geometric mean) |",
        "|---|---|---|---|---|---|",
    ]
    for engine in ENGINES:
        times = sorted(found[engine].seconds for found in results.values())
        settled = sum(found[engine].status in SETTLED for found in results.values())
        mean = _mean_ratio([(found[engine], found["product"]) for found in results.values()])
        lines.append(
            f"| {engine} | {settled} | {median(times):.3f} | {times[int(len(times) * 0.9)]:.3f} "
            f"| {sum(times):.0f} | {mean:.1f} |"
        )
    return "\n".join(lines)


def _ratio(timed: Timed, own: Timed) -> float:
    return max(timed.seconds, LEAST) / max(own.seconds, LEAST)


def _mean_ratio(pairs: Sequence[tuple[Timed, Timed]]) -> float:
    return exp(sum(log(_ratio(timed, own)) for timed, own in pairs) / len(pairs))


def _growth(engine: Apart, limit: float) -> str:
    lines = [
        "\n## How the product's time grows, from the hard course\n",
        "| what grows | size | processor s | result |",
        "|---|---|---|---|",
    ]
    for what, size, course in growing():
        found = _best(engine, course, limit)
        lines.append(f"| {what} | {size} | {_shown(found)} | {found.status} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
