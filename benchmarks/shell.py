"""Commands as a user gives them, each in a process of its own: how long until the answer."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.instances import HARD, ROOT

RUNS = 5
SMALL = "infant-interfant-6kg"
PLAN_HARD = f"plan {HARD}"
WRONG = {  # what is wrong with a scenario, as a document that the planner refuses
    "values out of bounds": "format: planner-scenario/1\npatient: {weight_kg: -3}\n",
    "text that is not YAML": "format: planner-scenario/1\npolicy: [eocco-0382\n",
    "a policy that nobody knows": "policy: nobody-knows",
    "a reading that its policy has not": "readings: {phase-of-the-moon: full}",
}
# What has to be there at once: help, schema, and whatever is wrong with the input.
AT_ONCE = ("--help", "schema", *(f"plan, {what}" for what in WRONG), "batch, an empty folder")


@dataclass(frozen=True)
class Commands:
    """The commands as a table in Markdown, what failed, and seconds by the clock of each."""

    table: str
    faults: list[str]
    walls: dict[str, float]


def commands() -> Commands:
    """The least of a few runs of each command, by the clock and in processor time.

    A command that does not leave with the exit code it should is a fault.
    """
    lines = [
        f"\n## From the shell, the least of {RUNS} runs\n",
        "| command | by the clock s | processor s |",
        "|---|---|---|",
    ]
    faults, walls = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments, code in _asked(Path(folder)):
            print(name, file=sys.stderr, flush=True)
            runs = [_run(arguments) for _ in range(RUNS)]
            wall, processor = min(r.wall for r in runs), min(r.processor for r in runs)
            left = {r.done.returncode for r in runs} - {code}
            if left:
                faults.append(f"{name}: left with {left.pop()}, not {code}")
                lines.append(f"| {name} | fault | fault |")
                continue
            walls[name] = wall
            lines.append(f"| {name} | {wall:.2f} | {processor:.2f} |")
    return Commands("\n".join(lines), faults, walls)


def _asked(folder: Path) -> list[tuple[str, tuple[str, ...], int]]:
    """Name, arguments and exit code of each command; its files are written into the folder."""
    made = folder / "plan.json"
    made.write_bytes(_run(("plan", SMALL, "--json")).done.stdout)
    conflict = ROOT / "scenarios" / "infeasible" / "vials-in-42-days.yaml"
    empty = folder / "empty"
    empty.mkdir()
    return [
        ("--help", ("--help",), 0),
        ("schema", ("schema",), 0),
        *(
            (f"plan, {what}", ("plan", str(_wrong(folder, number, text))), 2)
            for number, (what, text) in enumerate(WRONG.items())
        ),
        ("batch, an empty folder", ("batch", str(empty)), 2),
        ("criteria", ("criteria", HARD), 0),
        ("verify", ("verify", str(made)), 0),
        (f"plan {SMALL}", ("plan", SMALL), 0),
        (PLAN_HARD, ("plan", HARD), 0),
        ("plan, infeasible, with certificate and remedies", ("plan", str(conflict)), 3),
    ]


def _wrong(folder: Path, number: int, text: str) -> Path:
    """A file with that text; one line of it takes the place of a sound scenario's, or is added."""
    if "\n" not in text:
        key = text.partition(":")[0]
        sound = (ROOT / "scenarios" / f"{SMALL}.yaml").read_text().splitlines()
        text = "\n".join([*(line for line in sound if not line.startswith(f"{key}:")), text, ""])
    path = folder / f"wrong-{number}.yaml"
    path.write_text(text)
    return path


@dataclass(frozen=True)
class _Ran:
    done: subprocess.CompletedProcess[bytes]
    wall: float
    processor: float


def _run(arguments: tuple[str, ...]) -> _Ran:
    before, begun = _spent(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "planner", *arguments], capture_output=True, check=False
    )
    return _Ran(done, time.perf_counter() - begun, _spent() - before)


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
