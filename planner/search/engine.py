"""CP-SAT on a system of rows: deterministic, three-valued.

ortools is imported here, and only when a system is solved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil

from planner.constraints.system import Linear, System
from planner.deadline import Deadline

SEED = 7


class Verdict(Enum):
    """What a search has proven."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Answer:
    """A verdict; ``values`` by variable index where a calendar was found.

    ``value`` and ``bound`` are those of the objective minimised, both 0 where none was.
    """

    verdict: Verdict
    values: tuple[int, ...] | None = None
    value: int = 0
    bound: int = 0

    @property
    def found(self) -> bool:
        """Whether there is a calendar."""
        return self.values is not None


def solver_version() -> str:
    """The version of ortools, without loading the solver."""
    from importlib.metadata import version

    return version("ortools")


def solve(
    system: System,
    objective: Linear | None = None,
    *,
    caps: Mapping[str, int] | None = None,
    hint: Sequence[int] | None = None,
    zero: frozenset[int] = frozenset(),
    limit: float = 30.0,
    deadline: Deadline | None = None,
) -> Answer:
    """Solves the rows, minimising ``objective``.

    Args:
        system: the rows.
        objective: what to minimise; None asks only whether a calendar exists.
        caps: objectives of the system, by name, that may not exceed a value.
        hint: a value for each variable, to start from.
        zero: variables held at 0.
        limit: deterministic seconds after which the answer is FEASIBLE or UNDECIDED.
        deadline: when it is so in any case; what is found then depends on the machine.
    """
    deadline = Deadline() if deadline is None else deadline
    contradiction = any(not row.terms and not row.holds(()) for row in system.rows)
    if contradiction:
        return Answer(Verdict.INFEASIBLE)
    if deadline.over():
        return Answer(Verdict.UNDECIDED)
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    variables = [
        model.new_int_var(low, 0 if v in zero else high, "")
        for v, (low, high) in enumerate(zip(system.low, system.high, strict=True))
    ]

    def total(terms: Sequence[tuple[int, int]]) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum(
            [variables[v] for v, _ in terms], [c for _, c in terms]
        )

    for row in system.rows:
        if row.terms:
            model.add_linear_constraint(
                total(row.terms),
                cp_model.INT_MIN if row.low is None else row.low,
                cp_model.INT_MAX if row.high is None else row.high,
            )
    for name, most in (caps or {}).items():
        capped = system.objectives[name]
        model.add_linear_constraint(total(capped.terms), cp_model.INT_MIN, most - capped.constant)
    if objective is not None:
        model.minimize(total(objective.terms) + objective.constant)
    if hint is not None:
        for variable, value in zip(variables, hint, strict=True):
            model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = SEED
    parameters.linearization_level = 2
    parameters.cp_model_probing_level = 0
    parameters.max_deterministic_time = limit
    left = deadline.left()
    if left is not None:
        parameters.max_time_in_seconds = left
    status = solver.solve(model)
    if status in (cp_model.FEASIBLE, cp_model.UNKNOWN):
        deadline.over()
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        proven = status == cp_model.OPTIMAL
        value = round(solver.objective_value) if objective is not None else 0
        return Answer(
            Verdict.OPTIMAL if proven else Verdict.FEASIBLE,
            tuple(solver.value(v) for v in variables),
            value,
            value if proven or objective is None else ceil(solver.best_objective_bound - 1e-6),
        )
    if status == cp_model.INFEASIBLE:
        return Answer(Verdict.INFEASIBLE)
    if status == cp_model.MODEL_INVALID:
        raise AssertionError(f"invalid model: {model.validate()}")
    return Answer(Verdict.UNDECIDED)
