"""Reads a plan back from its JSON file."""

from __future__ import annotations

from pathlib import Path

from planner.documents.errors import InputErrors, Problem, described
from planner.documents.plan import Plan
from planner.documents.positions import Read, read_yaml
from planner.documents.read_scenario import sha256, source_bytes
from planner.documents.translate import validated
from planner.replan.placed import LoadedPlan


def load_plan(source: str) -> Plan:
    """Reads a plan file, or standard input for '-'.

    Raises InputErrors with file, line and column of everything that is not as a plan has it.
    """
    return plan_in(source_bytes(source), source)


def load_whole(source: str) -> LoadedPlan:
    """As ``load_plan``, with the file's digest and where its parts stand."""
    return whole_in(source_bytes(source), source)


def whole_in(raw: bytes, source: str) -> LoadedPlan:
    """As ``load_whole``, from the bytes of the file."""
    read = read_yaml(raw, source)
    return LoadedPlan(_plan_of(read), sha256(raw), source, read.positions)


def chain(source: str, folder: Path) -> list[LoadedPlan]:
    """A plan and those that it follows, the newest first, as far as they are among the JSON files
    of a folder and the folders in it. Raises InputErrors where the newest is no plan."""
    found = [load_whole(source)]
    files: dict[str, tuple[bytes, str]] | None = None
    while found[-1].plan.follows is not None:
        if files is None:
            raws = ((path.read_bytes(), str(path)) for path in sorted(folder.rglob("*.json")))
            files = {sha256(raw): (raw, name) for raw, name in raws}
        before = files.pop(found[-1].plan.follows, None)
        if before is None:
            break
        found.append(whole_in(*before))
    return found


def plan_in(raw: bytes, source: str) -> Plan:
    """A plan from the bytes of its file; ``source`` names the file in errors."""
    return _plan_of(read_yaml(raw, source))


def _plan_of(read: Read) -> Plan:
    _refuse_others(read)
    return validated(Plan, read)


def _refuse_others(read: Read) -> None:
    """A document that says it is something else is refused for that alone."""
    found = read.value.get("format") if isinstance(read.value, dict) else None
    allowed = str(Plan.model_fields["format"].default)
    if not isinstance(found, str) or found == allowed:
        return
    at, maybe = read.positions.of(("format",)), None
    if found.startswith("planner-scenario/"):
        maybe = "'planner check' is what you want: this is a scenario."
    allowed = f"a plan ({allowed}) or a conflict (planner-conflict/1)"
    raise InputErrors(
        [Problem(read.file, at.line, at.column, "format", described(found), allowed, maybe)]
    )
