"""The criteria of EOCCO-0382 agree with the document's text, patient by patient, and no single
change of them goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from planner.coverage import answer
from planner.coverage.prove import Proof
from planner.documents.criteria import Criteria
from planner.documents.criteria_checks import criteria_findings
from planner.documents.load import load_policy, shipped
from planner.documents.policy import DiagnosesClause, Policy
from planner.documents.positions import read_yaml
from planner.documents.scenario import Scenario
from tests.coverage.changes import changes
from tests.coverage.outcomes import CONNECTOR, SINGLE_AGENT, Kind, Outcome, Planned, expected
from tests.coverage.patients import family

POLICY = load_policy("eocco-0382").policy
Cases = list[tuple[Kind, str, Scenario, Outcome]]


@pytest.fixture(autouse=True)
def verdicts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing, and proofs, have tests of their own, and take most of an answer's time."""
    monkeypatch.setattr(answer, "missing", lambda *_: ())
    monkeypatch.setattr(answer, "shortest_way", lambda *_: ())
    monkeypatch.setattr(answer, "any_patient", lambda *_: Proof("no-patient", "none"))


@pytest.fixture(scope="module")
def cases() -> Cases:
    return [(kind, name, patient, expected(patient, kind)) for kind, name, patient in family()]


def differing(policy: Policy, cases: Cases) -> Iterator[str]:
    """The patients whose outcome is not the one expected, one by one."""
    planned = Planned(policy)
    for kind, name, patient, wanted in cases:
        if planned.outcome(patient, kind) != wanted:
            yield f"{kind}: {name}"


def noticed(policy: Policy, cases: Cases) -> bool:
    """Whether a policy is refused as a file, or moves the outcome of any patient."""
    if next(criteria_findings(policy), None) is not None:
        return True
    return next(differing(policy, cases), None) is not None


def test_every_patient_of_the_family_has_the_outcome_that_the_text_gives(cases: Cases) -> None:
    assert len(cases) > 1000
    assert {wanted.status for *_, wanted in cases} == {"met", "not-met", "unknown"}
    assert list(differing(POLICY, cases)) == []


@pytest.mark.long
def test_no_single_change_of_the_criteria_goes_unnoticed(cases: Cases) -> None:
    """Each number, word, name, id, section, list, indication, route and connector is changed, each
    leaf and test left out, one at a time; the patients above notice every change."""
    raw = shipped("models").joinpath("policies/eocco-0382.yaml").read_bytes()
    written: dict[str, Any] = read_yaml(raw, "eocco-0382.yaml").value["criteria"]
    made = [
        (name, POLICY.model_copy(update={"criteria": Criteria.model_validate(changed)}))
        for name, changed in changes(written)
    ]
    assert len(made) > 350
    assert [name for name, policy in made if not noticed(policy, cases)] == []


def test_the_criteria_as_they_stand_are_not_noticed(cases: Cases) -> None:
    assert not noticed(POLICY, cases)


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        *(("IV.rr.total-cycles", {"total_cycles": cycles}) for cycles in (8, 10)),
        *(("IV.rr.continued-cycles", {"continued_cycles": cycles}) for cycles in (3, 5)),
        *(("I.rr.initial", {"cycles": cycles}) for cycles in (4, 6)),
        *((f"IV.{name}", {"renewable": True}) for name in ("consolidation", "mrd", "interfant")),
    ],
)
def test_a_changed_clause_on_which_criteria_rest_is_noticed(
    clause: str, change: dict[str, object], cases: Cases
) -> None:
    """Nine cycles are five and four: one more or less on either side moves a patient."""
    changed = POLICY.clauses[clause].model_copy(update=change)
    policy = POLICY.model_copy(update={"clauses": {**POLICY.clauses, clause: changed}})
    assert noticed(policy, cases)


def test_every_covered_code_that_is_left_out_is_noticed(cases: Cases) -> None:
    clause = POLICY.clauses["App1"]
    assert isinstance(clause, DiagnosesClause)
    for code in clause.codes:
        left = tuple(other for other in clause.codes if other != code)
        fewer = clause.model_copy(update={"codes": left})
        policy = POLICY.model_copy(update={"clauses": {**POLICY.clauses, "App1": fewer}})
        assert noticed(policy, cases), code.code


@pytest.mark.parametrize("name", [CONNECTOR, SINGLE_AGENT])
def test_another_default_of_a_reading_is_noticed(name: str, cases: Cases) -> None:
    other = POLICY.readings[name].model_copy(update={"default": "and"})
    policy = POLICY.model_copy(update={"readings": {**POLICY.readings, name: other}})
    assert noticed(policy, cases)
