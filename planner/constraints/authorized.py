"""The authorizations of a schedule: which cycles each covers, and from when to when."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.constraints.dated import barred
from planner.constraints.openings import standing
from planner.constraints.system import Active, Key, everything
from planner.constraints.variables import Variables
from planner.regimen.course import Course, Slot
from planner.regimen.dated import EVER, Dated, Opened
from planner.regimen.spans import last_day

if TYPE_CHECKING:
    from planner.constraints.schedule import Schedule


@dataclass(frozen=True)
class AuthorizationWindow:
    """An authorization from ``start`` to ``end``, both covered; None: nothing says its end."""

    slot: Slot
    start: int
    end: int | None


def authorization_of(
    authorizations: Sequence[AuthorizationWindow], cycle: int, day: int | None = None
) -> str | None:
    """The authorization of a cycle; where it crosses from one into another, the one that holds a
    day, or else the first."""
    own = [a for a in authorizations if cycle in a.slot.cycles]
    held = [a for a in own if day is not None and _holds(a, day)]
    return next((a.slot.id for a in (*held, *own)), None)


def windows(
    course: Course,
    schedule: Schedule,
    slots: Sequence[Slot] | None = None,
    active: Active = everything,
) -> tuple[AuthorizationWindow, ...]:
    """Every authorization with its dates: as given, the initial one from its first covered day,
    each renewal from the day after the one before, or as much later as it takes to hold its last
    covered day (reading authorization.start). Where a cycle may cross from one into the next, a
    renewal opens on the first covered day that none before it covers."""
    every = course.slots if slots is None else slots
    found: list[AuthorizationWindow] = []
    dated = [slot for slot in every if slot.by_dates]
    for slot in every:
        if slot.by_dates:
            if slot is dated[0]:
                found += _by_dates(course, schedule, every, tuple(found), active)
            continue
        days = covered_days(course, schedule, slot.cycles, active)
        if not days:
            if slot.start is not None:
                found.append(AuthorizationWindow(slot, slot.start, slot.last(slot.start)))
            continue
        start = slot.start
        if start is None:
            start = min(days)
            before = found[-1].end if found else None
            if slot.kind == "continued" and not found and active is not everything:
                # where the rules before it are left out, it may have opened long ago
                while slot.length and last_day(start - 1, slot.length) >= max(days):
                    start -= 1
            if slot.kind == "continued" and before is not None:
                start = before + 1
                while slot.end is None and slot.length and last_day(start, slot.length) < max(days):
                    start += 1
        found.append(AuthorizationWindow(slot, start, slot.last(start)))
    return tuple(found)


def authorized_keys(variables: Variables, schedule: Schedule) -> dict[Key, int]:
    """What a schedule says of authorizations, by key; of those alone that rules speak of."""
    chosen: dict[Key, int] = {}
    slots, loose = [], []
    for slot in variables.course.slots:
        stands = standing(variables, slot)
        endless = slot.end is None and slot.length is None
        bars = stands is not None and (stands.ends is not None or endless)
        if bars and not barred(variables, slot):
            slots.append(slot)
        elif slot.by_dates and not barred(variables, slot):
            loose.append(slot)
    allotted: set[int] = set()
    begins: dict[int, int] = {}
    if variables.course.readings.authorized_by_day:
        begins = {c.number: c.origin for c in schedule.cycles} | {
            c.number: c.pinned for c in variables.course.cycles if c.pinned is not None
        }
        begins |= {p.number: p.start for p in variables.course.past}
    for window in windows(variables.course, schedule, slots, variables.active):
        slot = window.slot
        if slot.start is None and slot.kind == "continued":
            chosen["o", slot.kind, slot.index, window.start] = 1
        if slot.by_dates:
            begun = [n for n in slot.cycles if n not in begins or _holds(window, begins[n])]
            chosen |= {("a", n, slot.id): 1 for n in begun if n not in allotted}
            allotted |= set(begun)
    for slot in loose:
        rest = [n for n in slot.may if n not in allotted][: slot.most]
        chosen |= {("a", n, slot.id): 1 for n in rest}
        allotted |= set(rest)
    return chosen


def _holds(window: AuthorizationWindow, day: int) -> bool:
    return window.start <= day and (window.end is None or day <= window.end)


def _by_dates(
    course: Course,
    schedule: Schedule,
    slots: Sequence[Slot],
    before: Sequence[AuthorizationWindow],
    active: Active,
) -> Iterator[AuthorizationWindow]:
    """The authorizations whose cycles their dates allot, with those that they cover."""
    dated = Dated(slots, by_day=course.readings.authorized_by_day)
    opened = Opened()
    if before:
        last = before[-1]
        opened = Opened(slots.index(last.slot), last.start, last.start)
    numbers = {p.number for i, p in enumerate(course.past) if active(f"history.cycles.{i}")}
    due = sorted(n for n in numbers | {c.number for c in schedule.cycles} if dated.allots(n))
    walk = _day_by_day if dated.by_day else _cycle_by_cycle
    held: dict[int, Opened] = {}
    cycles: dict[int, list[int]] = {}
    for number, state in walk(course, schedule, dated, opened, due, active):
        assert state.slot is not None
        held[state.slot] = state
        if number not in cycles.setdefault(state.slot, []):
            cycles[state.slot].append(number)
    ended = before[-1].end if before else None
    for index in dated.own:
        slot = slots[index]
        if index in held:
            state = held[index]
            behind = ended is not None or active is not everything
            start = state.low if state.low > EVER and behind else state.high
            own = replace(slot, cycles=tuple(cycles[index]))
            start = start if slot.start is None else slot.start
            ended = slot.last(start)
            yield AuthorizationWindow(own, start, ended)
        elif slot.start is not None:
            ended = slot.last(slot.start)
            yield AuthorizationWindow(slot, slot.start, ended)
        elif slot.end is not None:
            ended = max(ended or slot.end, slot.end)


def _cycle_by_cycle(
    course: Course,
    schedule: Schedule,
    dated: Dated,
    opened: Opened,
    due: Sequence[int],
    active: Active,
) -> Iterator[tuple[int, Opened]]:
    """Each cycle with the state of its authorization; one that fits into none is left out."""
    for number in due:
        days = covered_days(course, schedule, (number,), active)
        after = dated.after(opened, number, min(days), max(days)) if days else None
        if after is not None:
            opened = after
            yield number, opened


def _day_by_day(
    course: Course,
    schedule: Schedule,
    dated: Dated,
    opened: Opened,
    due: Sequence[int],
    active: Active,
) -> Iterator[tuple[int, Opened]]:
    """Each covered day's cycle with the authorization that the day lies in, or in none."""
    days: dict[tuple[int, int], bool] = {}
    for number in due:
        infused = _infused_days(course, schedule, number, active)
        some = [*covered_days(course, schedule, (number,), active), *infused]
        days |= {(day, number): bool(infused) and day == infused[0] for day in some}
    known: list[Opened] = []
    for day, number in sorted(days):
        begins = number if days[day, number] else None
        earlier = [state for state in known if state.low <= day <= dated.ended(state)]
        if earlier and begins is None:
            yield number, earlier[0]
            continue
        after = dated.through(opened, begins, day, day)
        if after is not None:
            opened = after
            known = [*(state for state in known if state.slot != after.slot), after]
            yield number, after


def _infused_days(course: Course, schedule: Schedule, number: int, active: Active) -> list[int]:
    """The infusion days of a cycle, history's and those to come."""
    days: list[int] = []
    for index, past in enumerate(course.past):
        if past.number == number and active(f"history.cycles.{index}"):
            days += range(past.start, past.infusion_end)
    own = {cycle.number: cycle for cycle in course.cycles}
    for chosen in schedule.cycles:
        if chosen.number == number:
            cycle = own[number]
            begun = cycle.progress.infused if cycle.progress is not None else 0
            days += range(chosen.origin + begun, chosen.origin + cycle.infusion_days)
    return days


def covered_days(
    course: Course, schedule: Schedule, cycles: Container[int], active: Active = everything
) -> list[int]:
    """First and last infusion days of cycles, past claims, dispenses where covered."""
    readings = course.readings
    dispensed = readings.authorizations_see_dispenses
    days: list[int] = []
    for index, past in enumerate(course.past):
        if past.number in cycles and active(f"history.cycles.{index}"):
            days += [past.start, past.infusion_end - 1]
    days += [u.day for u in course.past_units if u.cycle in cycles and active(u.member)]
    if readings.dispenses_covered:
        days += [d.day for d in course.past_dispenses if d.cycle in cycles and active(d.member)]
    infusion = {c.number: c for c in course.cycles}
    for chosen in schedule.cycles:
        if chosen.number in cycles:
            cycle = infusion[chosen.number]
            first = cycle.pinned if cycle.pinned is not None else chosen.origin
            days += [first, chosen.origin + cycle.infusion_days - 1]
            if readings.dispenses_covered:
                days += [day for day, _ in chosen.sent]
            elif dispensed:
                days += [source for bag in chosen.bags for source, _ in bag.sources]
    return days
