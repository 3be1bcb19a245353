"""The FHIR bundle, read back by two libraries that know the resources, and bound to its codes here.

The second one knows R4, which does not differ from R4B in the resources that the bundle holds.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle

from planner.documents.load import load_policy
from planner.documents.plan import Plan
from planner.report.fhir import bundle, fhir_json
from planner.report.text import shown
from tests.report.hostile import every_text, hostile, hostile_policy
from tests.report.plans import plan

POLICY = load_policy("eocco-0382").policy

# Required bindings of R4B for the elements that the bundle fills (hl7.org/fhir/R4B, value sets).
BINDINGS = {
    "CarePlan.status": {"draft", "active", "on-hold", "revoked", "completed"},
    "CarePlan.intent": {"proposal", "plan", "order", "option"},
    "Coverage.status": {"active", "cancelled", "draft", "entered-in-error"},
    "MedicationRequest.status": {"active", "on-hold", "cancelled", "completed", "stopped"},
    "MedicationRequest.intent": {"proposal", "plan", "order"},
    "MedicationDispense.status": {"preparation", "in-progress", "completed", "cancelled"},
    "Claim.status": {"active", "cancelled", "draft", "entered-in-error"},
    "Claim.use": {"claim", "preauthorization", "predetermination"},
    "Bundle.type": {"collection", "document", "message", "transaction", "batch"},
}


def _of(made: Plan, kind: str) -> list[dict[str, Any]]:
    found = (entry["resource"] for entry in bundle(made, POLICY)["entry"])
    return [resource for resource in found if resource["resourceType"] == kind]


def _inside(value: object) -> Iterator[dict[str, Any]]:
    """Every object inside a value, the value among them."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _inside(part)
    if isinstance(value, list):
        for part in value:
            yield from _inside(part)


@pytest.mark.parametrize("cycles", [1, 6])
def test_the_bundle_is_read_by_the_models_of_r4b_and_comes_back_the_same(cycles: int) -> None:
    text = fhir_json(plan(cycles, number="PA-1", notes=("a note",)), POLICY)
    read = Bundle.model_validate_json(text)
    assert json.loads(read.model_dump_json()) == json.loads(text)


@pytest.mark.parametrize("cycles", [1, 6])
def test_a_second_validator_finds_nothing_to_mend(cycles: int) -> None:
    assert fhirkit.validate(bundle(plan(cycles, number="PA-1", notes=("a note",)), POLICY)) == []


@pytest.mark.parametrize(
    ("kind", "break_"),
    [
        ("Claim", lambda claim: claim.pop("provider")),
        ("Claim", lambda claim: claim["insurance"][0].update(sequence=0)),
        ("Coverage", lambda coverage: coverage["beneficiary"].update(reference=5)),
        ("CarePlan", lambda care: care["period"].update(start="2026-13-01")),
        ("MedicationRequest", lambda order: order.update(medicationReference={"reference": "x"})),
    ],
)
def test_the_second_validator_is_no_rubber_stamp(
    kind: str, break_: Callable[[dict[str, Any]], object]
) -> None:
    made = copy.deepcopy(bundle(plan(1), POLICY))
    break_(next(e["resource"] for e in made["entry"] if e["resource"]["resourceType"] == kind))
    assert fhirkit.validate(made) != []


@every_text
def test_hostile_text_arrives_as_text_in_a_bundle_that_is_still_valid(text: str) -> None:
    made = hostile(text, coverage="not-met")
    written = fhir_json(made, hostile_policy(POLICY, text)).encode("utf-8", "backslashreplace")
    read: Any = Bundle.model_validate_json(written)

    assert fhirkit.validate(json.loads(written)) == []
    assert read.entry[2].resource.title == shown(text).strip()
    assert read.entry[0].resource.identifier[0].value == shown(text).strip()
    assert read.entry[1].resource.payor[0].display == shown(text).strip()
    notes = [note.text for note in read.entry[2].resource.note]
    assert notes[0] == shown(text).strip()
    assert notes[1].startswith("NOT COVERED: ")
    claim = read.entry[-1].resource
    assert claim.insurance[0].preAuthRef == [shown(text).strip()]
    for code in (claim.item[0].productOrService, claim.item[0].detail[0].productOrService):
        assert shown(text).strip() in (code.text, code.coding and code.coding[0].code)
    assert len(read.entry) == len(bundle(plan(1), POLICY)["entry"])


def test_every_reference_resolves_inside_the_bundle_and_every_id_is_its_own() -> None:
    made = bundle(plan(6), POLICY)
    urls = [entry["fullUrl"] for entry in made["entry"]]

    assert len(set(urls)) == len(urls)
    assert [f"urn:uuid:{e['resource']['id']}" for e in made["entry"]] == urls
    pointed = [part["reference"] for part in _inside(made) if "reference" in part]
    assert {one for one in pointed if isinstance(one, str)} <= set(urls)


def test_codes_come_from_the_value_sets_they_are_bound_to() -> None:
    made = bundle(plan(3), POLICY)
    resources = [made, *(entry["resource"] for entry in made["entry"])]
    for resource in resources:
        for name in ("status", "intent", "use", "type"):
            bound = BINDINGS.get(f"{resource['resourceType']}.{name}")
            assert bound is None or resource[name] in bound
    codes: dict[str, set[str]] = {}
    for part in _inside(made):
        if {"system", "code"} <= part.keys():
            codes.setdefault(part["system"], set()).add(part["code"])
    assert codes == {
        "http://hl7.org/fhir/sid/ndc": {"55513-160-01"},
        "http://hl7.org/fhir/sid/icd-10-cm": {"C91.02"},
        "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": {"J9039", "JW"},
        "http://terminology.hl7.org/CodeSystem/claim-type": {"professional"},
        "http://terminology.hl7.org/CodeSystem/processpriority": {"normal"},
        "http://unitsofmeasure.org": {"ug", "ug/d", "d", "{vial}"},
    }


def test_each_cycle_is_an_order_with_a_dosage_for_each_bag() -> None:
    made = plan(2)
    for request, cycle in zip(_of(made, "MedicationRequest"), made.cycles, strict=True):
        bags = [bag for bag in made.bags if bag.cycle == cycle.cycle]
        assert [
            (
                dosage["timing"]["event"][0],
                dosage["doseAndRate"][0]["rateQuantity"]["value"],
                dosage["doseAndRate"][0]["doseQuantity"]["value"],
            )
            for dosage in request["dosageInstruction"]
        ] == [(bag.hang.isoformat(), bag.mcg_per_day, bag.mcg) for bag in bags]
        assert request["dispenseRequest"]["expectedSupplyDuration"]["value"] == 28


def test_each_dispense_of_the_plan_is_one() -> None:
    made = plan(3)
    assert [
        (d["whenPrepared"], d["whenHandedOver"], d["quantity"]["value"], d["daysSupply"]["value"])
        for d in _of(made, "MedicationDispense")
    ] == [
        (d.date.isoformat(), d.delivered.isoformat(), d.vials, d.days_supply)
        for d in made.dispenses
    ]


def test_each_date_of_service_is_a_claim_with_the_lines_of_the_plan() -> None:
    made = plan(2, number="PA-1")
    claims = [claim for claim in _of(made, "Claim") if claim["use"] == "claim"]
    expected = [list(lines) for _, lines in groupby(made.claims, lambda c: (c.cycle, c.date))]

    assert len(claims) == len(expected)
    for claim, lines in zip(claims, expected, strict=True):
        assert claim["insurance"][0]["preAuthRef"] == ["PA-1"]
        assert [
            (
                item["servicedDate"],
                item["productOrService"]["coding"][0]["code"],
                item["quantity"]["value"],
                item["modifier"][0]["coding"][0]["code"] if "modifier" in item else None,
                item["detail"][0]["quantity"]["value"],
            )
            for item in claim["item"]
        ] == [(c.date.isoformat(), c.hcpcs, c.units, c.modifier, float(c.ndc_units)) for c in lines]


def test_each_authorization_is_a_request_for_its_units_and_days() -> None:
    made = plan(9)
    asked = [claim for claim in _of(made, "Claim") if claim["use"] == "preauthorization"]
    assert [
        (
            c["billablePeriod"]["start"],
            c["billablePeriod"]["end"],
            c["item"][0]["quantity"]["value"],
        )
        for c in asked
    ] == [(a.start.isoformat(), str(a.end), 980 * len(a.cycles)) for a in made.authorizations]


def test_a_claim_without_a_diagnosis_points_at_none() -> None:
    made = plan(1)
    made = made.model_copy(
        update={"claims": tuple(c.model_copy(update={"diagnosis": None}) for c in made.claims)}
    )
    Bundle.model_validate_json(fhir_json(made, POLICY))
    names = {name for part in _inside(bundle(made, POLICY)) for name in part}
    assert not [name for name in names if "iagnosis" in name]


def test_ids_outlive_a_replan_and_the_same_plan_gives_the_same_text() -> None:
    made = plan(2)
    moved = made.model_copy(
        update={
            "dispenses": tuple(
                d.model_copy(update={"date": d.date - timedelta(days=1)}) for d in made.dispenses
            )
        }
    )
    ids = [entry["fullUrl"] for entry in bundle(made, POLICY)["entry"]]
    assert [entry["fullUrl"] for entry in bundle(moved, POLICY)["entry"]] == ids
    assert fhir_json(made, POLICY) == fhir_json(plan(2), POLICY)


def test_of_the_patient_only_the_pseudonym_and_the_diagnosis_are_told() -> None:
    text = fhir_json(plan(1), POLICY)
    assert _of(plan(1), "Patient")[0].keys() == {"resourceType", "id", "identifier"}
    assert not re.search(r"birthDate|\b41\b|70 kg\"", text.replace("Adult, relapsed, 70 kg", ""))
