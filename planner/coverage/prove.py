"""Proof by a solver that a tree of criteria can be met by no patient.

The solver is imported here alone, when a proof is asked for. Its verdict does not stand by itself:
``planner.coverage.decide`` comes to it a second time by writing out every way to meet the tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.coverage.decide import questions_of, samples
from planner.coverage.facts import Facts
from planner.coverage.questions import Question
from planner.coverage.tree import Branch, Criterion, Part

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar

_DETERMINISTIC_SECONDS = 10.0


@dataclass(frozen=True)
class Proof:
    """What the solver found: a patient, that there is none, or neither in its time."""

    verdict: Literal["patient", "no-patient", "undecided"]
    engine: str


def any_patient(tree: Branch, facts: Facts, free_readings: Sequence[str] = ()) -> Proof:
    """Whether any patient can meet a tree, the first infusion day as in ``facts``.

    Each fact takes exactly one of its sampled values; a question holds where the value is one that
    meets it; gates hold as their parts do. The readings of ``free_readings`` are left to the
    solver, so that 'no-patient' holds whatever is chosen for them.
    """
    from importlib.metadata import version

    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    held = _facts(model, tree, facts.nobody())
    free = {name: model.new_bool_var(f"{name} reads and") for name in free_readings}
    model.add(_holds(model, tree, held, free) == 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = _DETERMINISTIC_SECONDS
    status = solver.solve(model)
    engine = f"CP-SAT {version('ortools')}"
    if status == cp_model.INFEASIBLE:
        return Proof("no-patient", engine)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Proof("patient" if found else "undecided", engine)


def _facts(model: CpModel, tree: Branch, facts: Facts) -> dict[Question, list[IntVar]]:
    """For each question the values that meet it; of each fact's values exactly one is taken."""
    asked = list(dict.fromkeys(entry.question for entry in questions_of(tree)))
    met: dict[Question, list[IntVar]] = {question: [] for question in asked}
    for question in asked:
        if not question.path and question.verdict(facts) == "met":
            met[question].append(model.new_constant(1))
    for path in dict.fromkeys(question.path for question in asked):
        taken: list[IntVar] = []
        for value in samples(tree, facts, path):
            chosen = model.new_bool_var(f"{path} = {value}")
            taken.append(chosen)
            for question in asked:
                supposed = facts.supposing(path, value)
                if question.path == path and question.verdict(supposed) == "met":
                    met[question].append(chosen)
        if taken:
            model.add_exactly_one(taken)
    return met


def _holds(
    model: CpModel, part: Part, met: Mapping[Question, list[IntVar]], free: Mapping[str, IntVar]
) -> IntVar:
    """A variable that may be 1 only where a part of the tree holds."""
    if isinstance(part, Criterion):
        holds = model.new_bool_var(part.leaf.id)
        for question in part.questions:
            model.add(sum(met[question]) >= holds)
        return holds
    holds = model.new_bool_var(part.route or part.need)
    parts = [_holds(model, below, met, free) for below in part.parts]
    if part.reading is not None and part.reading in free:
        reads_and = free[part.reading]
        model.add(sum(parts) >= holds)
        for below in parts:
            model.add_bool_or([below, ~holds, ~reads_and])
    elif part.need == "all":
        for below in parts:
            model.add_implication(holds, below)
    else:
        model.add(sum(parts) >= holds)
    return holds
