"""Which cycle each row of a record is of, and the history that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from planner.documents.drug import Drug
from planner.documents.errors import InputErrors, Problem
from planner.documents.policy import InfusionDaysClause
from planner.documents.scenario import Dispense, History, Interruption, PastBag, PastCycle
from planner.records.rows import Entry, Record


def history_of(
    records: Sequence[Record], drug: Drug, starts: Mapping[int, date], transit: int
) -> History:
    """The history of records: of dispenses, of bags, or one of each.

    Bags that follow each other with no more days between them than an interruption within a cycle
    may have are of one cycle. Without bags the starts are those told. A dispense is of the first
    cycle that is not over when it arrives.

    Raises:
        InputErrors: everything that is doubtful, by line and column.
    """
    problems = [problem for record in records for problem in record.problems]
    entries = sorted(
        (entry for record in records for entry in record.entries), key=lambda one: one.day
    )
    bags = [entry for entry in entries if entry.days is not None]
    sent = [entry for entry in entries if entry.days is None]
    clauses = [rule.clause for rule in drug.label.values()]
    infusing = next(one.days for one in clauses if isinstance(one, InfusionDaysClause))
    chains = _chains(bags, drug.interruption.same_cycle_up_to, problems)
    begun = {number: chain[0].day for number, chain in chains.items()} or dict(starts)
    if not begun and sent and not problems:
        problems += _unknown_starts(sent, infusing)
    ends = _ends(begun, chains, infusing)
    dispenses = [_dispense(entry, ends, transit, problems) for entry in sent if begun]
    if problems:
        raise InputErrors(sorted(problems, key=lambda one: (one.file, one.line, one.column)))
    return History(
        cycles=tuple(
            PastCycle(
                cycle=number,
                start=day,
                bags=tuple(_bag(entry) for entry in chains[number]) if number in chains else None,
            )
            for number, day in sorted(begun.items())
        ),
        dispenses=tuple(one for one in dispenses if one is not None),
        interruptions=tuple(
            Interruption(cycle=number, start=_empty(one), days=(other.day - _empty(one)).days)
            for number, chain in chains.items()
            for one, other in pairwise(chain)
            if other.day > _empty(one)
        ),
    )


def _chains(bags: list[Entry], most: int, problems: list[Problem]) -> dict[int, list[Entry]]:
    """The bags by cycle."""
    chains: dict[int, list[Entry]] = {}
    for entry in bags:
        chain = chains.get(len(chains))
        free = _empty(chain[-1]) if chain else None
        if chain is None or free is None or (entry.day - free).days > most:
            chain = chains[len(chains) + 1] = []
        elif entry.day < free:
            found = f"a bag hung on {entry.day}, when that of {chain[-1].day} runs to {free}"
            allowed = "bags one after the other: the earlier one's days as far as it ran"
            problems.append(entry.table.problem(entry.at, "hang", found, allowed))
        if entry.cycle not in (None, len(chains)):
            found = f"cycle {entry.cycle} on {entry.day}"
            allowed = f"cycle {len(chains)}, as the days between the bags say"
            problems.append(entry.table.problem(entry.at, "cycle", found, allowed))
        chain.append(entry)
    return chains


def _unknown_starts(sent: list[Entry], infusing: int) -> list[Problem]:
    """Asks for the start of each cycle: vials that are sent tell only when it begins at the
    earliest. As many days as a cycle infuses lie between the first vials of two."""
    problems = []
    number, last = 0, None
    for entry in sent:
        apart = last is None or (entry.day - last).days >= infusing
        if apart:
            number += 1
            found = f"{entry.vials} vials on {entry.day}, which seem to begin cycle {number}"
            allowed = f"the day on which cycle {number} started: --start {number}=DATE"
            problems.append(entry.table.problem(entry.at, "date", found, allowed))
        last = entry.day if apart else last
    return problems


def _ends(
    begun: Mapping[int, date], chains: Mapping[int, list[Entry]], infusing: int
) -> list[tuple[int, date]]:
    """The day on which each cycle is over: its last bag is empty, where another cycle follows;
    else after its infusion days."""
    ends = []
    for number in sorted(begun):
        end = begun[number] + timedelta(days=infusing)
        if number in chains:
            last = _empty(chains[number][-1])
            end = last if number + 1 in begun else max(last, end)
        ends.append((number, end))
    return ends


def _dispense(
    entry: Entry,
    ends: list[tuple[int, date]],
    transit: int,
    problems: list[Problem],
) -> Dispense | None:
    there = entry.day + timedelta(days=transit)
    cycle = next((number for number, end in ends if there < end), ends[-1][0] + 1)
    if entry.cycle not in (None, cycle):
        if entry.cycle is not None and entry.cycle < cycle:
            found = f"cycle {entry.cycle} for vials of {entry.day}"
            allowed = f"cycle {cycle}: that cycle was over when they arrived"
            problems.append(entry.table.problem(entry.at, "cycle", found, allowed))
            return None
        cycle = entry.cycle or cycle
    return Dispense(date=entry.day, vials=entry.vials, cycle=cycle)


def _bag(entry: Entry) -> PastBag:
    assert entry.days is not None
    return PastBag(hang=entry.day, days=entry.days, vials=entry.vials)


def _empty(entry: Entry) -> date:
    return entry.day + timedelta(days=entry.days or 0)
