"""``planner batch``: many scenarios, one line of results each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import Engine, IgnoreCriteria, Models

if TYPE_CHECKING:
    from planner.fleet.record import Record


def plan_batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|FILE.jsonl",
            help="A folder of scenario files, or a file with one scenario (JSON) a line.",
        ),
    ],
    models: Models,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            dir_okay=False,
            help="Write results into a new file instead of standard output.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the file of --out: plan what it does not have, or what has changed.",
        ),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=1, help="Processes on this machine; default: its cores."
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Plan on the workers of a dask.distributed scheduler, for example "
            "tcp://10.0.0.5:8786 (needs the extra 'cluster').",
        ),
    ] = None,
    ignore_criteria: IgnoreCriteria = False,
    no_remedies: Annotated[
        bool,
        typer.Option(
            "--no-remedies",
            help="Leave out the changes that would help where no calendar exists: they take time.",
        ),
    ] = False,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            min=0.0,
            help="Seconds by the clock that a scenario may take, its explanation included; each "
            "line tells what is proven. 0 settles for what labels find. Default: 10; with --engine "
            "cp-sat, which has no other search, 60.",
        ),
    ] = None,
    engine: Engine = "auto",
) -> None:
    """Plan many scenarios: one line of JSON each, written as soon as it is ready.

    A scenario that cannot be read or planned is reported in its line and does not stop the rest.
    Leaves with the gravest exit code of all.
    """
    from planner.fleet.jobs import Job, count, sources

    if resume and out is None:
        raise typer.BadParameter(
            "goes on with the file of --out, so name it", param_hint="--resume"
        )
    if cluster is not None and workers is not None:
        raise typer.BadParameter("is for this machine, not for --cluster", param_hint="--workers")
    sources(source)
    from planner.api import DEFAULT_LIMIT, SCENARIO_LIMIT
    from planner.fleet.batch import exit_code, run, settings_of  # after what may be refused
    from planner.fleet.cluster import ClusterError, on_cluster
    from planner.fleet.one import Line, Options

    folders = tuple(str(folder.resolve()) for folder in models)
    if time_limit is None:
        time_limit = DEFAULT_LIMIT if engine == "cp-sat" else SCENARIO_LIMIT
    options = Options(time_limit, folders, ignore_criteria, not no_remedies, engine)
    options = replace(options, settings=settings_of(options))

    def plan(jobs: Iterator[Job]) -> Iterator[Line]:
        if cluster is not None:
            return on_cluster(jobs, options, cluster)
        from planner.fleet.local import cores, on_cores

        return on_cores(jobs, options, workers or cores())

    try:
        with _bar(lambda: count(source)) as each:
            settings = options.settings
            record = run(source, plan, out=out, resume=resume, settings=settings, each=each)
    except KeyboardInterrupt:
        if out is not None:
            print("planner: stopped; go on with --resume", file=sys.stderr)
        raise
    except ClusterError as error:
        more = "" if out is None else "; go on with --resume"
        print(f"planner: {error}{more}", file=sys.stderr)
        raise typer.Exit(ExitCode.FAULT) from None
    if sys.stderr.isatty():
        print(", ".join(f"{n} {s}" for s, n in sorted(record.statuses.items())), file=sys.stderr)
    raise typer.Exit(exit_code(record))


@contextmanager
def _bar(total: Callable[[], int]) -> Iterator[Callable[[Record], None]]:
    """Progress on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda record: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, markup=False, emoji=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total())
        yield lambda record: progress.update(task, completed=record.statuses.total())
