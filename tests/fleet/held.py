"""Loaded by a test's dask workers (``--preload``): scenarios that wait, or kill, by their titles.

One with the title WAITS waits while there is a file ``hold`` in the folder that HELD names; its
worker leaves a file there, named by its process. One with the title POISON kills its worker.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from planner.fleet import one
from planner.fleet.jobs import Job

WAITS = "waits"
POISON = "kills its worker"

_plan_one = one.plan_one


def _held(job: Job, options: one.Options) -> one.Line:
    title, place = json.loads(job.raw or b"")["title"], Path(os.environ["HELD"])
    while title == WAITS and (place / "hold").exists():
        (place / str(os.getpid())).touch()
        time.sleep(0.02)
    if title == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return _plan_one(job, options)


if "HELD" in os.environ:
    one.plan_one = _held
