"""Reads on past refused values: each gives way to a stand-in, so that the rest can be checked.

Nothing of a mended scenario is ever planned: it only serves to list every error of a file at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from planner.documents.positions import MAX_DEPTH, Path
from planner.documents.scenario import Scenario
from planner.documents.translate import real_path

_STAND_INS: dict[Path, Any] = {
    ("format",): "planner-scenario/1",
    ("policy",): "-",
    ("patient",): {"weight_kg": 70},
    ("patient", "weight_kg"): 70,
    ("indication",): "adult-rr",
    ("request",): {"first_infusion": "2026-01-05"},
    ("request", "first_infusion"): "2026-01-05",
}


def mended(value: object) -> tuple[Scenario, tuple[Path, ...]]:
    """The scenario with stand-ins for what is refused, and the paths where they stand.

    Leaving out a refused value may leave its mapping short of a required key: then that goes, too.
    """
    sound: dict[str, Any] = deepcopy(dict(value)) if isinstance(value, Mapping) else {}
    broken: list[Path] = [] if isinstance(value, Mapping) else [()]
    for _ in range(MAX_DEPTH):
        for path, stand_in in _STAND_INS.items():
            _complete(sound, path, stand_in)
        try:
            return Scenario.model_validate(sound), tuple(broken)
        except ValidationError as errors:
            found = errors.errors(include_url=False, include_context=False)
        for error in found:
            path = _removable(real_path(error["loc"], sound), error["type"])
            broken.append(path)
            _remove(sound, path)
    return mended({})[0], ((),)


def _removable(path: Path, kind: str) -> Path:
    """The part that can be left out whole: a list for its items, a mapping for its missing keys."""
    if kind == "missing" and path not in _STAND_INS:
        path = path[:-1]
    for index, part in enumerate(path):
        if isinstance(part, int):
            return path[:index]
    return path


def _remove(sound: dict[str, Any], path: Path) -> None:
    inner: Any = sound
    for part in path[:-1]:
        inner = inner.get(part) if isinstance(inner, dict) else None
    if path and isinstance(inner, dict):
        inner.pop(path[-1], None)


def _complete(sound: dict[str, Any], path: Path, stand_in: Any) -> None:
    inner: Any = sound
    for part in path[:-1]:
        inner = inner[part]
    if isinstance(inner, dict):
        inner.setdefault(path[-1], deepcopy(stand_in))
