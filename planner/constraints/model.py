"""The model: every rule in one table, built from just the rules that stand."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

from planner.constraints import (
    authorizations,
    limits,
    nature,
    pins,
    requests,
    supply,
    therapy,
    windows,
)
from planner.constraints.objectives import objectives
from planner.constraints.system import Active, Key, Row, everything, gathered
from planner.constraints.variables import Variables
from planner.regimen.course import Course, CourseCycle

RULES: tuple[Callable[[Variables], None], ...] = (
    nature.one_start,
    nature.first_dispense,
    nature.bag_chains,
    nature.one_at_a_time,
    supply.supply,
    nature.feeding,
    nature.served,
    requests.first_infusion,
    requests.cycle_starts,
    requests.max_delay,
    requests.finish_by,
    requests.dispenses,
    requests.claims,
    pins.pins,
    requests.diagnosis,
    therapy.dose,
    therapy.cycle_length,
    therapy.past_doses,
    therapy.past_lengths,
    therapy.number_of_cycles,
    therapy.renewal,
    windows.supply_rate,
    windows.refill_threshold,
    authorizations.authorizations,
    limits.limits,
)


START_RULES: tuple[Callable[[Variables], None], ...] = (
    nature.one_start,
    requests.first_infusion,
    requests.cycle_starts,
    requests.max_delay,
    requests.finish_by,
    requests.diagnosis,
    therapy.dose,
    therapy.cycle_length,
    therapy.past_doses,
    therapy.past_lengths,
    therapy.number_of_cycles,
    therapy.renewal,
    authorizations.authorizations,
    limits.on_cycles,
)


CONSTANT_RULES: tuple[Callable[[Variables], None], ...] = (
    requests.diagnosis,
    therapy.past_doses,
    therapy.past_lengths,
    therapy.number_of_cycles,
    therapy.renewal,
    authorizations.how_many,
)


def build_contradictions(course: Course, active: Active = everything) -> Variables:
    """The rows without any decision: too many cycles, a diagnosis that is not covered."""
    variables = Variables(
        course, active, course.cycles, {c.number: () for c in course.cycles}, bags=False
    )
    for rule in CONSTANT_RULES:
        rule(variables)
    return variables


def broken_anyway(variables: Variables) -> list[Row]:
    """The rows that are broken whatever is decided."""
    return [row for row in variables.system.rows if not row.terms and not row.holds(())]


def contradictions(course: Course, active: Active = everything) -> list[Row]:
    """The rows of a course that are broken whatever is decided."""
    return broken_anyway(build_contradictions(course, active))


def build_starts(
    course: Course, active: Active = everything, cycles: Sequence[CourseCycle] | None = None
) -> Variables:
    """The rows that speak of starts alone, without bags: a relaxation of the whole."""
    chosen = course.cycles if cycles is None else cycles
    variables = Variables(course, active, chosen, {}, bags=False)
    for rule in START_RULES:
        rule(variables)
    return variables


def build_amounts(course: Course, active: Active = everything) -> Variables:
    """The rows on dispenses and claims that are asked for or have been made, without starts or
    bags."""
    variables = Variables(course, active, course.cycles, {c.number: () for c in course.cycles})
    for rule in (requests.dispenses, limits.on_dispenses, windows.supply_rate, limits.units_asked):
        rule(variables)
    return variables


def build_chains(
    course: Course,
    active: Active = everything,
    cycles: Sequence[CourseCycle] | None = None,
    origins: Mapping[int, Sequence[int]] | None = None,
) -> Variables:
    """The rows on starts and bags, whatever the dispenses: a relaxation of ``build``."""
    chosen = course.cycles if cycles is None else cycles
    variables = Variables(course, active, chosen, origins or {}, feeds=False)
    for rule in (*START_RULES, nature.bag_chains, nature.one_at_a_time):
        rule(variables)
    limits.on_bags(variables)
    return variables


def build_supply(
    course: Course,
    active: Active = everything,
    cycles: Sequence[CourseCycle] | None = None,
    origins: Mapping[int, Sequence[int]] | None = None,
) -> Variables:
    """The rows of ``build``, but with vials that are interchangeable whatever the rules say: a
    relaxation of it."""
    return build(course, active, cycles=cycles, origins=origins, whole=False)


AGES = ("due", "near", "sent")  # rows by which vials may not wait for ever


def build_unaged(
    course: Course,
    active: Active = everything,
    cycles: Sequence[CourseCycle] | None = None,
    origins: Mapping[int, Sequence[int]] | None = None,
) -> Variables:
    """The rows of ``build`` but for those that say how long vials wait: a relaxation of it, of
    which the linear program is solved several times as fast."""
    variables = build(course, active, cycles=cycles, origins=origins)
    system = variables.system
    system.rows = [row for row in system.rows if row.members or row.instance[0] not in AGES]
    return variables


def build(
    course: Course,
    active: Active = everything,
    *,
    cycles: Sequence[CourseCycle] | None = None,
    origins: Mapping[int, Sequence[int]] | None = None,
    only: Container[Key] | None = None,
    whole: bool | None = None,
) -> Variables:
    """The rows of a course under the rules that stand.

    Args:
        course: a patient under a policy.
        active: which clauses, requests, settings and facts of history stand.
        cycles: only these cycles (default all): a relaxation of the whole.
        origins: only these start days, by cycle number (default: all that the rules allow).
        only: just these bags and dispenses, by key, to check a finished schedule.
        whole: False: bags need not be sent whole, whatever the rules say.
    """
    variables = Variables(
        course,
        active,
        course.cycles if cycles is None else cycles,
        origins or {},
        only=only,
        whole=whole,
    )
    for rule in RULES:
        rule(variables)
    system = variables.system
    system.objectives = objectives(variables)
    for name, most in variables.course.caps:
        total = system.objectives[name]
        system.add((), ("cap", name), gathered(total.terms), high=most - total.constant)
    return variables
