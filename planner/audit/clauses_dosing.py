"""Section V: the daily dose, the infusion days of a cycle, and the cycle's length."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from planner.audit.case import Case, in_force
from planner.audit.days import earliest_next, run
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
    if infused is None:
        return
    due = dict(zip(infused.days, wanted, strict=False))
    for bag in case.bags(cycle.cycle):
        for day in _days(bag):
            found = due.get(day)
            if found is None:
                continue
            if bag.mcg_per_day > found.cap:
                yield (
                    f"cycle {cycle.cycle} gets {bag.mcg_per_day} mcg on {day}: "
                    f"{bag.mcg_per_day} > {found.cap}"
                )
                break
            if bag.mcg_per_day != found.due and not (bag.past and day != bag.hang):
                yield (
                    f"cycle {cycle.cycle} gets {bag.mcg_per_day} mcg on {day}, due are {found.due}"
                )
                break


def _days(bag: PlannedBag) -> Iterator[date]:
    return (bag.hang + timedelta(days=i) for i in range(bag.days))


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
