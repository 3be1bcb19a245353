"""The specification as code: one pure function a clause, over a finished plan.

It shares nothing with what searches for plans: everything is computed again from the documents.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.documents.contractors import Contractors
    from planner.documents.drug import Drug
    from planner.documents.plan import AuditResult, Plan
    from planner.documents.policy import Policy

__all__ = ["audit"]


def audit(
    plan: Plan,
    *,
    policy: Policy | None = None,
    drug: Drug | None = None,
    contractors: Contractors | None = None,
    models_dirs: Sequence[str | Path] = (),
) -> AuditResult:
    """Holds a plan against every clause of its policy, the pharmacy's settings and the request.

    The scenario is the one the plan carries. A policy or drug file that is not given, or the table
    of Medicare contractors where the plan speaks of coverage, is found by its id in the plan, in
    ``models_dirs`` first; one that cannot be read, or that has another hash than the plan's stamp,
    is a violation of ``documents``. Nothing is raised on a plan that contradicts itself: every
    contradiction is a violation. ``clauses`` counts the rules checked. InputErrors is raised for a
    folder of ``models_dirs`` that is not there.
    """
    from planner.audit.run import audited

    return audited(plan, policy, drug, contractors, models_dirs)
