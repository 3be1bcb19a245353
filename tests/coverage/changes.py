"""Every single change of a policy's criteria: numbers, words, lists, connectors, leaves, routes."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_args

from planner.documents.base import Indication
from planner.documents.criteria_checks import words_of

Plain = dict[str, Any]
Path = tuple[str | int, ...]
GATES = ("all", "any", "of")


def changes(criteria: Plain) -> Iterator[tuple[str, Plain]]:
    """Each change with its name, made on a copy of the criteria as the file has them."""
    for name, names in criteria["lists"].items():
        for word in names:
            other = ["radotinib" if known == word else known for known in names]
            yield f"lists.{name}: without {word}", _set(criteria, ("lists", name), other)
        longer = [*names, "asciminib"]
        yield f"lists.{name}: with asciminib", _set(criteria, ("lists", name), longer)
    for tree in ("initial", "renewal"):
        yield from _parts(criteria, (tree,))


def _parts(criteria: Plain, path: Path) -> Iterator[tuple[str, Plain]]:
    nodes = _at(criteria, path)
    for index, node in enumerate(nodes):
        at = (*path, index)
        name = node.get("id") or node.get("same") or node.get("route") or _name(at)
        if len(nodes) > 1:
            left = [other for place, other in enumerate(nodes) if place != index]
            yield f"{_name(path)}: without {name}", _set(criteria, path, left)
        if "tests" in node:
            yield f"{name}: another id", _set(criteria, (*at, "id"), f"{name}.x")
            yield f"{name}: another section", _set(criteria, (*at, "section"), "V")
            for place, test in enumerate(node["tests"]):
                for what, changed in _tests(test):
                    yield f"{name}: {what}", _set(criteria, (*at, "tests", place), changed)
            if len(node["tests"]) > 1:
                for place in range(len(node["tests"])):
                    left = [test for other, test in enumerate(node["tests"]) if other != place]
                    yield f"{name}: without test {place}", _set(criteria, (*at, "tests"), left)
        elif "same" in node:
            for other in ("III.adult.age", "IV.toxicity", "IV.mrd"):
                yield f"{_name(at)}: {other}", _set(criteria, (*at, "same"), other)
        else:
            yield from _gate(criteria, at, name)


def _gate(criteria: Plain, at: Path, name: str) -> Iterator[tuple[str, Plain]]:
    gate = _at(criteria, at)
    key = next(key for key in GATES if key in gate)
    if "connector" in gate:
        left, right = "connector", "mrd-single-agent"
        other = gate["connector"].replace(left, "#").replace(right, left).replace("#", right)
        yield f"{name}: reading {other}", _set(criteria, (*at, "connector"), other)
    for need in ("all", "any"):
        if need != key and len(gate[key]) > 1:
            turned = {k: v for k, v in gate.items() if k not in (key, "connector")}
            yield f"{name}: {need}", _set(criteria, at, {**turned, need: gate[key]})
    if "route" in gate:
        yield f"{name}: another route", _set(criteria, (*at, "route"), f"{name}.x")
        plain = {k: v for k, v in gate.items() if k != "route"}
        yield f"{name}: no route", _set(criteria, at, plain)
    own = gate.get("indications", [])
    for indication in get_args(Indication) if own else ():
        if indication in own and len(own) > 1:
            left_over = [other for other in own if other != indication]
            yield (
                f"{name}: not for {indication}",
                _set(criteria, (*at, "indications"), left_over),
            )
        elif indication not in own:
            more = [*own, indication]
            yield f"{name}: also for {indication}", _set(criteria, (*at, "indications"), more)
    if own:
        yield (
            f"{name}: for all",
            _set(criteria, at, {k: gate[k] for k in gate if k != "indications"}),
        )
    yield from _ages(criteria, at, name)
    yield from _parts(criteria, (*at, key))


def _ages(criteria: Plain, at: Path, name: str) -> Iterator[tuple[str, Plain]]:
    ages = _at(criteria, at).get("ages", {})
    for key in ("from_years", "to_years"):
        if key in ages:
            for years in (ages[key] - 1, ages[key] + 1):
                yield f"{name}: {key} {years}", _set(criteria, (*at, "ages", key), years)
    if ages:
        bounds = not ages.get("bounds", False)
        yield f"{name}: bounds {bounds}", _set(criteria, (*at, "ages", "bounds"), bounds)


def _tests(test: Plain) -> Iterator[tuple[str, Plain]]:
    if "is" in test:
        yield "the contrary", {**test, "is": not test["is"]}
    for key in ("at_least", "days_before_start_above"):
        if key in test:
            step = 1 if isinstance(test[key], int) else test[key] / 10
            for number in (test[key] - step, test[key] + step):
                yield f"{key} {number}", {**test, key: number}
    if "age_at_least" in test:
        age = test["age_at_least"]
        for count in (age["count"] - 1, age["count"] + 1):
            if count:
                yield f"{count} {age['unit']}", {"age_at_least": {**age, "count": count}}
        unit = {"years": "months", "months": "years"}[age["unit"]]
        yield unit, {"age_at_least": {**age, "unit": unit}}
    if "one_of" in test:
        for word in words_of(test["fact"]):
            others = [other for other in test["one_of"] if other != word]
            if word not in others and word not in test["one_of"]:
                yield f"also {word}", {**test, "one_of": [*others, word]}
            elif others:
                yield f"not {word}", {**test, "one_of": others}
    if "names_one_of" in test:
        for name in ("tki-first-generation", "tki-second-generation", "tki-third-generation"):
            others = [other for other in test["names_one_of"] if other != name]
            if name not in test["names_one_of"]:
                yield f"also {name}", {**test, "names_one_of": [*others, name]}
            elif others:
                yield f"not {name}", {**test, "names_one_of": others}
        turned = {"refractory": "intolerant", "intolerant": "refractory"}
        above, last = test["fact"].rsplit(".", 1)
        yield "the other list", {**test, "fact": f"{above}.{turned[last]}"}
    if "cycles_within" in test or "renewable" in test:
        key = "cycles_within" if "cycles_within" in test else "renewable"
        yield (
            "the other kind",
            {"renewable" if key == "cycles_within" else "cycles_within": "IV.rr.total-cycles"},
        )


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _set(criteria: Plain, path: Path, value: Any) -> Plain:
    changed = deepcopy(criteria)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path)
