"""Rules that a course needs and that have no value then: errors of the policy or the drug file.

Nothing falls back on another rule, another date or another revision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from planner.documents.errors import Problem
from planner.documents.load import LoadedDrug, LoadedPolicy, LoadedScenario
from planner.documents.policy import NdcClause


@dataclass(frozen=True)
class Need:
    """The days on which a course needs every rule: from its first infusion day, past or planned,
    to the day on which its last cycle, however early its cycles start, infuses for the last time.
    """

    first: date
    last: date
    last_cycle: int


def rules_missing(scenario: LoadedScenario, policy: LoadedPolicy) -> Iterator[Problem]:
    """Rules without which nothing can be planned and billed, whatever the day."""
    own = scenario.scenario.indication
    rules = {c.rule for c in policy.policy.clauses.values() if own in c.indications}
    if "hcpcs" not in rules:
        yield policy.problem(("clauses",), f"no rule hcpcs for {own}", "one: what a unit is")
    if "cycles" not in rules and scenario.scenario.request.cycles is None:
        allowed = "one, or request.cycles in the scenario"
        yield policy.problem(("clauses",), f"no rule cycles for {own}", allowed)


def out_of_force(
    need: Need, scenario: LoadedScenario, policy: LoadedPolicy, drug: LoadedDrug
) -> Iterator[Problem]:
    """What of the policy and the drug file has no value on a day on which the course needs it."""
    end = policy.policy.effective_until
    if end is not None and need.last > end:
        ends = policy.problem(("until",), "", "")
        path = "request.cycles" if scenario.given("request.cycles") else "policy"
        mark = scenario.positions.of(tuple(path.split(".")))
        yield Problem(
            scenario.file,
            mark.line,
            mark.column,
            path,
            f"cycle {need.last_cycle}, which infuses up to {need.last} at the earliest",
            f"a course up to {end}, when the policy ends ({ends.file}:{ends.line})",
            "ask for fewer cycles, or name the revision in force then.",
        )
    own = scenario.scenario.indication
    for name, clause in policy.policy.clauses.items():
        if own not in clause.indications:
            continue
        bare = next((day for day in (need.first, need.last) if not clause.in_force(day)), None)
        if bare is not None:
            found = f"no value on {bare}, when the course needs it"
            yield policy.problem(("clauses", name), found, "a rule in force all through the course")
    yield from _packages(need.first, own, policy, drug)


def _packages(
    day: date, indication: str, policy: LoadedPolicy, drug: LoadedDrug
) -> Iterator[Problem]:
    covered = [
        clause.labeler_product
        for clause in policy.policy.clauses.values()
        if isinstance(clause, NdcClause) and indication in clause.indications
    ]
    for package in drug.drug.packages:
        fits = not covered or any(package.ndc.startswith(product) for product in covered)
        if fits and (package.marketed_from is None or package.marketed_from <= day):
            return
    mark = drug.positions.of_key(("packages",))
    product = f" of {', '.join(covered)}" if covered else ""
    found = f"no package{product} that is marketed on {day}"
    yield Problem(drug.file, mark.line, mark.column, "packages", found, "one for every claim")
