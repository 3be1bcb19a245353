"""A limit's use, day by day, against the definition and against what real plans say of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.api import load_scenario
from planner.api import plan as plan_scenario
from planner.documents.find import shipped
from planner.documents.limits import LimitClause
from planner.documents.load import load_policy
from planner.documents.plan import Limit, Plan
from planner.documents.policy import Policy
from planner.report.usage import RollingUse, Use, rolling_use, room_by_cycle
from tests.report.plans import FIRST, plan

VIALS, UNITS, LATE_UNITS = 0, 1, 2


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy("eocco-0382").policy


def _on(used: RollingUse, day: date) -> int:
    return next((use.amount for use in used.runs if use.first <= day <= use.last), 0)


def _defined(made: Plan, limit: Limit, day: date, cycles: range) -> int:
    """The sum over the limit's days that end on ``day``, counted one by one."""
    assert limit.per_days is not None
    window = [day - timedelta(days=n) for n in range(limit.per_days)]
    if limit.unit == "vials":
        return sum(d.vials for d in made.dispenses for w in window if d.date == w)
    return sum(c.units for c in made.claims for w in window if c.date == w and c.cycle in cycles)


@pytest.mark.parametrize(
    ("at", "cycles"), [(VIALS, range(1, 10)), (UNITS, range(1, 6)), (LATE_UNITS, range(6, 10))]
)
def test_on_every_day_the_use_is_the_sum_over_the_window_that_ends_on_it(
    at: int, cycles: range, policy: Policy
) -> None:
    made = plan(7)
    used = rolling_use(made, made.limits[at], policy)

    for day in (FIRST + timedelta(days=n) for n in range(-5, 400, 3)):
        assert _on(used, day) == _defined(made, made.limits[at], day, cycles), day


def test_runs_follow_one_another_and_differ() -> None:
    used = rolling_use(plan(3), plan(3).limits[VIALS], load_policy("eocco-0382").policy)

    # 28 vials on each of days -1, 41, 83: as each leaves on its 42nd day the next one comes
    assert used.runs == (Use(FIRST - timedelta(days=1), FIRST + timedelta(days=124), 28),)


@pytest.mark.parametrize("name", ["infant-interfant-6kg", "adult-consolidation-42kg"])
def test_the_fullest_use_of_a_real_plan_is_the_peak_it_states(name: str) -> None:
    made = plan_scenario(load_scenario(str(shipped("scenarios").joinpath(f"{name}.yaml"))))
    assert isinstance(made, Plan)
    policy = load_policy(made.policy.id).policy

    for limit in made.limits:
        used = rolling_use(made, limit, policy)
        assert max(use.amount for use in used.runs) == limit.peak
        assert _on(used, limit.window_to) == limit.peak


def test_by_the_reading_of_administered_units_discarded_drug_does_not_count(
    policy: Policy,
) -> None:
    made = plan(1).model_copy(update={"readings": {"units.billed": "administered"}})
    used = rolling_use(made, made.limits[UNITS], policy)

    # 7 days of 9 mcg and 21 of 28: 63 + 588
    assert max(use.amount for use in used.runs) == 651


def test_by_the_reading_of_cycles_the_count_starts_anew_with_each_first_dispense(
    policy: Policy,
) -> None:
    made = plan(2).model_copy(update={"readings": {"window": "cycle"}})
    early = made.dispenses[1].model_copy(update={"date": FIRST + timedelta(days=30)})
    made = made.model_copy(update={"dispenses": (made.dispenses[0], early)})
    used = rolling_use(made, made.limits[VIALS], policy)

    # 28 and 28 are 31 days apart: together 56 in a rolling window, 28 in each cycle's own
    assert {use.amount for use in used.runs} == {28}
    assert used.runs[-1].last == FIRST + timedelta(days=30 + 41)


def test_a_clause_counts_what_came_before_it_and_nothing_after_its_end(policy: Policy) -> None:
    made = plan(2)

    def used(**dates: date) -> tuple[date, date]:
        clause = policy.clauses["II.A"].model_copy(update=dates)
        other = policy.model_copy(update={"clauses": {**policy.clauses, "II.A": clause}})
        runs = rolling_use(made, made.limits[VIALS], other).runs
        return runs[0].first, runs[-1].last

    # the first dispense lies a day before FIRST, the second one on day 41: 42 days each
    first, second = FIRST - timedelta(days=1), FIRST + timedelta(days=41)
    assert used(effective_from=FIRST) == (first, second + timedelta(days=41))
    assert used(effective_until=FIRST) == (first, first + timedelta(days=41))


def test_a_clause_that_the_policy_does_not_have_is_an_error(policy: Policy) -> None:
    limit = plan(1).limits[VIALS].model_copy(update={"clause": "II.Z"})
    with pytest.raises(KeyError):
        rolling_use(plan(1), limit, policy)


def test_the_room_of_a_cycle_is_looked_for_from_its_first_dispense_to_its_disconnect(
    policy: Policy,
) -> None:
    made = plan(2)
    used = rolling_use(made, made.limits[UNITS], policy)
    first, second = (found for _, found in room_by_cycle(made, used))

    # 35 units a day: 980 from the 28th infusion day on, and in cycle 2 from its first day on,
    # as day 0 of cycle 1 leaves the window when day 42 comes
    assert first
    assert second
    assert (first.amount, first.first) == (980, FIRST + timedelta(days=27))
    assert second.amount == 980
    assert second.first == FIRST + timedelta(days=41)


def test_the_test_policy_names_the_cycles_that_these_tests_count(policy: Policy) -> None:
    clause = policy.clauses["II.B.cycles-6-9"]
    assert isinstance(clause, LimitClause)
    assert clause.cycles is not None
    assert (clause.cycles.first, clause.cycles.last) == (6, 9)
