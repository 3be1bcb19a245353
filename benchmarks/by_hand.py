"""What a pharmacy does by hand: a cycle's bags laid out on its own days, and the fills for them.

Used to draw scenarios (``benchmarks.drawn``): whether a pharmacy's days suit its bags at all, and
the record of cycles that have run. It knows nothing of windows, stock or objectives.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from planner.documents.drug import Drug
from planner.documents.errors import InputErrors
from planner.documents.limits import LimitClause
from planner.documents.load import (
    LoadedScenario,
    check_against,
    load_drug,
    load_policy,
    parse_scenario,
)
from planner.documents.policy import Policy
from planner.documents.scenario import Pharmacy
from planner.regimen.build import course_of
from planner.regimen.course import Course, CourseCycle, Segment
from planner.regimen.days import DayRules

WEEK = 7


@dataclass(frozen=True)
class Hung:
    """A bag on its day (an ordinal), for ``days`` infusion days, from ``vials`` vials."""

    day: int
    days: int
    vials: int


def laid_out(loaded: LoadedScenario) -> Course:
    """A scenario's course under its policy. Raises InputErrors."""
    policy, drug = _policy(loaded.scenario.policy), _drug(loaded.scenario.drug)
    problems = check_against(loaded, policy, drug)
    if problems:
        raise InputErrors(problems)
    return course_of(loaded.scenario, policy, drug)


def laid(document: dict[str, Any]) -> Course:
    """The course of a scenario that is no file. Raises InputErrors."""
    return laid_out(parse_scenario(json.dumps(document)))


def suits(course: Course) -> bool:
    """Whether the bags of the first two cycles can be laid out on the pharmacy's days, on some
    start that is asked for; the second has no step dose."""
    slack = course.scenario.request.max_delay_days
    return all(
        any(
            hung(course, cycle, day) is not None
            for day in range(cycle.earliest, cycle.earliest + slack + 1)
        )
        for cycle in course.cycles[:2]
    )


def hung(course: Course, cycle: CourseCycle, start: int) -> tuple[Hung, ...] | None:
    """A cycle's bags from its start day on, the longest first wherever one reaches an allowed day;
    None where they do not reach from one allowed day to the next."""
    rules = DayRules(course.scenario.pharmacy)
    variant = next((v for v in cycle.variants if v.first_start <= start <= v.last_start), None)
    if variant is None or (variant.segments[0].site != "hospital" and rules.bars_hang(start)):
        return None
    segments = variant.segments

    @cache
    def rest(index: int, done: int) -> tuple[Hung, ...] | None:
        if index == len(segments):
            return ()
        segment = segments[index]
        end = segment.first + segment.days
        if done == end:
            return rest(index + 1, done)
        for option in sorted(segment.options, key=lambda o: -o.days):
            reached = done + option.days
            if reached > end or (_at_home(segments, index, reached, end) and barred(reached)):
                continue
            following = rest(index, reached)
            if following is not None:
                return (Hung(start + done, option.days, option.vials), *following)
        return None

    def barred(done: int) -> bool:
        return bool(rules.bars_hang(start + done))

    return rest(0, segments[0].first)


def _at_home(segments: tuple[Segment, ...], index: int, reached: int, end: int) -> bool:
    """Whether the change after a bag is made at home, as the disconnect is."""
    following = index + 1 if reached == end else index
    return following == len(segments) or segments[following].site != "hospital"


def record(course: Course, cycles: int, since: int, *, weekly: bool) -> dict[str, Any] | None:
    """``history`` and ``as_of`` of a course of which some cycles have begun, each as early as its
    bags could be laid out and the payer's windows let it; None where they could not within a week.

    Args:
        course: the course, nothing of it done yet.
        cycles: how many have begun.
        since: days that the last of them began before ``as_of``.
        weekly: one fill a week, each on the last dispensing day that serves; else one a cycle.
    """
    begun: list[tuple[CourseCycle, tuple[Hung, ...]]] = []
    for cycle in course.cycles[:cycles]:
        earliest = begun[-1][1][0].day + begun[-1][0].length if begun else cycle.earliest
        tried = (hung(course, cycle, day) for day in range(earliest, earliest + WEEK))
        kept = (b for b in tried if b and _paid(course, [*(c for _, c in begun), b], weekly))
        bags = next(kept, None)
        if bags is None:
            return None
        begun.append((cycle, bags))
    as_of = begun[-1][1][0].day + since
    return {"history": told(course, begun, as_of, weekly=weekly), "as_of": _iso(as_of)}


def told(
    course: Course, begun: Iterable[tuple[CourseCycle, Sequence[Hung]]], as_of: int, *, weekly: bool
) -> dict[str, list[dict[str, Any]]]:
    """The cycles and dispenses of ``history``: what of the bags of each cycle lies before
    ``as_of``, an ordinal."""
    history: dict[str, list[dict[str, Any]]] = {"cycles": [], "dispenses": []}
    for cycle, bags in begun:
        sent = _fills(course.scenario.pharmacy, bags, weekly)
        done = [_hung(bag, sent[bag]) for bag in bags if bag.day < as_of]
        history["cycles"].append({"cycle": cycle.number, "start": _iso(bags[0].day), "bags": done})
        for day in sorted({day for day in sent.values() if day < as_of}):
            vials = sum(bag.vials for bag in bags if sent[bag] == day)
            fill = {"date": _iso(day), "vials": vials, "cycle": cycle.number}
            history["dispenses"].append(fill)
    return history


def _paid(course: Course, cycles: Sequence[Sequence[Hung]], weekly: bool) -> bool:
    """Whether the vials sent for these cycles and the units billed for them keep every window, as
    they must have: the payer has paid."""
    sent, billed = [], []
    for bags in cycles:
        fills = _fills(course.scenario.pharmacy, bags, weekly)
        sent += [(fills[bag], bag.vials) for bag in bags]
        billed += [(bag.day, bag.vials * course.drug.vial.mcg) for bag in bags]
    return all(
        sum(amount for day, amount in counted if first <= day < first + clause.days) <= clause.limit
        for clause in course.clauses.values()
        if isinstance(clause, LimitClause)
        for counted in (sent if clause.of == "vials" else billed,)
        for first, _ in counted
    )


def _hung(bag: Hung, sent: int) -> dict[str, Any]:
    return {"hang": _iso(bag.day), "days": bag.days, "vials": bag.vials, "dispense": _iso(sent)}


def _fills(pharmacy: Pharmacy, bags: Iterable[Hung], weekly: bool) -> dict[Hung, int]:
    """The dispensing day of each bag: the last that serves the first bag of a fill."""
    rules, transit = DayRules(pharmacy), pharmacy.transit_days
    sent: dict[Hung, int] = {}
    last: int | None = None
    for bag in bags:
        if last is None or (weekly and bag.day >= last + transit + WEEK):
            last = bag.day - transit
            while rules.bars_dispense(last):
                last -= 1
        sent[bag] = last
    return sent


def _iso(day: int) -> str:
    return dt.date.fromordinal(day).isoformat()


@cache
def _policy(name: str) -> Policy:
    return load_policy(name).policy


@cache
def _drug(name: str) -> Drug:
    return load_drug(name).drug
