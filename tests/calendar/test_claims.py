"""Claim lines: given and discarded units, modifiers, codes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.audit import audit
from planner.calendar.claims import ndc_on
from planner.calendar.lay_out import Stamps, plan_of
from planner.documents.drug import Drug
from planner.documents.plan import ClaimLine, Plan
from planner.documents.policy import Billing, Policy
from planner.regimen.build import course_of
from planner.search.find import find
from tests.regimen.samples import DRUG, POLICY, at, course, scenario

STAMPS = Stamps("1" * 64, "2" * 64, "3" * 64)
NO_MODIFIERS = POLICY.model_copy(update={"billing": Billing(why="a payer that wants none")})
WEEKS = {"bags": ["24h", "7d"]}


def planned(policy: Policy = POLICY, drug: Drug = DRUG, **parts: Any) -> Plan:
    """The audited plan of one cycle."""
    request = {"cycles": 1, **parts.pop("request", {})}
    laid = course_of(scenario(request=request, **parts), policy, drug)
    plan = plan_of(laid, find(laid, limit=20.0), STAMPS)
    assert audit(plan, policy=policy, drug=drug).violations == ()
    return plan


def lines(plan: Plan, day: date) -> list[tuple[int, str | None, str]]:
    """Units, modifier and vials of a day's claim lines."""
    return [
        (c.units, c.modifier, f"{c.ndc_units.normalize():f}") for c in plan.claims if c.date == day
    ]


@pytest.mark.parametrize(
    ("parts", "day", "found"),
    [
        ({"pharmacy": {"bags": ["24h"]}}, at(0), [(9, None, "0.26"), (26, "JW", "0.74")]),
        ({"pharmacy": {"bags": ["24h"]}}, at(7), [(28, None, "0.8"), (7, "JW", "0.2")]),
        ({"pharmacy": WEEKS}, at(7), [(196, None, "5.6"), (14, "JW", "0.4")]),
    ],
)
def test_given_and_discarded_units_stand_on_two_lines(
    parts: dict[str, Any], day: date, found: list[tuple[int, str | None, str]]
) -> None:
    assert lines(planned(**parts), day) == found


def test_two_days_of_28_mcg_take_two_vials_and_discard_14_units() -> None:
    plan = planned(
        pharmacy={"bags": ["48h"], "hospital_days": {1: 8}}, indication="adult-consolidation"
    )
    assert lines(plan, at(0)) == [(56, None, "1.6"), (14, "JW", "0.4")]


def test_where_nothing_is_discarded_there_is_one_line_that_says_so() -> None:
    # a vial that holds just the 28 mcg of a day
    drug = DRUG.model_copy(update={"vial": DRUG.vial.model_copy(update={"mcg": 28})})
    plan = planned(drug=drug, pharmacy={"bags": ["24h"]})
    assert lines(plan, at(7)) == [(28, "JZ", "1")]


def test_before_its_day_a_modifier_is_not_asked_for() -> None:
    late = {
        "discarded": [{"modifier": "JW", "from": at(8), "source": "a payer"}],
        "nothing_discarded": [],
        "why": "a payer",
    }
    policy = POLICY.model_copy(update={"billing": Billing.model_validate(late)})
    plan = planned(policy, pharmacy={"bags": ["24h"]})
    assert lines(plan, at(7)) == [(35, None, "1")]
    assert lines(plan, at(8)) == [(28, None, "0.8"), (7, "JW", "0.2")]


def test_without_modifiers_a_bag_is_one_line_of_what_the_reading_bills() -> None:
    plan = planned(NO_MODIFIERS, pharmacy={"bags": ["24h"]})
    assert lines(plan, at(0)) == [(35, None, "1")]
    assert plan.totals.units_billed == 980
    assert plan.totals.units_discarded == 329  # 980 - 651, whether billed or not
    given = {"units.billed": "administered"}
    plan = planned(NO_MODIFIERS, pharmacy={"bags": ["24h"]}, readings=given)
    assert lines(plan, at(0)) == [(9, None, "0.26")]
    assert (plan.totals.units_billed, plan.totals.units_discarded) == (651, 329)


def test_read_as_administered_the_discarded_line_does_not_count() -> None:
    plan = planned(pharmacy={"bags": ["24h"]}, readings={"units.billed": "administered"})
    assert lines(plan, at(0)) == [(9, None, "0.26"), (26, "JW", "0.74")]
    assert (plan.totals.units_billed, plan.totals.units_discarded) == (651, 329)
    (limit,) = (one for one in plan.limits if one.unit == "units")
    assert limit.peak == 651


def test_read_by_dispense_all_bags_of_a_dispense_are_one_claim() -> None:
    by_dispense = {"date_of_service": "dispense"}
    plan = planned(pharmacy={"bags": ["24h"]}, readings=by_dispense)
    (dispense,) = plan.dispenses
    # 7 x 9 + 21 x 28 = 651 given of 28 x 35 = 980
    assert lines(plan, dispense.date) == [(651, None, "18.6"), (329, "JW", "9.4")]
    assert {c.date for c in plan.claims} == {dispense.date}


def test_units_given_are_rounded_up_and_discarded_ones_down() -> None:
    # 15 x 0.83 = 12.45 mcg a day
    child = {"weight_kg": 20, "bsa_m2": Decimal("0.83")}
    plan = planned(pharmacy={"bags": ["24h"]}, patient=child, indication="pediatric-mrd")
    assert lines(plan, at(0)) == [(13, None, "0.38"), (22, "JW", "0.62")]


def test_every_line_carries_the_codes_of_its_date() -> None:
    plan = planned(pharmacy={"bags": ["24h"]})
    for line in plan.claims:
        assert isinstance(line, ClaimLine)
        assert (line.hcpcs, line.diagnosis, line.authorization) == ("J9039", "C91.02", "initial")
        assert line.ndc == "55513016001"


def test_a_package_is_named_from_the_day_it_is_marketed() -> None:
    second_only = DRUG.model_copy(update={"packages": DRUG.packages[1:]})
    laid = course_of(scenario(), POLICY, second_only)
    assert ndc_on(laid, date(2026, 4, 30)) == "55513016021"
    with pytest.raises(LookupError, match="marketed"):
        ndc_on(laid, date(2026, 4, 29))


def test_a_package_that_the_policy_does_not_cover_is_not_named() -> None:
    other = DRUG.packages[0].model_copy(update={"ndc": "55513-0161-01"})
    laid = course_of(
        scenario(), POLICY, DRUG.model_copy(update={"packages": (other, *DRUG.packages)})
    )
    assert ndc_on(laid, date(2026, 1, 5)) == "55513016001"


def test_listed_past_claims_stand_as_they_were_billed() -> None:
    hung = [{"hang": at(7 * n), "days": 7, "vials": 6} for n in range(2)]
    history = {
        "cycles": [{"cycle": 1, "start": at(0), "bags": hung}],
        "claims": [{"cycle": 1, "date": at(0), "units": 400}],
    }
    laid = course(
        history=history, as_of=at(14), indication="adult-consolidation", request={"cycles": 1}
    )
    plan = plan_of(laid, find(laid, limit=20.0), STAMPS)
    assert [c.date for c in plan.claims if c.past] == [at(0)]
    assert lines(plan, at(0)) == [(400, None, "11.43")]  # 400 / 35 = 11.428...
    assert [c.date for c in plan.claims if not c.past and c.modifier is None] == [at(14), at(21)]
