"""The textbook encoding: bags by their offset in the cycle, multiplied with the cycle's start.

A bag belongs to an offset; on which day it hangs is the product of that choice and of the start's.
Windows, dispenses and objectives are those of the product's own rows; the chains of bags on days,
which are its own idea, are left out.
"""

from __future__ import annotations

from collections import defaultdict

from planner.constraints.model import build
from planner.constraints.rules import remaining
from planner.constraints.system import System, Term
from planner.constraints.variables import CycleVariables, Variables
from planner.regimen.course import Course, Variant


def textbook(course: Course) -> System:
    """The rows of a course in this encoding, with its objectives."""
    board = build(course)
    system = board.system
    system.rows = [row for row in system.rows if row.instance[:1] != ("chain",)]
    for cycle in board.cycles.values():
        for index, variant in enumerate(cycle.variants):
            _offsets(board, cycle, index, variant)
    return system


def _offsets(board: Variables, cycle: CycleVariables, index: int, variant: Variant) -> None:
    system, number = board.system, cycle.cycle.number
    origins = {o: v for o, v in cycle.origins.items() if cycle.variant_of(o) == index}
    infused = cycle.cycle.progress.infused if cycle.cycle.progress else 0
    hung = {
        (h.segment, h.day, h.option.days): h.variable for h in cycle.hangs if h.variant == index
    }
    on_day: dict[int, list[Term]] = defaultdict(list)
    follows = [(v, -1) for v in origins.values()]
    for position, segment in remaining(variant, infused):
        end = segment.first + segment.days
        covering: dict[int, list[Term]] = defaultdict(list)
        for offset in range(max(segment.first, infused), end):
            for option in segment.options:
                if offset + option.days > end:
                    continue
                chosen = system.variable(("b", number, index, position, offset, option.days))
                for covered in range(offset, offset + option.days):
                    covering[covered].append((chosen, 1))
                for origin, start in origins.items():
                    place = (position, origin + offset, option.days)
                    if place not in hung:
                        system.add((), ("barred",), [(chosen, 1), (start, 1)], high=1)
                        continue
                    both = system.variable(("z", number, *place, origin))
                    system.add((), ("both",), [(both, 1), (chosen, -1)], high=0)
                    system.add((), ("both",), [(both, 1), (start, -1)], high=0)
                    system.add((), ("both",), [(both, 1), (chosen, -1), (start, -1)], low=-1)
                    on_day[hung[place]].append((both, 1))
        for terms in covering.values():
            system.add((), ("covered", number), [*terms, *follows], low=0, high=0)
    for variable in hung.values():
        terms = [*on_day[variable], (variable, -1)]
        system.add((), ("hung", number), terms, low=0, high=0)
