"""Finds and reads scenario and model files: validated values that know where they stand.

A policy, drug or contractor table is found by its id in the folders given, then in those of the
environment variable PLANNER_MODELS, then among the shipped files; or it is a path.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Literal, TypeVar

from pydantic import ValidationError

from planner.documents.against import findings_against
from planner.documents.base import Document
from planner.documents.checks import scenario_findings
from planner.documents.contractors import Contractors
from planner.documents.drug import Drug
from planner.documents.errors import InputErrors, Problem
from planner.documents.find import (
    Folders,
    ModelFile,
    find_model,
    is_path,
    list_models,
    read_file,
    shipped,
)
from planner.documents.findings import Finding, located
from planner.documents.label import with_label
from planner.documents.mend import mended
from planner.documents.model_checks import contractor_findings, drug_findings, policy_findings
from planner.documents.policy import Policy
from planner.documents.positions import MAX_BYTES, Path, Positions, Read, read_yaml, shown
from planner.documents.scenario import Scenario
from planner.documents.translate import translated

STANDARD_INPUT = "-"
_Model = TypeVar("_Model", bound=Document)
_Loaded = TypeVar("_Loaded")


__all__ = [
    "STANDARD_INPUT",
    "InputErrors",
    "LoadedCase",
    "LoadedContractors",
    "LoadedDrug",
    "LoadedPolicy",
    "LoadedScenario",
    "ModelFile",
    "Problem",
    "check_against",
    "in_order",
    "list_models",
    "load_case",
    "load_contractors",
    "load_drug",
    "load_policy",
    "load_scenario",
    "parse_scenario",
    "shipped",
]


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario, the SHA-256 of its bytes, and where each part of it stands in its file."""

    scenario: Scenario
    sha256: str
    file: str
    positions: Positions = field(repr=False, compare=False)

    def given(self, path: str) -> bool:
        """Whether the file says something under a path such as 'request.cycle_starts.6'."""
        return self._path(path) is not None

    def line(self, path: str) -> int | None:
        """The line of a path such as 'history.dispenses[0].date'; None where it is not given."""
        found = self._path(path)
        if found is None:
            return None
        keys, values = self.positions.keys, self.positions.values
        return (keys.get(found) or values[found]).line

    def _path(self, text: str) -> Path | None:
        return _index(self.positions).get(_plain_path(text))


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


@dataclass(frozen=True)
class LoadedCase:
    """A scenario with its policy and drug file, checked against one another."""

    scenario: LoadedScenario
    policy: LoadedPolicy
    drug: LoadedDrug


def load_scenario(source: str | FilePath) -> LoadedScenario:
    """Reads a scenario file, or standard input for '-'. Raises InputErrors."""
    return parse_scenario(_source(source), str(source))


def parse_scenario(text: str | bytes, name: str = STANDARD_INPUT) -> LoadedScenario:
    """Reads a scenario from text; ``name`` stands in its errors. Raises InputErrors."""
    draft = _draft(text, name)
    if draft.problems:
        raise InputErrors(in_order(draft.problems))
    return draft.loaded


def check_against(loaded: LoadedScenario, policy: Policy, drug: Drug) -> tuple[Problem, ...]:
    """What the scenario asks that its policy or drug file does not know; empty where nothing."""
    findings = findings_against(loaded.scenario, policy, drug)
    return in_order(located(findings, loaded.file, loaded.positions))


def load_case(source: str | FilePath, models_dirs: Folders = ()) -> LoadedCase:
    """Reads a scenario with the policy and the drug file it names, each checked against the others.

    A policy named by a relative path is looked for beside the scenario file first. Raises
    InputErrors with the errors of all three files.
    """
    name = str(source)
    raw = _source(source)
    draft = _draft(raw, name)
    problems = list(draft.problems)
    policy = _named(load_policy, "policy", draft, models_dirs, problems)
    drug = _named(load_drug, "drug", draft, models_dirs, problems)
    if policy is not None and drug is not None:
        findings = findings_against(draft.loaded.scenario, policy.policy, drug.drug)
        problems += located(findings, name, draft.loaded.positions, draft.broken)
    if problems or policy is None or drug is None:
        raise InputErrors(in_order(problems))
    return LoadedCase(draft.loaded, policy, drug)


def load_policy(name: str | FilePath, models_dirs: Folders = ()) -> LoadedPolicy:
    """Reads a policy by id or path, with the rules it takes from the label in its drug file.

    Raises InputErrors.
    """
    raw, file = find_model("policies", name, models_dirs)
    read = read_yaml(raw, file)
    policy = _validated(Policy, read, policy_findings)
    if policy.from_label is not None:
        policy, findings = with_label(policy, load_drug(policy.drug, models_dirs).drug)
        if findings:
            raise InputErrors(in_order(located(findings, file, read.positions)))
    return LoadedPolicy(policy, _sha256(raw), file, read.positions)


def load_drug(name: str | FilePath, models_dirs: Folders = ()) -> LoadedDrug:
    """Reads a drug file by id or path. Raises InputErrors."""
    raw, file = find_model("drugs", name, models_dirs)
    read = read_yaml(raw, file)
    drug = _validated(Drug, read, drug_findings)
    return LoadedDrug(drug, _sha256(raw), file, read.positions)


def load_contractors(
    name: str | FilePath = "contractors", models_dirs: Folders = ()
) -> LoadedContractors:
    """Reads a table of Medicare contractors by id or path. Raises InputErrors."""
    raw, file = find_model("medicare", name, models_dirs)
    read = read_yaml(raw, file)
    table = _validated(Contractors, read, contractor_findings)
    return LoadedContractors(table, _sha256(raw), file, read.positions)


def _validated(
    model: type[_Model], read: Read, check: Callable[[_Model], Iterable[Finding]]
) -> _Model:
    try:
        value = model.model_validate(read.value)
    except ValidationError as errors:
        raise InputErrors(in_order((*read.problems, *translated(errors, read, model)))) from None
    problems = (*read.problems, *located(check(value), read.file, read.positions))
    if problems:
        raise InputErrors(in_order(problems))
    return value


@dataclass(frozen=True)
class _Draft:
    """A scenario, its problems, and the paths where a stand-in replaces what was refused."""

    loaded: LoadedScenario
    problems: tuple[Problem, ...]
    broken: tuple[Path, ...]


def _draft(text: str | bytes, name: str) -> _Draft:
    """Reads on past refused values, so that one run lists the errors of the whole file."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    read = read_yaml(raw, name)
    problems = read.problems
    broken: tuple[Path, ...] = ()
    try:
        scenario = Scenario.model_validate(read.value)
    except ValidationError as errors:
        problems += translated(errors, read, Scenario)
        scenario, broken = mended(read.value)
    problems += located(scenario_findings(scenario), name, read.positions, broken)
    return _Draft(LoadedScenario(scenario, _sha256(raw), name, read.positions), problems, broken)


def _source(source: str | FilePath) -> bytes:
    if str(source) == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    return read_file(FilePath(source), str(source))


def _named(
    load: Callable[[str, Folders], _Loaded],
    key: Literal["policy", "drug"],
    draft: _Draft,
    models_dirs: Folders,
    problems: list[Problem],
) -> _Loaded | None:
    """Loads what a scenario names; a name that finds nothing is an error of the scenario."""
    loaded = draft.loaded
    if {(), (key,)} & set(draft.broken):
        return None
    name: str = getattr(loaded.scenario, key)
    beside = FilePath(loaded.file).parent / name
    if is_path(name) and loaded.file != STANDARD_INPUT and beside.is_file():
        name = str(beside)
    try:
        return load(name, models_dirs)
    except InputErrors as errors:
        at = loaded.positions.of((key,))
        problems += [
            problem
            if problem.line
            else replace(problem, file=loaded.file, line=at.line, column=at.column, path=key)
            for problem in errors.problems
        ]
        return None


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems as they stand in the file."""
    return tuple(sorted(problems, key=lambda at: (at.line, at.column, at.path)))


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _plain_path(text: str) -> str:
    return re.sub(r"\[(\d+)\]", r".\1", text)


def _index(positions: Positions) -> dict[str, Path]:
    return {".".join(str(part) for part in path): path for path in positions.values}
