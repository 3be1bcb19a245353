"""The printed reading of the adult consolidation branch can be met by no patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from planner.coverage import DisagreementError, answer, criteria
from planner.coverage.decide import shortest_way
from planner.coverage.prove import Proof, any_patient
from planner.coverage.tree import Branch, Part
from planner.coverage.trees import Trees
from planner.documents.base import Indication
from planner.documents.load import load_policy
from tests.coverage import oracle
from tests.coverage.asked import told
from tests.coverage.outcomes import CONNECTOR, SINGLE_AGENT
from tests.coverage.patients import BASES, scenario

POLICY = load_policy("eocco-0382").policy
TREES = Trees(POLICY, "initial")
NOBODY = told({})
CHOICES = [(one, other) for one in ("or", "and") for other in ("or", "and")]


def every_patient() -> Iterator[dict[str, bool]]:
    """The truth of each adult consolidation question, for every combination of the facts."""
    flags = product((True, False), repeat=5)
    diseases = ("relapsed-refractory", "complete-response", "minimal-residual-disease", "infant")
    therapies = ("single-agent", "inotuzumab-mini-hypercvd", "interfant")
    words = product(
        diseases, ("positive", "negative"), (True, False), therapies, (True, False), (True, False)
    )
    rest = list(words)
    for before, during, covered, old, b_cell in flags:
        for disease, mrd, level, therapy, ph_negative, induction in rest:
            alone = therapy == "single-agent"
            yield {
                "III.universal.live-vaccine-before": before,
                "III.universal.live-vaccine-during": during,
                "App1.diagnosis": covered,
                "III.adult.age": old,
                "III.adult.b-cell": b_cell,
                "III.adult.consolidation.complete-response": disease == "complete-response",
                "III.adult.consolidation.mrd-positive": mrd == "positive",
                "III.adult.consolidation.mrd-negative": mrd == "negative",
                "III.adult.consolidation.single-agent": alone,
                "III.adult.consolidation.mrd-level": level,
                "III.adult.consolidation.ph-negative-single-agent": alone and ph_negative,
                "III.adult.consolidation.induction": induction,
            }


@pytest.mark.parametrize(("connector", "single_agent"), CHOICES)
def test_the_solver_agrees_with_the_truth_table_over_all_patients(
    connector: str, single_agent: str
) -> None:
    """32 x 4 x 2 x 2 x 3 x 2 x 2 = 6,144 patients; AND between the branches leaves none."""
    ways = oracle.consolidation_routes(connector, single_agent)
    patients = list(every_patient())
    assert len(patients) == 6144
    some_patient = any(way(held) for way in ways.values() for held in patients)
    choice = {CONNECTOR: connector, SINGLE_AGENT: single_agent}
    proof = any_patient(TREES.of("adult-consolidation", choice), NOBODY)
    assert some_patient == (connector == "or")
    assert proof.verdict == ("patient" if some_patient else "no-patient")
    assert proof.engine.startswith("CP-SAT 9.")


@pytest.mark.parametrize("indication", get_args(Indication))
@pytest.mark.parametrize("kind", ["initial", "renewal"])
def test_solver_and_writing_out_every_way_agree_on_every_tree(
    kind: str, indication: Indication
) -> None:
    trees = Trees(POLICY, "renewal" if kind == "renewal" else "initial")
    for choice in trees.choices(trees.readings_for(indication)):
        tree = trees.of(indication, choice)
        way = shortest_way(tree, NOBODY)
        verdict = any_patient(tree, NOBODY).verdict
        assert verdict == ("no-patient" if way is None else "patient")


def test_no_choice_of_the_other_reading_helps_the_printed_connector() -> None:
    """The other reading is left to the solver."""
    tree = TREES.of("adult-consolidation", {CONNECTOR: "and"})
    assert any_patient(tree, NOBODY, [SINGLE_AGENT]).verdict == "no-patient"
    assert any_patient(tree, NOBODY, [CONNECTOR]).verdict == "patient"


@pytest.mark.parametrize("side", ["mrd-positive", "mrd-negative"])
def test_it_is_the_two_values_of_residual_disease_that_exclude_each_other(side: str) -> None:
    """With either question on residual disease left out, there is a patient."""

    def without(part: Part) -> Part:
        if not isinstance(part, Branch):
            return part
        kept = [
            without(below)
            for below in part.parts
            if isinstance(below, Branch) or not below.leaf.id.endswith(f".{side}")
        ]
        return replace(part, parts=tuple(kept))

    tree = without(TREES.of("adult-consolidation", {CONNECTOR: "and"}))
    assert isinstance(tree, Branch)
    assert any_patient(tree, NOBODY).verdict == "patient"


def test_engines_that_disagree_are_a_fault_and_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "any_patient", lambda *_: Proof("patient", "a solver"))
    with pytest.raises(DisagreementError, match=f"a solver finds a patient for {CONNECTOR}: and"):
        criteria(scenario(BASES["adult.consolidation.mrd-negative"]), POLICY)


def test_a_solver_without_a_verdict_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "any_patient", lambda *_: Proof("undecided", "a solver"))
    found = criteria(scenario(BASES["adult.consolidation.mrd-negative"]), POLICY)
    assert [never.proven for never in found.never_met] == [False]
