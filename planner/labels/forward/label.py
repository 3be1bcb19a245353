"""Labels of the search that sends every vial early; see ``early.py``."""

from __future__ import annotations

from dataclasses import dataclass

from planner.constraints.schedule import ChosenBag
from planner.regimen.dated import Opened


@dataclass(eq=False, slots=True)
class Label:
    """One way to have come to a day: before a cycle's start (``origin`` None), or within it.

    ``units`` and ``sent`` hold, for each limit, what lies in the windows that begin on each day up
    to ``day``; ``placed`` is the last dispense made, ``left`` the vials left in each source,
    ``rest`` what it costs at least to go on to the end.
    """

    cost: int
    index: int
    origin: int | None
    day: int
    units: tuple[int, ...]
    sent: tuple[int, ...]
    placed: int
    left: tuple[int, ...]
    granted: int
    opened: Opened
    rest: int
    bag: ChosenBag | None = None
    before: Label | None = None
    dominated: bool = False


def no_tighter(one: Label, other: Label) -> bool:
    """Whether the authorizations leave as much room behind one label as behind another."""
    return one.opened.no_tighter(other.opened)
