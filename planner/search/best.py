"""The best of what was looked at, and what everything else costs at least."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.constraints.schedule import Schedule
from planner.labels.backward.bounds import FIELD, Costs
from planner.labels.starts import Choice
from planner.search.engine import Verdict
from planner.search.found import Found, Reached
from planner.search.instance import Instance
from planner.search.on_starts import best_on

FIRST = 3  # choices that are looked at while no calendar is known
ANY_COST = (1 << FIELD) - 1


class Best:
    """The best calendar on choices of starts.

    ``costs`` are those of ``schedule``, by objective in their order; ``open`` are what choices cost
    at least that were not settled. Nothing costs less than the least of all these, once every
    choice was looked at.
    """

    def __init__(self, instance: Instance, objectives: Sequence[str]) -> None:
        self.instance = instance
        self.objectives = tuple(objectives)
        self.schedule: Schedule | None = None
        self.costs: Costs | None = None
        self.open: list[Costs] = []
        self._place = self.objectives.index("delay")
        self._seen: set[tuple[int, ...]] = set()

    def look(
        self,
        choices: Iterable[Choice],
        most: int,
        *,
        since: int = 0,
        labels: int | None = None,
    ) -> bool:
        """Looks at choices, those that promise most first, until one promises no more than is in
        hand.

        Args:
            choices: in the order of what they promise, in the objectives from ``since`` on; the
                calendar in hand is the best in those before.
            most: how many are looked at.
            since: the first objective that they are compared by.
            labels: as many as one of them may take; None: as many as are usual.

        Returns:
            Whether there are no others that could be better; else the first of them is open.
        """
        for number, choice in enumerate(choices):
            if self.costs is not None and choice.least >= self.costs[since:]:
                return True
            hopeless = self.costs is None and number == FIRST
            rest = not choice.starts
            if rest or number == most or hopeless or self.instance.deadline.over():
                before = () if self.costs is None else self.costs[:since]
                self.open.append((*before, *choice.least))
                return False
            key = tuple(choice.starts.values())
            if key not in self._seen:
                self._seen.add(key)
                self._take(choice.starts, labels)
        return True

    def _take(self, starts: Mapping[int, int], labels: int | None) -> None:
        delay = self._delay(starts)
        found = best_on(
            self.instance, self.objectives, starts, below=self._below(delay), most=labels
        )
        if found.least is None:
            return
        if found.costs is not None and found.schedule is not None:
            self.take(found.schedule, self._with(delay, found.costs))
        if not found.settled:
            least = self._with(delay, found.least)
            if self.costs is None or least < self.costs:
                self.open.append(least)

    def take(self, schedule: Schedule, costs: Costs) -> None:
        """Keeps a calendar that is better than what is in hand."""
        if self.costs is None or costs < self.costs:
            self.schedule, self.costs = schedule, costs

    def _below(self, delay: int) -> Costs | None:
        """What the objectives but delay have to come to less than, on starts with some delay; None
        where nothing is in hand."""
        if self.costs is None:
            return None
        at, best = self._place, self.costs[self._place]
        rest = (*self.costs[:at], *self.costs[at + 1 :])
        if delay == best:
            return rest
        filler = ANY_COST if delay < best else 0
        return (*rest[:at], *(filler for _ in rest[at:]))

    def _with(self, delay: int, costs: Costs) -> Costs:
        return (*costs[: self._place], delay, *costs[self._place :])

    def _delay(self, starts: Mapping[int, int]) -> int:
        cycles = self.instance.course.cycles
        return sum(starts[c.number] - c.earliest for c in cycles if c.progress is None)

    def least(self, floor: Costs = ()) -> Costs:
        """What every calendar costs at least; ``floor`` is known otherwise."""
        known = [*self.open, *(() if self.costs is None else (self.costs,))]
        return max(min(known, default=()), floor)

    def found(self, least: Costs) -> Found:
        """The answer: each objective beside its bound, which holds while all before it are met."""
        assert self.schedule is not None
        assert self.costs is not None
        reached: list[Reached] = []
        for place, (name, value) in enumerate(zip(self.objectives, self.costs, strict=True)):
            sure = all(r.proven for r in reached) and place < len(least)
            bound = least[place] if sure else 0
            reached.append(Reached(name, value, bound, value == bound))
        proven = all(r.proven for r in reached)
        verdict = Verdict.OPTIMAL if proven else Verdict.FEASIBLE
        return Found(verdict, self.schedule, tuple(reached))
