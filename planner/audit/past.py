"""What the plan has to say of the past: the history, completed where it is silent.

A past cycle without bags had 24 h bags on every infused day before ``as_of``; one without
dispenses got each bag's vials, and those that broke, ``transit_days`` before; one without claims
was billed as planned cycles are. These are the cautious choices of docs/decisions.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from planner.audit.case import Case
from planner.audit.days import after, run
from planner.audit.dose import course_doses, weight_at
from planner.audit.preparation import bag_name, vials_for


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
    transit = case.scenario.pharmacy.transit_days
    assumed: Counter[date] = Counter()
    for bag in past_bags(case, number):
        assumed[bag.dispense or after(bag.hang, -transit)] += bag.vials or 0
    for broken in case.scenario.history.wasted:
        if broken.cycle == number:
            assumed[after(broken.date, -transit)] += broken.vials
    return assumed
