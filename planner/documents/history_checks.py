"""Checks over the history of a scenario: dates, order, and vials that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from planner.documents.errors import counted, listed
from planner.documents.findings import Finding
from planner.documents.plausible import first_days
from planner.documents.positions import Path
from planner.documents.scenario import Claim, Dispense, History, PastCycle, Scenario, Wasted

_CYCLES: Path = ("history", "cycles")
_DISPENSES: Path = ("history", "dispenses")
_INTERRUPTIONS: Path = ("history", "interruptions")
_ONE_DAY = timedelta(days=1)


def history_findings(scenario: Scenario) -> Iterator[Finding]:
    """Everything in ``history`` that cannot have happened as written."""
    history = scenario.history
    yield from _as_of(scenario)
    yield from _numbers(history)
    yield from _begun(scenario)
    yield from _starts(history)
    for index, cycle in enumerate(history.cycles):
        after = history.cycles[index + 1].start if index + 1 < len(history.cycles) else None
        yield from _bags(history, cycle, (*_CYCLES, index), after)
    yield from _sources(history)
    yield from _vials(history)
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


def _begun(scenario: Scenario) -> Iterator[Finding]:
    """Of a course whose first infusion day is over, whatever was sent or billed belongs to a cycle
    that history lists."""
    history, last = scenario.history, first_days(scenario)[1]
    if scenario.as_of is None or history.cycles or last >= scenario.as_of:
        return
    lists: dict[str, Sequence[Dispense | Claim | Wasted]] = {
        "dispenses": history.dispenses,
        "claims": history.claims,
        "wasted": history.wasted,
    }
    for name, entries in lists.items():
        if entries:
            yield Finding(
                ("history", name, 0, "cycle"),
                f"cycle {entries[0].cycle}, and a first infusion by {last}",
                f"a cycle under history.cycles, where as_of is {scenario.as_of}",
                f"cycle 1 has begun: history.cycles: [{{cycle: 1, start: {last}}}].",
                about=(_CYCLES, ("as_of",), ("request", "first_infusion")),
            )


def _starts(history: History) -> Iterator[Finding]:
    for index in range(1, len(history.cycles)):
        before, cycle = history.cycles[index - 1], history.cycles[index]
        if cycle.start <= before.start:
            yield Finding(
                (*_CYCLES, index, "start"),
                f"the date {cycle.start}",
                f"a date after cycle {before.cycle}'s start, {before.start}",
            )


def _bags(history: History, cycle: PastCycle, path: Path, after: date | None) -> Iterator[Finding]:
    pauses = pauses_of(history, cycle)
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
        elif bag.hang != resumed(free, pauses):
            yield Finding(
                (*where, "hang"),
                f"the date {bag.hang}",
                f"{resumed(free, pauses)}, the next infusion day",
                "days without infusion are missing under history.interruptions.",
                about=(_INTERRUPTIONS,),
            )
        if bag.dispense is not None and bag.dispense > bag.hang:
            yield Finding(
                (*where, "dispense"), f"the date {bag.dispense}", f"a date up to {bag.hang}"
            )
        free = bag.hang + timedelta(days=bag.days)


def pauses_of(history: History, cycle: PastCycle) -> list[tuple[date, date]]:
    """First day and end of each interruption of a cycle, in their order."""
    own = (one for one in history.interruptions if one.cycle == cycle.cycle)
    return sorted((one.start, one.start + timedelta(days=one.days)) for one in own)


def resumed(day: date, pauses: Sequence[tuple[date, date]]) -> date:
    """The first day from ``day`` on that lies in no interruption."""
    for first, end in pauses:
        if first <= day < end:
            day = end
    return day


def _sources(history: History) -> Iterator[Finding]:
    """The dispenses that bags name are among those listed, where the cycle's are, and have the
    vials; those listed for other cycles too."""
    left: dict[date, int] = {}
    for entry in history.dispenses:
        left[entry.date] = left.get(entry.date, 0) + entry.vials
    listed_for = {entry.cycle for entry in history.dispenses}
    for index, cycle in enumerate(history.cycles):
        for place, bag in enumerate(cycle.bags or ()):
            if bag.dispense is None or cycle.cycle not in listed_for:
                continue
            where: Path = (*_CYCLES, index, "bags", place, "dispense")
            if bag.dispense not in left:
                own = {entry.date for entry in history.dispenses if entry.cycle == cycle.cycle}
                dates = listed(str(day) for day in sorted(own))
                yield Finding(
                    where,
                    f"the date {bag.dispense}",
                    f"a date under history.dispenses; those of cycle {cycle.cycle} are {dates}",
                    about=(_DISPENSES,),
                )
            elif bag.vials > left[bag.dispense]:
                yield Finding(
                    where,
                    f"a bag of {counted(bag.vials, 'vial')} from the dispense of {bag.dispense}",
                    f"up to {left[bag.dispense]}, which the bags before it leave",
                    about=(_DISPENSES, (*_CYCLES, index, "bags")),
                )
                left[bag.dispense] = 0
            else:
                left[bag.dispense] -= bag.vials


def _vials(history: History) -> Iterator[Finding]:
    """Where every cycle lists its dispenses, no more vials are opened and wasted than were sent.
    What was there by which day is looked at once the course is known."""
    listed_for = {entry.cycle for entry in history.dispenses}
    if any(cycle.cycle not in listed_for for cycle in history.cycles):
        return
    over = -sum(entry.vials for entry in history.dispenses)
    over += sum(entry.vials for entry in history.wasted)
    over += sum(bag.vials for cycle in history.cycles for bag in cycle.bags or ())
    for index, cycle in enumerate(history.cycles):
        path: Path = (*_CYCLES, index)
        sent = sum(entry.vials for entry in history.dispenses if entry.cycle == cycle.cycle)
        wasted = sum(entry.vials for entry in history.wasted if entry.cycle == cycle.cycle)
        used = sum(bag.vials for bag in cycle.bags or ())
        if over > 0 and used + wasted > sent:
            rest = used + wasted - sent - over
            others = f" and the {rest} left of others" if rest > 0 else ""
            yield Finding(
                (*path, "bags") if cycle.bags else path,
                f"{used} vials opened and {wasted} wasted",
                f"no more than the {sent} dispensed for the cycle{others}",
                about=(_DISPENSES, ("history", "wasted")),
            )


def _interruptions(history: History) -> Iterator[Finding]:
    over: dict[int, date] = {}
    for index, entry in enumerate(history.interruptions):
        path: Path = (*_INTERRUPTIONS, index, "start")
        if not 1 <= entry.cycle <= len(history.cycles):
            continue
        cycle = history.cycles[entry.cycle - 1]
        least = max(cycle.start + _ONE_DAY, over.get(entry.cycle, cycle.start))
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
        else:
            yield from _inside_a_bag(cycle, entry.start, path)
        over[entry.cycle] = entry.start + timedelta(days=entry.days)


def _inside_a_bag(cycle: PastCycle, start: date, path: Path) -> Iterator[Finding]:
    for bag in cycle.bags or ():
        empty = bag.hang + timedelta(days=bag.days)
        if bag.hang < start < empty:
            yield Finding(
                path,
                f"the date {start}, within the bag of {bag.hang} for {bag.days} days",
                f"a date on which no bag runs: that bag is empty on {empty}",
                "the bag was taken down; then its days are those that it ran.",
                about=(_CYCLES,),
            )
