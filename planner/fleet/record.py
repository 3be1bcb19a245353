"""The results of a batch on disk: JSON Lines, each line whole or not there at all.

A line is appended in one piece. Whatever ends a batch, a kill included, leaves at most the last
line half written; taking up the batch again drops that line and those of scenarios that are no
longer the same, and keeps the others.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from planner.documents.errors import InputErrors, Problem
from planner.fleet.one import CODES, FORMAT, Line


class Record:
    """Where lines of results go: a file, or any stream of bytes where there is none.

    ``statuses`` counts them by status, earlier ones included. ``settings`` are those of the batch:
    an earlier line under others is not kept.
    """

    def __init__(
        self, path: Path | None, stream: IO[bytes] | None = None, settings: str = ""
    ) -> None:
        self.path = path
        self._settings = settings
        self._new = False
        self.statuses: Counter[str] = Counter()
        self._done: set[bytes] = set()
        self._file: IO[bytes] | None = stream

    def begin(self) -> None:
        """Opens a new file. Raises InputErrors where there is one already."""
        if self.path is None:
            return
        try:
            self._file = self.path.open("xb", buffering=0)
            self._new = True
        except FileExistsError:
            raise _refused(
                self.path, "a file that is there already", "a new file, or --resume"
            ) from None
        except OSError as error:
            raise _refused(self.path, error.strerror or "no place to write", "a file") from None
        self._lock(self._file, self.path)

    def resume(self, still: Container[bytes]) -> None:
        """Takes up what an earlier run has written.

        Args:
            still: the marks of this batch's scenarios.

        Raises InputErrors where a line is none of a batch.
        """
        assert self.path is not None
        if not self.path.exists():
            self.begin()
            return
        part = self.path.with_name(f"{self.path.name}.part")
        with self.path.open("r+b") as old:
            self._lock(old, self.path)
            self._same(old, self.path)
            new = part.open("wb", buffering=0)
            try:
                self._lock(new, self.path)
                for line in self._kept(old, still):
                    _append(new, line)
                os.fsync(new.fileno())
                os.replace(part, self.path)
            except BaseException:
                new.close()
                part.unlink(missing_ok=True)
                raise
            self._file = new

    def has(self, source: str, sha256: str) -> bool:
        """Whether an earlier run has written the scenario's result."""
        return mark(source, sha256) in self._done

    def write(self, line: Line) -> None:
        """Appends a line, whole."""
        assert self._file is not None
        _append(self._file, line.text)
        self._file.flush()
        self.statuses[line.status] += 1

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.path is None or self._file is None:
            return
        if error is not None and self._new and not self.statuses:
            self.path.unlink(missing_ok=True)  # what was refused leaves nothing behind
        self._file.close()

    def _kept(self, old: Iterable[bytes], still: Container[bytes]) -> Iterator[bytes]:
        """The whole lines of scenarios that are still the same, each once; marks them as done."""
        for number, text in enumerate(old, 1):
            if not text.endswith(b"\n"):
                return
            source, sha256, status, settings = self._parsed(text, number)
            known = settings == self._settings and mark(source, sha256) in still
            if known and not self.has(source, sha256):
                self._done.add(mark(source, sha256))
                self.statuses[status] += 1
                yield text

    def _parsed(self, text: bytes, number: int) -> tuple[str, str, str, str]:
        assert self.path is not None
        try:
            found = json.loads(text)
            if found["format"] != FORMAT or found["status"] not in CODES:
                raise ValueError(found["format"])
            source, sha256, status = (str(found[key]) for key in ("source", "sha256", "status"))
            return source, sha256, status, str(found.get("settings"))
        except (ValueError, KeyError, TypeError):
            refused = Problem(
                str(self.path), number, 1, "", "a line of something else", "results of a batch"
            )
            raise InputErrors([refused]) from None

    def _same(self, file: IO[bytes], path: Path) -> None:
        """Refuses a file that another batch has replaced since it was opened."""
        if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
            raise _refused(path, "a file that another batch writes", "one batch a file")

    def _lock(self, file: IO[bytes], path: Path) -> None:
        """Keeps a second batch from writing into the same file, where the system can."""
        try:
            import fcntl
        except ImportError:
            return
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refused(path, "a file that another batch writes", "one batch a file") from None


def _append(file: IO[bytes], text: bytes) -> None:
    rest = memoryview(text)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def mark(source: str, sha256: str) -> bytes:
    """A short name for a scenario as it is: where it stands, and what it says."""
    return hashlib.blake2b(f"{source}\0{sha256}".encode(), digest_size=16).digest()


def _refused(path: Path, found: str, allowed: str) -> InputErrors:
    return InputErrors([Problem(str(path), 0, 0, "", found, allowed)])
