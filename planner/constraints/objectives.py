"""The objectives as sums over the decisions. Each is counted once, here."""

from __future__ import annotations

from planner.constraints.system import Linear, Term
from planner.constraints.variables import CycleVariables, Variables


def objectives(variables: Variables) -> dict[str, Linear]:
    """delay, vials, dispenses, bag_changes and stock_days as linear sums (docs/decisions.md)."""
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
    return {
        "delay": Linear(tuple(t for t in delay if t[1])),
        "vials": Linear(tuple(vials)),
        "dispenses": Linear(tuple(dispenses)),
        "bag_changes": Linear(tuple(changes)),
        "stock_days": Linear(tuple(t for t in waiting if t[1])),
    }


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
