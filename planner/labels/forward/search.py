"""Is there a calendar, with how little delay, on how late a start: every vial sent out early.

A window of section II only ever asks a later dispense to wait. So of two ways to the same day the
one that has sent its vials out earlier leaves more room to whatever follows, and for a given chain
of bags it is enough to send each bag's vials on the first day that the windows allow. What is left
to choose is when cycles start and which bags they hang; this is searched by labels, of which one is
dropped where another has spent no more and fills no window more that still matters.

Where vials are interchangeable, each travels alone, in the order of the bags: swapping two of them
changes no window, so that no calendar betters what is found, and what is found is a calendar. Spare
vials go with the first of their cycle, and where bags are sent whole their vials go together: there
the search with each vial alone is a bound (where it finds nothing there is nothing), and a second
one, with them together, finds a calendar; nearly always the two meet.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from planner.constraints.schedule import Schedule
from planner.labels.forward.label import Label
from planner.labels.forward.lengths import Lengths
from planner.labels.forward.opened import ForwardProblem
from planner.labels.forward.pairs import Ahead
from planner.labels.forward.read import schedule_of, starts_of
from planner.labels.forward.run import Run
from planner.labels.front import TooManyLabelsError
from planner.labels.problem import Problem

__all__ = ["ANY", "ForwardSearch", "Starts"]

Starts = tuple[dict[int, int], ...]

ANY = 0  # in the place of a cycle's number: no cycle has it
FEW_LABELS = 1_500  # by lengths alone


class ForwardSearch:
    """Searches the starts and chains of some cycles in a row, on their ``problem``; with ``few``
    labels alone where what is asked may stay open."""

    def __init__(self, problem: Problem, *, few: bool = False) -> None:
        self.problem = problem
        self.few = few
        self._early = ForwardProblem(problem)
        self.places = self._early.places
        self._lengths: dict[int | None, Lengths] = {}
        self._aheads: dict[int | None, Ahead] = {}
        self._known: dict[Hashable, Label | None] = {}

    def calendar(
        self, starts: Mapping[int, int] | None = None, latest: int | None = None
    ) -> tuple[Schedule | None, int]:
        """A calendar with its delay; or None.

        Args:
            starts: the days to start on, where they are not open, by number.
            latest: as in ``bound``.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        if self.problem.overfull():
            return None, 0
        together = self.problem.rules.whole
        label = self._best(latest, alone=not together, grouped=True, at=self._at(starts or {}))
        return (None, 0) if label is None else (schedule_of(self._early, label), label.cost)

    def bound(self, latest: int | None = None) -> tuple[int, dict[int, int]] | None:
        """A delay that no calendar has less of, and starts that may have it; None: there is no
        calendar.

        Args:
            latest: the number of the cycle to start as late as can be, in the place of delay;
                ANY asks only whether there is a calendar.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        if self.problem.overfull():
            return None
        label = self._best(latest, alone=True)
        return None if label is None else (label.cost, starts_of(self._early, label))

    def _best(
        self,
        latest: int | None,
        *,
        alone: bool,
        grouped: bool = False,
        at: Mapping[int, int] | None = None,
    ) -> Label | None:
        """The cheapest way: by lengths alone first, then by pairs of cycles too."""
        at = at or {}
        grouped = grouped and any(place.spare for place in self.places)
        key = latest, alone, grouped, tuple(at.items())
        if key not in self._known:
            self._known[key] = self._run(latest, alone=alone, grouped=grouped, at=at)
        return self._known[key]

    def _run(
        self, latest: int | None, *, alone: bool, grouped: bool, at: Mapping[int, int]
    ) -> Label | None:
        lengths = self.lengths(latest)
        run = Run(self._early, lengths, alone=alone, grouped=grouped, at=at, most=FEW_LABELS)
        try:
            return run.best()
        except TooManyLabelsError:
            if self.few or len(at) == len(self.places) or latest not in (None, ANY):
                raise
        ahead = self.ahead(latest)
        return Run(self._early, lengths, alone=alone, grouped=grouped, at=at, ahead=ahead).best()

    def starts_like(self, delay: int, starts: Mapping[int, int], most: int) -> Starts | None:
        """Every choice of starts that could have just this least delay, or None where there are
        more than ``most``.

        Args:
            delay: as ``bound`` gives it.
            starts: as ``bound`` gives them; they stand first.
            most: how many choices there may be.

        Raises:
            TooManyLabelsError: the search was given up.
        """
        lengths, ahead = self.lengths(None), self.ahead(None)
        found = [dict(starts)]
        waiting = [(dict(starts), 0)]
        while waiting:
            chosen, since = waiting.pop(0)
            for at, place in self._departures(delay, self._at(chosen), since):
                label = Run(self._early, lengths, alone=True, at=at, ahead=ahead).best()
                if label is not None and label.cost == delay:
                    found.append(starts_of(self._early, label))
                    waiting.append((found[-1], place + 1))
                    if len(found) > most:
                        return None
        return tuple(found)

    def _departures(
        self, delay: int, chosen: Mapping[int, int], since: int
    ) -> Iterator[tuple[dict[int, int], int]]:
        """The first starts of a choice up to one that is another, as far as the delay allows."""
        lengths = self.lengths(None)
        spent = sum(lengths.toll(i, chosen[i]) for i in range(since))
        for index in range(since, len(self.places)):
            earliest = lengths.following(index - 1, chosen[index - 1]) if index else 0
            for origin in self.places[index].origins[lengths.next(index, earliest) :]:
                least = lengths.value(index, origin)
                if origin == chosen[index] or least is None or spent + least > delay:
                    continue
                value = self.ahead(None).value(index, origin)
                if value is not None and spent + value <= delay:
                    yield {**{i: chosen[i] for i in range(index)}, index: origin}, index
            spent += lengths.toll(index, chosen[index])

    def _at(self, starts: Mapping[int, int]) -> dict[int, int]:
        numbers = {place.cycle.number: i for i, place in enumerate(self.places)}
        return {numbers[n]: day for n, day in starts.items() if n in numbers}

    @property
    def least_delay(self) -> int:
        """The least delay as far as the lengths of cycles tell."""
        return self.lengths(None).waiting(0, 0) or 0

    def lengths(self, latest: int | None) -> Lengths:
        """The bounds by lengths alone."""
        if latest not in self._lengths:
            self._lengths[latest] = Lengths(self.places, latest)
        return self._lengths[latest]

    def ahead(self, latest: int | None) -> Ahead:
        """The bounds by pairs of cycles."""
        if latest not in self._aheads:
            self._aheads[latest] = Ahead(self._early, self.lengths(latest))
        return self._aheads[latest]
