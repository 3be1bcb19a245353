"""Section I: every covered day of a cycle lies inside the authorization that covers the cycle.

An authorization that the plan opens has one variable for each day it may open on (``o``); the
initial one opens on the first covered day of its first cycle. Rows compare two moments: "it opens
on this day or later" and "the cycle has begun before" exclude each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.constraints.board import Board, CycleBoard
from planner.constraints.moments import Moment, Sum, known, moment, not_both
from planner.constraints.system import Key
from planner.constraints.windows import claimed_units
from planner.documents.policy import AuthorizationClause
from planner.regimen.course import Slot
from planner.regimen.spans import last_day


@dataclass(frozen=True)
class Opening:
    """A slot's opening, and the last day covered for each day it may fall on."""

    slot: Slot
    members: tuple[str, ...]
    moment: Moment

    @property
    def always(self) -> int | None:
        """The day of an opening that is a fact."""
        return self.moment.days[0] if self.moment.fact else None

    def end(self, day: int) -> int:
        """The last day covered where it opens on ``day``."""
        if self.slot.end is not None:
            return self.slot.end
        assert self.slot.length is not None
        return last_day(day, self.slot.length)

    def last_before(self, date: int) -> int | None:
        """The last day it may open on so that it ends before a date."""
        return next((d for d in reversed(self.moment.days) if self.end(d) < date), None)


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
    how_many(board)


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
    if board.course.readings.authorizations_see_dispenses:
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
        return Opening(slot, members, known(slot.start))
    if slot.kind == "initial":
        if past:
            return Opening(slot, members, known(min(past)))
        first = concerned[0]
        number = first.cycle.number
        if not board.course.readings.authorizations_see_dispenses:
            return Opening(slot, members, board.start(number))
        served = first.first_served or first.first_dispense
        return Opening(slot, members, moment(board.system, ("opens", number), served))
    if not concerned:
        return _past_renewal(slot, members, past, before)
    first = concerned[0]
    if not first.origins:
        return None
    latest = min([*past, max(first.begun(o) for o in first.origins)])
    if before is not None and before.moment.days:
        earliest = min(before.end(d) for d in before.moment.days) + 1
    else:
        opened = Opening(slot, members, known(latest))
        earliest = min(first.origins) - (opened.end(latest) - latest)
    variables = {
        day: board.system.variable(("o", slot.kind, slot.index, day))
        for day in range(earliest, latest + 1)
    }
    opens = [(v, 1) for v in variables.values()]
    board.system.add((), ("opens", slot.kind, slot.index), opens, low=1, high=1)
    return Opening(slot, members, moment(board.system, ("o", slot.kind, slot.index), variables))


def _past_renewal(
    slot: Slot, members: tuple[str, ...], past: list[int], before: Opening | None
) -> Opening | None:
    """A renewal of past cycles alone: the day after the one before ends, or later (decisions)."""
    if before is None:
        return Opening(slot, members, known(min(past)))
    if before.always is None:
        return None
    start = before.end(before.always) + 1
    opening = Opening(slot, members, known(start))
    while slot.end is None and opening.end(start) < max(past):
        start += 1
    return Opening(slot, members, known(start))


def _follows(board: Board, before: Opening, after: Opening) -> None:
    """A renewal opens after the day the one before it ends."""
    if before.always is not None and after.always is not None:
        return
    members = tuple(dict.fromkeys((*before.members, *after.members)))
    for day in before.moment.days:
        not_both(
            board.system,
            members,
            ("follows", after.slot.id, day),
            before.moment.since(day),
            after.moment.until(before.end(day)),
        )


def _covers(board: Board, opening: Opening, cycle: CycleBoard) -> None:
    """Infusion days (and dispenses, where covered) from the opening to its end."""
    number = cycle.cycle.number
    start = board.start(number)
    last_offset = cycle.cycle.infusion_days - 1 + _held_up(cycle)
    for day in opening.moment.days:
        if not board.active(opening.members[0], (number, day)):
            continue
        if cycle.cycle.pinned is None:
            instance: Key = (number, "from", day)
            since = opening.moment.since(day)
            not_both(board.system, opening.members, instance, since, start.until(day - 1))
        instance = (number, "to", day)
        late = start.since(opening.end(day) - last_offset + 1)
        not_both(board.system, opening.members, instance, opening.moment.until(day), late)
    if board.course.readings.authorizations_see_dispenses:
        _covers_dispenses(board, opening, cycle)


def _held_up(cycle: CycleBoard) -> int:
    """Days by which interruptions have moved the end of a cycle in progress."""
    if cycle.cycle.pinned is None:
        return 0
    return next(iter(cycle.origins)) - cycle.cycle.pinned if cycle.origins else 0


def _covers_past(board: Board, opening: Opening, past: list[tuple[int, str]]) -> None:
    """What history has of the slot's cycles lies between the opening and its end."""
    for date, member in dict.fromkeys(past):
        instance = ("past", opening.slot.id, date)
        _inside(board, opening, (*opening.members, member), instance, date, ([], 1))


def _covers_dispenses(board: Board, opening: Opening, cycle: CycleBoard) -> None:
    number = cycle.cycle.number
    for date, made in (cycle.served or cycle.dispenses).items():
        instance = (number, "dispense", date)
        if board.active(opening.members[0], instance):
            _inside(board, opening, opening.members, instance, date, ([(made, 1)], 0))


def _inside(
    board: Board, opening: Opening, members: tuple[str, ...], instance: Key, date: int, event: Sum
) -> None:
    """What happens on a date does so neither before the opening nor after its end."""
    not_both(board.system, members, instance, opening.moment.since(date + 1), event)
    ended = opening.last_before(date)
    if ended is not None:
        not_both(board.system, members, instance, opening.moment.until(ended), event)


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


def how_many(board: Board) -> None:
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
                board.system.add((key, "request.cycles"), (number,), (), high=-1)
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
            board.system.add((*members, "request.cycles"), (number,), (), high=-1)
