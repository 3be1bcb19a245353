"""Blocks in which every cycle makes do with one dispense: a far smaller model.

Each cycle hangs a bag and so needs a dispense. Where vials come first and dispenses second, a
calendar with the fewest vials that the bags alone allow, and one dispense a cycle, is therefore
best in both; and the one dispense of a cycle feeds all its bags, so that no variable has to say
which dispense feeds which bag. The days that vials wait are the difference of two sums:

    sum of (vials x hang day) - sum of (vials x day of delivery)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence

from planner.constraints.board import Board, CycleBoard
from planner.constraints.model import RULES
from planner.constraints.nature import bag_chains, feeding, one_start
from planner.constraints.system import Active, Key, Linear, System, Term
from planner.constraints.windows import units
from planner.documents.policy import QuantityClause
from planner.regimen.course import BagOption, Course, CourseCycle
from planner.search.schedule import ChosenBag, ChosenCycle

NOWHERE = -1  # in the place of a feed's variable


class OneDispenseBoard(Board):
    """A board whose bags know which dispenses might feed them, without a variable for each."""

    def _feeds(
        self,
        board: CycleBoard,
        day: int,
        option: BagOption,
        variant: int,
        segment: int,
        sources: Sequence[int],
    ) -> dict[int, int]:
        oldest = self.oldest(day, option)
        return {s: NOWHERE for s in sources if oldest <= s <= day - self.transit}


def bags_alone(
    course: Course,
    active: Active,
    cycles: Sequence[CourseCycle],
    origins: Mapping[int, Sequence[int]],
) -> System:
    """The rows that speak of bags alone, with ``vials``: a relaxation of the block."""
    board = OneDispenseBoard(course, active, cycles, origins)
    for rule in (one_start, bag_chains, units):
        rule(board)
    vials = [(h.variable, h.option.vials) for c in board.cycles.values() for h in c.hangs]
    board.system.objectives = {"vials": Linear(tuple(vials))}
    return board.system


def build_one_dispense(
    course: Course,
    active: Active,
    cycles: Sequence[CourseCycle],
    origins: Mapping[int, Sequence[int]],
    bags: Container[Key],
) -> OneDispenseBoard:
    """The rows of cycles that history and requests know nothing of, each with one dispense.

    Args:
        course: a patient under a policy; no rule in force looks at what a dispense feeds.
        active: which rules stand.
        cycles: the block.
        origins: the one start of each cycle, by number.
        bags: just these bags, by key.
    """
    board = OneDispenseBoard(course, active, cycles, origins, only=_Opening(origins, bags))
    for rule in RULES:
        if rule is not feeding:
            rule(board)
    waiting: list[Term] = []
    changes: list[Term] = []
    vials: list[Term] = []
    for cycle in board.cycles.values():
        _one(board, cycle)
        begin = min(cycle.origins)
        changes += [(h.variable, 1) for h in cycle.hangs]
        vials += [(h.variable, h.option.vials) for h in cycle.hangs]
        waiting += [(h.variable, h.option.vials * (h.day - begin)) for h in cycle.hangs]
        for day, quantity in cycle.vials.items():
            ahead = begin - day - board.transit
            waiting += [(quantity, ahead), (cycle.dispenses[day], -ahead * board.spare)]
    board.system.objectives = {
        "vials": Linear(tuple(vials)),
        "bag_changes": Linear(tuple(changes)),
        "stock_days": Linear(tuple(t for t in waiting if t[1])),
    }
    return board


class _Opening:
    """Lets in the dispenses that can feed a cycle's opening bag, and the bags named."""

    def __init__(self, origins: Mapping[int, Sequence[int]], bags: Container[Key]) -> None:
        self._origins = origins
        self._bags = bags

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, tuple):
            return False
        if key[0] == "y":
            return bool(key[2] <= self._origins[key[1]][0])
        return key[0] != "x" or key in self._bags


def _one(board: Board, cycle: CycleBoard) -> None:
    """One dispense, of all the vials that the cycle's bags take, and the spare ones."""
    number, system = cycle.cycle.number, board.system
    made = [(v, 1) for v in cycle.dispenses.values()]
    system.add((), ("one", number), made, low=1, high=1)
    taken = [(h.variable, h.option.vials) for h in cycle.hangs]
    sent = [(v, -1) for v in cycle.vials.values()]
    system.add((), ("sent", number), [*taken, *sent], low=-board.spare, high=-board.spare)
    most = _most_vials(board)
    for day, quantity in cycle.vials.items():
        variable = cycle.dispenses[day]
        system.add((), ("sent", number, day), [(quantity, 1), (variable, -most)], high=0)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for hang in cycle.hangs:
        groups[(hang.day, *hang.feeds)].append(hang.variable)
    for (day, *sources), bags in groups.items():
        if len(sources) < len(cycle.dispenses):
            needed = [(cycle.dispenses[s], -1) for s in sources]
            system.add((), ("fed", number, day), [*((v, 1) for v in bags), *needed], high=0)


def _most_vials(board: Board) -> int:
    """The most vials one dispense may have: a single day is a window of II.A."""
    limits = [
        clause.limit
        for key, clause in board.course.clause_of("quantity")
        if isinstance(clause, QuantityClause) and board.active(key)
    ]
    return min(limits, default=max(board.system.high))


def read_one_dispense(board: Board, values: Sequence[int]) -> tuple[ChosenCycle, ...]:
    """The cycles that values for the board's variables stand for."""
    chosen = []
    for number, cycle in board.cycles.items():
        source = next(day for day, v in cycle.dispenses.items() if values[v])
        bags = [
            ChosenBag(h.day, h.segment, h.variant, h.option, source)
            for h in sorted(cycle.hangs, key=lambda h: h.day)
            if values[h.variable]
        ]
        sent = ((source, values[cycle.vials[source]]),)
        chosen.append(ChosenCycle(number, min(cycle.origins), tuple(bags), sent))
    return tuple(chosen)
