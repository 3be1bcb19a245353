"""Holds changed policies against checks: which changes does none of them notice?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from planner.documents.load import shipped
from planner.documents.model_checks import policy_findings
from planner.documents.policy import Policy
from planner.documents.positions import read_yaml
from tests.policies.mutations import Mutant, Plain

Check = Callable[[Policy], None]


def written(name: str = "eocco-0382") -> Plain:
    """The plain values of a shipped policy file."""
    raw = shipped("models").joinpath("policies", f"{name}.yaml").read_bytes()
    value: Plain = read_yaml(raw, name).value
    return value


def policy_in(value: Any) -> Policy | None:
    """The policy of these values; None where they are refused as a file."""
    try:
        policy = Policy.model_validate(value)
    except ValidationError:
        return None
    return policy if next(policy_findings(policy), None) is None else None


def noticed(policy: Policy, checks: Sequence[Check]) -> bool:
    """Whether any check fails on a policy."""
    for check in checks:
        try:
            check(policy)
        except (AssertionError, LookupError):
            return True
    return False


def unnoticed(changed: Iterable[Mutant], checks: Sequence[Check]) -> list[str]:
    """The names of the changes that are accepted as a file and that no check notices."""
    names = []
    for mutant in changed:
        policy = policy_in(mutant.value)
        if policy is not None and not noticed(policy, checks):
            names.append(mutant.name)
    return names
