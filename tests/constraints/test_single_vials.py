"""The flow of vials by day, held against single vials and every choice of bags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import pytest

from planner.constraints.model import build
from planner.regimen.course import Course
from tests.constraints.boards import on
from tests.constraints.stocked import allows, course_with

VIALS = {1: 1, 3: 2}  # of a bag, by its days


def chains(days: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every way to hang bags one behind the other: (day, vials)."""
    for number in range(1, days + 1):
        for lengths in product(VIALS, repeat=number):
            if sum(lengths) == days:
                yield tuple((sum(lengths[:n]), VIALS[one]) for n, one in enumerate(lengths))


def served(needs: Sequence[int], left: dict[int, int], new: Mapping[int, range], slow: int) -> bool:
    """Whether each day of ``needs`` gets a vial that may be hung on it, tried vial by vial, and no
    new one is left. ``new`` are the days on which those of each new dispense may be hung; the
    others serve from ``slow`` days after they were sent."""
    if not needs:
        return not any(left[sent] for sent in new)
    for sent in left:
        may = needs[0] in new[sent] if sent in new else sent + slow <= needs[0]
        if left[sent] and may:
            left[sent] -= 1
            found = served(needs[1:], left, new, slow)
            left[sent] += 1
            if found:
                return True
    return False


@pytest.mark.parametrize(
    ("transit", "ahead", "stock"),
    [
        (0, 1, {}),
        (1, 2, {-2: 1}),
        (1, 2, {-2: 1, -1: 1}),
        (1, 1, {-1: 2}),
        (1, 3, {-1: 3}),
        (2, 3, {-3: 1, -1: 2}),
        (2, 2, {-2: 2, -1: 1}),
    ],
)
def test_the_rows_allow_just_what_single_vials_do(
    transit: int, ahead: int, stock: dict[int, int]
) -> None:
    pharmacy: dict[str, Any] = {
        "bags": ["24h", "72h"],
        "transit_days": transit,
        "max_days_ahead": ahead,
    }
    course = course_with(stock, days=5, **pharmacy)
    kept = 0
    for vials in product(range(3), repeat=4):
        sent = dict(enumerate(vials))
        new = {n: range(n + transit, n + ahead + 1) for n, v in sent.items() if v}
        by_hand = any(
            served([hung for hung, v in chain for _ in range(v)], stock | sent, new, transit)
            for chain in chains(5)
        )
        assert allows(course, sent) is by_hand, sent
        kept += by_hand
    assert 0 < kept < 81  # both answers occur


# What one dispense may send ----------------------------------------------------------------------


def most_sent(course: Course) -> dict[int, int]:
    """By day of a dispense, the most vials that its row lets it send."""
    board = build(course)
    made = board.cycles[1].dispenses
    found = {}
    for row in board.system.rows:
        if row.instance[:2] == ("sent", 1):
            sent = int(row.instance[2])
            found[sent - on(0)] = -dict(row.terms)[made[sent]]
    return found


def test_a_dispense_sends_no_more_than_bags_behind_each_other_take_while_its_vials_keep() -> None:
    # kept 2 days, six infusion days of one vial: days -2, -1 reach one and two of them, day 4 has
    # two left and day 5 one
    short: dict[str, Any] = {"bags": ["24h"], "max_days_ahead": 2}
    assert most_sent(course_with({}, days=6, **short)) == {0: 3, 1: 3, 2: 3, 3: 3, 4: 2, 5: 1}
    # a bag of three days hung on the last of them has two vials: 1 + 1 + 2; from day 4 on none
    # would end in time
    three: dict[str, Any] = {"bags": ["24h", "72h"], "max_days_ahead": 2}
    assert most_sent(course_with({}, days=6, **three)) == {0: 4, 1: 4, 2: 3, 3: 3, 4: 2, 5: 1}


@pytest.mark.parametrize("ahead", [1, 2, 3, 4])
@pytest.mark.parametrize("bags", [["24h"], ["24h", "48h"], ["24h", "72h"], ["72h", "48h"]])
def test_that_is_the_most_over_every_choice_of_bags(bags: list[str], ahead: int) -> None:
    course = course_with({}, days=6, bags=bags, max_days_ahead=ahead, transit_days=1)
    own = build(course).cycles[1]
    for sent, most in most_sent(course).items():
        first, last = on(sent) + 1, on(sent) + ahead
        near = [h for h in own.hangs if first <= h.day <= last]
        by_hand = max(
            sum(h.option.vials for h in some)
            for number in range(ahead + 1)
            for some in combinations(near, number)
            if all(
                a.day + a.option.days <= b.day or b.day + b.option.days <= a.day
                for a, b in combinations(some, 2)
            )
        )
        assert most == by_hand, (sent, bags)
