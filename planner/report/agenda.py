"""What the pharmacy does on which day: the plan's events in the order of their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from planner.documents.plan import ClaimLine, Plan, PlannedAuthorization, PlannedBag
from planner.report.text import count, day, dose, shown

REQUEST = "request"
CHECK = "check"


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
    def hangs(self) -> tuple[date, ...]:
        """The day on which each bag of the run is hung."""
        return tuple(
            self.first.hang + timedelta(days=self.first.days * n) for n in range(self.bags)
        )

    @property
    def last_hang(self) -> date:
        """The hang of the last bag of the run."""
        return self.hangs[-1]


def opening_day(plan: Plan) -> date | None:
    """Returns the day a plan is read from: the scenario's ``as_of``, else the first day on which
    something is dispensed or hung; None where nothing is left to do.
    """
    due = [event.date for event in events(plan) if event.what not in {REQUEST, CHECK}]
    return plan.scenario.document.as_of or min(due, default=None)


def to_ask_for(plan: Plan, window: PlannedAuthorization) -> date | None:
    """Returns the day by which to ask the payer for an authorization; None where it is given, or
    is in use although the scenario does not give it: what has begun under it was not begun unasked.
    """
    return None if in_use(plan, window) else window.request_by


def asked_words(plan: Plan, window: PlannedAuthorization) -> str:
    """Returns the day by which to ask for an authorization, or why there is none, in words."""
    by = to_ask_for(plan, window)
    if by is not None:
        return day(by)
    return "in use, not in the scenario" if in_use(plan, window) else "given"


def in_use(plan: Plan, window: PlannedAuthorization) -> bool:
    """Whether a course under way stands on an authorization that the scenario does not give."""
    as_of = plan.scenario.document.as_of
    return not window.given and as_of is not None and window.start < as_of


def agenda(plan: Plan, days: int) -> tuple[Event, ...]:
    """Returns what falls within ``days`` days from :func:`opening_day`, and what is due before."""
    opening = opening_day(plan)
    if opening is None:
        return ()
    end = opening + timedelta(days=days)
    return tuple(event for event in events(plan) if event.date < end)


def events(plan: Plan) -> tuple[Event, ...]:
    """Returns every planned (not past) event by date.

    On one date: authorizations to ask for or to check, ready-made bags to prepare, dispenses,
    disconnects, bags, then claims.
    Equal bags that follow one another are one event, on the first one's day, and so are their
    claims.
    """
    found = [
        *_requests(plan),
        *_prepared(plan),
        *_dispenses(plan),
        *_disconnects(plan),
        *_bags(plan),
        *_claims(plan),
    ]
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
        by, as_of = to_ask_for(plan, window), plan.scenario.document.as_of
        if by is not None:
            detail = f"authorization {shown(window.id)}, which opens {day(window.start)}"
            yield Event(by, 0, None, REQUEST, detail)
        elif as_of is not None and in_use(plan, window):
            detail = (
                f"authorization {shown(window.id)}, in use since {day(window.start)}, is not in "
                "the scenario: add its number and dates, or ask the payer today if there is none"
            )
            yield Event(as_of, 0, None, CHECK, detail)


def _prepared(plan: Plan) -> Iterator[Event]:
    """Bags that leave the pharmacy ready to hang are prepared there, on the day they are sent."""
    if not plan.scenario.document.pharmacy.ready_made:
        return
    for sent in plan.dispenses:
        bags = [b for b in plan.bags if (b.cycle, b.dispense) == (sent.cycle, sent.date)]
        for run in bag_runs(tuple(bags)) if not sent.past else ():
            bag = run.first
            each = "each of " if run.bags > 1 else ""
            detail = (
                f"{count(run.bags, 'bag')} for {count(bag.days, 'day')} at "
                f"{dose(bag.mcg_per_day)}, {each}{count(bag.vials, 'vial')}, to hang from "
                f"{day(bag.hang)}"
            )
            yield Event(sent.date, 1, sent.cycle, "prepare", detail)


def _dispenses(plan: Plan) -> Iterator[Event]:
    for dispense in plan.dispenses:
        if dispense.past:
            continue
        spare = f", {dispense.spare} of them spare" if dispense.spare else ""
        detail = (
            f"{count(dispense.vials, 'vial')}{spare} for {count(dispense.days_supply, 'day')}, "
            f"arriving {day(dispense.delivered)}"
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
            often = _often(bag.days, run.last_hang)
            detail = f"{size}, {often} ({run.bags} bags)"
        yield Event(bag.hang, 3, bag.cycle, "hang", detail)


def _claims(plan: Plan) -> Iterator[Event]:
    """The claims of a run of bags are one event where they are equal; all others stand alone."""
    claims = _billed(plan)
    for run in bag_runs(tuple(bag for bag in plan.bags if not bag.past)):
        places = [(run.first.cycle, hang) for hang in run.hangs]
        said = {claims[place] for place in places if place in claims}
        if len(said) == 1 and all(place in claims for place in places):
            for place in places:
                del claims[place]
            often = f", {_often(run.first.days, run.last_hang)} ({run.bags} claims)"
            detail = f"{said.pop()}{often if run.bags > 1 else ''}"
            yield Event(run.first.hang, 4, run.first.cycle, "bill", detail)
    for (cycle, service), detail in claims.items():
        yield Event(service, 4, cycle, "bill", detail)


def _billed(plan: Plan) -> dict[tuple[int, date], str]:
    """What is billed for each cycle and date of service to come, in words."""
    ahead = sorted((line for line in plan.claims if not line.past), key=_place)
    billed: dict[tuple[int, date], str] = {}
    for place, of_day in groupby(ahead, key=_place):
        lines = list(of_day)
        units = count(sum(line.units for line in lines), "unit")
        billed[place] = f"{units} in {count(len(lines), 'line')}"
    return billed


def _place(line: ClaimLine) -> tuple[int, date]:
    return line.cycle, line.date


def _often(days: int, last: date) -> str:
    return f"{'daily' if days == 1 else f'every {days} days'} until {day(last)}"
