"""A calendar that has been lived through up to a day: its past becomes the scenario's history.

A past bag of one dispense is charged to it by name or can only have come from it; a bag of several
has what was there, as docs/decisions.md says. No vial has gone out for a cycle that has not begun.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from planner.documents.scenario import History, Scenario
from tests.oracle.case import Case
from tests.oracle.coverage import new_claims
from tests.oracle.drawn_fresh import often
from tests.oracle.past import stock
from tests.oracle.values import Bag, Calendar, day_after


def with_history(rng: Random, case: Case, calendar: Calendar) -> Scenario:
    """The scenario as it stands on some day of a calendar of its own; unchanged where no day of
    the calendar leaves a history without doubt.
    """
    cut = _interruption(rng, case, calendar) if rng.random() < 0.5 else None
    days = [cut["as_of"]] if cut else _plain_days(case, calendar)
    if not days:
        return case.scenario
    as_of = rng.choice(days)
    until = cut["start"] if cut else as_of
    history = _lived(rng, case, calendar, as_of, until)
    if cut:
        history["interruptions"] = [{key: cut[key] for key in ("cycle", "start", "days")}]
    pharmacy = case.scenario.pharmacy
    if cut:
        pharmacy = pharmacy.model_copy(update={"hospital_days": {}})
    first = calendar.starts[0][1]
    request = case.scenario.request.model_copy(update={"first_infusion": first})
    scenario = case.scenario.model_copy(
        update={
            "as_of": as_of,
            "history": History.model_validate(history),
            "pharmacy": pharmacy,
            "request": request,
        }
    )
    return _with_waste(rng, Case(scenario, case.policy, case.drug))


def _undoubted(case: Case, calendar: Calendar, as_of: dt.date) -> bool:
    """Whether every vial sent before ``as_of`` is for a cycle begun by then, and, where claims go
    by dispense, none of them is still to be opened.
    """
    starts = dict(calendar.starts)
    if any(one.day < as_of <= starts[one.cycle] for one in calendar.dispenses):
        return False
    by_hang = case.reading("date_of_service") == "hang"
    return by_hang or not any(bag.dispense < as_of <= bag.hang for bag in calendar.bags)


def _plain_days(case: Case, calendar: Calendar) -> list[dt.date]:
    first = calendar.starts[0][1]
    last = max(bag.hang for bag in calendar.bags)
    span = (last - first).days
    days = [day_after(first, n) for n in range(1, span + 1)]
    return [day for day in days if _undoubted(case, calendar, day)]


def _interruption(rng: Random, case: Case, calendar: Calendar) -> dict[str, Any] | None:
    """A break of 1 to 3 days at a bag change inside a cycle, and a day in it or on its end."""
    starts = dict(calendar.starts)
    inside = [bag for bag in calendar.bags if bag.hang > starts[bag.cycle]]
    if not inside:
        return None
    bag = rng.choice(inside)
    days = rng.randint(1, 3)
    slack = case.length(bag.cycle) - case.infusion_days
    goes_on = days <= case.drug.interruption.same_cycle_up_to
    as_of = day_after(bag.hang, rng.randint(1, days))
    if goes_on and days > slack and case.reading("interruption.length") == "absorbed":
        return None
    if case.reading("date_of_service") != "hang" or not _undoubted(case, calendar, as_of):
        return None
    return {"cycle": bag.cycle, "start": bag.hang, "days": days, "as_of": as_of}


def _lived(
    rng: Random, case: Case, calendar: Calendar, as_of: dt.date, until: dt.date
) -> dict[str, Any]:
    """Cycles begun, bags hung before ``until`` and vials sent before ``as_of``; any of the three
    kinds of record may be missing.
    """
    cycles = []
    sent = [one for one in calendar.dispenses if one.day < as_of]
    hung = [bag for bag in calendar.bags if bag.hang < until]
    record = rng.choice(["all", "all", "bags", "dispenses", "none"])
    for cycle, start in calendar.starts:
        if start < until:
            own = [bag for bag in hung if bag.cycle == cycle]
            bags = [_written(rng, case, bag, record) for bag in own]
            silent = record == "none" or (
                record == "dispenses" and _daily(case, calendar, cycle, until)
            )
            cycles.append({"cycle": cycle, "start": start, "bags": None if silent else bags})
    begun = {row["cycle"] for row in cycles}
    claims = new_claims(case, Calendar((), tuple(hung), ()))
    dispenses = [
        {"date": one.day, "vials": one.vials, "cycle": one.cycle}
        for one in sent
        if one.cycle in begun and record in ("all", "dispenses")
    ]
    billed = [
        {"date": one.day, "units": one.units, "cycle": one.cycle}
        for one in claims
        if record == "all"
    ]
    return {
        "cycles": cycles,
        "dispenses": dispenses,
        "claims": often(rng, billed, []),
    }


def _daily(case: Case, calendar: Calendar, cycle: int, until: dt.date) -> bool:
    """Whether 24 h bags assumed for the cycle's infused days agree with the calendar, and could
    have come from one dispense only.
    """
    own = [bag for bag in calendar.bags if bag.cycle == cycle]
    hung = [bag for bag in own if bag.hang < until]
    sent = {day for bag in own for day, _ in bag.sources}
    return all(bag.days == 1 for bag in hung) and len(sent) == 1


def _written(rng: Random, case: Case, bag: Bag, record: str) -> dict[str, Any]:
    row: dict[str, Any] = {"hang": bag.hang, "days": bag.days, "vials": bag.vials}
    named = record != "bags" or rng.random() < 0.5
    return row | {"dispense": bag.dispense} if named and not bag.rest else row


def _with_waste(rng: Random, case: Case) -> Scenario:
    """One vial broken: one at hand where a single dispense has any left, or one more than the bags
    needed in the first dispense given.
    """
    history = case.scenario.history
    if case.scenario.as_of is None or not history.dispenses or rng.random() < 0.4:
        return case.scenario
    last = max(case.past)
    at_hand = [key for key in stock(case) if key[1] == last]
    sent = history.dispenses[0]
    if len(at_hand) == 1 and len({one.date for one in history.dispenses if one.cycle == last}) == 1:
        broken = {"date": day_after(case.scenario.as_of, -1), "vials": 1, "cycle": last}
        dispenses = history.dispenses
    elif sent.cycle != last or not at_hand:
        broken = {"date": sent.date, "vials": 1, "cycle": sent.cycle}
        more = sent.model_copy(update={"vials": sent.vials + 1})
        dispenses = (more, *history.dispenses[1:])
    else:
        return case.scenario
    changed = History.model_validate(
        history.model_copy(update={"dispenses": dispenses}).model_dump() | {"wasted": [broken]}
    )
    return case.scenario.model_copy(update={"history": changed})
