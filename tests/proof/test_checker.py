"""The checker believes nothing: every field of a certificate is tried."""

from __future__ import annotations

import ast
import copy
import json
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from planner.proof import checker
from planner.proof.certificate import certify
from planner.proof.checker import check, checked_in_words, digest, exact
from tests.proof.test_certificate import document_of, system_of

Place = tuple[str | int, ...]

# 28 vials and 1 vial in a window of 28: 29 > 28, and nothing to spare
FILLS = system_of([(0, 30), (0, 30)], ({0: 1}, 28, 28), ({1: 1}, 1, 1), ({0: 1, 1: 1}, None, 28))
# x + y = x + z = y + z = 1 holds at one half each, and in no whole numbers
HALVES = system_of([(0, 1)] * 3, ({0: 1, 1: 1}, 1, 1), ({0: 1, 2: 1}, 1, 1), ({1: 1, 2: 1}, 1, 1))


def document(kind: str) -> dict[str, Any]:
    certificate = certify({"farkas": FILLS, "cases": HALVES}[kind])
    assert certificate is not None
    assert certificate.kind == kind
    given: dict[str, Any] = json.loads(json.dumps(document_of(certificate)))
    given["certificate"]["barred"] = ["pharmacy.closed: 2026-12-24"]
    return resealed(given)


def resealed(changed: dict[str, Any]) -> dict[str, Any]:
    changed["certificate"]["sha256"] = digest(changed["certificate"])
    return changed


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def along(given: dict[str, Any], place: Place) -> dict[str, Any]:
    """A copy of all that lies on the way to a place; the rest is shared."""
    changed = copy.copy(given)
    node: Any = changed
    for step in place[:-1]:
        node[step] = copy.copy(node[step])
        node = node[step]
    return changed


def put(given: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    changed = along(given, place)
    at(changed, place[:-1])[place[-1]] = value
    return changed


def dropped(given: dict[str, Any], place: Place) -> dict[str, Any]:
    changed = along(given, place)
    del at(changed, place[:-1])[place[-1]]
    return changed


def places(value: Any, place: Place) -> Iterator[Place]:
    yield place
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[step], (*place, step))


def tampered(given: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of the certificate changed or dropped, every object and list with something
    more in it or in another order, one at a time."""
    for place in places(given["certificate"], ("certificate",)):
        value = at(given, place)
        name = ".".join(map(str, place))
        if len(place) > 1:
            yield f"{name} dropped", dropped(given, place)
        others: list[Any] = [{}, [], "", 7]
        if isinstance(value, bool) or value is None:
            others += [not value, 0, 1]
        elif isinstance(value, int):
            others += [value + 1, value - 1, float(value), str(value), None, True]
        elif isinstance(value, dict):
            others += [{**value, "more": None}]
        elif isinstance(value, list) and value:
            others += [[*value, value[0]], value[::-1], value[1:]]
        elif isinstance(value, str):
            others += [value + "1", "-" + value, value[:-1], None]
        for other in others:
            if other != value or type(other) is not type(value):
                yield f"{name} = {other!r}", put(given, place, other)


def solvable(certificate: dict[str, Any]) -> bool:
    """Whether whole numbers keep all rows of a certificate, by trying all."""
    ranges = [range(v["low"], v["high"] + 1) for v in certificate["variables"]]

    def kept(row: dict[str, Any], values: tuple[int, ...]) -> bool:
        total = sum(c * values[v] for v, c in row["terms"])
        low, high = row["low"], row["high"]
        return (low is None or low <= total) and (high is None or total <= high)

    return any(all(kept(r, values) for r in certificate["rows"]) for values in product(*ranges))


@pytest.mark.parametrize("kind", ["farkas", "cases"])
def test_a_certificate_is_accepted_as_it_was_made(kind: str) -> None:
    assert check(document(kind)) == []
    assert exact(document(kind))


@pytest.mark.parametrize("kind", ["farkas", "cases"])
def test_a_certificate_changed_in_any_field_is_refused(kind: str) -> None:
    changed = list(tampered(document(kind)))
    assert len(changed) > 200
    assert [name for name, given in changed if check(given) == []] == []


@pytest.mark.parametrize("kind", ["farkas", "cases"])
def test_a_change_under_a_new_digest_passes_only_where_still_nothing_solves_the_rows(
    kind: str,
) -> None:
    passed = 0
    for name, given in tampered(document(kind)):
        if isinstance(given.get("certificate"), dict) and check(resealed(given)) == []:
            passed += 1
            assert not solvable(given["certificate"]), name
    assert passed  # a name, a barred day, a bound that asks for more


LOOSER: list[tuple[str, Place, Any]] = [
    ("the first fill is one vial smaller", ("rows", 0, "low"), 27),
    ("the second fill is none", ("rows", 1, "low"), 0),
    ("the window takes one more", ("rows", 2, "high"), 29),
    ("the window asks for nothing", ("rows", 2, "high"), None),
    ("the window leaves the second fill out", ("rows", 2, "terms"), [[0, 1]]),
    ("the window counts the first fill twice, the second not", ("rows", 2, "terms", 1, 0), 0),
    ("a vial of the second fill counts as none", ("rows", 2, "terms", 1, 1), 0),
    ("a fill weighs twice as much", ("proof", "weights", "0"), "2"),
    ("a fill weighs nothing", ("proof", "weights", "0"), "0"),
    ("the window's weight has the wrong sign", ("proof", "weights", "2"), "1"),
    ("the window weighs half as much", ("proof", "weights", "2"), "-1/2"),
    ("a weight divides by zero", ("proof", "weights", "2"), "-1/0"),
    ("a weight is no fraction", ("proof", "weights", "2"), "-1.0"),
    ("a weight of no row", ("proof", "weights", "3"), "1"),
    ("a weight of a row from the end", ("proof", "weights", "-1"), "1"),
    ("no weights", ("proof", "weights"), {}),
    ("no proof", ("proof",), None),
    ("a row of somebody else", ("rows", 0, "members"), ["V.rr.dose"]),
    ("a term of no variable", ("rows", 0, "terms", 0, 0), 2),
    ("a term of a variable from the end", ("rows", 0, "terms", 0, 0), -1),
    ("bounds that cross", ("variables", 0, "low"), 31),
    ("never checked", ("checked",), False),
    ("said to be cases", ("kind",), "cases"),
    ("said to be a second engine's", ("kind",), "second-engine"),
]


@pytest.mark.parametrize(("place", "value"), [p[1:] for p in LOOSER], ids=[p[0] for p in LOOSER])
def test_a_looser_certificate_is_refused_under_a_new_digest(place: Place, value: Any) -> None:
    changed = put(document("farkas"), ("certificate", *place), value)
    assert check(resealed(changed)) != []


def split(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = given["certificate"]["proof"]
    return found


CASES: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("one case is left out", lambda node: node.update(above=None)),
    ("the other case is left out", lambda node: node.update(below=None)),
    ("the same case twice", lambda node: node.update(above=node["below"])),
    ("a value between the cases", lambda node: node.update(at=-1)),
    ("a value beyond the cases", lambda node: node.update(at=1)),
    ("a half", lambda node: node.update(at=0.5)),
    ("a variable that is none", lambda node: node.update(split=3)),
    ("weights beside the cases", lambda node: node.update(weights={"0": "1"})),
    ("cases beside the weights", lambda node: node["below"].update(split=0, at=0)),
]


@pytest.mark.parametrize("change", [c[1] for c in CASES], ids=[c[0] for c in CASES])
def test_cases_that_do_not_cover_all_whole_numbers_are_refused(
    change: Callable[[dict[str, Any]], None],
) -> None:
    changed = document("cases")
    change(split(changed))
    assert check(resealed(changed)) != []


def test_a_row_may_come_only_from_members_of_the_conflict() -> None:
    given = document("farkas")
    given["conflict"] = given["conflict"][1:]
    assert check(given) == ["row 0: rule-0 is no member of the conflict"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), "planner-plan/1"),
        (("status",), "planned"),
        (("conflict",), {}),
        (("conflict",), [{"id": 1}]),
        (("certificate",), None),
    ],
)
def test_what_is_no_conflict_document_is_refused(place: Place, value: Any) -> None:
    assert check(put(document("farkas"), place, value)) != []


def test_a_proof_of_great_depth_is_refused_and_not_fallen_over() -> None:
    given = document("cases")
    node = split(given)
    for _ in range(300):
        below = {"weights": None, "split": 0, "at": 0, "below": None, "above": None}
        node["below"] = below
        node = below
    assert check(resealed(given)) != []


def test_a_proof_with_numbers_too_long_to_print_is_refused_in_words() -> None:
    given = put(document("farkas"), ("certificate", "rows", 2, "high"), 10**4000)
    assert check(resealed(given)) == [
        "no contradiction: the weighted sum can be 0 and need be a number too long to print"
    ]


def test_a_second_engines_word_is_taken_only_as_such() -> None:
    given = document("farkas")
    given["certificate"].update(
        kind="second-engine", engine="z3 5.4.1", variables=[], rows=[], proof=None
    )
    assert check(resealed(given)) == []
    assert not exact(given)
    assert "nothing in it to recompute" in checked_in_words(given)[0]

    given["certificate"]["engine"] = " "
    assert check(resealed(given)) == ["no engine is named"]


def test_the_checker_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    named = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    named += [n.module or "." for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({}, 0, "1 weighted sum contradicts the variables' bounds."),
        ({"sha256": "0"}, 3, "refused: the digest"),
    ],
)
def test_the_checker_runs_alone_and_says_what_it_found(
    change: dict[str, str],
    code: int,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = document("farkas")
    given["certificate"].update(change)
    file = tmp_path / "conflict.json"
    file.write_text(json.dumps(given), encoding="utf-8")

    assert checker.main([str(file)]) == code
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    ["", "[" * 100_000, '{"format": 1, "format": 2}', '{"low": NaN}', '{"low": 1' + "0" * 5000],
    ids=["empty", "deep", "a key twice", "NaN", "a number without end"],
)
def test_what_is_no_json_is_unreadable(text: str, tmp_path: Path) -> None:
    file = tmp_path / "conflict.json"
    file.write_text(text, encoding="utf-8")
    assert checker.main([str(file)]) == 2
    assert checker.main([str(tmp_path / "none.json")]) == 2
    assert checker.main([]) == 2
