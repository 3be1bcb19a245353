"""The vials sent for a past cycle, listed or assumed: which bags they fed, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.documents.errors import counted
from planner.documents.plan import Assumption
from planner.documents.scenario import Scenario
from planner.regimen.begun import Begun
from planner.regimen.course import PastBag, PastDispense, Stock
from planner.regimen.days import DayRules


@dataclass(frozen=True)
class Row:
    """Vials sent on a day, and the history entry that they come from."""

    day: int
    vials: int
    member: str


@dataclass(frozen=True)
class Lost:
    """What broke: vials by the dispense they were of, and by their place under
    ``history.wasted`` those that no dispense had left."""

    broken: Mapping[int, int]
    beyond: Mapping[int, int]


@dataclass(frozen=True)
class Sent:
    """A cycle's dispenses, its bags with the dispense that fed each, and what is unused."""

    bags: list[PastBag]
    dispenses: list[PastDispense]
    stock: list[Stock]
    assumed: tuple[Assumption, ...] = ()


def listed_rows(scenario: Scenario, cycle: int) -> list[Row]:
    """The dispenses that the history lists for a cycle, oldest first."""
    found = [
        Row(d.date.toordinal(), d.vials, f"history.dispenses.{place}")
        for place, d in enumerate(scenario.history.dispenses)
        if d.cycle == cycle
    ]
    return sorted(found, key=lambda row: (row.day, row.vials))


def sent_as_listed(scenario: Scenario, cycle: int, rows: list[Row], bags: list[PastBag]) -> Sent:
    """The listed dispenses of a cycle and the bags that they fed."""
    return _sent(scenario, cycle, rows, fed(rows, bags))


def sent_as_assumed(begun: Begun, bags: list[PastBag]) -> Sent:
    """Where no dispense is listed: the vials of bags that name none and of the days still to come
    were sent in time for the first of them, in one fill for all the days that they may wait for,
    and so on; those that broke were of them, as far as there are any left."""
    rules, waits = DayRules(begun.scenario.pharmacy), _waits(begun)
    fills: dict[int, int] = {}
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
    member = f"history.cycles.{begun.index}"
    rows = [Row(day, fills[day], member) for day in sorted(fills)]
    made = _sent(begun.scenario, begun.number, rows, placed)
    return replace(made, assumed=_assumption(begun, made) if rows else ())


def fed(rows: Sequence[Row], bags: Sequence[PastBag]) -> list[PastBag]:
    """The bags with the dispense that fed each: the one it names, else the oldest that has all its
    vials still; none where none has."""
    left = _by_day(rows)
    for bag in bags:
        if bag.dispense in left:
            left[bag.dispense] -= bag.vials
    placed = []
    for bag in bags:
        source = bag.dispense
        if source is None:
            source = next((d for d in left if d <= bag.hang and left[d] >= bag.vials), None)
            if source is not None:
                left[source] -= bag.vials
        placed.append(replace(bag, dispense=source))
    return placed


def lost(scenario: Scenario, cycle: int, rows: Sequence[Row], bags: Sequence[PastBag]) -> Lost:
    """What broke is taken off the oldest vials that were there and that no bag took."""
    left = _left(rows, bags)
    broken = dict.fromkeys(left, 0)
    beyond: dict[int, int] = {}
    losses = [(w.date, place, w) for place, w in enumerate(scenario.history.wasted)]
    for when, place, waste in sorted(losses, key=lambda one: one[:2]):
        if waste.cycle != cycle:
            continue
        vials = waste.vials
        for day in left:
            if day <= when.toordinal():
                taken = min(vials, max(left[day], 0))
                left[day] -= taken
                broken[day] += taken
                vials -= taken
        if vials:
            beyond[place] = vials
    return Lost(broken, beyond)


def _sent(scenario: Scenario, cycle: int, rows: list[Row], bags: list[PastBag]) -> Sent:
    left = _left(rows, bags)
    supply = {day: sum(b.days for b in bags if b.dispense == day) for day in left}
    dispenses = [
        PastDispense(row.day, cycle, row.vials, supply.pop(row.day, 0), row.member) for row in rows
    ]
    gone = lost(scenario, cycle, rows, bags)
    stock = [
        Stock(day, cycle, max(vials - gone.broken[day], 0), gone.broken[day])
        for day, vials in left.items()
    ]
    if not listed_rows(scenario, cycle):
        transit = scenario.pharmacy.transit_days
        for place, vials in gone.beyond.items():
            day = scenario.history.wasted[place].date.toordinal() - transit
            dispenses.append(PastDispense(day, cycle, vials, 0, f"history.wasted.{place}"))
    return Sent(bags, dispenses, stock)


def _sent_for(begun: Begun, rules: DayRules, waits: int, hang: int) -> int:
    """The day of a fill for a bag: the last day of dispenses from which its vials are there in
    time; without one, the day from which they just are."""
    latest = hang - begun.scenario.pharmacy.transit_days
    days = range(latest, hang - waits - 1, -1)
    return next((day for day in days if not rules.bars_dispense(day)), latest)


def _waits(begun: Begun) -> int:
    """Days from a dispense to the hang of its last bag of a day."""
    pharmacy = begun.scenario.pharmacy
    kept = next((s.days_refrigerated for s in begun.drug.storage if s.bag == begun.shortest), None)
    if not pharmacy.ready_made or kept is None:
        return pharmacy.max_days_ahead
    kept -= begun.drug.bags[begun.shortest].days
    return max(min(pharmacy.max_days_ahead, kept), pharmacy.transit_days)


def _by_day(rows: Sequence[Row]) -> dict[int, int]:
    left: dict[int, int] = {}
    for row in rows:
        left[row.day] = left.get(row.day, 0) + row.vials
    return left


def _left(rows: Sequence[Row], bags: Sequence[PastBag]) -> dict[int, int]:
    """Vials of each dispense that its bags did not take."""
    left = _by_day(rows)
    for bag in bags:
        if bag.dispense in left:
            left[bag.dispense] -= bag.vials
    return left


def _assumption(begun: Begun, made: Sent) -> tuple[Assumption, ...]:
    shown = [f"{counted(d.vials, 'vial')} on {date.fromordinal(d.day)}" for d in made.dispenses]
    over = sum(stock.vials for stock in made.stock)
    rest = f"; {over} of them not hung yet" if over and begun.broken is None else ""
    return (
        Assumption(
            path="history.dispenses",
            value=", ".join(shown) + rest,
            says=f"Cycle {begun.number}: no dispenses are listed, so its vials are taken as sent "
            "in time for the first bag they feed, each time for as many days as max_days_ahead "
            "allows, those to come among them.",
        ),
    )
