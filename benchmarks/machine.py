"""Where and when a benchmark runs, in one line."""

from __future__ import annotations

import os
import platform
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version


def machine() -> str:
    """Date, versions, processor, load, and how fast it counts: what figures depend on."""
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    begun = time.process_time()
    sum(i * i for i in range(3_000_000))
    spent = time.process_time() - begun
    versions = ", ".join(found for name in ("planner", "ortools", "highspy") for found in _of(name))
    return (
        f"{now}; Python {platform.python_version()}, {versions}; {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; adding three million "
        f"squares took {spent:.2f} s of processor time."
    )


def _of(name: str) -> list[str]:
    try:
        return [f"{name} {version(name)}"]
    except PackageNotFoundError:
        return []
