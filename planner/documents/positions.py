"""YAML 1.2 and JSON read into plain values that know their line and column.

JSON is read as the YAML it is. Numbers come out exact (``int`` or ``Decimal``), dates as text, and
mapping keys as text. What can surprise is refused: duplicate keys, anchors and aliases, tags,
a second document, another YAML version, great size or depth.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from planner.documents.errors import InputErrors, Problem, escaped

MAX_BYTES = 2_000_000
MAX_DEPTH = 32
MAX_VALUES = 200_000
Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?")
_LONGEST_NUMBER = 32
_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
_NULL = {"", "~", "null", "Null", "NULL"}
# not line feed and tab; with surrogates, and marks that turn the direction of writing
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True)
class Mark:
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass
class Positions:
    """Where each path's key and value stand. The root is the empty path."""

    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)

    def of(self, path: Path) -> Mark:
        """Where a value stands; for a mapping or a missing one, its key or its parent's."""
        while path:
            if path in self.values:
                return self.values[path]
            path = path[:-1]
        return self.values.get((), Mark(1, 1))

    def of_key(self, path: Path) -> Mark:
        """Where a key stands; else as :meth:`of`."""
        return self.keys.get(path) or self.of(path)

    def move(self, path: Path, target: Path) -> None:
        """Has everything at a path, and below it, stand at another one."""
        for marks in (self.keys, self.values):
            for old in [one for one in marks if one[: len(path)] == path]:
                marks[(*target, *old[len(path) :])] = marks.pop(old)


@dataclass(frozen=True)
class Read:
    """A file's plain value, its positions, and what was refused on the way."""

    file: str
    value: Any
    positions: Positions
    problems: tuple[Problem, ...]


def shown(path: Path) -> str:
    """A path as errors and plans write it: ``history.dispenses[0].date``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(raw: bytes, file: str) -> Read:
    """Reads one YAML 1.2 or JSON document.

    Raises InputErrors where the text cannot be read to its end; what can be read past (a duplicate
    key, an alias) is listed in ``problems``.
    """
    text = _text(raw, file)
    reader = _Reader(file)
    try:
        value = reader.document(_events(text))
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        at = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        reason = _in_words(str(fault.problem or fault.context or "unreadable text"))
        raise _stop(file, at, f"text that is not YAML: {reason}") from fault
    except (YAMLError, ValueError, IndexError) as fault:
        raise _stop(file, reader.last, "text that is not YAML") from fault
    return Read(file, value, reader.positions, tuple(reader.problems))


_PLAINLY: Final = (
    ("mapping values are not allowed", "a ':' too many, or a line further in than it belongs"),
    ("expected '<document start>'", "a line that is no part of what stands above it"),
    ("expected <block end>", "a line further in or out than those it belongs to"),
    ("expected ',' or ']'", "a list that opens with '[' and does not go on or close as one"),
    ("expected ',' or '}'", "a mapping that opens with '{' and does not go on or close as one"),
    ("found character '\\t'", "a tab, where only spaces may stand"),
    ("found unexpected end of stream", "a quotation mark that is never closed"),
    ("could not find expected ':'", "a key without its ':'"),
)


def _in_words(problem: str) -> str:
    """What is wrong with a text's YAML: plainly where it is one of the usual slips."""
    plain = (words for found, words in _PLAINLY if problem.startswith(found))
    return next(plain, escaped(problem, 120))


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        raise _stop(file, Mark(1, 1), f"{len(raw)} bytes", f"at most {MAX_BYTES} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        column = fault.start - raw.rfind(b"\n", 0, fault.start)
        raise _stop(file, Mark(line, column), "a byte that is not UTF-8", "UTF-8 text") from fault
    if text.lstrip().startswith(("{", "[")):
        return _SURROGATES.sub(_joined, text)
    return text


def _joined(pair: re.Match[str]) -> str:
    """JSON writes a character beyond 16 bits as two escapes, YAML as one."""
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + (high - 0xD800 << 10) + (low - 0xDC00):08x}"


def _events(text: str) -> Iterator[Event]:
    events: Iterator[Event] = YAML(typ="safe", pure=True).parse(io.StringIO(text))
    return events


def _stop(file: str, at: Mark, found: str, allowed: str = "a YAML or JSON document") -> InputErrors:
    return InputErrors([Problem(file, at.line, at.column, "", found, allowed)])


class _Reader:
    """Builds a value from parser events, one level of recursion a level of depth."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.positions = Positions()
        self.problems: list[Problem] = []
        self.last = Mark(1, 1)
        self.count = 0

    def document(self, events: Iterator[Event]) -> Any:
        documents = 0
        value: Any = None
        for event in events:
            self._move(event)
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse((), "a second document", "one document")
                    break
                if event.version not in (None, (1, 2)):
                    self._refuse((), "a %YAML directive of another version", "YAML 1.2")
            elif isinstance(event, NodeEvent):
                value = self._node(event, events, ())
        return value

    def _move(self, event: Event) -> None:
        self.last = Mark(event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, path: Path, found: str, allowed: str, maybe: str | None = None) -> None:
        at = self.last
        problem = Problem(self.file, at.line, at.column, shown(path), found, allowed, maybe)
        self.problems.append(problem)

    def _node(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        self.count += 1
        if len(path) > MAX_DEPTH or self.count > MAX_VALUES:
            limit = f"at most {MAX_DEPTH} levels and {MAX_VALUES} values"
            raise _stop(self.file, self.last, "a document too deep or too long", limit)
        self.positions.values[path] = self.last
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse(path, "an anchor or alias (& or *)", "the value written out")
        if getattr(event, "tag", None) not in (None, "!"):
            self._refuse(path, "a tag (!)", "a plain value")
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        return self._scalar(event, path) if isinstance(event, ScalarEvent) else None

    def _sequence(self, events: Iterator[Event], path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            self._move(event)
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for event in events:
            self._move(event)
            if isinstance(event, MappingEndEvent):
                break
            key, at = self._key(event, events, path), self.last
            duplicate = key in entries
            if duplicate:
                first = self.positions.keys[(*path, key)]
                self._refuse(
                    (*path, key), "this key a second time", f"each key once (line {first.line})"
                )
            else:
                self.positions.keys[(*path, key)] = at
            value_event = next(events)
            self._move(value_event)
            value = self._node(value_event, events, (*path, key))
            if isinstance(value, dict | list) and not duplicate:
                self.positions.values[(*path, key)] = at
            if not duplicate:
                entries[key] = value
        return entries

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        if isinstance(event, ScalarEvent):
            if getattr(event, "anchor", None) is not None or event.tag not in (None, "!"):
                self._refuse(path, "a key with an anchor or a tag", "a plain key")
            return str(event.value)
        at = self.last
        self._node(event, events, (*path, "?"))
        self.last = at
        self._refuse(path, "a key that is no plain word", "a plain key")
        return "?"

    def _scalar(self, event: ScalarEvent, path: Path) -> Any:
        text = str(event.value)
        if _CONTROL.search(text):
            self._refuse(path, "text with a control character", "printable text")
        if not event.implicit[0]:
            return text
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if _DECIMAL.fullmatch(text):
            if len(text) > _LONGEST_NUMBER:
                self._refuse(
                    path, "a number of more digits", f"at most {_LONGEST_NUMBER} characters"
                )
                return None
            return int(text) if _INTEGER.fullmatch(text) else Decimal(text)
        return text


def entries(value: object) -> Mapping[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}
