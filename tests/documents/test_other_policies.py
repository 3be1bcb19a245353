"""The policies of other payers: what is known of each, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from planner.documents.base import Indication
from planner.documents.load import (
    check_against,
    list_models,
    load_drug,
    load_policy,
    parse_scenario,
)
from planner.documents.policy import (
    AuthorizationClause,
    CyclesClause,
    DoseClause,
    HcpcsClause,
    LengthClause,
    Policy,
    RenewalClause,
    Span,
)

EOCCO = load_policy("eocco-0382").policy
HEALTHPARTNERS = load_policy("healthpartners-045816").policy
DME = load_policy("dme-mac-l33794").policy
QUALCHOICE = load_policy("qualchoice-bi477").policy
OTHERS = (HEALTHPARTNERS, DME, QUALCHOICE)
SECTION_V = {"label.rr": "V.rr", "label.mrd": "V.mrd"}


def rules(policy: Policy) -> set[str]:
    return {clause.rule for clause in policy.clauses.values()}


def test_four_policies_are_shipped() -> None:
    found = [file.id for file in list_models() if file.kind == "policies"]
    assert found == [
        "dme-mac-l33794",
        "eocco-0382",
        "healthpartners-045816",
        "qualchoice-bi477",
    ]


def test_healthpartners_gives_five_cycles_in_one_authorization_of_nine_months() -> None:
    window, cycles = HEALTHPARTNERS.clauses["rr.authorization"], HEALTHPARTNERS.clauses["rr.cycles"]
    renewal = HEALTHPARTNERS.clauses["rr.renewal"]
    assert isinstance(window, AuthorizationClause)
    assert (window.kind, window.at_most, window.cycles) == ("initial", 1, 5)
    assert window.length == Span(count=9, unit="months")
    assert isinstance(cycles, CyclesClause)
    assert cycles.at_most == 5
    assert isinstance(renewal, RenewalClause)
    assert not renewal.renewable


def test_the_dme_contractors_give_nine_cycles_and_four_for_residual_disease() -> None:
    most = {
        name: (clause.at_most, clause.indications)
        for name, clause in DME.clauses.items()
        if isinstance(clause, CyclesClause)
    }
    assert most == {
        "rr.cycles": (9, ("adult-rr", "pediatric-rr")),
        "mrd.cycles": (4, ("pediatric-mrd",)),
    }


@pytest.mark.parametrize("policy", OTHERS, ids=lambda policy: policy.id)
def test_what_is_not_printed_stays_out(policy: Policy) -> None:
    """No limits of vials or units, no covered codes, no criteria, and no invented dates."""
    assert not rules(policy) & {"limit", "diagnoses", "contractors"}
    assert ("ndc" in rules(policy)) == (policy is HEALTHPARTNERS)
    assert policy.criteria is None
    dated = date(2023, 11, 1) if policy is QUALCHOICE else None
    assert (policy.effective_from, policy.effective_until) == (dated, None)
    assert ("authorization" in rules(policy)) == (policy is not DME)


def test_healthpartners_prints_a_schedule_of_28_days_on_and_14_off() -> None:
    assert HEALTHPARTNERS.from_label is not None
    assert HEALTHPARTNERS.from_label.rules == ("dose",)
    assert at(HEALTHPARTNERS.clauses["rr.days"], 1) == 28
    assert [at(HEALTHPARTNERS.clauses["rr.length"], cycle) for cycle in (1, 5)] == [[42], [42]]


def test_qualchoice_approves_six_months_and_then_twelve_as_often_as_need_be() -> None:
    windows = [c for c in QUALCHOICE.clauses.values() if isinstance(c, AuthorizationClause)]
    assert [(w.kind, w.length, w.cycles, w.at_most) for w in windows] == [
        ("initial", Span(count=6, unit="months"), None, 1),
        ("continued", Span(count=12, unit="months"), None, "any"),
    ]


@pytest.mark.parametrize("policy", OTHERS, ids=lambda policy: policy.id)
def test_a_unit_is_a_microgram_for_every_payer(policy: Policy) -> None:
    (code,) = [c for c in policy.clauses.values() if isinstance(c, HcpcsClause)]
    assert (code.code, code.mcg_per_unit) == ("J9039", 1)


def test_dme_suppliers_write_jz_from_2024_and_jw_from_2025() -> None:
    (discarded,), (nothing,) = DME.billing.discarded, DME.billing.nothing_discarded
    assert (discarded.modifier, str(discarded.effective_from)) == ("JW", "2025-01-01")
    assert (nothing.modifier, str(nothing.effective_from)) == ("JZ", "2024-01-01")
    assert (HEALTHPARTNERS.billing.discarded, HEALTHPARTNERS.billing.nothing_discarded) == ((), ())


@pytest.mark.parametrize("policy", OTHERS, ids=lambda policy: policy.id)
def test_every_clause_says_where_it_stands(policy: Policy) -> None:
    for clause in policy.clauses.values():
        assert clause.section
        assert clause.says


def test_the_label_s_rules_are_those_that_section_v_restates() -> None:
    """28 and 14 days are 42, 28 and 56 are 84; the doses cycle by cycle are the same."""
    drug = load_drug("blinatumomab").drug
    assert {entry.grade for entry in drug.label.values()} == {"A"}
    for name, entry in drug.label.items():
        regimen, part = name.rsplit(".", 1)
        clause, printed = entry.clause, EOCCO.clauses[f"{SECTION_V[regimen]}.{part}"]
        assert clause.indications == printed.indications
        for cycle in range(1, 10 if regimen == "label.rr" else 5):
            assert at(clause, cycle) == at(printed, cycle)


def at(clause: object, cycle: int) -> object:
    """What a clause says of one cycle."""
    if isinstance(clause, DoseClause):
        return [
            (b.from_kg, b.below_kg, row.steps)
            for b in clause.brackets
            for row in b.rows
            if row.cycles.first <= cycle <= row.cycles.last
        ]
    if isinstance(clause, LengthClause):
        return [r.days for r in clause.rows if r.cycles.first <= cycle <= r.cycles.last]
    if isinstance(clause, CyclesClause):
        return clause.at_most
    return getattr(clause, "days")  # noqa: B009


def test_rules_taken_from_the_label_speak_of_the_policy_s_indications_alone() -> None:
    for policy in OTHERS:
        assert policy.from_label is not None
        spoken = {i for c in policy.clauses.values() for i in c.indications}
        assert spoken == set(policy.from_label.indications)
        assert spoken < set(get_args(Indication))


@pytest.mark.parametrize(
    ("authorization", "refused"),
    [
        ("{kind: initial, number: A1}", ["authorizations[0].end"]),
        ("{kind: initial, start: 2026-01-05}", ["authorizations[0].end"]),
        ("{kind: initial, end: 2026-06-30}", []),  # it opens with the first service
        ("{kind: continued, end: 2026-06-30}", ["authorizations[0].start"]),
        ("{kind: continued}", ["authorizations[0].end", "authorizations[0].start"]),
        ("{kind: continued, start: 2026-01-05, end: 2026-06-30}", []),
    ],
)
def test_an_authorization_has_dates_of_its_own_where_the_policy_prints_none(
    authorization: str, refused: list[str]
) -> None:
    loaded = parse_scenario(
        "format: planner-scenario/1\npolicy: dme-mac-l33794\npatient: {weight_kg: 70}\n"
        "indication: adult-rr\nrequest: {first_infusion: 2026-01-05, cycles: 2}\n"
        f"authorizations:\n  - {authorization}\n"
    )
    found = check_against(loaded, DME, load_drug("blinatumomab").drug)
    assert [problem.path for problem in found] == refused
    assert {problem.line for problem in found} <= {7}


def test_a_renewal_that_is_never_given_needs_no_dates() -> None:
    loaded = parse_scenario(
        "format: planner-scenario/1\npolicy: healthpartners-045816\npatient: {weight_kg: 70}\n"
        "indication: adult-rr\nrequest: {first_infusion: 2026-01-05, cycles: 2}\n"
        "authorizations: [{kind: continued}]\n"
    )
    assert check_against(loaded, HEALTHPARTNERS, load_drug("blinatumomab").drug) == ()
