"""The objectives as sums over the decisions. Each is counted once, here."""

from __future__ import annotations

from collections.abc import Sequence

from planner.constraints.changes import Disturbance
from planner.constraints.system import Key, Linear, Term
from planner.constraints.variables import CycleVariables, Variables


def objectives(variables: Variables) -> dict[str, Linear]:
    """delay, vials, dispenses, bag_changes and stock_days as linear sums (docs/decisions.md); where
    a calendar is in force, changes too."""
    delay: list[Term] = []
    vials: list[Term] = []
    dispenses: list[Term] = []
    changes: list[Term] = []
    waiting: list[Term] = []
    for cycle in variables.cycles.values():
        if cycle.cycle.progress is None:
            delay += [(v, o - cycle.cycle.earliest) for o, v in cycle.origins.items()]
        dispenses += [(v, 1) for v in cycle.dispenses.values()]
        for hang in cycle.hangs:
            vials.append((hang.variable, hang.option.vials))
            changes.append((hang.variable, 1))
            waiting += [
                (v, hang.option.vials * (hang.day - source - variables.transit))
                for source, v in hang.feeds.items()
            ]
        if not variables.whole and variables.feeds:
            waiting += _waiting(variables, cycle)
    found = {
        "delay": Linear(tuple(t for t in delay if t[1])),
        "vials": Linear(tuple(vials)),
        "dispenses": Linear(tuple(dispenses)),
        "bag_changes": Linear(tuple(changes)),
        "stock_days": Linear(tuple(t for t in waiting if t[1])),
    }
    if "changes" in variables.course.objectives:
        found["changes"] = _changes(variables)
    return found


def _changes(variables: Variables) -> Linear:
    """What is lost of the calendar in force, were all of it lost, and what each decision adds to
    that."""
    weighed = Disturbance(variables.course)
    terms: list[Term] = []
    for number, own in variables.cycles.items():
        for origin, v in own.origins.items():
            weight = weighed.disconnect(number, origin + own.cycle.infusion_days)
            if own.cycle.progress is None:
                weight += weighed.start(number, origin)
            terms.append((v, weight))
        terms += [(h.variable, weighed.visit(number, h.day)) for h in own.hangs]
        hung, sent = [h.variable for h in own.hangs], list(own.dispenses.values())
        had = len(weighed.visits.get(number, ())), len(weighed.dispenses.get(number, ()))
        visits = _more(variables, ("visits", number), hung, had[0])
        dispenses = _more(variables, ("dispenses", number), sent, had[1])
        terms += [(visits, weighed.visit_more), (dispenses, weighed.dispense_more)]
        for day, made in own.dispenses.items():
            terms.append((made, weighed.dispense(number, day)))
            vials = weighed.vials.get((number, day))
            if vials is not None:
                apart = [(own.vials[day], 1), (made, -vials)]
                other = _apart(variables, ("other", number, day), apart, 0)
                terms.append((other, weighed.other_vials))
        vials_sent = [(v, 1) for v in own.vials.values()]
        other = _apart(variables, ("other", number), vials_sent, weighed.sent(number))
        terms.append((other, weighed.other_vials))
    terms.append((_unused(variables, weighed.left), weighed.unused))
    constant = weighed.everything + weighed.unplanned(variables.cycles)
    return Linear(tuple(t for t in terms if t[1]), constant)


def _more(variables: Variables, key: Key, decisions: list[int], had: int) -> int:
    """How many decisions are taken beyond the number that there were."""
    more = variables.system.variable(("more", *key), 0, len(decisions))
    terms = [*((v, 1) for v in decisions), (more, -1)]
    variables.system.add((), ("more", *key), terms, high=had)
    return more


def _apart(variables: Variables, key: Key, terms: Sequence[Term], number: int) -> int:
    """How far a sum of vials of a cycle is from a number."""
    system = variables.system
    most = sum(max(c * system.high[v], 0) for v, c in terms)
    most = max(most, number, *(-c for _, c in terms))
    other = system.variable(key, 0, most)
    system.add((), (*key, "more"), [*terms, (other, -1)], high=number)
    system.add((), (*key, "fewer"), [*terms, (other, 1)], low=number)
    return other


def _unused(variables: Variables, before: int) -> int:
    """How many vials more than so many no bag takes, of stock and of new dispenses."""
    system = variables.system
    stock = sum(stock.vials for stock in variables.course.stock)
    sent = [(v, 1) for own in variables.cycles.values() for v in own.vials.values()]
    opened = [
        (hang.variable, -hang.option.vials)
        for own in variables.cycles.values()
        for hang in own.hangs
    ]
    unused = system.variable(("unused",), 0, stock + sum(system.high[v] for v, _ in sent))
    terms = [*sent, *opened, (unused, -1)]
    system.add((), ("unused",), terms, high=before - stock)
    return unused


def _waiting(variables: Variables, cycle: CycleVariables) -> list[Term]:
    """Days that vials wait from their arrival: the days they are hung less those they come. All
    days are counted from the cycle's first, so that the figures stay small."""
    zero = min((hang.day for hang in cycle.hangs), default=0)
    come = variables.transit - zero
    terms = [(hang.variable, hang.option.vials * (hang.day - zero)) for hang in cycle.hangs]
    for day, quantity in cycle.vials.items():
        unhung = [(v, -c) for v, c in cycle.unhung(day, variables.spare)]
        terms += [(v, -c * (day + come)) for v, c in ((quantity, 1), *unhung)]
    return terms + [(v, -(day + come)) for day, v in cycle.drawn.items()]
