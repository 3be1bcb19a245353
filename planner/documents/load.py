"""Finds and reads scenario and model files: validated values that know where they stand.

A policy, drug or contractor table is found by its id in the folders given, then in those of the
environment variable PLANNER_MODELS, then among the shipped files; or it is a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import Literal, TypeVar

from pydantic import ValidationError

from planner.documents.base import Document
from planner.documents.contractors import Contractors
from planner.documents.drug import Drug
from planner.documents.errors import InputErrors, Problem, described
from planner.documents.policy import Policy
from planner.documents.positions import MAX_BYTES, Path, Positions, Read, read_yaml
from planner.documents.scenario import Scenario
from planner.documents.translate import near, translated

ModelKind = Literal["policies", "drugs", "medicare"]
MODELS_VARIABLE = "PLANNER_MODELS"
STANDARD_INPUT = "-"
Folders = Sequence[str | FilePath]
_Model = TypeVar("_Model", bound=Document)


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario, the SHA-256 of its bytes, and where each part of it stands in its file."""

    scenario: Scenario
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)

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


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy, the SHA-256 of its bytes, and the file it came from."""

    policy: Policy
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)


@dataclass(frozen=True)
class LoadedDrug:
    """A drug, the SHA-256 of its bytes, and the file it came from."""

    drug: Drug
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)


@dataclass(frozen=True)
class LoadedContractors:
    """A table of contractors, the SHA-256 of its bytes, and the file it came from."""

    contractors: Contractors
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)


@dataclass(frozen=True)
class ModelFile:
    """A model file that would be used: ``origin`` is a folder given, or 'shipped'."""

    kind: ModelKind
    id: str
    origin: str


def load_scenario(source: str | FilePath) -> LoadedScenario:
    """Reads a scenario file, or standard input for '-'. Raises InputErrors."""
    name = str(source)
    if name == STANDARD_INPUT:
        return parse_scenario(sys.stdin.buffer.read(MAX_BYTES + 1), name)
    return parse_scenario(_bytes(FilePath(source), name), name)


def parse_scenario(text: str | bytes, name: str = STANDARD_INPUT) -> LoadedScenario:
    """Reads a scenario from text; ``name`` stands in its errors. Raises InputErrors."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    read = read_yaml(raw, name)
    scenario = _validated(Scenario, read)
    return LoadedScenario(scenario, _sha256(raw), name, read.positions)


def load_policy(name: str | FilePath, models_dirs: Folders = ()) -> LoadedPolicy:
    """Reads a policy by id or path. Raises InputErrors."""
    raw, file = _find("policies", name, models_dirs)
    read = read_yaml(raw, file)
    return LoadedPolicy(_validated(Policy, read), _sha256(raw), file, read.positions)


def load_drug(name: str | FilePath, models_dirs: Folders = ()) -> LoadedDrug:
    """Reads a drug file by id or path. Raises InputErrors."""
    raw, file = _find("drugs", name, models_dirs)
    read = read_yaml(raw, file)
    return LoadedDrug(_validated(Drug, read), _sha256(raw), file, read.positions)


def load_contractors(
    name: str | FilePath = "contractors", models_dirs: Folders = ()
) -> LoadedContractors:
    """Reads a table of Medicare contractors by id or path. Raises InputErrors."""
    raw, file = _find("medicare", name, models_dirs)
    read = read_yaml(raw, file)
    return LoadedContractors(_validated(Contractors, read), _sha256(raw), file, read.positions)


def list_models(models_dirs: Folders = ()) -> tuple[ModelFile, ...]:
    """Every model file that an id would find, by kind and id; the first folder wins."""
    kinds: tuple[ModelKind, ...] = ("policies", "drugs", "medicare")
    found: list[ModelFile] = []
    for kind in kinds:
        origins: dict[str, str] = {}
        for folder, origin in _folders(models_dirs):
            for name in _ids(folder.joinpath(kind)):
                origins.setdefault(name, origin)
        found += [ModelFile(kind, name, origins[name]) for name in sorted(origins)]
    return tuple(found)


def shipped(folder: Literal["models", "scenarios"]) -> Traversable:
    """A shipped folder: inside the installed package, or beside it in the repository."""
    package = files("planner")
    inside = package.joinpath(folder)
    if inside.is_dir():
        return inside
    return FilePath(str(package)).parent / folder


def _validated(model: type[_Model], read: Read) -> _Model:
    try:
        value = model.model_validate(read.value)
    except ValidationError as errors:
        raise InputErrors(in_order((*read.problems, *translated(errors, read, model)))) from None
    if read.problems:
        raise InputErrors(in_order(read.problems))
    return value


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems as they stand in the file."""
    return tuple(sorted(problems, key=lambda at: (at.line, at.column, at.path)))


def _find(kind: ModelKind, name: str | FilePath, models_dirs: Folders) -> tuple[bytes, str]:
    text = str(name)
    if isinstance(name, FilePath) or is_path(text):
        return _bytes(FilePath(text), text), text
    known: list[str] = []
    for folder, origin in _folders(models_dirs):
        known += _ids(folder.joinpath(kind))
        if text in known:
            file = folder.joinpath(kind, f"{text}.yaml")
            where = f"models/{kind}/{text}.yaml" if origin == "shipped" else str(file)
            return file.read_bytes(), where
    allowed = f"a path, or one of {', '.join(sorted(set(known)))}"
    raise InputErrors(
        [Problem(kind, 0, 0, "", described(text), allowed, near(text, sorted(set(known))))]
    )


def is_path(name: str) -> bool:
    """Whether the name of a model file is a path and not an id."""
    return "/" in name or os.sep in name or name.endswith((".yaml", ".json"))


def _folders(models_dirs: Folders) -> list[tuple[Traversable, str]]:
    named = [str(folder) for folder in models_dirs]
    named += [part for part in os.environ.get(MODELS_VARIABLE, "").split(os.pathsep) if part]
    for folder in named:
        if not FilePath(folder).is_dir():
            found = "no such folder"
            raise InputErrors([Problem(folder, 0, 0, "", found, "a folder of model files")])
    return [*((FilePath(folder), folder) for folder in named), (shipped("models"), "shipped")]


def _ids(folder: Traversable) -> list[str]:
    if not folder.is_dir():
        return []
    names = (file.name for file in folder.iterdir() if file.is_file())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def _bytes(file: FilePath, name: str) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "a name that is no path"
        raise InputErrors([Problem(name, 0, 0, "", reason.lower(), "a readable file")]) from fault


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _plain_path(text: str) -> str:
    return re.sub(r"\[(\d+)\]", r".\1", text)


def _index(positions: Positions) -> dict[str, Path]:
    return {".".join(str(part) for part in path): path for path in positions.values}
