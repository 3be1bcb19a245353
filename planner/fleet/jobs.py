"""The scenarios of a batch, read one after another as they are needed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from planner.documents.errors import InputErrors, Problem
from planner.documents.positions import MAX_BYTES

SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class Job:
    """One scenario as it was read.

    ``source`` names it in the results: the file's name in its folder, or ``FILE.jsonl:LINE``.
    ``folder`` is where a policy or drug named by a path is looked for first. ``raw`` is None where
    the file could not be read: ``fault`` says why.
    """

    source: str
    folder: str
    raw: bytes | None
    fault: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the bytes, which says later whether the scenario is still the same."""
        return hashlib.sha256(self.raw or b"").hexdigest()


def sources(place: Path) -> list[Path]:
    """The scenario files of a folder, by name; of a JSON Lines file, that file.

    Raises InputErrors where there is none.
    """
    if place.is_dir():
        found = sorted(
            path
            for path in place.iterdir()
            if path.suffix in SUFFIXES and not path.name.endswith(".schema.json")
        )
        if not found:
            raise _refused(place, "a folder without scenarios", "*.yaml, *.yml or *.json in it")
        return found
    if place.is_file() and place.suffix == ".jsonl":
        return [place]
    found_here = "a file of another kind" if place.exists() else "nothing there"
    raise _refused(place, found_here, "a folder, or a .jsonl file with one scenario a line")


def count(place: Path) -> int:
    """How many scenarios a batch has. Reads a JSON Lines file once, line by line."""
    found = sources(place)
    if found == [place]:
        return sum(1 for _ in _lines(place))
    return len(found)


def jobs(place: Path) -> Iterator[Job]:
    """The scenarios of a folder or a JSON Lines file, in order, one in memory at a time."""
    found = sources(place)
    if found == [place]:
        yield from _lines(place)
        return
    for path in found:
        name = _shown(path.name)
        if path.exists() and not path.is_file():
            yield Job(name, str(place), None, "no plain file")
            continue
        try:
            with path.open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except OSError as error:
            yield Job(name, str(place), None, error.strerror or "cannot be read")
        else:
            yield Job(name, str(place), raw)


def _lines(place: Path) -> Iterator[Job]:
    name = _shown(place.name)
    with place.open("rb") as file:
        for number, line in enumerate(_each(file), 1):
            if line:
                yield Job(f"{name}:{number}", str(place.parent), line)


def _each(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file without white space around them; of one that is longer than a scenario
    may be, no more than shows it."""
    while line := file.readline(MAX_BYTES + 1):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(MAX_BYTES + 1)
        yield line.strip()


def _shown(name: str) -> str:
    """A file's name, with bytes that are no text written out."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _refused(place: Path, found: str, allowed: str) -> InputErrors:
    return InputErrors([Problem(str(place), 0, 0, "", found, allowed)])
