"""Certificates of real conflicts, one of each exact kind, with every field tampered with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

from planner import explain
from planner.constraints.system import System
from planner.deadline import Deadline
from planner.documents.load import parse_scenario
from planner.proof.checker import check
from planner.proof.judge import Ruling
from planner.proof.second import second_opinion
from planner.search.engine import Verdict, solve
from tests.proof.explained import conflict_in
from tests.proof.test_checker import at, dropped, places, put, resealed, tampered

BILLED = "units-cycles-1-5"
KINDS = ["farkas", "cases"]
DAYS = [date(2026, 1, 5) + timedelta(days=i) for i in range(24)]
# 26 vials were sent, 24 are hung and 2 last to day 25; vials travel a day, so the next fill goes
# out on day 25 at the latest, and the whole of 26 days supply has it wait to day 26. The last of
# the 26 is hung 25 days after its dispense
REFILL = f"""\
format: planner-scenario/1
policy: eocco-0382
indication: adult-rr
patient: {{age: 41, weight_kg: 70}}
pharmacy:
  bags: [24h]
  dispense_days: [mon, tue, wed, thu, fri, sat, sun]
  holidays: none
  transit_days: 1
  max_days_ahead: 25
readings: {{refill_threshold: 1}}
request: {{first_infusion: 2026-01-05, cycles: 1}}
as_of: 2026-01-29
history:
  cycles:
    - cycle: 1
      start: 2026-01-05
      bags: [{", ".join(f"{{hang: {day}, days: 1, vials: 1}}" for day in DAYS)}]
  dispenses: [{{date: 2026-01-05, vials: 26, cycle: 1}}]
"""


@lru_cache
def conflict(kind: str) -> dict[str, Any]:
    """What the checker reads of the document that ``planner plan --json`` prints."""
    found = conflict_in(BILLED) if kind == "farkas" else explain(parse_scenario(REFILL))
    assert found is not None
    printed: dict[str, Any] = json.loads(found.model_dump_json())
    assert check(printed) == []
    document = {key: printed[key] for key in ("format", "status", "conflict", "certificate")}
    assert document["certificate"]["kind"] == kind
    assert len(document["certificate"]["variables"]) > 20
    assert check(document) == []
    return document


def numbers(certificate: dict[str, Any]) -> str:
    """What of a certificate bears on its truth: bounds and rows, without names."""
    return json.dumps(
        [
            [[v["low"], v["high"]] for v in certificate["variables"]],
            [[r["low"], r["high"], r["terms"]] for r in certificate["rows"]],
        ]
    )


def system_in(certificate: dict[str, Any]) -> System:
    system = System()
    for i, variable in enumerate(certificate["variables"]):
        system.variable((i,), variable["low"], variable["high"])
    for i, row in enumerate(certificate["rows"]):
        terms = [(variable, coefficient) for variable, coefficient in row["terms"]]
        system.add((), (i,), terms, low=row["low"], high=row["high"])
    return system


def changes(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from tampered(conflict(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_tried_and_refused_under_the_old_digest(kind: str) -> None:
    tried = set()
    for name, given in changes(kind):
        tried.add(name.split(" ")[0])
        assert check(given) != [], name
    everything = {".".join(map(str, p)) for p in places(conflict(kind)["certificate"], ())}
    assert {f"certificate.{place}" if place else "certificate" for place in everything} == tried


def _without_a_solution(system: System) -> bool:
    """By z3, or by CP-SAT where z3 makes nothing of rows that sum up many bags."""
    ruling = second_opinion(system, Deadline(2.0), None)
    if ruling is Ruling.UNKNOWN:
        return solve(system).verdict is Verdict.INFEASIBLE
    return ruling is Ruling.NO


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_what_passes_under_a_new_digest_is_still_without_a_solution(kind: str) -> None:
    """By another engine, where a number of the rows or bounds is another: each seventh of
    them, which takes every field and every kind of change of it in turn."""
    pytest.importorskip("z3")
    before = numbers(conflict(kind)["certificate"])
    passed = judged = refused = 0
    known: set[str] = set()
    for name, given in changes(kind):
        if not isinstance(given.get("certificate"), dict):
            continue
        if check(resealed(given)) != []:
            refused += 1
            continue
        passed += 1
        after = numbers(given["certificate"])
        if after != before and after not in known:
            known.add(after)
            if len(known) % 7:
                continue
            judged += 1
            assert _without_a_solution(system_in(given["certificate"])), name
    assert refused > passed > 0
    assert judged


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_missing_or_not_known_is_refused_under_a_new_digest(kind: str) -> None:
    document = conflict(kind)
    for place in places(document["certificate"], ("certificate",)):
        value = at(document, place)
        if not isinstance(value, dict) or place[-1] == "weights":
            continue
        for key in value:
            changed = dropped(document, (*place, key))
            if "sha256" in changed["certificate"]:
                resealed(changed)
            assert check(changed) != [], (*place, key)
        assert check(resealed(put(document, (*place, "more"), None))) != [], place


@pytest.mark.parametrize("kind", KINDS)
def test_each_weight_is_needed(kind: str) -> None:
    """No row is named in a leaf that the leaf could do without."""
    document = conflict(kind)
    leaves = [
        place
        for place in places(document["certificate"], ("certificate",))
        if place[-1] == "weights" and at(document, place) is not None
    ]
    assert (len(leaves) > 1) == (kind == "cases")
    for place in leaves:
        for key in at(document, place):
            assert check(resealed(dropped(document, (*place, key)))) != [], (*place, key)
