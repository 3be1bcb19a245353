"""What the plan has to say of the past: the history, completed where it is silent.

A past cycle without bags had 24 h bags on every infused day before ``as_of``; one without
dispenses got the vials of all its days in as few fills as the pharmacy's settings allow, each
in time for the first day it feeds; one without claims was billed as planned cycles
are. These are the choices of docs/decisions.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from planner.audit.case import Case
from planner.audit.days import after, is_holiday, run, weekday
from planner.audit.dose import course_doses, weight_at
from planner.audit.preparation import bag_name, keeps, vials_for


@dataclass(frozen=True)
class PastHang:
    """A bag hung before ``as_of``. ``vials`` is None where the drug file gives no number."""

    hang: date
    days: int
    vials: int | None
    dispense: date | None = None


def past_bags(case: Case, number: int) -> tuple[PastHang, ...]:
    """The bags of a past cycle, given or assumed, by the day they were hung."""
    past = case.past_cycles.get(number)
    if past is None:
        return ()
    if past.bags is not None:
        given = (PastHang(bag.hang, bag.days, bag.vials, bag.dispense) for bag in past.bags)
        return tuple(sorted(given, key=lambda bag: bag.hang))
    return _assumed_bags(case, number)


def bags_assumed(case: Case, number: int) -> bool:
    """Whether the history names a cycle and none of its bags."""
    past = case.past_cycles.get(number)
    return past is not None and past.bags is None


def past_dispenses(case: Case, number: int) -> Counter[date]:
    """Vials dispensed for a cycle in the past, by date."""
    given: Counter[date] = Counter()
    for dispense in case.scenario.history.dispenses:
        if dispense.cycle == number:
            given[dispense.date] += dispense.vials
    return given or _assumed_dispenses(case, number)


def past_claims(case: Case, number: int) -> Counter[date]:
    """Units that the history states as billed for a cycle, by date; empty where it is silent."""
    given: Counter[date] = Counter()
    for claim in case.scenario.history.claims:
        if claim.cycle == number:
            given[claim.date] += claim.units
    return given


def _assumed_bags(case: Case, number: int) -> tuple[PastHang, ...]:
    infused, doses, cycle = run(case, number), course_doses(case, number), case.cycle(number)
    weight, name = weight_at(case, cycle.start) if cycle else None, bag_name(case, 1)
    if infused is None or weight is None or name is None:
        return ()
    as_of = case.scenario.as_of
    return tuple(
        PastHang(day, 1, vials_for(case, name, doses[i], weight) if i < len(doses) else None)
        for i, day in enumerate(infused.days)
        if as_of is None or day < as_of
    )


def _assumed_dispenses(case: Case, number: int) -> Counter[date]:
    """Vials of the bags that name a dispense, on its day; of the others and of the days still to
    come by fills; and of what broke as much as no fill has left, ``transit_days`` before."""
    bags = past_bags(case, number)
    sent: Counter[date] = Counter()
    for bag in bags:
        if bag.dispense is not None:
            sent[bag.dispense] += bag.vials or 0
    unused: Counter[date] = Counter()
    for fill in _fills(case, number, bags):
        sent[fill.day] += fill.hung + fill.to_come
        unused[fill.day] += fill.to_come
    losses = [one for one in case.scenario.history.wasted if one.cycle == number]
    for broken in sorted(losses, key=lambda one: one.date):
        lost = broken.vials
        for day in sorted(day for day in unused if day <= broken.date):
            taken = min(lost, unused[day])
            unused[day] -= taken
            lost -= taken
        if lost:
            sent[after(broken.date, -case.scenario.pharmacy.transit_days)] += lost
    return sent


@dataclass
class _Fill:
    """One dispense that the history leaves out: vials for past bags, and for days to come."""

    day: date
    hung: int = 0
    to_come: int = 0


def _fills(case: Case, number: int, bags: tuple[PastHang, ...]) -> list[_Fill]:
    """The fills of a cycle: each for as many days as a 24 h bag's vials may wait, to which days of
    interruption before a past bag do not count. Those of days to come that would leave on ``as_of``
    or later, or when the cycle was over, were not sent."""
    waits = _waits(case)
    fills: list[_Fill] = []

    def day_for(hang: date, paused: int) -> date:
        near = fills and hang <= after(fills[-1].day, waits + paused)
        return fills[-1].day if near else _leaves(case, hang, waits)

    def add(day: date, hung: int, to_come: int) -> None:
        if not fills or fills[-1].day != day:
            fills.append(_Fill(day))
        fills[-1].hung += hung
        fills[-1].to_come += to_come

    for bag in bags:
        if bag.dispense is None:
            since = fills[-1].day if fills else bag.hang
            add(day_for(bag.hang, _paused(case, number, since, bag.hang)), bag.vials or 0, 0)
    over = _over(case, number)
    for hang, vials in _to_come(case, number, bags):
        day = day_for(hang, 0)
        if over is not None and day >= over:
            break
        add(day, 0, vials)
    return fills


def _leaves(case: Case, hang: date, waits: int) -> date:
    """The last day of dispenses from which vials are there for a bag; without one that is near
    enough, the day from which they just are."""
    pharmacy = case.scenario.pharmacy
    for before in range(pharmacy.transit_days, waits + 1):
        day = after(hang, -before)
        works = weekday(day) in pharmacy.dispense_days and day not in pharmacy.closed
        if works and not is_holiday(case, day):
            return day
    return after(hang, -pharmacy.transit_days)


def _paused(case: Case, number: int, since: date, until: date) -> int:
    """Days of the cycle's interruptions from ``since`` on and before ``until``."""
    return sum(
        since <= after(one.start, i) < until
        for one in case.scenario.history.interruptions
        if one.cycle == number
        for i in range(one.days)
    )


def _over(case: Case, number: int) -> date | None:
    """``as_of``, or the first day of the interruption that ended the cycle."""
    infused, as_of = run(case, number), case.scenario.as_of
    if infused is None or infused.cut is None:
        return as_of
    return infused.cut.start if as_of is None else min(as_of, infused.cut.start)


def _to_come(case: Case, number: int, bags: tuple[PastHang, ...]) -> list[tuple[date, int]]:
    """The infusion days after the past bags, each with the vials of a 24 h bag; those too that an
    interruption took from the cycle."""
    infused, doses, cycle = run(case, number), course_doses(case, number), case.cycle(number)
    weight, name = weight_at(case, cycle.start) if cycle else None, bag_name(case, 1)
    if infused is None or weight is None or name is None:
        return []
    days = list(infused.days)
    while len(days) < len(doses):
        days.append(after(days[-1], 1) if days else infused.disconnect)
    done = sum(bag.days for bag in bags)
    left = list(zip(days, doses, strict=False))[done:]
    return [(day, vials_for(case, name, dose, weight) or 0) for day, dose in left]


def _waits(case: Case) -> int:
    """Days from a dispense to the last day that a 24 h bag of it is hung on."""
    pharmacy = case.scenario.pharmacy
    kept = keeps(case, bag_name(case, 1))
    if not pharmacy.ready_made or kept is None:
        return pharmacy.max_days_ahead
    return max(min(pharmacy.max_days_ahead, kept - 1), pharmacy.transit_days)
