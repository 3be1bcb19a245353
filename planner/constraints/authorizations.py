"""Section I: every covered day of a cycle lies inside the authorization that covers the cycle.

An authorization that the plan opens has one variable for each day it may open on (``o``); the
initial one opens on the first covered day of its first cycle. Rows compare two moments: "it opens
on this day or later" and "the cycle has begun before" exclude each other.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import combinations

from planner.constraints.moments import Moment, Sum, known, moment, not_both
from planner.constraints.rules import Rules
from planner.constraints.system import Key
from planner.constraints.therapy import numbers, who_asks
from planner.constraints.variables import CycleVariables, Variables
from planner.constraints.windows import claimed_units
from planner.documents.policy import AuthorizationClause, RenewalClause
from planner.regimen.authorizations import allot, authorization_clauses
from planner.regimen.course import Slot
from planner.regimen.spans import last_day


@dataclass(frozen=True)
class Stands:
    """The rules that say when an authorization opens and when it ends; None: nothing ends it."""

    opens: tuple[str, ...]
    ends: tuple[str, ...] | None


@dataclass(frozen=True)
class Opening:
    """A slot's opening, and the last day covered for each day it may fall on."""

    slot: Slot
    stands: Stands
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


def authorizations(variables: Variables) -> None:
    """I.*: openings in order, covered days inside, no more authorizations or cycles than given."""
    openings: list[Opening] = []
    for slot in variables.course.slots:
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
            _follows(variables, before, opening)
        if stands.ends is not None:
            openings.append(opening)
        _covers_past(variables, opening, past)
        for cycle in concerned:
            _covers(variables, opening, cycle)
    how_many(variables)


def standing(rules: Rules, slot: Slot) -> Stands | None:
    """The rules a slot's window comes from, or None where they are left out, so that it bars no
    day. What the scenario gives of the window comes from there, the rest from the clause, if one is
    printed."""
    given = slot.setting is not None and (slot.start is not None or slot.end is not None)
    if given and not rules.active(slot.setting or ""):
        return None
    setting = (slot.setting,) if slot.setting is not None else ()
    clause = (slot.member,) if slot.member is not None and rules.active(slot.member) else ()
    opens = setting if slot.start is not None or slot.member is None else clause
    if slot.end is not None:
        return Stands(opens, setting)
    if not clause:
        return Stands(opens, None) if slot.start is not None else None
    return Stands(opens, (*setting, *clause) if slot.start is not None else clause)


def _anchored(variables: Variables, slot: Slot, first: CycleVariables) -> bool:
    """Whether the model holds what opens the slot; a part of the course may not."""
    if slot.start is not None or slot.kind == "continued":
        return True
    begun = {p.number for p in variables.course.past}
    return bool(slot.cycles) and (slot.cycles[0] in begun or first.cycle.number == slot.cycles[0])


def past_days(rules: Rules, slot: Slot) -> list[tuple[int, str]]:
    """The days of history that a slot has to cover, each with the entry it comes from."""
    course = rules.course
    days: list[tuple[int, str]] = []
    for index, past in enumerate(course.past):
        if past.number in slot.cycles and past.infused:
            member = f"history.cycles.{index}"
            days += [(past.start, member), (past.infusion_end - 1, member)]
    days += [(u.day, u.member) for u in course.past_units if u.cycle in slot.cycles]
    if course.readings.dispenses_covered:
        days += [(d.day, d.member) for d in course.past_dispenses if d.cycle in slot.cycles]
    return [(day, member) for day, member in days if rules.active(member)]


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
        earliest = min(latest, *first.origins)
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


def _follows(variables: Variables, before: Opening, after: Opening) -> None:
    """A renewal opens after the day the one before it ends."""
    if before.always is not None and after.always is not None:
        return
    if not after.stands.opens or before.stands.ends is None:
        return
    members = tuple(dict.fromkeys((*before.stands.ends, *after.stands.opens)))
    for day in before.moment.days:
        not_both(
            variables.system,
            members,
            ("follows", after.slot.id, day),
            before.moment.since(day),
            after.moment.until(before.end(day)),
        )


def _covers(variables: Variables, opening: Opening, cycle: CycleVariables) -> None:
    """Infusion days (and dispenses, where covered) from the opening to its end."""
    number = cycle.cycle.number
    start = variables.start(number)
    last_offset = cycle.cycle.infusion_days - 1 + _held_up(cycle)
    opens, ends = opening.stands.opens, opening.stands.ends
    for day in opening.moment.days:
        if cycle.cycle.pinned is None:
            instance: Key = (number, "from", day)
            since = opening.moment.since(day)
            not_both(variables.system, opens, instance, since, start.until(day - 1))
        if ends is not None:
            instance = (number, "to", day)
            late = start.since(opening.end(day) - last_offset + 1)
            not_both(variables.system, ends, instance, opening.moment.until(day), late)
    if variables.course.readings.authorizations_see_dispenses:
        _covers_dispenses(variables, opening, cycle)


def _held_up(cycle: CycleVariables) -> int:
    """Days by which interruptions have moved the end of a cycle in progress."""
    if cycle.cycle.pinned is None:
        return 0
    return next(iter(cycle.origins)) - cycle.cycle.pinned if cycle.origins else 0


def _covers_past(variables: Variables, opening: Opening, past: list[tuple[int, str]]) -> None:
    """What history has of the slot's cycles lies between the opening and its end."""
    for date, member in dict.fromkeys(past):
        instance = ("past", opening.slot.id, date)
        _inside(variables, opening, (member,), instance, date, ([], 1))


def _covers_dispenses(variables: Variables, opening: Opening, cycle: CycleVariables) -> None:
    number = cycle.cycle.number
    for date, made in (cycle.served or cycle.dispenses).items():
        instance = (number, "dispense", date)
        _inside(variables, opening, (), instance, date, ([(made, 1)], 0))


def _inside(
    variables: Variables,
    opening: Opening,
    members: tuple[str, ...],
    instance: Key,
    date: int,
    event: Sum,
) -> None:
    """What happens on a date does so neither before the opening nor after its end."""
    opens, ends = opening.stands.opens, opening.stands.ends
    since = opening.moment.since(date + 1)
    not_both(variables.system, (*opens, *members), instance, since, event)
    ended = None if ends is None else opening.last_before(date)
    if ends is not None and ended is not None:
        until = opening.moment.until(ended)
        not_both(variables.system, (*ends, *members), instance, until, event)


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
    covered = {n for slot in slots for n in slot.cycles}
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
    over = {n for slot in own if slot.index > clause.at_most for n in slot.cycles}
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
