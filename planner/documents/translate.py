"""Validation errors in plain words: what was found, what is allowed, what was perhaps meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.documents.base import Document
from planner.documents.errors import InputErrors, Problem, described, escaped, in_order, listed
from planner.documents.findings import Finding, located
from planner.documents.kinds import is_document, members, step
from planner.documents.positions import Path, Read, shown
from planner.documents.suggest import near

_Model = TypeVar("_Model", bound=Document)

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_BOUNDS = {
    "greater_than": ("gt", "above {}"),
    "greater_than_equal": ("ge", "of at least {}"),
    "less_than": ("lt", "below {}"),
    "less_than_equal": ("le", "of at most {}"),
}
_PATTERNS = {
    r"^[a-z0-9][a-z0-9-]*$": "lower-case letters, digits and hyphens",
    r"^\d{5}-\d{4}$": "labeler and product as 55513-0160",
    r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$": "an ICD-10-CM code with its dot",
}


def translated(
    errors: ValidationError, read: Read, model: type[Document], broken: Sequence[Path] = ()
) -> tuple[Problem, ...]:
    """The problems of one file, in the order in which they stand in it; none at a path where a
    refused value left nothing."""
    problems = []
    for error in errors.errors(include_url=False):
        path = real_path(error["loc"], read.value)
        if path not in broken and not _echo(error, path, read.value):
            problems.append(_problem(error, path, read, model))
    forms = [problem.form for problem in problems]
    return tuple(
        replace(problem, form=None) if problem.form in forms[:index] else problem
        for index, problem in enumerate(problems)
    )


_INNER = (Mapping, list)


def validated(
    model: type[_Model],
    read: Read,
    check: Callable[[_Model], Iterable[Finding]] = lambda _: (),
) -> _Model:
    """What was read, as a document of a kind that ``check`` finds nothing wrong with.

    Raises InputErrors with all that is wrong, in the order in which it stands in the file.
    """
    try:
        value = model.model_validate(read.value)
    except ValidationError as errors:
        raise InputErrors(in_order((*read.problems, *translated(errors, read, model)))) from None
    problems = (*read.problems, *located(check(value), read.file, read.positions))
    if problems:
        raise InputErrors(in_order(problems))
    return value


def real_path(loc: tuple[int | str, ...], value: object) -> Path:
    """A validation location without the marks of union members; a missing key stays at its end.

    A mark may be named as a key of its member (a clause ``limit`` has a ``limit``): it is the first
    of the two where nothing but a plain value stands under the key.
    """
    path: Path = ()
    for index, part in enumerate(loc):
        if part in loc[index + 1 : index + 2] and not isinstance(value_at(value, (part,)), _INNER):
            continue
        if isinstance(value, Mapping) and part in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif index < len(loc) - 1 or re.fullmatch(r"<\w+>|\[key\]", str(part)):
            continue
        path = (*path, part)
    return path


def value_at(value: Any, path: Path) -> Any:
    """The value under a path, or None."""
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _echo(error: ErrorDetails, path: Path, value: object) -> bool:
    """A list too short only because its members were refused is no error of its own."""
    found = value_at(value, path)
    least = error.get("ctx", {}).get("min_length", 0)
    return error["type"] == "too_short" and isinstance(found, list) and len(found) >= least


def _problem(error: ErrorDetails, path: Path, read: Read, model: type[Document]) -> Problem:
    kind, context = error["type"], error.get("ctx", {})
    at = read.positions.of(path)
    found, maybe = described(error["input"]), context.get("maybe")
    if kind == "missing":
        found, allowed = "nothing", f"{_meaning(model, path)}, which is required"
    elif kind == "extra_forbidden":
        at, known = read.positions.of_key(path), keys_at(model, path[:-1], read.value)
        found, allowed = f"the unknown key '{escaped(str(path[-1]))}'", listed(known)
        maybe = near(str(path[-1]), known)
    elif "[key]" in error["loc"]:
        at, allowed = read.positions.of_key(path), str(context.get("allowed", "text"))
        if kind == "literal_error":
            allowed, maybe, found = _choice(error, found)
    elif kind == "planner":
        allowed = str(context["allowed"])
    elif kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        allowed = "a number " + words.format(context[key])
    elif kind in ("literal_error", "union_tag_invalid", "enum"):
        allowed, maybe, found = _choice(error, found)
    elif kind == "string_too_short":
        allowed = "at least one character"
    elif kind == "too_short":
        allowed = "at least one"
    elif kind in ("too_long", "string_too_long"):
        allowed = f"at most {context.get('max_length')} characters"
    elif kind == "string_pattern_mismatch":
        allowed = _PATTERNS.get(context["pattern"], f"text like {context['pattern']}")
    else:
        allowed = _WANTED.get(kind) or error["msg"]
        maybe = maybe or _maybe(kind, error["input"])
    form = None if maybe else _form(error, path, allowed, model)
    return Problem(read.file, at.line, at.column, shown(path), found, allowed, maybe, form)


def _form(error: ErrorDetails, path: Path, wanted: str, model: type[Document]) -> str | None:
    """'key: form', where a mapping was refused, or something else in the place of one."""
    kind = error["type"]
    if kind in ("missing", "extra_forbidden"):
        path = path[:-1]
    elif not isinstance(error["input"], Mapping) and "mapping" not in wanted and "{" not in wanted:
        inner = [one for outer in _kinds_at(model, path) for one in step(outer, 0)]
        if wanted != _WANTED["tuple_type"] or not any(is_document(one) for one in inner):
            return None
    keys = [part for part in path if isinstance(part, str)]
    form = model.examples.get(".".join(keys))
    return form if form is None or not keys else f"{keys[-1]}: {form}"


def _choice(error: ErrorDetails, found: str) -> tuple[str, str | None, str]:
    context = error["ctx"]
    words = re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags")))
    given = context.get("tag", error["input"])
    if error["type"] == "union_tag_invalid":
        found = described(given)
    return listed(words), near(str(given), words), found


def _maybe(kind: str, value: object) -> str | None:
    if kind == "bool_type" and isinstance(value, str):
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.lower())
        return f"write {meant}." if meant else None
    if kind == "string_type" and isinstance(value, int) and not isinstance(value, bool):
        return "put it in quotes."
    if kind == "int_type" and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return f"write {value}, without quotes."
    if kind == "tuple_type" and isinstance(value, str):
        return f"write [{escaped(value)}]."
    return None


def keys_at(model: type[Document], path: Path, value: object) -> list[str]:
    """The keys that a mapping at ``path`` may have, in the order of its type."""
    for part in path:
        value = value_at(value, (part,))
    types = _kinds_at(model, path)
    keys: list[str] = []
    for kind in types:
        if is_document(kind) and _speaks_of(kind, value):
            names = [field.alias or name for name, field in kind.model_fields.items()]
            names += kind.in_other_units
            keys += [name for name in names if name not in keys]
    return keys or ["no key"]


def _kinds_at(model: type[Document], path: Path) -> list[Any]:
    """The types of what may stand at a path."""
    types: list[Any] = members(model)
    for part in path:
        types = [inner for outer in types for inner in step(outer, part)]
    return types


def _speaks_of(kind: type[Document], value: object) -> bool:
    """Whether a clause or event type is the one whose ``rule`` or ``event`` the mapping names."""
    for key in ("rule", "event"):
        field = kind.model_fields.get(key)
        if field is not None and isinstance(value, Mapping) and key in value:
            return value[key] in get_args(field.annotation)
    return True


def _meaning(model: type[Document], path: Path) -> str:
    """What a missing key stands for: its description, else its name."""
    for kind in _kinds_at(model, path[:-1]):
        if is_document(kind):
            for name, field in kind.model_fields.items():
                if path[-1] in (field.alias, name) and field.description:
                    text = str(field.description).rstrip(".")
                    return text[0].lower() + text[1:] if text[1:2].islower() else text
    return f"a value for '{path[-1]}'"
