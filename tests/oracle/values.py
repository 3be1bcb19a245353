"""What the oracle reckons with: a calendar, and the past written in the same terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class DayDose(NamedTuple):
    """The dose of one infusion day: mcg, whether it is the step dose, and the mcg/m2 it comes from,
    where it does."""

    mcg: Decimal
    is_step: bool
    rate: Decimal | None


Sources = tuple[tuple[dt.date, int], ...]


class Bag(NamedTuple):
    """A bag hung on ``hang`` for ``days`` days at ``dose`` mcg a day. Its vials come from
    ``dispense``, but for ``rest``: those of later dispenses, (day, vials) in order."""

    cycle: int
    hang: dt.date
    days: int
    dose: Decimal
    vials: int
    dispense: dt.date
    rest: Sources = ()

    @property
    def sources(self) -> Sources:
        """(day, vials) of every dispense that the bag's vials come from, in order."""
        first = self.vials - sum(vials for _, vials in self.rest)
        return ((self.dispense, first), *self.rest)


class Dispense(NamedTuple):
    """All vials sent on one day for one cycle: those of bags, spare ones, further ones asked."""

    day: dt.date
    cycle: int
    vials: int


class Claim(NamedTuple):
    """The billable units that count for one date of service of one cycle."""

    day: dt.date
    cycle: int
    units: int


class OldBag(NamedTuple):
    """A bag of the history, given or assumed, with the first dispense of its vials."""

    cycle: int
    hang: dt.date
    days: int
    mcg: Decimal
    vials: int
    dispense: dt.date


class Grant(NamedTuple):
    """An authorization with its window, both days included, and the cycles allotted to it."""

    id: str
    start: dt.date
    end: dt.date | None
    cycles: tuple[int, ...]


@dataclass(frozen=True)
class Calendar:
    """All that was still to be decided: (cycle, start) of the planned cycles, new bags in order of
    hanging, and new dispenses in order of day and cycle.
    """

    starts: tuple[tuple[int, dt.date], ...]
    bags: tuple[Bag, ...]
    dispenses: tuple[Dispense, ...]


def day_after(day: dt.date, days: int = 1) -> dt.date:
    """The date ``days`` days after ``day``; before it, where negative."""
    return day + dt.timedelta(days=days)
