"""The delay of a course by its causes: which start slipped, by how much, and what for."""

from __future__ import annotations

from dataclasses import dataclass

from planner.documents.plan import Plan, PlannedCycle
from planner.report.text import count, day


@dataclass(frozen=True)
class Slip:
    """A start that is ``days`` later than the cycle before it asks for; it moves ``cycles``."""

    cycle: int
    days: int
    cycles: int
    why: str


def slips(plan: Plan) -> tuple[Slip, ...]:
    """Every slip of a start still to come; that of a first cycle is what the others leave of the
    delay."""
    found: list[Slip] = []
    ahead = [cycle for cycle in plan.cycles if not cycle.past]
    before = {
        after.cycle: cycle for cycle, after in zip(plan.cycles, plan.cycles[1:], strict=False)
    }
    for place, cycle in enumerate(ahead):
        earlier = before.get(cycle.cycle)
        days = (cycle.start - earlier.earliest_next).days if earlier else 0
        if days > 0:
            found.append(Slip(cycle.cycle, days, len(ahead) - place, _why(plan, cycle)))
    rest = plan.totals.delay_days - sum(slip.days * slip.cycles for slip in found)
    if ahead and rest > 0 and rest % len(ahead) == 0 and ahead[0].cycle not in before:
        first = Slip(ahead[0].cycle, rest // len(ahead), len(ahead), _why(plan, ahead[0]))
        found.insert(0, first)
    return tuple(found)


def delay_words(plan: Plan) -> str:
    """The delay in a sentence; empty where there is none."""
    total = plan.totals.delay_days
    if not total:
        return ""
    found = slips(plan)
    told = "; ".join(
        f"cycle {slip.cycle} {count(slip.days, 'day')} late"
        + (f", in {count(slip.cycles, 'cycle')}" if slip.cycles > 1 else "")
        + slip.why
        for slip in found
    )
    one = "one slip: " if len(found) == 1 else ""
    return f"Delay {count(total, 'day')} in all" + (f" ({one}{told})" if told else "")


def _why(plan: Plan, cycle: PlannedCycle) -> str:
    window = next((w for w in plan.authorizations if w.id == cycle.authorization), None)
    if window is not None and window.start == cycle.start and window.kind == "continued":
        return f", waiting for the renewal that opens on {day(window.start)}"
    return ""
