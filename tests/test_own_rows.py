"""The search and the audit against brute force where the pharmacy has rows of its own."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

import pytest

from planner.documents.scenario import Scenario
from tests.oracle.brute import Case, best
from tests.oracle.small import small_case
from tests.sampled import sampled
from tests.test_agreement import assert_audit_agrees, assert_same_best

SEEDS = range(150)
SOURCE = "procedure 12"


@lru_cache
def with_own_rows(seed: int) -> Case:
    """A drawn case whose pharmacy has one row of preparation and one of storage of its own."""
    scenario, policy, drug = small_case(seed, 200)
    rng, case = Random(seed), Case(scenario, policy, drug)
    bag = rng.choice(list(drug.bags))
    days = case.doses(1, case.earliest(1))
    dose = rng.choice((days[0], days[-1]))
    by_rate = dose.rate is not None and rng.random() < 0.5
    asked = {"mcg_per_m2_per_day": dose.rate} if by_rate else {"mcg_per_day": dose.mcg}
    row = {"bag": bag, **asked, "vials": rng.randint(1, 3), "source": SOURCE}
    kept = {rng.choice(list(drug.bags)): {"days": rng.randint(1, 5), "source": SOURCE}}
    changed: dict[str, Any] = scenario.model_dump(by_alias=True, exclude_unset=True)
    changed["pharmacy"] |= {"preparation": [row], "storage": kept}
    return Case(Scenario.model_validate(changed), policy, drug)


@pytest.mark.parametrize("seed", sampled(SEEDS))
def test_own_rows_give_the_calendar_that_brute_force_finds(seed: int) -> None:
    assert_same_best(with_own_rows(seed))


@pytest.mark.parametrize("seed", sampled(SEEDS))
def test_the_audit_reads_own_rows_as_brute_force_does(seed: int) -> None:
    assert_audit_agrees(with_own_rows(seed))


def test_own_rows_make_a_difference_in_some_of_the_cases() -> None:
    def answer(case: Case) -> object:
        return best(case.scenario, case.policy, case.drug)

    cases = [(Case(*small_case(seed, 200)), with_own_rows(seed)) for seed in range(20)]
    assert 3 <= sum(answer(plain) != answer(own) for plain, own in cases) < 20
