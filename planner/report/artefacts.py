"""The files of a plan or a conflict: each written whole under its name, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Final

from planner.report.errors import ArtefactError

if TYPE_CHECKING:
    from planner.documents.conflict import Conflict
    from planner.documents.criteria import CriteriaAnswer
    from planner.documents.parties import Parties
    from planner.documents.plan import Plan
    from planner.documents.policy import Policy
    from planner.documents.proof import Proof
    from planner.report.calendar_ics import Published

DEFAULT_FORMATS: Final = ("json", "html", "ics", "csv", "xlsx")
FORMATS: Final = (*DEFAULT_FORMATS, "fhir", "837")
CONFLICT_FORMATS: Final = ("json", "html")


class UnknownFormatError(ArtefactError):
    """A format that no file is written in."""


def write_artefacts(
    plan: Plan,
    folder: Path,
    formats: Sequence[str] = DEFAULT_FORMATS,
    *,
    models_dirs: Sequence[str | Path] = (),
    parties: Parties | None = None,
    proof: Proof | None = None,
    previous: Plan | Published | None = None,
) -> list[Path]:
    """Writes the files of a plan into a folder, made if need be, and returns their paths.

    json is plan.json; html report.html; ics calendar.ics and one for each audience; csv
    dispenses.csv and claims.csv; xlsx plan.xlsx; fhir plan.fhir.json; 837 claims.837, which needs
    ``parties``; ``proof``, where there is one, is plan.proof.json. All files are made and written
    under other names before the first one takes its own. File names hold nothing of the plan.

    A calendar.ics that is already in the folder counts as published, else ``previous``: where it
    is of the same course, changed events get a higher SEQUENCE and dropped ones come as cancelled.

    Raises:
        ArtefactError: a format is none of ``FORMATS``, calendar.ics in the folder is none of this
            program's, SOURCE_DATE_EPOCH is no number, or a claim does not fit an 837; nothing is
            written.
        InputErrors: the plan's policy is not found; nothing is written.
        OSError: a file cannot be written; then none is, but where the fault is in a last renaming.
    """
    _refuse_unknown(formats)
    contents: dict[str, bytes] = {}
    for name in FORMATS:
        if name in formats:
            contents.update(_WRITERS[name](_Job(plan, folder, models_dirs, parties, previous)))
    if proof is not None:
        from planner.documents.printed import document_json

        contents["plan.proof.json"] = _bytes(document_json(proof))
    return write_whole(folder, contents)


def write_conflict(
    conflict: Conflict,
    folder: Path,
    formats: Sequence[str] = CONFLICT_FORMATS,
    *,
    models_dirs: Sequence[str | Path] = (),
) -> list[Path]:
    """Writes the files of a conflict into a folder, made if need be, and returns their paths.

    json is conflict.json; html report.html. Of the other ``FORMATS`` a conflict has no file: they
    are passed over, and where no other is asked for nothing is written and no folder made. Both
    files are written under other names before the first one takes its own.

    Raises:
        UnknownFormatError: a format is none of ``FORMATS``; nothing is written.
        InputErrors: the scenario's policy is not found; nothing is written.
        OSError: a file cannot be written; then none is, but where the fault is in a last renaming.
    """
    from planner.documents.printed import document_json
    from planner.report.conflict_html import conflict_html

    _refuse_unknown(formats)
    contents: dict[str, bytes] = {}
    if "json" in formats:
        contents["conflict.json"] = _bytes(document_json(conflict))
    if "html" in formats:
        policy = _policy_of(conflict, models_dirs)
        contents["report.html"] = _bytes(conflict_html(conflict, policy))
    return write_whole(folder, contents) if contents else []


def write_criteria(
    answer: CriteriaAnswer, folder: Path, formats: Sequence[str] = CONFLICT_FORMATS
) -> list[Path]:
    """Writes an answer to the criteria as criteria.json where json is asked for; it has no other
    file. Returns its path.

    Raises:
        UnknownFormatError: a format is none of ``FORMATS``; nothing is written.
        OSError: the file cannot be written.
    """
    from planner.documents.printed import document_json

    _refuse_unknown(formats)
    if "json" not in formats:
        return []
    return write_whole(folder, {"criteria.json": _bytes(document_json(answer))})


def _refuse_unknown(formats: Sequence[str]) -> None:
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UnknownFormatError(f"'{unknown[0]}' is none of {', '.join(FORMATS)}")


def write_whole(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Writes files into a folder, made if need be, and returns their paths: every one under another
    name first, then each gets its own.

    Raises:
        OSError: a file cannot be written; then none is, but where the fault is in a last renaming.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drafts: list[Path] = []
    try:
        for name, content in contents.items():
            drafts.append(_draft(folder, name))
            drafts[-1].write_bytes(content)
        files = [folder / name for name in contents]
        for draft, file in zip(drafts, files, strict=True):
            os.replace(draft, file)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return files


def _policy_of(made: Plan | Conflict, models_dirs: Sequence[str | Path]) -> Policy | None:
    """The policy file that a plan or conflict was made under; None where it has changed since."""
    from planner.documents.load import load_policy

    loaded = load_policy(made.scenario.document.policy, models_dirs)
    return loaded.policy if loaded.sha256 == made.policy.sha256 else None


@dataclass(frozen=True)
class _Job:
    plan: Plan
    folder: Path
    models_dirs: Sequence[str | Path]
    parties: Parties | None
    previous: Plan | Published | None

    def policy(self) -> Policy | None:
        """The policy file the plan was made under; None where it has changed since."""
        return _policy_of(self.plan, self.models_dirs)


def _draft(folder: Path, name: str) -> Path:
    """A new empty file beside the one it is to become, with the rights the umask leaves."""
    number, path = mkstemp(dir=folder, prefix=f".{name}.")
    os.close(number)
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(path, 0o666 & ~mask)
    return Path(path)


def _json(job: _Job) -> dict[str, bytes]:
    from planner.documents.printed import document_json

    return {"plan.json": _bytes(document_json(job.plan))}


def _html(job: _Job) -> dict[str, bytes]:
    from planner.report.html import report_html

    return {"report.html": _bytes(report_html(job.plan, job.policy()))}


def _ics(job: _Job) -> dict[str, bytes]:
    from planner.report.calendar_ics import (
        ALL_FILE,
        NotOurCalendarError,
        calendar_files,
        published,
    )

    out = job.folder / ALL_FILE
    try:
        return calendar_files(
            job.plan, published(out.read_bytes()) if out.exists() else job.previous
        )
    except NotOurCalendarError as fault:
        raise NotOurCalendarError(f"{out}: {fault}. Maybe move it away.") from None


def _csv(job: _Job) -> dict[str, bytes]:
    from planner.report.tables import claim_sheet, csv_text, dispense_sheet

    written = (dispense_sheet(job.plan), claim_sheet(job.plan))
    return {f"{sheet.name}.csv": _bytes(csv_text(sheet)) for sheet in written}


def _xlsx(job: _Job) -> dict[str, bytes]:
    from planner.report.workbook import workbook

    return {"plan.xlsx": workbook(job.plan)}


def _fhir(job: _Job) -> dict[str, bytes]:
    from planner.report.fhir import fhir_json

    return {"plan.fhir.json": _bytes(fhir_json(job.plan, job.policy()))}


def _837(job: _Job) -> dict[str, bytes]:
    from planner.report.x12 import claims_837

    if job.parties is None:
        raise ArtefactError("837 needs a file of parties: who bills whom for whom")
    return {"claims.837": claims_837(job.plan, job.parties).encode("ascii")}


_WRITERS: Final[Mapping[str, Callable[[_Job], dict[str, bytes]]]] = {
    "json": _json,
    "html": _html,
    "ics": _ics,
    "csv": _csv,
    "xlsx": _xlsx,
    "fhir": _fhir,
    "837": _837,
}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
