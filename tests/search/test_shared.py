"""What courses share: which are the same problem, and that it is solved once."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest

import planner
from benchmarks.by_hand import laid
from planner import api
from planner.documents.load import parse_scenario
from planner.documents.plan import Plan
from planner.search.shared import Kept, same

PATIENT = {"ref": "A", "age": 41, "weight_kg": 70, "diagnosis": "C91.02", "state": "OR"}
BASE: dict[str, Any] = {
    "format": "planner-scenario/1",
    "title": "One",
    "policy": "eocco-0382",
    "indication": "adult-rr",
    "patient": PATIENT,
    "pharmacy": {"bags": ["24h"], "transit_days": 1},
    "request": {"first_infusion": "2026-03-02", "cycles": 2},
    "history": {"dispenses": [{"date": "2026-02-27", "vials": 1, "cycle": 1}]},
    "as_of": "2026-02-28",
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The base with one value more or another."""
    document = deepcopy(BASE)
    *folders, key = path.split(".")
    place = document
    for folder in folders:
        place = place.setdefault(folder, {})
    place[key] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "Another"),
        ("patient.ref", "B"),
        ("patient.age", 62),
        ("patient.state", "WA"),
        ("patient.weight_kg", 82.5),  # from 45 kg on the dose is 28 mcg a day, whatever the weight
        ("patient.facts", {"disease": "relapsed-refractory"}),
    ],
)
def test_who_a_course_is_for_changes_nothing_in_its_calendars(path: str, value: Any) -> None:
    assert same(laid(changed(path, value))) == same(laid(BASE))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("policy", "healthpartners-045816"),
        ("indication", "pediatric-rr"),
        ("patient.weight_kg", 40),  # below 45 kg the dose goes by body surface
        ("patient.diagnosis", "C91.01"),
        ("pharmacy.bags", ["24h", "48h"]),
        ("pharmacy.closed", ["2026-03-04"]),
        ("pharmacy.transit_days", 0),
        ("pharmacy.spare_vials", 1),
        ("request.first_infusion", "2026-03-03"),
        ("request.cycles", 3),
        ("request.max_delay_days", 1),
        ("readings.window", "cycle"),
        ("authorizations", [{"kind": "initial", "start": "2026-03-01"}]),
        ("history.dispenses", [{"date": "2026-02-27", "vials": 2, "cycle": 1}]),
        ("as_of", "2026-03-01"),
        ("objectives", ["stock_days"]),
    ],
)
def test_whatever_a_calendar_depends_on_makes_another_course(path: str, value: Any) -> None:
    document = changed(path, value)
    if path == "patient.weight_kg":
        document["patient"]["bsa_m2"] = 1.3
    assert same(laid(document)) != same(laid(BASE))


def test_a_course_is_solved_once_and_planned_for_each_patient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = api.Known()
    first = planner.plan(parse_scenario(json.dumps(BASE)), known=known)
    monkeypatch.setattr("planner.search.find._find", lambda *_, **__: pytest.fail("searched again"))
    other = changed("patient.ref", "B")
    second = planner.plan(parse_scenario(json.dumps(other)), known=known)
    assert isinstance(first, Plan)
    assert isinstance(second, Plan)
    assert second.scenario.document.patient.ref == "B"
    assert second.audit.violations == ()
    assert second.bags == first.bags
    assert second.objectives == first.objectives


def test_what_was_asked_for_longest_ago_is_forgotten() -> None:
    kept: Kept[str] = Kept(2)
    kept.keep("a", "1")
    kept.keep("b", "2")
    assert kept.find("a") == "1"
    kept.keep("c", "3")
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == ("1", None, "3")
    assert len(kept) == 2


class Slow(str):
    """A key that lets other threads go first whenever it is looked up."""

    def __hash__(self) -> int:
        time.sleep(0)
        return super().__hash__()


def test_several_threads_may_ask_at_once() -> None:
    kept: Kept[str] = Kept(2)

    def ask(thread: int) -> None:
        for turn in range(300):
            key = Slow((thread + turn) % 4)
            assert kept.find(key) in (None, key)
            kept.keep(key, key)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ask, range(4)))
    assert len(kept) == 2
