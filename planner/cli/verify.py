"""``planner verify``: audits a plan, or checks the proof in a conflict, from its own file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.exits import ExitCode
from planner.cli.options import Json, Models

if TYPE_CHECKING:
    from planner.documents.plan import Plan

LARGEST = 100_000_000  # bytes of a certificate


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
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="DIR",
            file_okay=False,
            help="Also write the certificates into a folder, as formulas (OPB) and proofs (VeriPB "
            "2.0 and 3.0) for checkers that others wrote.",
        ),
    ] = None,
) -> None:
    """Check a finished plan against every clause of its policy, or the proof that there is none.

    A plan is checked by code that shares nothing with the search for plans, and the proof beside
    it (--prove) is recomputed. Of a conflict the certificate is recomputed in exact fractions, and
    its rows are built again from the scenario within it, the policy and the drug file.

    Exit code 0 it holds, 3 it does not, 4 a certificate that is no more than a second engine's
    word, with nothing to recompute.
    """
    from planner.documents.read_scenario import source_bytes

    raw = source_bytes(document, LARGEST)
    conflict = _conflict_in(raw)
    if conflict is None:
        _verify_plan(raw, document, models, json=json, export=export)
    else:
        _verify_conflict(conflict, models, json=json, export=export)


def _verify_plan(
    raw: bytes, source: str, models: list[Path], *, json: bool, export: Path | None
) -> None:
    from planner.audit import audit
    from planner.cli.output import to_json
    from planner.cli.plan_file import plan_in
    from planner.report.text import audited_words, shown

    plan = plan_in(raw, source)
    found = audit(plan, models_dirs=models)
    faults, says = _proof_of(plan, source, models, export)
    if json:
        checked = found.model_dump(mode="json", by_alias=True)
        if says:
            checked["proof"] = {"valid": not faults, "says": says}
        sys.stdout.write(to_json(checked))
    else:
        print(audited_words(found))
        for violation in found.violations:
            print(f"  {shown(violation.clause)}: {shown(violation.says)}")
        for line in says:
            print(shown(line))
    if found.violations or faults:
        raise typer.Exit(ExitCode.INFEASIBLE)


def _proof_of(
    plan: Plan, source: str, models: list[Path], export: Path | None
) -> tuple[list[str], list[str]]:
    """What is wrong with the proof beside a plan that says it is certified, and what to say of it;
    nothing of one that does not."""
    if all(objective.certified is None for objective in plan.objectives):
        if export is not None:
            raise typer.BadParameter("a plan has certificates where it was made with --prove")
        return [], []
    from planner.documents.errors import InputErrors
    from planner.documents.read_scenario import STANDARD_INPUT, source_bytes
    from planner.proof.checker import load, proof_in_words
    from planner.proof.recheck import proof_refusals

    beside = Path(source).with_suffix(".proof.json")
    try:
        if source == STANDARD_INPUT:
            raise ValueError("standard input has no file beside it")
        document = load(source_bytes(beside, LARGEST))
    except (InputErrors, ValueError) as fault:
        faults = [f"the plan says that it is certified, but its proof cannot be read: {fault}"]
    else:
        faults = proof_refusals(document, plan, models)
    if export is not None and not faults:
        from planner.documents.proof import Proof
        from planner.proof.export import of_plan

        _export(export, of_plan(Proof.model_validate(document)))
    return faults, [f"refused: {fault}" for fault in faults] or proof_in_words(document)


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


def _verify_conflict(
    conflict: dict[str, Any], models: list[Path], *, json: bool, export: Path | None
) -> None:
    from planner.cli.output import to_json
    from planner.proof.checker import checked_in_words, exact
    from planner.proof.recheck import refusals
    from planner.report.text import shown

    faults = refusals(conflict, models)
    recomputed = not faults and exact(conflict)
    if export is not None and recomputed:
        from planner.documents.conflict import Conflict
        from planner.proof.export import of_conflict

        _export(export, of_conflict(Conflict.model_validate(conflict)))
    says = [f"refused: {fault}" for fault in faults] or checked_in_words(conflict)
    if json:
        sys.stdout.write(to_json({"valid": not faults, "exact": recomputed, "says": says}))
    else:
        for line in says:
            print(shown(line))
        if recomputed:
            print("The rows were built again from the scenario, the policy and the drug file.")
    if faults:
        raise typer.Exit(ExitCode.INFEASIBLE)
    if not recomputed:
        raise typer.Exit(ExitCode.UNDECIDED)


def _export(folder: Path, contents: dict[str, bytes]) -> None:
    from planner.cli.answer import write_files
    from planner.report.artefacts import write_whole

    write_files(folder, lambda: write_whole(folder, contents))
