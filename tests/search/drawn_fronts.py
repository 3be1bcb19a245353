"""Small cases in which objectives are at odds: few days on which to dispense and to change bags,
vials that keep for a day or three, and bags of which the longer may take more vials.
"""

from __future__ import annotations

from random import Random

from planner.documents.base import WEEKDAYS
from planner.documents.drug import Drug
from tests.oracle.builders import small_drug, small_policy, small_scenario
from tests.oracle.small import Triple


def at_odds(seed: int) -> Triple:
    """The case of a seed: one or two cycles of four or five infusion days."""
    rng = Random(seed)
    days = rng.choice([4, 4, 5])
    length = days + rng.choice([1, 2])
    policy = small_policy(
        days=days,
        length=length,
        cycles=2,
        quantity=(days + rng.choice([1, 3]), length),
        units=(10 * (days + 4), length),
        step_days=rng.choice([0, 2]),
        initial=(3 * length + 6, "days"),
    )
    week = list(WEEKDAYS)
    scenario = small_scenario(
        cycles=rng.choice([1, 2]),
        pharmacy={
            "bag_change_days": rng.choice([week, week[:5], week[:6], week[1:]]),
            "dispense_days": sorted(rng.sample(week, rng.choice([3, 4])), key=week.index),
            "max_days_ahead": rng.choice([2, 3]),
        },
        request={"max_delay_days": rng.choice([3, 4])},
    )
    return scenario, policy, _drug(rng)


def _drug(rng: Random) -> Drug:
    """Longer bags take as many vials as the days they last, or one more or less."""
    drug = small_drug(for_step_dose=("24h", "48h", "72h"))
    extra = {"48h": rng.choice([0, 1]), "72h": rng.choice([0, 1, 2])}
    rows = [
        row.model_copy(update={"vials": row.vials + extra.get(row.bag, 0)}) for row in drug.fixed
    ]
    return drug.model_copy(update={"fixed": tuple(rows)})
