"""Certificates: never for what has a solution, always accepted by the checker."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.constraints.model import build
from planner.constraints.system import System
from planner.documents.conflict import Certificate
from planner.documents.load import parse_scenario
from planner.proof.certificate import certify, sealed
from planner.proof.checker import check
from planner.regimen.build import course_of
from tests.proof.models import DRUG, POLICY


def system_of(bounds: list[tuple[int, int]], *rows: tuple[dict[int, int], Any, Any]) -> System:
    """A system of variables with bounds, and rows of (coefficients, low, high)."""
    system = System()
    for i, (low, high) in enumerate(bounds):
        system.variable(("x", i), low, high)
    for i, (terms, low, high) in enumerate(rows):
        system.add((f"rule-{i}",), (i,), terms.items(), low=low, high=high)
    return system


def document_of(certificate: Certificate) -> dict[str, Any]:
    """The least conflict document that carries a certificate."""
    members = sorted({m for row in certificate.rows for m in row.members})
    return {
        "format": "planner-conflict/1",
        "status": "infeasible",
        "conflict": [{"id": member} for member in members],
        "certificate": certificate.model_dump(mode="json"),
    }


def certified(system: System, **options: Any) -> Certificate:
    certificate = certify(system, **options)
    assert certificate is not None
    assert check(document_of(certificate)) == []
    return certificate


def solvable(system: System) -> bool:
    """By trying all values."""
    ranges = (range(a, b + 1) for a, b in zip(system.low, system.high, strict=True))
    return any(system.broken(values) is None for values in product(*ranges))


@st.composite
def systems(draw: st.DrawFn) -> System:
    count = draw(st.integers(1, 4))
    bounds = []
    for _ in range(count):
        low = draw(st.integers(-2, 2))
        bounds.append((low, low + draw(st.integers(0, 3))))
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        terms = draw(st.dictionaries(st.integers(0, count - 1), st.integers(-4, 4)))
        least = draw(st.none() | st.integers(-6, 8))
        most = draw(st.none() | st.integers(0 if least is None else least, 10))
        rows.append((terms, least, most))
    return system_of(bounds, *rows)


@settings(max_examples=300, deadline=None)
@given(systems())
def test_a_system_is_certified_exactly_where_trying_all_values_finds_no_solution(
    system: System,
) -> None:
    certificate = certify(system)

    assert (certificate is None) == solvable(system)
    if certificate is not None:
        assert check(document_of(certificate)) == []


def test_two_rows_that_clash_are_weighed_against_each_other() -> None:
    # 28 + 28 = 56 > 28: the weights 1, 1 and -1 leave 0 >= 28
    fills = [({0: 1}, 28, 28), ({1: 1}, 28, 28), ({0: 1, 1: 1}, None, 28)]
    certificate = certified(system_of([(0, 99), (0, 99)], *fills))

    assert certificate.kind == "farkas"
    assert certificate.proof is not None
    assert certificate.proof.weights == {0: "1", 1: "1", 2: "-1"}


def test_a_row_without_terms_that_fails_is_its_own_certificate() -> None:
    system = system_of([(0, 1)], ({0: 1}, None, 1), ({}, 1, None))
    certificate = certified(system)

    assert certificate.kind == "farkas"
    assert [row.members for row in certificate.rows] == [("rule-1",)]
    assert certificate.variables == ()


def test_what_has_a_solution_in_fractions_alone_is_split_into_cases() -> None:
    # x + y = z + x = y + z = 1 holds at one half each, and in no whole numbers
    pairs = [({0: 1, 1: 1}, 1, 1), ({0: 1, 2: 1}, 1, 1), ({1: 1, 2: 1}, 1, 1)]
    system = system_of([(0, 1)] * 3, *pairs)

    assert certified(system).kind == "cases"
    assert certify(system, leaves=1) is None


def test_a_search_that_costs_too_much_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [({0: 1, 1: 1}, 1, 1), ({0: 1, 2: 1}, 1, 1), ({1: 1, 2: 1}, 1, 1)]
    monkeypatch.setattr("planner.proof.certificate.WORK", 5)  # the relaxation has six terms
    assert certify(system_of([(0, 1)] * 3, *pairs)) is None


def test_starts_are_split_before_bags() -> None:
    system = System()
    hang, start, made = (system.variable((kind,)) for kind in ("x", "s", "y"))
    for one, other in ((hang, start), (hang, made), (start, made)):
        system.add((), (), [(one, 1), (other, 1)], low=1, high=1)
    certificate = certified(system)

    assert certificate.proof is not None
    assert certificate.proof.split is not None
    assert certificate.variables[certificate.proof.split].name == "s"


def test_rows_and_variables_that_the_proof_does_not_use_are_left_out() -> None:
    idle = [({2: 1, 3: 1}, 1, 1)] * 5
    clash = [({0: 1, 1: 1}, None, 1), ({0: 1}, 1, None), ({1: 1}, 1, None)]
    certificate = certified(system_of([(0, 1)] * 4, *idle, *clash))

    assert len(certificate.rows) == 3
    assert [variable.name for variable in certificate.variables] == ["x 0", "x 1"]


def test_a_variable_named_twice_in_a_row_counts_with_its_sum() -> None:
    system = System()
    v = system.variable(("x",), 0, 5)
    system.add((), (), [(v, 1), (v, -1), (v, 2)], low=11)  # 2 x is at most 10
    certificate = certified(system)

    assert [row.terms for row in certificate.rows] == [((0, 2),)]


def test_the_digest_is_made_anew_where_barred_days_are_filled_in() -> None:
    certificate = certified(system_of([(0, 1)], ({0: 1}, 2, None)))
    filled = certificate.model_copy(update={"barred": ("pharmacy.closed: 2026-12-24",)})

    assert check(document_of(filled)) == ["the digest is not that of the certificate"]
    assert check(document_of(sealed(filled))) == []


def test_weights_are_whole_where_the_contradiction_needs_thirds() -> None:
    # 3 x <= 2 y, 3 y <= 2 x and x + y >= 1 with x, y <= 1: 9 x <= 6 y <= 4 x, so x = y = 0
    rows = [({0: 3, 1: -2}, None, 0), ({1: 3, 0: -2}, None, 0), ({0: 1, 1: 1}, 1, None)]
    certificate = certified(system_of([(0, 1)] * 2, *rows))

    assert certificate.proof is not None
    weights = certificate.proof.weights
    assert weights is None or all(Fraction(w).denominator == 1 for w in weights.values())


ADULT = """
format: planner-scenario/1
title: An adult
policy: eocco-0382
drug: blinatumomab
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
indication: adult-rr
"""
ANY_DAY = (
    "pharmacy: {dispense_days: [mon, tue, wed, thu, fri, sat, sun], holidays: none, "
    "transit_days: 0}\n"
)


def real(rest: str) -> System:
    scenario = parse_scenario(ADULT + rest).scenario
    return build(course_of(scenario, POLICY, DRUG)).system


@pytest.mark.parametrize(
    ("rest", "named"),
    [
        pytest.param(
            "request: {first_infusion: 2026-01-05, cycles: 10}",
            "request.cycles",
            id="a tenth cycle",
        ),
        pytest.param(
            ANY_DAY + "request: {first_infusion: 2026-01-05, cycles: 2, dispenses: ["
            "{date: 2026-01-05, vials: 28, cycle: 1}, {date: 2026-02-15, vials: 28, cycle: 2}]}",
            "II.A",
            id="two fills inside 42 days",
        ),
        pytest.param(
            "request: {first_infusion: 2026-01-05, cycles: 5, cycle_starts: {5: 2026-07-10}}",
            "I.rr.initial",
            id="a fifth cycle out of its 30 weeks",
        ),
        pytest.param(
            "request: {first_infusion: 2026-01-05, cycles: 3, finish_by: 2026-04-01}",
            "request.finish_by",
            id="three cycles in twelve weeks",
        ),
        pytest.param(
            "pharmacy: {bags: [24h], bag_change_days: [mon, tue, wed, thu, fri]}\n"
            "request: {first_infusion: 2026-01-05, cycles: 1}",
            None,
            id="daily bags changed on weekdays alone",
        ),
    ],
)
def test_a_real_clash_is_certified_by_rows_of_the_rule_that_is_broken(
    rest: str, named: str | None
) -> None:
    certificate = certified(real(rest))

    members = {member for row in certificate.rows for member in row.members}
    assert named is None or named in members
    assert len(certificate.rows) < 100


def test_a_plain_course_has_no_certificate() -> None:
    assert certify(real("request: {first_infusion: 2026-01-05, cycles: 1}"), leaves=4) is None
