"""The plan was made from the documents it names."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case, in_force
from planner.audit.days import after
from planner.documents.policy import DoseClause


def documents(case: Case) -> Iterator[str]:
    """Ids, revision and hashes are those of the policy and drug files, the indication and title
    those of the scenario, and the policy's dose is in force when each cycle starts."""
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
    for name, written, known in (
        ("first", plan.policy.effective_from, policy.effective_from),
        ("last", plan.policy.effective_until, policy.effective_until),
    ):
        if written is not None and written != known:
            yield f"the policy's {name} day is {known}, the plan says {written}"
    for cycle in case.cycles:
        if not any(in_force(clause, cycle.start) for _, clause in case.clauses_of(DoseClause)):
            yield f"no dose clause of the policy is in force on {cycle.start}"


def dates(case: Case) -> Iterator[str]:
    """Every infusion day and date of service still to come lies in the policy's dates."""
    begin, end = case.policy.effective_from, case.policy.effective_until
    days = [(bag.hang, "a bag is hung") for bag in case.new_bags]
    days += [(after(bag.hang, bag.days - 1), "a bag runs") for bag in case.new_bags]
    days += [(line.date, "a claim is dated") for line in case.new_claims]
    early = min((one for one in days if begin is not None and one[0] < begin), default=None)
    late = max((one for one in days if end is not None and one[0] > end), default=None)
    if early is not None:
        yield f"{early[1]} on {early[0]}, the policy is in force from {begin}"
    if late is not None:
        yield f"{late[1]} on {late[0]}, the policy is in force to {end}"
