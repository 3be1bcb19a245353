"""Packed sums of windows against sums counted one by one."""

from __future__ import annotations

from random import Random

import pytest

from planner.labels.packed import BITS, MASK, at_most, ones


@pytest.mark.parametrize("seed", range(20))
def test_one_calendar_fills_no_window_more_where_each_of_its_sums_is_at_most_the_others(
    seed: int,
) -> None:
    rng = Random(seed)
    sums = [[rng.randint(0, 2) for _ in range(12)] for _ in range(2)]
    one, other = (sum(n << BITS * i for i, n in enumerate(own)) for own in sums)
    assert at_most(one, other, ones(12) << BITS - 1) == all(
        a <= b for a, b in zip(*sums, strict=True)
    )


def test_a_one_in_each_of_so_many_fields() -> None:
    assert [ones(3) >> BITS * i & MASK for i in range(4)] == [1, 1, 1, 0]
