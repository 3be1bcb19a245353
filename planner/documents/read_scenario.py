"""Reads scenario files: validated values that know where they stand.

Apart from the other documents, as a scenario with errors is answered without any of them.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path as FilePath
from typing import Literal, TypeVar

from pydantic import ValidationError

from planner.documents.checks import scenario_findings
from planner.documents.errors import InputErrors, Problem, in_order
from planner.documents.find import MODEL_KINDS, Folders, ModelKind, find_model, is_path, read_file
from planner.documents.findings import located
from planner.documents.lenient import Taken, understood
from planner.documents.mend import mended
from planner.documents.positions import MAX_BYTES, Path, Positions, read_yaml
from planner.documents.scenario import Scenario
from planner.documents.translate import translated

STANDARD_INPUT = "-"
ModelKey = Literal["policy", "drug"]
MODELS_NAMED: Mapping[ModelKey, ModelKind] = {"policy": "policies", "drug": "drugs"}
_Loaded = TypeVar("_Loaded")


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario, the SHA-256 of its bytes, and where each part of it stands in its file."""

    scenario: Scenario
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)
    taken: tuple[Taken, ...] = ()
    """What was written in another form than the files', and how it was understood."""

    def given(self, path: str) -> bool:
        """Whether the file says something under a path such as 'request.cycle_starts.6'."""
        return self._path(path) is not None

    def line(self, path: str) -> int | None:
        """The line of a path such as 'history.dispenses[0].date'; None where it is not given."""
        found = self._path(path)
        if found is None:
            return None
        keys, values = self.positions.keys, self.positions.values
        return (keys.get(found) or values[found]).line

    def _path(self, text: str) -> Path | None:
        return _index(self.positions).get(_plain_path(text))


def load_scenario(source: str | FilePath, models_dirs: Folders | None = None) -> LoadedScenario:
    """Reads a scenario file, or standard input for '-'. Raises InputErrors.

    A policy or drug file named by a path is looked for beside the scenario file first. Where
    ``models_dirs`` are given, a name that nothing is found by there is an error with the others.
    """
    folder = None if str(source) == STANDARD_INPUT else FilePath(source).parent
    return parse_scenario(source_bytes(source), str(source), folder, models_dirs)


def parse_scenario(
    text: str | bytes,
    name: str = STANDARD_INPUT,
    folder: FilePath | None = None,
    models_dirs: Folders | None = None,
) -> LoadedScenario:
    """Reads a scenario from text, as :func:`load_scenario` does; ``name`` stands in its errors, and
    what it names by a path is looked for in ``folder`` first. Raises InputErrors.
    """
    draft = drafted(text, name, folder)
    problems = list(draft.problems)
    if models_dirs is not None:
        for key in MODELS_NAMED:
            find = partial(find_model, MODELS_NAMED[key], models_dirs=models_dirs)
            if not draft.lacks(key):
                named(find, key, draft.loaded, problems)
    if problems:
        raise InputErrors(in_order(problems))
    return draft.loaded


def _beside(loaded: LoadedScenario, folder: FilePath) -> LoadedScenario:
    """The scenario with a policy or drug path that is meant from a folder written out."""
    own = loaded.scenario
    named = {
        key: str(folder / name)
        for key, name in (("policy", own.policy), ("drug", own.drug))
        if is_path(name) and (folder / name).is_file()
    }
    return replace(loaded, scenario=own.model_copy(update=named)) if named else loaded


def named(
    load: Callable[[str], _Loaded],
    key: ModelKey,
    scenario: LoadedScenario,
    problems: list[Problem],
) -> _Loaded | None:
    """The model file that a scenario names under a key; None where it cannot be read.

    What is wrong is added to ``problems``: a name that finds nothing is an error of the scenario.
    """
    name: str = getattr(scenario.scenario, key)
    try:
        return load(name)
    except InputErrors as errors:
        at = scenario.positions.of((key,))
        problems += [
            replace(problem, file=scenario.file, line=at.line, column=at.column, path=key)
            if problem.file in (*MODEL_KINDS, name) and not problem.line
            else problem
            for problem in errors.problems
        ]
        return None


@dataclass(frozen=True)
class Draft:
    """A scenario, its problems, and the paths where a stand-in replaces what was refused."""

    loaded: LoadedScenario
    problems: tuple[Problem, ...]
    broken: tuple[Path, ...]

    def lacks(self, key: ModelKey) -> bool:
        """Whether what stands under a key was refused."""
        return not {(), (key,)}.isdisjoint(self.broken)


def drafted(text: str | bytes, name: str, folder: FilePath | None = None) -> Draft:
    """What is read past refused values, so that one run lists the errors of the whole file; with
    the paths that are meant from ``folder`` written out."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    said = understood(read_yaml(raw, name), Scenario)
    read, broken = said.read, said.broken
    problems = read.problems
    try:
        scenario = Scenario.model_validate(read.value)
    except ValidationError as errors:
        problems += translated(errors, read, Scenario, broken)
        scenario, mend = mended(read.value)
        broken += mend
    problems += located(scenario_findings(scenario), name, read.positions, broken)
    loaded = LoadedScenario(scenario, sha256(raw), name, read.positions, said.taken)
    return Draft(loaded if folder is None else _beside(loaded, folder), problems, broken)


def source_bytes(source: str | FilePath, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file, or of standard input for '-', no more than one more than ``most``.
    Raises InputErrors."""
    if str(source) == STANDARD_INPUT:
        return sys.stdin.buffer.read(most + 1)
    return read_file(FilePath(source), str(source), most)


def sha256(raw: bytes) -> str:
    """The digest of a file's bytes, as documents name it."""
    return hashlib.sha256(raw).hexdigest()


def _plain_path(text: str) -> str:
    return re.sub(r"\[(\d+)\]", r".\1", text)


def _index(positions: Positions) -> dict[str, Path]:
    return {".".join(str(part) for part in path): path for path in positions.values}
