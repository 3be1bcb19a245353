"""Drawn small cases: varied in every feature, about half of them feasible."""

from __future__ import annotations

from itertools import islice
from random import Random

from hypothesis import strategies as st

from planner.documents.drug import Drug
from planner.documents.policy import Policy
from planner.documents.scenario import Scenario
from tests.oracle.brute import candidates, count_candidates, keeps
from tests.oracle.case import Case
from tests.oracle.drawn_fresh import drugs, policies, readings, scenarios
from tests.oracle.drawn_history import with_history
from tests.oracle.drawn_requests import with_dated_code, with_requests
from tests.oracle.values import Calendar

Triple = tuple[Scenario, Policy, Drug]

REDRAWN = 0.65  # of the infeasible scenarios drawn first, so that about half are feasible
CHANGED = {with_history: 0.45, with_requests: 0.7}  # of the feasible ones
DATED = 0.2  # of those that still are


def small_cases(max_candidates: int = 2000) -> st.SearchStrategy[Triple]:
    """Cases of at most ``max_candidates`` candidates for brute force to judge."""
    return st.integers(0, 2**32 - 1).map(lambda seed: small_case(seed, max_candidates))


def small_case(seed: int, max_candidates: int = 2000) -> Triple:
    """The case of a seed: a scenario, its policy and its drug.

    A scenario is drawn without history and made small; then, where it is feasible, one of its
    calendars may become its history up to some day, another may lend it requests, and another the
    dates of its claims to the diagnosis code. Draws are independent of each other, so that
    consecutive seeds are as varied as any.
    """
    rng = Random(seed)
    case = _fresh(rng, max_candidates)
    known = _some_calendars(case)
    while not known and rng.random() < REDRAWN:
        case = _fresh(rng, max_candidates)
        known = _some_calendars(case)
    for change in (with_history, with_requests):
        if known and rng.random() < CHANGED[change]:
            calendar = rng.choice(known)
            if calendar.starts:
                changed = Case(change(rng, case, calendar), case.policy, case.drug)
                if count_candidates(changed) <= max_candidates:  # vials left over feed many bags
                    case, known = changed, _some_calendars(changed)
    if known and rng.random() < DATED:
        case = Case(case.scenario, with_dated_code(rng, case, rng.choice(known)), case.drug)
    return case.scenario, case.policy, case.drug


def _fresh(rng: Random, max_candidates: int) -> Case:
    read = readings(rng)
    policy, drug = policies(rng, read), drugs(rng)
    return _tamed(Case(scenarios(rng, policy, drug, read), policy, drug), max_candidates)


def _some_calendars(case: Case) -> list[Calendar]:
    return list(islice((one for one in candidates(case) if keeps(case, one)), 50))


def _tamed(case: Case, most: int) -> Case:
    """The case with fewer days ahead, fewer days of delay and at last fewer cycles, until it has
    at most ``most`` candidates.
    """
    while count_candidates(case) > most:
        pharmacy, request = case.scenario.pharmacy, case.scenario.request
        spare_days = pharmacy.max_days_ahead - pharmacy.transit_days
        if spare_days > 1 or (spare_days and not request.max_delay_days):
            fewer = {"max_days_ahead": pharmacy.max_days_ahead - 1}
            pharmacy = pharmacy.model_copy(update=fewer)
        elif request.max_delay_days:
            fewer = {"max_delay_days": request.max_delay_days - 1}
            request = request.model_copy(update=fewer)
        else:
            request = request.model_copy(update={"cycles": case.cycles - 1})
        changed = {"pharmacy": pharmacy, "request": request}
        case = Case(case.scenario.model_copy(update=changed), case.policy, case.drug)
    return case
