"""A batch: many scenarios in, a line of results for each, whatever becomes of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from planner.fleet.jobs import Job, jobs
from planner.fleet.one import CODES, Line, Options, gravest, settings_of
from planner.fleet.record import Record, mark

Plan = Callable[[Iterator[Job]], Iterator[Line]]


def run(
    place: Path,
    plan: Plan,
    *,
    out: Path | None = None,
    resume: bool = False,
    settings: str = "",
    each: Callable[[Record], None] = lambda record: None,
) -> Record:
    """Plans every scenario of a folder or a JSON Lines file, and writes each result as it is ready.

    Args:
        place: the folder, or the file.
        plan: what plans jobs: ``on_cores`` or ``on_cluster`` with their options.
        out: the file of results; None: standard output.
        resume: whether to go on with the results that ``out`` has under the same settings.
        settings: as ``settings_of`` gives them.
        each: called after each result.

    Raises InputErrors where the batch as a whole cannot be read or written.
    """
    with Record(out, sys.stdout.buffer, settings) as record:
        if resume:
            record.resume({mark(job.source, job.sha256) for job in jobs(place)})
        else:
            record.begin()
        each(record)
        left = (job for job in jobs(place) if not (resume and record.has(job.source, job.sha256)))
        for line in plan(left):
            record.write(line)
            each(record)
    return record


def exit_code(record: Record) -> int:
    """The gravest code of a batch's results."""
    return gravest({CODES[status] for status in record.statuses})


__all__ = ["Options", "exit_code", "run", "settings_of"]
