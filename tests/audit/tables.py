"""The figures that plans are laid out from by hand: doses, vials, windows, limits, lengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

MONDAY = date(2026, 1, 5)
VIAL = 35
# days and daily dose to vials, from 45 kg: label-facts, "Vials for one bag"
VIALS = {
    **{(days, 9): vials for days, vials in ((1, 1), (2, 1), (3, 1), (4, 2))},
    **{(days, 28): vials for days, vials in ((1, 1), (2, 2), (3, 3), (4, 4), (7, 6))},
}
# kind, cycles, days of each authorization: section I
RR_WINDOWS = (("initial", 5, 210), ("continued", 2, 168), ("continued", 2, 168))
FOUR_CYCLES = (("initial", 4, 168),)
WINDOWS = {
    "adult-rr": RR_WINDOWS,
    "pediatric-rr": RR_WINDOWS,
    "adult-consolidation": FOUR_CYCLES,
    "pediatric-mrd": FOUR_CYCLES,
    "infant-interfant": (("initial", 1, 28),),
}
LIMITS = (("II.A", 28, 42, None), ("II.B.cycles-1-5", 980, 42, (1, 5)),
          ("II.B.cycles-6-9", 980, 84, (6, 9)))  # fmt: skip
PLAN_READINGS = {
    "window": "rolling",
    "units.range": "by-cycle",
    "date_of_service": "hang",
    "units.billed": "opened",
    "authorization.covers": "service",
    "authorization.start": "first-service",
    "quantity.days_supply": "off",
    "refill_threshold": "off",
    "interruption.length": "extends",
}

Dose = Callable[[int, int], Decimal | int]


def adult_dose(cycle: int, index: int) -> int:
    """Relapsed or refractory from 45 kg: 9 mcg for 7 days of cycle 1, then 28."""
    return 9 if cycle == 1 and index < 7 else 28


def full_dose(cycle: int, index: int) -> int:
    """28 mcg on every day."""
    return 28


def adult_vials(days: int, mcg_per_day: Decimal | int) -> int:
    """Vials of one bag from 45 kg."""
    return VIALS[days, int(mcg_per_day)]


def length(indication: str, number: int) -> int:
    """Days from start to next start: section V; 28 for the regimen that prints none."""
    if indication == "infant-interfant":
        return 28
    return 84 if indication.endswith("-rr") and number > 5 else 42


@dataclass(frozen=True)
class Cycle:
    """One cycle to lay out.

    ``bags`` are lengths in days; ``fills`` are (days from the start, number of bags) for each
    dispense, by default one fill of all bags ``transit_days`` before the start. ``spare`` goes
    with the first fill, ``gaps`` are days without infusion, by the index of the infusion day
    they come before.

    ``sent`` instead of ``fills`` counts dispenses by vials, (days from the start, vials): each bag
    takes the oldest vial by vial, from what earlier cycles that count so left over too where
    ``stock``. ``broken`` are vials set aside, by the days from the start of their dispense.
    """

    number: int
    start: date
    bags: Sequence[int] = (1,) * 28
    fills: Sequence[tuple[int, int]] | None = None
    spare: int = 0
    gaps: Mapping[int, int] = field(default_factory=dict)
    past: bool = False
    length: int | None = None
    sent: Sequence[tuple[int, int]] | None = None
    stock: bool = False
    broken: Mapping[int, int] = field(default_factory=dict)
