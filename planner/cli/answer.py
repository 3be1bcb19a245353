"""What ``plan`` and ``check`` print where there is no calendar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from planner.cli.exits import ExitCode
from planner.deadline import Deadline

if TYPE_CHECKING:
    from planner.api import Known
    from planner.documents.conflict import Conflict
    from planner.documents.outcome import Infeasible, Undecided
    from planner.documents.read_scenario import LoadedScenario


def no_calendar(
    outcome: Infeasible | Undecided,
    scenario: LoadedScenario,
    known: Known,
    *,
    json: bool,
    evidence: bool,
    out: Path | None = None,
    formats: Sequence[str] | None = None,
    deadline: Deadline | None = None,
    told: Callable[[Conflict], Conflict] | None = None,
) -> NoReturn:
    """Explains why there is no calendar, or says that this is not decided, and ends the command.

    A conflict is also written into the folder ``out``: those of ``formats`` that it has, by
    default all of them. ``told`` names the events behind its members.
    """
    from planner import api
    from planner.cli.output import document_json, progress, screen, to_json
    from planner.documents.outcome import OUT_OF_TIME, UNPROVEN, undecided
    from planner.proof.certificate import DisagreementError
    from planner.report.conflict import render

    conflict = None
    if outcome.status == "infeasible":
        try:
            with progress("Explaining"):
                conflict = api.explain(scenario, known=known, evidence=evidence, deadline=deadline)
        except DisagreementError as fault:
            print(f"planner: {fault}", file=sys.stderr)
            raise typer.Exit(ExitCode.DISAGREEMENT) from None
    if conflict is None:
        late = outcome.status == "undecided" or (deadline is not None and deadline.stopped)
        words = OUT_OF_TIME if late else UNPROVEN
        if json:
            sys.stdout.write(to_json(undecided(words)))
        else:
            print(words)
        raise typer.Exit(ExitCode.UNDECIDED)
    if told is not None:
        conflict = told(conflict)
    if out is not None:
        _write(conflict, out, formats, known)
    if json:
        sys.stdout.write(document_json(conflict))
    else:
        render(conflict, screen())
    raise typer.Exit(ExitCode.INFEASIBLE)


def write_files(out: Path, write: Callable[[], list[Path]]) -> None:
    """Writes files into a folder and says so on standard error, where it disturbs no document.

    Called before anything is printed, so that the files are there even where nobody reads that to
    its end. A file that cannot be written ends the command.
    """
    from planner.report.errors import ArtefactError

    try:
        written = write()
    except ArtefactError as fault:
        print(fault, file=sys.stderr)
        raise typer.Exit(ExitCode.BAD_INPUT) from None
    except OSError as fault:
        print(f"{fault.filename or out}: {(fault.strerror or 'failed').lower()}", file=sys.stderr)
        raise typer.Exit(ExitCode.BAD_INPUT) from None
    if written:
        print(f"Written to {out}: {', '.join(file.name for file in written)}", file=sys.stderr)
    else:
        words = f"Nothing written to {out}: a conflict has json and html alone, criteria json"
        print(words, file=sys.stderr)


def _write(conflict: Conflict, out: Path, formats: Sequence[str] | None, known: Known) -> None:
    from planner.report.artefacts import CONFLICT_FORMATS, write_conflict

    chosen = CONFLICT_FORMATS if formats is None else formats
    write_files(out, lambda: write_conflict(conflict, out, chosen, models_dirs=known.folders))
