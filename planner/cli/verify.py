"""``planner verify``: audits a plan, or checks the proof in a conflict, from its own file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import Json, Models


def verify_document(
    document: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A plan, or a conflict, as 'planner plan --json' wrote it, '-' for stdin.",
        ),
    ],
    models: Models,
    json: Json = False,
) -> None:
    """Check a finished plan against every clause of its policy, or the proof that there is none.

    A plan is checked by code that shares nothing with the search for plans. Of a conflict the
    certificate is recomputed in exact fractions, and its rows are built again from the scenario
    within it, the policy and the drug file.

    Exit code 0 it holds, 3 it does not, 4 a certificate that is no more than a second engine's
    word, with nothing to recompute.
    """
    from planner.cli.plan_file import file_bytes

    raw = file_bytes(document)
    conflict = _conflict_in(raw)
    if conflict is None:
        _verify_plan(raw, document, models, json=json)
    else:
        _verify_conflict(conflict, models, json=json)


def _verify_plan(raw: bytes, source: str, models: list[Path], *, json: bool) -> None:
    from planner.audit import audit
    from planner.cli.output import document_json
    from planner.cli.plan_file import plan_in
    from planner.report.text import count, shown

    found = audit(plan_in(raw, source), models_dirs=models)
    if json:
        sys.stdout.write(document_json(found))
    else:
        violations = (
            count(len(found.violations), "violation") if found.violations else "no violation"
        )
        print(f"{count(found.clauses, 'clause')} checked, {violations}")
        for violation in found.violations:
            print(f"  {shown(violation.clause)}: {shown(violation.says)}")
    if found.violations:
        raise typer.Exit(ExitCode.INFEASIBLE)


def _conflict_in(raw: bytes) -> dict[str, Any] | None:
    """The conflict document in the bytes; None for any other, which is then read as a plan."""
    from planner.proof.checker import FORMAT, load

    try:
        document = load(raw)
    except ValueError:
        return None
    if isinstance(document, dict) and document.get("format") == FORMAT:
        return document
    return None


def _verify_conflict(conflict: dict[str, Any], models: list[Path], *, json: bool) -> None:
    from planner.cli.output import to_json
    from planner.proof.checker import checked_in_words, exact
    from planner.proof.recheck import refusals
    from planner.report.text import shown

    faults = refusals(conflict, models)
    recomputed = not faults and exact(conflict)
    says = [f"refused: {fault}" for fault in faults] or checked_in_words(conflict)
    if json:
        sys.stdout.write(to_json({"valid": not faults, "exact": recomputed, "says": says}))
    else:
        for line in says:
            print(shown(line))
    if faults:
        raise typer.Exit(ExitCode.INFEASIBLE)
    if not recomputed:
        raise typer.Exit(ExitCode.UNDECIDED)
