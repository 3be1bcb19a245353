"""Runs every rule over a plan and gathers what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.audit.bounds import bounds
from planner.audit.case import Case
from planner.audit.table import all_rules
from planner.documents.contractors import Contractors
from planner.documents.drug import Drug
from planner.documents.plan import AuditResult, Plan, Violation
from planner.documents.policy import ContractorsClause, Policy

Folders = Sequence[str | Path]


def audited(
    plan: Plan,
    policy: Policy | None,
    drug: Drug | None,
    contractors: Contractors | None,
    folders: Folders,
) -> AuditResult:
    """The audit of a plan. Where a value lies out of all bounds, or a document cannot be read,
    that alone is reported."""
    wild = list(bounds(plan))
    if wild:
        return _result(1, [("nature.bounds", says) for says in wild])
    case = _case(plan, policy, drug, contractors, folders)
    if isinstance(case, str):
        return _result(1, [("documents", case)])
    rules = all_rules(case)
    found = [(name, says) for name, rule in rules.items() for says in rule(case)]
    return _result(len(rules) + 1, found)


def _case(
    plan: Plan,
    policy: Policy | None,
    drug: Drug | None,
    contractors: Contractors | None,
    folders: Folders,
) -> Case | str:
    """The plan beside its documents, or what is wrong with one that had to be read."""
    from planner.documents.errors import InputErrors
    from planner.documents.find import is_path
    from planner.documents.load import list_models, load_contractors, load_drug, load_policy

    if policy is not None and drug is not None:
        table = _table(plan, policy)
        if table is None or contractors is not None:
            return Case(plan, policy, drug, contractors=contractors)
    list_models(folders)  # a folder that is not there is the caller's error, not the plan's
    named = plan.scenario.document
    policy_sha256 = drug_sha256 = None
    try:
        if policy is None:
            by_id = plan.policy.id if is_path(named.policy) else named.policy
            policy_file = load_policy(by_id, folders)
            policy, policy_sha256 = policy_file.policy, policy_file.sha256
        if drug is None:
            by_id = plan.drug.id if is_path(named.drug) else named.drug
            drug_file = load_drug(by_id, folders)
            drug, drug_sha256 = drug_file.drug, drug_file.sha256
        table = _table(plan, policy)
        if table is not None and contractors is None:
            contractors = load_contractors(table, folders).contractors
    except InputErrors as errors:
        return f"a document of the plan cannot be read: {'; '.join(map(str, errors.problems))}"
    return Case(plan, policy, drug, policy_sha256, drug_sha256, contractors)


def _table(plan: Plan, policy: Policy) -> str | None:
    """The table of contractors that a plan with a word on coverage is held against."""
    own = plan.scenario.document.indication
    named = (c for c in policy.clauses.values() if isinstance(c, ContractorsClause))
    return next(
        (c.table for c in named if own in c.indications and plan.coverage is not None), None
    )


def _result(checked: int, found: list[tuple[str, str]]) -> AuditResult:
    return AuditResult(
        clauses=checked,
        violations=tuple(Violation(clause=name, says=says) for name, says in found),
    )
