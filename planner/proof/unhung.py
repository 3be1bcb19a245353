"""A cycle that no start leaves a chain of bags, and the days that break it: in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from planner.constraints.rules import alone, last_cycle
from planner.constraints.schedule import ChosenBag
from planner.labels.packed import NEVER
from planner.labels.problem import Problem
from planner.proof.words import short_day
from planner.regimen.course import Course, CourseCycle

MOST_STOPS = 3  # that a sentence tells
MOST_RUNS = 4  # of start days, for each
FARTHEST = 400  # days to look for the dispense before and after


def unhung(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The first cycle that has no start, those before it begun as soon as can be.

    Args:
        course: the course that has no calendar.
        ids: the members of a minimal conflict of it; no other rule is looked at.
    """
    active = alone(ids)
    earliest = -NEVER
    last = last_cycle(course, active)
    for cycle in (c for c in course.cycles if c.number <= last):
        problem = Problem(course, active, [(cycle, ())])
        allowed = problem.rules.origin_days(cycle)
        days = [day for day in _asked(course, ids, cycle, allowed) if day >= earliest]
        if not days:
            return
        plain = _plain(problem)
        stops = {day: _stop(problem, day) if plain else None for day in days}
        begin = next((day for day, stop in stops.items() if stop is None), None)
        if begin is None:
            told = _told(stops)
            if told:
                goes_on = cycle.progress and f"goes on from {short_day(cycle.progress.resume)}"
                yield f"Cycle {cycle.number} {goes_on or f'has to start {_days(days)}'}: {told}"
            return
        pinned = cycle.pinned
        earliest = (begin if pinned is None else pinned) + problem.places[0].gap


def _plain(problem: Problem) -> bool:
    """Whether nothing is asked of a cycle's bags but their days, and all its vials are to come:
    else no more is said of it here."""
    place = problem.places[0]
    return place.claims is None and not place.asked and not place.sources and place.since == -NEVER


def _asked(
    course: Course, ids: Sequence[str], cycle: CourseCycle, days: Sequence[int]
) -> Sequence[int]:
    """The days on which requests let a cycle start."""
    first = course.first_infusion
    fresh = next((c for c in course.cycles if c.progress is None), None)
    if f"request.cycle_starts.{cycle.number}" in ids:
        pinned = course.scenario.request.cycle_starts[cycle.number].toordinal()
        return [day for day in days if day == pinned]
    if first is not None and "request.first_infusion" in ids and cycle is fresh:
        return [day for day in days if first.first <= day <= first.last]
    return days


def _stop(problem: Problem, start: int) -> str | None:
    """What keeps a cycle from starting on a day, in words; None where nothing does."""
    rules, cycle = problem.rules, problem.places[0].cycle
    end = start + cycle.infusion_days
    as_of = rules.course.as_of
    if cycle.progress is None and as_of is not None and start < as_of:
        return f"what lies before as_of, {short_day(as_of)}, is over"
    if rules.barred_origin(cycle, start):
        more = ", a step of the dose or its end" if problem.exact else ""
        return f"its first bag{more} falls on a day without bag changes"
    bags = problem.bags(0, start)
    begin = start if cycle.progress is None else cycle.progress.resume
    reached = {begin}
    for day in range(begin, end):
        if day in reached:
            reached |= {day + bag.option.days for bag in bags.get(day, ()) if _fed(problem, bag)}
    last = max(reached)
    if last == end or (last > begin and not problem.exact):
        return None
    if last not in bags:
        return f"its bags reach {short_day(last)} at the furthest, a day without bag changes"
    return _dry(problem, bags[last])


def _fed(problem: Problem, bag: ChosenBag) -> bool:
    """Whether a dispense may feed a bag."""
    rules = problem.rules
    days = range(rules.oldest(bag.day, bag.option), bag.day - rules.transit + 1)
    return any(not rules.bars_source(day) for day in days)


def _dry(problem: Problem, bags: Sequence[ChosenBag]) -> str:
    """The days without vials around one on which bags could be hung."""
    rules, day = problem.rules, bags[0].day
    kept = day - min(rules.oldest(day, bag.option) for bag in bags)
    before, after = day - kept - 1, day - rules.transit + 1
    while rules.bars_source(before) and day - before < FARTHEST:
        before -= 1
    as_of = rules.course.as_of
    if as_of is not None and before < as_of <= day:
        return _none_yet(problem, day, as_of)
    while rules.bars_source(after) and after - day < FARTHEST:
        after += 1
    dry = range(before + kept + 1, after + rules.transit)
    hang = f"{rules.transit} to {kept}" if rules.transit else f"up to {kept}"
    return (
        f"no bag reaches over {_span(dry[0], dry[-1])}, when no vials may hang: none are sent "
        f"between {short_day(before)} and {short_day(after)}, and they hang {hang} days after"
    )


def _none_yet(problem: Problem, day: int, as_of: int) -> str:
    """That no vial can be there on a day, of those that may still be sent."""
    last = day - problem.rules.transit
    sent = (
        f"what is sent from as_of, {short_day(as_of)}, on comes later"
        if last < as_of
        else f"none can be sent on {_span(as_of, last)}"
    )
    return (
        f"a bag is to hang on {short_day(day)} and no vial can be there: none are left, and {sent}"
    )


def _told(stops: Mapping[int, str | None]) -> str:
    """What stops start days, the most of them last; nothing where it is too much to tell."""
    days: dict[str, list[int]] = {}
    for day, stop in stops.items():
        if stop is not None:
            days.setdefault(stop, []).append(day)
    *few, most = sorted(days, key=lambda stop: len(days[stop])) or [""]
    if len(few) >= MOST_STOPS or any(len(_runs(days[stop])) > MOST_RUNS for stop in few):
        return ""
    return "; else ".join([*(f"{_days(days[stop])} {stop}" for stop in few), most])


def _days(days: Sequence[int]) -> str:
    """Days as a sentence has them, those in a row by the first and the last."""
    runs = _runs(days)
    if len(runs) == 1 and len(days) > 1:
        return f"from {short_day(days[0])} to {short_day(days[-1])}"
    named = [_span(first, last) for first, last in runs]
    return "on " + " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _span(first: int, last: int) -> str:
    return short_day(first) if first == last else f"{short_day(first)} to {short_day(last)}"


def _runs(days: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last of days in a row, for each such row."""
    breaks = [(before, day) for before, day in pairwise(days) if day != before + 1]
    begins, ends = [day for _, day in breaks], [before for before, _ in breaks]
    return list(zip([days[0], *begins], [*ends, days[-1]], strict=True))
