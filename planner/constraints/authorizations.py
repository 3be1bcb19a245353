"""Section I: every covered day of a cycle lies inside the authorization that covers the cycle.

The initial authorization opens on the first covered day of its first cycle, unless a day is given.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import combinations, takewhile

from planner.constraints.dated import by_dates
from planner.constraints.moments import known, moment
from planner.constraints.openings import (
    Opening,
    Stands,
    covers,
    covers_past,
    follows,
    past_days,
    standing,
)
from planner.constraints.therapy import numbers, who_asks
from planner.constraints.variables import CycleVariables, Variables
from planner.constraints.windows import claimed_units
from planner.documents.policy import AuthorizationClause, RenewalClause
from planner.regimen.authorizations import allot, authorization_clauses
from planner.regimen.course import Slot


def authorizations(variables: Variables) -> None:
    """I.*: openings in order, covered days inside, no more authorizations or cycles than given."""
    openings: list[Opening] = []
    known_before = list(takewhile(lambda slot: not slot.by_dates, variables.course.slots))
    for slot in variables.course.slots:
        if slot.by_dates:
            continue
        _granted_units(variables, slot)
        stands = standing(variables, slot)
        if stands is None:
            continue
        concerned = [c for n, c in variables.cycles.items() if n in slot.cycles]
        past = past_days(variables, slot)
        if not (concerned and _anchored(variables, slot, concerned[0])) and not past:
            continue
        before = openings[-1] if openings else None
        opening = _opening(variables, slot, stands, concerned, [day for day, _ in past], before)
        if opening is None:
            continue
        if before is not None:
            follows(variables, before, opening)
        if stands.ends is not None:
            openings.append(opening)
        covers_past(variables, opening, past)
        for cycle in concerned:
            covers(variables, opening, cycle)
    by_dates(variables, next((o for o in reversed(openings) if o.slot in known_before), None))
    how_many(variables)


def _anchored(variables: Variables, slot: Slot, first: CycleVariables) -> bool:
    """Whether the model holds what opens the slot; a part of the course may not."""
    if slot.start is not None or slot.kind == "continued":
        return True
    begun = {p.number for p in variables.course.past}
    return bool(slot.cycles) and (slot.cycles[0] in begun or first.cycle.number == slot.cycles[0])


def _opening(
    variables: Variables,
    slot: Slot,
    stands: Stands,
    concerned: list[CycleVariables],
    past: list[int],
    before: Opening | None,
) -> Opening | None:
    if slot.start is not None:
        return Opening(slot, stands, known(slot.start))
    if slot.kind == "initial":
        if past:
            return Opening(slot, stands, known(min(past)))
        first = concerned[0]
        number = first.cycle.number
        if not variables.course.readings.authorizations_see_dispenses:
            return Opening(slot, stands, variables.start(number))
        served = first.first_served or first.first_dispense
        if not served:  # under way, and the dispenses that opened it are left out
            return None
        return Opening(slot, stands, moment(variables.system, ("opens", number), served))
    if not concerned:
        return _past_renewal(slot, stands, past, before)
    first = concerned[0]
    if not first.origins:
        return None
    latest = min([*past, max(first.begun(o) for o in first.origins)])
    if before is not None and before.moment.days:
        earliest = min(before.end(d) for d in before.moment.days) + 1
    elif slot.end is not None:
        # it may open behind one that dates allot, on any day of the course
        begins = [day for own in variables.cycles.values() for day in map(own.begun, own.origins)]
        earliest = min([latest, *begins])
    elif slot.length is None:
        return None
    else:
        opened = Opening(slot, stands, known(latest))
        earliest = min(first.origins) - (opened.end(latest) - latest)
    opened_on = {
        day: variables.system.variable(("o", slot.kind, slot.index, day))
        for day in range(earliest, latest + 1)
    }
    opens = [(v, 1) for v in opened_on.values()]
    variables.system.add((), ("opens", slot.kind, slot.index), opens, low=1, high=1)
    return Opening(slot, stands, moment(variables.system, ("o", slot.kind, slot.index), opened_on))


def _past_renewal(
    slot: Slot, stands: Stands, past: list[int], before: Opening | None
) -> Opening | None:
    """A renewal of past cycles alone: the day after the one before ends, or later (decisions)."""
    if before is None:
        return Opening(slot, stands, known(min(past)))
    if before.always is None:
        return None
    start = before.end(before.always) + 1
    opening = Opening(slot, stands, known(start))
    while slot.end is None and opening.end(start) < max(past):
        start += 1
    return Opening(slot, stands, known(start))


def _granted_units(variables: Variables, slot: Slot) -> None:
    """Units of the slot's cycles <= units granted, past ones included."""
    if slot.units is None or slot.setting is None or not variables.active(slot.setting, ("units",)):
        return
    counted = [
        u
        for u in variables.course.past_units
        if u.cycle in slot.cycles and variables.active(u.member)
    ]
    terms = [
        term
        for number in variables.cycles
        if number in slot.cycles
        for some in claimed_units(variables, number).values()
        for term in some
    ]
    members = tuple(dict.fromkeys((slot.setting, *(u.member for u in counted))))
    room = slot.units - sum(u.units for u in counted)
    variables.system.add(members, ("units", slot.id), terms, high=room)


def how_many(variables: Variables) -> None:
    """I.* and IV.*: no more authorizations of a kind, nor cycles under them, than the clauses
    give."""
    clauses = authorization_clauses(variables.course.policy, variables.course.indication)
    renewals = {
        k: c for k, c in variables.course.clause_of("renewal") if isinstance(c, RenewalClause)
    }
    never = tuple(key for key, clause in renewals.items() if not clause.renewable)
    initial = tuple(key for key, clause in clauses.items() if clause.kind == "initial")
    barred: dict[int, list[frozenset[str]]] = {}
    for settings in _counted(variables):
        slots = _allotted(variables, settings)
        for key, clause in clauses.items():
            _bar(variables, barred, (key,), settings, _past_the_last(slots, clause))
        for key, renewal in renewals.items():
            if renewal.continued_cycles is not None:
                over = set(_of_kind(slots, "continued")[renewal.continued_cycles :])
                _bar(variables, barred, (key,), settings, over)
        if never and any(slot.kind == "initial" for slot in slots):
            # section I is part of it only where its number of cycles is the one that counts
            uncounted = _allotted(variables, settings, without=initial)
            _bar(variables, barred, never, settings, _bare(variables, uncounted))
        if initial:
            _bar(variables, barred, (*initial, *never), settings, _bare(variables, slots))


def _bare(variables: Variables, slots: Sequence[Slot]) -> set[int]:
    """The cycles that no authorization covers."""
    covered = {n for slot in slots for n in (*slot.cycles, *slot.may)}
    return {n for n in numbers(variables) if n not in covered}


def _counted(variables: Variables) -> list[tuple[int, ...]]:
    """Which of the authorizations given may say how many cycles they cover, the fewest first: those
    left out leave that to the clause."""
    given = [
        i
        for i, a in enumerate(variables.course.scenario.authorizations)
        if a.cycles is not None and variables.active(f"authorizations.{i}")
    ]
    return [some for size in range(len(given) + 1) for some in combinations(given, size)]


def _allotted(
    variables: Variables, settings: tuple[int, ...], without: Container[str] = ()
) -> tuple[Slot, ...]:
    """The slots where just these authorizations say how many cycles they cover, and the clauses but
    those ``without``."""
    scenario, policy = variables.course.scenario, variables.course.policy
    given = tuple(
        a if i in settings else a.model_copy(update={"cycles": None})
        for i, a in enumerate(scenario.authorizations)
    )
    clauses = {
        key: clause.model_copy(update={"cycles": None}) if key in without else clause
        for key, clause in policy.clauses.items()
    }
    return allot(
        scenario.model_copy(update={"authorizations": given}),
        policy.model_copy(update={"clauses": clauses}),
        max([0, *numbers(variables)]),
    )


def _past_the_last(slots: Sequence[Slot], clause: AuthorizationClause) -> set[int]:
    """The cycles for which the clause gives no authorization any more."""
    own = [slot for slot in slots if slot.kind == clause.kind]
    over = {n for slot in own if not clause.may_be(slot.index) for n in slot.cycles}
    if clause.cycles_in_all is not None:
        over |= set(_of_kind(slots, clause.kind)[clause.cycles_in_all :])
    return over


def _of_kind(slots: Sequence[Slot], kind: str) -> list[int]:
    """The cycles under all authorizations of a kind, in order."""
    return [n for slot in slots if slot.kind == kind for n in slot.cycles]


def _bar(
    variables: Variables,
    barred: dict[int, list[frozenset[str]]],
    clauses: tuple[str, ...],
    settings: tuple[int, ...],
    over: Container[int],
) -> None:
    """Bars the cycles in ``over``, unless fewer clauses and settings bar them already."""
    if not all(variables.active(key) for key in clauses):
        return
    cited = tuple(f"authorizations.{i}" for i in settings)
    for number in numbers(variables):
        asks = who_asks(variables, number)
        if number not in over or asks is None:
            continue
        known, members = barred.setdefault(number, []), (*clauses, *cited)
        if not any(fewer <= frozenset(members) for fewer in known):
            known.append(frozenset(members))
            variables.system.add((*members, *asks), (number,), (), high=-1)
