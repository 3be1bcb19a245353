"""Checks over the calendar in force, what changing it weighs, and pins."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from planner.documents.findings import Finding
from planner.documents.in_force_calendar import Pin
from planner.documents.positions import Path
from planner.documents.scenario import Scenario


def in_force_findings(scenario: Scenario) -> Iterator[Finding]:
    """Everything that does not fit in ``in_force``, ``pharmacy.change_weights`` and
    ``request.pins``."""
    if "changes" in scenario.objectives and scenario.in_force is None:
        place = scenario.objectives.index("changes")
        allowed = "an objective without a calendar in force; 'planner replan' makes one"
        yield Finding(("objectives", place), "changes, and no in_force", allowed)
    bands = scenario.pharmacy.change_weights.bands
    for place in range(1, len(bands)):
        if bands[place].days <= bands[place - 1].days:
            path: Path = ("pharmacy", "change_weights", "bands", place, "days")
            allowed = f"more than {bands[place - 1].days}, those of the band before"
            yield Finding(path, str(bands[place].days), allowed)
    yield from _rows(scenario)
    for place, pin in enumerate(scenario.request.pins):
        yield from _pin(pin, ("request", "pins", place))


def _rows(scenario: Scenario) -> Iterator[Finding]:
    """Each row of the calendar in force once, and none before ``as_of``."""
    force = scenario.in_force
    if force is None:
        return
    lists: dict[str, list[Hashable]] = {
        "cycles": [one.cycle for one in force.cycles],
        "visits": [(one.cycle, one.date) for one in force.visits],
        "dispenses": [(one.cycle, one.date) for one in force.dispenses],
    }
    for name, keys in lists.items():
        for place, key in enumerate(keys):
            if key in keys[:place]:
                yield Finding(("in_force", name, place), "the same row again", "each once")
    if scenario.as_of is None:
        return
    days = {
        "visits": [one.date for one in force.visits],
        "dispenses": [one.date for one in force.dispenses],
    }
    for name, dates in days.items():
        for place, day in enumerate(dates):
            if day < scenario.as_of:
                yield Finding(
                    ("in_force", name, place, "date"),
                    f"the date {day}",
                    f"a date from as_of on, {scenario.as_of}",
                    about=(("as_of",),),
                )


def _pin(pin: Pin, path: Path) -> Iterator[Finding]:
    if all(day is None for day in (pin.start, pin.visit, pin.free, pin.dispense)):
        yield Finding(path, "a pin of nothing", "start, visit, free or dispense with a date")
    if pin.days is not None and pin.visit is None:
        yield Finding((*path, "days"), f"{pin.days} without visit", "days beside visit")
    if pin.vials is not None and pin.dispense is None:
        yield Finding((*path, "vials"), f"{pin.vials} without dispense", "vials beside dispense")
