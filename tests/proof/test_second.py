"""The second engine: the same rows, asked again by other means."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from planner.constraints.system import System
from planner.deadline import Deadline
from planner.proof.certificate import DisagreementError, certificate_for
from planner.proof.checker import check, exact
from planner.proof.judge import Ruling
from planner.proof.second import asked, second_opinion, smt_lib
from tests.proof.test_certificate import document_of, solvable, system_of, systems

MINUTE = 60.0  # seconds by the clock for z3
HALVES = [({0: 1, 1: 1}, 1, 1), ({0: 1, 2: 1}, 1, 1), ({1: 1, 2: 1}, 1, 1)]


@settings(max_examples=60, deadline=None)
@given(systems())
def test_the_second_engine_rules_as_trying_all_values_does(system: System) -> None:
    assert second_opinion(system, Deadline(MINUTE), None) is (
        Ruling.YES if solvable(system) else Ruling.NO
    )


def test_a_system_is_put_as_smt_lib_text() -> None:
    system = system_of([(-1, 2), (0, 1)], ({0: 1, 1: -3}, -2, 4), ({1: 1}, None, 0), ({}, 1, None))
    assert list(smt_lib(system)) == [
        "(declare-const v0 Int)(assert (<= (- 1) v0 2))",
        "(declare-const v1 Int)(assert (<= 0 v1 1))",
        "(assert (>= (+ v0 (* (- 3) v1)) (- 2)))",
        "(assert (<= (+ v0 (* (- 3) v1)) 4))",
        "(assert (<= v1 0))",
        "(assert (>= 0 1))",
    ]


def test_a_solution_comes_with_its_values_and_the_engine_with_its_version() -> None:
    opinion = asked(system_of([(0, 9), (3, 9)], ({0: 1}, 7, 7)), Deadline(MINUTE), None)

    assert opinion is not None
    assert opinion.values is not None
    assert opinion.values[0] == 7
    name, version = opinion.engine.split()
    assert name == "z3"
    assert version[0].isdigit()


def test_an_exact_proof_needs_no_second_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    certificate = certificate_for([system_of([(0, 1)] * 3, *HALVES)])

    assert certificate is not None
    assert certificate.kind == "cases"


def test_the_first_part_that_proves_it_is_certified_and_no_other_is_built() -> None:
    def parts() -> Iterator[System]:
        yield system_of([(0, 1)] * 2, ({0: 1, 1: 1}, 1, 1))  # has a solution
        yield system_of([(0, 1)], ({0: 1}, 2, None))
        raise AssertionError

    certificate = certificate_for(parts())
    assert certificate is not None
    assert (certificate.kind, [row.low for row in certificate.rows]) == ("farkas", [2])


def test_where_no_exact_proof_is_found_the_second_engine_gives_its_word() -> None:
    certificate = certificate_for([system_of([(0, 1)] * 3, *HALVES)], leaves=1)

    assert certificate is not None
    assert (certificate.kind, certificate.checked) == ("second-engine", True)
    assert certificate.engine is not None
    assert certificate.engine.startswith("z3 ")
    document = document_of(certificate)
    assert check(document) == []
    assert not exact(document)


def test_without_a_second_engine_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    system = system_of([(0, 1)] * 3, *HALVES)

    assert second_opinion(system, Deadline(MINUTE), None) is None
    assert certificate_for([system], leaves=1) is None


def test_a_solution_found_by_the_second_engine_is_disagreement_with_its_values() -> None:
    system = system_of([(0, 1), (0, 1)], ({0: 1, 1: 1}, 1, 1), ({0: 1}, 1, None))

    with pytest.raises(
        DisagreementError, match=r"engines disagree: .* none exists; z3 .* found one"
    ):
        certificate_for([system])
    with pytest.raises(DisagreementError) as caught:
        certificate_for([system])
    assert caught.value.values == (1, 0)
