"""Section I: every covered day of a cycle lies inside the authorization that covers the cycle.

An authorization that the plan opens has one variable for each day it may open on (``o``); the
initial one opens on the first covered day of its first cycle. Rows compare two moments without
big constants: "it opens on or after t" and "the cycle has begun before t" exclude each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.constraints.board import Board, CycleBoard
from planner.constraints.system import Key, Term
from planner.constraints.windows import claimed_units
from planner.documents.policy import AuthorizationClause
from planner.regimen.course import Slot
from planner.regimen.spans import last_day


@dataclass(frozen=True)
class Opening:
    """A slot's opening: variable by day, and the last day covered for each of them.

    ``always`` holds the day of an opening that is a fact; then ``days`` is empty.
    """

    slot: Slot
    members: tuple[str, ...]
    days: Mapping[int, int]
    always: int | None

    def end(self, day: int) -> int:
        """The last day covered where it opens on ``day``."""
        if self.slot.end is not None:
            return self.slot.end
        assert self.slot.length is not None
        return last_day(day, self.slot.length)

    def candidates(self) -> list[int]:
        """The days it may open on, first to last."""
        return [self.always] if self.always is not None else list(self.days)

    def terms(self, wanted: list[int]) -> tuple[list[Term], int]:
        """The opening falls on one of the wanted days: terms and constant."""
        if self.always is not None:
            return [], int(self.always in wanted)
        return [(self.days[d], 1) for d in wanted], 0


def authorizations(board: Board) -> None:
    """I.*: openings in order, covered days inside, no more authorizations or cycles than given."""
    openings: list[Opening] = []
    for slot in board.course.slots:
        members = standing(board, slot)
        if members is None:
            continue
        concerned = [c for n, c in board.cycles.items() if n in slot.cycles]
        past = _past_days(board, slot)
        if not (concerned and _anchored(board, slot, concerned[0])) and not past:
            continue
        before = openings[-1] if openings else None
        opening = _opening(board, slot, members, concerned, [day for day, _ in past], before)
        if opening is None:
            continue
        if before is not None:
            _follows(board, before, opening)
        openings.append(opening)
        _covers_past(board, opening, past)
        for cycle in concerned:
            _covers(board, opening, cycle)
        _granted_units(board, slot)
    _how_many(board)


def standing(board: Board, slot: Slot) -> tuple[str, ...] | None:
    """The rules a slot's window comes from, or None where they are left out."""
    members = []
    if slot.setting is not None and (slot.start is not None or slot.end is not None):
        if not board.active(slot.setting):
            return None
        members.append(slot.setting)
    if (slot.start is None or slot.end is None or slot.setting is None) and slot.member:
        if not board.active(slot.member):
            return None
        members.append(slot.member)
    return tuple(members)


def _anchored(board: Board, slot: Slot, first: CycleBoard) -> bool:
    """Whether the model holds what opens the slot; a part of the course may not."""
    if slot.start is not None or slot.kind == "continued":
        return True
    begun = {p.number for p in board.course.past}
    return bool(slot.cycles) and (slot.cycles[0] in begun or first.cycle.number == slot.cycles[0])


def _past_days(board: Board, slot: Slot) -> list[tuple[int, str]]:
    """The days of history that a slot has to cover, each with the entry it comes from."""
    course = board.course
    days: list[tuple[int, str]] = []
    for index, past in enumerate(course.past):
        if past.number in slot.cycles and past.infused:
            member = f"history.cycles.{index}"
            days += [(past.start, member), (past.infusion_end - 1, member)]
    days += [(u.day, u.member) for u in course.past_units if u.cycle in slot.cycles]
    if _dispenses_covered(board):
        days += [(d.day, d.member) for d in course.past_dispenses if d.cycle in slot.cycles]
    return [(day, member) for day, member in days if board.active(member)]


def _opening(
    board: Board,
    slot: Slot,
    members: tuple[str, ...],
    concerned: list[CycleBoard],
    past: list[int],
    before: Opening | None,
) -> Opening | None:
    if slot.start is not None:
        return Opening(slot, members, {}, slot.start)
    if slot.kind == "initial":
        if past:
            return Opening(slot, members, {}, min(past))
        days = concerned[0].first_dispense if _dispenses_covered(board) else concerned[0].origins
        return Opening(slot, members, dict(days), None)
    if not concerned:
        return _past_renewal(slot, members, past, before)
    first = concerned[0]
    if not first.origins:
        return None
    latest = min([*past, max(first.begun(o) for o in first.origins)])
    if before is not None and before.candidates():
        earliest = min(before.end(d) for d in before.candidates()) + 1
    else:
        opened = Opening(slot, members, {}, latest)
        earliest = min(first.origins) - (opened.end(latest) - latest)
    variables = {
        day: board.system.variable(("o", slot.kind, slot.index, day))
        for day in range(earliest, latest + 1)
    }
    terms, constant = board.happens(first.cycle.number)
    board.system.add(
        (),
        ("opens", slot.kind, slot.index),
        [*((v, 1) for v in variables.values()), *((v, -c) for v, c in terms)],
        low=constant,
        high=constant,
    )
    return Opening(slot, members, variables, None)


def _past_renewal(
    slot: Slot, members: tuple[str, ...], past: list[int], before: Opening | None
) -> Opening | None:
    """A renewal of past cycles alone: the day after the one before ends, or later (decisions)."""
    if before is None:
        return Opening(slot, members, {}, min(past))
    if before.always is None:
        return None
    start = before.end(before.always) + 1
    opening = Opening(slot, members, {}, start)
    while slot.end is None and opening.end(start) < max(past):
        start += 1
    return Opening(slot, members, {}, start)


def _dispenses_covered(board: Board) -> bool:
    readings = board.course.readings
    return readings.dispenses_covered or not readings.service_by_hang


def _exclude(
    board: Board,
    members: tuple[str, ...],
    instance: Key,
    first: tuple[list[Term], int],
    second: tuple[list[Term], int],
) -> None:
    """Not both: first + second <= 1."""
    terms = [*first[0], *second[0]]
    constant = first[1] + second[1]
    if constant + len(terms) > 1:
        board.system.add(members, instance, terms, high=1 - constant)


def _follows(board: Board, before: Opening, after: Opening) -> None:
    """A renewal opens after the day the one before it ends."""
    if before.always is not None and after.always is not None:
        return
    members = tuple(dict.fromkeys((*before.members, *after.members)))
    days = before.candidates()
    for day in days:
        end = before.end(day)
        _exclude(
            board,
            members,
            ("follows", after.slot.id, day),
            before.terms([d for d in days if d >= day]),
            after.terms([d for d in after.candidates() if d <= end]),
        )


def _covers(board: Board, opening: Opening, cycle: CycleBoard) -> None:
    """Infusion days (and dispenses, where covered) from the opening to its end."""
    number = cycle.cycle.number
    last_offset = cycle.cycle.infusion_days - 1
    days = opening.candidates()
    for day in days:
        end = opening.end(day)
        too_early = [(v, 1) for o, v in cycle.origins.items() if cycle.begun(o) < day]
        too_late = [(v, 1) for o, v in cycle.origins.items() if o + last_offset > end]
        since = opening.terms([d for d in days if d >= day])
        until = opening.terms([d for d in days if d <= day])
        if board.active(opening.members[0], (number, day)):
            if too_early and cycle.cycle.pinned is None:
                _exclude(board, opening.members, (number, "from", day), since, (too_early, 0))
            if too_late:
                _exclude(board, opening.members, (number, "to", day), until, (too_late, 0))
    if _dispenses_covered(board):
        _covers_dispenses(board, opening, cycle, days)


def _covers_past(board: Board, opening: Opening, past: list[tuple[int, str]]) -> None:
    """What history has of the slot's cycles lies between the opening and its end."""
    days = opening.candidates()
    for date, member in dict.fromkeys(past):
        terms, constant = opening.terms([d for d in days if d > date or opening.end(d) < date])
        if terms or constant:
            instance = ("past", opening.slot.id, date)
            board.system.add((*opening.members, member), instance, terms, high=-constant)


def _covers_dispenses(board: Board, opening: Opening, cycle: CycleBoard, days: list[int]) -> None:
    number = cycle.cycle.number
    for date, made in cycle.dispenses.items():
        outside = [d for d in days if d > date or opening.end(d) < date]
        if outside and board.active(opening.members[0], (number, "dispense", date)):
            _exclude(
                board,
                opening.members,
                (number, "dispense", date),
                opening.terms(outside),
                ([(made, 1)], 0),
            )


def _granted_units(board: Board, slot: Slot) -> None:
    """Units of the slot's cycles <= units granted, past ones included."""
    if slot.units is None or slot.setting is None or not board.active(slot.setting, ("units",)):
        return
    counted = [
        u for u in board.course.past_units if u.cycle in slot.cycles and board.active(u.member)
    ]
    terms = [
        term
        for number in board.cycles
        if number in slot.cycles
        for some in claimed_units(board, number).values()
        for term in some
    ]
    members = tuple(dict.fromkeys((slot.setting, *(u.member for u in counted))))
    room = slot.units - sum(u.units for u in counted)
    board.system.add(members, ("units", slot.id), terms, high=room)


def _how_many(board: Board) -> None:
    """No more authorizations of a kind, nor cycles under them, than the clause gives."""
    clauses = [
        (key, clause)
        for key, clause in board.course.clause_of("authorization")
        if isinstance(clause, AuthorizationClause)
    ]
    slots = board.course.slots
    for key, clause in clauses:
        own = [s for s in slots if s.kind == clause.kind]
        over = {n for s in own if s.index > clause.at_most for n in s.cycles}
        if clause.cycles_in_all is not None:
            over |= set([n for s in own for n in s.cycles][clause.cycles_in_all :])
        for number in board.cycles:
            if number in over and board.active(key, (number,)):
                terms, constant = board.happens(number)
                board.system.add((key,), (number,), terms, high=-constant)
    _uncovered(board, clauses)


def _uncovered(board: Board, clauses: list[tuple[str, AuthorizationClause]]) -> None:
    """A cycle past the initial authorization needs a renewal, which the policy may never give."""
    covered = {n for s in board.course.slots for n in s.cycles}
    initial = [key for key, clause in clauses if clause.kind == "initial"]
    never = [
        key
        for key, clause in board.course.clause_of("renewal")
        if clause.rule == "renewal" and not clause.renewable
    ]
    for number in board.cycles:
        if number in covered or not initial:
            continue
        members = (*initial, *never)
        if all(board.active(m, (number,)) for m in members):
            terms, constant = board.happens(number)
            board.system.add(members, (number,), terms, high=-constant)
