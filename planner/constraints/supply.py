"""Vials as a flow by day: sent so far against hung so far, with how long they may wait.

Where vials are interchangeable, a calendar is how many are sent and hung by each day. A level is
what has come of a cycle's vials and is not hung yet; another is what is still to be hung by the
last day on which vials sent so far may be. Neither is ever below nothing, and as new vials that are
sent later may also be hung later, that is all there is to it: hung in the order they were sent,
every vial is hung in time. Vials that are there already wait as long as they like; how many of them
a day's bag takes is a decision of its own.
"""

from __future__ import annotations

from collections import defaultdict

from planner.constraints.system import Linear, Term
from planner.constraints.variables import CycleVariables, Variables


def supply(variables: Variables) -> None:
    """Adds the flow of each cycle's vials, where bags need not be sent whole."""
    if variables.whole or not variables.feeds:
        return
    for number, cycle in variables.cycles.items():
        if not cycle.origins:
            continue
        hung: dict[int, list[Term]] = defaultdict(list)
        for hang in cycle.hangs:
            hung[hang.day].append((hang.variable, hang.option.vials))
        _from_stock(variables, cycle, hung)
        fresh = {
            day: [*terms, *_times(-1, _stock_on(cycle, day))] for day, terms in sorted(hung.items())
        }
        used = {
            day: [(quantity, 1), *_times(-1, cycle.unhung(day, variables.spare))]
            for day, quantity in cycle.vials.items()
        }
        most = variables.most_vials(cycle)
        _arrived(variables, number, used, fresh, most)
        _in_time(variables, number, used, fresh, most)
        _made(variables, cycle, used)
        _near(variables, cycle, fresh)
    _shared_stock(variables)


def _stock_on(cycle: CycleVariables, day: int) -> list[Term]:
    return [(cycle.from_stock[day], 1)] if day in cycle.from_stock else []


def _from_stock(variables: Variables, cycle: CycleVariables, hung: dict[int, list[Term]]) -> None:
    """A day's bag takes no more vials of the stock than it holds; in all as many as are drawn of
    what each day sent, and by no day more than had come by then."""
    system, number, transit = variables.system, cycle.cycle.number, variables.transit
    if not cycle.stock:
        return
    for stock in cycle.stock:
        key = ("drawn", number, stock.day)
        cycle.drawn[stock.day] = system.variable(key, 0, stock.vials)
    first = cycle.stock[0].day + transit
    for day in sorted(day for day in hung if day >= first):
        most = max(vials for _, vials in hung[day])
        taken = system.variable(("stock", number, day), 0, most)
        cycle.from_stock[day] = taken
        system.add((), ("stock", number, day), [(taken, 1), *_times(-1, hung[day])], high=0)
    drawn = [(v, -1) for v in cycle.drawn.values()]
    taken_in_all = [(v, 1) for v in cycle.from_stock.values()]
    system.add((), ("drawn", number), [*taken_in_all, *drawn], low=0, high=0)
    for stock in cycle.stock[1:]:
        come = stock.day + transit
        early = [(v, 1) for day, v in cycle.from_stock.items() if day < come]
        if early:
            there = [(v, -1) for day, v in cycle.drawn.items() if day < stock.day]
            system.add((), ("come", number, stock.day), [*early, *there], high=0)


def _shared_stock(variables: Variables) -> None:
    """What cycles draw of the vials that are there from one day is there."""
    drawn: dict[int, list[Term]] = defaultdict(list)
    there: dict[int, int] = {}
    for cycle in variables.cycles.values():
        for stock in cycle.stock:
            there[stock.day] = max(there.get(stock.day, 0), stock.vials)
            if stock.day in cycle.drawn:
                drawn[stock.day].append((cycle.drawn[stock.day], 1))
    for day, terms in sorted(drawn.items()):
        if len(terms) > 1:
            variables.system.add((), ("in-stock", day), terms, high=there[day])


def _arrived(
    variables: Variables,
    number: int,
    used: dict[int, list[Term]],
    fresh: dict[int, list[Term]],
    most: int,
) -> None:
    """New vials that are there by a day >= those hung by then; in the end, as many."""
    come = {day + variables.transit: terms for day, terms in used.items()}
    days = sorted({*come, *fresh})
    before: list[Term] = []
    for day in days:
        terms = [*before, *come.get(day, ()), *_times(-1, fresh.get(day, []))]
        top = 0 if day == days[-1] else most
        level = variables.system.define(("level", number, day), Linear(tuple(terms)), 0, top)
        before = [(level, 1)]


def _in_time(
    variables: Variables,
    number: int,
    used: dict[int, list[Term]],
    fresh: dict[int, list[Term]],
    most: int,
) -> None:
    """New vials sent by a day <= those hung by the last day that they may be."""
    before: list[Term] = []
    for day in sorted({*used, *(day - variables.ahead for day in fresh)}):
        hung = fresh.get(day + variables.ahead, [])
        terms = [*before, *hung, *_times(-1, used.get(day, []))]
        level = variables.system.define(("due", number, day), Linear(tuple(terms)), 0, most)
        before = [(level, 1)]


def _made(variables: Variables, cycle: CycleVariables, used: dict[int, list[Term]]) -> None:
    """Vials are sent by a dispense that is made, and one is made only if a bag (or a request) takes
    vials from it; the first carries the spare ones."""
    system, number = variables.system, cycle.cycle.number
    for day, quantity in cycle.vials.items():
        made = cycle.dispenses[day]
        most = system.high[quantity]
        system.add((), ("sent", number, day), [(quantity, 1), (made, -most)], high=0)
        taken = [(quantity, 1)] if day in cycle.extra else used[day]
        system.add((), ("empty", number, day), [(made, 1), *_times(-1, taken)], high=0)
        if day in cycle.extra:
            if day in cycle.first_dispense and variables.spare:
                least = [(cycle.extra[day], 1), (cycle.first_dispense[day], -variables.spare)]
                system.add((), ("spare", number, day), least, low=0)
            whole = [(cycle.extra[day], 1), (quantity, -1)]
            system.add((), ("extra", number, day), whole, high=0)


def _near(variables: Variables, cycle: CycleVariables, fresh: dict[int, list[Term]]) -> None:
    """A bag of new vials has a dispense in the days that its vials may come from."""
    system, number = variables.system, cycle.cycle.number
    for day, terms in fresh.items():
        near = [
            made
            for sent, made in cycle.dispenses.items()
            if day - variables.ahead <= sent <= day - variables.transit
        ]
        if day in cycle.from_stock:
            most = max(vials for _, vials in terms)
            rows = [*terms, *((made, -most) for made in near)]
        else:
            rows = [*((v, 1) for v, _ in terms), *((made, -1) for made in near)]
        system.add((), ("near", number, day), rows, high=0)


def _times(factor: int, terms: list[Term]) -> list[Term]:
    return [(variable, factor * coefficient) for variable, coefficient in terms]
