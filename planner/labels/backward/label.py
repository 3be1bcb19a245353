"""Labels of the search from a course's last day back; see ``best.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.constraints.schedule import ChosenBag, Sources
from planner.labels.packed import NEVER


@dataclass(eq=False, slots=True)
class Label:
    """One way to have covered the days from a day on.

    ``base`` is the cost of the cycles behind this one, ``own`` that of this one so far. ``vials``
    is what the dispense that is open, for it may feed more bags, has so far: it can be made on
    ``low`` .. ``latest`` and is paid for as made on ``latest``; ``ceiling`` is the day of the
    cycle's dispense behind it, where that bounds it. ``units`` and ``sent`` hold what lies in the
    windows that begin on ``day``, ``anchor``, and before. ``room``: units that the cycle may still
    be billed with. ``shut``: the day of the dispense that was closed with this label; ``fed``
    the vials that were there anyway, for the bag; ``part`` those that the bag has from the one that
    is open.
    """

    base: int
    own: int
    index: int
    day: int
    units: tuple[int, ...]
    sent: tuple[int, ...]
    anchor: int
    left: tuple[int, ...]
    granted: int
    room: int = NEVER
    space: int = NEVER
    vials: int = 0
    latest: int = 0
    low: int = 0
    ceiling: int = NEVER
    behind: Label | None = None
    bag: ChosenBag | None = None
    fed: Sources = ()
    shut: int | None = None
    part: int = 0
    dominated: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A bag hung before a label, with what it is billed with."""

    label: Label
    bag: ChosenBag
    units: tuple[int, ...]
    granted: int
    room: int


def made(label: Label) -> Iterator[int]:
    """The days of the dispenses of a label that are closed."""
    at: Label | None = label
    while at is not None:
        if at.shut is not None:
            yield at.shut
        at = at.behind
