"""The plan was made from the documents it names."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case, in_force
from planner.documents.policy import DoseClause


def documents(case: Case) -> Iterator[str]:
    """Ids, revision and hashes are those of the policy and drug files, the indication and title
    those of the scenario, and the policy and its dose are in force when each cycle starts."""
    plan, policy, scenario = case.plan, case.policy, case.scenario
    for name, stated, due in (
        ("policy", plan.policy.id, policy.id),
        ("policy's revision", plan.policy.revision, policy.revision),
        ("policy's SHA-256", plan.policy.sha256, case.policy_sha256),
        ("drug", plan.drug.id, case.drug.id),
        ("policy's drug", policy.drug, case.drug.id),
        ("drug file's SHA-256", plan.drug.sha256, case.drug_sha256),
        ("indication", plan.indication, scenario.indication),
        ("title", plan.scenario.title, scenario.title),
    ):
        if due is not None and stated != due:
            yield f"the {name} is {due}, the plan says {stated}"
    for cycle in case.planned:
        begun = policy.effective_from <= cycle.start
        if not begun or (
            policy.effective_until is not None and cycle.start > policy.effective_until
        ):
            yield f"cycle {cycle.cycle} starts on {cycle.start}, when the policy is not in force"
    for cycle in case.cycles:
        if not any(in_force(clause, cycle.start) for _, clause in case.clauses_of(DoseClause)):
            yield f"no dose clause of the policy is in force on {cycle.start}"
