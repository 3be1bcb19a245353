"""Commands as a user gives them, each in a process of its own: how long until the answer."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.instances import HARD, ROOT

RUNS = 5
SMALL = "infant-interfant-6kg"


def commands() -> str:
    """The least of a few runs of each command, by the clock and in processor time; in Markdown.

    Raises RuntimeError where one does not leave with the exit code it should.
    """
    scenarios = ROOT / "scenarios"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "plan.json"
        wrong = Path(folder) / "wrong.yaml"
        _run(("plan", SMALL, "--json"), 0, made)
        wrong.write_text("format: planner-scenario/1\npatient: {weight_kg: -3}\n")
        conflict = scenarios / "infeasible" / "vials-in-42-days.yaml"
        asked: tuple[tuple[str, tuple[str, ...], int], ...] = (
            ("--help", ("--help",), 0),
            ("schema", ("schema",), 0),
            ("plan, a file with errors", ("plan", str(wrong)), 2),
            ("criteria", ("criteria", HARD), 0),
            ("verify", ("verify", str(made)), 0),
            (f"plan {SMALL}", ("plan", SMALL), 0),
            (f"plan {HARD}", ("plan", HARD), 0),
            ("plan, infeasible, with certificate and remedies", ("plan", str(conflict)), 3),
        )
        lines = [
            f"\n## From the shell, the least of {RUNS} runs\n",
            "| command | by the clock s | processor s |",
            "|---|---|---|",
        ]
        for name, arguments, code in asked:
            runs = [_run(arguments, code) for _ in range(RUNS)]
            wall, processor = min(w for w, _ in runs), min(p for _, p in runs)
            lines.append(f"| {name} | {wall:.2f} | {processor:.2f} |")
    return "\n".join(lines)


def _run(arguments: tuple[str, ...], code: int, out: Path | None = None) -> tuple[float, float]:
    before, begun = _spent(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "planner", *arguments], capture_output=True, check=False
    )
    wall, processor = time.perf_counter() - begun, _spent() - before
    if done.returncode != code:
        raise RuntimeError(f"{' '.join(arguments)} left with {done.returncode}, not {code}")
    if out is not None:
        out.write_bytes(done.stdout)
    return wall, processor


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
