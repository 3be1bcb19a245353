"""Which authorization covers which cycle (I.*)."""

from __future__ import annotations

from typing import Any

import pytest

from planner.documents.load import load_policy
from planner.regimen.authorizations import allot, authorization_clauses
from planner.regimen.course import Slot
from tests.oracle.builders import small_policy
from tests.regimen.samples import POLICY, at, on, scenario


def slots(cycles: int, **parts: Any) -> tuple[Slot, ...]:
    return allot(scenario(**parts), POLICY, cycles)


def allotted(cycles: int, **parts: Any) -> dict[str, tuple[int, ...]]:
    return {slot.id: slot.cycles for slot in slots(cycles, **parts)}


def test_nine_cycles_take_the_initial_authorization_and_two_renewals() -> None:
    assert allotted(9) == {
        "initial": (1, 2, 3, 4, 5),
        "continued-1": (6, 7),
        "continued-2": (8, 9),
    }


def test_five_cycles_need_no_renewal() -> None:
    assert allotted(5) == {"initial": (1, 2, 3, 4, 5)}


def test_a_tenth_cycle_has_a_slot_that_its_clause_can_refuse() -> None:
    assert allotted(10)["continued-3"] == (10, 11)


@pytest.mark.parametrize(
    ("indication", "cycles", "covered"),
    [
        ("adult-consolidation", 9, (1, 2, 3, 4)),
        ("pediatric-mrd", 5, (1, 2, 3, 4)),
        ("infant-interfant", 2, (1,)),
    ],
)
def test_where_nothing_is_renewed_later_cycles_have_no_slot(
    indication: str, cycles: int, covered: tuple[int, ...]
) -> None:
    assert allotted(cycles, indication=indication) == {"initial": covered}


def test_an_authorization_without_a_printed_number_may_have_what_its_dates_hold() -> None:
    policy = small_policy(initial_cycles=None, renewals=0)
    (slot,) = allot(scenario(), policy, 3)
    assert (slot.by_dates, slot.cycles, slot.may, slot.most) == (True, (), (1, 2, 3), None)


def test_one_without_a_number_or_a_length_covers_all_that_is_left() -> None:
    policy = small_policy(initial=None, initial_cycles=None, renewals=0)
    (slot,) = allot(scenario(), policy, 3)
    assert (slot.by_dates, slot.cycles) == (False, (1, 2, 3))


def test_behind_one_without_a_number_a_printed_one_is_the_most_that_dates_may_allot() -> None:
    policy = small_policy(initial_cycles=None, continued_cycles=2, renewals="any")
    first, *renewals = allot(scenario(), policy, 3)
    assert (first.may, first.most) == ((1, 2, 3), None)
    assert [(r.id, r.may, r.most) for r in renewals] == [
        (f"continued-{n}", (1, 2, 3), 2) for n in (1, 2, 3)
    ]


def test_cycles_that_a_later_authorization_names_are_no_matter_of_dates() -> None:
    policy = small_policy(initial_cycles=None, continued_cycles=2, renewals=2, cycles=5)
    first, second, third, *_ = allot(
        scenario(authorizations=[{"kind": "continued", "cycles": [3]}]), policy, 5
    )
    assert (first.may, second.cycles, third.may) == ((1, 2), (3,), (4, 5))


def test_given_dates_are_kept_and_a_missing_end_is_left_to_the_length() -> None:
    given = [{"number": "A1", "kind": "initial", "start": at(3)}]
    first, second, *_ = slots(9, authorizations=given)
    assert (first.number, first.start, first.end) == ("A1", on(3), None)
    assert first.length is not None
    assert (first.length.count, first.length.unit) == (30, "weeks")
    assert (first.setting, first.member) == ("authorizations.0", "I.rr.initial")
    assert (second.start, second.end, second.setting) == (None, None, None)


def test_a_given_end_wins_even_where_the_start_is_left_open() -> None:
    (first, *_) = slots(9, authorizations=[{"kind": "initial", "end": at(300)}])
    assert (first.start, first.end) == (None, on(300))


def test_a_given_number_of_cycles_moves_those_that_follow() -> None:
    given = [{"kind": "initial", "cycles": 4}, {"kind": "continued", "cycles": [5, 6, 7]}]
    assert allotted(9, authorizations=given) == {
        "initial": (1, 2, 3, 4),
        "continued-1": (5, 6, 7),
        "continued-2": (8, 9),
    }


def test_cycles_that_a_later_authorization_names_are_left_to_it() -> None:
    # the first one would cover 5, and cycle 5 is named under the renewal
    assert allotted(9, authorizations=[{"kind": "continued", "cycles": [5, 6]}]) == {
        "initial": (1, 2, 3, 4),
        "continued-1": (5, 6),
        "continued-2": (7, 8),
        "continued-3": (9, 10),
    }
    given = [{"kind": "continued"}, {"kind": "continued", "cycles": [7]}]
    assert allotted(7, authorizations=given) == {
        "initial": (1, 2, 3, 4, 5),
        "continued-1": (6,),
        "continued-2": (7,),
    }


def test_cycles_between_those_that_are_named_have_no_authorization() -> None:
    given = [{"kind": "initial", "cycles": [1, 2]}, {"kind": "continued", "cycles": [4, 5]}]
    assert allotted(5, authorizations=given) == {"initial": (1, 2), "continued-1": (4, 5)}


def test_an_authorization_with_nothing_left_to_cover_does_not_begin_again() -> None:
    given = [{"kind": "continued"}, {"kind": "continued", "cycles": [6, 7]}]
    assert allotted(8, authorizations=given) == {
        "initial": (1, 2, 3, 4, 5),
        "continued-1": (),
        "continued-2": (6, 7),
        "continued-3": (8, 9),
    }


def test_granted_units_and_kinds_are_kept_in_order() -> None:
    given = [{"kind": "continued", "units": 1960, "number": "R"}, {"kind": "initial"}]
    first, second, _ = slots(9, authorizations=given)
    assert (first.id, first.setting, first.units) == ("initial", "authorizations.1", None)
    assert (second.id, second.number, second.setting, second.units) == (
        "continued-1",
        "R",
        "authorizations.0",
        1960,
    )


def test_where_no_authorization_is_printed_just_those_given_cover_cycles() -> None:
    policy = load_policy("dme-mac-l33794").policy
    assert allot(scenario(), policy, 9) == ()
    given = [
        {"kind": "initial", "cycles": 2, "end": at(100)},
        {"kind": "continued", "start": at(101), "end": at(300)},
    ]
    first, second = allot(scenario(authorizations=given), policy, 9)
    assert (first.id, first.cycles, first.end, first.length) == ("initial", (1, 2), on(100), None)
    assert (first.member, first.setting) == (None, "authorizations.0")
    assert (second.id, second.may, second.member) == ("continued-1", tuple(range(3, 10)), None)


def test_where_coverage_is_never_renewed_a_renewal_that_the_payer_gave_has_no_slot() -> None:
    given = [{"kind": "continued", "cycles": [4]}]
    assert allotted(4, indication="pediatric-mrd", authorizations=given) == {"initial": (1, 2, 3)}


def test_a_second_initial_authorization_has_an_id_of_its_own() -> None:
    both = [{"kind": "initial", "cycles": 2}, {"kind": "initial", "cycles": 1}]
    assert allotted(3, authorizations=both) == {"initial": (1, 2), "initial-2": (3,)}


def test_the_initial_clause_comes_before_the_continued_one() -> None:
    assert list(authorization_clauses(POLICY, "adult-rr")) == ["I.rr.initial", "I.rr.continued"]
