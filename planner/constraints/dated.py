"""Authorizations that say no number of cycles: their dates allot what is left to be covered.

Whether a cycle belongs to an authorization is a variable of its own (``a``); by
``authorization.per: day`` it says in which one the cycle begins, and its further days may lie in
those that follow without a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.constraints.moments import Sum, known, moment, not_all
from planner.constraints.openings import (
    ALWAYS,
    LAST,
    Opening,
    covers,
    covers_past,
    follows,
    past_days,
    standing,
)
from planner.constraints.rules import Rules
from planner.constraints.system import Key, Term
from planner.constraints.therapy import numbers
from planner.constraints.variables import CycleVariables, Variables
from planner.constraints.windows import claimed_units
from planner.documents.policy import RenewalClause
from planner.regimen.authorizations import authorization_clauses
from planner.regimen.course import PastUnits, Slot


def by_dates(variables: Variables, before: Opening | None) -> None:
    """I.*: each cycle in one of the authorizations, inside its dates, and not too many in any.

    Args:
        variables: those of the model.
        before: the last authorization whose cycles are known.
    """
    slots = [slot for slot in variables.course.slots if slot.by_dates]
    due = [n for n in numbers(variables) if any(n in slot.may for slot in slots)]
    if not due:
        return
    chosen = {
        (n, slot.id): variables.system.variable(("a", n, slot.id))
        for slot in slots
        for n in due
        if n in slot.may
    }
    variables.belongs.update(chosen)
    _each_in_one(variables, slots, due, chosen)
    _counts(variables, slots, due, chosen)
    openings: list[Opening] = []
    loose = False
    for slot in slots:
        own = [n for n in due if n in slot.may]
        _granted(variables, slot, own, chosen)
        if barred(variables, slot):
            continue
        earlier_ones = [*([] if before is None else [before]), *openings]
        opening = _opening(variables, slot, due, earlier_ones)
        if opening is None:
            loose = True
            continue
        for earlier in reversed(earlier_ones):
            follows(variables, earlier, opening)
            if earlier.slot.start is not None or earlier.slot.end is None:
                break  # what comes before that is before this one, too
        openings.append(opening)
        for number in own:
            _covered(variables, opening, number, ([(chosen[number, slot.id], 1)], 0))
    if variables.course.readings.authorized_by_day and openings and not loose:
        _no_gaps(variables, openings, due)


def barred(rules: Rules, slot: Slot) -> bool:
    """Whether the clause of an authorization gives no more of its kind."""
    clause = authorization_clauses(rules.course.policy, rules.course.indication).get(
        slot.member or ""
    )
    return clause is not None and not clause.may_be(slot.index) and rules.active(slot.member or "")


def limiting(rules: Rules) -> tuple[str, ...]:
    """What says that nothing but these authorizations covers a cycle; none where not all of it
    stands."""
    course = rules.course
    members = list(authorization_clauses(course.policy, course.indication))
    members += [
        key
        for key, clause in course.clause_of("renewal")
        if isinstance(clause, RenewalClause) and not clause.renewable
    ]
    if not members:
        members = [s.setting for s in course.slots if s.by_dates and s.setting is not None]
    return tuple(members) if all(rules.active(key) for key in members) else ()


def _each_in_one(
    variables: Variables,
    slots: Sequence[Slot],
    due: Sequence[int],
    chosen: dict[tuple[int, str], int],
) -> None:
    members = limiting(variables)
    for number in due:
        terms: list[Term] = [(chosen[number, s.id], 1) for s in slots if (number, s.id) in chosen]
        variables.system.add((), ("one", number), terms, high=1)
        if members:
            variables.system.add(members, ("authorized", number), terms, low=1)


def _counts(
    variables: Variables,
    slots: Sequence[Slot],
    due: Sequence[int],
    chosen: dict[tuple[int, str], int],
) -> None:
    """No more cycles than an authorization says, nor than clauses say of all; none under one that
    the clause does not give."""
    course = variables.course

    def terms(some: Sequence[Slot]) -> list[Term]:
        return [(chosen[n, s.id], 1) for s in some for n in due if (n, s.id) in chosen]

    for slot in slots:
        if barred(variables, slot):
            variables.system.add((slot.member or "",), ("beyond", slot.id), terms([slot]), high=0)
        if slot.most is not None:
            given = slot.setting if _counts_given(variables, slot) else slot.member
            if given is not None and variables.active(given):
                variables.system.add((given,), ("count", slot.id), terms([slot]), high=slot.most)
    continued = [slot for slot in slots if slot.kind == "continued"]
    before = sum(len(s.cycles) for s in course.slots if s.kind == "continued" and not s.by_dates)
    for key, clause in authorization_clauses(course.policy, course.indication).items():
        if clause.cycles_in_all is not None and variables.active(key):
            same = [slot for slot in slots if slot.kind == clause.kind]
            known = sum(
                len(s.cycles) for s in course.slots if s.kind == clause.kind and not s.by_dates
            )
            room = clause.cycles_in_all - known
            variables.system.add((key,), ("in-all",), terms(same), high=room)
    for key, renewal in course.clause_of("renewal"):
        most = renewal.continued_cycles if isinstance(renewal, RenewalClause) else None
        if most is not None and variables.active(key):
            variables.system.add((key,), ("in-all",), terms(continued), high=most - before)


def _counts_given(variables: Variables, slot: Slot) -> bool:
    """Whether the number of an authorization's cycles comes from the scenario."""
    if slot.setting is None:
        return False
    place = int(slot.setting.rsplit(".", 1)[1])
    return variables.course.scenario.authorizations[place].cycles is not None


def _opening(
    variables: Variables, slot: Slot, due: Sequence[int], earlier: Sequence[Opening]
) -> Opening | None:
    """When an authorization opens: as given, with the course, or behind the one before, or never.
    None where the rules that say it are left out, or the model does not hold what does."""
    stands = standing(variables, slot)
    endless = slot.end is None and slot.length is None
    before = earlier[-1] if earlier else None
    if stands is None or (stands.ends is None and not (endless and (before or slot.start))):
        return None
    if slot.start is not None:
        return Opening(slot, stands, known(slot.start))
    past = [day for n in due for day, _ in _past(variables, slot, n)]
    begins = [day for own in variables.cycles.values() for day in map(own.begun, own.origins)]
    if slot is variables.course.slots[0] and slot.kind == "initial":
        return _with_the_course(variables, Opening(slot, stands, known(min(past, default=0))), past)
    if not begins and not past:
        return None
    latest = max([*past, *begins])
    if variables.course.readings.authorized_by_day:
        latest += max((own.cycle.infusion_days for own in variables.cycles.values()), default=0)
    if before is not None and before.moment.days:
        earliest = min(before.end(day) for day in before.moment.days) + 1
        never = 1 + max(
            [
                latest,
                *(
                    end
                    for one in earlier
                    for day in one.moment.days
                    if (end := one.end(day)) < LAST
                ),
            ]
        )
    elif endless:
        return None
    elif slot.end is not None:
        earliest, never = min([*past, *begins]), latest + 1
    else:
        opened = Opening(slot, stands, known(latest))
        earliest, never = min([*past, *begins]) - (opened.end(latest) - latest), latest + 1
    if earliest > latest:
        return Opening(slot, stands, known(never))
    opened_on = {
        day: variables.system.variable(("o", slot.kind, slot.index, day))
        for day in (*range(earliest, latest + 1), never)
    }
    opens = [(v, 1) for v in opened_on.values()]
    variables.system.add((), ("opens", slot.kind, slot.index), opens, high=1)
    return Opening(slot, stands, moment(variables.system, ("o", slot.kind, slot.index), opened_on))


def _with_the_course(variables: Variables, opening: Opening, past: list[int]) -> Opening | None:
    """The first authorization opens with the first covered day of the first cycle."""
    if past:
        return opening
    first = min(variables.cycles, default=None)
    if first is None or first != variables.course.cycles[0].number:
        return None
    slot, stands, own = opening.slot, opening.stands, variables.cycles[first]
    if not own.origins:
        return None
    if not variables.course.readings.authorizations_see_dispenses:
        return Opening(slot, stands, variables.start(first))
    served = own.first_served or own.first_dispense
    if not served:
        return None
    return Opening(slot, stands, moment(variables.system, ("opens", first), served))


def _past(variables: Variables, slot: Slot, number: int) -> list[tuple[int, str]]:
    """The days of history of one cycle."""
    return past_days(variables, slot, (number,))


def _covered(variables: Variables, opening: Opening, number: int, chosen: Sum) -> None:
    """A cycle lies inside the authorization that it belongs to; by day, it begins there."""
    past = _past(variables, opening.slot, number)
    own = variables.cycles.get(number)
    if not variables.course.readings.authorized_by_day:
        covers_past(variables, opening, past, chosen)
        if own is not None:
            covers(variables, opening, own, chosen)
        return
    if past:
        covers_past(variables, opening, past[:1], chosen)
    elif own is not None:
        start = variables.start(number)
        for day in opening.moment.days:
            key: Key = (number, "begins", opening.slot.id, day)
            opens, ends = opening.stands.opens, opening.stands.ends or ()
            since, until = opening.moment.since(day), opening.moment.until(day)
            not_all(variables.system, opens, key, since, start.until(day - 1), chosen)
            late = start.since(opening.end(day) + 1)
            not_all(variables.system, ends, (*key, "end"), until, late, chosen)


def _no_gaps(variables: Variables, openings: Sequence[Opening], due: Sequence[int]) -> None:
    """By day: no covered day lies before all authorizations, behind one and before the next, or
    behind all."""
    last = limiting(variables)
    for split in range(len(openings) + 1):
        ended, later = openings[:split], openings[split:]
        if any(one.stands.ends is None for one in ended) or not (later or last):
            continue
        cited = [m for one in ended for m in one.stands.ends or ()]
        cited += [m for one in later for m in one.stands.opens]
        cited += () if later else last
        for number in due:
            for day, what, members, event in _on_days(variables, number):
                key: Key = ("gap", split, number, what, day)
                names = tuple(dict.fromkeys((*cited, *members)))
                past = [_ended(one, day) for one in ended]
                ahead = [one.moment.since(day + 1) for one in later]
                not_all(variables.system, names, key, *past, *ahead, *event)


def _ended(opening: Opening, day: int) -> Sum:
    """1 where an authorization ends before a day."""
    before = opening.last_before(day)
    return ([], 0) if before is None else opening.moment.until(before)


def _on_days(
    variables: Variables, number: int
) -> Iterator[tuple[int, str, tuple[str, ...], tuple[Sum, ...]]]:
    """Each day that a cycle may have to have covered, with what has to be so for that."""
    for index, past in enumerate(variables.course.past):
        member = f"history.cycles.{index}"
        if past.number == number and variables.active(member):
            for day in range(past.start, past.infusion_end):
                yield day, member, (member,), (ALWAYS,)
    for unit in variables.course.past_units:
        if unit.cycle == number and variables.active(unit.member):
            yield unit.day, unit.member, (unit.member,), (ALWAYS,)
    own = variables.cycles.get(number)
    if own is None or not own.origins:
        return
    yield from _infused(variables, own)
    if variables.course.readings.authorizations_see_dispenses:
        for day, made in (own.served or own.dispenses).items():
            yield day, "dispense", (), (([(made, 1)], 0),)


def _infused(
    variables: Variables, own: CycleVariables
) -> Iterator[tuple[int, str, tuple[str, ...], tuple[Sum, ...]]]:
    days = own.cycle.infusion_days
    if own.cycle.progress is not None:
        origin = next(iter(own.origins))
        for day in range(own.cycle.progress.resume, origin + days):
            yield day, "infused", (), (ALWAYS,)
        return
    start = variables.start(own.cycle.number)
    for day in range(min(own.origins), max(own.origins) + days):
        yield day, "infused", (), (start.since(day - days + 1), start.until(day))


def _granted(
    variables: Variables,
    slot: Slot,
    own: Sequence[int],
    chosen: dict[tuple[int, str], int],
) -> None:
    """Units granted: of each run of cycles, what is billed for it where all belong here."""
    if slot.units is None or slot.setting is None or not variables.active(slot.setting, ("units",)):
        return
    counted = [u for u in variables.course.past_units if variables.active(u.member)]
    if variables.course.readings.authorized_by_day:
        _granted_by_date(variables, slot, counted)
        return
    for first in range(len(own)):
        for last in range(first + 1, len(own) + 1):
            some = own[first:last]
            terms = [
                term
                for number in some
                if number in variables.cycles
                for day in claimed_units(variables, number).values()
                for term in day
            ]
            billed = [u for u in counted if u.cycle in some]
            before = sum(u.units for u in billed)
            most = before + sum(c * variables.system.high[v] for v, c in terms if c > 0)
            if most <= slot.units:
                continue
            if not terms and last - first > 1 and not billed:
                continue
            over = most - slot.units
            members = tuple(dict.fromkeys((slot.setting, *(u.member for u in billed))))
            terms = [*terms, *((chosen[n, slot.id], over) for n in some)]
            high = slot.units - before + over * len(some)
            variables.system.add(members, ("units", slot.id, some[0], some[-1]), terms, high=high)


def _granted_by_date(variables: Variables, slot: Slot, counted: Sequence[PastUnits]) -> None:
    """By day, units count for the authorization that their date lies in; its dates are given."""
    if slot.setting is None or slot.start is None or slot.end is None:
        raise ValueError("units granted by date need both dates of their authorization")
    days = range(slot.start, slot.end + 1)
    terms = [
        term
        for number in variables.cycles
        for day, some in claimed_units(variables, number).items()
        if day in days
        for term in some
    ]
    billed = [u for u in counted if u.day in days]
    members = tuple(dict.fromkeys((slot.setting, *(u.member for u in billed))))
    room = (slot.units or 0) - sum(u.units for u in billed)
    variables.system.add(members, ("units", slot.id), terms, high=room)
