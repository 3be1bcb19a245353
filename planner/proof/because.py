"""One sentence of arithmetic for a clash, made from the facts its members name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from planner.documents.policy import CyclesClause, QuantityClause, RenewalClause
from planner.proof.members import Member
from planner.regimen.course import Course
from planner.regimen.days import changes_on_holidays
from planner.regimen.spans import last_day


def because(course: Course, members: Sequence[Member]) -> str:
    """The clash in one sentence: its numbers where they are plain, else who cannot hold together.

    Args:
        course: the course that has no calendar.
        members: a minimal conflict of it.
    """
    ids = [m.id for m in members]
    for say in (_dose, _dispensed, _too_many_cycles, _late_cycle, _bags):
        for sentence in say(course, ids):
            return sentence
    named = [f"{m.id} ({m.says})" for m in members]
    if len(named) == 1:
        return f"{named[0]} alone leaves no calendar."
    return f"Because {', '.join(named[:-1])} and {named[-1]}, no calendar exists."


def _short(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def _dose(course: Course, ids: Sequence[str]) -> Iterator[str]:
    if "request.daily_dose_mcg" not in ids:
        return
    for cycle in course.cycles:
        for variant in cycle.variants:
            if variant.cap_exceeded is not None:
                asked, cap = variant.cap_exceeded
                yield (
                    f"{_plain(asked)} mcg a day is asked for in cycle {cycle.number} and at most "
                    f"{_plain(cap)} allowed: {_plain(asked)} > {_plain(cap)}"
                )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _dispensed(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The window of II.A that the dispenses named overflow, or what they leave room for."""
    dated = [
        (d.date, d.vials)
        for kind, entries in (
            ("request", course.scenario.request.dispenses),
            ("history", course.scenario.history.dispenses),
        )
        for i, d in enumerate(entries)
        if f"{kind}.dispenses.{i}" in ids
    ]
    dated.sort()
    for key in ids:
        clause = course.clauses.get(key)
        if not isinstance(clause, QuantityClause) or not dated:
            continue
        for start, _ in dated:
            end = start + timedelta(days=clause.per_days - 1)
            inside = [(day, vials) for day, vials in dated if start <= day <= end]
            total = sum(vials for _, vials in inside)
            if total > clause.limit:
                named = " and ".join(f"{_vials(v)} on {_short(d)}" for d, v in inside)
                yield (
                    f"{named} fall in one {clause.per_days}-day window: {total} > {clause.limit}"
                )
        yield from _needed(course, key, clause, dated)


def _needed(
    course: Course, key: str, clause: QuantityClause, dated: Sequence[tuple[date, int]]
) -> Iterator[str]:
    """A cycle in progress: what is left at hand, and what its days still need at least."""
    begun = next((c for c in course.cycles if c.progress is not None), None)
    if begun is None or begun.progress is None:
        return
    left = begun.infusion_days - begun.progress.infused
    hand = sum(s.vials for s in course.stock if s.cycle == begun.number)
    lost = sum(w.vials for w in course.scenario.history.wasted if w.cycle == begun.number)
    total = sum(v for _, v in dated)
    options = [o for v in begun.variants for s in v.segments for o in s.options]
    if not options:
        return
    best = min(options, key=lambda o: (Decimal(o.vials) / o.days, -o.days))
    need = -(-left * best.vials // best.days)
    if need > hand:
        yield (
            f"The {left} infusion days left need {_vials(need)} in bags of {best.name}, {hand} are "
            f"at hand after {_vials(lost)} lost, and {_vials(total)} already stand in the "
            f"{clause.per_days}-day window: {total} + {need - hand} > {clause.limit}"
        )


def _vials(count: int) -> str:
    return "1 vial" if count == 1 else f"{count} vials"


def _too_many_cycles(course: Course, ids: Sequence[str]) -> Iterator[str]:
    if "request.cycles" not in ids:
        return
    asked = max((c.number for c in course.cycles), default=0)
    initial = [s for s in course.slots if s.kind == "initial"]
    covered = initial[-1].cycles[-1] if initial and initial[-1].cycles else 0
    for key in ids:
        clause = course.clauses.get(key)
        most = None
        if isinstance(clause, CyclesClause):
            most = clause.at_most
        elif isinstance(clause, RenewalClause):
            most = clause.total_cycles
            if most is None and clause.continued_cycles is not None:
                most = covered + clause.continued_cycles
            if most is None and not clause.renewable:
                most = covered
        elif clause is not None and clause.rule == "authorization" and clause.cycles_in_all:
            most = covered + clause.cycles_in_all
        if most is not None and asked > most:
            yield f"{asked} cycles are asked for and {key} allows {most}: {asked} > {most}"


def _late_cycle(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The first cycle of an authorization that cannot end inside it, by the lengths alone."""
    pins = course.scenario.request.cycle_starts
    following = course.cycles[0].earliest
    opened: dict[str, int] = {}
    for cycle in course.cycles:
        start = max(following, cycle.earliest if cycle.progress is None else following)
        if f"request.cycle_starts.{cycle.number}" in ids:
            start = max(start, pins[cycle.number].toordinal())
        following = start + cycle.length
        if cycle.slot is None:
            continue
        slot = course.slots[cycle.slot]
        if slot.member not in ids and slot.setting not in ids:
            continue
        begins = opened.setdefault(slot.id, slot.start if slot.start is not None else start)
        if slot.end is None and slot.length is None:
            continue
        end = slot.end
        if end is None and slot.length is not None:
            end = last_day(begins, slot.length)
        last = start + cycle.infusion_days - 1
        if end is not None and last > end:
            yield (
                f"Cycle {cycle.number} infuses until {_short(date.fromordinal(last))} at the "
                f"earliest, and the {slot.id} authorization from "
                f"{_short(date.fromordinal(begins))} ends on {_short(date.fromordinal(end))}: "
                f"{last - end} {'day' if last - end == 1 else 'days'} too late"
            )


def _bags(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The longest bag against the longest run of days without a bag change."""
    pharmacy = course.scenario.pharmacy
    barring = {"pharmacy.bag_change_days", "pharmacy.closed"}
    if not changes_on_holidays(pharmacy):
        barring.add("pharmacy.holidays")
    supply = {"pharmacy.dispense_days", "pharmacy.max_days_ahead"}
    limited = any(k in course.clauses and course.clauses[k].rule == "quantity" for k in ids)
    if "pharmacy.bags" not in ids or not barring & set(ids) or supply & set(ids) or limited:
        return
    options = [o for c in course.cycles for v in c.variants for s in v.segments for o in s.options]
    step = [
        o
        for c in course.cycles
        for v in c.variants
        for s in v.segments
        if s.step_dose
        for o in s.options
    ]
    some = step or options
    if not some:
        yield "No bag that the pharmacy offers may hold the dose."
        return
    longest = max(some, key=lambda o: o.days)
    week = " ".join(pharmacy.bag_change_days)
    dose = "the step dose" if step else "the dose"
    yield (
        f"Bags of at most {longest.days} {'day' if longest.days == 1 else 'days'} hold {dose}, and "
        f"with bag changes on {week} alone they do not reach over every gap between two bag changes"
    )
