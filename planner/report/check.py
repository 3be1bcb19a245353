"""``planner check``: every clause with its verdict and the room that is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rich.console import Console
from rich.text import Text

from planner.documents.plan import Plan
from planner.documents.policy import (
    AuthorizationClause,
    Clause,
    CyclesClause,
    DoseClause,
    LengthClause,
    Policy,
    RenewalClause,
)
from planner.report.coverage import marked
from planner.report.layout import items, lines
from planner.report.text import count, shown


@dataclass(frozen=True)
class ClauseVerdict:
    """A clause that a plan keeps; ``room`` says how much is left where that is a number."""

    id: str
    section: str
    says: str
    verdict: str
    room: str


def verdicts(plan: Plan, policy: Policy) -> tuple[ClauseVerdict, ...]:
    """The clauses that speak of the plan's indication, in the policy's order.

    The plan has passed its audit, so every verdict is 'kept' unless the audit says otherwise.
    """
    violated = {v.clause for v in plan.audit.violations}
    return tuple(
        ClauseVerdict(
            id=key,
            section=clause.section,
            says=clause.says,
            verdict="violated" if key in violated else "kept",
            room=_room(plan, key, clause),
        )
        for key, clause in policy.clauses.items()
        if plan.indication in clause.indications
    )


def _room(plan: Plan, key: str, clause: Clause) -> str:
    for limit in plan.limits:
        if limit.clause == key:
            return f"{limit.limit - limit.peak:,} of {limit.limit:,} {limit.unit}"
    cycles = len(plan.cycles)
    if isinstance(clause, CyclesClause):
        return f"{clause.at_most - cycles} of {count(clause.at_most, 'cycle')}"
    if isinstance(clause, RenewalClause) and clause.total_cycles is not None:
        return f"{clause.total_cycles - cycles} of {count(clause.total_cycles, 'cycle')}"
    if isinstance(clause, AuthorizationClause):
        return _authorized(plan, clause)
    if isinstance(clause, LengthClause):
        gaps = [
            (later.start - cycle.earliest_next).days
            for cycle, later in zip(plan.cycles, plan.cycles[1:], strict=False)
        ]
        return f"{count(min(gaps), 'day')} at the tightest" if gaps else ""
    if isinstance(clause, DoseClause):
        highest = max((b.mcg_per_day for b in plan.bags), default=None)
        return f"up to {highest.normalize():f} mcg a day" if highest is not None else ""
    return ""


def _authorized(plan: Plan, clause: AuthorizationClause) -> str:
    """Days from the last covered infusion day to the end of each window of the kind."""
    last: dict[str, date] = {}
    for cycle in plan.cycles:
        if cycle.authorization is not None:
            known = last.get(cycle.authorization, cycle.last_infusion_day)
            last[cycle.authorization] = max(known, cycle.last_infusion_day)
    return ", ".join(
        f"{a.id}: {count((a.end - last[a.id]).days, 'day')}"
        for a in plan.authorizations
        if a.kind == clause.kind and a.id in last and a.end is not None
    )


def render(plan: Plan, found: tuple[ClauseVerdict, ...], console: Console) -> None:
    """Prints that the request is compliant as written, how the criteria stand, and each clause
    with its room."""
    console.print(Text("Compliant: a calendar keeps every clause and every request as written."))
    if plan.coverage is not None:
        console.print(Text(marked(plan), style="" if plan.coverage.status == "met" else "bold"))
    console.print(Text("Each clause, and in brackets the room left; of a dose, the highest one."))
    for line in lines(items(_rows(found)), console, console.width):
        console.print(line)
    console.print(Text(f"{plan.audit.clauses} rules checked; 'planner plan' prints the calendar."))


def _rows(found: tuple[ClauseVerdict, ...]) -> Iterator[tuple[str, str]]:
    for one in found:
        room = f" [{one.room}]" if one.room else ""
        yield one.verdict, f"{shown(one.id)}{room}"
        yield "", shown(one.says)
