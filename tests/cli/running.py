"""Runs the ``planner`` command as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping


def planner(
    *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs one command in a process of its own; output is read as UTF-8."""
    return subprocess.run(
        [sys.executable, "-m", "planner", *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )
