"""``make bench``: every engine on the same courses in one run; ratios, not absolute times, count.

Prints Markdown for docs/performance.md. Times are processor time, which other work on the machine
disturbs less than time by the clock. All is measured before anything is printed: where two engines
prove different things of one course, these are told and there is no table.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import median

from benchmarks import asked, tables
from benchmarks.asked import Asked
from benchmarks.conflicts import Suite, conflicts
from benchmarks.engines import ENGINES, SETTLED, Apart, Timed
from benchmarks.instances import HARD, Grown, Instance, drawn, growing, shipped
from benchmarks.machine import machine
from benchmarks.shell import AT_ONCE, PLAN_HARD, Commands, commands
from benchmarks.tables import Results
from planner.regimen.course import Course

Runner = Callable[[Course, float], Timed]
Found = Mapping[str, Mapping[str, Results]]  # by part, course and engine
PARTS = ("hard", "shipped", "drawn", "growth", "conflicts", "shell")
HARD_LIMIT = 120.0
QUICK = 1.0  # seconds that an engine may take in all to be measured again
REPEATS = 3
FREER = ("days of slack", "bag lengths")  # what grows leaves every calendar there was


def main(
    arguments: Sequence[str] | None = None, engines: Mapping[str, Runner] | None = None
) -> int:
    """Runs the benchmark as asked on the command line; 1 where it is refused or something fails."""
    told = [machine()]
    bounds, parts = _asked(arguments)
    own = {} if engines is not None else {name: Apart(name) for name in ENGINES}
    runners = engines if engines is not None else own
    try:
        found = {
            part: dict(_measured(courses, runners, limit))
            for part, courses, limit in _courses(bounds, parts)
        }
        grown = list(_grown(runners["product"], bounds.limit)) if "growth" in parts else []
    finally:
        for engine in own.values():
            engine.close()
    differing = list(_differing(found))
    for line in differing:
        print(f"refused: {line}", file=sys.stderr)
    if differing:
        return 1
    faults = [*_failed(found), *_wrong(grown)]
    told += _told(bounds, found)
    if grown:
        told.append(tables.growth(grown))
    suite = conflicts() if "conflicts" in parts else None
    shell = commands() if "shell" in parts else None
    for part in (suite, shell):
        if part is not None:
            told.append(part.table)
            faults += part.faults
    if "only" not in found:
        told.append(asked.table(_demands(bounds, found, suite, shell)))
    print("\n".join(told), flush=True)
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _asked(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, Sequence[str]]:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--drawn", type=int, default=200, help="drawn courses (200)")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for a scenario (10)")
    parser.add_argument("--drawn-limit", type=float, default=2.0, help="for a drawn one (2)")
    parser.add_argument(
        "--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)} (all of them)"
    )
    parser.add_argument("--only", metavar="NAME", help="just this scenario, by every engine")
    bounds = parser.parse_args(arguments)
    parts = bounds.parts.split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"{unknown[0]} is none of {', '.join(PARTS)}")
    if bounds.drawn < 1:
        parser.error("--drawn: 1 or more")
    if bounds.only is None:
        return bounds, parts
    if bounds.only not in (name for name, _ in shipped()):
        parser.error(f"{bounds.only} is no scenario")
    return bounds, ()


def _courses(
    bounds: argparse.Namespace, parts: Sequence[str]
) -> Iterator[tuple[str, Iterable[Instance], float]]:
    """The parts that all engines measure: name, courses, seconds for each."""
    if bounds.only is not None:
        yield "only", (one for one in shipped() if one[0] == bounds.only), HARD_LIMIT
    if "hard" in parts:
        yield "hard", (one for one in shipped() if one[0] == HARD), HARD_LIMIT
    if "shipped" in parts:
        yield "shipped", (one for one in shipped() if one[0] != HARD), bounds.limit
    if "drawn" in parts:
        yield "drawn", drawn(range(bounds.drawn)), bounds.drawn_limit


def _measured(
    courses: Iterable[Instance], engines: Mapping[str, Runner], limit: float
) -> Iterator[tuple[str, Results]]:
    for name, course in courses:
        results = {engine: _best(run, course, limit) for engine, run in engines.items()}
        told = " ".join(f"{engine} {tables.shown(timed)}" for engine, timed in results.items())
        print(f"{name}: {told}", file=sys.stderr, flush=True)
        yield name, results


def _grown(product: Runner, limit: float) -> Iterator[tuple[Grown, Timed]]:
    for grown in growing():
        timed = _best(product, grown.course, limit)
        print(f"{grown.what} {grown.size}: {tables.shown(timed)}", file=sys.stderr, flush=True)
        yield grown, timed


def _best(engine: Runner, course: Course, limit: float) -> Timed:
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


def _differing(found: Found) -> Iterator[str]:
    """The courses of which engines prove different things, with what each proves."""
    for results in found.values():
        for name, by_engine in results.items():
            proven = {e: (t.status, t.values) for e, t in by_engine.items() if t.status in SETTLED}
            if len(set(proven.values())) > 1:
                told = (f"{e} {status} {list(values)}" for e, (status, values) in proven.items())
                yield f"{name}: {', '.join(told)}"


def _failed(found: Found) -> Iterator[str]:
    for results in found.values():
        for name, by_engine in results.items():
            yield from (f"{name} by {e}" for e, t in by_engine.items() if t.status == "fault")


def _wrong(grown: Sequence[tuple[Grown, Timed]]) -> Iterator[str]:
    """What must not be in the growing courses, which one engine alone measures: a failure, no
    calendar, or objectives that are worse where every earlier calendar is still there."""
    least: dict[str, tuple[int, ...]] = {}
    for one, timed in grown:
        if timed.status in ("fault", "infeasible"):
            yield f"{one.what} {one.size}: {timed.status}"
        if timed.status == "planned" and one.what in FREER:
            before = least.setdefault(one.what, timed.values)
            if timed.values > before:
                yield f"{one.what} {one.size}: {list(timed.values)}, with less {list(before)}"
            least[one.what] = min(before, timed.values)


def _told(bounds: argparse.Namespace, found: Found) -> Iterator[str]:
    """The tables of the parts that all engines measure."""
    for part, results in found.items():
        if part == "only":
            yield tables.each("One scenario", results)
        elif part == "hard":
            yield tables.one_course(f"The hard course ({HARD})", results[HARD])
        elif part == "shipped":
            yield tables.each("Every scenario", results)
            yield tables.summary(f"The {len(results)} together", results, bounds.limit)
        else:
            yield tables.summary(f"{len(results)} drawn courses", results, bounds.drawn_limit)


def _demands(
    bounds: argparse.Namespace, found: Found, suite: Suite | None, shell: Commands | None
) -> Iterator[Asked]:
    """What is asked of the planner, with what was measured of it."""
    hard, walls = found.get("hard", {}), shell.walls if shell is not None else {}
    seconds = {
        engine: tables.counted(hard, engine, HARD_LIMIT)[0]
        for engine, timed in hard.get(HARD, {}).items()
        if engine == "product" or timed.status != "fault"
    }
    yield asked.at_most("hard course, solving", 0.3, seconds.get("product"))
    yield asked.at_most("hard course, from the shell", 1.0, walls.get(PLAN_HARD))
    for engine, least in (("HiGHS", 10), ("textbook", 50)):
        both = engine in seconds
        times = tables.ratio(seconds[engine], seconds["product"]) if both else None
        known = both and hard[HARD][engine].status in SETTLED
        yield asked.at_least(f"hard course, faster than {engine}", least, times, " times", known)
    few = found.get("drawn", {})
    times = median(tables.counted(few, "product", bounds.drawn_limit)) if few else None
    yield asked.at_most("drawn courses, median", 0.15, times)
    yield asked.at_most("certified conflict, median", 0.5, suite.median if suite else None)
    for name in AT_ONCE:
        yield asked.below(f"from the shell, {name}", 0.2, walls.get(name))


if __name__ == "__main__":
    sys.exit(main())
