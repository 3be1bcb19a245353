"""Finds and reads scenario and model files: validated values that know where they stand.

A policy, drug or contractor table is found by its id in the folders given, then in those of the
environment variable PLANNER_MODELS, then among the shipped files; or it is a path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from planner.documents.against import findings_against
from planner.documents.contractors import Contractors
from planner.documents.drug import Drug
from planner.documents.errors import InputErrors, Problem, in_order
from planner.documents.find import (
    Folders,
    ModelFile,
    find_model,
    list_models,
    shipped,
)
from planner.documents.findings import located
from planner.documents.label import with_label
from planner.documents.model_checks import contractor_findings, drug_findings, policy_findings
from planner.documents.policy import Policy
from planner.documents.positions import Path, Positions, read_yaml, shown
from planner.documents.read_scenario import (
    STANDARD_INPUT,
    LoadedScenario,
    load_scenario,
    named,
    parse_scenario,
    sha256,
)
from planner.documents.translate import validated

__all__ = [
    "STANDARD_INPUT",
    "InputErrors",
    "LoadedContractors",
    "LoadedDrug",
    "LoadedPolicy",
    "LoadedScenario",
    "ModelFile",
    "Problem",
    "check_against",
    "in_order",
    "list_models",
    "load_contractors",
    "load_drug",
    "load_policy",
    "load_scenario",
    "parse_scenario",
    "shipped",
]


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy, the SHA-256 of its bytes, and the file it came from."""

    policy: Policy
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)

    def problem(self, path: Path, found: str, allowed: str) -> Problem:
        """An error of the policy file, at the key of a path."""
        mark = self.positions.of_key(path)
        return Problem(self.file, mark.line, mark.column, shown(path), found, allowed)


@dataclass(frozen=True)
class LoadedDrug:
    """A drug, the SHA-256 of its bytes, and the file it came from."""

    drug: Drug
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)


@dataclass(frozen=True)
class LoadedContractors:
    """A table of contractors, the SHA-256 of its bytes, and the file it came from."""

    contractors: Contractors
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)


def check_against(loaded: LoadedScenario, policy: Policy, drug: Drug) -> tuple[Problem, ...]:
    """What the scenario asks that its policy or drug file does not know; empty where nothing."""
    findings = findings_against(loaded.scenario, policy, drug)
    return in_order(located(findings, loaded.file, loaded.positions))


def fitted(
    scenario: LoadedScenario,
    policy_of: Callable[[str], LoadedPolicy],
    drug_of: Callable[[str], LoadedDrug],
) -> tuple[LoadedPolicy, LoadedDrug]:
    """The policy and the drug file that a scenario names, each checked against the others.

    Raises InputErrors with the errors of all three.
    """
    problems: list[Problem] = []
    policy = named(policy_of, "policy", scenario, problems)
    drug = named(drug_of, "drug", scenario, problems)
    if policy is not None and drug is not None:
        problems += check_against(scenario, policy.policy, drug.drug)
    if problems or policy is None or drug is None:
        raise InputErrors(in_order(problems))
    return policy, drug


def load_policy(name: str | FilePath, models_dirs: Folders = ()) -> LoadedPolicy:
    """Reads a policy by id or path, with the rules it takes from the label in its drug file.

    Raises InputErrors.
    """
    raw, file = find_model("policies", name, models_dirs)
    read = read_yaml(raw, file)
    policy = validated(Policy, read, policy_findings)
    if policy.from_label is not None:
        policy, findings = with_label(policy, load_drug(policy.drug, models_dirs).drug)
        if findings:
            raise InputErrors(in_order(located(findings, file, read.positions)))
    return LoadedPolicy(policy, sha256(raw), file, read.positions)


def load_drug(name: str | FilePath, models_dirs: Folders = ()) -> LoadedDrug:
    """Reads a drug file by id or path. Raises InputErrors."""
    raw, file = find_model("drugs", name, models_dirs)
    read = read_yaml(raw, file)
    drug = validated(Drug, read, drug_findings)
    return LoadedDrug(drug, sha256(raw), file, read.positions)


def load_contractors(
    name: str | FilePath = "contractors", models_dirs: Folders = ()
) -> LoadedContractors:
    """Reads a table of Medicare contractors by id or path. Raises InputErrors."""
    raw, file = find_model("medicare", name, models_dirs)
    read = read_yaml(raw, file)
    table = validated(Contractors, read, contractor_findings)
    return LoadedContractors(table, sha256(raw), file, read.positions)
