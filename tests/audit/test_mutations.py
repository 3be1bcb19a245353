"""Whatever one value of a compliant plan is changed to, the audit notices, and never falls over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from planner.documents.plan import Plan
from tests.audit.plans import Cycle, audited, changed, day, lay_out, refused, scenario

# What an audit of a plan alone cannot know: the scenario's file, and the search behind it.
BEYOND_AN_AUDIT = (
    "latest_start",  # only bounded: to recompute it is to plan again
    "proven",  # a proof that is not claimed is no fault
    "sha256",  # compared in test_documents, where the files are read
)
SECTIONS = (
    "cycles",
    "bags",
    "dispenses",
    "claims",
    "authorizations",
    "limits",
    "objectives",
    "totals",
    "readings",
    "policy",
    "drug",
    "weight_kg",
    "indication",
)


SPLIT = [(-5, 10), (2, 6), (9, 6), (16, 3)]


def weekday_plan() -> Plan:
    """Six cycles on weekdays, weekly fills, hospital days, spare vials, vials of two dispenses."""
    document = scenario(
        pharmacy={
            "bag_change_days": ["mon", "tue", "wed", "thu", "fri"],
            "dispense_days": ["mon", "tue", "wed", "thu", "fri"],
            "holidays": "us-federal",
            "bag_change_on_holidays": True,
            "transit_days": 1,
            "max_days_ahead": 12,
            "hospital_days": {"1": 7},
            "spare_vials": 1,
        },
        request={"cycles": 6, "finish_by": "2026-08-31"},
        objectives=["delay", "vials", "dispenses", "bag_changes", "stock_days"],
    )
    # cycle 1: the seven days of the step dose in hospital, from the fill of 31 December; every
    # fill is on a Wednesday, so none is on a holiday
    first = Cycle(1, day(0), (2, 2, 2, 1, 7, 7, 7), fills=[(-5, 5), (9, 1), (16, 1)], spare=1)
    later = [
        Cycle(n, day(42 * (n - 1)), (7, 7, 7, 7), [(-5, 1), (2, 1), (9, 1), (16, 1)], spare=1)
        for n in range(2, 6)
    ]
    # cycle 6: three bags of the vials of two dispenses, and the spare vial from the first
    last = Cycle(6, day(210), (7, 7, 7, 7), sent=SPLIT, broken={-5: 1})
    return lay_out(document, [first, *later, last])


COMPLIANT = weekday_plan()
WRITTEN = COMPLIANT.model_dump(mode="json", by_alias=True)


Keys = tuple[str | int, ...]


def leaves(value: Any, path: Keys) -> Iterator[tuple[Keys, Any]]:
    """Every plain value of a plan's JSON, with its keys."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from leaves(held, (*path, key))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from leaves(held, (*path, index))
    else:
        yield path, value


def sampled(section: str) -> Iterator[tuple[Keys, Any]]:
    """The values of a section; of what recurs in every cycle, those of cycles 1, 2 and 6."""
    for path, value in leaves(WRITTEN[section], (section,)):
        item = WRITTEN[section][path[1]] if len(path) > 2 else {}
        if path[-1] not in BEYOND_AN_AUDIT and item.get("cycle", 1) in (1, 2, 6):
            yield path, value


def noticed(path: Keys, value: Any) -> bool:
    """Whether the type or the audit refuses the value there."""
    try:
        plan = changed(COMPLIANT, path, value)
    except ValidationError:
        return True
    return bool(audited(plan).violations)


def others(path: Keys, value: Any) -> list[Any]:
    """Values one step away: a day, a unit, another word."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value - 1, value + 1]
    if isinstance(value, float):
        return [value - 0.5, value + 0.5]
    if value is None:
        return ["2026-01-05"] if path[-1] in ("request_by", "dispense") else []
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return [word for word in words(path, value) if word != value]
    return [(found + timedelta(days=step)).isoformat() for step in (-1, 1)]


def words(path: Keys, value: str) -> list[str]:
    """Other words that the type allows where ``value`` stands."""
    allowed = {
        "site": ["home", "hospital"],
        "kind": ["initial", "continued"],
        "unit": ["vials", "units"],
        "modifier": ["JW", "JZ"],
        "name": ["delay", "vials"],
        "indication": ["adult-consolidation"],
    }
    return allowed.get(str(path[-1]), [value + "0"])


def test_the_plan_that_is_mutated_is_compliant() -> None:
    assert refused(COMPLIANT) == {}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_value_one_step_off_is_noticed(section: str) -> None:
    unnoticed = []
    tried = 0
    for path, value in sampled(section):
        for other in others(path, value):
            tried += 1
            if not noticed(path, other):
                unnoticed.append(f"{path}: {value} -> {other}")
    assert tried
    assert unnoticed == []


@pytest.mark.parametrize("section", SECTIONS[:7])
def test_an_item_left_out_or_told_twice_is_noticed(section: str) -> None:
    items = WRITTEN[section]
    for index in range(0, len(items), 3):
        without = [item for place, item in enumerate(items) if place != index]
        assert refused(changed(COMPLIANT, section, without)), f"{section}[{index}] left out"
        assert refused(changed(COMPLIANT, section, [*items, items[index]])), f"{section}[{index}]"


ANY_DAY = st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(date.isoformat)
ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    ANY_DAY,
    st.sampled_from(["", "initial", "continued-1", "continued-9", "hospital", "JW", "J9039"]),
)
PATHS = [path for key in WRITTEN for path, _ in leaves(WRITTEN[key], (key,))]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.tuples(st.sampled_from(PATHS), ANY_VALUE), min_size=1, max_size=4))
def test_no_plan_of_the_right_type_makes_the_audit_fall_over(
    edits: list[tuple[Keys, Any]],
) -> None:
    plan = COMPLIANT
    for path, value in edits:
        try:
            plan = changed(plan, path, value)
        except ValidationError:
            continue  # refused by the type, before any audit
    assert audited(plan).clauses >= 1


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SECTIONS[:7]),
    st.lists(st.integers(0, 200), max_size=6),
)
def test_items_that_are_missing_or_repeated_are_noticed_in_any_order(
    section: str, picked: list[int]
) -> None:
    items = WRITTEN[section]
    kept = [items[index % len(items)] for index in picked]
    told_apart = sorted(map(str, kept)) != sorted(map(str, items))  # the order alone is no fault
    assert audited(changed(COMPLIANT, section, kept)).violations or not told_apart
