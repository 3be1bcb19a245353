"""Bags fed from few dispenses: what dispensing days make of them, held against every way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.by_hand import laid
from benchmarks.drawn import draw
from planner.labels.limits import Limit
from planner.labels.refill import Ladder, Lot
from planner.search.find import find

LIMIT, WINDOW = 4, 5  # vials in so many days
ORDER = ("dispenses", "stock_days")


def lot(vials: int, day: int, ahead: int) -> Lot:
    """A bag hung on a day, whose vials travel a day and wait ``ahead`` days at most."""
    bag: Any = SimpleNamespace(day=day, option=SimpleNamespace(vials=vials))
    return Lot(0, bag, vials, vials, day - 1 - ahead, day - 1)


@st.composite
def ladders(draw: st.DrawFn) -> tuple[list[Lot], tuple[int, ...], Limit]:
    """Bags on their days, dispensing days, and a window with something of history in it."""
    hung = sorted(draw(st.lists(st.integers(4, 14), min_size=1, max_size=5)))
    lots = [lot(draw(st.integers(1, 3)), day, draw(st.integers(1, 6))) for day in hung]
    days = tuple(sorted(draw(st.sets(st.integers(0, 13), min_size=1, max_size=4))))
    past = sorted(draw(st.dictionaries(st.integers(-4, 9), st.integers(1, 2), max_size=2)).items())
    sums = [0]
    for _, vials in past:
        sums.append(sums[-1] + vials)
    limit = Limit(LIMIT, WINDOW, WINDOW, None, tuple(day for day, _ in past), tuple(sums))
    return lots, days, limit


def ladder(lots: list[Lot], days: tuple[int, ...], limit: Limit) -> Ladder:
    rules = SimpleNamespace(transit=1)
    problem: Any = SimpleNamespace(vial_limits=[limit], rules=rules, sendable=list(days))
    return Ladder(problem, lots, ORDER)


def ways(lots: list[Lot], days: tuple[int, ...], limit: Limit) -> Iterator[tuple[int, ...]]:
    """By day, how many lots are sent by it: every way that keeps days and windows."""
    for counts in product(range(len(lots) + 1), repeat=len(days)):
        if counts[-1] != len(lots) or any(a > b for a, b in pairwise(counts)):
            continue
        made = dict(sent(counts, days))
        if not all(one.oldest <= made[i] <= one.due for i, one in enumerate(lots)):
            continue
        vials = [(day, lots[i].vials) for i, day in made.items()]
        vials += [(d, limit.fixed(d, d)) for d in limit.days]
        if all(
            sum(v for day, v in vials if end - WINDOW < day <= end) <= LIMIT
            for end in range(-5, 20)
            if any(end - WINDOW < day <= end for day in made.values())
        ):
            yield counts


def sent(counts: tuple[int, ...], days: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    done = 0
    for day, count in zip(days, counts, strict=True):
        yield from ((number, day) for number in range(done, count))
        done = count


@settings(max_examples=300, deadline=None)
@given(ladders())
def test_the_fewest_by_each_day_are_a_way_themselves_and_wait_least(
    drawn: tuple[list[Lot], tuple[int, ...], Limit],
) -> None:
    lots, days, limit = drawn
    every = list(ways(lots, days, limit))
    steps = ladder(lots, days, limit).least(days)
    if steps is None:
        assert not every
        return
    assert steps.counts in every
    assert all(a <= b for way in every for a, b in zip(steps.counts, way, strict=True))


@settings(max_examples=300, deadline=None)
@given(ladders())
def test_what_days_cost_is_the_number_of_dispenses_and_what_vials_wait(
    drawn: tuple[list[Lot], tuple[int, ...], Limit],
) -> None:
    lots, days, limit = drawn
    one = ladder(lots, days, limit)
    steps = one.least(days)
    if steps is None:
        assert one.cost(days) is None
        return
    made = dict(one.sent(steps))
    # a vial sent on day d is there on d + 1, and waits until its bag is hung
    waits = sum(lots[i].vials * (lots[i].bag.day - day - 1) for i, day in made.items())
    assert one.cost(days) == (len(set(made.values())), waits)


@settings(max_examples=1000, deadline=None)
@given(ladders())
def test_days_that_are_found_do_and_other_days_are_not_dearer(
    drawn: tuple[list[Lot], tuple[int, ...], Limit],
) -> None:
    lots, days, limit = drawn
    one = ladder(lots, days, limit)
    first = one.first_days()
    if first is None:
        assert one.least(days) is None
        return
    cost = one.cost(first)
    assert cost is not None
    better = one.cost(one.bettered(first, 200))
    assert better is not None
    assert better <= cost


def test_spare_vials_do_not_send_each_vial_by_itself() -> None:
    """Four cycles of 28 daily bags and 2 spare vials, 30 > 28 in 42 days: sent as windows empty,
    one by one, they take 69 dispenses, and twelve are found and proven least."""
    course = laid(draw(8))
    assert course.scenario.pharmacy.spare_vials == 2
    found = find(course, limit=0.0, latest=False)
    dispenses = next(r for r in found.reached if r.name == "dispenses")
    assert (dispenses.value, dispenses.bound) == (12, 12)
