"""Input errors: what was found, where, what is allowed, and perhaps what was meant."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

_LONGEST = 60


def escaped(text: str, longest: int = _LONGEST) -> str:
    """Text on one line of at most ``longest`` characters, control characters escaped."""
    safe = "".join(char if char.isprintable() else _code(char) for char in text[: longest + 1])
    return safe if len(text) <= longest else safe[: longest - 3] + "..."


def _code(char: str) -> str:
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def described(value: object) -> str:
    """A value as an error names it: its kind, and for scalars the value itself."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return f"the number {escaped(str(value))}"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "an empty list" if not value else f"a list of {len(value)}"
    return f"the text '{escaped(str(value))}'"


def listed(words: Iterable[str]) -> str:
    """'a', 'a or b', 'a, b or c'."""
    *most, last = list(words)
    return f"{', '.join(most)} or {last}" if most else last


def counted(number: int, word: str) -> str:
    """'1 vial', '2 vials'."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@dataclass(frozen=True)
class Problem:
    """One error in one place of one file. Lines and columns count from 1; 0 where none is known."""

    file: str
    line: int
    column: int
    path: str
    found: str
    allowed: str
    maybe: str | None = None
    form: str | None = None  # the right form, as an example

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        where = f"{escaped(self.file, 200)}{place}: "
        path = f"{escaped(self.path, 200)}: " if self.path else ""
        text = f"{where}{path}found {self.found}, allowed {self.allowed}"
        text += f"\n  Maybe {self.maybe}" if self.maybe else ""
        return f"{text}\n  For example {self.form}" if self.form else text


class InputErrors(Exception):
    """All errors of a file, in the file's order. ``str()`` gives one after the other."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems as they stand in the file."""
    return tuple(sorted(problems, key=lambda at: (at.line, at.column, at.path)))


def place_of(fault: Exception) -> str:
    """Where in the program a fault arose, as FILE:LINE; it holds nothing of the input."""
    package = Path(__file__).parents[1]
    for frame in reversed(traceback.extract_tb(fault.__traceback__)):
        if package in Path(frame.filename).parents:
            return f"{Path(frame.filename).relative_to(package.parent).as_posix()}:{frame.lineno}"
    return "an unknown place"
