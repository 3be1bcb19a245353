"""Packed sums of windows against sums counted one by one."""

from __future__ import annotations

from random import Random

import pytest

from planner.search.packed import at_most, window


@pytest.mark.parametrize("seed", range(20))
def test_packed_windows_sum_what_their_dates_hold(seed: int) -> None:
    rng = Random(seed)
    per_days, first, last = rng.randint(1, 9), 100, 100 + rng.randint(0, 20)
    limit = rng.randint(1, 60)
    own = window(limit, per_days, None, first, last)
    amounts = [(rng.randint(first, last), rng.randint(0, 20)) for _ in range(8)]
    packed = sum(amount * own.span(day) for day, amount in amounts)
    begins = range(first - per_days + 1, last + 1)
    sums = [sum(n for day, n in amounts if b <= day < b + per_days) for b in begins]
    assert own.kept(packed) == (max(sums) <= limit)


@pytest.mark.parametrize("seed", range(20))
def test_one_calendar_fills_no_window_more_where_each_of_its_sums_is_at_most_the_others(
    seed: int,
) -> None:
    rng = Random(seed)
    own = window(10, 3, None, 0, 9)
    one, other = (sum(rng.randint(0, 2) * own.span(d) for d in range(10)) for _ in range(2))
    fields = [((one >> 16 * i) & 0xFFFF, (other >> 16 * i) & 0xFFFF) for i in range(12)]
    assert at_most(one, other, own.guard) == all(a <= b for a, b in fields)


def test_windows_that_end_before_a_day_are_settled() -> None:
    own = window(10, 3, None, 5, 9)  # windows begin on 3 .. 9
    assert own.settled(5) == 0
    assert own.settled(8) == 16 * 3  # those of 3, 4 and 5 end before 8
