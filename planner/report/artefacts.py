"""The files of a plan: each written whole under its name, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from planner.documents.plan import Plan
from planner.report.errors import ArtefactError

if TYPE_CHECKING:
    from planner.documents.policy import Policy

DEFAULT_FORMATS: Final = ("json", "html", "ics", "csv", "xlsx")
FORMATS: Final = (*DEFAULT_FORMATS, "fhir")


class UnknownFormatError(ArtefactError):
    """A format that no file is written in."""


def write_artefacts(
    plan: Plan,
    folder: Path,
    formats: Sequence[str] = DEFAULT_FORMATS,
    *,
    models_dirs: Sequence[str | Path] = (),
) -> list[Path]:
    """Writes the files of a plan into a folder, made if need be, and returns their paths.

    json is plan.json; html report.html; ics calendar.ics and one for each audience; csv
    dispenses.csv and claims.csv; xlsx plan.xlsx; fhir plan.fhir.json. All contents are made before
    the first file is written, and each takes its name only when it is whole. File names hold
    nothing of the plan.

    A calendar.ics that is already in the folder counts as published: where it is of the same
    course, changed events get a higher SEQUENCE and dropped ones come as cancelled.

    Raises:
        ArtefactError: a format is none of ``FORMATS``, calendar.ics in the folder is none of this
            program's, or SOURCE_DATE_EPOCH is no number; nothing is written.
        InputErrors: the plan's policy is not found; nothing is written.
        OSError: a file cannot be written; those before it are.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UnknownFormatError(f"'{unknown[0]}' is none of {', '.join(FORMATS)}")
    contents: dict[str, bytes] = {}
    for name in FORMATS:
        if name in formats:
            contents.update(_WRITERS[name](plan, folder, models_dirs))
    folder.mkdir(parents=True, exist_ok=True)
    return [_written(folder / name, content) for name, content in contents.items()]


def _written(file: Path, content: bytes) -> Path:
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            os.chmod(draft.name, 0o666 & ~_umask())
            draft.close()
            os.replace(draft.name, file)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    return file


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _json(plan: Plan, _folder: Path, _models: Sequence[str | Path]) -> dict[str, bytes]:
    from planner.documents.printed import document_json

    return {"plan.json": _bytes(document_json(plan))}


def _html(plan: Plan, _folder: Path, models_dirs: Sequence[str | Path]) -> dict[str, bytes]:
    from planner.report.html import report_html

    return {"report.html": _bytes(report_html(plan, _policy(plan, models_dirs)))}


def _ics(plan: Plan, folder: Path, _models: Sequence[str | Path]) -> dict[str, bytes]:
    from planner.report.calendar_ics import (
        ALL_FILE,
        NotOurCalendarError,
        calendar_files,
        published,
    )

    out = folder / ALL_FILE
    try:
        return calendar_files(plan, published(out.read_bytes()) if out.exists() else None)
    except NotOurCalendarError as fault:
        raise NotOurCalendarError(f"{out}: {fault}. Maybe move it away.") from None


def _csv(plan: Plan, _folder: Path, _models: Sequence[str | Path]) -> dict[str, bytes]:
    from planner.report.tables import claim_sheet, csv_text, dispense_sheet

    written = (dispense_sheet(plan), claim_sheet(plan))
    return {f"{sheet.name}.csv": _bytes(csv_text(sheet)) for sheet in written}


def _xlsx(plan: Plan, _folder: Path, _models: Sequence[str | Path]) -> dict[str, bytes]:
    from planner.report.workbook import workbook

    return {"plan.xlsx": workbook(plan)}


def _fhir(plan: Plan, _folder: Path, models_dirs: Sequence[str | Path]) -> dict[str, bytes]:
    from planner.report.fhir import fhir_json

    return {"plan.fhir.json": _bytes(fhir_json(plan, _policy(plan, models_dirs)))}


_WRITERS: Final[Mapping[str, Callable[[Plan, Path, Sequence[str | Path]], dict[str, bytes]]]] = {
    "json": _json,
    "html": _html,
    "ics": _ics,
    "csv": _csv,
    "xlsx": _xlsx,
    "fhir": _fhir,
}


def _policy(plan: Plan, models_dirs: Sequence[str | Path]) -> Policy | None:
    """The policy file the plan was made under; None where it has changed since."""
    from planner.documents.load import load_policy

    loaded = load_policy(plan.scenario.document.policy, models_dirs)
    return loaded.policy if loaded.sha256 == plan.policy.sha256 else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
