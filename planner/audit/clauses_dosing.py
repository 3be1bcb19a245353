"""Section V: the daily dose, the infusion days of a cycle, and the cycle's length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from planner.audit.case import Case, in_force
from planner.audit.days import after, earliest_next, run
from planner.audit.dose import DayDose, NoDoseError, doses, requested_dose
from planner.documents.plan import PlannedBag, PlannedCycle
from planner.documents.policy import DoseClause, InfusionDaysClause, LengthClause


def dose(case: Case, clause: DoseClause) -> Iterator[str]:
    """V.*.dose: on every infusion day the clause's dose for weight and cycle, or the requested
    one, never above the clause's cap."""
    for cycle in case.cycles:
        if not in_force(clause, cycle.start):
            continue
        try:
            wanted = doses(case, clause, cycle.cycle, cycle.start)
        except NoDoseError as missing:
            yield f"cycle {cycle.cycle}: {missing}"
            continue
        yield from _requested(case, cycle, wanted)
        yield from _given(case, cycle, wanted)


def _requested(case: Case, cycle: PlannedCycle, wanted: tuple[DayDose, ...]) -> Iterator[str]:
    asked, cap = requested_dose(case, cycle.cycle), max((day.cap for day in wanted), default=None)
    if asked is not None and cap is not None and asked > cap:
        yield f"cycle {cycle.cycle} is asked for at {asked} mcg a day: {asked} > {cap}"


def _given(case: Case, cycle: PlannedCycle, wanted: tuple[DayDose, ...]) -> Iterator[str]:
    infused = run(case, cycle.cycle)
    due = dict(zip(infused.days if infused else (), wanted, strict=False))
    faults = [fault for bag in case.bags(cycle.cycle) if (fault := _fault(bag, due)) is not None]
    if faults:
        more = f" ({len(faults)} such bags)" if len(faults) > 1 else ""
        yield f"cycle {cycle.cycle} gets {faults[0]}{more}"


def _fault(bag: PlannedBag, due: Mapping[date, DayDose]) -> str | None:
    """The first day of a bag whose dose is not the one due. A past bag is known by the day it
    was hung alone: the history states no dose."""
    for day in _days(bag)[: 1 if bag.past else None]:
        found = due.get(day)
        if found is not None and bag.mcg_per_day > found.cap:
            return f"{bag.mcg_per_day} mcg on {day}: {bag.mcg_per_day} > {found.cap}"
        if found is not None and bag.mcg_per_day != found.due:
            return f"{bag.mcg_per_day} mcg on {day}, due are {found.due}"
    return None


def _days(bag: PlannedBag) -> list[date]:
    return [after(bag.hang, i) for i in range(bag.days)]


def infusion_days(case: Case, clause: InfusionDaysClause) -> Iterator[str]:
    """V.*.days: the bags of a cycle make exactly the clause's infusion days, fewer only where a
    long interruption ended the cycle."""
    for cycle in case.cycles:
        infused = run(case, cycle.cycle)
        if infused is None or not in_force(clause, cycle.start):
            continue
        due = clause.days if infused.cut is None else len(infused.days)
        found = sum(bag.days for bag in case.bags(cycle.cycle))
        if found != due:
            yield f"cycle {cycle.cycle} has bags for {found} infusion days, due are {due}"


def cycle_length(case: Case, clause: LengthClause) -> Iterator[str]:
    """V.*.length: the next cycle starts no earlier than the cycle's start plus its length (plus
    its interruptions, as read)."""
    for before, cycle in pairwise(case.cycles):
        rows = [
            row.days for row in clause.rows if row.cycles.first <= before.cycle <= row.cycles.last
        ]
        earliest = earliest_next(case, before.cycle)
        if not rows or earliest is None or not in_force(clause, before.start):
            continue
        if cycle.start < earliest:
            yield (
                f"cycle {before.cycle} starts on {before.start} and lasts {rows[0]} days: "
                f"cycle {cycle.cycle} may start on {earliest}, not on {cycle.start}"
            )
