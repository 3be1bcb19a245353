"""The plan month by month, to print and hand out: what happens on which day, in few words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from planner.documents.plan import Plan
from planner.report.agenda import opening_day
from planner.report.text import count

WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Item:
    """One thing of a day. ``kind`` is start, change, disconnect, dispense or delivery."""

    kind: str
    text: str


@dataclass(frozen=True)
class Cell:
    """One day of a month; ``date`` is None before the first and after the last one."""

    date: date | None
    items: tuple[Item, ...] = ()
    infusing: bool = False

    @property
    def short(self) -> str:
        """The weekday and the month beside the day's number, for a narrow page."""
        return "" if self.date is None else f"{_weekday(self.date)[:3]} {self.date.isoformat()}"


@dataclass(frozen=True)
class Month:
    """Weeks of seven days, Sunday first."""

    id: str
    name: str
    weeks: tuple[tuple[Cell, ...], ...]


def months(plan: Plan) -> tuple[Month, ...]:
    """Returns the months, from the one the plan is read from, in which anything happens."""
    opening = opening_day(plan)
    if opening is None:
        return ()
    items: dict[date, list[Item]] = {}
    for day, item in _items(plan):
        items.setdefault(day, []).append(item)
    infusing = {bag.hang + timedelta(days=n) for bag in plan.bags for n in range(bag.days)}
    shown = sorted(day for day in {*items, *infusing} if day >= opening.replace(day=1))
    return tuple(
        _month(first, items, infusing)
        for first, _ in groupby(shown, lambda day: day.replace(day=1))
    )


def _items(plan: Plan) -> Iterator[tuple[date, Item]]:
    starts = {(cycle.cycle, cycle.start) for cycle in plan.cycles}
    for cycle in plan.cycles:
        yield cycle.start, Item("start", f"Start of cycle {cycle.cycle}{_past(cycle.past)}")
    for bag in plan.bags:
        if (bag.cycle, bag.hang) not in starts:
            site = " in hospital" if bag.site == "hospital" else ""
            yield bag.hang, Item("change", f"Bag change{site}{_past(bag.past)}")
    for cycle in plan.cycles:
        yield cycle.disconnect, Item("disconnect", "Disconnect")
    for sent in plan.dispenses:
        yield sent.date, Item("dispense", f"Dispense {count(sent.vials, 'vial')}{_past(sent.past)}")
        if sent.delivered != sent.date:
            yield sent.delivered, Item("delivery", f"Delivery{_past(sent.past)}")


def _past(past: bool) -> str:
    return " (past)" if past else ""


def _month(first: date, items: dict[date, list[Item]], infusing: set[date]) -> Month:
    cells = [Cell(None)] * ((first.weekday() + 1) % 7)
    day = first
    while day.month == first.month:
        cells.append(Cell(day, tuple(items.get(day, ())), day in infusing))
        day += timedelta(days=1)
    cells += [Cell(None)] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7))
    name = f"{MONTHS[first.month - 1]} {first.year}"
    return Month(f"month-{first.isoformat()[:7]}", name, weeks)


def _weekday(day: date) -> str:
    return WEEKDAYS[(day.weekday() + 1) % 7]
