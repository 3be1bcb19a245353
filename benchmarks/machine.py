"""Where and when a benchmark runs, and of which sources, in one line."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("planner", "ortools", "highspy", "z3-solver")
GIGABYTE = 1_000_000_000


def machine() -> str:
    """Date, versions, sources, processor, memory, load, and how fast it counts: what figures
    depend on. What the machine does not tell is left out."""
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    begun = time.process_time()
    sum(i * i for i in range(3_000_000))
    spent = time.process_time() - begun
    versions = ", ".join(found for name in PACKAGES for found in _of(name))
    hardware = [*_processor(), platform.machine(), f"{os.cpu_count()} cores", *_memory()]
    return (
        f"{now}; Python {platform.python_version()}, {versions}; {_sources()}"
        f"{', '.join(hardware)}, load {os.getloadavg()[0]:.1f} at the start; adding three million "
        f"squares took {spent:.2f} s of processor time."
    )


def _of(name: str) -> list[str]:
    try:
        return [f"{name} {version(name)}"]
    except PackageNotFoundError:
        return []


def _processor() -> list[str]:
    return [value for key, value in _fields("/proc/cpuinfo") if key == "model name"][:1]


def _memory() -> list[str]:
    kilobytes = [value.split()[0] for key, value in _fields("/proc/meminfo") if key == "MemTotal"]
    return [f"{int(found) * 1024 / GIGABYTE:.1f} GB of memory" for found in kilobytes]


def _fields(path: str) -> list[tuple[str, str]]:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return []
    parts = (line.partition(":") for line in lines)
    return [(key.strip(), value.strip()) for key, _, value in parts]


def _sources() -> str:
    """The commit, and whether anything differs from it; nothing outside a clone."""
    commit, changed = _git("rev-parse", "--short", "HEAD"), _git("status", "--porcelain")
    if commit is None or changed is None:
        return ""
    return f"commit {commit}, {'with changes' if changed else 'unchanged'}; "


def _git(*arguments: str) -> str | None:
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
