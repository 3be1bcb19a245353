"""The best bags and dispenses of a course whose starts are fixed, by labels from its last day back.

A label is one way to have covered every infusion day from a day on: what it cost, what it has put
into each window that may still matter, and the dispense that feeds its first bags and may feed
more. Of two labels of one day, one that costs no more and fills no window more makes the other
dominated. The label that promises to end cheapest goes first, so the first to reach the first day
is the optimum; what it promises at least is known by cycle (``bounds.py``), and by each two
neighbours.

Seen from behind, a dispense is never better made earlier than the windows of II.A ask for: a later
day leaves more room to the dispenses before it, and its vials wait less. So each is made on the
last day that serves its first bag and that the dispenses behind it allow. Two more things keep
this exact. Of a cycle's bags the later never comes from an older dispense, for vials may be
swapped, so that one bag may come from two dispenses; where bags are sent whole no calendar has that
(``split``), and what is found is a bound. And a dispense for one cycle may
lie before dispenses for the cycle before it; such a one may also lie on the last day that shares no
window with one behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.constraints.schedule import ChosenCycle
from planner.labels.backward.bounds import CompletionBound, Costs, Prices
from planner.labels.backward.fixed import Fixed, NoWayError
from planner.labels.backward.label import Label
from planner.labels.backward.read import read
from planner.labels.backward.residual import ResidualCapacity
from planner.labels.backward.run import NO_COST, Run
from planner.labels.front import TooManyLabelsError
from planner.labels.problem import Problem

FEW_LABELS = 600  # with each cycle's own bound alone
MOST_LABELS = 8000
MOST_PAIR = 1_000


@dataclass(frozen=True)
class Way:
    """What was found: no way costs less than ``least``, objective by objective in their order,
    without delay; ``cycles`` cost ``costs``. Both are missing where the search was given up, the
    cycles where bags cannot but come from two dispenses."""

    least: Costs
    cycles: tuple[ChosenCycle, ...] | None = None
    costs: Costs | None = None


class BackwardSearch:
    """Finds the best way through the cycles of a problem with one start each.

    Raises:
        NoWayError: one of the cycles has no way by itself.
    """

    def __init__(self, problem: Problem, objectives: Sequence[str]) -> None:
        self.problem = problem
        self.prices = Prices(problem, objectives)
        rooms = ResidualCapacity(Fixed(problem))
        whole = CompletionBound(rooms, self.prices)
        loose = CompletionBound(rooms, self.prices, loose=True) if rooms.fixed.keeping else whole
        self._least = {False: whole, True: loose}
        self._alone = {split: _values_alone(least) for split, least in self._least.items()}

    def best(
        self,
        *,
        quantity: bool,
        split: bool = False,
        most: int | None = None,
        below: Costs | None = None,
    ) -> Way | None:
        """The cheapest way; None where there is none.

        Args:
            quantity: whether II.A counts; else what is found is a bound.
            split: whether a bag that is sent whole may come from two dispenses: then what is found
                is a bound, too, and else, under II.A, only a calendar.
            most: labels after which the search is given up; None: as many as are usual.
            below: what a way has to cost less than.
        """
        if self.problem.overfull():
            return None
        most_cost = (
            NO_COST
            if below is None
            else self.prices.packed(dict(zip(self.prices.order, below, strict=True)))
        )
        split = split or not self.problem.rules.whole
        values = self._alone[split]
        least = values[-1]
        most = MOST_LABELS if most is None else most
        few = min(FEW_LABELS, most) if len(self.problem.places) > 1 else most
        for labels in dict.fromkeys((few, most)):
            run = Run(
                self._least[split],
                values,
                quantity=quantity,
                split=split,
                most=labels,
                below=most_cost,
            )
            try:
                label = run.best()
            except TooManyLabelsError as gone:
                least = max(least, gone.least)
                if labels < most:
                    together = self._values(quantity=quantity, split=split)
                    if together is None:
                        return None
                    values = together
                continue
            return None if label is None else self._way(run, label)
        return Way(self.prices.unpacked(least))

    def _way(self, run: Run, label: Label) -> Way:
        costs = self.prices.unpacked(label.base)
        return Way(costs, read(run.least, run.first, run.end, label), costs)

    def _values(self, *, quantity: bool, split: bool) -> list[int] | None:
        """By number of cycles, what they cost at least, by what each and each two neighbours cost
        in the windows that they share; None: some have no way."""
        values: list[int] = [0]
        before = 0
        for index in range(len(self.problem.places)):
            alone = self._alone[split]
            own = self._cost([0, alone[index + 1] - alone[index]], index, quantity, split)
            if own is None:
                return None
            values.append(values[-1] + own)
            if index and len(self.problem.places) > 2:
                pair = self._cost([0, before, before + own], index - 1, quantity, split)
                if pair is None:
                    return None
                values[-1] = max(values[-1], values[index - 1] + pair)
            before = own
        return values

    def _cost(self, values: Sequence[int], first: int, quantity: bool, split: bool) -> int | None:
        """What some cycles from one on cost at least together, of which ``values`` is known."""
        run = Run(
            self._least[split],
            values,
            quantity=quantity,
            split=split,
            most=MOST_PAIR,
            first=first,
            end=first + len(values) - 1,
        )
        try:
            label = run.best()
        except TooManyLabelsError as gone:
            return max(gone.least, values[-1])
        return None if label is None else label.base


def _values_alone(least: CompletionBound) -> list[int]:
    """By number of cycles, what they cost at least, each by itself.

    Raises:
        NoWayError: one of them has no way.
    """
    values = [0]
    for index in range(len(least.fixed.problem.places)):
        own = least.whole(index)
        if own is None:
            raise NoWayError
        values.append(values[-1] + own)
    return values
