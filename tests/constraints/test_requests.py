"""What the scenario asks for holds exactly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planner.constraints.model import build, contradictions
from planner.documents.policy import DiagnosesClause, Policy
from tests.constraints.boards import NOT_OPEN, breaks, laid, of_bags, on, without
from tests.oracle.builders import day, small_drug, small_policy
from tests.oracle.hand import FULL, courses, daily
from tests.oracle.values import Bag, Calendar, Dispense

ROOMY = small_policy(quantity=(40, 6), units=(400, 6))


@pytest.mark.parametrize(("start", "kept"), [(0, False), (1, True), (2, True), (3, False)])
def test_the_first_cycle_starts_inside_its_window(start: int, kept: bool) -> None:
    window = {"earliest": day(1), "latest": day(2)}
    course = laid(request={"first_infusion": window, "max_delay_days": 9})
    found = breaks(course, courses(start))
    assert ("request.first_infusion" not in found) is kept


def test_a_date_is_a_window_of_one_day() -> None:
    assert breaks(laid(), courses(1)) == ["request.first_infusion"]
    assert breaks(laid(), courses(1), without("request.first_infusion")) == []


def test_the_window_is_for_the_first_cycle_still_to_be_planned() -> None:
    assert breaks(laid(cycles=2), courses(0, 7)) == []


@pytest.mark.parametrize(
    ("pinned", "found"), [(6, ["request.cycle_starts.2"]), (7, []), (8, ["request.cycle_starts.2"])]
)
def test_a_pinned_cycle_starts_on_its_day(pinned: int, found: list[str]) -> None:
    course = laid(cycles=2, request={"cycle_starts": {2: day(pinned)}})
    assert breaks(course, courses(0, 7)) == found


@pytest.mark.parametrize(("start", "found"), [(8, []), (9, ["request.max_delay_days"])])
def test_a_cycle_starts_no_later_than_its_delay_allows(start: int, found: list[str]) -> None:
    # cycle 2 is due on day 6 and may be 2 days late; cycle 1 need not be late for that
    policy = small_policy(initial=(20, "days"))
    assert breaks(laid(policy, cycles=2), courses(0, start)) == found


def test_the_delay_of_the_first_cycle_counts_from_the_first_day_of_its_window() -> None:
    window = {"earliest": day(0), "latest": day(9)}
    course = laid(request={"first_infusion": window, "max_delay_days": 1})
    assert breaks(course, courses(1)) == []
    assert breaks(course, courses(2)) == ["request.max_delay_days"]


@pytest.mark.parametrize(("finish", "found"), [(10, []), (9, ["request.finish_by"])])
def test_the_last_disconnect_is_on_the_day_asked_for_at_the_latest(
    finish: int, found: list[str]
) -> None:
    # cycle 2 infuses days 6 .. 9 and is disconnected on day 10
    course = laid(cycles=2, request={"finish_by": day(finish)})
    assert breaks(course, courses(0, 6)) == found


def asked(*rows: tuple[int, int]) -> dict[str, Any]:
    return {"dispenses": [{"date": day(d), "vials": v, "cycle": 1} for d, v in rows]}


def sending(*rows: tuple[int, int], sources: tuple[int, ...]) -> Calendar:
    """Four daily bags from the given dispenses, with the vials given for each."""
    bags = tuple(
        bag._replace(dispense=day(source))
        for bag, source in zip(daily(1, 0, step_days=2), sources, strict=True)
    )
    return Calendar(((1, day(0)),), bags, tuple(Dispense(day(d), 1, v) for d, v in rows))


def test_a_cycle_has_the_dispenses_asked_for_and_no_others() -> None:
    two_days = sending((0, 2), (2, 2), sources=(0, 0, 2, 2))
    assert breaks(laid(ROOMY, request=asked((0, 2), (2, 2))), two_days) == []
    assert breaks(laid(ROOMY, request=asked((0, 3), (2, 1))), two_days) == [
        "request.dispenses.0",
        "request.dispenses.1",
    ]
    assert "request.dispenses" in breaks(laid(ROOMY, request=asked((0, 4))), two_days)


def test_a_dispense_asked_for_and_not_made_is_missed() -> None:
    one_day = sending((0, 4), sources=(0, 0, 0, 0))
    course = laid(ROOMY, request=asked((0, 4), (1, 1)), pharmacy={"max_days_ahead": 3})
    assert breaks(course, one_day) == ["request.dispenses.1"]
    assert breaks(course, one_day, without("request.dispenses.1")) == []


def test_a_dispense_asked_for_on_a_day_that_is_not_open_cannot_be_made() -> None:
    course = laid(
        ROOMY, request=asked((0, 4)), pharmacy={"closed": [day(0)], "hospital_days": {1: 4}}
    )
    rows = [row for row in build(course).system.rows if row.members == ("request.dispenses.0",)]
    assert [(row.terms, row.low, row.high) for row in rows] == [((), 4, 4)]


def test_only_a_dispense_asked_for_may_carry_vials_that_no_bag_needs() -> None:
    more = sending((0, 3), (2, 2), sources=(0, 0, 2, 2))
    assert breaks(laid(ROOMY, request=asked((0, 3), (2, 2))), more) == []
    assert breaks(laid(ROOMY), more) == [NOT_OPEN]  # a fifth vial that is never hung


def test_a_first_dispense_asked_for_holds_the_spare_vials_too() -> None:
    spare = {"spare_vials": 1}
    enough = sending((0, 3), (2, 2), sources=(0, 0, 2, 2))
    assert breaks(laid(ROOMY, request=asked((0, 3), (2, 2)), pharmacy=spare), enough) == []
    short = sending((0, 2), (2, 3), sources=(0, 0, 2, 2))
    assert breaks(laid(ROOMY, request=asked((0, 2), (2, 3)), pharmacy=spare), short) == [
        "nature: spare"
    ]


def billed(*rows: tuple[int, int]) -> dict[str, Any]:
    return {"claims": [{"date": day(d), "units": u, "cycle": 1} for d, u in rows]}


DAILY = ((0, 10), (1, 10), (2, 10), (3, 10))


def test_a_cycle_is_billed_on_the_dates_and_with_the_units_asked_for() -> None:
    calendar = of_bags(*daily(1, 0, step_days=2))
    assert breaks(laid(ROOMY, request=billed(*DAILY)), calendar) == []
    assert breaks(laid(ROOMY, request=billed(*DAILY[:3], (3, 9))), calendar) == ["request.claims.3"]
    assert breaks(laid(ROOMY, request=billed(*DAILY[:3])), calendar) == ["request.claims"]
    assert breaks(laid(ROOMY, request=billed(*DAILY, (4, 10))), calendar) == ["request.claims.4"]


def test_claims_asked_for_state_the_units_that_count() -> None:
    calendar = of_bags(*daily(1, 0, step_days=2))
    given = {"units.billed": "administered"}
    course = laid(ROOMY, request=billed((0, 3), (1, 3), (2, 6), (3, 6)), readings=given)
    assert breaks(course, calendar) == []


def lived(bags: int, **rest: Any) -> dict[str, Any]:
    """So many of cycle 1's four daily bags are hung."""
    rows = [{"hang": day(n), "days": 1, "vials": 1} for n in range(bags)]
    history = {"cycles": [{"cycle": 1, "start": day(0), "bags": rows}]}
    return {"history": history, "as_of": day(bags), **rest}


def test_requests_speak_of_what_is_still_to_come() -> None:
    rest = daily(1, 0, step_days=2)[2:]
    calendar = Calendar((), rest, tuple(Dispense(b.dispense, 1, 1) for b in rest))
    assert breaks(laid(ROOMY, request=billed(*DAILY[2:]), **lived(2)), calendar) == []
    assert breaks(laid(ROOMY, request=billed(*DAILY), **lived(2)), calendar) == [
        "request.claims.0",
        "request.claims.1",
    ]
    assert breaks(laid(ROOMY, request=asked((2, 1), (3, 1)), **lived(2)), calendar) == []
    assert breaks(laid(ROOMY, request=asked((1, 1), (2, 1), (3, 1)), **lived(2)), calendar) == [
        "request.dispenses.0"
    ]


SECOND = Calendar(
    ((2, day(6)),), daily(2, 6), tuple(Dispense(b.dispense, 2, 1) for b in daily(2, 6))
)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"cycle_starts": {1: day(0)}}, []),
        ({"cycle_starts": {1: day(1)}}, ["request.cycle_starts.1 + history.cycles.0"]),
        (asked((0, 1)), ["request.dispenses.0 + history.cycles.0"]),
        (billed((0, 10)), ["request.claims.0 + history.cycles.0"]),
        ({"finish_by": day(10)}, []),
        ({"finish_by": day(3)}, ["request.finish_by", "request.finish_by + history.cycles.0"]),
    ],
)
def test_what_is_asked_of_a_finished_cycle_holds_or_contradicts_history(
    wish: dict[str, Any], found: list[str]
) -> None:
    course = laid(ROOMY, request=wish, **lived(4, cycles=2))
    assert breaks(course, SECOND) == found


def test_what_is_asked_of_a_cycle_past_the_last_contradicts_the_number_of_cycles() -> None:
    wishes: tuple[tuple[dict[str, Any], str], ...] = (
        ({"cycle_starts": {7: day(40)}}, "request.cycle_starts.7"),
        ({"dispenses": [{"date": day(40), "vials": 1, "cycle": 7}]}, "request.dispenses.0"),
        ({"claims": [{"date": day(40), "units": 1, "cycle": 7}]}, "request.claims.0"),
    )
    for wish, member in wishes:
        course = laid(ROOMY, request=wish)
        assert breaks(course, courses(0)) == [f"{member} + request.cycles"]
        assert breaks(course, courses(0), without("request.cycles")) == []


def covering(**dates: date) -> Policy:
    """The small policy with dates on its one diagnosis code."""
    policy = small_policy()
    clause = policy.clauses["App1"]
    assert isinstance(clause, DiagnosesClause)
    code = clause.codes[0].model_copy(update=dates)
    changed = {"App1": clause.model_copy(update={"codes": (code,)})}
    return policy.model_copy(update={"clauses": {**policy.clauses, **changed}})


def test_a_diagnosis_outside_the_covered_codes_is_refused() -> None:
    course = laid(patient={"diagnosis": "C91.00"})
    assert breaks(course, courses(0)) == ["App1 + patient.diagnosis"]
    assert breaks(laid(patient={"diagnosis": None}), courses(0)) == []


REFUSED = ["App1 + patient.diagnosis"]


def one_long_bag() -> Calendar:
    """Cycle 1 of days 0 .. 3, the last two from one bag that is hung on day 2."""
    return of_bags(*daily(1, 0, 2)[:2], Bag(1, day(2), 2, FULL, 2, day(2)))


def sent_ahead() -> Calendar:
    """Cycle 1 of days 0 .. 3, all of it dispensed on the day before."""
    return of_bags(*(bag._replace(dispense=day(-1)) for bag in daily(1, 0, 2)))


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"effective_from": day(0)}, []),
        ({"effective_from": day(1)}, REFUSED),
        ({"effective_until": day(2)}, []),  # infused up to day 3, and billed when it is hung
        ({"effective_until": day(1)}, REFUSED),
    ],
)
def test_a_code_is_valid_on_the_days_that_bags_are_hung(
    dates: dict[str, date], found: list[str]
) -> None:
    course = laid(covering(**dates), small_drug())
    assert breaks(course, one_long_bag()) == found
    for member in REFUSED[0].split(" + "):
        assert breaks(course, one_long_bag(), without(member)) == []


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"effective_from": day(-1)}, []),
        ({"effective_from": day(0)}, REFUSED),  # the first infusion day, and billed before it
        ({"effective_until": day(-1)}, []),
        ({"effective_until": day(-2)}, REFUSED),
    ],
)
def test_a_code_is_valid_on_the_days_of_dispenses_where_these_are_billed(
    dates: dict[str, date], found: list[str]
) -> None:
    course = laid(
        covering(**dates),
        small_drug(),
        readings={"date_of_service": "dispense"},
        pharmacy={"max_days_ahead": 5},
    )
    assert breaks(course, sent_ahead()) == found


def test_a_dispense_that_feeds_no_bag_is_billed_under_no_code() -> None:
    rows = [
        {"date": day(-1), "vials": 1, "cycle": 1},
        {"date": day(0), "vials": 4, "cycle": 1},
    ]
    course = laid(
        covering(effective_from=day(0)),
        small_drug(),
        readings={"date_of_service": "dispense"},
        request={"dispenses": rows},
        pharmacy={"max_days_ahead": 5},
    )
    bags = tuple(bag._replace(dispense=day(0)) for bag in daily(1, 0, 2))
    sent = (Dispense(day(-1), 1, 1), Dispense(day(0), 1, 4))
    calendar = Calendar(((1, day(0)),), bags, sent)
    assert breaks(course, calendar, without("II.A")) == []


def test_a_claim_of_the_past_is_of_a_day_that_the_code_is_valid_on() -> None:
    for start, found in ((0, []), (1, ["App1 + patient.diagnosis + history.cycles.0"])):
        parts = lived(4, cycles=2)
        course = laid(covering(effective_from=day(start)), small_drug(), **parts)
        rows = contradictions(course)
        assert list(dict.fromkeys(" + ".join(row.members) for row in rows)) == found


def test_what_is_not_asked_for_makes_no_row() -> None:
    kinds = {
        m.split(".")[1] for r in build(laid()).system.rows for m in r.members if "request" in m
    }
    assert kinds <= {"first_infusion", "max_delay_days", "cycles"}
    assert on(0) == day(0).toordinal()
