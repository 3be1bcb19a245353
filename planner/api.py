"""The program from Python: few functions, typed. What is heavy is imported where it is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.documents.load import LoadedScenario
    from planner.documents.outcome import Infeasible, Undecided
    from planner.documents.plan import Plan

DEFAULT_LIMIT = 60.0


def load_scenario(source: str | Path) -> LoadedScenario:
    """Reads a scenario file (YAML or JSON; ``-`` is standard input).

    Raises:
        InputErrors: everything that is wrong with the file, at once.
    """
    from planner.documents import load

    return load.load_scenario(source)


def plan(
    scenario: LoadedScenario,
    *,
    time_limit: float = DEFAULT_LIMIT,
    models: Sequence[str | Path] = (),
) -> Plan | Infeasible | Undecided:
    """The best compliant calendar for a scenario, audited; or that none exists; or neither.

    Args:
        scenario: as read by ``load_scenario``.
        time_limit: deterministic seconds of search for the whole course, above 0.
        models: folders with policies and drugs, searched before the shipped ones.

    Returns:
        A plan whose ``audit`` lists no violation unless the program is at fault; Infeasible where
        the solver has proven that no calendar exists; Undecided where time ran out.

    Raises:
        InputErrors: the scenario does not fit its policy or drug.
    """
    from planner.audit import audit
    from planner.documents.errors import InputErrors
    from planner.documents.load import check_against, load_drug, load_policy
    from planner.documents.outcome import Infeasible, Undecided
    from planner.regimen.build import course_of
    from planner.search.calendar import Stamps, plan_of
    from planner.search.engine import Verdict
    from planner.search.find import find

    policy = load_policy(scenario.scenario.policy, models)
    drug = load_drug(scenario.scenario.drug, models)
    problems = check_against(scenario, policy.policy, drug.drug)
    if problems:
        raise InputErrors(problems)
    course = course_of(scenario.scenario, policy.policy, drug.drug)
    found = find(course, limit=time_limit)
    if found.verdict is Verdict.INFEASIBLE:
        return Infeasible()
    if found.schedule is None:
        return Undecided()
    made = plan_of(course, found, Stamps(scenario.sha256, policy.sha256, drug.sha256))
    return made.model_copy(update={"audit": audit(made, policy=policy.policy, drug=drug.drug)})
