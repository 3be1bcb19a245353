"""Calendars written by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

from tests.oracle.builders import day
from tests.oracle.values import Bag, Calendar, Dispense

STEP, FULL = Decimal(3), Decimal(6)


def daily(cycle: int, start: int, step_days: int = 0) -> tuple[Bag, ...]:
    """Four 24 h bags from day ``start`` on, each dispensed on the day it is hung."""
    return tuple(
        Bag(cycle, day(start + n), 1, STEP if n < step_days else FULL, 1, day(start + n))
        for n in range(4)
    )


def sent_for(bags: tuple[Bag, ...]) -> tuple[Dispense, ...]:
    """The dispenses that hold the vials of the bags and no others."""
    vials: Counter[tuple[dt.date, int]] = Counter()
    for bag in bags:
        for on, count in bag.sources:
            vials[on, bag.cycle] += count
    return tuple(Dispense(on, cycle, vials[on, cycle]) for on, cycle in sorted(vials))


def courses(*starts: int) -> Calendar:
    """Successive cycles of four 24 h bags, the first with two days of the step dose."""
    bags = tuple(
        bag
        for index, start in enumerate(starts)
        for bag in daily(index + 1, start, 0 if index else 2)
    )
    planned = tuple((index + 1, day(start)) for index, start in enumerate(starts))
    return Calendar(planned, bags, sent_for(bags))
