"""When an authorization opens and ends, and what does not lie between, as rows.

An authorization that the plan opens has one variable for each day it may open on (``o``). Rows
compare two moments: "it opens on this day or later" and "the cycle has begun before" exclude each
other.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from planner.constraints.moments import Moment, Sum, not_all
from planner.constraints.rules import Rules
from planner.constraints.system import Key
from planner.constraints.variables import CycleVariables, Variables
from planner.regimen.course import Slot

ALWAYS: Sum = ([], 1)
LAST = date.max.toordinal()  # of an authorization whose end the payer sets


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
        last = self.slot.last(day)
        return LAST if last is None else last

    def last_before(self, date_: int) -> int | None:
        """The last day it may open on so that it ends before a date."""
        return next((d for d in reversed(self.moment.days) if self.end(d) < date_), None)


def standing(rules: Rules, slot: Slot) -> Stands | None:
    """The rules a slot's window comes from, or None where they are left out, so that it bars no
    day. What the scenario gives of the window comes from there, the rest from the clause, if one is
    printed."""
    given = slot.setting is not None and (slot.start is not None or slot.end is not None)
    if given and not rules.active(slot.setting or ""):
        return None
    if slot.end is None and slot.length is None:
        return _endless(rules, slot)
    setting = (slot.setting,) if slot.setting is not None else ()
    clause = (slot.member,) if slot.member is not None and rules.active(slot.member) else ()
    opens = setting if slot.start is not None or slot.member is None else clause
    if slot.end is not None:
        return Stands(opens, setting)
    if not clause:
        return Stands(opens, None) if slot.start is not None else None
    return Stands(opens, (*setting, *clause) if slot.start is not None else clause)


def _endless(rules: Rules, slot: Slot) -> Stands | None:
    """The same where the payer sets the length: just the opening can bar a day."""
    if slot.start is not None:
        return Stands((slot.setting,) if slot.setting is not None else (), None)
    stands = slot.member is not None and rules.active(slot.member)
    return Stands((slot.member or "",), None) if stands and slot.kind == "continued" else None


def past_days(
    rules: Rules, slot: Slot, numbers: Container[int] | None = None
) -> list[tuple[int, str]]:
    """The days of history that a slot has to cover (its cycles', or those of ``numbers``), each
    with the entry it comes from."""
    course, own = rules.course, slot.cycles if numbers is None else numbers
    days: list[tuple[int, str]] = []
    for index, past in enumerate(course.past):
        if past.number in own and past.infused:
            member = f"history.cycles.{index}"
            days += [(past.start, member), (past.infusion_end - 1, member)]
    days += [(u.day, u.member) for u in course.past_units if u.cycle in own]
    if course.readings.dispenses_covered:
        days += [(d.day, d.member) for d in course.past_dispenses if d.cycle in own]
    return [(day, member) for day, member in days if rules.active(member)]


def follows(variables: Variables, before: Opening, after: Opening) -> None:
    """A renewal still to be asked for opens after the day the one before it ends; dates that the
    payer has given win."""
    if after.slot.start is not None:
        return
    if not after.stands.opens or before.stands.ends is None:
        return
    members = tuple(dict.fromkeys((*before.stands.ends, *after.stands.opens)))
    for day in before.moment.days:
        not_all(
            variables.system,
            members,
            ("follows", after.slot.id, day),
            before.moment.since(day),
            after.moment.until(before.end(day)),
        )


def covers(
    variables: Variables, opening: Opening, cycle: CycleVariables, chosen: Sum = ALWAYS
) -> None:
    """Infusion days (and dispenses, where covered) from the opening to its end, where ``chosen``
    is 1."""
    number = cycle.cycle.number
    start = variables.start(number)
    last_offset = cycle.cycle.infusion_days - 1 + held_up(cycle)
    opens, ends = opening.stands.opens, opening.stands.ends
    for day in opening.moment.days:
        if cycle.cycle.pinned is None:
            instance: Key = (number, "from", *named(opening, chosen), day)
            since = opening.moment.since(day)
            not_all(variables.system, opens, instance, since, start.until(day - 1), chosen)
        if ends is not None:
            instance = (number, "to", *named(opening, chosen), day)
            late = start.since(opening.end(day) - last_offset + 1)
            not_all(variables.system, ends, instance, opening.moment.until(day), late, chosen)
    if variables.course.readings.authorizations_see_dispenses:
        for day, made in (cycle.served or cycle.dispenses).items():
            instance = (number, "dispense", *named(opening, chosen), day)
            inside(variables, opening, (), instance, day, ([(made, 1)], 0), chosen)


def named(opening: Opening, chosen: Sum) -> Key:
    """What tells rows of a cycle apart that several authorizations may cover."""
    return () if chosen is ALWAYS else (opening.slot.id,)


def held_up(cycle: CycleVariables) -> int:
    """Days by which interruptions have moved the end of a cycle in progress."""
    if cycle.cycle.pinned is None:
        return 0
    return next(iter(cycle.origins)) - cycle.cycle.pinned if cycle.origins else 0


def covers_past(
    variables: Variables, opening: Opening, past: list[tuple[int, str]], chosen: Sum = ALWAYS
) -> None:
    """What history has of an authorization's cycles lies between the opening and its end."""
    for day, member in dict.fromkeys(past):
        instance = ("past", opening.slot.id, day)
        inside(variables, opening, (member,), instance, day, ALWAYS, chosen)


def inside(
    variables: Variables,
    opening: Opening,
    members: tuple[str, ...],
    instance: Key,
    day: int,
    event: Sum,
    chosen: Sum = ALWAYS,
) -> None:
    """What happens on a date does so neither before the opening nor after its end, where
    ``chosen`` is 1."""
    opens, ends = opening.stands.opens, opening.stands.ends
    since = opening.moment.since(day + 1)
    not_all(variables.system, (*opens, *members), instance, since, event, chosen)
    ended = None if ends is None else opening.last_before(day)
    if ends is not None and ended is not None:
        until = opening.moment.until(ended)
        not_all(variables.system, (*ends, *members), instance, until, event, chosen)
