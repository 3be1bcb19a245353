"""Cycles that come too late for their authorization, or too soon one behind the other, by the days
on which they may start: in a sentence. Each takes what ``because`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from planner.constraints.rules import Rules, alone
from planner.proof.words import counted, short_day
from planner.regimen.course import Course, CourseCycle


def late_cycle(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The first cycle of an authorization that cannot end inside it, by the lengths alone and by
    when the authorization before ends."""
    rules = Rules(course, alone(ids))
    opened: dict[str, int] = {}
    for index, past in enumerate(course.past):
        if past.slot is not None and f"history.cycles.{index}" in ids:
            opened.setdefault(course.slots[past.slot].id, past.start)
    lengths = any(k in course.clauses and course.clauses[k].rule == "cycle-length" for k in ids)
    following = course.cycles[0].earliest if course.cycles else 0
    before: tuple[str, int] | None = None  # the authorization before, with its last day
    waited = ""
    for cycle in course.cycles:
        start = _earliest(rules, ids, cycle, following)
        slot = None if cycle.slot is None else course.slots[cycle.slot]
        if slot is not None and before is not None and slot.id != before[0] and start <= before[1]:
            start = before[1] + 1
            waited = (
                f"the {before[0]} authorization ends on {short_day(before[1])}, so cycle "
                f"{cycle.number} starts on {short_day(start)} at the earliest; "
            )
        following = start + (cycle.length if lengths else cycle.infusion_days)
        if slot is None or (slot.member not in ids and slot.setting not in ids):
            continue
        begins = opened.setdefault(slot.id, slot.start if slot.start is not None else start)
        end = slot.last(begins)
        if end is None:
            continue
        before = slot.id, end
        last = start + cycle.infusion_days - 1 + cycle.shift
        if last > end:
            dated = slot.start is not None or slot.end is None
            since = f" from {short_day(begins)}" if dated else ""
            says = (
                f"{waited}cycle {cycle.number} infuses until {short_day(last)} at the earliest, "
                f"and the {slot.id} authorization{since} ends on {short_day(end)}: "
                f"{counted(last - end, 'day')} too late"
            )
            yield says[0].upper() + says[1:]


def _earliest(rules: Rules, ids: Sequence[str], cycle: CourseCycle, following: int) -> int:
    """The first day that a cycle may start on, behind the ones before."""
    start = following
    if cycle.progress is None:
        asked = "request.first_infusion" in ids
        own = cycle.earliest if asked else rules.origin_days(cycle).start
        first = cycle is rules.course.cycles[0]
        start = own if first and not asked else max(following, own)
    if f"request.cycle_starts.{cycle.number}" in ids:
        pin = rules.course.scenario.request.cycle_starts[cycle.number]
        start = max(start, pin.toordinal())
    return start


def waits(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """A cycle that may not wait until the authorization that covers it can open."""
    if "request.max_delay_days" not in ids or course.readings.authorizations_see_dispenses:
        return
    most = course.scenario.request.max_delay_days
    opens: int | None = None
    for slot in course.slots:
        if slot.start is not None or slot.kind == "initial":
            begun = [day for number, day in _begun(course, ids) if number in slot.cycles[:1]]
            opens = slot.start if slot.start is not None else min(begun, default=None)
        ends = slot.end if slot.end is not None and slot.setting in ids else None
        if opens is None and ends is not None:
            opens = ends + 1
            continue
        if opens is None or (slot.member not in ids and slot.setting not in ids):
            return
        for cycle in course.cycles:
            latest = cycle.earliest + most
            if cycle.number in slot.cycles and cycle.progress is None and latest < opens:
                late = opens - latest
                yield (
                    f"Cycle {cycle.number} starts on {short_day(latest)} at the "
                    f"latest, and its {slot.id} authorization opens on "
                    f"{short_day(opens)} at the earliest: "
                    f"{late} {'day' if late == 1 else 'days'} too late"
                )
        end = slot.last(opens)
        opens = None if end is None else end + 1


def delayed(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """A cycle pinned further behind its earliest day than delay may be."""
    if "request.max_delay_days" not in ids:
        return
    most = course.scenario.request.max_delay_days
    for cycle in course.cycles:
        if f"request.cycle_starts.{cycle.number}" in ids:
            pin = course.scenario.request.cycle_starts[cycle.number].toordinal()
            late = pin - cycle.earliest
            if late > most:
                yield (
                    f"Cycle {cycle.number} is to start on {short_day(pin)}, "
                    f"{counted(late, 'day')} behind its earliest day, {short_day(cycle.earliest)}, "
                    f"and {counted(most, 'day')} of delay are allowed: {late} > {most}"
                )


def too_soon(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """A cycle pinned, or begun, before the lengths of those before it are over."""
    if not any(k in course.clauses and course.clauses[k].rule == "cycle-length" for k in ids):
        return
    lengths = {p.number: p.earliest_next - p.start for p in course.past}
    lengths |= {c.number: c.length + c.next_shift for c in course.cycles}
    pauses = course.scenario.history.interruptions if course.readings.interruption_extends else ()
    begun = sorted(_begun(course, ids))
    for (before, first), (number, day) in pairwise(begun):
        needed = sum(lengths[n] for n in range(before, number))
        if day - first < needed:
            lasts = f"cycles {before} to {number - 1} last" if number - before > 1 else "it lasts"
            if any(p.cycle in range(before, number) for p in pauses):
                lasts = f"with interruptions {lasts}"
            yield (
                f"Cycle {number} on {short_day(day)} is {day - first} days after "
                f"cycle {before} on {short_day(first)}, and {lasts} {needed} days: "
                f"{day - first} < {needed}"
            )


def _begun(course: Course, ids: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(cycle, start) of those that a member named fixes; a first one at its earliest."""
    for index, past in enumerate(course.past):
        if f"history.cycles.{index}" in ids:
            yield past.number, past.start
    for number, day in course.scenario.request.cycle_starts.items():
        if f"request.cycle_starts.{number}" in ids:
            yield number, day.toordinal()
    fresh = [c.number for c in course.cycles if c.progress is None]
    if course.first_infusion is not None and "request.first_infusion" in ids and fresh:
        yield fresh[0], course.first_infusion.first
