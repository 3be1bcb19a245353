"""Section V and IV: dose, cycle length, number of cycles, renewal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from planner.constraints.model import broken_anyway, build, contradictions
from planner.constraints.system import Row
from planner.constraints.therapy import gap_after
from planner.regimen.course import Course
from planner.search.whole import solve_whole
from tests.constraints.boards import breaks, laid, of_bags, on, without
from tests.oracle.builders import day, small_policy
from tests.oracle.hand import courses, daily
from tests.oracle.values import Bag, Calendar, Dispense
from tests.regimen import samples
from tests.search.agreeing import assert_audited

ROOMY = small_policy(quantity=(40, 6), units=(400, 6))


def dosed(dose: str) -> tuple[Bag, ...]:
    """Four daily bags of which the last two have the dose asked for."""
    step, full = daily(1, 0, step_days=2)[:2], daily(1, 0)[2:]
    return (*step, *(bag._replace(dose=Decimal(dose)) for bag in full))


@pytest.mark.parametrize(
    ("dose", "found"), [("6", []), ("6.01", ["V.rr.dose + request.daily_dose_mcg"])]
)
def test_a_requested_dose_may_reach_the_clauses_and_not_pass_it(
    dose: str, found: list[str]
) -> None:
    course = laid(ROOMY, request={"daily_dose_mcg": Decimal(dose)})
    assert breaks(course, of_bags(*dosed(dose))) == found


@pytest.mark.parametrize(
    ("dose", "found"), [("5.5", []), ("5.51", ["V.rr.dose + request.daily_dose_mcg"])]
)
def test_the_cap_by_surface_is_the_patients_own(dose: str, found: list[str]) -> None:
    # 5 x 1.10 = 5.5 mcg a day, below the printed 6; the step is 2 x 1.10 = 2.2
    child = {"weight_kg": 30, "bsa_m2": Decimal("1.1")}
    course = laid(ROOMY, patient=child, request={"daily_dose_mcg": Decimal(dose)})
    step = tuple(bag._replace(dose=Decimal("2.2")) for bag in daily(1, 0)[:2])
    assert breaks(course, of_bags(*step, *dosed(dose)[2:])) == found


def test_the_weight_at_a_cycles_start_decides_its_cap() -> None:
    # at 44 kg and 1.00 m2 the dose is 5 mcg a day, from 45 kg on 6
    weights = [{"date": day(-9), "kg": 44}, {"date": day(6), "kg": 45}]
    light = {"weight_kg": weights, "bsa_m2": 1}
    course = laid(ROOMY, cycles=2, patient=light, request={"daily_dose_mcg": {2: 6}})
    first = tuple(
        bag._replace(dose=Decimal(2) if n < 2 else Decimal(5)) for n, bag in enumerate(daily(1, 0))
    )
    assert breaks(course, of_bags(*first, *daily(2, 6), c1=0, c2=6)) == []
    early = {"weight_kg": [weights[0], {"date": day(7), "kg": 45}], "bsa_m2": 1}
    course = laid(ROOMY, cycles=2, patient=early, request={"daily_dose_mcg": {2: 6}})
    assert breaks(course, of_bags(*first, *daily(2, 6), c1=0, c2=6)) == [
        "V.rr.dose + request.daily_dose_mcg"
    ]


@pytest.mark.parametrize(("start", "kept"), [(6, True), (5, False)])
def test_the_next_cycle_starts_after_the_length_of_the_one_before(start: int, kept: bool) -> None:
    found = breaks(laid(ROOMY, cycles=2), courses(0, start))
    assert found == ([] if kept else ["V.rr.length"])


@pytest.mark.parametrize(("start", "kept"), [(7, True), (6, False)])
def test_the_length_counts_from_where_the_cycle_before_started(start: int, kept: bool) -> None:
    window = {"first_infusion": {"earliest": day(0), "latest": day(1)}}
    found = breaks(laid(ROOMY, cycles=2, request=window), courses(1, start))
    assert found == ([] if kept else ["V.rr.length"])


def test_without_its_length_a_cycle_still_infuses_alone() -> None:
    free = without("V.rr.length")
    assert breaks(laid(ROOMY, cycles=2), courses(0, 4), free) == []
    assert breaks(laid(ROOMY, cycles=2), courses(0, 3), free) == ["nature: 1"]


def test_the_length_of_each_cycle_is_its_own() -> None:
    policy = small_policy(
        quantity=(40, 6), units=(400, 6), early=1, late_length=8, cycles=3, initial_cycles=3
    )
    course = laid(policy, cycles=3)
    board = build(course)
    assert [gap_after(board, c) for c in course.cycles] == [6, 8, 8]


def past(start: int, **rest: Any) -> dict[str, Any]:
    rows = [{"hang": day(start + n), "days": 1, "vials": 1} for n in range(4)]
    return {"cycles": [{"cycle": 1, "start": day(start), "bags": rows}], **rest}


@pytest.mark.parametrize(("start", "found"), [(6, []), (5, ["V.rr.length + history.cycles.0"])])
def test_a_cycle_of_the_past_is_followed_after_its_length(start: int, found: list[str]) -> None:
    course = laid(ROOMY, cycles=2, history=past(0), as_of=day(5))
    second = daily(2, start)
    calendar = Calendar(
        ((2, day(start)),), second, tuple(Dispense(b.dispense, 2, 1) for b in second)
    )
    assert breaks(course, calendar) == found


def test_a_cycle_does_not_start_while_an_interrupted_one_still_infuses() -> None:
    # length 5, 4 infusion days: paused on days 2 and 3, cycle 1 infuses up to day 5 and is
    # disconnected on day 6, although an absorbed interruption leaves its length at 5
    history = past(0, interruptions=[{"cycle": 1, "start": day(2), "days": 2}])
    history["cycles"][0]["bags"] = history["cycles"][0]["bags"][:2]
    course = laid(
        small_policy(quantity=(40, 6), units=(400, 6), initial=(60, "days"), length=5),
        cycles=2,
        history=history,
        as_of=day(4),
        readings={"interruption.length": "absorbed"},
        request={"max_delay_days": 3},
    )
    whole = solve_whole(course, limit=20.0)
    assert whole.schedule is not None
    assert whole.schedule.origins()[2] == on(6)
    assert_audited(course, whole.schedule)


def contradicting(course: Course) -> list[str]:
    """The rules of rows that no decision can keep, with their instance."""
    return told(broken_anyway(build(course)))


def told(rows: list[Row]) -> list[str]:
    return [f"{' + '.join(row.members)} {row.instance}" for row in rows]


def test_a_cycle_past_the_last_contradicts_every_clause_that_bounds_the_number() -> None:
    assert contradicting(samples.course(request={"cycles": 9})) == []
    assert contradicting(samples.course(request={"cycles": 10})) == [
        "V.rr.cycles + request.cycles (10,)",
        "IV.rr.total-cycles + request.cycles (10,)",
        "I.rr.continued + request.cycles (10,)",
        "IV.rr.continued-cycles + request.cycles (10,)",
    ]


@pytest.mark.parametrize(
    ("indication", "name", "most"),
    [
        ("adult-consolidation", "consolidation", 4),
        ("pediatric-mrd", "mrd", 4),
        ("infant-interfant", "interfant", 1),
    ],
)
def test_where_coverage_is_never_renewed_one_cycle_more_contradicts_three_clauses(
    indication: str, name: str, most: int
) -> None:
    infant = {"bsa_m2": Decimal("0.4"), "weight_kg": 7}
    parts: dict[str, Any] = {"indication": indication, "patient": infant}
    assert contradicting(samples.course(**parts, request={"cycles": most})) == []
    found = contradicting(samples.course(**parts, request={"cycles": most + 1}))
    assert found == [
        f"V.{name}.cycles + request.cycles ({most + 1},)",
        f"I.{name} + IV.{name} + request.cycles ({most + 1},)",
    ]


@pytest.mark.parametrize(
    ("authorizations", "cycles", "found"),
    [
        # the payer's number of cycles stands in for that of section I
        (
            [{"kind": "initial", "cycles": 1}],
            2,
            ["IV.consolidation + authorizations.0 + request.cycles (2,)"],
        ),
        (
            [{"kind": "continued"}, {"kind": "initial", "cycles": 1}],
            2,
            ["IV.consolidation + authorizations.1 + request.cycles (2,)"],
        ),
        # with both numbers left out, section I's 4 bar a fifth
        (
            [{"kind": "initial", "cycles": 3}],
            5,
            [
                "V.consolidation.cycles + request.cycles (5,)",
                "I.consolidation + IV.consolidation + request.cycles (5,)",
                "IV.consolidation + authorizations.0 + request.cycles (4,)",
                "IV.consolidation + authorizations.0 + request.cycles (5,)",
            ],
        ),
        # a cycle named under a renewal is one, and so are those behind it
        (
            [{"kind": "continued", "cycles": [2]}],
            3,
            [
                "IV.consolidation + authorizations.0 + request.cycles (2,)",
                "IV.consolidation + authorizations.0 + request.cycles (3,)",
            ],
        ),
        ([{"kind": "initial", "cycles": 2}, {"kind": "continued"}], 2, []),
    ],
)
def test_where_coverage_is_never_renewed_the_first_authorization_counts(
    authorizations: list[dict[str, Any]], cycles: int, found: list[str]
) -> None:
    course = samples.course(
        indication="adult-consolidation", authorizations=authorizations, request={"cycles": cycles}
    )
    assert told(contradictions(course)) == found
    assert contradictions(course, without("IV.consolidation", "V.consolidation.cycles")) == []


def test_continued_cycles_are_counted_behind_those_that_the_payer_gave() -> None:
    # 3 + 4 = 7 cycles; where the payer's number is left out 5 + 4 = 9
    three = [{"kind": "initial", "cycles": 3}]
    assert contradictions(samples.course(authorizations=three, request={"cycles": 7})) == []
    course = samples.course(authorizations=three, request={"cycles": 8})
    assert told(contradictions(course)) == [
        "I.rr.continued + authorizations.0 + request.cycles (8,)",
        "IV.rr.continued-cycles + authorizations.0 + request.cycles (8,)",
    ]
    assert contradictions(course, without("authorizations.0")) == []


def test_a_clause_that_is_left_out_bounds_no_number() -> None:
    course = samples.course(request={"cycles": 10})
    rules = ("V.rr.cycles", "IV.rr.continued-cycles", "IV.rr.total-cycles", "I.rr.continued")
    board = build(course, without(*rules))
    assert all(row.terms or row.holds(()) for row in board.system.rows)
