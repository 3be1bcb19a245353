"""Every clause of a policy that a plan can be held against has its function, and the reverse."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest

from planner.audit.case import Case
from planner.audit.table import FAMILIES, RULES, all_rules, clause_rules
from planner.documents.base import Indication
from planner.documents.clause import ClauseBase
from planner.documents.policy import Clause, ContractorsClause
from tests.audit.plans import DRUG, POLICY, Cycle, audited, day, lay_out, scenario

INDICATIONS: tuple[str, ...] = get_args(Indication)


def families() -> set[type[ClauseBase]]:
    """Every family of clauses that a policy file may hold."""
    union, _ = get_args(Clause)
    return set(get_args(union))


def case(indication: str) -> Case:
    document = scenario(indication=indication, patient={"weight_kg": 50, "bsa_m2": 1.4})
    return Case(lay_out(document, [Cycle(1, day(0))], surface=1.4), POLICY, DRUG)


def test_every_family_but_the_contractors_is_checked_on_a_plan() -> None:
    assert families() - set(FAMILIES) == {ContractorsClause}
    assert set(FAMILIES) <= families()


@pytest.mark.parametrize("indication", INDICATIONS)
def test_the_clauses_checked_are_those_of_the_policy_for_the_indication(indication: str) -> None:
    wanted = {
        name
        for name, clause in POLICY.clauses.items()
        if indication in clause.indications and clause.rule != "contractors"
    }
    assert set(clause_rules(case(indication))) == wanted
    assert wanted


def test_every_clause_of_the_policy_is_checked_for_some_indication() -> None:
    checked = {name for indication in INDICATIONS for name in clause_rules(case(indication))}
    assert checked == set(POLICY.clauses) - {"App2"}


def test_no_rule_of_its_own_bears_the_id_of_a_clause() -> None:
    assert not set(RULES) & set(POLICY.clauses)


def test_the_result_counts_the_rules_checked() -> None:
    one = case("adult-rr")
    assert audited(one.plan).clauses == len(all_rules(one)) + 1  # and the gate before them


def test_importing_the_audit_loads_no_solver_and_no_model() -> None:
    """Nor does running it load anything of the search."""
    rooms = tuple(f"planner.{room}" for room in ("regimen", "constraints", "search", "coverage"))
    heavy = ("ortools", *rooms, "pydantic")
    code = f"import sys, planner.audit; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    code = f"import sys, planner.audit.run; print([m for m in {heavy[:5]} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
