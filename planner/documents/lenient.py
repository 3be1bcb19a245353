"""Reads what people write where it has one meaning, and says what was understood.

A file's plain value is walked along the types of its document. What a reader of ``spelled`` or
``dates`` understands is put into the form of the files; everything else stays as it is, for the
document itself to accept or to refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, Literal, get_args, get_origin

from planner.documents import spelled
from planner.documents.base import FIRST_BIRTH, FIRST_DAY, LAST_DAY, BagName, Document, Weekday
from planner.documents.dates import readings
from planner.documents.errors import Problem, described, escaped
from planner.documents.kinds import is_document, step
from planner.documents.positions import Mark, Path, Positions, Read, shown

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Taken:
    """What was written at a path in another form than the files', and how it was understood."""

    path: str
    value: str
    says: str


@dataclass(frozen=True)
class Understood:
    """A file in the form of its document.

    ``taken``: what was written in another form, and how it was understood. ``broken``: paths where
    a refused value in another unit left nothing; its problem stands in ``read.problems``.
    """

    read: Read
    taken: tuple[Taken, ...]
    broken: tuple[Path, ...]


def understood(read: Read, model: type[Document]) -> Understood:
    """What a file says, with each value that has one meaning in the form of its type."""
    reader = _Reader(read)
    value = reader.value(read.value, [model], ())
    problems = (*read.problems, *reader.problems)
    read = replace(read, value=value, positions=reader.positions, problems=problems)
    return Understood(read, tuple(reader.taken), tuple(reader.broken))


class _Reader:
    def __init__(self, read: Read) -> None:
        self.file = read.file
        self.positions = Positions(dict(read.positions.keys), dict(read.positions.values))
        self.taken: list[Taken] = []
        self.problems: list[Problem] = []
        self.broken: list[Path] = []

    def value(self, value: Any, kinds: list[Any], path: Path) -> Any:
        if isinstance(value, Mapping):
            return self._mapping(value, kinds, path)
        if isinstance(value, list):
            inner = [
                kind for outer in kinds if get_origin(outer) is tuple for kind in step(outer, 0)
            ]
            return self._list(value, inner, path)
        found = _scalar(value, kinds, path)
        if found is None and isinstance(value, str):
            found = self._alone(value, kinds, path)
        if found is None:
            return value
        if not isinstance(value, Decimal):
            self._take(path, value, found)
        return found

    def _mapping(self, value: Mapping[str, Any], kinds: list[Any], path: Path) -> dict[str, Any]:
        for kind in kinds:
            if is_document(kind):
                value = self._in_units(self._named(dict(value), kind, path), kind, path)
        made: dict[str, Any] = {}
        for key, inner in value.items():
            types = [
                one for kind in kinds if get_origin(kind) is not tuple for one in step(kind, key)
            ]
            made[key] = self.value(inner, types, (*path, key))
        return made

    def _named(self, value: dict[str, Any], kind: type[Document], path: Path) -> dict[str, Any]:
        """The mapping with its keys in the files' spelling: ``Weight-KG`` is weight_kg."""
        known = [field.alias or name for name, field in kind.model_fields.items()]
        known += kind.in_other_units
        made: dict[str, Any] = {}
        for key, inner in value.items():
            meant = None if key in known else spelled.word(key, known)
            if meant is None or meant in value or meant in made:
                made[key] = inner
                continue
            self.positions.move((*path, key), (*path, meant))
            self._say((*path, meant), meant, f"'{escaped(key)}' is read as {meant}.")
            made[meant] = inner
        return made

    def _in_units(self, value: dict[str, Any], kind: type[Document], path: Path) -> dict[str, Any]:
        """The mapping with what stands in other units converted: weight_lb becomes weight_kg."""
        for key, unit in kind.in_other_units.items():
            if key not in value:
                continue
            place: Path = (*path, key)
            given = value.pop(key)
            if isinstance(given, str):
                read = spelled.number(given, key)
                given = given if read is None else read
            target: Path = (*path, unit.key)
            if unit.key in value:
                self._refuse(place, f"{key} beside {unit.key}", "one of the two", target)
            elif isinstance(given, bool) or not isinstance(given, int | Decimal):
                self._refuse(place, described(given), f"a number of {unit.name}", target)
            elif not 0 < given <= unit.most:
                allowed = f"{unit.name}, above 0 and up to {unit.most}"
                self._refuse(place, described(given), allowed, target)
            else:
                exact = (Decimal(given) * unit.factor).quantize(_HUNDREDTH, rounding=ROUND_DOWN)
                found = f"{exact.normalize():f}"
                says = f"{given} {unit.short} is {found} {unit.short_of_key}."
                self._say(place, found, says)
                self.positions.move(place, target)
                value[unit.key] = exact
        return value

    def _list(self, value: list[Any], kinds: list[Any], path: Path) -> list[Any]:
        made: list[Any] = []
        said: list[str] = []
        marks: list[Mark | None] = []
        for index, item in enumerate(value):
            place: Path = (*path, index)
            mark = self.positions.values.get(place)
            if isinstance(item, Mapping | list):
                made.append(self.value(item, kinds, place))
                marks.append(None)
                continue
            found = _items(item, kinds, path)
            made += [item] if found is None else found
            marks += [mark] * (1 if found is None else len(found))
            if found is not None:
                said.append(_reading(item, found))
        if len(made) != len(value):
            for index, mark in enumerate(marks):
                if mark is not None:
                    self.positions.values[(*path, index)] = mark
        if said:
            self._say(path, _written(made), " ".join(said))
        return made

    def _alone(self, text: str, kinds: list[Any], path: Path) -> list[Any] | None:
        """A text where a list of plain values belongs: its parts, where each has its reading."""
        inner = [one for kind in kinds if get_origin(kind) is tuple for one in step(kind, 0)]
        if not inner or any(is_document(one) for one in inner):
            return None
        made: list[Any] = []
        whole = _items(text, inner, path)
        parts = [text] if whole is not None else [part.strip() for part in text.split(",")]
        for part in parts:
            found = _items(part, inner, path)
            if found is None and not _sound(part, inner):
                return None
            made += [part] if found is None else found
        for index in range(len(made)):
            self.positions.values[(*path, index)] = self.positions.of(path)
        return made

    def _take(self, path: Path, value: object, found: Any) -> None:
        self._say(path, _written(found), _reading(value, found))

    def _say(self, path: Path, value: str, says: str) -> None:
        self.taken.append(Taken(shown(path), value, says))

    def _refuse(self, path: Path, found: str, allowed: str, target: Path) -> None:
        at = self.positions.of(path)
        self.problems.append(Problem(self.file, at.line, at.column, shown(path), found, allowed))
        self.broken.append(target)


def _reading(value: object, found: Any) -> str:
    return f"'{escaped(str(value))}' is read as {_written(found)}."


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(_written(item) for item in value)
    return escaped(str(value))


def _items(value: Any, kinds: list[Any], path: Path) -> list[Any] | None:
    """What one entry of a list stands for, where it is written in another form: ``Mon-Fri``."""
    if isinstance(value, str) and any(_choices(kind) == get_args(Weekday) for kind in kinds):
        days = spelled.weekdays(value)
        return None if days is None or list(days) == [value] else list(days)
    found = _scalar(value, kinds, path)
    return None if found is None else [found]


def _sound(text: str, kinds: list[Any]) -> bool:
    """Whether a text stands in the form of one of the kinds already."""
    if any(text in _choices(kind) for kind in kinds) or str in kinds:
        return True
    return date in kinds and readings(text, FIRST_BIRTH, LAST_DAY) != ()


def _choices(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) is Literal else ()


def _scalar(value: Any, kinds: list[Any], path: Path) -> Any:
    """The one meaning of a plain value in another form; None where there is none, or no need."""
    key = next(
        (part for part in reversed(path) if isinstance(part, str) and not part.isdigit()), ""
    )
    if date in kinds and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, Decimal) and int in kinds and Decimal not in kinds:
        return spelled.whole(value)
    if not isinstance(value, str) or _word_as_it_is(value, kinds):
        return None
    for kind in kinds:
        found = _read(value, kind, key)
        if found is not None:
            return None if found == value and isinstance(found, str) else found
    return None


def _word_as_it_is(text: str, kinds: list[Any]) -> bool:
    return any(text in _choices(kind) for kind in kinds)


def _read(text: str, kind: Any, key: str) -> Any:
    if kind is date:
        days = readings(text, FIRST_BIRTH if key == "birth_date" else FIRST_DAY, LAST_DAY)
        return days[0].isoformat() if len(days) == 1 else None
    if kind is bool:
        return spelled.flag(text)
    if kind in (int, Decimal):
        number = spelled.number(text, key)
        return spelled.whole(Decimal(number)) if kind is int and number is not None else number
    if kind is str:
        return spelled.coded(text, key)
    choices = _choices(kind)
    if choices == get_args(BagName):
        return spelled.bag(text)
    if choices == get_args(Weekday):
        named = spelled.weekdays(text)
        return named[0] if named is not None and len(named) == 1 else None
    return spelled.word(text, choices) if choices else None
