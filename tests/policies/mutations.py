"""Every single change of a policy file outside its criteria: numbers, codes, dates, words, lists.

The criteria have changes of their own (``tests.coverage.changes``), as a tree asks for other ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, get_args

from planner.documents.base import Indication

Plain = dict[str, Any]
Path = tuple[str | int, ...]

# What people read and nothing is computed from.
PROSE = {"says", "why", "asks", "title", "payer", "source", "choices"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS: dict[str, tuple[str, ...]] = {
    "kind": ("initial", "continued"),
    "unit": ("days", "weeks", "months"),
    "phase": ("induction", "consolidation", "continued"),
    "modifier": ("JW", "JZ"),
}


class Mutant(NamedTuple):
    """A policy file with one thing changed, as plain values; ``path`` is where."""

    name: str
    path: Path
    value: Plain


def mutants(written: Plain) -> Iterator[Mutant]:
    """Each change, made on a copy of the file's values, in the order of the file."""
    for path in paths(written):
        for what, other in _others(written, path):
            yield Mutant(f"{shown(path)}: {what}", path, _set(written, path, other))
    yield from _left_out(written)
    for name, reading in written["readings"].items():
        for choice in reading["choices"]:
            if len(reading["choices"]) > 1:
                at = ("readings", name, "choices")
                left = {k: v for k, v in reading["choices"].items() if k != choice}
                yield Mutant(f"{shown(at)}: without {choice}", at, _set(written, at, left))
    for name in written["clauses"]:
        renamed = {f"{k}x" if k == name else k: v for k, v in written["clauses"].items()}
        changed = _set(written, ("clauses",), renamed)
        yield Mutant(f"clauses: {name} renamed", ("clauses", name), changed)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every number, code, date, word and flag outside the criteria and the prose."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key not in PROSE and (path, key) != ((), "criteria"):
                yield from paths(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from paths(below, (*path, index))
    else:
        yield path


def at(value: Any, path: Path) -> Any:
    """The value at a path."""
    for part in path:
        value = value[part]
    return value


def shown(path: Path) -> str:
    """A path as a name."""
    return ".".join(str(part) for part in path)


def _others(written: Plain, path: Path) -> Iterator[tuple[str, Any]]:
    value, key = at(written, path), path[-1]
    if isinstance(value, bool):
        yield str(not value), not value
    elif isinstance(value, int):
        yield from ((str(value + step), value + step) for step in (-1, 1))
    elif isinstance(value, Decimal):
        yield from ((str(value + step), value + step) for step in (-value / 10, value / 10))
    elif _DATE.fullmatch(value):
        for step in (-1, 1):
            moved = (date.fromisoformat(value) + timedelta(step)).isoformat()
            yield moved, moved
    elif isinstance(key, str) and key in _WORDS:
        yield from ((word, word) for word in _WORDS[key] if word != value)
    elif key == "default":
        choices = at(written, path[:-1])["choices"]
        yield from ((word, word) for word in choices if word not in (value, "share"))
        if len(choices) == 1:
            yield "another word", f"{value}-x"
    elif value in get_args(Indication):
        for other in get_args(Indication):
            if other not in at(written, path[:-1]):
                yield f"{other} for {value}", other
        if len(at(written, path[:-1])) == len(get_args(Indication)):
            yield "none such", "adult"
    else:
        last = "1" if value[-1] != "1" else "2"
        yield value[:-1] + last, value[:-1] + last


def _left_out(written: Plain) -> Iterator[Mutant]:
    """Each entry of a list, and each key that a file may leave out, is left out."""

    def walk(value: Any, path: Path) -> Iterator[Mutant]:
        if isinstance(value, dict):
            for key, below in value.items():
                if key in PROSE or (path, key) == ((), "criteria"):
                    continue
                left = {k: v for k, v in value.items() if k != key}
                name = f"{shown((*path, key))}: left out"
                yield Mutant(name, (*path, key), _set(written, path, left))
                yield from walk(below, (*path, key))
        elif isinstance(value, list):
            for index, below in enumerate(value):
                left_over = [other for place, other in enumerate(value) if place != index]
                name = f"{shown((*path, index))}: left out"
                yield Mutant(name, (*path, index), _set(written, path, left_over))
                yield from walk(below, (*path, index))

    yield from walk(written, ())


def _set(written: Any, path: Path, value: Any) -> Any:
    """The file with another value there; whatever is not on the way to it is shared."""
    if not path:
        return value
    changed = copy(written)
    changed[path[0]] = _set(written[path[0]], path[1:], value)
    return changed
