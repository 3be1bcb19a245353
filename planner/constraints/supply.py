"""Vials sent and vials hung, whichever dispense feeds which bag: looser than ``nature.feeding``.

A level is what has come of a cycle's vials and is not hung yet; another is what is still to be hung
by the last day on which vials sent so far may be. Neither is ever below nothing.
"""

from __future__ import annotations

from collections import defaultdict

from planner.constraints.system import Term
from planner.constraints.variables import CycleVariables, Variables


def supplied(variables: Variables) -> None:
    """Adds the vials of each cycle's dispenses (``q``), and the rows on what they come to."""
    for number, cycle in variables.cycles.items():
        if not cycle.origins:
            continue
        most = variables.most_vials(cycle)
        for day in variables.dispense_days(cycle):
            cycle.vials[day] = variables.system.variable(("q", number, day), 0, most)
        hung: dict[int, list[Term]] = defaultdict(list)
        for hang in cycle.hangs:
            hung[hang.day].append((hang.variable, hang.option.vials))
        if hung:
            _arrived(variables, cycle, hung, most)
            if not variables.requested(number):
                _in_time(variables, cycle, hung, most)


def _spare(variables: Variables, cycle: CycleVariables) -> int:
    """Vials that go with the cycle's first dispense and are not hung."""
    begun = any(d.cycle == cycle.cycle.number for d in variables.course.past_dispenses)
    return 0 if begun or cycle.cycle.progress is not None else variables.spare


def _arrived(
    variables: Variables, cycle: CycleVariables, hung: dict[int, list[Term]], most: int
) -> None:
    """Vials that are there by a day >= vials hung by then (+ spare ones, once the cycle begins):
    level = level of the day before + arrived - hung >= spare."""
    system, number = variables.system, cycle.cycle.number
    there: dict[int, list[Term]] = defaultdict(list)
    at_hand: dict[int, int] = defaultdict(int)
    for day, variable in cycle.vials.items():
        there[day + variables.transit].append((variable, 1))
    for stock in cycle.stock:
        at_hand[stock.day + variables.transit] += stock.vials
    most += sum(at_hand.values())
    spare = _spare(variables, cycle)
    before: list[Term] = []
    for day in sorted({*there, *at_hand, *hung}):
        level = system.variable(("level", number, day), 0, most)
        terms = [(level, 1), *_negated(there[day]), *hung.get(day, ()), *_negated(before)]
        system.add((), ("arrived", number, day), terms, low=at_hand[day], high=at_hand[day])
        before = [(level, 1)]
        begun, certain = variables.start(number).until(day)
        if spare and (begun or certain):
            kept = [(level, 1), *((v, -spare * c) for v, c in begun)]
            system.add((), ("spare", number, day), kept, low=spare * certain)


def _in_time(
    variables: Variables, cycle: CycleVariables, hung: dict[int, list[Term]], most: int
) -> None:
    """Vials sent by a day <= vials hung by the last day that they may be (+ spare ones, where the
    cycle begins by then): level = level of the day before + hung - sent >= 0."""
    system, number = variables.system, cycle.cycle.number
    spare = _spare(variables, cycle)
    opening: list[Term] = []
    certain_before = 0
    before: list[Term] = []
    for day in sorted({*cycle.vials, *(day - variables.ahead for day in hung)}):
        last = day + variables.ahead
        level = system.variable(("due", number, day), 0, most)
        begun, certain = variables.start(number).until(last)
        sent = [(cycle.vials[day], 1)] if day in cycle.vials else []
        terms = [(level, 1), *sent, *_negated(hung.get(last, [])), *_negated(before)]
        opened = spare * (certain - certain_before)
        terms += [(v, -spare * c) for v, c in begun] if spare else []
        terms += opening
        system.add((), ("due", number, day), terms, low=opened, high=opened)
        opening = [(v, spare * c) for v, c in begun] if spare else []
        certain_before = certain
        before = [(level, 1)]


def _negated(terms: list[Term]) -> list[Term]:
    return [(variable, -coefficient) for variable, coefficient in terms]
