"""The worked figures of SPEC 6 at full size: calendars written down by rule of thumb, and judged.

Enumeration is out of the question at this size; `violations` is not. Dispenses on any day, no
holidays, vials there on the day they are sent.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from planner.documents.load import load_drug, load_policy
from planner.documents.scenario import Scenario
from tests.oracle.brute import Bag, Calendar, Case, authorizations, violations
from tests.oracle.coverage import new_claims
from tests.oracle.hand import sent_for
from tests.oracle.rules import course_faults
from tests.oracle.values import Dispense, day_after

POLICY, DRUG = load_policy("eocco-0382").policy, load_drug("blinatumomab").drug
FIRST = dt.date(2026, 1, 5)
STARTS = (0, 42, 84, 126, 168, 210, 294, 378, 462)
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def day(number: int) -> dt.date:
    return day_after(FIRST, number)


def scenario(cycles: int, indication: str = "adult-rr", **request: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "format": "planner-scenario/1",
            "policy": "eocco-0382",
            "patient": {"weight_kg": 70, "diagnosis": "C91.02"},
            "indication": indication,
            "pharmacy": {"dispense_days": WEEK, "holidays": "none", "transit_days": 0},
            "request": {"first_infusion": FIRST, "cycles": cycles, **request},
        }
    )


def cycle_bags(cycle: int, start: int, step: list[int], full: list[int]) -> list[Bag]:
    """Bags of the given lengths, first at 9 and then at 28 mcg a day, all sent on the start."""
    vials = {(1, 9): 1, (2, 9): 1, (1, 28): 1, (2, 28): 2, (7, 28): 6}
    bags, hang = [], start
    for dose, lengths in ((9, step), (28, full)):
        for days in lengths:
            count = vials[days, dose]
            bags.append(Bag(cycle, day(hang), days, Decimal(dose), count, day(start)))
            hang += days
    return bags


def course(*starts: int, weeks: bool = False) -> Calendar:
    """24 h bags throughout, or with 48 h and 7-day bags as far as they save vials."""
    bags: list[Bag] = []
    for index, start in enumerate(starts):
        step = ([2, 2, 2, 1] if weeks else [1] * 7) if index == 0 else []
        full = [7] * (4 - (index == 0)) if weeks else [1] * (28 - 7 * (index == 0))
        bags += cycle_bags(index + 1, start, step, full)
    planned = tuple((index + 1, day(start)) for index, start in enumerate(starts))
    return Calendar(planned, tuple(bags), sent_for(tuple(bags)))


def test_nine_cycles_of_daily_bags() -> None:
    calendar = course(*STARTS)
    asked = scenario(9)
    assert violations(calendar, asked, POLICY, DRUG) == []
    case = Case(asked, POLICY, DRUG)
    assert [(case.earliest(cycle) - FIRST).days for cycle in range(1, 10)] == list(STARTS)
    assert [one.vials for one in calendar.dispenses] == [28] * 9
    assert sum(claim.units for claim in new_claims(case, calendar)) == 8820
    # 7 x 9 + 21 x 28 = 651, and 28 x 28 = 784 in each of the eight others
    assert sum(bag.dose * bag.days for bag in calendar.bags) == 651 + 8 * 784 == 6923
    windows = authorizations(calendar, asked, POLICY, DRUG)
    assert [(one.start - FIRST).days for one in windows] == [0, 210, 378]


def test_nine_cycles_with_longer_bags() -> None:
    calendar = course(*STARTS, weeks=True)
    assert violations(calendar, scenario(9), POLICY, DRUG) == []
    assert [one.vials for one in calendar.dispenses] == [22, *[24] * 8]
    assert sum(bag.vials for bag in calendar.bags) == 214


@pytest.mark.parametrize(("sent", "kept"), [(41, False), (42, True)])
def test_one_vial_on_day_41_is_over_the_limit_and_on_day_42_is_not(sent: int, kept: bool) -> None:
    plain = course(0, 42)
    bags = (*plain.bags[:28], plain.bags[28]._replace(dispense=day(sent)), *plain.bags[29:])
    calendar = Calendar(plain.starts, bags, sent_for(bags))
    found = violations(calendar, scenario(2), POLICY, DRUG)
    assert (found == []) is kept
    assert found == ([] if kept else ["II.A: 29 from 2026-01-05 to 2026-02-15, limit 28"])


@pytest.mark.parametrize(
    ("indication", "cycles", "clauses"),
    [
        ("adult-consolidation", 9, ["V.consolidation.cycles"]),
        ("pediatric-mrd", 5, ["V.mrd.cycles"]),
        ("infant-interfant", 2, ["V.interfant.cycles"]),
        ("adult-rr", 10, ["IV.rr.total-cycles", "V.rr.cycles"]),
    ],
)
def test_a_course_of_too_many_cycles_breaks_its_own_clauses(
    indication: str, cycles: int, clauses: list[str]
) -> None:
    found = course_faults(Case(scenario(cycles, indication), POLICY, DRUG))
    assert sorted(sentence.split(":")[0] for sentence in found) == clauses


@pytest.mark.parametrize(("late", "kept"), [(14, True), (15, False)])
def test_thirty_weeks_hold_fourteen_days_of_delay(late: int, kept: bool) -> None:
    """Cycle 5 on day 168 + 14 infuses to day 209, the last of 30 weeks."""
    calendar = course(0, 42, 84, 126, 168 + late)
    found = violations(calendar, scenario(5), POLICY, DRUG)
    assert (found == []) is kept
    assert all(one.startswith("I.rr.initial: cycle 5 on 2026-08-03") for one in found)


def test_a_broken_vial_of_daily_bags_is_the_twenty_ninth() -> None:
    """Replaced on request: 29 vials in the window. With a 7-day bag for seven days 27 are enough
    for the bags, and the replacement is the twenty-eighth."""
    sent: dict[str, Any] = {"dispenses": [{"date": day(0), "vials": 29, "cycle": 1}]}
    daily = course(0)
    over = Calendar(daily.starts, daily.bags, (Dispense(day(0), 1, 29),))
    found = violations(over, scenario(1, **sent), POLICY, DRUG)
    assert found
    assert all(one.startswith("II.A: 29") for one in found)
    bags = tuple(cycle_bags(1, 0, [1] * 7, [1] * 14 + [7]))
    kept: dict[str, Any] = {"dispenses": [{"date": day(0), "vials": 28, "cycle": 1}]}
    calendar = Calendar(daily.starts, bags, (Dispense(day(0), 1, 28),))
    assert violations(calendar, scenario(1, **kept), POLICY, DRUG) == []
