"""Drawn courses without history: their pharmacies, and limits near what they need."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from planner.constraints.schedule import COSTS
from planner.documents.base import WEEKDAYS
from planner.documents.drug import Drug
from planner.regimen.course import Course
from tests.constraints.boards import laid
from tests.oracle.builders import day, small_drug, small_policy

CHILD = {"weight_kg": 30, "bsa_m2": Decimal("1.1")}


@st.composite
def drugs(draw: st.DrawFn) -> Drug:
    """A drug whose bags keep a drawn number of days."""
    stored = draw(st.integers(2, 6))
    return small_drug(
        for_step_dose=draw(st.sampled_from([("24h", "48h"), ("24h",)])),
        storage_days={"24h": stored, "48h": stored, "72h": stored + 1},
    )


@st.composite
def pharmacies(draw: st.DrawFn, days: int, ahead: int) -> dict[str, Any]:
    """A pharmacy over so many days, with vials that keep up to ``ahead`` days on arrival."""
    some_days = st.lists(st.sampled_from([day(n) for n in range(-3, days)]), max_size=2)
    transit = draw(st.integers(0, 1))
    return {
        "bags": draw(st.sampled_from([None, ["24h"], ["24h", "72h"], ["48h", "72h"]])),
        "bag_change_days": draw(st.sampled_from([WEEKDAYS, WEEKDAYS[:6], WEEKDAYS[1:]])),
        "dispense_days": draw(st.sampled_from([WEEKDAYS, WEEKDAYS[:5], WEEKDAYS[::2]])),
        "closed": draw(some_days),
        "transit_days": transit,
        "max_days_ahead": transit + draw(st.integers(0, ahead)),
        "spare_vials": draw(st.integers(0, 1)),
        "ready_made": draw(st.booleans()),
        "hospital_days": {1: draw(st.integers(0, 3))},
    }


@st.composite
def single_cycles(draw: st.DrawFn) -> Course:
    """One cycle of 3 to 8 days."""
    days = draw(st.integers(3, 8))
    return laid(
        small_policy(days=days, length=days, step_days=draw(st.integers(0, 3))),
        draw(drugs()),
        pharmacy=draw(pharmacies(days + 2, 6)),
        patient=draw(st.sampled_from([{}, CHILD])),
        objectives=["delay", *draw(st.permutations(COSTS))],
    )


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Two or three cycles of 3 to 6 days whose windows overlap."""
    days, cycles = draw(st.integers(3, 6)), draw(st.integers(2, 3))
    length = days + draw(st.integers(0, 2))
    per_days = length + draw(st.integers(-1, 3))
    most = days + draw(st.integers(0, 2))
    order = draw(st.sampled_from([("delay", *COSTS), (*COSTS, "delay")]))
    return laid(
        small_policy(
            days=days,
            length=length,
            cycles=cycles,
            quantity=(most, per_days),
            units=(10 * (days + draw(st.integers(0, 2))), per_days),
            step_days=draw(st.integers(0, 2)),
            initial=(length + days + draw(st.integers(0, 3)), "days"),
            continued=(days + draw(st.integers(0, 3)), "days"),
        ),
        draw(drugs()),
        cycles=cycles,
        pharmacy=draw(pharmacies(length * cycles, 4)),
        patient=draw(st.sampled_from([{}, CHILD])),
        request={"max_delay_days": draw(st.integers(0, 4))},
        objectives=order,
    )
