"""Which bags each dispense serves, where bags say only the days that their vials were sent on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.documents.plan import PlannedBag

Sent = tuple[int, int]


@dataclass(frozen=True)
class Share:
    """Vials of a dispense that one bag takes; ``first`` where they are its first ones, so that its
    days are of that dispense's supply."""

    bag: PlannedBag
    vials: int
    first: bool


def served(sent: Mapping[Sent, int], bags: Iterable[PlannedBag]) -> dict[Sent, list[Share]]:
    """What bags take of each dispense (day, cycle).

    Of a day on which several cycles were sent vials, a bag takes those of its own cycle first, then
    those of the lowest cycle that are left. Bags choose in order of cycle and day.
    """
    left = dict(sent)
    found: dict[Sent, list[Share]] = {key: [] for key in sent}
    for bag in sorted(bags, key=lambda bag: (bag.cycle, bag.hang)):
        first = True
        for source in bag.from_:
            wanted = source.vials
            on_day = (key for key in sorted(sent) if key[0] == source.dispense.toordinal())
            for key in sorted(on_day, key=lambda key: key[1] != bag.cycle):
                taken = min(wanted, left[key])
                if taken:
                    left[key] -= taken
                    wanted -= taken
                    found[key].append(Share(bag, taken, first))
                    first = False
    return found
