"""Limits in time, days supply and claims: the day before the edge and the edge itself.

Small courses: 4 infusion days in cycles of 6, 24 h bags of 1 vial and 10 units each.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from planner.documents.policy import DiagnosesClause
from planner.documents.scenario import Scenario
from tests.oracle.brute import Bag, Calendar, Dispense, violations
from tests.oracle.hand import FULL, STEP, courses, daily, sent_for
from tests.oracle.small import day, small_drug, small_policy, small_scenario

LAX: dict[str, Any] = {"quantity": (99, 6), "units": (990, 6), "initial": (90, "days")}


def broken(calendar: Calendar, scenario: Scenario, **policy: Any) -> list[str]:
    return violations(calendar, scenario, small_policy(**(LAX | policy)), small_drug())


def two_cycles(dispense: int) -> Calendar:
    """All vials of cycle 1 sent on day 0, the first of cycle 2 (from day 6 on) on a given day."""
    first = tuple(bag._replace(dispense=day(0)) for bag in daily(1, 0, 2))
    second = tuple(bag._replace(dispense=day(8)) for bag in daily(2, 6)[2:])
    early = tuple(bag._replace(dispense=day(dispense)) for bag in daily(2, 6)[:2])
    bags = (*first, *early, *second)
    return Calendar(((1, day(0)), (2, day(6))), bags, sent_for(bags))


@pytest.mark.parametrize(("dispense", "kept"), [(5, False), (6, True)])
def test_vials_of_two_dispenses_meet_in_a_window_up_to_its_last_day(
    dispense: int, kept: bool
) -> None:
    """4 vials on day 0 and 2 on day 5 lie in the 6 dates from day 0 to day 5; on day 6 they do
    not."""
    scenario = small_scenario(cycles=2, pharmacy={"max_days_ahead": 4})
    found = broken(two_cycles(dispense), scenario, quantity=(4, 6))
    expected = "II.A: 6 from 2026-01-05 to 2026-01-10, limit 4"  # day 0 is Monday 5 January
    assert found == ([] if kept else [expected])


@pytest.mark.parametrize(("per_days", "kept"), [(6, True), (7, False)])
def test_units_of_two_cycles_meet_in_a_window_up_to_its_last_day(per_days: int, kept: bool) -> None:
    """Units on days 0-3 and 6-9, 10 a day: 40 in days 0..5, and 50 in days 0..6."""
    found = broken(courses(0, 6), small_scenario(cycles=2), units=(40, per_days))
    assert (found == []) is kept
    assert all(sentence.startswith("II.B.cycles-1-5: 50") for sentence in found)


def test_a_line_of_units_counts_the_claims_of_its_own_cycles_only() -> None:
    """With one line to each cycle the 40 units of neither meet the other's."""
    found = broken(courses(0, 6), small_scenario(cycles=2), units=(40, 7), early=1)
    assert found == []


def test_the_limit_of_vials_knows_no_cycles() -> None:
    found = broken(courses(0, 6), small_scenario(cycles=2), quantity=(4, 7), early=1)
    assert found
    assert all(sentence.startswith("II.A: 5") for sentence in found)


def test_read_by_cycle_a_window_opens_with_the_first_dispense_and_counts_its_own() -> None:
    scenario = small_scenario(
        cycles=2, pharmacy={"max_days_ahead": 4}, readings={"window": "cycle"}
    )
    assert broken(two_cycles(5), scenario, quantity=(4, 6)) == []
    assert broken(two_cycles(5), scenario, quantity=(3, 6)) == [
        "II.A: 4 from 2026-01-05 to 2026-01-10, limit 3",
        "II.A: 4 from 2026-01-10 to 2026-01-15, limit 3",
    ]


def test_units_billed_are_those_opened_or_as_read_those_administered() -> None:
    """3 + 3 + 6 + 6 = 18 mcg from 4 vials of 10."""
    assert broken(courses(0), small_scenario(), units=(39, 6))
    administered = small_scenario(readings={"units.billed": "administered"})
    assert broken(courses(0), administered, units=(18, 6)) == []
    assert broken(courses(0), administered, units=(17, 6))


def test_administered_units_are_rounded_up_claim_by_claim() -> None:
    """Two bags of 4.5 mcg: 5 + 5 by hang; sent together, one claim of 9 by dispense."""
    bags = tuple(
        Bag(1, day(n), 1, STEP if n < 2 else Decimal("4.5"), 1, day(2 * (n // 2))) for n in range(4)
    )
    calendar = Calendar(((1, day(0)),), bags, sent_for(bags))
    request = {
        "daily_dose_mcg": Decimal("4.5"),
        "claims": [
            {"date": day(0), "units": 6, "cycle": 1},
            {"date": day(2), "units": 9, "cycle": 1},
        ],
    }
    read = {"units.billed": "administered", "date_of_service": "dispense"}
    assert broken(calendar, small_scenario(request=request, readings=read)) == []
    by_hang = {"units.billed": "administered"}
    request["claims"] = [
        {"date": day(n), "units": units, "cycle": 1} for n, units in enumerate((3, 3, 5, 5))
    ]
    assert broken(calendar, small_scenario(request=request, readings=by_hang)) == []


def test_a_unit_of_several_micrograms_counts_so() -> None:
    """A vial of 10 mcg is 5 units of 2 mcg: 20 units for 4 vials."""
    assert broken(courses(0), small_scenario(), units=(20, 6), mcg_per_unit=2) == []
    assert broken(courses(0), small_scenario(), units=(19, 6), mcg_per_unit=2)


def test_the_history_stands_in_every_window() -> None:
    """Cycle 1 was sent 4 vials on days 0 to 3, cycle 2 gets its first on day 6."""
    history = {"cycles": [{"cycle": 1, "start": day(0)}]}
    scenario = small_scenario(cycles=2, history=history, as_of=day(4))
    planned = courses(0, 6)
    rest = Calendar(planned.starts[1:], planned.bags[4:], planned.dispenses[4:])
    assert broken(rest, scenario, quantity=(4, 6), units=(40, 6)) == []
    found = broken(rest, scenario, quantity=(4, 7), units=(40, 7))
    assert {sentence.split(":")[0] for sentence in found} == {"II.A", "II.B.cycles-1-5"}


def test_a_broken_vial_counts_in_the_window() -> None:
    """Five vials were sent for a cycle of four daily bags, one of them broke: 5 > 4."""
    history: dict[str, Any] = {
        "cycles": [{"cycle": 1, "start": day(0)}],
        "dispenses": [{"date": day(0), "vials": 5, "cycle": 1}],
        "wasted": [{"date": day(2), "vials": 1, "cycle": 1}],
    }
    scenario = small_scenario(history=history, as_of=day(4))
    nothing = Calendar((), (), ())
    assert broken(nothing, scenario, quantity=(5, 6)) == []
    assert broken(nothing, scenario, quantity=(4, 6))


def test_the_limit_as_a_rate_on_one_dispense() -> None:
    """A 72 h bag: 2 vials for 3 days. 4 vials in 6 days allow 2 for 3, and 3 in 6 do not."""
    bags = (Bag(1, day(0), 3, FULL, 2, day(0)), Bag(1, day(3), 1, FULL, 1, day(2)))
    calendar = Calendar(((1, day(0)),), bags, sent_for(bags))
    read = {"quantity.days_supply": "on"}
    policy: dict[str, Any] = {"step_days": 0, "units": (990, 6)}
    one_a_day = small_policy(quantity=(6, 6), **policy)
    assert violations(calendar, small_scenario(readings=read), one_a_day, small_drug()) == []
    # the 24 h bag takes 1 vial for 1 day: 1 x 6 > 4 x 1
    tight = small_policy(quantity=(4, 6), **policy)
    assert violations(calendar, small_scenario(readings=read), tight, small_drug()) == [
        "II.A: 1 vials on 2026-01-07 pass the rate"
    ]
    assert violations(calendar, small_scenario(), tight, small_drug()) == []


@pytest.mark.parametrize(("second", "kept"), [(1, False), (2, True)])
def test_a_refill_waits_for_its_share_of_the_last_days_supply(second: int, kept: bool) -> None:
    """A fill of 2 days' supply on day 0: half of it has passed on day 1, three quarters (1.5 days)
    only on day 2."""
    first = Bag(1, day(0), 2, STEP, 1, day(0))
    last = Bag(1, day(2), 2, FULL, 2, day(second))
    calendar = Calendar(((1, day(0)),), (first, last), sent_for((first, last)))
    half = small_scenario(readings={"refill_threshold": Decimal("0.5")})
    assert broken(calendar, half) == []
    most = small_scenario(readings={"refill_threshold": Decimal("0.75")})
    assert (broken(calendar, most) == []) is kept


def test_a_dispense_that_no_bag_needs_has_no_days_supply() -> None:
    """Further vials on request pass no rate but that of nothing: 1 x 6 > 9 x 0."""
    asked = [{"date": bag.dispense, "vials": 1, "cycle": 1} for bag in daily(1, 0)]
    asked.append({"date": day(8), "vials": 1, "cycle": 1})
    plain = courses(0)
    calendar = Calendar(plain.starts, plain.bags, (*plain.dispenses, Dispense(day(8), 1, 1)))
    request = {"dispenses": asked}
    assert broken(calendar, small_scenario(request=request), quantity=(9, 6)) == []
    read = {"quantity.days_supply": "on"}
    found = broken(calendar, small_scenario(request=request, readings=read), quantity=(9, 6))
    assert found == ["II.A: 1 vials on 2026-01-13 pass the rate"]


@pytest.mark.parametrize(
    ("dates", "read", "kept"),
    [
        ({"effective_from": day(0)}, "hang", True),
        ({"effective_from": day(1)}, "hang", False),
        ({"effective_until": day(3)}, "hang", True),
        ({"effective_until": day(2)}, "hang", False),
        ({"effective_from": day(-1)}, "dispense", True),
        ({"effective_from": day(0)}, "dispense", False),
        ({"effective_until": day(-1)}, "dispense", True),
    ],
)
def test_a_code_is_valid_on_the_date_of_every_claim(
    dates: dict[str, Any], read: str, kept: bool
) -> None:
    """Four bags of days 0 to 3, all from a dispense on the day before."""
    bags = tuple(bag._replace(dispense=day(-1)) for bag in daily(1, 0, 2))
    policy = small_policy(**LAX)
    clause = policy.clauses["App1"]
    assert isinstance(clause, DiagnosesClause)
    code = clause.codes[0].model_copy(update=dates)
    clauses = {**policy.clauses, "App1": clause.model_copy(update={"codes": (code,)})}
    scenario = small_scenario(readings={"date_of_service": read}, pharmacy={"max_days_ahead": 4})
    calendar = Calendar(((1, day(0)),), bags, sent_for(bags))
    found = violations(
        calendar, scenario, policy.model_copy(update={"clauses": clauses}), small_drug()
    )
    assert {sentence.split(":")[0] for sentence in found} == (set() if kept else {"App1"})


def test_a_code_that_is_not_listed_is_refused() -> None:
    found = broken(courses(0), small_scenario(patient={"diagnosis": "C91.00"}))
    assert found == ["App1: C91.00 is not covered"]
    assert broken(courses(0), small_scenario(patient={"diagnosis": None})) == []
