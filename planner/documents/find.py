"""Finds model files: in folders given, in those of PLANNER_MODELS, then among the shipped ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import Literal

from planner.documents.errors import InputErrors, Problem, described, escaped
from planner.documents.positions import MAX_BYTES
from planner.documents.suggest import near

ModelKind = Literal["policies", "drugs", "medicare"]
MODEL_KINDS: tuple[ModelKind, ...] = ("policies", "drugs", "medicare")
MODELS_VARIABLE = "PLANNER_MODELS"
Folders = Sequence[str | FilePath]


@dataclass(frozen=True)
class ModelFile:
    """A model file that would be used: ``origin`` is a folder given, or 'shipped'."""

    kind: ModelKind
    id: str
    origin: str


def list_models(models_dirs: Folders = ()) -> tuple[ModelFile, ...]:
    """Every model file that an id would find, by kind and id; the first folder wins."""
    found: list[ModelFile] = []
    for kind in MODEL_KINDS:
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


def shipped_scenarios() -> tuple[str, ...]:
    """The names of the shipped scenarios."""
    return tuple(_ids(shipped("scenarios")))


def shipped_scenario(name: str) -> Traversable | None:
    """The shipped scenario of a bare name; None where it is for a file, or standard input.

    Raises InputErrors where a bare name is that of neither.
    """
    folder = shipped("scenarios")
    if name == "-" or FilePath(name).name != name or FilePath(name).exists():
        return None
    known = _ids(folder)
    if name in known:
        return folder.joinpath(f"{name}.yaml")
    allowed = "a file, or the name of a shipped scenario"
    raise InputErrors(
        [Problem(escaped(name), 0, 0, "", "no such file", allowed, near(name, known))]
    )


def find_model(kind: ModelKind, name: str | FilePath, models_dirs: Folders) -> tuple[bytes, str]:
    """The bytes of a model file, and its name for errors. Raises InputErrors."""
    text = str(name)
    if isinstance(name, FilePath) or is_path(text):
        return read_file(FilePath(text), text), text
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


def read_file(file: FilePath, name: str, most: int = MAX_BYTES) -> bytes:
    """A file's bytes, one more than the most allowed at most. Raises InputErrors."""
    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "a name that is no path"
        reason = "a folder" if isinstance(fault, IsADirectoryError) else reason
        raise InputErrors([Problem(name, 0, 0, "", reason.lower(), "a readable file")]) from fault
