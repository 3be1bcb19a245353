"""Checks over the history of a scenario: dates, order, and vials that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from planner.documents.findings import Finding
from planner.documents.positions import Path
from planner.documents.scenario import Claim, Dispense, History, PastCycle, Scenario, Wasted

_CYCLES: Path = ("history", "cycles")


def history_findings(scenario: Scenario) -> Iterator[Finding]:
    """Everything in ``history`` that cannot have happened as written."""
    history = scenario.history
    yield from _as_of(scenario)
    yield from _numbers(history)
    yield from _starts(history)
    for index, cycle in enumerate(history.cycles):
        after = history.cycles[index + 1].start if index + 1 < len(history.cycles) else None
        yield from _bags(cycle, (*_CYCLES, index), after)
        yield from _vials(history, cycle, (*_CYCLES, index))
    yield from _interruptions(history)


def _dates(history: History) -> Iterator[tuple[Path, date]]:
    for index, cycle in enumerate(history.cycles):
        yield (*_CYCLES, index, "start"), cycle.start
        for place, bag in enumerate(cycle.bags or ()):
            yield (*_CYCLES, index, "bags", place, "hang"), bag.hang
    for index, dispense in enumerate(history.dispenses):
        yield ("history", "dispenses", index, "date"), dispense.date
    for index, claim in enumerate(history.claims):
        yield ("history", "claims", index, "date"), claim.date
    for index, wasted in enumerate(history.wasted):
        yield ("history", "wasted", index, "date"), wasted.date
    for index, interruption in enumerate(history.interruptions):
        yield ("history", "interruptions", index, "start"), interruption.start


def _as_of(scenario: Scenario) -> Iterator[Finding]:
    dates = list(_dates(scenario.history))
    if scenario.as_of is None:
        if dates:
            allowed = "a date after everything in history, which is required with it"
            yield Finding(("as_of",), "nothing", allowed, at=("history",))
        return
    for path, day in dates:
        if day >= scenario.as_of:
            yield Finding(
                path,
                f"the date {day}",
                f"a date before as_of, {scenario.as_of}",
                about=(("as_of",),),
            )


def _numbers(history: History) -> Iterator[Finding]:
    for index, cycle in enumerate(history.cycles):
        if cycle.cycle != index + 1:
            yield Finding(
                (*_CYCLES, index, "cycle"),
                f"cycle {cycle.cycle}",
                f"cycle {index + 1}: all cycles from the first, in order",
            )
    last = len(history.cycles)
    named: list[tuple[Path, int, int]] = []
    lists: dict[str, Sequence[Dispense | Claim | Wasted]] = {
        "dispenses": history.dispenses,
        "claims": history.claims,
        "wasted": history.wasted,
    }
    for name, entries in lists.items():
        named += [(("history", name, i, "cycle"), e.cycle, last + 1) for i, e in enumerate(entries)]
    named += [
        (("history", "interruptions", i, "cycle"), e.cycle, last)
        for i, e in enumerate(history.interruptions)
    ]
    for path, number, most in named:
        if number > most:
            allowed = f"a cycle up to {most}" if most else "a cycle under history.cycles"
            yield Finding(path, f"cycle {number}", allowed, about=(_CYCLES,))


def _starts(history: History) -> Iterator[Finding]:
    for index in range(1, len(history.cycles)):
        before, cycle = history.cycles[index - 1], history.cycles[index]
        if cycle.start <= before.start:
            yield Finding(
                (*_CYCLES, index, "start"),
                f"the date {cycle.start}",
                f"a date after cycle {before.cycle}'s start, {before.start}",
            )


def _bags(cycle: PastCycle, path: Path, after: date | None) -> Iterator[Finding]:
    free = cycle.start
    for place, bag in enumerate(cycle.bags or ()):
        where: Path = (*path, "bags", place)
        if place == 0 and bag.hang != cycle.start:
            yield Finding(
                (*where, "hang"),
                f"the date {bag.hang}",
                f"the cycle's start, {cycle.start}",
                about=((*path, "start"),),
            )
        elif bag.hang < free:
            yield Finding(
                (*where, "hang"),
                f"the date {bag.hang}",
                f"a date from {free} on, when the bag before is empty",
            )
        elif after is not None and bag.hang >= after:
            yield Finding(
                (*where, "hang"),
                f"the date {bag.hang}",
                f"a date before the next cycle's start, {after}",
            )
        if bag.dispense is not None and bag.dispense > bag.hang:
            yield Finding(
                (*where, "dispense"), f"the date {bag.dispense}", f"a date up to {bag.hang}"
            )
        free = bag.hang + timedelta(days=bag.days)


def _vials(history: History, cycle: PastCycle, path: Path) -> Iterator[Finding]:
    sent = sum(entry.vials for entry in history.dispenses if entry.cycle == cycle.cycle)
    wasted = sum(entry.vials for entry in history.wasted if entry.cycle == cycle.cycle)
    used = sum(bag.vials for bag in cycle.bags or ())
    if sent and used + wasted > sent:
        yield Finding(
            (*path, "bags") if cycle.bags else path,
            f"{used} vials opened and {wasted} wasted",
            f"no more than the {sent} dispensed for the cycle",
            about=(("history", "dispenses"), ("history", "wasted")),
        )


def _interruptions(history: History) -> Iterator[Finding]:
    over: dict[int, date] = {}
    for index, entry in enumerate(history.interruptions):
        path: Path = ("history", "interruptions", index, "start")
        if not 1 <= entry.cycle <= len(history.cycles):
            continue
        cycle = history.cycles[entry.cycle - 1]
        least = max(cycle.start, over.get(entry.cycle, cycle.start))
        if entry.start < least:
            yield Finding(
                path,
                f"the date {entry.start}",
                f"a date from {least} on",
                about=(_CYCLES,),
            )
        elif entry.cycle < len(history.cycles) and entry.start >= history.cycles[entry.cycle].start:
            yield Finding(
                path,
                f"the date {entry.start}",
                f"a date before the next cycle's start, {history.cycles[entry.cycle].start}",
                about=(_CYCLES,),
            )
        over[entry.cycle] = entry.start + timedelta(days=entry.days)
