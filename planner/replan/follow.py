"""The scenario that follows a plan: what has happened as its history, the rest of the plan as the
calendar in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.documents.drug import Drug
from planner.documents.errors import InputErrors, Problem, in_order
from planner.documents.events import (
    AnyEvent,
    AsPlanned,
    BrokenBag,
    BrokenVial,
    CourseEnded,
    Events,
    HungBag,
    Interruption,
    LateDispense,
    LoadedEvents,
    MissedVisit,
    ShortDispense,
    Weighed,
)
from planner.documents.findings import located
from planner.documents.in_force_calendar import Pin
from planner.documents.plan import ClaimLine, Plan
from planner.documents.read_scenario import LoadedScenario
from planner.documents.scenario import (
    Claim,
    DateWindow,
    Dispense,
    History,
    PastBag,
    PastCycle,
    Scenario,
    Wasted,
)
from planner.documents.scenario import Interruption as PastInterruption
from planner.replan.asked import Asking
from planner.replan.force import in_force
from planner.replan.happened import Happening
from planner.replan.placed import LoadedPlan, placed
from planner.replan.told import Causes, Told, later, told_of

HAPPENED = (
    AsPlanned,
    BrokenVial,
    BrokenBag,
    Interruption,
    MissedVisit,
    HungBag,
    LateDispense,
    ShortDispense,
    Weighed,
    CourseEnded,
)


@dataclass(frozen=True)
class Following:
    """The scenario that follows a plan, and the place under ``events`` that each of its paths comes
    from, where an event has changed it; ``touched``: by cycle, the events that speak of it;
    ``resumes``: by event, the day on which the infusion goes on where nobody told; ``may_wait``:
    whether it may go on later in the same cycle."""

    scenario: LoadedScenario
    causes: Causes
    touched: Mapping[int, Sequence[int]]
    resumes: Mapping[int, date]
    may_wait: bool


def follow(plan: LoadedPlan, events: LoadedEvents, drug: Drug, wait: int = 0) -> Following:
    """The scenario that follows.

    Args:
        plan: the plan in force.
        events: what has happened.
        drug: says how long an interruption may be within a cycle.
        wait: how many bag change days an interruption whose end is not told goes on for besides.

    Raises:
        InputErrors: what cannot have happened, all of it, by line and column of the events file.
    """
    old, said = plan.plan.scenario.document, events.events
    as_of = as_of_day(plan.plan, events)
    told = told_of(plan.plan)
    asking = Asking(plan.plan, told, as_of, old)
    findings = []
    limit = drug.interruption.same_cycle_up_to
    happening = Happening(plan.plan, told, said.events, as_of or date.min, limit, wait)
    happening.apply()
    findings += happening.findings
    _request(asking, happening, said)
    asking.apply(said.events)
    findings += asking.findings
    problems = located(findings, events.file, events.positions)
    if problems:
        raise InputErrors(in_order(problems))
    made, causes = asking.scenario, dict(asking.causes)
    if as_of is not None:
        history, own = history_of(plan.plan, told, as_of)
        made = made.model_copy(update={"history": history, "as_of": as_of})
        causes |= own
    made = _in_force(made, plan, as_of, said)
    open_ = [p for p in told.pauses if p.event in happening.resumes]
    longest = max(((pause.end - pause.start).days for pause in open_), default=limit)
    return Following(
        scenario=placed(made, causes, plan, events),
        causes=causes,
        touched=told.touched,
        resumes=happening.resumes,
        may_wait=longest < limit,
    )


def _in_force(scenario: Scenario, plan: LoadedPlan, as_of: date | None, said: Events) -> Scenario:
    """The scenario with the plan as its calendar in force, which is to change the least."""
    told_until = said.told_until
    if told_until is None and as_of is not None:
        told_until = later(as_of, scenario.pharmacy.change_weights.told_days)
    objectives = said.objectives
    if objectives is None:
        objectives = ("changes", *(name for name in scenario.objectives if name != "changes"))
    return scenario.model_copy(
        update={
            "in_force": in_force(plan.plan, plan.sha256, as_of, told_until),
            "objectives": objectives,
        }
    )


def as_of_day(plan: Plan, events: LoadedEvents) -> date | None:
    """The day before which all is over: as told, else the day after the last of what has happened,
    else the plan's.

    Raises:
        InputErrors: it lies before the plan's own.
    """
    old, said = plan.scenario.document.as_of, events.events
    if said.as_of is not None and old is not None and said.as_of < old:
        at = events.positions.of(("as_of",))
        found = f"the date {said.as_of}"
        allowed = f"a date from {old} on, the plan's as_of"
        raise InputErrors([Problem(events.file, at.line, at.column, "as_of", found, allowed)])
    if said.as_of is not None:
        return said.as_of
    days = [later(day, 1) for event in said.events for day in _happened(event)]
    return max([*days, *([old] if old is not None else [])], default=None)


def _happened(event: AnyEvent) -> Iterable[date]:
    """The days on which an event says that something has happened."""
    if isinstance(event, HAPPENED):
        yield event.date


def _request(asking: Asking, happening: Happening, said: Events) -> None:
    """The request without what is over, and with what events ask for."""
    request, told, as_of = asking.scenario.request, happening.told, happening.as_of
    begun = set(told.begun(as_of))
    starts = {n: day for n, day in request.cycle_starts.items() if n not in begun}
    changed: dict[str, Any] = {"cycle_starts": starts}
    changed["dispenses"] = tuple(d for d in request.dispenses if d.date >= as_of)
    changed["claims"] = tuple(c for c in request.claims if c.date >= as_of)
    updates = {key: value for key, value in changed.items() if value != getattr(request, key)}
    request = request.model_copy(update=updates)
    asking.scenario = asking.scenario.model_copy(update={"request": request})
    pins = [pin for pin in request.pins if _ahead(pin, as_of)]
    for pin, place in happening.pins:
        asking.causes["request", "pins", len(pins)] = place
        pins.append(pin)
    if said.pins or tuple(pins) != request.pins:
        asking.ask(None, pins=(*pins, *said.pins))
    for number, (day, place) in happening.starts.items():
        if number == 1:
            asking.ask(place, first_infusion=day)
        else:
            asking.ask(place, cycle_starts={**asking.scenario.request.cycle_starts, number: day})
    for number, place in happening.unbegun.items():
        if number == 1:
            most = request.max_delay_days
            asking.ask(place, first_infusion=DateWindow(earliest=as_of, latest=later(as_of, most)))
    if happening.ended is not None:
        asking.ask(happening.ended[1], cycles=happening.ended[0])


def _ahead(pin: Pin, as_of: date) -> bool:
    """Whether all that a pin names is still to come."""
    return all(
        day is None or day >= as_of for day in (pin.start, pin.visit, pin.free, pin.dispense)
    )


def history_of(plan: Plan, told: Told, as_of: date) -> tuple[History, Causes]:
    """What was told as the history of a scenario. A cycle that was over before, and that no event
    speaks of, stays as the plan's own history has it."""
    old = plan.scenario.document.history
    kept = _kept(plan, told)
    known = {cycle.cycle: cycle for cycle in old.cycles}
    causes: Causes = {}
    cycles: list[PastCycle] = []
    dispenses: list[Dispense] = []
    claims: list[Claim] = []
    for number in told.begun(as_of):
        if number in kept:
            cycles.append(known[number])
            continue
        bags = [
            PastBag(hang=bag.hang, days=bag.days, vials=bag.vials, dispense=_named(told, bag))
            for bag in told.bags[number]
            if bag.hang < as_of
        ]
        if number in told.touched:
            causes["history", "cycles", len(cycles)] = told.touched[number][0]
        past = known.get(number) or PastCycle(cycle=number, start=told.starts[number])
        new = {"start": told.starts[number], "bags": tuple(bags)}
        cycles.append(past.model_copy(update=new))
    for sent in sorted(told.sent, key=lambda one: (one.day, one.cycle)):
        if sent.day < as_of and sent.cycle not in kept:
            if sent.event is not None:
                causes["history", "dispenses", len(dispenses)] = sent.event
            dispenses.append(Dispense(date=sent.day, vials=sent.vials, cycle=sent.cycle))
    dispenses += [d for d in old.dispenses if d.cycle in kept]
    claims += [c for c in old.claims if c.cycle in kept]
    claims += _claims(plan, told, as_of, kept)
    wasted, pauses = list(old.wasted), list(old.interruptions)
    for broken in told.broken:
        causes["history", "wasted", len(wasted)] = broken.event
        wasted.append(Wasted(date=broken.day, vials=broken.vials, cycle=broken.cycle))
    for pause in told.pauses:
        if pause.start < as_of:
            causes["history", "interruptions", len(pauses)] = pause.event
            days = (pause.end - pause.start).days
            pauses.append(PastInterruption(cycle=pause.cycle, start=pause.start, days=days))
    history = old.model_copy(
        update={
            "cycles": tuple(cycles),
            "dispenses": tuple(dispenses),
            "claims": tuple(claims),
            "wasted": tuple(wasted),
            "interruptions": tuple(pauses),
        }
    )
    return history, causes


def _kept(plan: Plan, told: Told) -> set[int]:
    """The cycles of the old history with nothing still to come, that no event speaks of."""
    ahead = {bag.cycle for bag in plan.bags if not bag.past}
    ahead |= {dispense.cycle for dispense in plan.dispenses if not dispense.past}
    known = {cycle.cycle for cycle in plan.scenario.document.history.cycles}
    return known - ahead - set(told.touched)


def _named(told: Told, bag: Any) -> date | None:
    """The dispense of a bag, where nothing has changed what there was."""
    return None if told.touched else bag.dispense


def _claims(plan: Plan, told: Told, as_of: date, kept: set[int]) -> Iterable[Claim]:
    """The claims of the cycles whose history lists them, or of which one was given up: as the plan
    bills them. Those of all others follow from their bags."""
    listed = {claim.cycle for claim in plan.scenario.document.history.claims}
    listed |= {cycle for cycle, _ in told.refused}
    units: dict[tuple[int, date], int] = {}
    for line in plan.claims:
        key = line.cycle, line.date
        if line.cycle in listed - kept and line.date < as_of and key not in told.refused:
            units[key] = units.get(key, 0) + (line.units if _counts(plan, line) else 0)
    for (cycle, day), billed in units.items():
        yield Claim(date=day, units=billed, cycle=cycle)


def _counts(plan: Plan, line: ClaimLine) -> bool:
    """Whether a line's units count as billed, by the reading ``units.billed``."""
    return plan.readings.get("units.billed", "opened") == "opened" or line.modifier != "JW"
