"""A plan's calendar as events change it, day by day, until it says what has happened.

It begins as the whole calendar of the plan, what is still to come included: what no event
contradicts has happened as planned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from planner.documents.plan import Plan
from planner.documents.positions import Path


@dataclass(frozen=True)
class Bag:
    """A bag hung, or to be hung, for ``days`` days; ``dispense`` where all its vials are of one."""

    hang: date
    days: int
    vials: int
    dispense: date | None

    @property
    def empty(self) -> date:
        """The day after its last."""
        return later(self.hang, self.days)


@dataclass(frozen=True)
class Sent:
    """Vials sent for a cycle; ``event`` is the place of what changed it under ``events``."""

    day: date
    cycle: int
    vials: int
    event: int | None = None


@dataclass(frozen=True)
class Broken:
    """Vials that serve no bag."""

    day: date
    cycle: int
    vials: int
    event: int


@dataclass(frozen=True)
class Pause:
    """Days without infusion from ``start`` on, before ``end``."""

    cycle: int
    start: date
    end: date
    event: int


def later(day: date, days: int) -> date:
    """The day so many days behind another."""
    return day + timedelta(days=days)


@dataclass
class Told:
    """What is known of the course. ``touched``: by cycle, the events that speak of it."""

    starts: dict[int, date]
    bags: dict[int, list[Bag]]
    sent: list[Sent]
    broken: list[Broken] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    refused: list[tuple[int, date]] = field(default_factory=list)
    touched: dict[int, list[int]] = field(default_factory=dict)

    def touch(self, cycle: int, event: int) -> None:
        """An event speaks of a cycle."""
        self.touched.setdefault(cycle, []).append(event)

    def cycle_on(self, day: date) -> int | None:
        """The last cycle that starts on a day or before."""
        begun = [number for number, start in self.starts.items() if start <= day]
        return max(begun, default=None)

    def end(self, cycle: int) -> date:
        """The day on which the last bag of a cycle is empty."""
        bags = self.bags[cycle]
        return bags[-1].empty if bags else self.starts[cycle]

    def at(self, day: date) -> tuple[int, int] | None:
        """(cycle, place among its bags) of the bag hung on a day."""
        for cycle, bags in self.bags.items():
            for place, bag in enumerate(bags):
                if bag.hang == day:
                    return cycle, place
        return None

    def supplied(self, day: date) -> int | None:
        """The cycle of the newest dispense that left on a day or before."""
        found = [sent for sent in self.sent if sent.day <= day]
        return max(found, key=lambda sent: (sent.day, sent.cycle)).cycle if found else None

    def stop(self, cycle: int, day: date) -> list[Bag]:
        """Takes down what runs on a day, and everything after it; the bags that are not hung."""
        kept: list[Bag] = []
        gone: list[Bag] = []
        for bag in self.bags[cycle]:
            if bag.hang >= day:
                gone.append(bag)
            else:
                kept.append(replace(bag, days=min(bag.days, (day - bag.hang).days)))
        self.bags[cycle] = kept
        return gone

    def hang(self, cycle: int, bags: Sequence[Bag]) -> None:
        """Adds bags to a cycle, in their order."""
        self.bags[cycle] = sorted([*self.bags[cycle], *bags], key=lambda bag: bag.hang)

    def begun(self, as_of: date) -> Iterator[int]:
        """The cycles with a bag hung before a day, in order."""
        for cycle in sorted(self.starts):
            if self.starts[cycle] < as_of and any(bag.hang < as_of for bag in self.bags[cycle]):
                yield cycle


def told_of(plan: Plan) -> Told:
    """The calendar of a plan, past and to come."""
    bags: dict[int, list[Bag]] = {cycle.cycle: [] for cycle in plan.cycles}
    for one in plan.bags:
        alone = one.dispense if len(one.from_) == 1 else None
        bags.setdefault(one.cycle, []).append(Bag(one.hang, one.days, one.vials, alone))
    return Told(
        starts={cycle.cycle: cycle.start for cycle in plan.cycles},
        bags={n: sorted(some, key=lambda bag: bag.hang) for n, some in bags.items()},
        sent=[Sent(one.date, one.cycle, one.vials) for one in plan.dispenses],
    )


Causes = dict[Path, int]
"""The place under ``events`` of what a path of the scenario comes from."""
