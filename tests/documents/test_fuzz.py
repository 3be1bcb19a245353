"""Whatever a file holds, it is read or refused: nothing else ever comes out."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.documents.load import InputErrors, Problem, parse_scenario, shipped
from planner.documents.scenario import Scenario

SEEDS = tuple(
    shipped("scenarios").joinpath(f"{name}.yaml").read_bytes()
    for name in (
        "adult-rr-in-progress",
        "adult-rr-weekly-weekdays",
        "adult-rr-authorizations-given",
    )
)
FRAGMENTS = st.sampled_from(
    rb"""
    : - [ ] { } ' " # &a *a ! | > % ? --- null true 1e9 -1 0 .nan ~ [] {} 2026-02-30 "\ud800" <<: ,
    @ 9999999999999999999999999999999999999999
    """.split()
) | st.sampled_from(
    [
        b"",
        b" ",
        b"\n",
        b"\t",
        b"- ",
        b": ",
        b"\xff",
        b"\x00",
        b"\x1b",
        b"\r",
    ]
)


def refused(raw: bytes) -> tuple[Problem, ...]:
    """What is refused; none where the file is read."""
    try:
        parse_scenario(raw)
    except InputErrors as errors:
        return errors.problems
    return ()


def read_or_refused(raw: bytes) -> None:
    for problem in refused(raw):
        assert problem.line >= 1
        assert problem.column >= 1
        assert all(line.isprintable() for line in str(problem).split("\n"))


@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b'"\\ud83d"')
@example(b"? ? ?")
@example(b"[" * 5000)
@example(b"- " * 5000)
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_read_or_refused(raw: bytes) -> None:
    read_or_refused(raw)


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=300, deadline=None)
def test_a_mutilated_scenario_is_read_or_refused(seed: bytes, data: st.DataObject) -> None:
    raw = seed
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 12)))
        raw = raw[:start] + data.draw(FRAGMENTS) + raw[end:]
    read_or_refused(raw)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["2026-01-05", "never", "24h", "mon", "rolling", "x", "70 kg", "C91.02"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["1", "cycle", "date", "kg", "days", "start", "hang", "earliest", "vials"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(sorted(Scenario.model_fields))


@given(st.dictionaries(KEYS, VALUES), st.sampled_from(["patient", "request", "history"]), VALUES)
@settings(max_examples=300, deadline=None)
def test_a_scenario_of_any_shape_is_read_or_refused(
    shape: dict[str, object], key: str, value: object
) -> None:
    sound: dict[str, object] = {
        "format": "planner-scenario/1",
        "policy": "eocco-0382",
        "patient": {"weight_kg": 70},
        "indication": "adult-rr",
        "request": {"first_infusion": "2026-01-05"},
    }
    inner = {"cycles": value, "dispenses": value, "weight_kg": value, "first_infusion": value}
    read_or_refused(json.dumps({**sound, key: inner, **shape}).encode())
