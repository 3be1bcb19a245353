"""What only the payer can grant: vials or units above a limit, a longer authorization.

No dose above its cap, no other number of infusion days and no further cycle is ever proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from planner.constraints.authorized import windows
from planner.constraints.schedule import Schedule
from planner.documents.limits import LimitClause
from planner.documents.policy import AuthorizationClause, Span
from planner.proof.changes import Case, Change, Explain, Move, kept
from planner.proof.words import counted
from planner.regimen.course import Course, Slot
from planner.regimen.spans import last_day

EXTENSION = 730  # days that an authorization may be asked to last longer, or to open earlier
LOOKED_AT = 182  # the same, where a longer one may open the next too late, so that each is tried
WEEK = 7


def payer_moves(course: Course, member: str) -> tuple[Move, ...]:
    """The moves of a clause or of an authorization given; none where the payer never helps."""
    if member.startswith("authorizations."):
        return kept(_given(course, member, int(member.split(".")[1])))
    clause = course.clauses.get(member)
    if isinstance(clause, LimitClause):
        step = _units_of_a_vial(course) if clause.of == "units" else 1
        return kept([_limit(member, clause, step)])
    if isinstance(clause, AuthorizationClause):
        return kept([_extension(course, member, clause)])
    return ()


def _units_of_a_vial(course: Course) -> int:
    """Billable units of one opened vial, in which the units of section II add up; 1 where the
    units administered count, or those that history states."""
    unit = next((c.mcg_per_unit for c in course.clauses.values() if c.rule == "hcpcs"), 1)
    whole = int(course.drug.vial.mcg) // unit
    listed = any(u.units % whole for u in course.past_units)
    return whole if course.readings.opened_billed and not listed else 1


def _limit(member: str, clause: LimitClause, step: int) -> Move:
    changes = tuple(
        Change(
            member,
            str(clause.limit),
            str(clause.limit + more),
            f"Ask the payer for {more:,} {_noun(clause, more)} above {member}: "
            f"{clause.limit + more:,} instead of {clause.limit:,} {clause.within}",
            more,
            _clause(member, limit=clause.limit + more),
        )
        for more in range(step, clause.limit + 1, step)
    )
    return Move(member, "payer", changes, True, (member,), "the least that works")


def _noun(clause: LimitClause, count: int) -> str:
    return clause.of.removesuffix("s") if count == 1 else clause.of


def _extension(course: Course, member: str, clause: AuthorizationClause) -> Move | None:
    if clause.length is None or clause.length.unit == "months":
        return None
    length = clause.length.count * (WEEK if clause.length.unit == "weeks" else 1)
    last = clause.kind == "continued" or all(slot.kind != "continued" for slot in course.slots)
    changes = tuple(
        Change(
            member,
            counted(length, "day"),
            counted(length + more, "day"),
            f"Ask the payer to extend the {clause.kind} authorization ({member}) by "
            f"{counted(more, 'day')}",
            more,
            _clause(member, length=Span(count=length + more, unit="days")),
            _who_needs(member, clause, more),
        )
        for more in range(1, (EXTENSION if last else LOOKED_AT) + 1)
    )
    return Move(member, "payer", changes, last, (member,), "the least that works")


def _who_needs(member: str, clause: AuthorizationClause, more: int) -> Explain:
    """Names the cycles that run past an authorization of the printed length."""

    def explain(course: Course, schedule: Schedule) -> str:
        facts, asks = [], []
        for window in windows(course, schedule):
            slot = window.slot
            if slot.member != member or slot.end is not None:
                continue
            if clause.length is None:
                continue
            end = last_day(window.start, clause.length)
            late = [(n, day - end) for n, day in _ends(course, schedule, slot) if day > end]
            if late:
                days = max(days for _, days in late)
                facts += [
                    f"Cycle {n} ends {counted(d, 'day')} after the {_named(slot)} ({member})"
                    for n, d in late
                ]
                asks.append(f"an extension of {counted(days, 'day')}")
        if not facts:
            return (
                f"Ask the payer to extend the {clause.kind} authorization ({member}) by "
                f"{counted(more, 'day')}"
            )
        renewal = any(
            isinstance(c, AuthorizationClause) and c.kind == "continued"
            for c in course.clauses.values()
        )
        return (
            "; ".join(facts)
            + ": ask the payer for "
            + " and ".join(asks)
            + (", or for a renewal that covers it" if renewal else "")
        )

    return explain


def _named(slot: Slot) -> str:
    return (
        "initial authorization"
        if slot.kind == "initial"
        else f"continued authorization {slot.index}"
    )


def _ends(course: Course, schedule: Schedule, slot: Slot) -> list[tuple[int, int]]:
    """The slot's planned cycles with their last infusion days."""
    lengths = {c.number: c.infusion_days for c in course.cycles}
    return [
        (c.number, c.origin + lengths[c.number] - 1)
        for c in schedule.cycles
        if c.number in slot.cycles
    ]


def _given(course: Course, member: str, index: int) -> Sequence[Move | None]:
    """A later end, an earlier start, more units of an authorization that the payer gave."""
    given = course.scenario.authorizations[index]
    named = f"the {given.kind} authorization" + (f" {given.number}" if given.number else "")
    moves: list[Move | None] = []
    for name, asked, sign, word in (
        ("end", given.end, 1, "extend"),
        ("start", given.start, -1, "open"),
    ):
        if asked is None:
            continue
        how = "to" if sign > 0 else "on"
        changes = tuple(
            Change(
                f"{member}.{name}",
                str(asked),
                str(asked + timedelta(days=sign * n)),
                f"Ask the payer to {word} {named} {how} {asked + timedelta(days=sign * n)}, "
                f"{counted(n, 'day')} {'more' if sign > 0 else 'earlier'}",
                n,
                _authorization(index, **{name: asked + timedelta(days=sign * n)}),
            )
            for n in range(1, EXTENSION + 1)
        )
        moves.append(Move(member, "payer", changes, sign > 0, (member,), "the least that works"))
    if given.units is not None:
        units, step = given.units, _units_of_a_vial(course)
        changes = tuple(
            Change(
                f"{member}.units",
                str(units),
                str(units + more),
                f"Ask the payer for {counted(more, 'unit')} more under {named}: {units + more:,} "
                f"instead of {units:,}",
                more,
                _authorization(index, units=units + more),
            )
            for more in range(1, max(units, step) + 1)
        )
        moves.append(Move(member, "payer", changes, True, (), "the least that works"))
    return moves


def _clause(key: str, **values: Any) -> Callable[[Case], Case]:
    return lambda case: case.with_clause(key, **values)


def _authorization(index: int, **values: Any) -> Callable[[Case], Case]:
    def apply(case: Case) -> Case:
        given = list(case.scenario.authorizations)
        given[index] = given[index].model_copy(update=values)
        return case.with_scenario(authorizations=tuple(given))

    return apply
