"""What the pharmacy does on which day: the plan's events in the order of their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from planner.documents.plan import Plan, PlannedBag
from planner.report.text import count, day, dose

REQUEST = "request"


@dataclass(frozen=True)
class Event:
    """Something due on ``date``. ``what`` is one word or two; ``detail`` needs no other field."""

    date: date
    order: int
    cycle: int | None
    what: str
    detail: str


@dataclass(frozen=True)
class BagRun:
    """``bags`` equal bags, each hung on the day the one before it ends."""

    first: PlannedBag
    bags: int

    @property
    def last_hang(self) -> date:
        """The hang of the last bag of the run."""
        return self.first.hang + timedelta(days=self.first.days * (self.bags - 1))


def opening_day(plan: Plan) -> date | None:
    """Returns the day a plan is read from: the scenario's ``as_of``, else the first day on which
    something is dispensed or hung; None where nothing is left to do.
    """
    due = [event.date for event in events(plan) if event.what != REQUEST]
    return plan.scenario.document.as_of or min(due, default=None)


def agenda(plan: Plan, days: int) -> tuple[Event, ...]:
    """Returns what falls within ``days`` days from :func:`opening_day`, and what is due before."""
    opening = opening_day(plan)
    if opening is None:
        return ()
    end = opening + timedelta(days=days)
    return tuple(event for event in events(plan) if event.date < end)


def events(plan: Plan) -> tuple[Event, ...]:
    """Returns every planned (not past) event by date.

    On one date: requests for an authorization, dispenses, disconnects, then bags. Equal bags that
    follow one another are one event, on the first one's day.
    """
    found = [*_requests(plan), *_dispenses(plan), *_disconnects(plan), *_bags(plan)]
    return tuple(sorted(found, key=lambda event: (event.date, event.order, event.cycle or 0)))


def bag_runs(bags: tuple[PlannedBag, ...]) -> tuple[BagRun, ...]:
    """Joins bags that differ in nothing but their hang, one hung as the other ends."""
    runs: list[BagRun] = []
    for bag in bags:
        if runs:
            last = runs[-1]
            follows = last.first.hang + timedelta(days=last.first.days * last.bags)
            if last.first.model_copy(update={"hang": follows}) == bag:
                runs[-1] = replace(last, bags=last.bags + 1)
                continue
        runs.append(BagRun(bag, 1))
    return tuple(runs)


def _requests(plan: Plan) -> Iterator[Event]:
    for window in plan.authorizations:
        if window.request_by is not None:
            detail = f"ask for {window.id}; it opens {day(window.start)}"
            yield Event(window.request_by, 0, None, REQUEST, detail)


def _dispenses(plan: Plan) -> Iterator[Event]:
    for dispense in plan.dispenses:
        if dispense.past:
            continue
        spare = f", {dispense.spare} of them spare" if dispense.spare else ""
        detail = (
            f"{count(dispense.vials, 'vial')}{spare} for {count(dispense.days_supply, 'day')}, "
            f"there {day(dispense.delivered)}"
        )
        yield Event(dispense.date, 1, dispense.cycle, "dispense", detail)


def _disconnects(plan: Plan) -> Iterator[Event]:
    for cycle in plan.cycles:
        if not cycle.past:
            detail = f"next start from {day(cycle.earliest_next)}"
            yield Event(cycle.disconnect, 2, cycle.cycle, "disconnect", detail)


def _bags(plan: Plan) -> Iterator[Event]:
    for run in bag_runs(tuple(bag for bag in plan.bags if not bag.past)):
        bag = run.first
        site = ", in hospital" if bag.site == "hospital" else ""
        size = f"{dose(bag.mcg_per_day)}, {count(bag.vials, 'vial')}{site}"
        if run.bags == 1:
            detail = f"{count(bag.days, 'day')} at {size}"
        else:
            often = "daily" if bag.days == 1 else f"every {bag.days} days"
            detail = f"{size}, {often} until {day(run.last_hang)} ({run.bags} bags)"
        yield Event(bag.hang, 3, bag.cycle, "hang", detail)
