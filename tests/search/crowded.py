"""A course whose spare vial has room on one day alone."""

from __future__ import annotations

from collections.abc import Sequence

from planner.regimen.course import Course
from tests.constraints.boards import laid
from tests.oracle.builders import day, small_policy


def crowded(dispense_days: Sequence[str], objectives: Sequence[str]) -> Course:
    """Two cycles on days 0 and 6, a spare vial each, and three vials a date.

    Day 3 is closed: cycle 1 hangs 24 h on day 0, a vial, and 72 h on day 1, two. On day 0, a
    Monday, two vials of cycle 2 are listed, so that one more has room, and three on day 6.
    """
    asked = [{"date": day(n), "vials": vials, "cycle": 2} for n, vials in ((0, 2), (6, 3))]
    return laid(
        small_policy(
            step_days=0,
            quantity=(3, 1),
            units=(400, 6),
            initial=(60, "days"),
            initial_cycles=3,
            renewals=0,
        ),
        cycles=2,
        pharmacy={
            "bags": ["24h", "72h"],
            "dispense_days": list(dispense_days),
            "closed": [day(3)],
            "max_days_ahead": 6,
            "spare_vials": 1,
        },
        request={"dispenses": asked, "max_delay_days": 0},
        objectives=list(objectives),
    )
