"""Rules that a policy's document leaves to the drug's label."""

from __future__ import annotations

from planner.documents.drug import Drug
from planner.documents.findings import Finding
from planner.documents.policy import Clause, Policy


def with_label(policy: Policy, drug: Drug) -> tuple[Policy, tuple[Finding, ...]]:
    """The policy with the label's rules that it asks for, under the ids of the drug file; and what
    the drug file does not have, or the policy has itself.
    """
    asked = policy.from_label
    if asked is None:
        return policy, ()
    taken: dict[str, Clause] = {}
    findings: list[Finding] = []
    for rule in asked.rules:
        for indication in asked.indications:
            found = [
                name
                for name, entry in drug.label.items()
                if entry.clause.rule == rule and indication in entry.clause.indications
            ]
            if not found:
                missing = f"no rule {rule} of the label of {drug.id} for {indication}"
                have = "an indication whose rule the drug file has"
                findings.append(Finding(("from_label",), missing, have))
            for name in found:
                taken[name] = _narrowed(drug.label[name].clause, policy)
    own = [name for name in taken if name in policy.clauses]
    findings += [
        Finding(("clauses", name), "a rule of the label", "an id of the policy's own")
        for name in own
    ]
    return policy.model_copy(update={"clauses": {**policy.clauses, **taken}}), tuple(findings)


def _narrowed(clause: Clause, policy: Policy) -> Clause:
    """A rule of the label, for the indications that the policy asks it for."""
    assert policy.from_label is not None
    kept = tuple(one for one in clause.indications if one in policy.from_label.indications)
    return clause.model_copy(update={"indications": kept})
