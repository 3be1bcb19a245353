"""``make many``: thousands of drawn scenarios through the real ``planner batch``, then every line
of its results checked by what shares nothing with the search.

Writes the scenarios as JSON Lines, runs the batch on two workers in processes of its own, watches
the resident memory of them all, and prints tables in Markdown. Fails where a line is missing or
there twice, where a plan's audit or a conflict's certificate does not hold, and where a scenario
was refused or met a fault of the program.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

from benchmarks import asked as demands
from benchmarks.asked import Asked
from benchmarks.drawn import draw
from benchmarks.machine import machine

SAMPLING = 0.5  # seconds between two looks at the memory
PARTS = {"start": (0.05, 0.15), "middle": (0.45, 0.55), "end": (0.85, 1.0)}  # shares of the lines
PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1_000_000
KILOBYTE = 1_000
FLAT = 1.15  # the memory at the end, in times that at the start, which is still called flat


Samples = tuple[tuple[int, int, int], ...]  # lines written, bytes of all processes, of the largest


@dataclass(frozen=True)
class Ran:
    """A batch that has run: its exit code, seconds by the clock and of processor time of all its
    processes, and by number of lines written the resident bytes (all processes, largest one)."""

    code: int
    wall: float
    processor: float
    memory: Samples


@dataclass
class Checked:
    """What the results come to. ``wrong`` lists everything that must not be; ``uncertified`` counts
    answers that there is no calendar which no certificate proves."""

    statuses: Counter[str] = field(default_factory=Counter)
    proven: int = 0
    certificates: Counter[str] = field(default_factory=Counter)
    minimal: int = 0
    uncertified: int = 0
    audited: int = 0
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Runs as asked on the command line; 1 where something in the results is wrong."""
    parser = argparse.ArgumentParser(prog="benchmarks.many")
    parser.add_argument("--count", type=int, default=10_000, help="scenarios (10000)")
    parser.add_argument("--workers", type=int, default=2, help="workers of the batch (2)")
    parser.add_argument("--audits", type=int, default=500, help="plans audited again (500)")
    parser.add_argument("--time-limit", type=float, help="of the batch; default: its own")
    parser.add_argument("--no-remedies", action="store_true", help="look for no remedies")
    parser.add_argument("--alike", type=int, default=1, help="patients who ask for the same (1)")
    parser.add_argument("--keep", type=Path, help="a folder to leave scenarios and results in")
    asked = parser.parse_args()
    more = ["--no-remedies"] if asked.no_remedies else []
    shared = f" ({asked.alike} patients for each course)" if asked.alike > 1 else ""
    if asked.time_limit is not None:
        more += ["--time-limit", str(asked.time_limit)]
    with tempfile.TemporaryDirectory() as made:
        folder = asked.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        source, out = folder / "drawn.jsonl", folder / "results.jsonl"
        hashes = _written(source, asked.count, asked.alike)
        command = ["batch", str(source), "-o", str(out), "--workers", str(asked.workers), *more]
        print(machine(), flush=True)
        options = f"`--workers {asked.workers} {' '.join(more)}`{shared}"
        print(f"\n`planner batch` with {options}\n", flush=True)
        ran = _run([sys.executable, "-m", "planner", *command], out)
        checked = _checked(out, hashes, asked.audits)
        sizes = source.stat().st_size, out.stat().st_size
    print(_table(ran, checked, asked.count, sizes, options))
    print(demands.table(_demands(ran, checked, asked.count)))
    for wrong in checked.wrong[:20]:
        print(f"wrong: {wrong}", file=sys.stderr)
    if ran.code not in (0, 3, 4):
        print(f"wrong: the batch left with {ran.code}", file=sys.stderr)
    return 1 if checked.wrong or ran.code not in (0, 3, 4) else 0


def _written(source: Path, count: int, alike: int) -> dict[str, str]:
    """Writes the scenarios, each for so many patients; the hash that each line of results has to
    bear, by its source."""
    hashes = {}
    with source.open("wb") as file:
        for number in range(count):
            document = draw(number // alike)
            document["patient"]["ref"] = f"DRAWN-{number % alike}"
            text = json.dumps(document).encode()
            file.write(text + b"\n")
            hashes[f"{source.name}:{number + 1}"] = hashlib.sha256(text).hexdigest()
    return hashes


def _run(command: list[str], out: Path) -> Ran:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen(command, start_new_session=True)
    memory, lines, read = [], 0, 0
    while process.poll() is None:
        time.sleep(SAMPLING)
        if out.exists():
            with out.open("rb") as file:
                file.seek(read)
                new = file.read()
            read, lines = read + len(new), lines + new.count(b"\n")
        sizes = list(_resident(process.pid))
        if sizes:
            memory.append((lines, sum(sizes), max(sizes)))
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(process.returncode, wall, spent, tuple(memory))


def _resident(session: int) -> Iterator[int]:
    """Resident bytes of each process of a session, by /proc."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            pages = (entry / "statm").read_text().split()[1]
        except (OSError, IndexError):
            continue  # it has ended meanwhile
        if int(fields[3]) == session and fields[0] != "Z":
            yield int(pages) * PAGE


def _checked(out: Path, hashes: dict[str, str], audits: int) -> Checked:
    found = Checked()
    again = set(Random(0).sample(sorted(hashes), min(2 * audits, len(hashes))))
    seen: Counter[str] = Counter()
    with out.open("rb") as lines:
        for text in lines:
            one = json.loads(text)
            source = str(one["source"])
            seen[source] += 1
            found.statuses[one["status"]] += 1
            if one["sha256"] != hashes.get(source):
                found.wrong.append(f"{source}: the hash of another scenario")
            _check_line(found, source, one, audit=source in again and found.audited < audits)
    found.wrong += [f"{source}: {seen[source]} lines" for source in hashes if seen[source] != 1]
    found.wrong += [f"{source}: never asked" for source in seen if source not in hashes]
    return found


def _check_line(found: Checked, source: str, one: dict[str, Any], *, audit: bool) -> None:
    from planner.documents.outcome import UNPROVEN
    from planner.proof import checker

    status, result = one["status"], one.get("result")
    if status == "planned":
        assert isinstance(result, dict)
        found.proven += all(objective["proven"] for objective in result["objectives"])
        violations = result["audit"]["violations"]
        if audit:
            found.audited += 1
            violations = [*violations, *_audited(result, source)]
        found.wrong += [f"{source}: {violation}" for violation in violations]
    elif status == "infeasible":
        assert isinstance(result, dict)
        faults = checker.check(result)
        found.wrong += [f"{source}: refused: {fault}" for fault in faults]
        found.uncertified += bool(faults)
        found.certificates[result["certificate"]["kind"]] += 1
        found.minimal += bool(result["minimal"])
    elif status == "undecided":
        found.uncertified += result is not None and result["because"] == UNPROVEN
    elif status != "not-covered":
        found.wrong.append(f"{source}: {status}: {'; '.join(one['errors'])}")


def _audited(result: dict[str, Any], source: str) -> list[str]:
    """What an audit made anew from the plan's JSON finds, as ``planner verify`` does."""
    from planner.audit import audit
    from planner.cli.plan_file import plan_in

    made = audit(plan_in(json.dumps(result).encode(), source))
    return [f"{violation.clause}: {violation.says}" for violation in made.violations]


def _table(ran: Ran, checked: Checked, count: int, sizes: tuple[int, int], options: str) -> str:
    statuses = checked.statuses
    planned, infeasible = statuses["planned"], statuses["infeasible"]
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(checked.certificates.items())) or "none"
    rows = [
        ("scenarios", f"{count}"),
        ("by status", ", ".join(f"{n} {status}" for status, n in sorted(statuses.items()))),
        ("proven best in all objectives", _share(checked.proven, planned, "plans")),
        ("audits made again from the JSON", f"{checked.audited}"),
        ("certificates recomputed", f"{sum(checked.certificates.values())} ({kinds})"),
        ("conflicts proven minimal", _share(checked.minimal, infeasible, "conflicts")),
        ("found wrong", f"{len(checked.wrong)}"),
        (
            "scenarios a second by the clock",
            f"{count / ran.wall:.1f} ({ran.wall:.0f} s) with {options}",
        ),
        (
            "scenarios a second of processor time",
            f"{count / ran.processor:.1f} ({ran.processor:.0f} s on all its processes)",
        ),
        ("scenarios in", _size(sizes[0], count)),
        ("results out", _size(sizes[1], count)),
        *_memory(ran.memory, count),
    ]
    lines = ["| what | figure |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {figure} |" for name, figure in rows)])


def _demands(ran: Ran, checked: Checked, count: int) -> Iterator[Asked]:
    """What is asked of a batch, with what was measured of it."""
    yield demands.at_least("scenarios a second by the clock", 10, count / ran.wall)
    wrong = len(checked.wrong)
    yield Asked("lines found wrong", "none", f"{wrong}", wrong == 0)
    without = checked.uncertified
    infeasible = f"{without} without, of {checked.statuses['infeasible']} infeasible"
    yield Asked("certificates", "every infeasible one certified", infeasible, without == 0)
    start, end = (_resident_in(ran.memory, count, part) for part in ("start", "end"))
    bound = f"at the end at most {FLAT:g} times that at the start"
    if start is None or end is None:
        yield Asked("memory", bound, "no sample", None)
    else:
        times = end[0] / start[0]
        yield Asked("memory", bound, f"{times:.2f} times", times <= FLAT)


def _memory(samples: Samples, count: int) -> Iterator[tuple[str, str]]:
    for name, (low, high) in PARTS.items():
        figure = "no sample"
        if found := _resident_in(samples, count, name):
            whole, largest = found
            figure = f"{whole / MEGABYTE:.0f} MB (largest process {largest / MEGABYTE:.0f} MB)"
        span = f"{low:.0%} to {high:.0%} of the lines"
        yield f"memory at the {name} ({span})", figure


def _resident_in(samples: Samples, count: int, name: str) -> tuple[float, float] | None:
    """Bytes in a part of the run, in the mean: of all processes, and of the largest one."""
    low, high = PARTS[name]
    part = [s for s in samples if low * count <= s[0] <= high * count]
    return (mean(s[1] for s in part), mean(s[2] for s in part)) if part else None


def _size(size: int, count: int) -> str:
    return f"{size / MEGABYTE:.1f} MB ({size / count / KILOBYTE:.2f} kB a scenario)"


def _share(part: int, whole: int, of: str) -> str:
    return f"{part} of {whole} {of}" + (f" ({part / whole:.1%})" if whole else "")


if __name__ == "__main__":
    sys.exit(main())
