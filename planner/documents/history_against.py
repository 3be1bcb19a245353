"""Checks of a history against the infusion days of the policy and the drug file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from planner.documents.drug import Drug
from planner.documents.errors import counted
from planner.documents.findings import Finding
from planner.documents.history_checks import pauses_of, resumed
from planner.documents.policy import DoseClause, InfusionDaysClause, Policy
from planner.documents.positions import Path
from planner.documents.scenario import PastCycle, Scenario

_ONE_DAY = timedelta(days=1)


def lived_findings(scenario: Scenario, policy: Policy, drug: Drug) -> Iterator[Finding]:
    """Bags and interruptions that do not come to the infusion days of a cycle."""
    due = _infusion_days(scenario, policy)
    if due is None or scenario.as_of is None:
        return
    cycles = scenario.history.cycles
    for index, cycle in enumerate(cycles):
        path: Path = ("history", "cycles", index)
        following = cycles[index + 1].start if index + 1 < len(cycles) else None
        yield from _pauses(scenario, drug, cycle, due)
        if cycle.bags is not None:
            yield from _too_many(cycle, path, due)
            yield from _after_the_end(scenario, drug, cycle, path)
            yield from _uncovered(scenario, drug, cycle, path, due, following)


def _infusion_days(scenario: Scenario, policy: Policy) -> int | None:
    own = [c for c in policy.clauses.values() if scenario.indication in c.indications]
    for clause in own:
        if isinstance(clause, InfusionDaysClause):
            return clause.days
    for clause in own:
        if isinstance(clause, DoseClause):
            return sum(step.days for step in clause.brackets[0].rows[0].steps)
    return None


def _ended(scenario: Scenario, drug: Drug, cycle: PastCycle) -> date | None:
    """The first day of the interruption that ended a cycle."""
    longest = timedelta(days=drug.interruption.same_cycle_up_to)
    pauses = pauses_of(scenario.history, cycle)
    return next((first for first, end in pauses if end - first > longest), None)


def _pauses(scenario: Scenario, drug: Drug, cycle: PastCycle, due: int) -> Iterator[Finding]:
    """An interruption falls among the cycle's infusion days, and none follows one that ends it."""
    ended = _ended(scenario, drug, cycle)
    history = scenario.history
    for place, entry in enumerate(history.interruptions):
        if entry.cycle != cycle.cycle:
            continue
        path: Path = ("history", "interruptions", place, "start")
        last = _last_day(cycle, due, [p for p in pauses_of(history, cycle) if p[0] < entry.start])
        if ended is not None and entry.start > ended:
            yield Finding(
                path,
                f"the date {entry.start}",
                _before(ended, cycle),
            )
        elif entry.start > last:
            yield Finding(
                path,
                f"the date {entry.start}",
                f"a date up to {last}, the last infusion day of cycle {cycle.cycle}",
            )


def _before(ended: date, cycle: PastCycle) -> str:
    return f"a date before {ended}, when a long interruption ends cycle {cycle.cycle}"


def _last_day(cycle: PastCycle, due: int, pauses: list[tuple[date, date]]) -> date:
    day = cycle.start
    for _ in range(due - 1):
        day = resumed(day + _ONE_DAY, pauses)
    return day


def _too_many(cycle: PastCycle, path: Path, due: int) -> Iterator[Finding]:
    done = 0
    for place, bag in enumerate(cycle.bags or ()):
        if done + bag.days > due:
            yield Finding(
                (*path, "bags", place, "days"),
                counted(bag.days, "day"),
                f"no more than the {due - done} left of the {due} infusion days of cycle "
                f"{cycle.cycle}",
            )
            return
        done += bag.days


def _after_the_end(
    scenario: Scenario, drug: Drug, cycle: PastCycle, path: Path
) -> Iterator[Finding]:
    ended = _ended(scenario, drug, cycle)
    for place, bag in enumerate(cycle.bags or ()):
        if ended is not None and bag.hang > ended:
            yield Finding(
                (*path, "bags", place, "hang"),
                f"the date {bag.hang}",
                _before(ended, cycle),
                "it is a bag of the next cycle.",
            )


def _uncovered(
    scenario: Scenario,
    drug: Drug,
    cycle: PastCycle,
    path: Path,
    due: int,
    following: date | None,
) -> Iterator[Finding]:
    """Listed bags cover the infusion days up to ``as_of``, or to the next cycle's start."""
    bags = cycle.bags or ()
    if scenario.as_of is None or sum(bag.days for bag in bags) >= due:
        return
    empty = bags[-1].hang + timedelta(days=bags[-1].days) if bags else cycle.start
    ended = _ended(scenario, drug, cycle)
    pauses = pauses_of(scenario.history, cycle)
    bare = resumed(empty, [pause for pause in pauses if ended is None or pause[0] < ended])
    until, name = scenario.as_of, "as_of"
    if following is not None:
        until, name = following, f"cycle {cycle.cycle + 1}"
    if ended is not None:
        until, name = ended, f"the interruption of {ended}"
    if bare < until:
        yield Finding(
            (*path, "bags"),
            f"no bag on {bare}",
            f"a bag for every infusion day before {name}",
            "days without infusion are missing under history.interruptions.",
        )
