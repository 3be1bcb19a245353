"""The rows written out: other readers have the same rows, and other solvers the same optimum."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ortools.linear_solver.python.model_builder import Model, Solver, SolveStatus
from ortools.sat.python import cp_model

from benchmarks.by_hand import laid_out
from benchmarks.instances import ROOT
from planner.constraints.export import cp_sat, mps
from planner.constraints.model import build
from planner.constraints.system import Linear, System, gathered
from planner.documents.load import load_scenario
from planner.regimen.course import Course
from planner.search.find import find

INFINITY = float("inf")
SCENARIOS = (
    "infant-interfant-6kg",
    "infeasible/holiday-before-a-fill-at-the-limit",  # a day of delay
    "infeasible/reading-refill-threshold-at-the-limit",  # stock, bags sent whole
    "infeasible/spare-vials-at-the-limit",
)


def course_of(name: str) -> Course:
    return laid_out(load_scenario(ROOT / "scenarios" / f"{name}.yaml"))


def _read(text: str) -> Model:
    """The model that another reader makes of MPS."""
    model = Model()  # type: ignore[no-untyped-call]
    assert model.import_from_mps_string(text)
    return model


def every_kind() -> System:
    """A row, a bound and a name of every kind."""
    system = System()
    day = system.variable(("s", 1, 739621))  # 5 January 2026
    vials = system.variable(("q", 1, 739621), 0, 28)
    held = system.variable(("held", 1), 3, 3)
    system.variable(("in no row",), -2, 2)
    system.add(("II.A",), (739621, 739662), [(vials, 1), (held, 1)], high=28)
    system.add(("II.A",), (739621, 739662), [(vials, 2)], low=2)
    system.add(("a rule, named", "another"), (1, 739621), [(day, 1), (vials, 1)], low=1, high=9)
    system.add((), ("chain", 1), [(day, 1), (vials, 1), (day, 2)], low=3, high=3)
    system.add((), (), [(day, 1), (vials, 1), (day, -1)], high=20)
    system.add(("V.rr.cycles",), (10,), [], high=-1)
    system.objectives = {"delay": Linear(((day, 2), (day, 3)), 4), "vials": Linear(((vials, 1),))}
    return system


MPS = """\
* of a test
* Minimise, each under the values of those before it: vials, delay.
* The first is the objective here; each of the others is a row of its name without bounds.
NAME planner
ROWS
 N vials
 N delay
 L II.A:2026-01-05..2026-02-15
 G II.A:2026-01-05..2026-02-15#2
 G a_rule__named+another:1.2026-01-05
 E chain.1
 L row
 L V.rr.cycles:10
COLUMNS
 INTEGERS 'MARKER' 'INTORG'
 s.1.2026-01-05 delay 5
 s.1.2026-01-05 a_rule__named+another:1.2026-01-05 1
 s.1.2026-01-05 chain.1 3
 q.1.2026-01-05 vials 1
 q.1.2026-01-05 II.A:2026-01-05..2026-02-15 1
 q.1.2026-01-05 II.A:2026-01-05..2026-02-15#2 2
 q.1.2026-01-05 a_rule__named+another:1.2026-01-05 1
 q.1.2026-01-05 chain.1 1
 q.1.2026-01-05 row 1
 held.1 II.A:2026-01-05..2026-02-15 1
 in_no_row vials 0
 INTEGERS 'MARKER' 'INTEND'
RHS
 RHS delay -4
 RHS II.A:2026-01-05..2026-02-15 28
 RHS II.A:2026-01-05..2026-02-15#2 2
 RHS a_rule__named+another:1.2026-01-05 1
 RHS chain.1 3
 RHS row 20
 RHS V.rr.cycles:10 -1
RANGES
 RANGE a_rule__named+another:1.2026-01-05 8
BOUNDS
 BV BOUND s.1.2026-01-05
 LO BOUND q.1.2026-01-05 0
 UP BOUND q.1.2026-01-05 28
 FX BOUND held.1 3
 LO BOUND in_no_row -2
 UP BOUND in_no_row 2
ENDATA
"""


def test_mps_has_every_kind_of_row_bound_and_name() -> None:
    assert mps(every_kind(), ("vials", "delay"), ["of a test"]) == MPS


def test_the_text_of_cp_sat_has_the_same_and_its_own_reader_takes_it() -> None:
    text = cp_sat(every_kind(), ("delay", "vials"), ["of a test"])
    read = cp_model.CpModel()
    assert read.proto.parse_text_format(text)
    assert read.validate() == ""

    assert [variable.name for variable in read.proto.variables] == [
        "s.1.2026-01-05",
        "q.1.2026-01-05",
        "held.1",
        "in_no_row",
    ]
    least, most = cp_model.INT_MIN, cp_model.INT_MAX
    assert [
        (
            row.name,
            *(list(part) for part in (row.linear.vars, row.linear.coeffs, row.linear.domain)),
        )
        for row in read.proto.constraints
    ] == [
        ("II.A:2026-01-05..2026-02-15", [1, 2], [1, 1], [least, 28]),
        ("II.A:2026-01-05..2026-02-15#2", [1], [2], [2, most]),
        ("a_rule__named+another:1.2026-01-05", [0, 1], [1, 1], [1, 9]),
        ("chain.1", [0, 1], [3, 1], [3, 3]),
        ("row", [1], [1], [least, 20]),
        ("V.rr.cycles:10", [], [], [least, -1]),
        ("vials", [1], [1], [least, most]),
    ]
    objective = read.proto.objective
    assert (list(objective.vars), list(objective.coeffs), objective.offset) == ([0], [5], 4)


@pytest.mark.parametrize("name", SCENARIOS)
def test_another_reader_of_the_mps_has_the_very_rows(name: str) -> None:
    course = course_of(name)
    system = build(course).system
    read = _read(mps(system, course.objectives))
    proto = read.export_to_proto()

    assert len({variable.name for variable in proto.variable}) == len(system.keys)
    assert [(v.lower_bound, v.upper_bound, v.is_integer) for v in proto.variable] == [
        (low, high, True) for low, high in zip(system.low, system.high, strict=True)
    ]
    free = [system.objectives[name] for name in course.objectives[1:]]
    assert [row.name for row in proto.constraint[: len(free)]] == list(course.objectives[1:])
    assert len({row.name for row in proto.constraint}) == len(free) + len(system.rows)
    assert [
        (dict(zip(row.var_index, row.coefficient, strict=True)), row.lower_bound, row.upper_bound)
        for row in proto.constraint
    ] == [
        *((dict(gathered(linear.terms)), -INFINITY, INFINITY) for linear in free),
        *(
            (
                dict(gathered(row.terms)),
                -INFINITY if row.low is None else row.low,
                INFINITY if row.high is None else row.high,
            )
            for row in system.rows
        ),
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_another_solver_finds_the_plans_values_in_the_mps_alone(name: str) -> None:
    course = course_of(name)
    planned = find(course, limit=60.0, latest=False)
    model, solver = _read(mps(build(course).system, course.objectives)), Solver("highs")
    solver.enable_output(False)
    proto = model.export_to_proto()
    rows = {row.name: (index, row) for index, row in enumerate(proto.constraint)}

    found: list[int] = []
    for objective in course.objectives:
        if found:  # its row becomes the objective
            index, row = rows[objective]
            terms = zip(row.var_index, row.coefficient, strict=True)
            model.minimize(sum(c * model.var_from_index(v) for v, c in terms))
        assert solver.solve(model) == SolveStatus.OPTIMAL
        found.append(round(solver.objective_value))
        if objective == course.objectives[0]:
            first = {i: v.objective_coefficient for i, v in enumerate(proto.variable)}
            model.add(sum(c * model.var_from_index(i) for i, c in first.items() if c) <= found[0])
        else:
            model.linear_constraint_from_index(index).upper_bound = found[-1]

    assert found == [stage.value for stage in planned.reached]


@pytest.mark.parametrize("name", ["infant-interfant-6kg", "infeasible/vials-in-42-days"])
def test_cp_sat_comes_to_the_same_from_the_text(name: str) -> None:
    course = course_of(name)
    course = replace(course, objectives=tuple(reversed(course.objectives)))  # stock_days first
    planned = find(course, limit=60.0, latest=False)
    read, solver = cp_model.CpModel(), cp_model.CpSolver()
    assert read.proto.parse_text_format(cp_sat(build(course).system, course.objectives))
    assert read.validate() == ""
    solver.parameters.num_workers = 1

    status = solver.solve(read)

    if planned.schedule is None:
        assert status == cp_model.INFEASIBLE
    else:
        assert status == cp_model.OPTIMAL
        assert planned.reached[0].proven
        assert solver.objective_value == planned.reached[0].value
