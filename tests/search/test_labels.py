"""The quick ways to plan a block of cycles find what the full model finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest

from planner.regimen.build import course_of
from planner.regimen.course import Course, CourseCycle
from planner.search.chain import COSTS
from planner.search.patterns import Among, Apart, Patterns
from planner.search.schedule import ChosenCycle
from tests.oracle.small import small_case
from tests.sampled import sampled

SEEDS = [*range(120), 1126, 1187, 1204]


def costs(course: Course, cycles: Sequence[ChosenCycle]) -> list[int]:
    transit = course.scenario.pharmacy.transit_days
    names = [name for name in course.objectives if name in COSTS]
    return [sum(cycle.cost(transit)[name] for cycle in cycles) for name in names]


def blocks(
    course: Course, free: Sequence[CourseCycle], seed: int
) -> Iterator[list[tuple[CourseCycle, int]]]:
    """Runs of cycles, each starting up to two days behind its earliest."""
    rng = Random(seed)
    for _ in range(3):
        count = rng.randint(1, len(free))
        first = rng.randint(0, len(free) - count)
        block: list[tuple[CourseCycle, int]] = []
        day = 0
        for cycle in free[first : first + count]:
            day = max(day, cycle.earliest) + rng.randint(0, 2)
            block.append((cycle, day))
            day += cycle.length
        yield block


@pytest.mark.parametrize("seed", sampled(SEEDS))
def test_labels_and_one_dispense_agree_with_the_full_model(seed: int) -> None:
    course = course_of(*small_case(seed, 300))
    patterns = Patterns(course, limit=10)
    free = [cycle for cycle in course.cycles if patterns._free(cycle)]
    for block in blocks(course, free, seed) if free else ():
        expected = patterns._solve(block)
        assert expected.proven
        answers = {
            "best": patterns._by_labels(block, {}, least=True),
            "any": patterns._by_labels(block, {}, least=False),
            "one dispense": patterns._by_one_dispense(block, {}),
            "least vials": patterns._within_least_vials(block, {}),
        }
        for way, answer in answers.items():
            if answer is None:
                continue
            assert bool(answer.cycles) == bool(expected.cycles), way
            assert not answer.cycles or patterns._keeps(block, answer.cycles), way
            if way != "any":
                assert costs(course, answer.cycles) == costs(course, expected.cycles), way


@pytest.mark.parametrize("seed", sampled(SEEDS))
def test_labels_plan_behind_a_cycle_that_is_already_decided(seed: int) -> None:
    course = course_of(*small_case(seed, 300))
    patterns = Patterns(course, limit=10)
    free = [cycle for cycle in course.cycles if patterns._free(cycle)]
    for block in blocks(course, free, seed) if free else ():
        first = patterns._solve(block[:1]).cycles
        if len(block) < 2 or not first:
            continue
        fixed = {first[0].number: first[0]}
        expected = patterns._solve(block, only=Among({}, fixed))
        answer = patterns._by_labels(block, fixed, least=True)
        if answer is not None:
            assert costs(course, answer.cycles) == costs(course, expected.cycles)


def test_a_known_block_is_moved_to_the_days_it_is_asked_for() -> None:
    course = course_of(*small_case(3, 300))
    patterns = Patterns(course, limit=10)
    free = [cycle for cycle in course.cycles if patterns._free(cycle)]
    for cycle in free:
        for day in range(cycle.earliest, cycle.earliest + 10):
            again = Patterns(course, limit=10).apart([(cycle, day)])
            assert same(course, patterns.apart([(cycle, day)]), again)


def same(course: Course, one: Apart, other: Apart) -> bool:
    return one.proven == other.proven and costs(course, one.cycles) == costs(course, other.cycles)
