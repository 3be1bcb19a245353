"""Drawn courses whose windows bind, with history, requests and given authorizations.

Unless readings are given, they keep to what a search that follows rolling windows can follow
(``Problem.fits``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from hypothesis import Phase
from hypothesis import strategies as st

from planner.constraints.model import build
from planner.constraints.schedule import read
from planner.documents.base import DEFAULT_OBJECTIVES
from planner.documents.policy import Policy
from planner.documents.scenario import DateWindow, Request
from planner.regimen.build import course_of
from planner.regimen.course import Course
from planner.search.engine import solve
from tests import sampled
from tests.oracle.builders import MONDAY, small_policy, small_scenario
from tests.oracle.case import Case
from tests.oracle.drawn_fresh import drugs, often, patients, pharmacies
from tests.oracle.drawn_history import with_history
from tests.oracle.drawn_requests import with_requests
from tests.oracle.values import Calendar, day_after
from tests.search.decisions import calendar_of

REDRAWN = 4  # times at most, where it has no calendar


def examples(
    number: int, readings: Mapping[str, Any] | None = None
) -> Callable[[Callable[[Course], None]], Callable[[int], None]]:
    """A check of one of the courses below as a test of so many of them (``sampled.examples``)."""
    # a seed cannot be made simpler
    return sampled.examples(number, tight_courses(readings), (Phase.explicit, Phase.generate))


def tight_courses(readings: Mapping[str, Any] | None = None) -> st.SearchStrategy[Course]:
    """Courses of two to five cycles of 3 to 6 days; ``readings`` stand in place of those drawn."""
    return st.integers(0, 2**32 - 1).map(lambda seed: tight_course(seed, readings))


def tight_course(seed: int, readings: Mapping[str, Any] | None = None) -> Course:
    """The course of a seed; where its fresh form has a calendar, one of them may become its
    history up to some day, and another may lend it requests and authorizations."""
    case = tight_case(seed, readings)
    return course_of(case.scenario, case.policy, case.drug)


def tight_case(seed: int, readings: Mapping[str, Any] | None = None) -> Case:
    """The scenario, policy and drug of a seed."""
    rng = Random(seed)
    case = _fresh(rng, readings)
    known = _some_calendar(rng, case)
    for _ in range(REDRAWN):
        if known is None and rng.random() < 0.9:
            case = _fresh(rng, readings)
            known = _some_calendar(rng, case)
    for change, share in ((with_history, 0.4), (with_requests, 0.6)):
        if known is not None and known.starts and rng.random() < share:
            case = Case(change(rng, case, known), case.policy, case.drug)
            if change is with_history:
                if rng.random() < 0.3:
                    case = _forgotten(rng, case)
                known = _some_calendar(rng, case)
    return case


def _fresh(rng: Random, readings: Mapping[str, Any] | None) -> Case:
    policy = _policy(rng)
    drug = drugs(rng)
    length = next(c for c in policy.clauses.values() if c.rule == "cycle-length").rows[0].days
    cycles = next(c for c in policy.clauses.values() if c.rule == "cycles").at_most
    first = day_after(MONDAY, rng.randint(0, 6))
    window = DateWindow(earliest=first, latest=day_after(first, rng.randint(0, 3)))
    last = length * cycles + rng.randint(-1, 8)
    days = [day_after(first, n) for n in range(-3, last + 3)]
    pharmacy: dict[str, Any] = pharmacies(rng, drug, days)
    pharmacy["max_days_ahead"] = pharmacy["transit_days"] + rng.randint(0, 5)
    pharmacy["spare_vials"] = often(rng, 0, 1, 2)
    request: dict[str, Any] = {"max_delay_days": rng.choice([0, 2, 4, 6, 6])}
    request |= often(rng, {}, {"daily_dose_mcg": 5}, {"daily_dose_mcg": {1: 4}})
    request |= often(rng, {}, {"finish_by": day_after(first, last)})
    others = [name for name in DEFAULT_OBJECTIVES if name != "delay"]
    either: list[dt.date | DateWindow] = [first, window]
    scenario = small_scenario(
        first=rng.choice(either),
        cycles=often(rng, cycles, None, max(1, cycles - 1), cycles + 1),
        patient=patients(rng, first, length),
        pharmacy=pharmacy,
        request=request,
        readings=_readings(rng) | dict(readings or {}),
        objectives=["delay", *rng.sample(others, rng.randint(1, 4))],
    )
    return Case(scenario, policy, drug)


def _readings(rng: Random) -> dict[str, Any]:
    return {
        "units.billed": often(rng, "opened", "administered"),
        "interruption.length": rng.choice(["extends", "absorbed"]),
    }


def _policy(rng: Random) -> Policy:
    """Limits near what a vial a day needs, some windows over two or three cycles."""
    days = rng.randint(3, 6)
    cycles = rng.choice([2, 2, 3, 3, 4, 5])
    length = days + rng.randint(0, 3)
    late_length = length + rng.choice([0, 0, 1, 3])
    per_days = rng.choice([length - 1, length, length + 1, length + 2, 2 * length, 2 * length + 1])
    limit = -(-per_days * days // length) + rng.choice([-2, -1, 0, 0, 1, 3])
    unit_days = rng.choice([length - 1, length, length + 1, length + 3, 2 * length])
    units = 10 * (-(-unit_days * days // length) + rng.choice([-1, 0, 0, 1, 3]))
    late_units = 10 * (days + rng.choice([0, 0, 1, 3]))
    initial_cycles = rng.randint(1, cycles)
    continued_cycles = rng.choice([1, 2])
    renewals = -(-(cycles - initial_cycles) // continued_cycles)
    initial = length * (initial_cycles - 1) + days + rng.choice([0, 2, 4, 8, 12])
    continued = late_length * (continued_cycles - 1) + days + rng.choice([0, 2, 4, 8])
    return small_policy(
        days=days,
        length=length,
        late_length=late_length,
        early=rng.randint(1, cycles),
        cycles=cycles,
        quantity=(max(limit, 2), per_days),
        units=(max(units, 10), unit_days),
        late_units=(max(late_units, 10), often(rng, late_length, late_length + 2)),
        step_days=rng.choice([0, 1, 2]),
        initial=often(rng, (initial, "days"), (-(-initial // 7), "weeks"), (1, "months")),
        initial_cycles=often(rng, initial_cycles, None) if not renewals else initial_cycles,
        continued=often(rng, (continued, "days"), (-(-continued // 7), "weeks"), (1, "months")),
        continued_cycles=continued_cycles,
        renewals=often(rng, renewals, max(0, renewals - 1)),
    )


def _some_calendar(rng: Random, case: Case) -> Calendar | None:
    """A calendar that is best for some objective."""
    course = course_of(case.scenario, case.policy, case.drug)
    board = build(course)
    answer = solve(board.system, board.system.objectives[rng.choice(DEFAULT_OBJECTIVES)])
    return None if answer.values is None else calendar_of(course, read(board, answer.values))


def _forgotten(rng: Random, case: Case) -> Case:
    """The same with less delay allowed, or more, than when the history began."""
    request = case.scenario.request.model_dump() | {"max_delay_days": rng.choice([0, 1, 5, 9])}
    update = {"request": Request.model_validate(request)}
    return Case(case.scenario.model_copy(update=update), case.policy, case.drug)
