"""The claims of every shipped scenario, under every policy that speaks of its indication."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from planner import api
from planner.documents.load import list_models, load_scenario, shipped
from planner.documents.plan import ClaimLine, Plan
from planner.documents.policy import DiagnosesClause, DoseClause

KNOWN = api.Known()
VIAL = 35
SCENARIOS = sorted(
    file.name.removesuffix(".yaml")
    for file in shipped("scenarios").iterdir()
    if file.name.endswith(".yaml")
)
POLICIES = [file.id for file in list_models() if file.kind == "policies"]
GIVEN_PACKAGES = {"55513016001", "55513016021"}


def speaks_of(policy: str, indication: str) -> bool:
    clauses = KNOWN.policy(policy).policy.clauses.values()
    return any(isinstance(c, DoseClause) and indication in c.indications for c in clauses)


def cases() -> list[tuple[str, str]]:
    """A course that one payer gives nine cycles may be too long for another: those are left out."""
    found = []
    for name in SCENARIOS:
        scenario = load_scenario(str(shipped("scenarios").joinpath(f"{name}.yaml"))).scenario
        for policy in POLICIES:
            too_long = policy.startswith("healthpartners") and (scenario.request.cycles or 0) > 5
            if speaks_of(policy, scenario.indication) and not too_long:
                found.append((name, policy))
    return found


@cache
def planned(name: str, policy: str, *readings: tuple[str, str]) -> Plan:
    loaded = load_scenario(str(shipped("scenarios").joinpath(f"{name}.yaml")))
    update = {
        "policy": policy,
        "readings": {**loaded.scenario.readings, **dict(readings)},
        "authorizations": loaded.scenario.authorizations if policy == "eocco-0382" else (),
    }
    made = api.plan(
        replace(loaded, scenario=loaded.scenario.model_copy(update=update)), known=KNOWN
    )
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    return made


def by_claim(made: Plan) -> dict[tuple[date, int], list[ClaimLine]]:
    """The lines of one cycle and date of service; history that lists claims is not among these."""
    found: dict[tuple[date, int], list[ClaimLine]] = defaultdict(list)
    for line in made.claims:
        found[line.date, line.cycle].append(line)
    return found


def test_scenarios_and_policies_meet() -> None:
    assert len(cases()) > 18
    assert {policy for _, policy in cases()} == set(POLICIES)
    assert {name for name, _ in cases()} == set(SCENARIOS)


@pytest.mark.parametrize(("name", "policy"), cases())
def test_given_and_discarded_units_of_a_claim_are_35_times_its_vials(
    name: str, policy: str
) -> None:
    made = planned(name, policy)
    for lines in by_claim(made).values():
        vials = sum(line.ndc_units for line in lines)
        assert vials > 0
        assert sum(line.units for line in lines) == VIAL * vials
        discarded = [line for line in lines if line.modifier == "JW"]
        assert len(discarded) <= 1
        assert len(lines) - len(discarded) == 1
        assert all(line.ndc_units > 0 for line in lines)
    for cycle in made.cycles:
        opened = sum(bag.vials for bag in made.bags if bag.cycle == cycle.cycle)
        assert sum(c.units for c in made.claims if c.cycle == cycle.cycle) == VIAL * opened


@pytest.mark.parametrize(("name", "policy"), cases())
def test_every_line_has_its_codes_its_quantity_and_an_authorization_that_covers_its_date(
    name: str, policy: str
) -> None:
    made = planned(name, policy)
    clauses = KNOWN.policy(policy).policy.clauses
    covered = {
        code.code for c in clauses.values() if isinstance(c, DiagnosesClause) for code in c.codes
    }
    windows = {window.id: window for window in made.authorizations}
    assert bool(windows) == any(c.rule == "authorization" for c in clauses.values())
    for line in made.claims:
        assert line.hcpcs == "J9039"
        assert line.ndc in GIVEN_PACKAGES
        assert line.units > 0
        assert line.ndc_units > 0
        assert line.diagnosis == made.scenario.document.patient.diagnosis
        assert line.diagnosis in covered or not covered
        if windows:
            window = windows[str(line.authorization)]
            assert line.cycle in window.cycles
            assert window.start <= line.date <= (window.end or line.date)
        else:
            assert line.authorization is None


@pytest.mark.parametrize("by", ["hang", "dispense"])
@pytest.mark.parametrize("billed", ["opened", "administered"])
def test_under_every_reading_given_and_discarded_units_are_those_of_the_vials(
    by: str, billed: str
) -> None:
    readings = (("date_of_service", by), ("units.billed", billed))
    made = planned("pediatric-mrd-50kg", "eocco-0382", *readings)
    for lines in by_claim(made).values():
        assert sum(line.units for line in lines) == VIAL * sum(line.ndc_units for line in lines)
    dates = {bag.hang for bag in made.bags} if by == "hang" else {d.date for d in made.dispenses}
    assert {line.date for line in made.claims} == dates


@pytest.mark.parametrize(
    ("first", "policy", "modifiers"),
    [
        ("2024-12-02", "dme-mac-l33794", {None}),
        ("2025-01-06", "dme-mac-l33794", {None, "JW"}),
        ("2024-12-02", "eocco-0382", {None, "JW"}),
        ("2024-12-02", "healthpartners-045816", {None}),
        ("2025-01-06", "healthpartners-045816", {None}),
    ],
)
def test_the_modifier_of_discarded_drug_goes_by_payer_and_date_of_service(
    first: str, policy: str, modifiers: set[str | None]
) -> None:
    """DME suppliers from 2025, Part B since 2017, HealthPartners none that is known. Cycle 1 of
    the first ends on 2024-12-29."""
    loaded = load_scenario(str(shipped("scenarios").joinpath("adult-rr-70kg.yaml")))
    request = loaded.scenario.request.model_copy(
        update={"first_infusion": date.fromisoformat(first), "cycles": 1}
    )
    scenario = loaded.scenario.model_copy(update={"policy": policy, "request": request})
    made = api.plan(replace(loaded, scenario=scenario), known=KNOWN)
    assert isinstance(made, Plan)
    assert {line.modifier for line in made.claims} == modifiers
    assert sum(line.units for line in made.claims) == 22 * VIAL
