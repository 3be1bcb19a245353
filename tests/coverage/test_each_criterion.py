"""Each criterion alone is enough to fail a patient who meets all others."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from planner.coverage.facts import facts_of
from planner.coverage.tree import criteria_of
from planner.coverage.trees import Trees
from tests.coverage.asked import by_leaf, told
from tests.coverage.asking import (
    BY_LEVEL,
    EXPERIENCED,
    INTOLERANT,
    NEGATIVE,
    POLICY,
    POSITIVE,
    answer,
)
from tests.coverage.outcomes import SINGLE_AGENT, Kind
from tests.coverage.patients import BASES, Plain, asking, put, reading, scenario

KINDS: tuple[Kind, ...] = ("initial", "renewal")
ALONE: list[tuple[str, str, str, Any]] = [
    ("III.universal.live-vaccine-before", POSITIVE, "facts.live_vaccine.last", "2025-12-29"),
    ("III.universal.live-vaccine-during", POSITIVE, "facts.live_vaccine.during_therapy", True),
    ("App1.diagnosis", POSITIVE, "diagnosis", "C92.00"),
    ("III.adult.age", POSITIVE, "age", 14),
    ("III.adult.b-cell", POSITIVE, "facts.b_cell_precursor", False),
    (
        "III.adult.consolidation.complete-response",
        POSITIVE,
        "facts.disease",
        "minimal-residual-disease",
    ),
    ("III.adult.consolidation.mrd-positive", POSITIVE, "facts.mrd.status", "negative"),
    ("III.adult.consolidation.single-agent", POSITIVE, "facts.therapy", "inotuzumab-mini-hypercvd"),
    ("III.adult.consolidation.mrd-level", BY_LEVEL, "facts.mrd.percent", 0.09),
    (
        "III.adult.consolidation.ph-negative-single-agent",
        NEGATIVE,
        "facts.philadelphia",
        "positive",
    ),
    ("III.adult.consolidation.induction", NEGATIVE, "facts.induction", "other"),
    ("III.adult.rr.disease", EXPERIENCED, "facts.disease", "complete-response"),
    ("III.adult.rr.ph-positive-single-agent", EXPERIENCED, "facts.therapy", "interfant"),
    ("III.adult.rr.tki-refractory", EXPERIENCED, "facts.tki.refractory", ["imatinib"]),
    ("III.adult.rr.tki-intolerant", INTOLERANT, "facts.tki.intolerant", []),
    (
        "III.adult.rr.imatinib-intolerant",
        "adult.rr.ph-positive.tki-intolerant.imatinib-too",
        "facts.tki.intolerant",
        ["ponatinib"],
    ),
    ("III.adult.rr.imatinib-refractory", INTOLERANT, "facts.tki.refractory", []),
    (
        "III.adult.rr.ph-negative-single-agent",
        "adult.rr.ph-negative",
        "facts.philadelphia",
        "positive",
    ),
    ("III.adult.rr.inotuzumab", "adult.rr.inotuzumab", "facts.therapy", "interfant"),
    ("III.pediatric.age", "pediatric.rr", "age", 0.05),
    ("III.pediatric.single-agent", "pediatric.rr", "facts.therapy", "inotuzumab-mini-hypercvd"),
    ("III.pediatric.b-cell", "pediatric.rr", "facts.b_cell_precursor", False),
    ("III.pediatric.mrd.positive", "pediatric.mrd", "facts.mrd.status", "negative"),
    ("III.pediatric.mrd.level", "pediatric.mrd", "facts.mrd.percent", 0.09),
    ("III.pediatric.rr.disease", "pediatric.rr", "facts.disease", "complete-response"),
    ("III.pediatric.interfant.regimen", "pediatric.interfant", "facts.therapy", "single-agent"),
]
AT_RENEWAL: list[tuple[str, str, str, Any]] = [
    ("III.universal.live-vaccine-during", EXPERIENCED, "facts.live_vaccine.during_therapy", True),
    ("App1.diagnosis", EXPERIENCED, "diagnosis", "C92.00"),
    ("IV.still-met", EXPERIENCED, "facts.renewal.criteria_still_met", False),
    ("IV.toxicity", EXPERIENCED, "facts.renewal.toxicity", "unacceptable"),
    ("IV.response", EXPERIENCED, "facts.renewal.response", "progressed"),
    ("III.adult.rr.ph-positive-single-agent", EXPERIENCED, "facts.therapy", "interfant"),
    ("III.pediatric.single-agent", "pediatric.rr", "facts.therapy", "interfant"),
]


def fails_by_it_alone(leaf: str, written: Plain, kind: Kind) -> bool:
    """Whether the criteria would be met if that one leaf were."""
    patient = scenario(written)
    choice = {name: str(value) for name, value in patient.readings.items()}
    tree = Trees(POLICY, kind).of(patient.indication, choice)
    facts = facts_of(patient)
    held = {q.leaf.id: q.verdict(facts) == "met" for q in criteria_of(tree)}
    return not held[leaf] and by_leaf(tree).verdict(told({**held, leaf: True})) == "met"


@pytest.mark.parametrize("name", BASES)
def test_a_patient_of_each_route_meets_the_criteria_by_it(name: str) -> None:
    found = answer(BASES[name])
    met = [route.id for route in found.routes if route.counts and route.status == "met"]
    assert found.status == "met"
    assert len(met) == 1
    assert name.startswith("aya") or name.startswith(met[0])
    assert (found.missing, found.to_meet) == ((), ())


@pytest.mark.parametrize(("leaf", "base", "path", "value"), ALONE, ids=[row[0] for row in ALONE])
def test_each_criterion_alone_is_enough_to_fail(
    leaf: str, base: str, path: str, value: Any
) -> None:
    changed = put(BASES[base], path, value)
    assert answer(changed).status == "not-met"
    assert fails_by_it_alone(leaf, changed, "initial")


def test_negative_residual_disease_alone_fails_where_single_agents_need_a_level_too() -> None:
    """As printed, a single agent for positive disease is approved, so that MRD- cannot fail alone;
    read with AND, positive disease at 0 percent goes neither way.
    """
    positive = put(BASES[NEGATIVE], "facts.mrd.status", "positive")
    assert answer(positive).status == "met"
    strict = reading(positive, {SINGLE_AGENT: "and"})
    assert answer(strict).status == "not-met"
    assert fails_by_it_alone("III.adult.consolidation.mrd-negative", strict, "initial")


def test_no_remission_named_and_none_after_consolidation_is_undecided() -> None:
    """A scenario can name a first or second remission only, so that the criterion is never known
    not to be met; where it is not named the answer waits for it.
    """
    found = answer(put(BASES["pediatric.mrd"], "facts.remission", None))
    assert (found.status, found.missing) == ("undecided", ("patient.facts.remission",))
    changed = put(BASES["pediatric.mrd.after-consolidation"], "facts.after_consolidation", False)
    assert answer(changed).status == "undecided"
    assert fails_by_it_alone("III.pediatric.mrd.after-consolidation", changed, "initial")


@pytest.mark.parametrize(
    ("leaf", "base", "path", "value"), AT_RENEWAL, ids=[row[0] for row in AT_RENEWAL]
)
def test_each_renewal_criterion_alone_is_enough_to_fail(
    leaf: str, base: str, path: str, value: Any
) -> None:
    assert answer(BASES[base], renewal=True).status == "met"
    changed = put(BASES[base], path, value)
    assert answer(changed, renewal=True).status == "not-met"
    assert fails_by_it_alone(leaf, changed, "renewal")


def test_every_leaf_that_can_fail_is_among_those_that_fail_alone() -> None:
    tried = {row[0] for row in (*ALONE, *AT_RENEWAL)} | {
        "III.pediatric.mrd.remission",  # unknown at worst
        "III.pediatric.mrd.after-consolidation",
        "III.adult.consolidation.mrd-negative",  # by one reading only, see above
        "IV.rr.continued-cycles",  # 5 + 4 cycles are the 9 in all: the two counts fail together
        "IV.rr.total-cycles",
        "IV.consolidation",  # never renewed, whoever the patient is
        "IV.mrd",
        "IV.interfant",
    }
    leaves = {q.leaf.id for kind in KINDS for q in Trees(POLICY, kind).leaves}
    assert tried == leaves


# Renewal -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cycles", "status"), [(5, "met"), (9, "met"), (10, "not-met")])
def test_a_renewal_is_for_nine_cycles_at_most(cycles: int, status: str) -> None:
    assert answer(asking(BASES[EXPERIENCED], cycles), renewal=True).status == status
    assert answer(asking(BASES["pediatric.rr"], cycles), renewal=True).status == status


@pytest.mark.parametrize(("past", "status"), [(8, "met"), (9, "not-met")])
def test_a_renewal_after_nine_cycles_has_no_cycle_left(past: int, status: str) -> None:
    """Nothing is asked for beyond the history: the renewal is for the next cycle."""
    written = deepcopy(BASES[EXPERIENCED])
    del written["request"]["cycles"]
    written["as_of"] = "2026-01-12"
    written["history"] = {"cycles": [{"cycle": past, "start": "2025-11-01"}]}
    found = answer(written, renewal=True)
    assert found.status == status
    assert [step.fact for step in found.to_meet] == ([] if status == "met" else ["request.cycles"])


@pytest.mark.parametrize("base", [POSITIVE, "pediatric.mrd", "pediatric.interfant"])
def test_consolidation_mrd_and_interfant_are_never_renewed(base: str) -> None:
    found = answer(BASES[base], renewal=True)
    assert (found.status, found.to_meet, found.missing) == ("not-met", (), ())
