"""YAML 1.2 and JSON as plain values with line and column."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.documents.errors import InputErrors
from planner.documents.positions import MAX_BYTES, MAX_DEPTH, Mark, Read, read_yaml, shown

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFFF, exclude_categories=["C"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc :#-{}[]'\"é", max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


def read(text: str) -> Read:
    return read_yaml(text.encode(), "file")


def refusals(text: str) -> list[str]:
    """What is refused, whether the reading ends there or goes on."""
    try:
        return [problem.found for problem in read(text).problems]
    except InputErrors as errors:
        return [problem.found for problem in errors.problems]


def test_a_number_stays_exact() -> None:
    assert read("a: 0.1\nb: 12.50\nc: 7\nd: 1e3").value == {
        "a": Decimal("0.1"),
        "b": Decimal("12.50"),
        "c": 7,
        "d": Decimal(1000),
    }


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "12:30:00", "2026-01-05", "0x1F"])
def test_yaml_guesses_nothing(word: str) -> None:
    """What YAML 1.1 turned into truth values, seconds and dates stays the text it is."""
    assert read(f"a: {word}").value == {"a": word}


def test_every_value_knows_its_line_and_column() -> None:
    positions = read("a: 1\nb:\n  - {c: 2}\n").positions
    assert positions.of(("a",)) == Mark(1, 4)
    assert positions.of(("b", 0, "c")) == Mark(3, 9)
    assert positions.of_key(("b", 0, "c")) == Mark(3, 6)


def test_a_missing_value_is_pointed_at_where_its_parent_stands() -> None:
    assert read("a: 1\nb:\n  c: 2\n").positions.of(("b", "d")) == Mark(2, 1)


def test_json_with_tabs_and_escapes_reads_as_yaml_does() -> None:
    text = '{\n\t"a": [1, 2],\n\t"b": "x\\/y \\ud83d\\ude00"\n}'
    assert read(text).value == json.loads(text)
    assert read(text).positions.of(("a", 1)) == Mark(2, 11)


@given(plain, st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_json_is_read_as_json_reads_it(value: object, ascii_only: bool, indent: int | str) -> None:
    document = {"value": value}
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    result = read(text)
    assert result.problems == ()
    assert result.value == document


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\na: 2", "this key a second time"),
        ("a: &x 1\nb: *x", "an anchor or alias (& or *)"),
        ("a: !!str 1", "a tag (!)"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("%YAML 1.1\n---\na: 1", "a %YAML directive of another version"),
        ("? [a, b]\n: 1", "a key that is no plain word"),
        ('a: "\\u0007"', "text with a control character"),
        ("a: " + "9" * 40, "a number of more digits"),
        ("[" * (MAX_DEPTH + 2), "a document too deep or too long"),
    ],
)
def test_refuses_what_can_surprise(text: str, found: str) -> None:
    assert found in refusals(text)


def test_a_thousand_million_laughs_are_refused_unexpanded() -> None:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert len(read("\n".join(lines)).problems) == 10 + 9 * 9


def test_refuses_more_bytes_than_a_scenario_can_need() -> None:
    with pytest.raises(InputErrors, match="at most 2000000 bytes"):
        read_yaml(b"#" * (MAX_BYTES + 1), "file")


def test_says_which_byte_is_not_utf_8() -> None:
    with pytest.raises(InputErrors, match=r"^file:2:4: found a byte that is not UTF-8"):
        read_yaml(b"a: 1\nb: \xff\n", "file")


def test_paths_are_shown_with_indices_in_brackets() -> None:
    assert shown(("history", "dispenses", 0, "date")) == "history.dispenses[0].date"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\n b: 2\n", "a ':' too many, or a line further in than it belongs"),
        ("a word\n# more\na: 1\n", "a line that is no part of what stands above it"),
        ("a:\n  b: 1\n c: 2\n", "a line further in or out than those it belongs to"),
        ("a: [1, 2\n", "a list that opens with '[' and does not go on or close as one"),
        ("a: {b: 1\n", "a mapping that opens with '{' and does not go on or close as one"),
        ("a:\n\tb: 1\n", "a tab, where only spaces may stand"),
        ('a: "b\n', "a quotation mark that is never closed"),
        ("a: 1\nb\nc: 2\n", "a key without its ':'"),
    ],
)
def test_the_usual_slips_are_said_in_plain_words(text: str, says: str) -> None:
    assert refusals(text) == [f"text that is not YAML: {says}"]
