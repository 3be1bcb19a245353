"""The vials sent for a past cycle, listed or assumed: in time for which bags, and which broke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from planner.documents.errors import counted
from planner.documents.plan import Assumption
from planner.documents.scenario import Scenario
from planner.regimen.bags import storage_days
from planner.regimen.begun import Begun
from planner.regimen.course import PastBag
from planner.regimen.days import DayRules


@dataclass(frozen=True)
class Row:
    """Vials sent on a day for a cycle, and the history entry that they come from."""

    day: int
    cycle: int
    vials: int
    member: str


@dataclass(frozen=True)
class Loss:
    """Vials that broke on a day, of a cycle whose dispenses are listed; ``place`` under
    ``history.wasted``."""

    day: int
    cycle: int
    vials: int
    place: int


@dataclass(frozen=True)
class Sent:
    """A cycle's dispenses and bags, and what broke: ``losses`` of any vials, or ``broken`` vials of
    the fills assumed, by day. Bags without a dispense took any vials that were there."""

    rows: list[Row]
    bags: list[PastBag]
    losses: list[Loss] = field(default_factory=list)
    broken: dict[int, int] = field(default_factory=dict)
    assumed: tuple[Assumption, ...] = ()


def listed_rows(scenario: Scenario, cycle: int) -> list[Row]:
    """The dispenses that the history lists for a cycle, oldest first."""
    found = [
        Row(d.date.toordinal(), cycle, d.vials, f"history.dispenses.{place}")
        for place, d in enumerate(scenario.history.dispenses)
        if d.cycle == cycle
    ]
    return sorted(found, key=lambda row: (row.day, row.vials))


def losses_of(scenario: Scenario, cycle: int) -> list[Loss]:
    """What broke of a cycle, by day."""
    found = [
        Loss(w.date.toordinal(), cycle, w.vials, place)
        for place, w in enumerate(scenario.history.wasted)
        if w.cycle == cycle
    ]
    return sorted(found, key=lambda loss: loss.day)


def sent_of(begun: Begun, bags: list[PastBag]) -> Sent:
    """The dispenses of a cycle as listed, else as assumed."""
    rows = listed_rows(begun.scenario, begun.number)
    if rows:
        return Sent(rows, bags, losses_of(begun.scenario, begun.number))
    return _sent_as_assumed(begun, bags)


def sent_before(scenario: Scenario, cycle: int) -> Sent:
    """What was sent for a cycle that has not begun."""
    rows = listed_rows(scenario, cycle)
    if rows:
        return Sent(rows, [], losses_of(scenario, cycle))
    besides, broken = _broken(scenario, cycle, {})
    return Sent(besides, [], broken=broken)


def _sent_as_assumed(begun: Begun, bags: list[PastBag]) -> Sent:
    """Where no dispense is listed: the vials of bags that name none and of the days still to come
    were sent in time for the first of them, in one fill for all the days that they may wait for,
    and so on; those that broke were of them, as far as there are any left."""
    rules, waits = DayRules(begun.scenario.pharmacy), _waits(begun)
    fills: dict[int, int] = {}
    left: dict[int, int] = {}
    last: int | None = None
    placed = []
    for bag in bags:
        day = bag.dispense
        if day is None:
            # what was sent before an interruption was hung after it
            if last is None or bag.hang - begun.paused(last, bag.hang) > last + waits:
                last = _sent_for(begun, rules, waits, bag.hang)
            day = last
        fills[day] = fills.get(day, 0) + bag.vials
        placed.append(replace(bag, dispense=day))
    for hang, vials in begun.still_to_hang(bags):
        if last is None or hang > last + waits:
            last = _sent_for(begun, rules, waits, hang)
        if last >= begun.until:
            break
        fills[last] = fills.get(last, 0) + vials
        left[last] = left.get(last, 0) + vials
    member = f"history.cycles.{begun.index}"
    rows = [Row(day, begun.number, fills[day], member) for day in sorted(fills)]
    besides, broken = _broken(begun.scenario, begun.number, left)
    assumed = _assumption(begun, [*rows, *besides], sum(left.values())) if rows else ()
    return Sent([*rows, *besides], placed, broken=broken, assumed=assumed)


def _broken(
    scenario: Scenario, cycle: int, left: dict[int, int]
) -> tuple[list[Row], dict[int, int]]:
    """What broke is taken off the oldest fills that have vials ``left``; what none has was sent
    besides. The dispenses of these, and what broke of each day's vials."""
    besides: list[Row] = []
    broken: dict[int, int] = {}
    for loss in losses_of(scenario, cycle):
        vials = loss.vials
        for day in sorted(day for day in left if day <= loss.day):
            taken = min(vials, left[day])
            left[day] -= taken
            vials -= taken
            broken[day] = broken.get(day, 0) + taken
        if vials:
            day = loss.day - scenario.pharmacy.transit_days
            besides.append(Row(day, cycle, vials, f"history.wasted.{loss.place}"))
            broken[day] = broken.get(day, 0) + vials
    return besides, broken


def _sent_for(begun: Begun, rules: DayRules, waits: int, hang: int) -> int:
    """The day of a fill for a bag: the last day of dispenses from which its vials are there in
    time; without one, the day from which they just are."""
    latest = hang - begun.scenario.pharmacy.transit_days
    days = range(latest, hang - waits - 1, -1)
    return next((day for day in days if not rules.bars_dispense(day)), latest)


def _waits(begun: Begun) -> int:
    """Days from a dispense to the hang of its last bag of a day."""
    pharmacy = begun.scenario.pharmacy
    kept = storage_days(begun.drug, pharmacy, begun.shortest)
    if not pharmacy.ready_made or kept is None:
        return pharmacy.max_days_ahead
    kept -= begun.drug.bags[begun.shortest].days
    return max(min(pharmacy.max_days_ahead, kept), pharmacy.transit_days)


def _assumption(begun: Begun, rows: Sequence[Row], over: int) -> tuple[Assumption, ...]:
    shown = [f"{counted(row.vials, 'vial')} on {date.fromordinal(row.day)}" for row in rows]
    rest = f"; {over} of them not hung yet" if over else ""
    return (
        Assumption(
            path="history.dispenses",
            value=", ".join(shown) + rest,
            says=f"Cycle {begun.number}: no dispenses are listed, so its vials are taken as sent "
            "in time for the first bag they feed, each time for as many days as max_days_ahead "
            "allows, those to come among them.",
        ),
    )
