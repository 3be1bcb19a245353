from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from planner.documents.policy import Billing, ModifierRule, Policy
from tests.audit.plans import (
    DRUG,
    POLICY,
    Cycle,
    adult_dose,
    changed,
    day,
    full_dose,
    lay_out,
    refused,
    scenario,
    starts,
)

WEEKS = (2, 2, 2, 1, 7, 7, 7)
LONG = {"bags": ["24h", "48h", "7d"]}


def units(plan: Any) -> list[tuple[int, str | None, str]]:
    """The claim lines: units, modifier, vials."""
    return [(line.units, line.modifier, f"{line.ndc_units.normalize():f}") for line in plan.claims]


@pytest.mark.parametrize(
    ("bags", "index", "lines"),
    [
        ((1,) * 28, 0, [(9, None, "0.26"), (26, "JW", "0.74")]),
        ((1,) * 28, 14, [(28, None, "0.8"), (7, "JW", "0.2")]),
        ((2, 2, 2, 1, *(2,) * 10, 1), 8, [(56, None, "1.6"), (14, "JW", "0.4")]),
        (WEEKS, 8, [(196, None, "5.6"), (14, "JW", "0.4")]),
    ],
)
def test_given_and_discarded_units_are_the_worked_examples(
    bags: tuple[int, ...], index: int, lines: list[tuple[int, str | None, str]]
) -> None:
    plan = lay_out(scenario(pharmacy=LONG), [Cycle(1, day(0), bags)])
    assert units(plan)[index : index + 2] == lines
    assert refused(plan) == {}


def test_given_units_are_rounded_up_and_discarded_ones_are_the_rest() -> None:
    # 5 x 1.29 = 6.45 a day: 7 given, 28 discarded; 19.35: 20 and 15
    document = scenario(patient={"weight_kg": 40, "bsa_m2": 1.29})

    def dose(cycle: int, index: int) -> Decimal:
        return Decimal("6.45") if index < 7 else Decimal("19.35")

    plan = lay_out(document, starts(0), dose=dose, vials=lambda days, mcg: 1, surface=1.29)
    assert units(plan)[:2] == [(7, None, "0.2"), (28, "JW", "0.8")]
    assert plan.totals.units_discarded == 7 * 28 + 21 * 15
    assert refused(plan) == {}
    wrong = changed(changed(plan, "claims.0.units", 6), "claims.1.units", 29)
    assert set(refused(wrong)) == {"billing.lines"}


def test_where_nothing_is_discarded_there_is_one_line_with_jz() -> None:
    # a drug in vials of 28 mcg: a day's bag empties one
    drug = DRUG.model_copy(update={"vial": DRUG.vial.model_copy(update={"mcg": 28})})
    document = scenario(indication="adult-consolidation")
    plan = lay_out(document, starts(0), dose=full_dose, vial=28)
    assert units(plan) == [(28, "JZ", "1")] * 28
    assert refused(plan, drug=drug) == {}
    bare = changed(plan, "claims.0.modifier", None)
    assert set(refused(bare, drug=drug)) == {"billing.lines"}
    neither = lay_out(document, starts(0), dose=full_dose, vial=28, modifiers=False)
    assert units(neither) == [(28, None, "1")] * 28
    assert refused(neither, no_modifiers(), drug) == {}


def no_modifiers() -> Policy:
    """A payer that wants neither JW nor JZ."""
    return POLICY.model_copy(update={"billing": Billing(why="a payer that asks for neither")})


@pytest.mark.parametrize(
    ("reading", "billed", "vials", "total"),
    [("opened", 35, "1", 980), ("administered", 9, "0.26", 651)],
)
def test_where_no_modifier_is_asked_for_one_line_bills_the_units_that_count(
    reading: str, billed: int, vials: str, total: int
) -> None:
    document = scenario(readings={"units.billed": reading})
    plan = lay_out(document, starts(0), modifiers=False)
    assert units(plan)[0] == (billed, None, vials)
    assert plan.totals.units_billed == total
    assert refused(plan, no_modifiers()) == {}
    assert "billing.lines" in refused(plan)


@pytest.mark.parametrize(
    ("given", "discarded"),
    [(1, 0), (0, 1), (0.25, 0.75), (0.27, 0.73), (0.26, 0.75), (0.257, 0.743), (1, 1)],
)
def test_the_vial_of_a_bag_is_shared_out_between_its_lines(given: float, discarded: float) -> None:
    # 9 of 35 units are 0.257...: 0.26, and 0.74 discarded
    plan = lay_out(scenario(), starts(0))
    found = changed(changed(plan, "claims.0.ndc_units", given), "claims.1.ndc_units", discarded)
    assert set(refused(found)) == {"billing.lines"}
    same = changed(changed(plan, "claims.0.ndc_units", 0.26), "claims.1.ndc_units", 0.74)
    assert refused(same) == {}


def test_a_line_of_the_history_has_a_quantity_too() -> None:
    history = {
        "cycles": [{"cycle": 1, "start": day(0).isoformat()}],
        "dispenses": [{"date": day(0).isoformat(), "vials": 28, "cycle": 1}],
        "claims": [{"date": day(0).isoformat(), "units": 980, "cycle": 1}],
    }
    document = scenario(as_of=day(28).isoformat(), history=history)
    plan = lay_out(document, [Cycle(1, day(0), fills=[(0, 28)], past=True)])
    written = plan.model_dump(mode="json", by_alias=True)
    written["claims"] = [{**written["claims"][0], "units": 980, "ndc_units": 28}]
    found = refused(type(plan).model_validate(written))
    assert "billing.lines" not in found
    written["claims"][0]["ndc_units"] = 0
    assert refused(type(plan).model_validate(written))["billing.lines"] == [
        "the claim of 2026-01-05 for cycle 1 has a line without a quantity"
    ]


def test_modifiers_are_asked_for_from_their_date_on() -> None:
    rule = ModifierRule.model_validate({"modifier": "JW", "from": day(10), "source": "a payer"})
    policy = POLICY.model_copy(update={"billing": Billing(discarded=(rule,), why="a payer")})
    with_jw = lay_out(scenario(), starts(0))
    found = refused(with_jw, policy)["billing.lines"]
    assert len(found) == 10  # the bags of days 0 to 9
    assert found[0] == (
        "the claim of 2026-01-05 for cycle 1 has 9 units (0.26 vials) + 26 units JW (0.74 vials), "
        "due are 35 units (1 vials)"
    )


def test_claims_are_dated_by_the_bag_or_by_the_dispense_as_read() -> None:
    fills = [Cycle(1, day(0), WEEKS, [(-2, 4), (5, 3)])]
    settings = {"transit_days": 2}
    by_bag = lay_out(scenario(pharmacy=settings), fills)
    assert refused(by_bag) == {}
    read = {"date_of_service": "dispense"}
    by_fill = lay_out(scenario(pharmacy=settings, readings=read), fills)
    assert refused(by_fill) == {}
    # 63 mcg from 4 vials: 63 + 77 JW; 588 mcg from 18 vials: 588 + 42 JW
    assert units(by_fill) == [
        (63, None, "1.8"),
        (77, "JW", "2.2"),
        (588, None, "16.8"),
        (42, "JW", "1.2"),
    ]
    assert by_fill.authorizations[0].start == day(-2)  # a claim is a service
    switched = by_fill.model_dump(mode="json", by_alias=True)
    switched["scenario"]["document"]["readings"] = {}
    switched["readings"]["date_of_service"] = "hang"
    assert "billing.lines" in refused(type(by_fill).model_validate(switched))


def test_by_dispense_the_units_limit_counts_by_dispense_date() -> None:
    # cycle 2 is sent and billed on day 41: 980 + 980 units in the dates from day 0
    read = scenario(readings={"date_of_service": "dispense"}, request={"cycles": 2})
    cycles = [Cycle(1, day(0)), Cycle(2, day(42), fills=[(-1, 28)])]
    assert set(refused(lay_out(read, cycles))) == {"II.A", "II.B.cycles-1-5"}
    plain = scenario(request={"cycles": 2})
    assert set(refused(lay_out(plain, cycles))) == {"II.A"}


def test_by_administered_units_the_limit_counts_what_was_given() -> None:
    # cycle 2 on day 41: 27 x 28 + 1 x 28 given units are 784 - 9 + 28, far below 980
    read = {"units.billed": "administered"}
    cycles = starts(0, 41)
    assert "II.B.cycles-1-5" not in refused(
        lay_out(scenario(readings=read, request={"cycles": 2}), cycles)
    )
    assert "II.B.cycles-1-5" in refused(lay_out(scenario(request={"cycles": 2}), cycles))


@pytest.mark.parametrize(
    ("ndc", "start", "clauses"),
    [
        ("55513016021", "2026-04-30", set()),
        ("55513016021", "2026-04-29", {"VI.ndc"}),  # marketed from the 30th
        ("55513016099", "2026-04-30", {"VI.ndc"}),  # no package of the drug file
        ("55513017001", "2026-04-30", {"VI.ndc"}),  # another product
        ("5551316001", "2026-04-30", {"VI.ndc", "billing.lines"}),  # ten digits
    ],
)
def test_a_claim_names_a_package_of_the_product_that_is_marketed_on_its_date(
    ndc: str, start: str, clauses: set[str]
) -> None:
    first = day(0).fromisoformat(start)
    document = scenario(indication="adult-consolidation", request={"first_infusion": start})
    plan = lay_out(document, [Cycle(1, first)], dose=full_dose)
    assert set(refused(changed(plan, "claims.0.ndc", ndc))) == clauses


def test_a_claim_carries_the_code_and_the_patient_s_diagnosis() -> None:
    plan = lay_out(scenario(), starts(0), dose=adult_dose)
    assert set(refused(changed(plan, "claims.4.hcpcs", "J9999"))) == {"VI.hcpcs"}
    assert set(refused(changed(plan, "claims.4.diagnosis", "C91.00"))) == {"App1"}
    other = lay_out(scenario(patient={"weight_kg": 70, "diagnosis": "C92.00"}), starts(0))
    assert refused(other) == {"App1": ["the diagnosis C92.00 is not among the 13 covered codes"]}
    none = lay_out(scenario(patient={"weight_kg": 70, "diagnosis": None}), starts(0))
    assert refused(none) == {}
