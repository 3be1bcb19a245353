from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planner.audit.cover import last_day
from planner.documents.plan import Plan
from planner.documents.policy import AuthorizationClause, Policy, Span
from tests.audit.plans import (
    POLICY,
    Cycle,
    changed,
    day,
    full_dose,
    lay_out,
    refused,
    replace,
    scenario,
    starts,
)

SIX = (0, 42, 84, 126, 168, 210)


def given(plan: Plan, *authorizations: dict[str, Any], **stated: Any) -> Plan:
    """The plan under a scenario with these authorizations; the first listed one says so too."""
    document = plan.model_dump(mode="json", by_alias=True)
    document["scenario"]["document"]["authorizations"] = list(authorizations)
    for listed, one in zip(document["authorizations"], authorizations, strict=False):
        listed.update(given=True, request_by=None, number=one.get("number"))
        listed.update({key: one[key] for key in ("start", "end") if key in one})
    document["authorizations"][0].update(stated)
    return Plan.model_validate(document)


ONE = lay_out(scenario(), starts(0))


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-01-05", Span(count=28, unit="days"), "2026-02-01"),
        ("2026-01-05", Span(count=30, unit="weeks"), "2026-08-02"),  # 210 days
        ("2026-01-05", Span(count=9, unit="months"), "2026-10-04"),
        ("2026-01-31", Span(count=1, unit="months"), "2026-02-28"),  # no 31st: it ends with it
        ("2026-05-31", Span(count=9, unit="months"), "2027-02-28"),
        ("2026-06-15", Span(count=12, unit="months"), "2027-06-14"),
    ],
)
def test_a_window_ends_a_day_before_its_length_is_over(start: str, span: Span, end: str) -> None:
    assert last_day(date.fromisoformat(start), span) == date.fromisoformat(end)


def test_the_initial_window_opens_with_the_first_infusion_day_and_not_the_dispense() -> None:
    plan = lay_out(scenario(pharmacy={"transit_days": 3}), starts(0))
    assert plan.authorizations[0].start == day(0)
    assert refused(plan) == {}
    early = changed(plan, "authorizations.0.start", day(-3).isoformat())
    assert {"I.rr.initial"} <= set(refused(early))


def test_a_renewal_opens_the_day_after_the_one_before_ends() -> None:
    plan = lay_out(scenario(request={"cycles": 6}), starts(*SIX))
    # the first 30 weeks end on day 209
    assert [one.start for one in plan.authorizations] == [day(0), day(210)]
    assert refused(plan) == {}


def test_a_renewal_opens_as_much_later_as_its_last_covered_day_needs() -> None:
    # cycles 6 and 7 on days 210 + 60 and 354 + 60: the last day is 441, so not before 441 - 167
    offsets = (*SIX[:5], 270, 414)
    document = scenario(request={"cycles": 7, "max_delay_days": 200})
    plan = lay_out(document, starts(*offsets))
    assert plan.authorizations[1].start == day(274)
    # and then it holds no longer the first day of cycle 6, day 270
    found = refused(plan)
    assert set(found) == {"I.rr.continued"}
    assert "outside continued-1" in found["I.rr.continued"][0]
    near = lay_out(document, starts(*SIX[:5], 270, 408))  # the last day is 435 - 167 = 268
    assert near.authorizations[1].start == day(268)
    assert refused(near) == {}


def test_each_renewal_covers_two_cycles() -> None:
    plan = lay_out(scenario(request={"cycles": 8}), starts(*SIX, 294, 378))
    assert [one.cycles for one in plan.authorizations] == [(1, 2, 3, 4, 5), (6, 7), (8,)]
    assert refused(plan) == {}
    wide = (("initial", 5, 210), ("continued", 3, 168))
    found = refused(lay_out(scenario(request={"cycles": 8}), starts(*SIX, 294, 378), windows=wide))
    assert "continued-1 covers 3 cycles: 3 > 2" in found["I.rr.continued"]


def test_a_phase_goes_by_the_number_of_the_cycle_whatever_authorization_covers_it() -> None:
    # the first authorization is for 4 cycles and opens for 210 days: cycle 5, still consolidation
    # (2 of induction, then 3), stands under the renewal from day 210 on, 42 days behind day 168
    windows = (("initial", 4, 210), ("continued", 2, 168))
    document = scenario(request={"cycles": 5, "max_delay_days": 42})
    laid_out = lay_out(document, starts(0, 42, 84, 126, 210), windows=windows)
    plan = given(laid_out, {"kind": "initial", "cycles": 4})
    assert (plan.cycles[4].phase, plan.cycles[4].authorization) == ("consolidation", "continued-1")
    assert refused(plan) == {}
    called = changed(plan, "cycles.4.phase", "continued")
    assert refused(called) == {"figures.cycles": ["cycle 5 is consolidation, not continued"]}


@pytest.mark.parametrize(
    ("number", "phase"),
    [(2, "induction"), (3, "consolidation"), (5, "consolidation"), (6, "continued")],
)
def test_each_cycle_is_of_the_phase_printed_for_its_number(number: int, phase: str) -> None:
    plan = lay_out(scenario(request={"cycles": 6}), starts(*SIX))
    assert plan.cycles[number - 1].phase == phase
    for other in {"induction", "consolidation", "continued"} - {phase}:
        found = refused(changed(plan, f"cycles.{number - 1}.phase", other))
        assert found == {"figures.cycles": [f"cycle {number} is {phase}, not {other}"]}


def test_no_more_renewals_than_the_policy_gives() -> None:
    narrow = (
        ("initial", 5, 210),
        ("continued", 1, 168),
        ("continued", 1, 168),
        ("continued", 1, 168),
    )
    plan = lay_out(scenario(request={"cycles": 8}), starts(*SIX, 294, 378), windows=narrow)
    found = refused(plan)
    assert "3 continued authorizations are listed, 2 may be" in found["I.rr.continued"]


def test_a_coverage_that_is_never_renewed_has_no_continued_authorization() -> None:
    windows = (("initial", 3, 168), ("continued", 1, 168))
    document = scenario(indication="adult-consolidation", request={"cycles": 4})
    found = refused(lay_out(document, starts(0, 42, 84, 126), dose=full_dose, windows=windows))
    assert found["IV.consolidation"] == ["continued-1 renews a coverage that may not be renewed"]


def test_a_third_renewal_is_one_too_many_also_where_the_payer_gave_it() -> None:
    windows = (("initial", 5, 210), *[("continued", 1, 168)] * 3)
    plan = lay_out(scenario(request={"cycles": 8}), starts(*SIX, 294, 378), windows=windows)
    one = {"kind": "continued", "cycles": 1}
    found = refused(given(plan, {"kind": "initial"}, one, one, one))
    assert "3 continued authorizations cover cycles, 2 may" in found["I.rr.continued"]
    # one that no cycle needs is no fault
    seven = lay_out(scenario(request={"cycles": 7}), starts(*SIX, 294), windows=windows)
    spare = given(seven, {"kind": "initial"}, one, one, one)
    assert not [says for says in refused(spare)["I.rr.continued"] if "authorizations" in says]


def test_more_than_four_cycles_under_renewals_are_too_many_also_as_the_payer_gave_them() -> None:
    # 4 under the first one; 3 + 2 = 5 under renewals
    windows = (("initial", 4, 210), ("continued", 3, 168), ("continued", 2, 168))
    plan = lay_out(scenario(request={"cycles": 9}), starts(*SIX, 294, 378, 462), windows=windows)
    both = ({"kind": "continued", "cycles": 3}, {"kind": "continued", "cycles": 2})
    found = refused(given(plan, {"kind": "initial", "cycles": 4}, *both))
    too_many = "the continued authorizations cover 5 cycles together: 5 > 4"
    assert too_many in found["I.rr.continued"]


CONSOLIDATION = scenario(indication="adult-consolidation", request={"cycles": 2})


def under_a_renewal(*authorizations: dict[str, Any]) -> Plan:
    """Two cycles of consolidation, the second under a renewal that the plan does not list."""
    one = (("initial", 1, 168),)
    plan = lay_out(CONSOLIDATION, starts(0, 42), dose=full_dose, windows=one)
    document = given(plan, *authorizations).model_dump(mode="json", by_alias=True)
    for item in (*document["cycles"], *document["dispenses"], *document["claims"]):
        if item["cycle"] == 2:
            item["authorization"] = "continued-1"
    return Plan.model_validate(document)


@pytest.mark.parametrize("renewal", [{}, {"cycles": 1}, {"cycles": [2]}, {"start": "2026-02-16"}])
def test_a_renewal_that_the_payer_gave_covers_nothing_where_coverage_is_never_renewed(
    renewal: dict[str, Any],
) -> None:
    plan = under_a_renewal({"kind": "initial", "cycles": 1}, {"kind": "continued", **renewal})
    assert refused(plan)["IV.consolidation"] == [
        "cycle 2 goes beyond the first authorization, and coverage may not be renewed"
    ]


def test_one_cycle_more_than_the_first_authorization_covers_would_be_a_renewal() -> None:
    # section I covers 4
    document = scenario(
        indication="adult-consolidation", request={"cycles": 5, "max_delay_days": 0}
    )
    found = refused(lay_out(document, starts(0, 42, 84, 126, 168), dose=full_dose))
    assert found["IV.consolidation"] == [
        "cycle 5 goes beyond the first authorization, and coverage may not be renewed"
    ]


def test_a_renewal_that_no_cycle_needs_is_no_fault() -> None:
    plan = lay_out(CONSOLIDATION, starts(0, 42), dose=full_dose)
    both = ({"kind": "initial", "cycles": 2}, {"kind": "continued", "start": "2026-08-01"})
    assert refused(given(plan, *both)) == {}


def test_a_cycle_without_any_authorization_is_refused() -> None:
    plan = ONE.model_copy(update={"authorizations": ()})
    assert {"I.rr.initial"} == set(refused(plan))
    unnamed = changed(ONE, "cycles.0.authorization", None)
    assert set(refused(unnamed)) == {"figures.coverage"}


def test_dates_in_the_scenario_win() -> None:
    mine = {"kind": "initial", "number": "A-1", "start": "2026-01-01", "end": "2026-02-01"}
    # 28 infusion days from 5 January end on 1 February
    assert refused(given(ONE, mine)) == {}
    short = {**mine, "end": "2026-01-31"}
    found = refused(given(ONE, short))
    assert found == {
        "I.rr.initial": [
            "cycle 1 has its claim 2026-02-01 outside initial, 2026-01-01 .. 2026-01-31 "
            "(3 such days)"
        ]
    }


def test_a_given_start_without_an_end_lasts_the_policy_s_length() -> None:
    # 30 weeks from 1 January: 29 July
    mine = {"kind": "initial", "start": "2026-01-01"}
    assert refused(given(ONE, mine, end="2026-07-29")) == {}
    assert set(refused(given(ONE, mine, end="2026-07-30"))) == {"I.rr.initial"}


def test_the_payer_s_number_and_the_day_to_ask_are_stated() -> None:
    mine = {"kind": "initial", "number": "A-1", "start": "2026-01-05", "end": "2026-08-02"}
    plan = given(ONE, mine)
    assert refused(plan) == {}
    for key, value in (("number", "A-2"), ("given", False), ("request_by", "2025-12-22")):
        assert set(refused(changed(plan, f"authorizations.0.{key}", value))) == {
            "figures.authorizations"
        }
    # asked for 14 days before it opens, where it is not given
    assert ONE.authorizations[0].request_by == day(-14)
    later = scenario(pharmacy={"renewal_lead_days": 21})
    assert lay_out(later, starts(0)).authorizations[0].request_by == day(-21)
    assert refused(lay_out(later, starts(0))) == {}


def test_cycles_named_in_the_scenario_win_over_the_policy_s_count() -> None:
    two = lay_out(scenario(request={"cycles": 2}), starts(0, 42))
    dates = {"start": "2026-01-05", "end": "2026-12-31"}
    assert refused(given(two, {"kind": "initial", "cycles": 2, **dates})) == {}
    assert refused(given(two, {"kind": "initial", "cycles": [1, 2], **dates})) == {}
    found = refused(given(two, {"kind": "initial", "cycles": 1, **dates}))
    assert found["I.rr.initial"] == ["initial lists cycles [1, 2], allotted are [1]"]


def test_a_cycle_named_under_a_renewal_is_left_to_it_by_the_one_before() -> None:
    # the policy's five would take cycle 5; it is named under the renewal, which opens on day 210
    windows = (("initial", 4, 210), ("continued", 1, 168))
    document = scenario(request={"cycles": 5, "max_delay_days": 42})
    laid_out = lay_out(document, starts(0, 42, 84, 126, 210), windows=windows)
    one = {"kind": "continued", "cycles": [5]}
    plan = given(laid_out, {"kind": "initial"}, one)
    assert refused(plan) == {}
    # as many numbers as the policy prints are not made up behind it: cycle 6 is for a renewal
    six = lay_out(scenario(request={"cycles": 6}), starts(*SIX))
    found = refused(given(six, {"kind": "initial"}, {"kind": "continued", "cycles": [5]}))
    assert (
        "initial lists cycles [1, 2, 3, 4, 5], allotted are [1, 2, 3, 4]" in (found["I.rr.initial"])
    )
    assert "continued-1 lists cycles [6], allotted are [5]" in found["I.rr.continued"]
    assert (
        "cycle 6 needs the authorization continued-2, which is not listed"
        in (found["I.rr.continued"])
    )


def test_a_cycle_between_those_that_are_named_has_no_authorization() -> None:
    two = lay_out(scenario(request={"cycles": 3}), starts(0, 42, 84))
    first, second = {"kind": "initial", "cycles": [1]}, {"kind": "continued", "cycles": [3]}
    found = refused(given(two, first, second))
    assert "cycle 2 goes beyond every authorization" in found["I.rr.initial"]


@pytest.mark.parametrize(("units", "clauses"), [(980, set()), (979, {"authorizations.units"})])
def test_no_more_units_are_billed_than_were_granted(units: int, clauses: set[str]) -> None:
    mine = {"kind": "initial", "start": "2026-01-05", "units": units}
    assert set(refused(given(ONE, mine))) == clauses


def test_where_all_is_covered_so_is_every_dispense() -> None:
    document = scenario(pharmacy={"transit_days": 3}, readings={"authorization.covers": "all"})
    plan = lay_out(document, starts(0))
    assert plan.authorizations[0].start == day(-3)
    assert refused(plan) == {}
    mine = {"kind": "initial", "start": "2026-01-04"}
    found = refused(given(plan, mine, start="2026-01-04", end="2026-08-01"))
    assert found["I.rr.initial"] == [
        "cycle 1 has its dispense 2026-01-02 outside initial, 2026-01-04 .. 2026-08-01"
    ]


def test_where_services_are_covered_a_dispense_may_lie_outside() -> None:
    plan = lay_out(scenario(pharmacy={"transit_days": 3}), starts(0))
    mine = {"kind": "initial", "start": "2026-01-05"}
    assert refused(given(plan, mine)) == {}


NOTHING_PRINTED = POLICY.model_copy(
    update={
        "clauses": {
            name: clause
            for name, clause in POLICY.clauses.items()
            if clause.rule not in ("authorization", "renewal")
        }
    }
)


@pytest.mark.parametrize(
    ("end", "found"),
    [
        ("2026-02-01", {}),  # 28 infusion days from 5 January
        (
            "2026-01-31",
            {
                "authorizations.given": [
                    "cycle 1 has its claim 2026-02-01 outside initial, 2026-01-05 .. 2026-01-31 "
                    "(3 such days)"
                ]
            },
        ),
    ],
)
def test_an_authorization_that_no_clause_prints_covers_its_cycles_all_the_same(
    end: str, found: dict[str, list[str]]
) -> None:
    plan = given(ONE, {"kind": "initial", "start": "2026-01-05", "end": end})
    assert refused(plan, NOTHING_PRINTED) == found
    left_out = refused(plan.model_copy(update={"authorizations": ()}), NOTHING_PRINTED)
    assert left_out["authorizations.given"] == ["cycle 1 goes beyond every authorization"]


def test_a_renewal_that_no_clause_prints_covers_what_is_left() -> None:
    two = lay_out(scenario(request={"cycles": 2}), starts(0, 42), windows=(("initial", 1, 28),) * 2)
    document = two.model_dump(mode="json", by_alias=True)
    document["authorizations"][1].update(id="continued-1", kind="continued")
    for item in (*document["cycles"], *document["dispenses"], *document["claims"]):
        item["authorization"] = "initial" if item["cycle"] == 1 else "continued-1"
    dates = {"start": "2026-02-16", "end": "2026-03-15"}
    plan = given(
        Plan.model_validate(document),
        {"kind": "initial", "cycles": 1, "start": "2026-01-05", "end": "2026-02-01"},
        {"kind": "continued", **dates},
    )
    assert refused(plan, NOTHING_PRINTED) == {}
    # cycle 2 on days 42 .. 69: 16 February to 15 March
    early = changed(plan, "scenario.document.authorizations.1.end", "2026-03-14")
    found = refused(changed(early, "authorizations.1.end", "2026-03-14"), NOTHING_PRINTED)
    assert set(found) == {"authorizations.given"}


def months(count: int) -> Policy:
    """A policy with one authorization of some months."""
    clause = POLICY.clauses["I.rr.initial"]
    assert isinstance(clause, AuthorizationClause)
    longer = clause.model_copy(update={"length": Span(count=count, unit="months")})
    return POLICY.model_copy(update={"clauses": {**POLICY.clauses, "I.rr.initial": longer}})


@pytest.mark.parametrize(("count", "clauses"), [(7, set()), (6, {"I.rr.initial"})])
def test_a_policy_may_count_its_window_in_months(count: int, clauses: set[str]) -> None:
    # cycle 5 infuses to day 195, 19 July; six months from 5 January end on 4 July
    plan = lay_out(scenario(request={"cycles": 5}), starts(0, 42, 84, 126, 168))
    ends = {7: "2026-08-04", 6: "2026-07-04"}
    moved = changed(plan, "authorizations.0.end", ends[count])
    assert set(refused(moved, months(count))) == clauses


def test_a_cycle_moved_out_of_order_is_refused() -> None:
    cycles = [Cycle(1, day(0)), replace(Cycle(2, day(42)), number=3)]
    found = refused(lay_out(scenario(request={"cycles": 3}), cycles))
    assert found["nature.cycles"] == ["cycle 3 stands where cycle 2 has to"]
