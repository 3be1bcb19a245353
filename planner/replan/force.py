"""What of a plan is still to come, as the calendar in force of the scenario that follows it."""

from __future__ import annotations

from datetime import date

from planner.documents.in_force_calendar import (
    ForceCycle,
    ForceDispense,
    ForceVisit,
    InForce,
)
from planner.documents.plan import Plan


def in_force(plan: Plan, sha256: str, as_of: date | None, told_until: date | None) -> InForce:
    """The rows of a plan from ``as_of`` on; all that are planned where nothing is over."""
    opening = as_of or date.min
    return InForce(
        plan=sha256,
        told_until=told_until,
        unused=_unused(plan),
        cycles=tuple(
            ForceCycle(
                cycle=one.cycle,
                start=one.start if one.start >= opening else None,
                disconnect=one.disconnect,
            )
            for one in plan.cycles
            if one.disconnect >= opening
        ),
        visits=tuple(
            ForceVisit(
                date=bag.hang,
                cycle=bag.cycle,
                days=bag.days,
                shipped=bool(bag.from_) and all(s.dispense < opening for s in bag.from_),
            )
            for bag in plan.bags
            if bag.hang >= opening
        ),
        dispenses=tuple(
            ForceDispense(date=one.date, cycle=one.cycle, vials=one.vials)
            for one in plan.dispenses
            if one.date >= opening
        ),
    )


def _unused(plan: Plan) -> int:
    """The vials that are left when a plan is done: sent, neither broken nor in any bag."""
    sent = sum(one.vials for one in plan.dispenses)
    taken = sum(source.vials for bag in plan.bags for source in bag.from_)
    broken = sum(one.vials for one in plan.scenario.document.history.wasted)
    return max(0, sent - taken - broken)
