"""A cycle begun before ``as_of``: the bags hung by then, and the days it had still to infuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from planner.documents.base import BagName
from planner.documents.drug import Drug
from planner.documents.scenario import PastCycle as ListedCycle
from planner.documents.scenario import Scenario
from planner.regimen.course import PastBag, Variant
from planner.regimen.cycles import Therapy, past_bag_units, segment_at, variants


@dataclass(frozen=True)
class Pause:
    """``days`` days without infusion from ``first`` on."""

    first: int
    days: int

    @property
    def end(self) -> int:
        """The day on which it is over."""
        return self.first + self.days


@dataclass(frozen=True)
class Begun:
    """One past cycle of a scenario; ``index`` is its place under ``history.cycles``."""

    scenario: Scenario
    drug: Drug
    plan: Therapy
    index: int

    @property
    def listed(self) -> ListedCycle:
        """The cycle as the history has it."""
        return self.scenario.history.cycles[self.index]

    @property
    def number(self) -> int:
        """Its number."""
        return self.listed.cycle

    @property
    def start(self) -> int:
        """The day it began."""
        return self.listed.start.toordinal()

    @cached_property
    def pauses(self) -> tuple[Pause, ...]:
        """Its interruptions, first to last."""
        told = sorted(self.scenario.history.interruptions, key=lambda i: i.start)
        return tuple(Pause(i.start.toordinal(), i.days) for i in told if i.cycle == self.number)

    @property
    def broken(self) -> Pause | None:
        """The interruption that ended it, being too long for the same cycle."""
        return next((p for p in self.pauses if not self._goes_on(p)), None)

    @property
    def until(self) -> int:
        """Nothing was hung or sent for it from this day on: ``as_of``, or the day it ended."""
        as_of = self.scenario.as_of
        day = as_of.toordinal() if as_of is not None else self.start
        return day if self.broken is None else min(day, self.broken.first)

    @property
    def shortest(self) -> BagName:
        """The bag of a day."""
        return shortest_bag(self.drug)

    def resumed(self, day: int) -> int:
        """The first day from ``day`` on that lies in no interruption within the cycle."""
        for pause in self.pauses:
            if self._goes_on(pause) and pause.first <= day < pause.end:
                day = pause.end
        return day

    def paused(self, first: int, until: int) -> int:
        """Days of interruption from ``first`` on and before ``until``."""
        spans = ((max(p.first, first), min(p.end, until)) for p in self.pauses)
        return sum(max(0, end - begin) for begin, end in spans)

    def bags(self) -> list[PastBag]:
        """The bags hung before ``as_of``: as listed, else one of a day for each day infused."""
        if self.listed.bags is None:
            return [
                self._bag(day, 1, self._vials(offset), None, offset)
                for offset, day in self._days(self.start, 0)
                if day < self.until
            ]
        found = []
        offset = 0
        for bag in sorted(self.listed.bags, key=lambda b: b.hang):
            sent = bag.dispense.toordinal() if bag.dispense else None
            found.append(self._bag(bag.hang.toordinal(), bag.days, bag.vials, sent, offset))
            offset += bag.days
        return found

    def still_to_hang(self, bags: list[PastBag]) -> list[tuple[int, int]]:
        """(day, vials) of a bag a day for the days left after ``bags``; those that a cycle would
        have had still, where an interruption ended it."""
        end = bags[-1].hang + bags[-1].days if bags else self.start
        left = self._days(end, sum(bag.days for bag in bags))
        return [(day, self._vials(offset)) for offset, day in left]

    def _days(self, day: int, offset: int) -> Iterator[tuple[int, int]]:
        for done in range(offset, self.plan.infusion_days):
            day = self.resumed(day)
            yield done, day
            day += 1

    def _goes_on(self, pause: Pause) -> bool:
        return pause.days <= self.drug.interruption.same_cycle_up_to

    @cached_property
    def _variant(self) -> Variant:
        weights = variants(self.scenario, self.drug, self.plan, self.number)
        return next(v for v in weights if v.first_start <= self.start <= v.last_start)

    def _vials(self, offset: int) -> int:
        segment, weight = segment_at(self._variant, offset), self._variant.weight_kg
        pharmacy, unit = self.scenario.pharmacy, self.plan.mcg_per_unit
        return past_bag_units(self.drug, pharmacy, self.shortest, segment, weight, 1, unit)[0]

    def _bag(self, hang: int, days: int, vials: int, dispense: int | None, offset: int) -> PastBag:
        segment = segment_at(self._variant, min(offset, self.plan.infusion_days - 1))
        return PastBag(
            cycle=self.number,
            hang=hang,
            days=days,
            vials=vials,
            mcg_per_day=segment.mcg_per_day,
            administered=ceil(segment.mcg_per_day * days / self.plan.mcg_per_unit),
            opened=self.drug.vial.mcg * vials // self.plan.mcg_per_unit,
            dispense=dispense,
            site=segment.site,
        )


def shortest_bag(drug: Drug) -> BagName:
    """The drug's shortest bag, that of a day."""
    return min(drug.bags, key=lambda name: drug.bags[name].days)
